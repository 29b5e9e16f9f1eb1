"""The parts of a phrase about time, still without a calendar: "friday", "at nine", "every week"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Unit(StrEnum):
    """What amounts are counted in."""

    SECOND = "second"
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Which(StrEnum):
    """Which of all Fridays."""

    NEAREST = "nearest"
    NEXT = "next"
    AFTER_NEXT = "after next"
    WEEK_LATER = "nearest, and a week"
    THIS_WEEK = "this week's"
    NEXT_WEEK = "next week's"
    LAST = "last"


class Part(StrEnum):
    """A part of the day."""

    MORNING = "morning"
    NOON = "noon"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    NIGHT = "night"


@dataclass(frozen=True, slots=True)
class Ahead:
    """So much later than now (or earlier, where negative). With `seconds`, counted to the second."""

    months: int = 0
    days: int = 0
    seconds: int = 0

    def __add__(self, other: Ahead) -> Ahead:
        return Ahead(self.months + other.months, self.days + other.days, self.seconds + other.seconds)

    def __neg__(self) -> Ahead:
        return Ahead(-self.months, -self.days, -self.seconds)


@dataclass(frozen=True, slots=True)
class OnWeekday:
    """A weekday, Monday is 0."""

    weekday: int
    which: Which = Which.NEAREST


@dataclass(frozen=True, slots=True)
class OnDate:
    """A day of the month, of a month (or the next that has it), of a year (or the next)."""

    day: int
    month: int | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Slashed:
    """12/1: day and month in the order of the country."""

    first: int
    second: int
    year: int | None = None


@dataclass(frozen=True, slots=True)
class NextPeriod:
    """Of "next month": its beginning or this day of it. `number` 2 is the one after."""

    unit: Unit
    number: int = 1


@dataclass(frozen=True, slots=True)
class EndOf:
    """The end of a month: `month` by number, or so many months `ahead`. Exact when the last day was named."""

    month: int | None = None
    ahead: int = 0
    exact: bool = False


@dataclass(frozen=True, slots=True)
class NthIn:
    """The first Monday (nth -1: the last) of a month: by number, so many months ahead, or the next one."""

    nth: int
    weekday: int
    month: int | None = None
    ahead: int | None = None


@dataclass(frozen=True, slots=True)
class Vague:
    """Words of time that name none: "soon", "in spring"."""


@dataclass(frozen=True, slots=True)
class TooOften:
    """More often than once a day."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day. `half_open`: morning or evening was not said. Hour 24 is the end of the day."""

    hour: int
    minute: int = 0
    half_open: bool = False


@dataclass(frozen=True, slots=True)
class Midnight:
    """The beginning or the end of a day: people mean both."""


@dataclass(frozen=True, slots=True)
class Every:
    """Every so many days, weeks or months."""

    number: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class EveryWeekday:
    """On these weekdays of every so many weeks."""

    weekdays: tuple[int, ...]
    weeks: int = 1


@dataclass(frozen=True, slots=True)
class EveryNth:
    """The nth weekday of every month; of 2 to 4 it may mean every nth such weekday, unless `of_month`."""

    nth: int
    weekday: int
    of_month: bool


@dataclass(frozen=True, slots=True)
class EveryDayOfMonth:
    """That day of every month."""

    day: int


Day = Ahead | OnWeekday | OnDate | Slashed | NextPeriod | EndOf | NthIn
Time = Clock | Midnight
Repeat = Every | EveryWeekday | EveryNth | EveryDayOfMonth
Piece = Day | Time | Part | Repeat | Vague | TooOften

Build = Callable[[re.Match[str]], tuple[Piece, ...] | None]
"""Makes the pieces of a match; None when it is none after all, such as hour 27."""


SHORTEST_REPAIRED = 5
"""Letters of the shortest word that misspelt ones are repaired to."""


