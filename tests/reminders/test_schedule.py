"""The next due time: month ends, clock changes, zones that move, lateness."""
# ruff: noqa: DTZ001 - what a clock on the wall shows has no zone

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reminders.rules import dates
from bot.reminders.schedule import (
    LATE_ONCE,
    MAX_AHEAD,
    MIN_AHEAD,
    Days,
    Lateness,
    Months,
    NthWeekday,
    Once,
    Rule,
    Weeks,
    catch_up,
    from_text,
    instant,
    lateness,
    local,
    move,
    next_due,
    period,
    to_text,
    upcoming,
)

_EVERY = st.integers(1, 40)
RULES: st.SearchStrategy[Rule] = st.one_of(
    st.just(Once()),
    st.builds(Days, _EVERY),
    st.builds(Weeks, st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))), _EVERY),
    st.builds(Months, st.integers(1, 31), _EVERY),
    st.builds(NthWeekday, st.sampled_from((1, 2, 3, 4, -1)), st.integers(0, 6), _EVERY),
)


def shown(rule: Rule, wall: datetime, zone: str, count: int) -> list[str]:
    return [f"{local(due, zone):%Y-%m-%d %H:%M}" for due in upcoming(rule, wall, zone, None, count=count)]


def days(rule: Rule, first: date, count: int) -> list[str]:
    return [f"{day:%d.%m.%y}" for day in islice(dates(rule, first, first), count)]


def test_month_ends_clamp_and_do_not_drift() -> None:
    assert shown(Months(31), datetime(2027, 1, 31, 10), "Europe/Berlin", 5) == [
        "2027-01-31 10:00",
        "2027-02-28 10:00",
        "2027-03-31 10:00",
        "2027-04-30 10:00",
        "2027-05-31 10:00",
    ]


@pytest.mark.parametrize(
    ("rule", "first", "expected"),
    [
        (Months(30, 3), date(2026, 11, 30), ["30.11.26", "28.02.27", "30.05.27", "30.08.27", "30.11.27"]),
        (Months(29), date(2028, 1, 29), ["29.01.28", "29.02.28", "29.03.28"]),
        (Months(29, 12), date(2028, 2, 29), ["29.02.28", "28.02.29", "28.02.30", "28.02.31", "29.02.32"]),
        (Months(31), date(2027, 2, 28), ["28.02.27", "31.03.27"]),
        (Months(15, 6), date(2026, 11, 16), ["15.12.26", "15.06.27"]),
        (Days(3), date(2026, 12, 30), ["30.12.26", "02.01.27", "05.01.27"]),
        (Weeks((0,), 1), date(2026, 11, 23), ["23.11.26", "30.11.26"]),
        (Weeks((0, 3), 2), date(2026, 11, 24), ["26.11.26", "07.12.26", "10.12.26", "21.12.26"]),
        (Weeks((4,), 2), date(2026, 11, 27), ["27.11.26", "11.12.26"]),
        (NthWeekday(1, 0), date(2026, 11, 23), ["07.12.26", "04.01.27", "01.02.27"]),
        (NthWeekday(-1, 4), date(2026, 11, 23), ["27.11.26", "25.12.26", "29.01.27"]),
        (NthWeekday(4, 3, 12), date(2026, 11, 1), ["26.11.26", "25.11.27"]),
        (Once(), date(2026, 11, 23), ["23.11.26"]),
    ],
)
def test_days_of_a_rule(rule: Rule, first: date, expected: list[str]) -> None:
    assert days(rule, first, len(expected)) == expected


@given(RULES, st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 4000))
@settings(deadline=None)
def test_beginning_later_leaves_out_the_earlier_days_and_changes_none(
    rule: Rule, first: date, later: int
) -> None:
    after = first + timedelta(days=later)
    whole = [day for day in islice(dates(rule, first, first), 4100) if day >= after][:3]
    assert list(islice(dates(rule, first, after), 3))[: len(whole)] == whole


@given(RULES)
@settings(deadline=None)
def test_a_rule_survives_its_text(rule: Rule) -> None:
    text = to_text(rule)
    assert from_text(text) == rule
    assert len(text) <= 32
    assert text.isascii()


@pytest.mark.parametrize(
    "text", ["", "0d", "1d ", "d", "1x", "1w:", "1w:mo,mo", "1w:tu,mo", "1m:0", "1m:32", "1m:5mo", "1m:-2fr",
             "01d", "1m:01", "9999d", "ONCE", "1w:xx", "1m:1xx", "1m:-1", "١d"]
)  # fmt: skip
def test_another_text_is_no_rule(text: str) -> None:
    with pytest.raises(ValueError):
        from_text(text)


