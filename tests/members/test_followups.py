"""What was talked about last: remembered for a while, never by a question about itself."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.members.followups import LIFETIME, NOTHING, PATIENCE, PAUSE, Followups, Topic
from bot.members.store import UpdateRef
from bot.storage.engine import Database
from bot.storage.faults import StorageDown
from bot.storage.tables import followups
from tests.support.databases import NOW
from tests.support.members import House, furnish

ANNA, BEN = 1001, 1002
STOP, DATA = Topic("linkedin.opt-out", "ios"), Topic("gdpr.access", platform="linkedin")


def _ref(update_id: int, bot_id: int = 1) -> UpdateRef:
    return UpdateRef(bot_id=bot_id, update_id=update_id)


def _fresh(house: House) -> Followups:
    return Followups(house.database, house.identity, clock=house.clock)


async def test_the_next_question_finds_it_also_after_a_restart(house: House) -> None:
    first = _fresh(house)
    await first.note(ANNA, _ref(5), STOP, before=NOTHING)
    for after in (first, _fresh(house)):
        assert await after.before(ANNA, _ref(6)) == STOP
        assert await after.before(BEN, _ref(6)) == NOTHING


async def test_a_question_that_comes_again_finds_what_was_before_it(house: House) -> None:
    first = _fresh(house)
    await first.note(ANNA, _ref(5), STOP, before=NOTHING)
    await first.note(ANNA, _ref(6), DATA, before=STOP)
    for after in (first, _fresh(house)):
        assert await after.before(ANNA, _ref(6)) == STOP
        assert await after.before(ANNA, _ref(5)) == NOTHING, "an older one knows nothing of a newer one"
        assert await after.before(ANNA, _ref(7)) == DATA
        assert await after.before(ANNA, _ref(7, bot_id=2)) == NOTHING, "another bot counts otherwise"


async def test_a_service_alone_is_remembered_also_after_a_restart(house: House) -> None:
    service = Topic(None, "android", "zoom")
    first = _fresh(house)
    await first.note(ANNA, _ref(5), STOP, before=NOTHING)
    await first.note(ANNA, _ref(6), service, before=STOP)
    await first.note(ANNA, _ref(7), DATA, before=service)
    for after in (first, _fresh(house)):
        assert await after.before(ANNA, _ref(7)) == service
        assert await after.before(ANNA, _ref(8)) == DATA
    await first.note(ANNA, _ref(9), service, before=DATA)
    assert await _fresh(house).before(ANNA, _ref(10)) == service


async def test_it_ends_after_half_an_hour_and_when_told(house: House) -> None:
    talk = _fresh(house)
    await talk.note(ANNA, _ref(5), STOP, before=NOTHING)
    await talk.note(BEN, _ref(6), STOP, before=NOTHING)
    await talk.end(ANNA)
    assert await talk.before(ANNA, _ref(7)) == NOTHING
    house.clock.instant = NOW + LIFETIME + timedelta(seconds=1)
    assert await talk.before(BEN, _ref(7)) == NOTHING
    await talk.prune(house.clock.now())
    async with house.database.read() as connection:
        assert (await connection.execute(select(func.count()).select_from(followups))).scalar() == 0


async def test_many_at_once_are_written_together_and_each_is_there(house: House) -> None:
    talk = _fresh(house)
    await asyncio.gather(*(talk.note(n, _ref(n), Topic(f"a.{n}"), before=NOTHING) for n in range(1, 300)))
    again = _fresh(house)
    for number in (1, 150, 299):
        assert await again.before(number, _ref(1000)) == Topic(f"a.{number}")


async def test_the_last_of_several_of_one_member_wins(house: House) -> None:
    talk = _fresh(house)
    for number in range(1, 20):
        await talk.note(ANNA, _ref(number), Topic(f"a.{number}"), before=NOTHING)
    assert await _fresh(house).before(ANNA, _ref(1000)) == Topic("a.19")


async def test_while_the_database_is_locked_nobody_waits_long_and_only_one_tries(
    sqlite_database: Database, data_dir: Path
) -> None:
    house = await furnish(sqlite_database, data_dir)
    talk = _fresh(house)
    assert house.database.path is not None
    loop = asyncio.get_running_loop()
    with closing(sqlite3.connect(house.database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        began = loop.time()
        with pytest.raises(StorageDown):
            await talk.note(ANNA, _ref(5), STOP, before=NOTHING)
        assert loop.time() - began < PATIENCE + 0.5
        began = loop.time()
        with pytest.raises(StorageDown):
            await talk.note(BEN, _ref(6), STOP, before=NOTHING)
        assert loop.time() - began < 0.2
        other.execute("ROLLBACK")
    house.clock.instant = NOW + PAUSE + timedelta(seconds=6)
    await talk.note(BEN, _ref(7), STOP, before=NOTHING)
    assert await talk.before(BEN, _ref(8)) == STOP
