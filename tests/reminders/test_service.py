"""What members do with reminders: each once, within the limits, and nobody's business but theirs."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypedDict

import pytest
from sqlalchemy import func, select

from bot.members.service import UpdateRef
from bot.reminders.model import Answer, Kind, Plan, State, Status
from bot.reminders.rules import Days, Once, Weeks
from bot.reminders.schedule import MAX_REMINDERS
from bot.reminders.service import ENDED_KEPT, Reminders
from bot.storage.tables import journal, reminders
from tests.support.databases import NOW
from tests.support.members import House

ANNA, BEN = 1001, 1002
BERLIN = "Europe/Berlin"


def _wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


# NOW is 27 November 2026, 12:00 UTC, 13:00 in Berlin.
EVENING = _wall("2026-11-27T18:00")
EVENINGS = Plan("linkedin.opt-out", Days(1), EVENING, BERLIN)
ONCE = Plan("linkedin.opt-out", Once(), EVENING, BERLIN, replies_to=77)


class Asked(TypedDict):
    """Who asked for a change, and by which update."""

    chat_id: int
    update: UpdateRef


class Updates:
    """A new update for each wish."""

    def __init__(self) -> None:
        self.last = 100

    def __call__(self, telegram_id: int = ANNA) -> Asked:
        self.last += 1
        return Asked(chat_id=telegram_id, update=UpdateRef(1, self.last))


@pytest.fixture
def service(house: House) -> Reminders:
    """The reminders of a house."""
    return Reminders(house.database, house.identity, house.members, clock=house.clock)


@pytest.fixture
def by() -> Updates:
    """Who asks."""
    return Updates()


def _utc(day: int, hour: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


async def _make(service: Reminders, by: Updates, plan: Plan = EVENINGS, member: int = ANNA) -> int:
    made = await service.make(member, plan, **by(member))
    assert made.status is Status.DONE
    assert made.reminder is not None
    return made.reminder.id


async def test_a_reminder_is_made_and_listed(service: Reminders, by: Updates) -> None:
    number = await _make(service, by, ONCE)
    (one,) = await service.all(ANNA)
    assert one == await service.get(ANNA, number)
    assert (one.plan, one.state, one.kind, one.next_due) == (ONCE, State.ACTIVE, Kind.SERIES, _utc(27, 17))
    assert await service.all(BEN) == ()
    assert await service.get(BEN, number) is None


async def test_the_second_half_past_two_of_a_night_is_kept(service: Reminders, by: Updates) -> None:
    twice = _wall("2027-10-31T02:30").replace(fold=1)
    number = await _make(service, by, replace(ONCE, wall=twice))
    kept = await service.get(ANNA, number)
    assert kept is not None
    assert (kept.plan.wall, kept.plan.wall.fold) == (twice, 1)
    assert kept.next_due == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


async def test_the_same_update_makes_one_reminder_and_finds_it_again(
    service: Reminders, by: Updates, house: House
) -> None:
    wish = by()
    first = await service.make(ANNA, ONCE, screen="1i", **wish)
    again = await service.make(ANNA, ONCE, screen="1i", **wish)
    assert (again.status, again.reminder) == (Status.REPEATED, first.reminder)
    assert first.reminder is not None
    assert await house.members.screen_of(UpdateRef(1, by.last)) == f"1i:{first.reminder.id}"
    await service.delete(ANNA, first.reminder.id, **by())
    gone = await service.make(ANNA, ONCE, screen="1i", **wish)
    assert (gone.status, gone.reminder) == (Status.REPEATED, None)


@pytest.mark.parametrize(
    ("wall", "status"),
    [
        (_wall("2026-11-27T12:59"), Status.PASSED),
        (_wall("2026-11-27T13:00:59"), Status.TOO_SOON),
        (_wall("2026-11-27T13:01"), Status.DONE),
        (_wall("2031-11-27T13:00"), Status.DONE),
        (_wall("2032-01-01T00:00"), Status.TOO_FAR),
    ],
)
async def test_a_time_outside_of_the_limits_is_refused_and_leaves_no_trace(
    service: Reminders, by: Updates, house: House, wall: datetime, status: Status
) -> None:
    made = await service.make(ANNA, replace(ONCE, wall=wall), **by())
    assert made.status is status
    assert await house.members.count() == (status is Status.DONE)


async def test_a_repeat_whose_first_time_is_over_begins_with_the_next(
    service: Reminders, by: Updates
) -> None:
    mondays = Plan("meta", Weeks((0,)), _wall("2026-11-23T09:00"), BERLIN)
    kept = await service.get(ANNA, await _make(service, by, mondays))
    assert kept is not None
    assert kept.next_due == _utc(30, 8)


async def test_there_are_at_most_twenty_five_also_when_all_come_at_once(
    service: Reminders, by: Updates
) -> None:
    for _ in range(MAX_REMINDERS - 2):
        await _make(service, by)
    wishes = [service.make(ANNA, ONCE, **by()) for _ in range(6)]
    found = [made.status for made in await asyncio.gather(*wishes)]
    assert sorted(found) == [Status.DONE] * 2 + [Status.FULL] * 4
    assert len(await service.all(ANNA)) == MAX_REMINDERS
    await _make(service, by, member=BEN)


async def test_a_paused_one_rests_and_goes_on_with_the_next_time(
    service: Reminders, by: Updates, house: House
) -> None:
    number = await _make(service, by)
    paused = await service.pause(ANNA, number, **by())
    assert paused.reminder is not None
    assert paused.reminder.state is State.PAUSED
    house.clock.instant = NOW + timedelta(days=3, hours=6)
    assert await service.feed() == 0
    again = await service.resume(ANNA, number, **by())
    assert again.reminder is not None
    assert (again.reminder.state, again.reminder.next_due) == (State.ACTIVE, _utc(1, 17, month=12))


async def test_a_paused_one_that_was_to_come_once_may_have_passed(
    service: Reminders, by: Updates, house: House
) -> None:
    number = await _make(service, by, ONCE)
    await service.pause(ANNA, number, **by())
    house.clock.instant = NOW + timedelta(days=1)
    assert (await service.resume(ANNA, number, **by())).status is Status.PASSED


async def test_a_skipped_time_is_left_out_and_the_same_update_skips_but_one(
    service: Reminders, by: Updates
) -> None:
    number = await _make(service, by)
    wish = by()
    for _ in range(2):
        skipped = await service.skip(ANNA, number, **wish)
        assert skipped.reminder is not None
        assert skipped.reminder.next_due == _utc(28, 17)
    once = await _make(service, by, ONCE)
    ended = await service.skip(ANNA, once, **by())
    assert ended.reminder is not None
    assert ended.reminder.state is State.ENDED


async def test_a_changed_one_comes_at_the_new_time(service: Reminders, by: Updates) -> None:
    number = await _make(service, by)
    await service.pause(ANNA, number, **by())
    changed = await service.change(
        ANNA,
        number,
        rule=Once(),
        wall=_wall("2026-12-24T09:00"),
        zone="Asia/Tokyo",
        **by(),
    )
    assert changed.reminder is not None
    assert changed.reminder.plan == Plan("linkedin.opt-out", Once(), _wall("2026-12-24T09:00"), "Asia/Tokyo")
    assert (changed.reminder.state, changed.reminder.next_due) == (State.ACTIVE, _utc(24, 0, month=12))
    late = await service.change(
        ANNA,
        number,
        rule=Once(),
        wall=_wall("2020-01-01T00:00"),
        zone=BERLIN,
        **by(),
    )
    assert late.status is Status.PASSED
    assert await service.get(ANNA, number) == changed.reminder


async def test_a_deleted_one_is_gone_with_its_snooze_and_its_number_is_never_used_again(
    service: Reminders, by: Updates
) -> None:
    number = await _make(service, by)
    snoozed = await service.snooze(ANNA, number, days=1, **by())
    assert snoozed.reminder is not None
    assert (await service.delete(ANNA, number, **by())).status is Status.DONE
    assert await service.all(ANNA) == ()
    assert (await service.pause(ANNA, number, **by())).status is Status.UNKNOWN
    assert await _make(service, by) > snoozed.reminder.id


async def test_nobody_changes_what_is_not_theirs(service: Reminders, by: Updates) -> None:
    number = await _make(service, by)
    before = await service.get(ANNA, number)
    for wish in (
        service.pause(BEN, number, **by(BEN)),
        service.skip(BEN, number, **by(BEN)),
        service.delete(BEN, number, **by(BEN)),
        service.snooze(BEN, number, days=1, **by(BEN)),
        service.answer(BEN, number, Answer.STOP, **by(BEN)),
    ):
        assert (await wish).status is Status.UNKNOWN
    assert await service.get(ANNA, number) == before


async def test_a_snooze_is_apart_from_the_series_and_moves_when_put_off_again(
    service: Reminders, by: Updates, house: House
) -> None:
    number = await _make(service, by)
    house.clock.instant = _utc(27, 21)
    first = await service.snooze(ANNA, number, days=1, **by())
    assert first.reminder is not None
    assert (first.reminder.kind, first.reminder.series) == (Kind.SNOOZE, number)
    assert (first.reminder.plan.rule, first.reminder.next_due) == (Once(), _utc(28, 17))
    second = await service.snooze(ANNA, first.reminder.id, days=7, **by())
    assert second.reminder is not None
    assert (second.reminder.id, second.reminder.next_due) == (first.reminder.id, _utc(4, 17, month=12))
    series = await service.get(ANNA, number)
    assert series is not None
    assert series.next_due == _utc(27, 17), "untouched"
    assert len(await service.all(ANNA)) == 2


async def test_answers_go_into_the_journal_the_last_one_counts(
    service: Reminders, by: Updates, house: House
) -> None:
    number = await _make(service, by)
    for answer in (Answer.STILL_OFF, Answer.ON_AGAIN):
        house.clock.instant += timedelta(hours=1)
        assert (await service.answer(ANNA, number, answer, **by())).status is Status.DONE
    async with house.database.read() as connection:
        (row,) = (await connection.execute(select(journal))).all()
    assert (row.points_at, row.state, row.at) == ("linkedin.opt-out", "on", NOW + timedelta(hours=2))
    assert row.member_id == house.identity.member_id(ANNA)


async def test_stop_ends_the_series_also_from_a_message_that_was_put_off(
    service: Reminders, by: Updates
) -> None:
    number = await _make(service, by)
    snoozed = await service.snooze(ANNA, number, days=1, **by())
    assert snoozed.reminder is not None
    await service.answer(ANNA, snoozed.reminder.id, Answer.STOP, **by())
    assert [one.state for one in await service.all(ANNA)] == [State.ENDED] * 2
    later = await service.answer(ANNA, number, Answer.STILL_OFF, **by())
    assert later.status is Status.DONE, "the buttons of an ended one still work"
    assert (await service.skip(ANNA, number, **by())).status is Status.UNKNOWN


async def test_a_new_zone_moves_what_is_to_come_once(service: Reminders, by: Updates) -> None:
    number = await _make(service, by)
    snoozed = await service.snooze(ANNA, number, days=1, **by())
    assert snoozed.reminder is not None
    assert await service.rezone(ANNA, "America/New_York") == 2
    assert await service.rezone(ANNA, "America/New_York") == 0
    assert [one.next_due for one in await service.all(ANNA)] == [_utc(27, 23), _utc(28, 23)]
    with pytest.raises(KeyError):
        await service.rezone(ANNA, "Europe/Atlantis")


async def test_nobody_fills_the_table_with_what_has_ended(
    service: Reminders, by: Updates, house: House
) -> None:
    for _ in range(MAX_REMINDERS + 5):
        number = await _make(service, by, ONCE)
        await service.answer(ANNA, number, Answer.STOP, **by())
    assert len(await service.all(ANNA)) == MAX_REMINDERS + 1
    await service.prune(NOW + ENDED_KEPT)
    assert len(await service.all(ANNA)) == MAX_REMINDERS + 1
    active = await _make(service, by)
    await service.prune(NOW + ENDED_KEPT + timedelta(seconds=1))
    assert [one.id for one in await service.all(ANNA)] == [active]


async def test_forgetting_takes_everything_and_an_old_update_brings_nothing_back(
    service: Reminders, by: Updates, house: House
) -> None:
    wish = by()
    made = await service.make(ANNA, EVENINGS, **wish)
    assert made.reminder is not None
    await service.answer(ANNA, made.reminder.id, Answer.STILL_OFF, **by())
    exported = (await house.members.export(ANNA)).rows
    assert exported["reminders"][0]["points_at"] == "linkedin.opt-out"
    assert {"reminders", "journal"} <= exported.keys()
    await house.members.forget(ANNA, update=UpdateRef(1, 999))
    assert (await house.members.export(ANNA)).rows == {}
    again = await service.make(ANNA, EVENINGS, **wish)
    assert (again.status, again.reminder) == (Status.REPEATED, None)
    assert await house.members.count() == 0


async def test_an_active_reminder_keeps_its_member(service: Reminders, by: Updates, house: House) -> None:
    await _make(service, by)
    await house.choose(BEN, 3)
    for one in (ANNA, BEN):
        await house.members.set_blocked(one, True)  # else they would be told first
    await house.members.prune(NOW + timedelta(days=400))
    assert await house.members.count() == 1
    assert len(await service.all(ANNA)) == 1


async def test_a_row_that_cannot_be_read_hides_no_other(
    service: Reminders, by: Updates, house: House
) -> None:
    first = await _make(service, by)
    second = await _make(service, by)
    async with house.database.write() as connection:
        await connection.execute(reminders.update().where(reminders.c.id == first).values(rule="often"))
    assert [one.id for one in await service.all(ANNA)] == [second]
    async with house.database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(reminders)) == 2
