"""Handlers: each reads an update, calls what knows the answer, and replies. Thin on purpose.

`register` is the one place that says which update goes where.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import structlog
from telegram import ChatMember, Update
from telegram.constants import ChatID, ChatType
from telegram.ext import Application, CallbackContext, TypeHandler

from bot.chat.handlers.asking import answer_question
from bot.chat.handlers.commands import GroupQuiet, on_command
from bot.chat.handlers.editing.files import on_editor_file
from bot.chat.handlers.editing.incoming import on_editor_text
from bot.chat.handlers.errors import on_error
from bot.chat.handlers.inline import on_inline
from bot.chat.handlers.services import Exchange, Services
from bot.chat.handlers.taps import on_tap
from bot.chat.screens.notices import empty_screen, media_screen
from bot.chat.screens.start import group_start_screen

log = structlog.get_logger(__name__)

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "inline_query", "my_chat_member")
"""Kinds of updates that Telegram is asked for; it sends no others."""

_NOBODY = frozenset({int(ChatID.ANONYMOUS_ADMIN), int(ChatID.SERVICE_CHAT), int(ChatID.FAKE_CHANNEL)})
"""Senders that are no person: anonymous admins, Telegram itself, channels."""

Callback = Callable[[Update, CallbackContext[Any, Any, Any, Any]], Coroutine[Any, Any, None]]


def register(application: Application[Any, Any, Any, Any, Any, Any], services: Services) -> None:
    """Give every kind of update its handler, and every fault its outcome."""
    application.add_handler(TypeHandler(Update, _dispatcher(services), block=True))
    application.add_error_handler(on_error(services))


def _dispatcher(services: Services) -> Callback:
    quiet = GroupQuiet()

    async def dispatch(update: Update, context: CallbackContext[Any, Any, Any, Any]) -> None:
        user = update.effective_user
        if user is None or user.id in _NOBODY or user.is_bot:
            return
        exchange = await Exchange.of(update, services)
        if update.my_chat_member is not None:
            await _on_membership(exchange)
        elif update.callback_query is not None:
            await on_tap(exchange, update.callback_query)
        elif update.inline_query is not None:
            await on_inline(exchange, update.inline_query)
        elif update.effective_message is not None:
            await _on_message(exchange, quiet)
        await services.seen(user, private=exchange.viewer.private)

    return dispatch


async def _on_message(exchange: Exchange, quiet: GroupQuiet) -> None:
    """Text, commands and files; in groups only what is meant for the bot."""
    message = exchange.update.effective_message
    if message is None or message.via_bot is not None:
        return
    private = exchange.viewer.private
    if message.text is None:
        if private and message.effective_attachment is not None and not await on_editor_file(exchange):
            await exchange.reply(media_screen(exchange.viewer))
        return
    text = message.text.strip()
    if text.startswith("/") and len(text) > 1:
        await on_command(exchange, text, quiet)
    elif not (private or _is_for_bot(exchange, text)) or (
        private and await on_editor_text(exchange, message.text)
    ):
        return
    else:
        question = text.replace(f"@{exchange.services.bot_name}", " ")
        await (
            answer_question(exchange, question)
            if question.strip()
            else exchange.reply(empty_screen(exchange.viewer))
        )


def _is_for_bot(exchange: Exchange, text: str) -> bool:
    message = exchange.update.effective_message
    replied = message.reply_to_message if message else None
    author = replied.from_user if replied else None
    if author is not None and author.id == exchange.services.bot_id:
        return True
    return f"@{exchange.services.bot_name}".casefold() in text.casefold()


async def _on_membership(exchange: Exchange) -> None:
    """Blocked, unblocked, added to a group or removed from it."""
    change = exchange.update.my_chat_member
    if change is None:
        return
    gone = change.new_chat_member.status in {ChatMember.BANNED, ChatMember.LEFT}
    was_gone = change.old_chat_member.status in {ChatMember.BANNED, ChatMember.LEFT}
    if change.chat.type == ChatType.PRIVATE:
        if gone:
            await exchange.services.members.set_blocked(exchange.user.id, True)
        else:
            await exchange.services.reminders.come_back(exchange.user.id)
    elif change.chat.type in {ChatType.GROUP, ChatType.SUPERGROUP} and was_gone and not gone:
        await exchange.reply(group_start_screen(exchange.viewer))


__all__ = ["ALLOWED_UPDATES", "register"]
