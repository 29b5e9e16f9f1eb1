"""One holder at a time, also while processes stand still, die, or lose the database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text

from bot.storage.engine import Database
from bot.storage.faults import StorageDown
from bot.storage.leases import Lease, Term, database_now
from bot.storage.presence import Presence

pytestmark = pytest.mark.postgres


@asynccontextmanager
async def _kept(lease: Lease, term: Term) -> AsyncIterator[None]:
    keeper = asyncio.create_task(lease.keep(term))
    try:
        yield
    finally:
        keeper.cancel()
        await asyncio.gather(keeper, return_exceptions=True)


async def _pass(database: Database, seconds: float) -> None:
    """Let the database's time go by, for leases."""
    for table in ("leases", "processes"):
        async with database.write() as connection:
            await connection.execute(text(f"UPDATE {table} SET until = until - {int(seconds * 1e6)}"))


async def test_on_sqlite_there_is_nobody_else(sqlite_database: Database) -> None:
    term = await Lease(sqlite_database, "poll").take()
    assert term is not None
    assert term.held
    assert term.fence is None
    presence = Presence(sqlite_database)
    await presence.enter()
    assert presence.stay.term.held


async def test_only_one_has_it_and_the_next_has_a_higher_number(postgres_only: Database) -> None:
    first, second = Lease(postgres_only, "poll"), Lease(postgres_only, "poll")
    terms = await asyncio.gather(first.take(), second.take())
    [term] = [one for one in terms if one is not None]
    assert term.fence is not None
    assert await Lease(postgres_only, "another").take() is not None
    await _pass(postgres_only, 7)
    later = await second.take()
    assert later is not None
    assert later.fence is not None
    assert later.fence > term.fence


async def test_who_gives_it_back_is_followed_at_once(postgres_only: Database) -> None:
    first, second = Lease(postgres_only, "poll"), Lease(postgres_only, "poll")
    term = await first.take()
    assert term is not None
    assert await second.take() is None
    await first.give_back(term)
    assert not term.held
    assert await second.take() is not None


async def test_a_lease_that_is_kept_goes_on(postgres_only: Database) -> None:
    lease = Lease(postgres_only, "poll", lasts=30.0, renew=0.02)
    term = await lease.take()
    assert term is not None
    async with _kept(lease, term):
        await _pass(postgres_only, 29)
        async with asyncio.timeout(60):
            while True:
                async with postgres_only.read() as connection:
                    now = await database_now(connection)
                    left = await connection.scalar(text("SELECT until FROM leases"))
                if left / 1e6 - now.timestamp() > 25:
                    break
                await asyncio.sleep(0.02)
        assert term.held


async def test_a_holder_that_stood_still_finds_out_before_it_does_anything(
    postgres_only: Database,
) -> None:
    now = [1000.0]
    term = Term(1, now[0] + 6.0, clock=lambda: now[0])
    assert term.held
    now[0] += 6.1
    assert not term.held
    assert not term.unsure, "the database was not asked yet"
    frozen, other = (
        Lease(postgres_only, "poll", lasts=30.0, renew=0.02),
        Lease(postgres_only, "poll", lasts=30.0),
    )
    old = await frozen.take()
    assert old is not None
    await _pass(postgres_only, 31)
    new = await other.take()
    assert new is not None
    async with _kept(frozen, old), asyncio.timeout(60):
        await old.lost.wait()
    assert not old.held
    assert new.held


async def test_without_the_database_it_is_not_sure_and_not_lost(
    postgres_only: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    lease = Lease(postgres_only, "poll", lasts=2.0, renew=0.05)
    term = await lease.take()
    assert term is not None

    @asynccontextmanager
    async def down(database: Database) -> AsyncIterator[None]:
        raise StorageDown("stopped")
        yield

    with monkeypatch.context() as patch:
        patch.setattr(Database, "write", down)
        async with _kept(lease, term), asyncio.timeout(60):
            while not term.unsure:  # noqa: ASYNC110 - nothing tells
                await asyncio.sleep(0.01)
    assert not term.held
    assert not term.lost.is_set()
    async with _kept(lease, term), asyncio.timeout(60):
        while not term.held:  # noqa: ASYNC110 - nobody had taken it meanwhile
            await asyncio.sleep(0.01)


async def test_processes_know_how_many_they_are(postgres_only: Database) -> None:
    counts: list[int] = []
    first = Presence(postgres_only, renew=0.02, lasts=30.0, on_count=counts.append)
    second = Presence(postgres_only, renew=0.02, lasts=30.0)
    await first.enter()
    await second.enter()
    keeper = asyncio.create_task(first.keep())
    async with asyncio.timeout(60):
        while counts[-1:] != [2]:  # noqa: ASYNC110 - a list has no event
            await asyncio.sleep(0.01)
        await second.leave()
        while counts[-1:] != [1]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    keeper.cancel()
    await asyncio.gather(keeper, return_exceptions=True)


async def test_a_process_that_counted_as_dead_comes_back_as_another(postgres_only: Database) -> None:
    presence = Presence(postgres_only, renew=0.02, lasts=30.0)
    await presence.enter()
    before = presence.stay
    assert before.term.held
    await _pass(postgres_only, 31)
    keeper = asyncio.create_task(presence.keep())
    async with asyncio.timeout(60):
        await before.term.lost.wait()
    keeper.cancel()
    await asyncio.gather(keeper, return_exceptions=True)
    assert presence.stay.owner != before.owner
    assert not before.term.held
    assert presence.stay.term.held
