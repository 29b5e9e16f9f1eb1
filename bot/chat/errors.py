"""What can go wrong on the way to Telegram, told apart by the one question that matters: was it sent?

Telegram has no key that would make a repeated send harmless (tdlib/telegram-bot-api #126, #482), so every
fault of the network is either "surely not sent", and may be tried again, or "perhaps sent", and may not.
"""

from __future__ import annotations

import os

from telegram.error import BadRequest, NetworkError

# Otherwise python-telegram-bot 22 warns whenever it makes a RetryAfter; read at each use, not at import.
os.environ.setdefault("PTB_TIMEDELTA", "1")


class NotSent(NetworkError):  # noqa: N818 - what happened
    """The request surely never reached Telegram: not connected, or turned away on the way there."""


class PerhapsSent(NetworkError):  # noqa: N818 - what happened
    """The request left, and nothing intelligible came back: Telegram may or may not have carried it out."""


class TooLarge(BadRequest):
    """What came was larger than it may be, and was thrown away on the way."""


class NotNow(Exception):  # noqa: N818 - a state, which callers read as such
    """A message could not be sent for now, surely did not arrive, and is right to be tried again later.

    Attributes:
        seconds: how long to wait at least, when Telegram said so.
    """

    def __init__(self, message: str, *, seconds: float = 0.0) -> None:
        super().__init__(message)
        self.seconds = seconds


class NetworkDown(NotNow):
    """Telegram could not be reached for as long as the outbox was ready to wait."""


class Paused(NotNow):
    """Telegram asked to wait longer than the outbox was ready to (429)."""


class TokenRefused(Exception):  # noqa: N818 - a state, which callers read as such
    """Telegram does not accept the bot's token; only the operator can mend that. The message says how."""
