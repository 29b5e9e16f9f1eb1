"""Every zone there is, ten years: each wall time exactly once, never early, without drift.

`ADVISOR_TEST_ALL_ZONES=1` takes every day of them; without it, every month, and days around clock changes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from bot.reminders.schedule import Days, Months, NthWeekday, Rule, next_due

FULL = os.environ.get("ADVISOR_TEST_ALL_ZONES") == "1"
FIRST, LAST = date(2024, 1, 1), date(2034, 1, 1)
ZONES = sorted(available_timezones() - {"localtime", "Factory"})
ODD = (
    "Africa/Cairo", "Africa/Casablanca", "America/Havana", "America/Nuuk", "America/Santiago",
    "Antarctica/Troll", "Asia/Beirut", "Asia/Gaza", "Asia/Tehran", "Australia/Lord_Howe", "Europe/Berlin",
    "Pacific/Chatham",
)  # fmt: skip


def read(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    found = moment.astimezone(zone).utcoffset()
    assert found is not None
    return found


def earliest(wall: datetime, zone: ZoneInfo) -> datetime:
    """When a clock in `zone` first shows `wall`, found by trying; in a gap, as much later as it is wide."""
    around = wall.replace(tzinfo=UTC)
    offsets = {offset(around + timedelta(hours=hours), zone) for hours in (-30, -12, 0, 12, 30)}
    tried = [around - one for one in offsets]
    if showing := [moment for moment in tried if read(moment, zone) == wall]:
        return min(showing)
    before = offset(around - timedelta(hours=30), zone)
    return around - before


def follow(rule: Rule, wall: datetime, zone: str, until: datetime) -> Iterator[datetime]:
    due = next_due(rule, wall, zone, None)
    while due is not None and due < until:
        yield due
        due = next_due(rule, wall, zone, due)


def hold(rule: Rule, days: list[date], at: time, name: str) -> None:
    """What `follow` gives is what trying gives, day for day."""
    zone = ZoneInfo(name)
    until = datetime.combine(days[-1] + timedelta(days=3), at, UTC)
    dues = list(follow(rule, datetime.combine(days[0], at), name, until))
    expected = [earliest(datetime.combine(day, at), zone) for day in days]
    assert dues[: len(expected)] == list(dict.fromkeys(expected)), name
    for due, day in zip(dues, days, strict=False):
        wall = datetime.combine(day, at)
        assert wall <= read(due, zone) <= wall + timedelta(hours=24), (name, due)
        put_forward = offset(due, zone) > offset(due - timedelta(hours=26), zone)
        assert read(due, zone) == wall or put_forward, (name, due)


def months(day: int) -> list[date]:
    found = []
    for month in range(FIRST.year * 12, LAST.year * 12):
        following = date((month + 1) // 12, (month + 1) % 12 + 1, 1)
        last = following - timedelta(days=1)
        found.append(last.replace(day=min(day, last.day)))
    return found


@pytest.mark.parametrize("at", [time(0, 0), pytest.param(time(2, 30), marks=pytest.mark.long)])
def test_month_ends_in_every_zone(at: time) -> None:
    for zone in ZONES:
        hold(Months(31), months(31), at, zone)


@pytest.mark.long
def test_last_sundays_in_every_zone() -> None:
    """The day on which most clocks change."""
    sundays = [last - timedelta(days=(last.weekday() - 6) % 7) for last in months(31)]
    for zone in ZONES:
        hold(NthWeekday(-1, 6), sundays, time(2, 30), zone)


@pytest.mark.parametrize("zone", ODD)
def test_every_day_in_odd_zones(zone: str) -> None:
    days = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days)]
    hold(Days(1), days, time(2, 30), zone)


def test_days_around_every_change_of_every_zone() -> None:
    for zone in ZONES:
        info = ZoneInfo(zone)
        for change in changes(info):
            days = [change + timedelta(days=number) for number in range(-2, 4)]
            hold(Days(1), days, time(0, 30), zone)
            hold(Days(1), days, time(2, 15), zone)


def changes(zone: ZoneInfo) -> Iterator[date]:
    """The days on which a clock changes, in the first two and the last two of the ten years."""
    step = timedelta(days=1)
    moment = datetime(FIRST.year, 1, 1, tzinfo=UTC)
    while moment.year < LAST.year:
        if moment.year == FIRST.year + 2:
            moment = moment.replace(year=LAST.year - 2)
        if offset(moment, zone) != offset(moment + step, zone):
            yield moment.date()
        moment += step


@pytest.mark.skipif(not FULL, reason="ADVISOR_TEST_ALL_ZONES=1 takes every day of every zone, some minutes")
@pytest.mark.slow
@pytest.mark.parametrize("at", [time(0, 30), time(2, 30), time(10, 0)])
def test_every_day_in_every_zone(at: time) -> None:
    days = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days)]
    for zone in ZONES:
        hold(Days(1), days, at, zone)
