"""The clock that is passed in: real time in production, a settable one in tests and in `advisor shell`."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time of day."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)


class SettableClock:
    """A clock that begins where it is told and goes on at the speed of the real one.

    Args:
        start: an aware instant.
    """

    def __init__(self, start: datetime) -> None:
        self._start = start.astimezone(UTC)
        self._since = time.monotonic()

    def now(self) -> datetime:
        """The set instant plus what has really passed since it was set."""
        return self._start + timedelta(seconds=time.monotonic() - self._since)

    def set(self, instant: datetime) -> None:
        """Go on from `instant` (aware)."""
        self._start = instant.astimezone(UTC)
        self._since = time.monotonic()
