"""From the buttons of a screen to Telegram's inline keyboard."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import InlineKeyboardButtonLimit

from bot.chat.blocks import Button, Copy, Open, Press, Share


def keyboard(rows: Sequence[Sequence[Button]]) -> InlineKeyboardMarkup | None:
    """The keyboard under a message; None when there are no buttons.

    Raises:
        ValueError: a button carries more data or text than Telegram takes; that is a bug of a screen.
    """
    made = [[_button(button) for button in row] for row in rows if row]
    return InlineKeyboardMarkup(made) if made else None


def _button(button: Button) -> InlineKeyboardButton:
    match button:
        case Press(label, data):
            size = len(data.encode())
            if (
                not InlineKeyboardButtonLimit.MIN_CALLBACK_DATA
                <= size
                <= InlineKeyboardButtonLimit.MAX_CALLBACK_DATA
            ):
                raise ValueError(f"the data of a button has {size} bytes")
            return InlineKeyboardButton(label, callback_data=data)
        case Open(label, url):
            return InlineKeyboardButton(label, url=url)
        case Copy(label, text):
            if (
                not InlineKeyboardButtonLimit.MIN_COPY_TEXT
                <= len(text)
                <= InlineKeyboardButtonLimit.MAX_COPY_TEXT
            ):
                raise ValueError(f"the text of a button to copy has {len(text)} characters")
            return InlineKeyboardButton(label, copy_text=CopyTextButton(text))
        case Share(label, query):
            return InlineKeyboardButton(label, switch_inline_query=query)
