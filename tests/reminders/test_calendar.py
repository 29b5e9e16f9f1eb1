"""The file for other calendars says the same as the schedule."""
# ruff: noqa: DTZ001 - what a clock on the wall shows has no zone

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from dateutil.tz import tzical
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from bot.reminders.calendar import Appointment, write_calendar
from bot.reminders.schedule import Days, Months, NthWeekday, Once, Rule, Weeks, next_due, upcoming
from tests.reminders.test_schedule import RULES

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "America/Santiago",
    "UTC",
)


def one(rule: Rule, wall: datetime, zone: str = "Europe/Berlin", uid: str = "1@advisor") -> Appointment:
    due = next_due(rule, wall, zone, None)
    assert due is not None
    return Appointment(uid, "Check LinkedIn", rule, wall, zone, due)


def field(file: bytes, name: str, *, of: str = "VEVENT") -> str | None:
    """The value of the first field of that name within an event, with its lines joined."""
    text = file.decode().replace("\r\n ", "")
    found = re.search(rf"^{name}(?:;[^:\r\n]*)?:([^\r\n]*)", text[text.index(f"BEGIN:{of}") :], re.MULTILINE)
    return found and found[1]


def walls(file: bytes, count: int) -> list[datetime]:
    """The wall times that another program computes from the file."""
    begin = field(file, "DTSTART")
    assert begin is not None
    start = datetime.strptime(begin.removesuffix("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007
    rule = field(file, "RRULE")
    return [start] if rule is None else list(islice(rrulestr(rule, dtstart=start), count))


@given(RULES, st.datetimes(datetime(2026, 1, 1, 3), datetime(2030, 1, 1)), st.sampled_from(ZONES))
@settings(max_examples=60, deadline=None)
def test_the_rule_of_the_file_gives_the_same_times(rule: Rule, wall: datetime, zone: str) -> None:
    wall = wall.replace(second=0, microsecond=0, hour=max(wall.hour, 4))  # clear of gaps, which have a test
    file = write_calendar([one(rule, wall, zone)], now=NOW)
    dues = upcoming(rule, wall, zone, None, count=6)
    expected = [due.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) for due in dues]
    assert walls(file, 6)[: len(expected)] == expected


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (Once(), None),
        (Days(3), "FREQ=DAILY;INTERVAL=3"),
        (Weeks((0, 3), 2), "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;WKST=MO"),
        (Months(15), "FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=15"),
        (Months(31, 3), "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=28,29,30,31;BYSETPOS=-1"),
        (NthWeekday(-1, 4), "FREQ=MONTHLY;INTERVAL=1;BYDAY=-1FR"),
    ],
)
def test_rules_in_the_words_of_the_standard(rule: Rule, text: str | None) -> None:
    assert field(write_calendar([one(rule, datetime(2026, 12, 1, 10))], now=NOW), "RRULE") == text


@pytest.mark.parametrize("zone", [*ZONES, "Africa/Casablanca", "America/Havana", "Europe/Dublin"])
def test_a_program_without_the_zone_shows_the_same_hour_on_both_sides_of_every_change(zone: str) -> None:
    """dateutil reads the rules that are spelled out in the file."""
    file = write_calendar([one(Days(1), datetime(2026, 11, 23, 10), zone)], now=NOW)
    text = file.decode().replace("\r\n ", "")
    spelled = text[text.index("BEGIN:VTIMEZONE") : text.index("BEGIN:VEVENT")]
    read = tzical(StringIO(spelled)).get(zone)
    assert read is not None
    moment = datetime(2026, 11, 23)
    while moment.year < 2037:
        wall = moment.replace(hour=10)
        assert wall.replace(tzinfo=read).utcoffset() == wall.replace(tzinfo=ZoneInfo(zone)).utcoffset(), wall
        moment += timedelta(days=1)


def test_clock_changes_are_given_by_the_wall_before_them() -> None:
    text = write_calendar([one(Days(1), datetime(2027, 3, 1, 10))], now=NOW).decode()
    summer = text[text.index("BEGIN:DAYLIGHT") : text.index("END:DAYLIGHT")]
    assert "DTSTART:20260329T020000" in summer
    winter = text[text.rindex("BEGIN:STANDARD") :]
    assert "DTSTART:20261025T030000" in winter


def test_a_time_in_a_gap_is_written_as_it_was_meant() -> None:
    wall = datetime(2027, 3, 28, 2, 30)
    assert b"DTSTART;TZID=Europe/Berlin:20270328T023000" in write_calendar([one(Days(1), wall)], now=NOW)


def test_several_reminders_are_one_file_that_says_each_zone_once() -> None:
    wall = datetime(2026, 12, 1, 10)
    friday = one(Weeks((4,)), wall, uid="2@advisor")
    tokyo = one(Once(), wall, "Asia/Tokyo", "3@advisor")
    file = write_calendar([one(Days(1), wall), friday, tokyo], now=NOW)
    calendar = Calendar.from_ical(file)
    assert [str(event["UID"]) for event in calendar.walk("VEVENT")] == ["1@advisor", "2@advisor", "3@advisor"]
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Asia/Tokyo", "Europe/Berlin"]


def test_the_same_reminder_gives_the_same_bytes() -> None:
    appointment = one(Months(31), datetime(2027, 1, 31, 10))
    assert write_calendar([appointment], now=NOW) == write_calendar([appointment], now=NOW)


def test_no_reminder_is_a_calendar_too() -> None:
    assert Calendar.from_ical(write_calendar([], now=NOW)).walk("VEVENT") == []