@pytest.mark.parametrize(
    ("zone", "wall", "expected"),
    [
        # The clock goes forward from 02:00 to 03:00, and back from 03:00 to 02:00.
        ("Europe/Berlin", datetime(2026, 3, 29, 1, 59), "2026-03-29T00:59"),
        ("Europe/Berlin", datetime(2026, 3, 29, 2, 0), "2026-03-29T01:00"),
        ("Europe/Berlin", datetime(2026, 3, 29, 2, 30), "2026-03-29T01:30"),
        ("Europe/Berlin", datetime(2026, 3, 29, 3, 0), "2026-03-29T01:00"),
        ("Europe/Berlin", datetime(2026, 10, 25, 2, 30), "2026-10-25T00:30"),
        ("Europe/Berlin", datetime(2026, 10, 25, 3, 0), "2026-10-25T02:00"),
        ("Europe/Berlin", datetime(2027, 3, 28, 2, 30), "2027-03-28T01:30"),
        ("Europe/Berlin", datetime(2027, 10, 31, 2, 30), "2027-10-31T00:30"),
        ("Europe/Berlin", datetime(2027, 10, 31, 2, 30, fold=1), "2027-10-31T01:30"),
        # Half an hour: 02:00 becomes 02:30, and back.
        ("Australia/Lord_Howe", datetime(2026, 10, 4, 2, 15), "2026-10-03T15:45"),
        ("Australia/Lord_Howe", datetime(2026, 4, 5, 1, 45), "2026-04-04T14:45"),
        # Samoa left out 30 December 2011.
        ("Pacific/Apia", datetime(2011, 12, 29, 10), "2011-12-29T20:00"),
        ("Pacific/Apia", datetime(2011, 12, 30, 10), "2011-12-30T20:00"),
        ("Pacific/Apia", datetime(2011, 12, 31, 10), "2011-12-30T20:00"),
        # Morocco went back for Ramadan and forward after it.
        ("Africa/Casablanca", datetime(2025, 2, 22, 10), "2025-02-22T09:00"),
        ("Africa/Casablanca", datetime(2025, 2, 23, 10), "2025-02-23T10:00"),
        ("Africa/Casablanca", datetime(2025, 2, 23, 2, 30), "2025-02-23T01:30"),
        ("Africa/Casablanca", datetime(2025, 4, 6, 2, 30), "2025-04-06T02:30"),
    ],
)
def test_instants_at_clock_changes(zone: str, wall: datetime, expected: str) -> None:
    assert instant(wall, zone).isoformat()[:16] == expected


def test_a_time_that_the_clock_leaves_out_is_later_that_day_only() -> None:
    assert shown(Days(1), datetime(2026, 3, 28, 2, 30), "Europe/Berlin", 3) == [
        "2026-03-28 02:30",
        "2026-03-29 03:30",
        "2026-03-30 02:30",
    ]


def test_a_time_that_comes_twice_is_due_once() -> None:
    first, second, third = upcoming(Days(1), datetime(2026, 10, 24, 2, 30), "Europe/Berlin", None, count=3)
    assert (second - first, third - second) == (timedelta(hours=24), timedelta(hours=25))


def test_a_day_that_a_zone_leaves_out_is_due_with_the_next_and_once() -> None:
    assert shown(Days(1), datetime(2011, 12, 29, 10), "Pacific/Apia", 3) == [
        "2011-12-29 10:00",
        "2011-12-31 10:00",
        "2012-01-01 10:00",
    ]


def test_what_is_due_once_is_due_once() -> None:
    wall = datetime(2026, 11, 27, 18)
    due = next_due(Once(), wall, "Europe/Berlin", None)
    assert due == datetime(2026, 11, 27, 17, tzinfo=UTC)
    assert next_due(Once(), wall, "Europe/Berlin", due) is None


