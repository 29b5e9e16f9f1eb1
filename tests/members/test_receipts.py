"""Receipts: committed before the question is acknowledged, written in groups, gone after 90 days."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from bot.members.receipts import KEPT, Receipts, count_readers, take_readers
from bot.members.service import UpdateRef
from bot.storage.engine import Database
from bot.storage.faults import StorageDown
from bot.storage.tables import receipts as table
from tests.support.databases import hidden
from tests.support.members import House, furnish

ANNA, BEN = 1001, 1002
ENTRY = "acme.opt-out"


@pytest.fixture
def receipts(house: House) -> Receipts:
    """The receipts of a house."""
    return Receipts(house.database, house.identity, clock=house.clock)


async def _count(database: Database) -> int:
    async with database.read() as connection:
        return (await connection.execute(select(func.count()).select_from(table))).scalar_one()


async def test_what_a_member_read_is_known_by_its_text(house: House, receipts: Receipts) -> None:
    await receipts.note(ANNA, ENTRY, "a" * 12)
    await receipts.note(ANNA, ENTRY, "a" * 12)
    await receipts.note(ANNA, ENTRY, "b" * 12)
    await receipts.note(BEN, ENTRY, "b" * 12)
    async with house.database.read() as connection:
        assert await count_readers(connection, ENTRY, ["a" * 12]) == 1
        assert await count_readers(connection, ENTRY, ["a" * 12, "b" * 12]) == 2
        assert await count_readers(connection, "another", ["a" * 12]) == 0


async def test_who_is_told_has_no_receipt_for_it_any_more(house: House, receipts: Receipts) -> None:
    for text in ("a" * 12, "b" * 12, "c" * 12):
        await receipts.note(ANNA, ENTRY, text)
    async with house.database.write() as connection:
        wrong = ["a" * 12, "b" * 12]
        assert await take_readers(connection, ENTRY, wrong, limit=9) == [house.identity.member_id(ANNA)]
        assert await take_readers(connection, ENTRY, wrong, limit=9) == []
    assert await _count(house.database) == 1


async def test_many_are_written_in_few_transactions(house: House, receipts: Receipts) -> None:
    begun = 0

    def count(*_: object) -> None:
        nonlocal begun
        begun += 1

    engine = house.database._writer.sync_engine
    event.listen(engine, "commit", count)
    try:
        await asyncio.gather(*(receipts.note(ANNA + number, ENTRY, "a" * 12) for number in range(50)))
    finally:
        event.remove(engine, "commit", count)
    assert await _count(house.database) == 50
    assert begun <= 2


async def test_they_end_after_ninety_days_with_the_choice_and_with_forget(
    house: House, receipts: Receipts
) -> None:
    await receipts.note(ANNA, ENTRY, "a" * 12)
    await receipts.note(BEN, ENTRY, "a" * 12)
    await house.choose(BEN)
    assert await receipts.drop(ANNA) == 1
    assert (await house.members.forget(BEN, update=UpdateRef(1, 9))).rows["receipts"] == 1
    await receipts.note(ANNA, ENTRY, "a" * 12)
    await receipts.prune(house.clock.instant + KEPT)
    assert await _count(house.database) == 1
    await receipts.prune(house.clock.instant + KEPT + timedelta(seconds=1))
    assert await _count(house.database) == 0


async def test_while_the_database_is_gone_nothing_waits_for_it_twice(sqlite_database: Database) -> None:
    assert sqlite_database.path is not None
    house = await furnish(sqlite_database, sqlite_database.path.parent)
    receipts = Receipts(house.database, house.identity, clock=house.clock)
    with hidden(sqlite_database.path):
        with pytest.raises(StorageDown):
            await receipts.note(ANNA, ENTRY, "a" * 12)
        with pytest.raises(StorageDown, match="a moment ago"):
            await receipts.note(ANNA, ENTRY, "a" * 12)
    house.clock.instant += timedelta(seconds=5)
    await receipts.note(ANNA, ENTRY, "a" * 12)
    assert await _count(house.database) == 1
