"""Numbers: no write on the way of a question, none lost while the database is down, nobody in them."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.editing.counts import KEPT, Counts
from bot.editing.work import Count
from bot.storage.faults import StorageDown
from bot.storage.tables import counts
from tests.support.databases import hidden
from tests.support.members import House

TODAY = "2026-11-27"


async def rows(house: House) -> list[tuple[str, str, str, int]]:
    async with house.database.read() as connection:
        found = await connection.execute(select(counts).order_by(counts.c.name, counts.c.subject))
        return [(row.day, row.name, row.subject, row.n) for row in found]


async def test_numbers_are_written_together_and_add_up(house: House) -> None:
    made = Counts(house.database, clock=house.clock)
    for _time in range(100):
        made.note(Count.ASKED)
    made.note(Count.REFUSED, "linkedin.opt-out")
    assert await rows(house) == []
    await made.flush()
    await made.flush()
    made.note(Count.ASKED)
    await made.flush()
    assert await rows(house) == [(TODAY, "asked", "", 101), (TODAY, "refused", "linkedin.opt-out", 1)]


async def test_several_processes_add_to_the_same_numbers(house: House) -> None:
    several = [Counts(house.database, clock=house.clock) for _number in range(4)]
    for one in several:
        for name in (Count.ASKED, Count.ANSWERED, Count.STALE):
            one.note(name, "meta.opt-out")
    await asyncio.gather(*(one.flush() for one in several))
    assert [n for *_, n in await rows(house)] == [4, 4, 4]


async def test_what_could_not_be_written_is_written_later(house: House) -> None:
    if house.database.path is None:
        pytest.skip("a file can be hidden, a server cannot")
    made = Counts(house.database, clock=house.clock)
    made.note(Count.ASKED)
    with hidden(house.database.path), pytest.raises(StorageDown):
        await made.flush()
    made.note(Count.ASKED)
    await made.flush()
    assert await rows(house) == [(TODAY, "asked", "", 2)]


async def test_the_loop_writes_once_more_at_its_end(house: House) -> None:
    made = Counts(house.database, clock=house.clock)
    stop = asyncio.Event()
    running = asyncio.create_task(made.run(stop))
    made.note(Count.SENT)
    stop.set()
    await running
    assert await rows(house) == [(TODAY, "sent", "", 1)]


async def test_numbers_are_read_by_day_and_by_subject_and_end(house: House) -> None:
    made = Counts(house.database, clock=house.clock)
    made.note(Count.REFUSED, "a.b")
    made.note(Count.REFUSED)
    await made.flush()
    house.clock.instant += timedelta(days=1)
    made.note(Count.REFUSED, "a.b")
    await made.flush()
    today = house.clock.now().date()
    assert await made.by_day(today) == {(today, Count.REFUSED): 1}
    both = await made.by_day(today - timedelta(days=1))
    assert both[today - timedelta(days=1), Count.REFUSED] == 2
    assert await made.by_subject((Count.REFUSED,), today - timedelta(days=9)) == {("a.b", Count.REFUSED): 2}
    assert await made.by_subject((Count.ASKED,), today - timedelta(days=9)) == {}
    await made.prune(house.clock.now() + KEPT)
    assert list(await made.by_day(today - timedelta(days=9))) == [(today, Count.REFUSED)]
