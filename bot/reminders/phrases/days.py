"""Which days "next friday", "the 15th" and "end of january" are, seen from a day."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TypeVar

from bot.reminders.phrases.pieces import (
    Ahead,
    Day,
    EndOf,
    NextPeriod,
    NthIn,
    OnDate,
    OnWeekday,
    Slashed,
    Unit,
    Which,
)
from bot.reminders.rules import NthWeekday, dates

_D = TypeVar("_D", date, datetime)


def days_of(day: Day, today: date, *, first_is_day: bool | None) -> Iterator[date]:
    """The days that `day` may be, seen from `today`, the earlier first: one or two; none when there is none.

    `first_is_day` tells whether 12/1 is 12 January; None when either may be meant.
    """
    match day:
        case Ahead(months, days):
            yield in_month(today, months) + timedelta(days=days)
        case OnWeekday(weekday, which):
            yield from _weekday(weekday, which, today)
        case OnDate():
            yield from _date(day, today)
        case Slashed(first, second, year):
            both = [(first, second), (second, first)]
            if first_is_day is not None:
                both = both[:1] if first_is_day else both[1:]
            found = {d for a, b in both for d in _dates(a, b, year, today)}
            if not found:  # 12/24 has but one reading, wherever
                found = set(_dates(second, first, year, today)) | set(_dates(first, second, year, today))
            yield from sorted(found)
        case NextPeriod(unit, number):
            yield from _next_period(unit, number, today)
        case EndOf(month, ahead, exact):
            start = in_month(today.replace(day=1), ahead)
            if month is not None:
                start = date(today.year + (month < today.month), month, 1)
            last = start.replace(day=calendar.monthrange(start.year, start.month)[1])
            if not exact:
                yield last - timedelta(days=7)
            yield last
        case NthIn():
            yield from _nth(day, today)


def _weekday(weekday: int, which: Which, today: date) -> Iterator[date]:
    nearest = today + timedelta(days=(weekday - today.weekday()) % 7)
    monday = today - timedelta(days=today.weekday())
    week = timedelta(days=7)
    this_week = nearest < monday + week
    match which:
        case Which.NEAREST:
            yield nearest
            if nearest == today:
                yield nearest + week
        case Which.NEXT if nearest == today:
            yield nearest + week
        case Which.NEXT:
            yield nearest
            if this_week:
                yield nearest + week
        case Which.AFTER_NEXT:
            yield nearest + week
            if this_week:
                yield nearest + 2 * week
        case Which.WEEK_LATER:
            yield nearest + week
        case Which.THIS_WEEK:
            yield monday + timedelta(days=weekday)
        case Which.NEXT_WEEK:
            yield monday + week + timedelta(days=weekday)
        case Which.LAST:
            yield nearest - week


def _date(day: OnDate, today: date) -> Iterator[date]:
    if day.month is not None:
        yield from _dates(day.day, day.month, day.year, today)
        return
    for ahead in range(14):  # the next month that has such a day
        start = in_month(today.replace(day=1), ahead)
        if day.day <= calendar.monthrange(start.year, start.month)[1] and start.replace(day=day.day) >= today:
            yield start.replace(day=day.day)
            return


def _dates(day: int, month: int, year: int | None, today: date) -> Iterator[date]:
    """That date: of `year`, or the next one that there is."""
    for candidate in [year] if year is not None else range(today.year, today.year + 9):
        try:
            found = date(candidate, month, day)
        except ValueError:
            continue
        if year is not None or found >= today:
            yield found
            return


def _next_period(unit: Unit, number: int, today: date) -> Iterator[date]:
    match unit:
        case Unit.WEEK:
            same = today + timedelta(weeks=number)
            start = same - timedelta(days=same.weekday())
        case Unit.MONTH:
            same = in_month(today, number)
            start = same.replace(day=1)
        case _:
            same = in_month(today, 12 * number)
            start = same.replace(month=1, day=1)
    yield start
    if same != start:
        yield same


def _nth(day: NthIn, today: date) -> Iterator[date]:
    start = today.replace(day=1)
    if day.month is not None:
        start = date(today.year + (day.month < today.month), day.month, 1)
    elif day.ahead is not None:
        start = in_month(start, day.ahead)
    rule = NthWeekday(day.nth, day.weekday)
    for first in dates(rule, start if day.ahead is not None else max(start, today), start):
        yield first
        return


def in_month(day: _D, months: int) -> _D:
    """So many months later, on the last day where that month is shorter.

    Raises:
        OverflowError: the calendar ends before.
    """
    month = day.year * 12 + day.month - 1 + months
    if not 12 <= month < 9999 * 12:
        raise OverflowError
    year, month = month // 12, month % 12 + 1
    return day.replace(year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1]))
