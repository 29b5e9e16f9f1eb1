"""The values of a reminder, and what became of a wish to change one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.reminders.rules import Rule


class Kind(StrEnum):
    """Whether a reminder stands for itself."""

    SERIES = "series"
    """Asked for by the member, also when it comes but once."""
    SNOOZE = "snooze"
    """One message of a series, put off; the series goes on as if nothing had happened."""


class State(StrEnum):
    """Where a reminder stands."""

    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"
    """It came for the last time or was stopped; kept for 30 days, so that its buttons still work."""


class Answer(StrEnum):
    """What a member says to a reminder's message."""

    STILL_OFF = "off"
    ON_AGAIN = "on"
    STOP = "stop"


class Status(StrEnum):
    """What became of a wish."""

    DONE = "done"
    REPEATED = "repeated"
    """Telegram delivered the same update twice; it was done the first time."""
    UNKNOWN = "unknown"
    """There is no such reminder, or it has ended: an old button, or somebody else's."""
    FULL = "full"
    PASSED = "passed"
    """The time is over."""
    TOO_SOON = "too soon"
    TOO_FAR = "too far"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a member asks for.

    Attributes:
        points_at: id of the platform or entry to check.
        rule: how it repeats.
        wall: naive, with its fold; see `bot.reminders.schedule.next_due`.
        zone: IANA name.
        replies_to: the member's own message; the reminder replies to it.
    """

    points_at: str
    rule: Rule
    wall: datetime
    zone: str
    replies_to: int | None = None


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder as it is kept.

    Attributes:
        id: its number, never used again.
        kind: see `Kind`.
        series: of a snooze, the number of the reminder that was put off.
        plan: what was asked for.
        state: see `State`.
        next_due: aware, UTC; of a paused one when it would be due; None when it has ended.
        made_at: aware, UTC.
        missed: when an occurrence was due that was too late to be sent; None when there was none lately.
    """

    id: int
    kind: Kind
    series: int | None
    plan: Plan
    state: State
    next_due: datetime | None
    made_at: datetime
    missed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a wish.

    Attributes:
        status: see `Status`.
        reminder: as it is now; for a snooze the snooze. None when it is gone or never was.
    """

    status: Status
    reminder: Reminder | None = None
