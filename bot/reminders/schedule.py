"""When a reminder is due next: a pure function of its rule, its wall time, its zone and the last due time.

A reminder is kept as what the person meant: a time on the wall ("10:00"), a zone and a rule. The instants
follow from these, so a change of the clock, of the law or of the zone moves only what is still to come.

- A time that the clock leaves out (02:30 on 28 March 2027 in Berlin) is due as much later as the clock is
  put forward: 03:30. That is Python's reading of such a time, made visible by the way through UTC.
- A time that comes twice (02:30 on 31 October 2027) is due at the first of the two, and once.
- Two wall times may be one instant where a zone left out a whole day (Apia, 30 December 2011): due once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.reminders.rules import (
    Days,
    Months,
    NthWeekday,
    Once,
    Rule,
    Weeks,
    dates,
    from_text,
    period,
    to_text,
)

__all__ = [
    "LATE_ONCE",
    "MAX_AHEAD",
    "MAX_REMINDERS",
    "MIN_AHEAD",
    "ON_TIME",
    "CatchUp",
    "Days",
    "Lateness",
    "Months",
    "NthWeekday",
    "Once",
    "Rule",
    "Weeks",
    "catch_up",
    "from_text",
    "instant",
    "lateness",
    "local",
    "move",
    "next_due",
    "period",
    "to_text",
    "upcoming",
]

MAX_REMINDERS = 25
"""Reminders that one member may have."""

MIN_AHEAD = timedelta(minutes=1)
"""The nearest that a reminder may be set."""

MAX_AHEAD = timedelta(days=5 * 366)
"""The farthest that a reminder may be set: five years, whichever of them are leap years."""

LATE_ONCE = timedelta(hours=24)
"""How late one that does not repeat is still sent; a repeat: up to half its period."""

ON_TIME = timedelta(minutes=2)
"""What nobody calls late: a full minute of waiting behind others, and a restart."""

_WIDEST_SHIFT = timedelta(days=2)
"""More than any zone ever moved its clock at once (Apia left out 24 hours)."""


class Lateness(StrEnum):
    """What becomes of an occurrence that the bot looks at now."""

    EARLY = "early"
    ON_TIME = "on time"
    LATE = "late"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class CatchUp:
    """What is to be done about a reminder at an instant.

    Attributes:
        due: the occurrence to send now; None when none is.
        lateness: of `due`, or of the last missed one when it is skipped.
        skipped: occurrences that are not sent any more, because a later one is or because they are too old.
        following: the next due time, aware, UTC; None when there is none.
    """

    due: datetime | None
    lateness: Lateness
    skipped: int
    following: datetime | None


def instant(wall: datetime, zone: str) -> datetime:
    """The instant, aware and in UTC, at which the clocks of `zone` show `wall` (naive).

    `wall.fold` is honoured, so that "in one hour" can mean the second 02:30 of a night.

    Raises:
        ValueError, KeyError: there is no such zone (`zoneinfo.ZoneInfoNotFoundError` is a KeyError).
    """
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def local(due: datetime, zone: str) -> datetime:
    """What the clocks of `zone` show at `due` (aware): naive, with its fold; in a gap not the wall time."""
    return due.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def next_due(rule: Rule, wall: datetime, zone: str, previous_due: datetime | None) -> datetime | None:
    """The first due time after `previous_due`, or the very first one when that is None.

    Args:
        rule: how it repeats.
        wall: naive; its date is the earliest possible day and what "every N" is counted from.
        zone: IANA name.
        previous_due: aware.

    Returns:
        aware, UTC; None when nothing follows.

    Raises:
        ValueError, KeyError: there is no such zone.
    """
    if isinstance(rule, Once):
        due = instant(wall, zone)
        return due if previous_due is None or due > previous_due else None
    after = wall.date()
    if previous_due is not None:
        after = max(after, (local(previous_due, zone) - _WIDEST_SHIFT).date())
    for day in dates(rule, wall.date(), after):
        try:
            due = instant(datetime.combine(day, wall.time()), zone)
        except OverflowError:
            return None
        if previous_due is None or due > previous_due:
            return due
    return None


def upcoming(
    rule: Rule, wall: datetime, zone: str, previous_due: datetime | None, *, count: int
) -> tuple[datetime, ...]:
    """The next `count` due times after `previous_due`, fewer when nothing more follows; as in `next_due`."""
    found: list[datetime] = []
    while len(found) < count and (due := next_due(rule, wall, zone, previous_due)) is not None:
        found.append(due)
        previous_due = due
    return tuple(found)


def move(rule: Rule, wall: datetime, *, old: str, new: str, due: datetime) -> datetime:
    """`due`, the pending occurrence in zone `old`, when the member now lives in zone `new`.

    The same day and time on the other wall: it neither comes twice nor is lost. Going east it may already be
    over; then it is late by `lateness`, like any other.
    """
    shown = local(due, old)
    first = wall if isinstance(rule, Once) else None
    for day in dates(rule, wall.date(), (shown - _WIDEST_SHIFT).date()):
        meant = first or datetime.combine(day, wall.time())
        if instant(meant, old) == due:
            return instant(meant, new)
    return instant(shown, new)


def lateness(rule: Rule, due: datetime, now: datetime) -> Lateness:
    """Whether an occurrence that was due at `due` is still sent at `now` (both aware), and how."""
    age = now - due
    if age < timedelta(0):
        return Lateness.EARLY
    if age <= ON_TIME:
        return Lateness.ON_TIME
    length = period(rule)
    limit = LATE_ONCE if length is None else length / 2
    return Lateness.LATE if age <= limit else Lateness.SKIP


def catch_up(rule: Rule, wall: datetime, zone: str, due: datetime, now: datetime) -> CatchUp:
    """What to send at `now` of a reminder whose next due time is `due`: missed repeats become one at most.

    Raises:
        ValueError, KeyError: there is no such zone.
    """
    if due > now:
        return CatchUp(None, Lateness.EARLY, 0, due)
    missed = 0
    following = next_due(rule, wall, zone, due)
    while following is not None and following <= now:
        missed += 1
        due, following = following, next_due(rule, wall, zone, following)
    how = lateness(rule, due, now)
    if how is Lateness.SKIP:
        return CatchUp(None, how, missed + 1, following)
    return CatchUp(due, how, missed, following)
