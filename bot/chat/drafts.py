"""One message on its way to Telegram, and the requests that carry it; what comes of them is the outbox's.

A draft loses what Telegram refuses of it, a piece at a time: the topic, the markup, the buttons.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from telegram import (
    Bot,
    InlineQueryResultArticle,
    InputTextMessageContent,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram.constants import ParseMode

from bot.chat.blocks import Document
from bot.chat.calls import call
from bot.chat.errors import PerhapsSent
from bot.chat.keyboards import keyboard
from bot.chat.refusals import Refusal
from bot.chat.render import Rendered


@dataclass(frozen=True, slots=True)
class Card:
    """One result of an inline query; choosing it sends `rendered`.

    Attributes:
        id: 1 to 64 bytes, the card's own in one answer.
    """

    id: str
    title: str
    description: str
    rendered: Rendered


@dataclass(frozen=True, slots=True)
class Draft:
    """A message on its way, as plain as Telegram has made it so far."""

    chat_id: int
    rendered: Rendered
    reply_to: int | None = None
    thread: int | None = None
    marked_up: bool = True
    buttons: bool = True

    def without(self, refusal: Refusal) -> Draft | None:
        """The draft without what was refused; None when nothing is left to leave out."""
        if refusal is Refusal.NO_THREAD and self.thread is not None:
            return replace(self, thread=None)
        if refusal is Refusal.MARKUP and self.marked_up:
            return replace(self, marked_up=False)
        if refusal is Refusal.KEYBOARD and self.buttons and self.rendered.keyboard:
            return replace(self, buttons=False)
        return None

    @property
    def text(self) -> str:
        return self.rendered.html if self.marked_up else self.rendered.plain

    @property
    def parse_mode(self) -> ParseMode | None:
        return ParseMode.HTML if self.marked_up else None


async def post_message(bot: Bot, draft: Draft) -> int:
    """Send the text and the buttons. Returns the number of the message."""
    answer = await call(
        bot,
        "sendMessage",
        {
            "chat_id": draft.chat_id,
            "text": draft.text,
            "parse_mode": draft.parse_mode,
            "reply_markup": keyboard(draft.rendered.keyboard) if draft.buttons else None,
            "link_preview_options": LinkPreviewOptions(is_disabled=not draft.rendered.preview),
            "message_thread_id": draft.thread,
            "reply_parameters": _reply(draft.reply_to),
        },
    )
    number = answer.get("message_id") if isinstance(answer, dict) else None
    if not isinstance(number, int):
        raise PerhapsSent("Telegram's answer is no message")
    return number


async def edit_message(bot: Bot, message_id: int, draft: Draft) -> object:
    """Show the text and the buttons in the place of a message of ours."""
    return await bot.edit_message_text(
        draft.text,
        chat_id=draft.chat_id,
        message_id=message_id,
        parse_mode=draft.parse_mode,
        reply_markup=keyboard(draft.rendered.keyboard) if draft.buttons else None,
        link_preview_options=LinkPreviewOptions(is_disabled=not draft.rendered.preview),
    )


async def post_document(bot: Bot, document: Document, draft: Draft) -> int:
    """Send a file. Returns the number of the message."""
    message = await bot.send_document(
        draft.chat_id,
        document.content,
        filename=document.name,
        message_thread_id=draft.thread,
        disable_content_type_detection=True,
    )
    return message.message_id


def _reply(message_id: int | None) -> ReplyParameters | None:
    return None if message_id is None else ReplyParameters(message_id, allow_sending_without_reply=True)


def inline_result(card: Card) -> InlineQueryResultArticle:
    """A card as Telegram takes it."""
    return InlineQueryResultArticle(
        id=card.id,
        title=card.title,
        description=card.description,
        input_message_content=InputTextMessageContent(
            card.rendered.html,
            parse_mode=ParseMode.HTML,
            link_preview_options=LinkPreviewOptions(is_disabled=not card.rendered.preview),
        ),
        reply_markup=keyboard(card.rendered.keyboard),
    )
