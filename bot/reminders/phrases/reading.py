"""What a phrase about time may mean: one reading, two, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.reminders.rules import Rule


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reading.

    Attributes:
        rule: how it repeats.
        wall: naive; the day of the first occurrence and the time of all of them. Its fold is 1 only where
            an exact span ("in one hour") ends in the second of two equal hours.
        due: the first occurrence, aware, UTC; in a gap of the clock it shows another time than `wall`.
    """

    rule: Rule
    wall: datetime
    due: datetime


@dataclass(frozen=True, slots=True)
class Schedules:
    """It is understood.

    Attributes:
        candidates: one, or two to choose from, the earlier first.
        time_assumed: no time of day was named, so 10:00 is meant; this must be said.
    """

    candidates: tuple[Candidate, ...]
    time_assumed: bool = False


@dataclass(frozen=True, slots=True)
class Past:
    """That was at `at` (aware, UTC)."""

    at: datetime


@dataclass(frozen=True, slots=True)
class TooSoon:
    """In less than a minute."""


@dataclass(frozen=True, slots=True)
class TooFar:
    """More than five years ahead, at `at` (aware, UTC)."""

    at: datetime


class Why(StrEnum):
    """Why a phrase is not understood."""

    UNKNOWN = "unknown words, or none about time"
    VAGUE = "names no day"
    TOO_OFTEN = "more often than once a day"


@dataclass(frozen=True, slots=True)
class Unclear:
    """It is not understood; `example` is a phrase that would be, in the member's language if we read it."""

    example: str
    why: Why = Why.UNKNOWN


Reading = Schedules | Past | Unclear | TooSoon | TooFar


@dataclass(frozen=True, slots=True)
class Request:
    """A sentence that asks for a reminder, taken apart. Neither half is stored.

    Attributes:
        when: the words about time; empty when there are none.
        what: all others, to find a platform or guide with; empty when there are none.
    """

    when: str
    what: str
