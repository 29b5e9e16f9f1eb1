"""How a reminder repeats: the values, their limits, and the short text that a column holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

WEEKDAY_CODES = ("mo", "tu", "we", "th", "fr", "sa", "su")
"""Weekdays in `to_text`, in the order of `date.weekday()`."""

LONGEST_EVERY = 1830
"""The largest "every N" of any rule; five years in days."""

_WORKDAYS = (0, 1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class Once:
    """It does not repeat."""


@dataclass(frozen=True, slots=True)
class Days:
    """Every `every` days, counted from the first."""

    every: int = 1

    def __post_init__(self) -> None:
        _require_every(self.every)


@dataclass(frozen=True, slots=True)
class Weeks:
    """On `weekdays` (Monday is 0; sorted, none twice) of every `every`-th week.

    Weeks begin on Monday and are counted from the week of the first occurrence.
    """

    weekdays: tuple[int, ...]
    every: int = 1

    def __post_init__(self) -> None:
        _require_every(self.every)
        if not self.weekdays or list(self.weekdays) != sorted(set(self.weekdays) & set(range(7))):
            raise ValueError(f"weekdays are sorted numbers from 0 to 6, not {self.weekdays}")

    @property
    def is_workdays(self) -> bool:
        """Monday to Friday of every week."""
        return self.every == 1 and self.weekdays == _WORKDAYS


@dataclass(frozen=True, slots=True)
class Months:
    """On day `day` of every `every`-th month, on its last day where the month is shorter.

    The day is kept here and not read off the previous occurrence, so that 31 January is followed by
    28 February and that by 31 March. Day 31 is therefore "the last day of the month". Years are 12 months:
    29 February every 12 months is 28 February in common years.
    """

    day: int
    every: int = 1

    def __post_init__(self) -> None:
        _require_every(self.every)
        if not 1 <= self.day <= 31:
            raise ValueError(f"a day of the month is 1 to 31, not {self.day}")


@dataclass(frozen=True, slots=True)
class NthWeekday:
    """On the `nth` (1 to 4, or -1 for the last) `weekday` (Monday is 0) of every `every`-th month."""

    nth: int
    weekday: int
    every: int = 1

    def __post_init__(self) -> None:
        _require_every(self.every)
        if self.nth not in (1, 2, 3, 4, -1):
            raise ValueError(f"not every month has a weekday number {self.nth}")
        if not 0 <= self.weekday <= 6:
            raise ValueError(f"a weekday is 0 to 6, not {self.weekday}")


Rule = Once | Days | Weeks | Months | NthWeekday


def _require_every(every: int) -> None:
    if not 1 <= every <= LONGEST_EVERY:
        raise ValueError(f"every {every}: it must be 1 to {LONGEST_EVERY}")


def to_text(rule: Rule) -> str:
    """`rule` as at most 32 letters of ASCII: `once`, `3d`, `1w:mo,fr`, `3m:31`, `1m:1mo`, `1m:-1fr`."""
    match rule:
        case Once():
            return "once"
        case Days(every):
            return f"{every}d"
        case Weeks(weekdays, every):
            return f"{every}w:" + ",".join(WEEKDAY_CODES[day] for day in weekdays)
        case Months(day, every):
            return f"{every}m:{day}"
        case NthWeekday(nth, weekday, every):
            return f"{every}m:{nth}{WEEKDAY_CODES[weekday]}"


_TEXT = re.compile(
    r"(?P<every>[1-9]\d{0,3})(?:(?P<days>d)|w:(?P<weekdays>[a-z]{2}(?:,[a-z]{2})*)"
    r"|m:(?P<number>-?\d{1,2})(?P<weekday>[a-z]{2})?)",
    re.ASCII,
)


def from_text(text: str) -> Rule:
    """The reverse of `to_text`.

    Raises:
        ValueError: `to_text` writes nothing of the kind.
    """
    if text == "once":
        return Once()
    found = _TEXT.fullmatch(text)
    if found is None:
        raise ValueError(f"no rule: {text!r}")
    every = int(found["every"])
    rule: Rule
    if found["days"]:
        rule = Days(every)
    elif found["weekdays"]:
        rule = Weeks(tuple(WEEKDAY_CODES.index(code) for code in found["weekdays"].split(",")), every)
    elif found["weekday"]:
        rule = NthWeekday(int(found["number"]), WEEKDAY_CODES.index(found["weekday"]), every)
    else:
        rule = Months(int(found["number"]), every)
    if to_text(rule) != text:
        raise ValueError(f"no rule: {text!r}")
    return rule


def period(rule: Rule) -> timedelta | None:
    """The shortest time between two occurrences; None when there is but one."""
    match rule:
        case Once():
            return None
        case Days(every):
            return timedelta(days=every)
        case Weeks(weekdays, every):
            around = [*weekdays, weekdays[0] + 7 * every]
            return timedelta(days=min(b - a for a, b in pairwise(around)))
        case Months(_, every):
            return timedelta(days=every * 30 if every > 1 else 28)
        case NthWeekday(_, _, every):
            return timedelta(days=28 * every)


def dates(rule: Rule, first: date, after: date) -> Iterator[date]:
    """The days of `rule`, in order, from its first one not before `first`, leaving out those before `after`.

    `first` is also what "every N" is counted from. Ends where the calendar does, in the year 9999.
    """
    try:
        match rule:
            case Once():
                if first >= after:
                    yield first
            case Days(every):
                day = first + timedelta(days=-(-max((after - first).days, 0) // every) * every)
                while True:
                    yield day
                    day += timedelta(days=every)
            case Weeks():
                yield from _weekly(rule, first, after)
            case Months() | NthWeekday():
                yield from _monthly(rule, first, after)
    except OverflowError:
        return


def _weekly(rule: Weeks, first: date, after: date) -> Iterator[date]:
    first_day = first
    while first_day.weekday() not in rule.weekdays:
        first_day += timedelta(days=1)
    step = timedelta(weeks=rule.every)
    monday = first_day - timedelta(days=first_day.weekday())
    if after > monday:
        monday += (after - monday) // step * step
    while True:
        for weekday in rule.weekdays:
            day = monday + timedelta(days=weekday)
            if day >= first_day and day >= after:
                yield day
        monday += step


def _monthly(rule: Months | NthWeekday, first: date, after: date) -> Iterator[date]:
    month = first.year * 12 + first.month - 1
    if _day_in(rule, month) < first:  # this month's is over, so the series begins in the next
        month += 1
    behind = after.year * 12 + after.month - 1 - month
    if behind > 0:
        month += behind // rule.every * rule.every
    while month < 9999 * 12:
        day = _day_in(rule, month)
        if day >= after:
            yield day
        month += rule.every


def _day_in(rule: Months | NthWeekday, month: int) -> date:
    """The day of `rule` in `month`, counted from the year 0."""
    start = date(month // 12, month % 12 + 1, 1)
    following = date((month + 1) // 12, (month + 1) % 12 + 1, 1)
    length = (following - start).days
    if isinstance(rule, Months):
        return start.replace(day=min(rule.day, length))
    if rule.nth > 0:
        return start + timedelta(days=(rule.weekday - start.weekday()) % 7 + 7 * (rule.nth - 1))
    last = following - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - rule.weekday) % 7)
