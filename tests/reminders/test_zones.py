"""A zone by what a person calls the place."""

from __future__ import annotations

from zoneinfo import available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reminders.zones import MOST, find_zone, is_zone


@pytest.mark.parametrize(
    ("words", "zones"),
    [
        ("Europe/Berlin", ["Europe/Berlin"]),
        ("europe/berlin", ["Europe/Berlin"]),
        ("america/new york", ["America/New_York"]),
        ("Asia/Calcutta", ["Asia/Kolkata"]),
        ("Europe/Kiev", ["Europe/Kyiv"]),
        ("US/Eastern", ["America/New_York"]),
        ("utc", ["UTC"]),
        ("GMT", ["UTC"]),
        ("MEZ", ["Europe/Berlin"]),
        ("EST", ["America/New_York"]),
        ("berln", ["Europe/Berlin"]),
        ("Berlin", ["Europe/Berlin"]),
        ("Bern", ["Europe/Zurich"]),
        ("München", ["Europe/Berlin"]),
        ("Muenchen", ["Europe/Berlin"]),
        ("munich", ["Europe/Berlin"]),
        ("Köln", ["Europe/Berlin"]),
        ("Wien", ["Europe/Vienna"]),
        ("Zürich", ["Europe/Zurich"]),
        ("Lissabon", ["Europe/Lisbon"]),
        ("Moskau", ["Europe/Moscow"]),
        ("Kalkutta", ["Asia/Kolkata"]),
        ("lodnon", ["Europe/London"]),
        ("San Fransisco", ["America/Los_Angeles"]),
        ("new yor", ["America/New_York"]),
        ("I live in San Francisco", ["America/Los_Angeles"]),
        ("ich wohne in Hamburg", ["Europe/Berlin"]),
        ("Berlin, Germany", ["Europe/Berlin"]),
        ("Austria", ["Europe/Vienna"]),
        ("Österreich", ["Europe/Vienna"]),
        ("Deutschland", ["Europe/Berlin"]),
        ("UK", ["Europe/London"]),
        ("USA", ["America/New_York", "America/Chicago", "America/Los_Angeles"]),
        ("Spain", ["Europe/Madrid", "Atlantic/Canary"]),
        ("Georgia", ["Asia/Tbilisi", "America/New_York"]),
        ("Lord Howe", ["Australia/Lord_Howe"]),
        ("xyzzy", []),
        ("10:00", []),
        ("a", []),
        ("", []),
        ("../../etc/passwd", []),
    ],
)
def test_places(words: str, zones: list[str]) -> None:
    assert [zone.id for zone in find_zone(words)] == zones


def test_a_place_is_called_as_it_was_meant() -> None:
    assert [zone.place for zone in find_zone("muenchen")] == ["München"]
    assert [zone.place for zone in find_zone("MEZ")] == ["Berlin"]


@given(st.text(max_size=150))
@settings(deadline=None)  # the first builds the table of names
def test_whatever_is_found_exists(words: str) -> None:
    found = find_zone(words)
    assert len(found) <= MOST
    assert all(is_zone(zone.id) for zone in found)


def test_every_id_of_the_database_is_found() -> None:
    for name in available_timezones() - {"localtime", "Factory"}:
        assert find_zone(name), name


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../etc/passwd", "europe/berlin", "localtime"])
def test_what_is_no_zone(name: str) -> None:
    assert not is_zone(name)