def test_an_hour_said_in_the_second_of_two_equal_hours_is_not_an_hour_early() -> None:
    wall = datetime(2026, 10, 25, 2, 10, fold=1)
    assert next_due(Once(), wall, "Europe/Berlin", None) == datetime(2026, 10, 25, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize("new", ["America/New_York", "Pacific/Auckland", "Europe/Berlin"])
def test_a_changed_zone_moves_what_is_to_come_and_keeps_its_days(new: str) -> None:
    rule, wall = Days(1), datetime(2026, 11, 23, 10)
    due = upcoming(rule, wall, "Europe/Berlin", None, count=3)[-1]
    moved = move(rule, wall, old="Europe/Berlin", new=new, due=due)
    assert local(moved, new) == datetime(2026, 11, 25, 10)
    following = next_due(rule, wall, new, moved)
    assert following is not None
    assert local(following, new) == datetime(2026, 11, 26, 10)


def test_moving_away_from_a_gap_brings_the_wall_time_back() -> None:
    rule, wall = Days(1), datetime(2026, 3, 1, 2, 30)
    due = instant(datetime(2026, 3, 29, 2, 30), "Europe/Berlin")
    assert local(move(rule, wall, old="Europe/Berlin", new="Asia/Tokyo", due=due), "Asia/Tokyo") == datetime(
        2026, 3, 29, 2, 30
    )


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", ""])
def test_a_zone_that_does_not_exist_is_said(zone: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        next_due(Days(1), datetime(2026, 1, 1), zone, None)


_DUE = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "age", "expected"),
    [
        (Once(), timedelta(seconds=-1), Lateness.EARLY),
        (Once(), timedelta(0), Lateness.ON_TIME),
        (Once(), timedelta(minutes=2), Lateness.ON_TIME),
        (Once(), timedelta(minutes=3), Lateness.LATE),
        (Once(), LATE_ONCE, Lateness.LATE),
        (Once(), LATE_ONCE + timedelta(seconds=1), Lateness.SKIP),
        (Days(1), timedelta(hours=12), Lateness.LATE),
        (Days(1), timedelta(hours=12, seconds=1), Lateness.SKIP),
        (Weeks((0, 2)), timedelta(hours=24), Lateness.LATE),
        (Weeks((0, 2)), timedelta(hours=25), Lateness.SKIP),
        (Months(31, 3), timedelta(days=44), Lateness.LATE),
        (Months(31, 3), timedelta(days=46), Lateness.SKIP),
    ],
)
def test_how_late_is_too_late(rule: Rule, age: timedelta, expected: Lateness) -> None:
    assert lateness(rule, _DUE, _DUE + age) is expected


def test_missed_repeats_become_one() -> None:
    wall = datetime(2026, 11, 23, 10)
    now = datetime(2026, 11, 26, 12, tzinfo=UTC)
    found = catch_up(Days(1), wall, "Europe/Berlin", _DUE, now)
    assert (found.due, found.lateness, found.skipped) == (_DUE + timedelta(days=3), Lateness.LATE, 3)
    assert found.following == _DUE + timedelta(days=4)


def test_what_is_older_than_half_the_period_is_skipped_to_the_next() -> None:
    now = datetime(2026, 11, 23, 22, tzinfo=UTC)
    found = catch_up(Days(1), datetime(2026, 11, 23, 10), "Europe/Berlin", _DUE, now)
    assert (found.due, found.lateness, found.skipped) == (None, Lateness.SKIP, 1)
    assert found.following == _DUE + timedelta(days=1)


def test_nothing_is_due_early() -> None:
    found = catch_up(Days(1), datetime(2026, 11, 23, 10), "Europe/Berlin", _DUE, _DUE - timedelta(seconds=1))
    assert (found.due, found.following) == (None, _DUE)


def test_limits() -> None:
    assert timedelta(minutes=1) == MIN_AHEAD
    assert datetime(2026, 11, 23, tzinfo=UTC) + MAX_AHEAD >= datetime(2031, 11, 23, tzinfo=UTC)


@given(RULES)
@settings(deadline=None)
def test_no_two_occurrences_are_nearer_than_the_period(rule: Rule) -> None:
    found = list(islice(dates(rule, date(2026, 1, 1), date(2026, 1, 1)), 40))
    gaps = [later - earlier for earlier, later in pairwise(found)]
    shortest = period(rule)
    assert (shortest is None) == (rule == Once())
    if shortest is not None:
        # Months are counted as 30 days: February makes one a little shorter.
        assert min(gaps) >= shortest - timedelta(days=2)


def test_the_calendar_ends_without_an_error() -> None:
    assert list(dates(Days(1), date(9999, 12, 30), date(9999, 12, 30)))[-1] == date(9999, 12, 31)
    assert list(dates(Months(31), date(9998, 11, 1), date(9998, 11, 1)))
