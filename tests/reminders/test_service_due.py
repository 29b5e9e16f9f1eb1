"""From a reminder to its message: on time, late, missed, put off, stopped, at the same moment."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.deliveries.dispatcher import Dispatcher
from bot.deliveries.model import Delivery, Fate, Outcome
from bot.reminders.model import Answer, Reminder, State
from bot.reminders.rules import Once
from bot.reminders.service import Reminders
from bot.storage.engine import Database
from bot.storage.tables import deliveries, reminders
from tests.reminders.test_service import ANNA, BEN, ONCE, Updates, _make, _utc
from tests.support.databases import NOW
from tests.support.members import House


@dataclass
class Evening:
    """A house with a dispatcher; what arrives is kept with the reminder that it is about."""

    house: House
    service: Reminders
    by: Updates
    got: list[tuple[Delivery, Reminder | None]]
    dispatcher: Dispatcher
    blocked: bool = False

    async def at(self, instant: datetime) -> None:
        """Set the clock and send what is due."""
        self.house.clock.instant = instant
        await self.dispatcher.run_due()

    def subjects(self) -> list[int]:
        """The reminders that came."""
        return [int(delivery.subject) for delivery, _ in self.got]


@pytest.fixture
def evening(house: House) -> Evening:
    """On each kind of database."""
    service = Reminders(house.database, house.identity, house.members, clock=house.clock)
    got: list[tuple[Delivery, Reminder | None]] = []

    async def send(delivery: Delivery) -> Outcome:
        if made.blocked:
            return Outcome(Fate.GONE)
        got.append((delivery, await service.of(delivery)))
        return Outcome(Fate.SENT, message_id=len(got))

    dispatcher = Dispatcher(house.database, send, clock=house.clock, feeds=[service.feed])
    made = Evening(house, service, Updates(), got, dispatcher)
    return made


async def _only(evening: Evening) -> Reminder:
    (one,) = await evening.service.all(ANNA)
    return one


async def test_it_comes_when_it_is_due_and_once(evening: Evening) -> None:
    number = await _make(evening.service, evening.by, ONCE)
    await evening.at(_utc(27, 17) - timedelta(seconds=1))
    assert evening.got == []
    await evening.at(_utc(27, 17))
    await evening.at(_utc(27, 18))
    ((delivery, reminder),) = evening.got
    assert (delivery.due, delivery.late, delivery.repeat) == (_utc(27, 17), False, False)
    assert reminder is not None
    assert (reminder.id, reminder.plan.replies_to, reminder.state) == (number, 77, State.ENDED)


async def test_a_repeat_comes_each_time_and_does_not_drift(evening: Evening) -> None:
    await _make(evening.service, evening.by)
    for day in (27, 28, 29):
        await evening.at(_utc(day, 17) + timedelta(seconds=40))
    assert [delivery.due for delivery, _ in evening.got] == [_utc(27, 17), _utc(28, 17), _utc(29, 17)]
    assert (await _only(evening)).next_due == _utc(30, 17)


async def test_after_three_hours_off_it_comes_late_and_says_so(evening: Evening) -> None:
    await _make(evening.service, evening.by)
    await evening.at(_utc(27, 20))
    assert [(one.due, one.late) for one, _ in evening.got] == [(_utc(27, 17), True)]


async def test_after_days_off_only_the_last_one_comes(evening: Evening) -> None:
    await _make(evening.service, evening.by)
    await evening.at(_utc(30, 20))
    assert [one.due for one, _ in evening.got] == [_utc(30, 17)]
    assert (await _only(evening)).next_due == _utc(1, 17, month=12)


async def test_what_is_too_late_is_told_in_the_list(evening: Evening) -> None:
    await _make(evening.service, evening.by)
    await evening.at(_utc(30, 6))
    assert evening.got == []
    one = await _only(evening)
    assert (one.missed, one.next_due) == (_utc(29, 17), _utc(30, 17))
    once = await _make(evening.service, evening.by, replace(ONCE, wall=ONCE.wall + timedelta(days=4)))
    await evening.at(_utc(3, 17, month=12))
    missed = {one.id: (one.state, one.missed) for one in await evening.service.all(ANNA)}
    assert missed[once] == (State.ENDED, _utc(1, 17, month=12))


async def test_one_a_day_late_still_comes_and_one_later_does_not(evening: Evening) -> None:
    await _make(evening.service, evening.by, ONCE)
    await _make(evening.service, evening.by, replace(ONCE, wall=ONCE.wall - timedelta(seconds=1)))
    await evening.at(_utc(28, 17))
    assert [one.due for one, _ in evening.got] == [_utc(27, 17)]


async def test_blocked_and_unblocked(evening: Evening) -> None:
    number = await _make(evening.service, evening.by)
    evening.blocked = True
    await evening.at(_utc(27, 17))
    await evening.at(_utc(28, 17))
    evening.blocked = False
    await evening.at(_utc(28, 18))
    assert evening.got == []
    assert await evening.service.come_back(ANNA) == 1, "that of the day before is too old"
    await evening.at(_utc(28, 18))
    assert [(one.due, one.late) for one, _ in evening.got] == [(_utc(28, 17), True)]
    await evening.at(_utc(29, 17))
    assert evening.subjects() == [number, number]


async def test_what_was_stopped_while_blocked_does_not_come_back(evening: Evening) -> None:
    number = await _make(evening.service, evening.by)
    evening.blocked = True
    await evening.at(_utc(27, 17))
    await evening.service.pause(ANNA, number, **evening.by())
    assert await evening.service.come_back(ANNA) == 0


async def test_a_snooze_comes_beside_the_series(evening: Evening) -> None:
    number = await _make(evening.service, evening.by)
    await evening.at(_utc(27, 17))
    snoozed = await evening.service.snooze(ANNA, number, days=7, **evening.by())
    assert snoozed.reminder is not None
    for day in range(1, 8):
        await evening.at(_utc(27, 17) + timedelta(days=day))
    assert sorted(evening.subjects()) == [number] * 8 + [snoozed.reminder.id]


@pytest.mark.parametrize("how", ["pause", "skip", "delete", "stop", "change"])
async def test_what_is_taken_back_before_it_leaves_does_not_come(evening: Evening, how: str) -> None:
    number = await _make(evening.service, evening.by)
    evening.house.clock.instant = _utc(27, 17)
    if how == "skip":
        await evening.service.skip(ANNA, number, **evening.by())
    else:
        await evening.service.feed()
    if how == "stop":
        await evening.service.answer(ANNA, number, Answer.STOP, **evening.by())
    if how == "change":
        await evening.service.change(
            ANNA,
            number,
            rule=Once(),
            wall=ONCE.wall + timedelta(days=1),
            zone=ONCE.zone,
            **evening.by(),
        )
    if how in {"pause", "delete"}:
        await getattr(evening.service, how)(ANNA, number, **evening.by())
    await evening.dispatcher.run_due()
    assert evening.got == []


async def test_one_that_cannot_be_read_is_paused_and_holds_nobody_up(evening: Evening) -> None:
    bad = await _make(evening.service, evening.by)
    worse = await _make(evening.service, evening.by)
    good = await _make(evening.service, evening.by, member=BEN)
    async with evening.house.database.write() as connection:
        await connection.execute(
            reminders.update().where(reminders.c.id == bad).values(zone="Europe/Atlantis")
        )
        await connection.execute(reminders.update().where(reminders.c.id == worse).values(rule="often"))
    await evening.at(_utc(27, 17))
    assert evening.subjects() == [good]
    async with evening.house.database.read() as connection:
        rows = await connection.execute(select(reminders.c.id, reminders.c.state))
        assert {row.id: row.state for row in rows} == {bad: "paused", worse: "paused", good: "active"}


async def test_a_clock_that_was_set_forth_and_back_doubles_nothing(evening: Evening) -> None:
    await _make(evening.service, evening.by)
    await evening.at(_utc(27, 17))
    async with evening.house.database.write() as connection:
        await connection.execute(reminders.update().values(next_due=_utc(27, 17)))
    await evening.at(_utc(27, 17) + timedelta(seconds=1))
    assert len(evening.got) == 1


@pytest.mark.postgres
async def test_processes_that_look_at_the_same_moment_make_each_delivery_once(
    evening: Evening, house: House
) -> None:
    if house.database.is_sqlite:
        pytest.skip("SQLite has one process")
    for _ in range(20):
        await _make(evening.service, evening.by)
    house.clock.instant = _utc(27, 17)
    url = house.database.url.render_as_string(hide_password=False)
    databases = [Database(url) for _ in range(4)]
    url = house.database.url.render_as_string(hide_password=False)
    databases = [Database(url) for _ in range(4)]
    others = [Reminders(one, house.identity, house.members, clock=house.clock) for one in databases]
    await asyncio.gather(*(one.feed() for one in others))
    async with house.database.read() as connection:
        made = (await connection.scalars(select(deliveries.c.subject))).all()
    assert len(made) == len(set(made)) == 20
    for one in databases:
        await one.close()


@pytest.mark.slow
async def test_whatever_a_member_does_while_it_is_sent_nothing_comes_twice_or_after_an_end(
    evening: Evening,
) -> None:
    """The races that PostgreSQL shows: pausing, stopping and moving while the dispatcher works."""
    numbers = [await _make(evening.service, evening.by) for _ in range(20)]
    evening.house.clock.instant = _utc(27, 17)

    async def meddle(number: int) -> None:
        match number % 4:
            case 0:
                await evening.service.pause(ANNA, number, **evening.by())
            case 1:
                await evening.service.delete(ANNA, number, **evening.by())
            case 2:
                await evening.service.rezone(ANNA, "Europe/Paris")
            case 3:
                await evening.service.snooze(ANNA, number, days=1, **evening.by())

    await asyncio.gather(evening.dispatcher.run_due(), *(meddle(number) for number in numbers))
    await evening.dispatcher.run_due()
    subjects = evening.subjects()
    assert len(subjects) == len(set(subjects))
    assert {number for number in numbers if number % 4 in {2, 3}} <= set(subjects)
    assert evening.house.clock.now() > NOW
