"""Two processes on one database: one is killed or stands still, the other takes up what it had."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from bot.chat.arrivals import KEPT, Arrivals, Seen
from bot.chat.errors import NotNow
from bot.chat.outcome import Outcome
from bot.chat.permits import NotOurs, check, perhaps_repeat, under
from bot.chat.receive.journal import Journal
from bot.chat.receive_store import Fenced, Overdue, ReceiveStore
from bot.ops.clock import SystemClock
from bot.storage.engine import Database
from bot.storage.leases import Term
from tests.chat.hooked import PATIENT, Process, asked, post, until
from tests.chat.test_webhook import an_update
from tests.support.databases import NOW
from tests.support.double import Double

BOT = 1_000_000_001


@pytest.fixture
async def double() -> AsyncIterator[Double]:
    async with Double(referee=False, pace=0.01) as made:
        yield made


async def _lapse(database: Database) -> None:
    """The processes that are there count as dead."""
    async with database.write() as connection:
        await connection.execute(text("UPDATE processes SET until = 0"))


async def test_a_fenced_process_writes_nothing_any_more(database: Database) -> None:
    old, new = ReceiveStore(database, fence=4), ReceiveStore(database, fence=5)
    await old.begin(BOT)
    await old.raise_high_water(BOT, 10)
    assert (await new.begin(BOT)).high_water == 10
    row = Overdue(11, b"m" * 32, b"chat", SystemClock().now())
    with pytest.raises(Fenced):
        await old.raise_high_water(BOT, 11)
    with pytest.raises(Fenced):
        await old.keep_overdue(BOT, [row])
    with pytest.raises(Fenced):
        await old.note_trying(BOT, 11)
    with pytest.raises(Fenced):
        await old.end(BOT)
    with pytest.raises(Fenced):
        await old.begin(BOT)
    assert await new.overdue(BOT) == ()
    assert (await new.look(BOT)).high_water == 10
    await new.keep_overdue(BOT, [row])
    assert len(await new.overdue(BOT)) == 1


async def _known(database: Database) -> bool:
    return bool(await Arrivals(database).known(BOT, [3]))


async def _taken(process: Process) -> bool:
    return await post(process.url, an_update(3)) == 200


async def _nothing_left(database: Database) -> bool:
    return not await ReceiveStore(database).overdue(BOT)


def test_without_a_permit_only_what_says_that_it_may_be_a_repeat_leaves() -> None:
    now = [0.0]
    term = Term(1, 6.0, clock=lambda: now[0])
    with under(term):
        check()
        now[0] = 7.0
        with pytest.raises(NotOurs):
            check()
        term.miss()
        with pytest.raises(NotNow):
            check()
        token = perhaps_repeat.set(True)
        check()
        term.lost.set()
        with pytest.raises(NotOurs):
            check()
        perhaps_repeat.reset(token)
    check()


async def test_what_came_is_known_until_telegram_would_not_send_it_again(database: Database) -> None:
    arrivals = Arrivals(database)
    begun = await arrivals.note(BOT, begin=[1, 2, 3], owner="a", now=NOW)
    assert {one.seen for one in begun.values()} == {Seen.NEW}
    begun = await arrivals.note(BOT, begin=[3, 4], done=[1, 2], owner="a", now=NOW)
    assert (begun[3].seen, begun[3].tries) == (Seen.AGAIN, 2)
    assert await arrivals.known(BOT, [1, 2, 3, 9]) == {1: True, 2: True, 3: False}
    assert (await arrivals.note(BOT, begin=[1], owner="b", now=NOW))[1].seen is Seen.DONE
    assert await arrivals.newest(BOT) == 4
    await arrivals.prune(NOW + KEPT)
    assert await arrivals.newest(BOT) == 4
    await arrivals.prune(NOW + 2 * KEPT)
    assert await arrivals.newest(BOT) == -1


@pytest.mark.postgres
async def test_what_a_living_process_has_is_left_to_it(postgres_only: Database, double: Double) -> None:
    handled: list[tuple[str, bool]] = []
    gate = asyncio.Event()

    async def wait(text: str) -> None:
        await gate.wait()

    first, second = Process(postgres_only, handled, wait), Process(postgres_only, handled)
    async with first.hooked(double, timing=PATIENT), second.hooked(double, timing=PATIENT):
        brought = asyncio.create_task(post(first.url, an_update(3)))
        await until(lambda: first.receiver is not None and first.receiver.unfinished == 1)
        await asked(lambda: _known(postgres_only))
        assert await post(second.url, an_update(3)) == 503
        gate.set()
        assert await brought == 200
        await asked(lambda: _taken(second))
    assert handled == [("hello", False)]


@pytest.mark.postgres
async def test_what_a_frozen_process_had_is_taken_up_and_it_says_nothing_later(
    postgres_only: Database, double: Double
) -> None:
    handled: list[tuple[str, bool]] = []
    said: list[str] = []
    gate = asyncio.Event()
    frozen = Process(postgres_only, handled)

    async def wait(text: str) -> Outcome | None:
        await gate.wait()
        try:
            check()
        except NotOurs:
            return Outcome.TRANSIENT
        said.append("too late")
        return None

    frozen.act = wait
    other = Process(postgres_only, handled)
    async with frozen.hooked(double, timing=PATIENT, keep=False):
        brought = asyncio.create_task(post(frozen.url, an_update(3)))
        await until(lambda: frozen.receiver is not None and frozen.receiver.unfinished == 1)
        await asked(lambda: _known(postgres_only))
        await _lapse(postgres_only)
        async with other.hooked(double):
            await asked(lambda: _taken(other))
            assert handled == [("hello", True)]
            await frozen.presence.enter()  # it runs again, and finds that it counted as dead
            gate.set()
            assert await brought == 503
    assert said == []
    assert handled == [("hello", True)]


@pytest.mark.postgres
async def test_whom_a_dead_process_had_let_go_is_told_by_another(
    postgres_only: Database, double: Double
) -> None:
    handled: list[tuple[str, bool]] = []

    async def never(text: str) -> None:
        await asyncio.Event().wait()

    dead, alive = Process(postgres_only, handled, never), Process(postgres_only, handled)
    async with alive.hooked(double):
        async with dead.hooked(double, kill=True, keep=False):
            assert await post(dead.url, an_update(3)) == 200
            assert alive.receiver is not None
            await alive.receiver._look_after_the_dead()
            assert alive.missed == []
        async with postgres_only.write() as connection:
            await connection.execute(
                text("UPDATE processes SET until = 0 WHERE id = :id"), {"id": dead.presence.stay.owner}
            )
        await until(lambda: alive.missed == [7])
        await asked(lambda: _nothing_left(postgres_only))


async def test_after_another_process_everything_that_it_could_see_counts_as_perhaps_answered(
    database: Database,
) -> None:
    await ReceiveStore(database, fence=4).begin(BOT)
    journal = Journal(ReceiveStore(database, fence=5), BOT, shared=True)
    assert journal.perhaps_answered(1000), "before it is known"
    await journal.open()
    journal.note_first(1000)
    assert journal.perhaps_answered(1000)
    assert journal.perhaps_answered(1099)
    assert not journal.perhaps_answered(1100)
    await ReceiveStore(database, fence=5).end(BOT)
    orderly = Journal(ReceiveStore(database, fence=6), BOT, shared=True)
    await orderly.open()
    orderly.note_first(1000)
    assert not orderly.perhaps_answered(1000)
