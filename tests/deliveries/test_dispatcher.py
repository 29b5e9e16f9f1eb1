"""Deliveries: sent once where that is possible, marked where it is not, and never lost."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.deliveries import claims, store
from bot.deliveries.dispatcher import CRASH_REPEATS, KEPT, LEASE
from bot.deliveries.model import ON_TIME, Fate, Kind, Outcome, Why
from bot.members.service import UpdateRef
from bot.reminders import schedule
from bot.storage import engine
from bot.storage.engine import Database
from bot.storage.faults import StorageDown
from bot.storage.tables import deliveries
from tests.deliveries.desk import ANNA, BEN, NOW, Desk, stuck
from tests.support.databases import opened, sqlite_url
from tests.support.members import House, furnish

UNCLEAR, GONE = Outcome(Fate.UNCLEAR), Outcome(Fate.GONE)


@pytest.fixture
async def desk(house: House) -> Desk:
    """A desk on each kind of database."""
    return await Desk.open(house)


def _metric(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_late_means_the_same_to_reminders_and_to_deliveries() -> None:
    assert ON_TIME == schedule.ON_TIME


async def test_what_is_due_is_sent_once_and_written_down(desk: Desk) -> None:
    await desk.add()
    await desk.add()
    await desk.dispatcher.run_due()
    await desk.pass_time()
    (one,) = desk.telegram.got
    assert (one.kind, one.subject, one.due, one.late, one.repeat) == (Kind.REMINDER, "a", NOW, False, False)
    assert desk.house.identity.unseal_chat(one.member_id, one.sealed_chat) == ANNA
    (row,) = await desk.rows()
    assert (row.state, row.message_id, row.owner, row.ended_at) == ("sent", 7, None, NOW)


async def test_what_is_sent_late_says_so(desk: Desk) -> None:
    await desk.add()
    before = _metric("advisor_deliveries_late_total", kind="reminder")
    await desk.pass_time(ON_TIME)
    await desk.add("b")
    await desk.pass_time(ON_TIME + timedelta(seconds=1))
    assert [one.late for one in desk.telegram.got] == [False, True]
    assert _metric("advisor_deliveries_late_total", kind="reminder") == before + 1


async def test_what_is_too_late_is_skipped(desk: Desk) -> None:
    await desk.add(expires=timedelta(hours=1))
    await desk.pass_time(timedelta(hours=2))
    assert desk.telegram.got == []
    assert await desk.state() == ("skipped", Why.TOO_LATE)


@pytest.mark.parametrize("fault", [UNCLEAR, RuntimeError("a bug")])
async def test_what_may_have_arrived_is_sent_once_more_and_says_so(
    desk: Desk, fault: Outcome | Exception
) -> None:
    desk.telegram.plan.append(fault)
    await desk.add()
    await desk.dispatcher.run_due()
    assert len(desk.telegram.got) == 1
    await desk.pass_time()
    assert [one.repeat for one in desk.telegram.got] == [False, True]
    assert (await desk.state())[0] == "sent"


async def test_what_is_unclear_twice_is_dead_and_counted(desk: Desk) -> None:
    desk.telegram.plan += [UNCLEAR, UNCLEAR]
    labels = {"kind": "reminder", "reason": Why.UNCLEAR.value}
    before = _metric("advisor_deliveries_dead_total", **labels)
    await desk.add()
    await desk.dispatcher.run_due()
    await desk.pass_time()
    await desk.pass_time()
    assert [one.repeat for one in desk.telegram.got] == [False, True]
    assert await desk.state() == ("dead", Why.UNCLEAR)
    assert _metric("advisor_deliveries_dead_total", **labels) == before + 1
    async with desk.house.database.read() as connection:
        assert await store.count_dead(connection) == {Why.UNCLEAR: 1}
        (dead,) = await store.dead(connection, limit=10)
    assert (dead.subject, dead.error) == ("a", Why.UNCLEAR)


async def test_a_bug_twice_is_dead_under_its_name(desk: Desk) -> None:
    desk.telegram.plan += [KeyError("x"), KeyError("x")]
    await desk.add()
    await desk.dispatcher.run_due()
    await desk.pass_time()
    assert await desk.state() == ("dead", "KeyError")


async def test_what_surely_did_not_arrive_is_sent_again_without_a_mark_when_telegram_says(
    desk: Desk,
) -> None:
    desk.telegram.plan += [Outcome(Fate.NOT_NOW, seconds=37), Outcome(Fate.NOT_NOW)]
    await desk.add()
    await desk.dispatcher.run_due()
    await desk.pass_time(timedelta(seconds=36))
    assert len(desk.telegram.got) == 1
    await desk.pass_time(timedelta(seconds=1))
    await desk.pass_time(timedelta(seconds=3))
    assert len(desk.telegram.got) == 2
    await desk.pass_time(timedelta(seconds=1))
    assert [one.repeat for one in desk.telegram.got] == [False, False, False]
    assert (await desk.state())[0] == "sent"


async def test_what_could_not_be_written_for_want_of_storage_is_sent_later_without_a_mark(desk: Desk) -> None:
    desk.telegram.plan += [StorageDown("gone"), StorageDown("gone")]
    await desk.add()
    for _ in range(3):
        await desk.pass_time()
    assert [one.repeat for one in desk.telegram.got] == [False, False, False]
    assert (await desk.state())[0] == "sent"


async def test_what_telegram_refuses_is_dead(desk: Desk) -> None:
    desk.telegram.plan.append(Outcome(Fate.REFUSED, error="BadRequest"))
    await desk.add()
    await desk.dispatcher.run_due()
    await desk.pass_time()
    assert len(desk.telegram.got) == 1
    assert await desk.state() == ("dead", "BadRequest")


async def test_what_has_moved_has_arrived_and_what_is_void_is_skipped(desk: Desk) -> None:
    desk.telegram.plan += [Outcome(Fate.MOVED, message_id=9), Outcome(Fate.WITHDRAWN)]
    await desk.add("a")
    await desk.dispatcher.run_due()
    await desk.add("b")
    await desk.dispatcher.run_due()
    assert [(row.state, row.message_id, row.error) for row in await desk.rows()] == [
        ("sent", 9, None),
        ("skipped", None, "withdrawn"),
    ]


async def test_whoever_blocked_the_bot_gets_nothing_until_they_return(desk: Desk) -> None:
    desk.telegram.plan.append(GONE)
    await desk.add("a", expires=timedelta(hours=24))
    await desk.dispatcher.run_due()
    await desk.add("b", expires=timedelta(minutes=1))
    await desk.add("c", expires=timedelta(hours=24))
    await desk.add("d", member=BEN)
    await desk.dispatcher.run_due()
    assert [one.subject for one in desk.telegram.got] == ["a", "d"]
    assert [row.error for row in await desk.rows()] == ["blocked", "blocked", "blocked", None]
    desk.house.clock.instant += timedelta(hours=1)
    await desk.house.members.set_blocked(ANNA, False)
    async with desk.house.database.write() as connection:
        back = await store.revive(connection, desk.house.identity.member_id(ANNA), desk.house.clock.now())
    assert back == 2
    await desk.dispatcher.run_due()
    assert sorted(one.subject for one in desk.telegram.got[2:]) == ["a", "c"]
    assert all(one.late for one in desk.telegram.got[2:])


async def test_whoever_was_erased_gets_nothing_and_no_row_of_them_stays(desk: Desk) -> None:
    await desk.add("a")
    await desk.add("b", member=BEN)
    member_id = desk.house.identity.member_id(ANNA)
    await desk.house.members.forget(ANNA, update=UpdateRef(1, 9))
    await desk.dispatcher.run_due()
    assert [one.subject for one in desk.telegram.got] == ["b"]
    await desk.add("late")  # as from a transaction that saw the member a moment ago
    await desk.dispatcher.run_due()
    assert [row.subject for row in await desk.rows()] == ["b"]
    assert member_id not in {one.member_id for one in desk.telegram.got}


async def test_an_erasure_while_it_is_sent_is_no_fault(desk: Desk) -> None:
    go_on = asyncio.Event()
    desk.telegram.plan.append(stuck(go_on))
    await desk.add()
    running = asyncio.create_task(desk.dispatcher.run_due())
    await desk.calls(1)
    await desk.house.members.forget(ANNA, update=UpdateRef(1, 9))
    go_on.set()
    await running
    assert await desk.rows() == []


async def test_what_was_taken_back_is_not_sent_though_it_was_claimed(desk: Desk) -> None:
    await desk.add()
    member_id = desk.house.identity.member_id(ANNA)
    async with desk.house.database.write() as connection:
        (one,) = await claims.claim(connection, owner="me", limit=5, now=NOW, lease=LEASE)
    async with desk.house.database.write() as connection:
        await store.withdraw(connection, member_id, Kind.REMINDER, ["a"], NOW)
    async with desk.house.database.write() as connection:
        assert await claims.begin(connection, one, owner="me", now=NOW, lease=LEASE) is None
    assert await desk.state() == ("skipped", Why.WITHDRAWN)


async def test_a_dispatcher_that_lost_its_lease_changes_nothing(desk: Desk) -> None:
    await desk.add()
    database = desk.house.database
    async with database.write() as connection:
        (old,) = await claims.claim(connection, owner="old", limit=5, now=NOW, lease=LEASE)
        await claims.begin(connection, old, owner="old", now=NOW, lease=LEASE)
    await desk.pass_time(LEASE)
    assert [one.repeat for one in desk.telegram.got] == [True]
    async with database.write() as connection:
        assert not await claims.sent(connection, old, owner="old", message_id=99, now=NOW)
        assert not await claims.put_back(connection, old, owner="old", next_try=NOW, repeat=True)
    (row,) = await desk.rows()
    assert (row.state, row.message_id) == ("sent", 7)


async def test_what_a_crash_left_is_taken_up_again_and_marked_only_when_it_may_have_arrived(
    desk: Desk,
) -> None:
    await desk.add("claimed")
    await desk.add("sending")
    database = desk.house.database
    async with database.write() as connection:
        for one in await claims.claim(connection, owner="dead", limit=5, now=NOW, lease=LEASE):
            if one.subject == "sending":
                await claims.begin(connection, one, owner="dead", now=NOW, lease=LEASE)
    if not database.is_sqlite:
        await desk.dispatcher.run_due()
        assert desk.telegram.got == [], "another process may be at it"
        desk.house.clock.instant += LEASE
    await desk.another().run_due()
    assert {one.subject: one.repeat for one in desk.telegram.got} == {"claimed": False, "sending": True}


async def test_what_crashes_again_and_again_ends_dead(desk: Desk) -> None:
    await desk.add()
    for number in range(CRASH_REPEATS + 1):
        async with desk.house.database.write() as connection:
            now = desk.house.clock.now()
            (one,) = await claims.claim(connection, owner=f"{number}", limit=5, now=now, lease=LEASE)
            await claims.begin(connection, one, owner=f"{number}", now=now, lease=LEASE)
        desk.house.clock.instant += LEASE
        async with desk.house.database.write() as connection:
            again, dead = await claims.recover(
                connection,
                owner="next",
                held=(),
                now=desk.house.clock.now(),
                lease=LEASE,
                alone=False,
                repeats=CRASH_REPEATS,
            )
        assert bool(dead) == (number == CRASH_REPEATS) != bool(again)
    assert await desk.state() == ("dead", Why.UNCLEAR)


@pytest.mark.postgres
async def test_two_processes_never_send_the_same(postgres_only: Database, data_dir: Path) -> None:
    desk = await Desk.open(await furnish(postgres_only, data_dir))
    for number in range(60):
        await desk.add(f"{number}", member=ANNA if number % 2 else BEN)
    await asyncio.gather(*(desk.another(concurrency=3).run_due() for _ in range(4)))
    assert sorted(int(one.subject) for one in desk.telegram.got) == list(range(60))


async def test_as_many_at_a_time_as_allowed_and_the_longest_waiting_first(house: House) -> None:
    desk = await Desk.open(house, concurrency=3)
    now = most = 0
    go_on = asyncio.Event()

    async def call() -> Outcome:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await go_on.wait()
        now -= 1
        return Outcome(Fate.SENT)

    desk.telegram.plan += [call] * 10
    for number in range(10):
        await desk.add(f"{number}")
        house.clock.instant += timedelta(seconds=1)
    running = asyncio.create_task(desk.dispatcher.run_due())
    await desk.calls(3)
    assert not await desk.dispatcher.look(), "there is no room while three are being sent"
    assert {int(one.subject) for one in desk.telegram.got} == {0, 1, 2}
    go_on.set()
    await running
    assert most == 3
    assert len(desk.telegram.got) == 10


async def test_a_call_that_never_ends_is_unclear(house: House) -> None:
    desk = await Desk.open(house, send_limit=0.05)
    desk.telegram.plan.append(stuck(asyncio.Event()))
    await desk.add()
    await desk.dispatcher.run_due()
    await desk.pass_time()
    assert [one.repeat for one in desk.telegram.got] == [False, True]


async def test_a_stop_waits_for_what_is_being_sent_and_leaves_nothing_unclear(house: House) -> None:
    desk = await Desk.open(house, concurrency=2, poll=0.05)
    go_on = asyncio.Event()
    desk.telegram.plan += [stuck(go_on)] * 2
    for number in range(5):
        await desk.add(f"{number}")
    stop = asyncio.Event()
    running = asyncio.create_task(desk.dispatcher.run(stop))
    await desk.calls(2)
    stop.set()
    await asyncio.sleep(0.1)
    assert not running.done()
    go_on.set()
    await running
    assert sorted(row.state for row in await desk.rows()) == ["due", "due", "due", "sent", "sent"]


async def test_a_stop_does_not_wait_for_ever(house: House) -> None:
    desk = await Desk.open(house, patience=0.05, poll=0.05)
    desk.telegram.plan.append(stuck(asyncio.Event()))
    await desk.add()
    stop = asyncio.Event()
    running = asyncio.create_task(desk.dispatcher.run(stop))
    await desk.calls(1)
    stop.set()
    await asyncio.wait_for(running, 60)
    assert (await desk.state())[0] == "sending"


async def test_a_kill_in_the_middle_ends_at_once(house: House) -> None:
    desk = await Desk.open(house, poll=0.05)
    desk.telegram.plan.append(stuck(asyncio.Event()))
    await desk.add()
    running = asyncio.create_task(desk.dispatcher.run(asyncio.Event()))
    await desk.calls(1)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert (await desk.state())[0] == "sending"
    assert all(not task.get_name().startswith("delivery") for task in asyncio.all_tasks())


async def test_a_clock_that_jumps_is_seen_within_a_second(house: House) -> None:
    desk = await Desk.open(house, poll=0.05)
    await desk.add("now")
    async with house.database.write() as connection:
        await connection.execute(update(deliveries).values(next_try=NOW + timedelta(days=3)))
    stop = asyncio.Event()
    running = asyncio.create_task(desk.dispatcher.run(stop))
    await asyncio.sleep(0.2)
    assert desk.telegram.got == []
    house.clock.instant += timedelta(days=3)
    await desk.calls(1)
    stop.set()
    await running
    assert len(desk.telegram.got) == 1


async def test_a_clock_that_was_set_back_makes_nobody_wait_for_days(house: House) -> None:
    desk = await Desk.open(house)
    house.clock.instant = NOW + timedelta(days=3)
    desk.telegram.plan.append(Outcome(Fate.NOT_NOW, seconds=30))
    await desk.add()
    await desk.dispatcher.run_due()
    house.clock.instant = NOW
    await desk.dispatcher.run_due()
    assert len(desk.telegram.got) == 2
    assert (await desk.state())[0] == "sent"


async def test_a_lease_from_before_the_clock_was_set_back_is_over(desk: Desk) -> None:
    await desk.add()
    async with desk.house.database.write() as connection:
        later = NOW + timedelta(days=3)
        await claims.claim(connection, owner="dead", limit=5, now=later, lease=LEASE)
    await desk.dispatcher.run_due()
    assert len(desk.telegram.got) == 1


async def test_while_storage_is_locked_nothing_is_lost_and_nothing_comes_twice(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_TIMEOUT", 50)
    refused = asyncio.Event()
    write = Database.write

    @asynccontextmanager
    async def watched(database: Database) -> AsyncIterator[AsyncConnection]:
        try:
            async with write(database) as connection:
                yield connection
        except StorageDown:
            refused.set()
            raise

    monkeypatch.setattr(Database, "write", watched)
    locked: list[Any] = []

    async with opened(sqlite_url(data_dir)) as database:
        desk = await Desk.open(await furnish(database, data_dir), poll=0.05)

        async def call() -> Outcome:
            other = sqlite3.connect(database.path or "", isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            locked.append(other)
            return Outcome(Fate.SENT)

        desk.telegram.plan.append(call)
        await desk.add("a")
        stop = asyncio.Event()
        running = asyncio.create_task(desk.dispatcher.run(stop))
        await desk.calls(1)
        await asyncio.wait_for(refused.wait(), 60)
        with closing(locked[0]) as other:
            other.execute("ROLLBACK")
        stop.set()
        await running
        assert (await desk.state())[0] == "sent"
    assert len(desk.telegram.got) == 1


async def test_neither_a_feed_nor_a_row_with_a_fault_stops_the_others(house: House) -> None:
    async def broken() -> int:
        raise ValueError("a bug")

    desk = await Desk.open(house, feeds=[broken])
    await desk.add("bad")
    async with house.database.write() as connection:
        await connection.execute(update(deliveries).values(kind="of later"))
    await desk.add("good")
    await desk.dispatcher.run_due()
    assert [one.subject for one in desk.telegram.got] == ["good"]
    assert [row.state for row in await desk.rows()] == ["due", "sent"]


async def test_a_row_with_which_we_always_fail_waits_longer_each_time(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = claims.begin

    async def broken(connection: Any, one: Any, **options: Any) -> Any:
        if one.subject == "bad":
            raise LookupError("a bug")
        return await begin(connection, one, **options)

    monkeypatch.setattr(claims, "begin", broken)
    await desk.add("bad")
    await desk.add("good")
    await desk.dispatcher.run_due()
    assert [one.subject for one in desk.telegram.got] == ["good"]
    monkeypatch.undo()
    await desk.pass_time(timedelta(minutes=1))
    assert len(desk.telegram.got) == 1
    await desk.pass_time(timedelta(minutes=1))
    assert [one.subject for one in desk.telegram.got] == ["good", "bad"]


async def test_a_feed_is_asked_at_each_look_and_what_it_adds_is_sent(house: House) -> None:
    desk = await Desk.open(house)

    async def feed() -> int:
        if desk.telegram.got:
            return 0
        await desk.add("fed")
        return 1

    desk.dispatcher = desk.another(feeds=[feed])
    await desk.dispatcher.run_due()
    assert [one.subject for one in desk.telegram.got] == ["fed"]


async def test_while_the_database_is_gone_the_loop_goes_on(sqlite_database: Database, data_dir: Path) -> None:
    desk = await Desk.open(await furnish(sqlite_database, data_dir), poll=0.02)
    assert sqlite_database.path is not None
    aside = sqlite_database.path.with_name("aside")
    await desk.add()
    sqlite_database.path.rename(aside)
    with pytest.raises(StorageDown):
        await desk.dispatcher.run_due()
    stop = asyncio.Event()
    running = asyncio.create_task(desk.dispatcher.run(stop))
    await asyncio.sleep(0.2)
    aside.rename(sqlite_database.path)
    await desk.calls(1)
    stop.set()
    await running
    assert (await desk.state())[0] == "sent"


async def test_how_much_waits_and_how_long_can_be_read(desk: Desk) -> None:
    desk.telegram.plan.append(Outcome(Fate.NOT_NOW, seconds=600))
    await desk.add()
    await desk.dispatcher.run_due()
    desk.house.clock.instant += timedelta(seconds=90)
    await desk.another().run_due()
    assert _metric("advisor_deliveries_due") == 1
    assert _metric("advisor_deliveries_oldest_due_seconds") == 90


async def test_what_ended_goes_after_thirty_days(desk: Desk) -> None:
    await desk.add("old")
    await desk.dispatcher.run_due()
    desk.telegram.plan.append(Outcome(Fate.NOT_NOW, seconds=10**8))
    await desk.add("waits")
    await desk.dispatcher.run_due()
    await desk.dispatcher.prune(NOW + KEPT)
    assert len(await desk.rows()) == 2
    await desk.dispatcher.prune(NOW + KEPT + timedelta(seconds=1))
    assert [row.subject for row in await desk.rows()] == ["waits"]
