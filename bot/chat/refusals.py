"""What Telegram means when it refuses a request: its own sentences, read once and in one place.

The sentences are those of tdlib/telegram-bot-api 10.0 (`reliability.md`, section 2). python-telegram-bot
strips their prefix and changes their case, so they are looked for in lower case, anywhere. They may quote
what was sent, so only the name of a `Refusal` is ever logged.
"""

from __future__ import annotations

from enum import StrEnum

from telegram.error import BadRequest


class Refusal(StrEnum):
    """Why a request was refused (400)."""

    GONE = "gone"
    """There is no such chat any more, or none that we may write to."""
    UNCHANGED = "unchanged"
    """An edit that changes nothing: what was to be shown is shown."""
    NOT_EDITABLE = "not editable"
    """The message to edit is gone, too old, or of another kind."""
    TOO_LATE = "too late"
    """A button or an inline query was answered after its time."""
    NO_THREAD = "no thread"
    """The forum topic does not exist any more."""
    MARKUP = "markup"
    """Telegram cannot read our HTML."""
    KEYBOARD = "keyboard"
    """Telegram does not like the buttons."""
    OTHER = "other"


_SENTENCES = (
    (Refusal.UNCHANGED, ("message is not modified",)),
    (
        Refusal.NOT_EDITABLE,
        (
            "message can't be edited",
            "message to edit not found",
            "message_id_invalid",
            "there is no text in the message to edit",
            "message identifier is not specified",
        ),
    ),
    (Refusal.TOO_LATE, ("query is too old", "query id is invalid", "query_id_invalid")),
    (Refusal.NO_THREAD, ("message thread not found", "topic_deleted", "topic_closed")),
    (Refusal.MARKUP, ("can't parse entities", "can't parse message text")),
    (
        Refusal.KEYBOARD,
        (
            "button_data_invalid",
            "button_url_invalid",
            "button_type_invalid",
            "button_copy_text_invalid",
            "reply markup",
            "inline keyboard",
            "button",
        ),
    ),
    (
        Refusal.GONE,
        (
            "chat not found",
            "user not found",
            "user is deactivated",
            "peer_id_invalid",
            "group chat was deactivated",
            "chat_id is empty",
            "need administrator rights in the channel",
        ),
    ),
)


def read(fault: BadRequest) -> Refusal:
    """The meaning of a refusal; `OTHER` when its sentence is not known."""
    sentence = fault.message.lower()
    for refusal, known in _SENTENCES:
        if any(part in sentence for part in known):
            return refusal
    return Refusal.OTHER
