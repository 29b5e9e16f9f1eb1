"""A small bot of plain python-telegram-bot parts, to try Telegram in memory and the terminal without ours."""

from __future__ import annotations

from typing import Any

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    Update,
)
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.offline.request import OfflineRequest
from bot.offline.telegram import Telegram

Context = ContextTypes.DEFAULT_TYPE


class Echo:
    """Answers /start with buttons, a tap with an edit, /file with a document, the rest with itself."""

    def __init__(self, telegram: Telegram) -> None:
        self.due = 0
        request = OfflineRequest(telegram)
        self._app: Application[Any, Any, Any, Any, Any, Any] = (
            ApplicationBuilder()
            .token(telegram.token)
            .request(request)
            .get_updates_request(request)
            .job_queue(None)
            .build()
        )
        self._app.add_handler(CommandHandler("start", _start))
        self._app.add_handler(CommandHandler("file", _file))
        self._app.add_handler(CallbackQueryHandler(_tap))
        self._app.add_handler(InlineQueryHandler(_inline))
        self._app.add_handler(MessageHandler(filters.ALL, _echo))

    async def start(self) -> None:
        """Begin to poll."""
        await self._app.initialize()
        await self._app.start()
        assert self._app.updater is not None
        await self._app.updater.start_polling(allowed_updates=Update.ALL_TYPES)

    async def stop(self) -> None:
        """End polling."""
        assert self._app.updater is not None
        await self._app.updater.stop()
        await self._app.stop()
        await self._app.shutdown()

    async def kill(self) -> None:
        """The same, for want of a way to die."""
        await self.stop()

    async def run_due(self) -> None:
        """Count that it was asked."""
        self.due += 1


async def _start(update: Update, context: Context) -> None:
    assert update.message is not None
    payload = context.args[0] if context.args else "nothing"
    buttons = [
        [
            InlineKeyboardButton("Stop LinkedIn", callback_data="stop"),
            InlineKeyboardButton("Done", callback_data="done"),
        ],
        [
            InlineKeyboardButton("Open", url=f"https://t.me/{context.bot.username}?start=deep"),
            InlineKeyboardButton("Site", url="https://example.com/"),
        ],
    ]
    await update.message.reply_html(
        f"<b>Started</b> with {payload}", reply_markup=InlineKeyboardMarkup(buttons)
    )


async def _file(update: Update, _: Context) -> None:
    assert update.message is not None
    await update.message.reply_document(b"BEGIN:VCALENDAR", filename="reminder.ics", caption="a file")


async def _tap(update: Update, _: Context) -> None:
    assert update.callback_query is not None
    await update.callback_query.answer("noted" if update.callback_query.data == "stop" else None)
    await update.callback_query.edit_message_text(f"You tapped {update.callback_query.data}")


async def _inline(update: Update, _: Context) -> None:
    assert update.inline_query is not None
    content = InputTextMessageContent(f"about {update.inline_query.query}")
    await update.inline_query.answer([InlineQueryResultArticle("1", "A card", content, description="short")])


async def _echo(update: Update, _: Context) -> None:
    message = update.effective_message
    if message is not None and message.via_bot is None:
        edited = "edited: " if update.edited_message is not None else ""
        document = f"file {message.document.file_name}" if message.document else ""
        await message.reply_text(f"{edited}{message.text or document or 'something'}")