@dataclass(frozen=True, slots=True)
class Asking:
    """How one language asks for a reminder.

    Attributes:
        begins: sentences that ask begin like this.
        framed: or like this, when they also end as `ends` says.
        ends: how they may end.
        checking: verbs that such a sentence may begin with instead, with the time at its end.
        questions: words that make a question of it after all.
        before_what: words between the asking and what is to be remembered ("to", "about").
        polite: words at the end that say nothing.
    """

    begins: re.Pattern[str]
    framed: re.Pattern[str]
    ends: re.Pattern[str]
    checking: frozenset[str]
    questions: frozenset[str]
    before_what: frozenset[str]
    polite: frozenset[str]


@dataclass(frozen=True, slots=True)
class Language:
    """How one language says when. All words are folded: lower case, no accents.

    Attributes:
        patterns: tried at every word, the longest match counts.
        around: words that may stand beside a piece and say nothing ("on", "at").
        asking: see `Asking`.
        words: what misspelt words are repaired to.
    """

    patterns: tuple[tuple[re.Pattern[str], Build], ...]
    around: frozenset[str]
    asking: Asking
    words: frozenset[str]


_SECONDS = {Unit.DAY: 86400, Unit.HOUR: 3600, Unit.MINUTE: 60, Unit.SECOND: 1}
_MOST = 10**9


def words_of(text: str) -> frozenset[str]:
    """The words of `text`."""
    return frozenset(text.split())


def alternatives(words: Iterable[str]) -> str:
    """The words, longest first, as the inside of a pattern."""
    return "|".join(sorted(words, key=len, reverse=True))


def compile_patterns(table: tuple[tuple[str, Build], ...]) -> tuple[tuple[re.Pattern[str], Build], ...]:
    """Patterns that match whole words only."""
    return tuple((re.compile(rf"(?:{pattern})(?!\S)"), build) for pattern, build in table)


def amount(number: Fraction, unit: Unit) -> Ahead | None:
    """`number` of `unit`; None when it is no whole number of days, months or seconds."""
    if unit in (Unit.YEAR, Unit.MONTH):
        kind, whole = "months", number * (12 if unit is Unit.YEAR else 1)
    elif unit is Unit.WEEK or (unit is Unit.DAY and number.denominator == 1):
        kind, whole = "days", number * (7 if unit is Unit.WEEK else 1)
    else:
        kind, whole = "seconds", number * _SECONDS[unit]
    if whole.denominator != 1 or whole > _MOST:
        return None
    return Ahead(**{kind: int(whole)})


def every(number: int, unit: Unit) -> Piece | None:
    """A repeat of so many units; None when there is none (every 0 days)."""
    if number < 1 or number > 1830:
        return None
    if unit in (Unit.SECOND, Unit.MINUTE, Unit.HOUR):
        return TooOften()
    return Every(number * 12, Unit.MONTH) if unit is Unit.YEAR else Every(number, unit)


def clock(hour: int, minute: int = 0, *, half: str | None = None, half_open: bool = False) -> Clock | None:
    """A time of day; `half` is "a" or "p" (am, pm) where it was said. None when there is no such time."""
    if half:
        if not 1 <= hour <= 12 or minute > 59:
            return None
        return Clock(hour % 12 + (12 if half == "p" else 0), minute)
    if minute > 59 or hour > 24 or (hour == 24 and minute):
        return None
    return Clock(hour, minute, half_open=half_open and 1 <= hour <= 11)


def date_of(day: int, month: int | None = None, year: str | int | None = None) -> OnDate | None:
    """A date; a year of two digits is of this century. None when no month has it."""
    number = None if year is None else int(year)
    if number is not None and number < 100:
        number += 2000
    lengths = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    if month is not None and not 1 <= month <= 12:
        return None
    if not 1 <= day <= (31 if month is None else lengths[month - 1]):
        return None
    return OnDate(day, month, number)


def times_a(number: int, unit: Unit) -> Piece:
    """So often in a unit: "twice a year" is every six months."""
    if number == 1:
        return every(1, unit) or Vague()
    if unit is Unit.YEAR and 12 % number == 0:
        return Every(12 // number, Unit.MONTH)
    return TooOften() if unit is Unit.DAY else Vague()
