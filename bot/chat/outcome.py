"""How the handling of one update ended.

python-telegram-bot's `process_update` returns normally when a handler failed; the exception only goes to
the error handlers. So the receiver opens a box before it hands an update over, and the error handler puts
the outcome in. The box travels in a `ContextVar`: updates handled at the same time each see their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum

from bot.chat.errors import NotNow, TokenRefused
from bot.storage.faults import StorageDown


class Outcome(StrEnum):
    """What became of an update."""

    DONE = "done"
    """Handled and answered, as far as it ever will be: Telegram may forget it."""
    TRANSIENT = "transient"
    """Storage or network were down: it is tried again, in order, and stays with Telegram until then."""
    BUG = "bug"
    """A fault of ours: apologised for, and over; trying again would fail again."""


class Box:
    """Where the outcome of one update is put; made by `watch`."""

    __slots__ = ("outcome", "spoke")

    def __init__(self) -> None:
        self.outcome = Outcome.DONE
        self.spoke = False
        """Whether a message went out, so that trying again would repeat it."""


_box: ContextVar[Box | None] = ContextVar("outcome", default=None)


@contextmanager
def watch() -> Iterator[Box]:
    """Open a box for the update that is handled inside; inside of another `watch` it is that one's box."""
    outer = _box.get()
    if outer is not None:
        yield outer
        return
    box = Box()
    token = _box.set(box)
    try:
        yield box
    finally:
        _box.reset(token)


def record(error: BaseException) -> Outcome:
    """Put what `error` means into the box, and return it. A later fault never hides a transient one."""
    outcome = judge(error)
    box = _box.get()
    if box is not None and box.outcome is not Outcome.TRANSIENT:
        box.outcome = outcome
    return outcome


def current() -> Outcome:
    """What was recorded for the update being handled; `DONE` when nothing was."""
    box = _box.get()
    return Outcome.DONE if box is None else box.outcome


def note_spoken() -> None:
    """Remember that a message went out for the update being handled."""
    box = _box.get()
    if box is not None:
        box.spoke = True


def judge(error: BaseException) -> Outcome:
    """Whether `error` passes by itself (storage, network) or is a bug."""
    return Outcome.TRANSIENT if isinstance(error, StorageDown | NotNow | TokenRefused) else Outcome.BUG
