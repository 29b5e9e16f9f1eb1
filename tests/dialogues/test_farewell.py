"""A year without a word: told once, kept by a tap, else gone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app.farewells import Farewells
from bot.members.service import MEMBERS_KEPT, WARNED_AHEAD
from tests.support.databases import NOW
from tests.support.members import House
from tests.support.transcript import MONDAY, Stage, on_stage

ANNA = 7
NOTICE = MONDAY + MEMBERS_KEPT - WARNED_AHEAD + timedelta(days=1)


async def at(stage: Stage, instant: datetime) -> None:
    """What comes of it is seen by the next lines of a transcript."""
    await stage.do(f":at {instant.isoformat()}")


async def test_a_member_is_told_before_their_settings_end_and_keeps_them_by_a_tap(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        await stage.play("> /region de")
        await at(stage, NOTICE - timedelta(days=2))
        assert stage.seen == []
        await at(stage, NOTICE)
        assert "We have not spoken for almost a year" in stage.text
        assert "On 26 November 2027 I forget" in stage.text
        assert stage.labels == ["Keep my settings", "My data", "Erase now"]
        await at(stage, NOTICE + timedelta(days=1))
        assert stage.seen == [], "once is enough"
        await stage.play(
            """
            > [Keep my settings]
            < everything stays as it is
            > /mydata
            < Germany
            """
        )
        await at(stage, NOTICE + timedelta(days=60))
        assert stage.seen == []
        await stage.play("> :restart")
        await stage.play(
            """
            > /mydata
            < Germany
            """
        )


async def test_the_notice_can_be_answered_by_erasing(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        await stage.play("> /language de")
        await at(stage, NOTICE)
        await stage.play(
            """
            > [Jetzt löschen]
            > [Ja]
            < Done.
            """
        )


async def _end(house: House, instant: datetime) -> None:
    house.clock.instant = instant
    await house.members.prune(instant)


async def test_nobody_ends_untold_and_whoever_was_told_ends_in_time(house: House) -> None:
    farewells = Farewells(house.database, clock=house.clock)
    await house.choose(ANNA, 1)
    over = NOW + MEMBERS_KEPT + timedelta(days=40)  # the bot was off for long
    await _end(house, over)
    assert await house.members.count() == 1
    assert await farewells.feed() == 1
    assert await farewells.feed() == 0
    await _end(house, over + WARNED_AHEAD - timedelta(hours=1))
    assert await house.members.count() == 1
    await _end(house, over + WARNED_AHEAD)
    assert await house.members.count() == 0


async def test_a_word_after_the_notice_keeps_the_member_and_a_year_later_they_are_told_again(
    house: House,
) -> None:
    farewells = Farewells(house.database, clock=house.clock)
    await house.choose(ANNA, 1)
    house.clock.instant = NOW + MEMBERS_KEPT - WARNED_AHEAD + timedelta(days=1)
    assert await farewells.feed() == 1
    house.clock.instant += timedelta(days=1)
    await house.members.touch(ANNA)
    heard = house.clock.instant
    await _end(house, heard + MEMBERS_KEPT + timedelta(days=5))
    assert await house.members.count() == 1
    assert await farewells.feed() == 1


@pytest.mark.parametrize(("blocked", "left"), [(False, 1), (True, 0)])
async def test_whoever_blocked_the_bot_cannot_be_told_and_ends_without(
    house: House, blocked: bool, left: int
) -> None:
    farewells = Farewells(house.database, clock=house.clock)
    await house.choose(ANNA, 1)
    await house.members.set_blocked(ANNA, blocked)
    house.clock.instant = NOW + MEMBERS_KEPT + timedelta(days=2)
    assert await farewells.feed() == (not blocked)
    await _end(house, house.clock.instant)
    assert await house.members.count() == left


def test_the_times_are_twelve_months_and_three_weeks() -> None:
    assert (datetime(2027, 11, 26, tzinfo=UTC) - datetime(2026, 11, 26, tzinfo=UTC)) < MEMBERS_KEPT
    assert timedelta(weeks=3) == WARNED_AHEAD
