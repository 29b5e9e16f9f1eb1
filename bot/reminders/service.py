"""What the chat may do with reminders. Every change is made once for each update of Telegram."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.deliveries import store as deliveries
from bot.deliveries.model import Delivery
from bot.deliveries.model import Kind as DeliveryKind
from bot.members.identity import Identity
from bot.members.service import Members
from bot.members.store import Repeated, UpdateRef, find, set_blocked
from bot.members.transaction import MemberTransaction
from bot.ops.clock import Clock
from bot.reminders import store
from bot.reminders.feed import materialise
from bot.reminders.model import Answer, Change, Plan, Reminder, State, Status
from bot.reminders.rules import Once, Rule
from bot.reminders.schedule import MAX_AHEAD, MAX_REMINDERS, MIN_AHEAD, instant, local, move, next_due
from bot.storage.engine import Database

__all__ = ["Answer", "Change", "Plan", "Reminder", "Reminders", "State", "Status"]

ENDED_KEPT: Final = timedelta(days=30)
"""How long a reminder that has ended stays, so that the buttons under its message still work."""
_ENDED_NEWEST = MAX_REMINDERS
_BATCH = 500
_ROUND = 50
"""Reminders that one transaction makes deliveries of: many more than can be sent until the next look."""

Work = Callable[[MemberTransaction, Reminder], Awaitable[int | None]]
"""Changes a reminder; returns the number of the one to show."""


class _Refused(Exception):  # noqa: N818 - expected, and rolls its transaction back
    def __init__(self, status: Status) -> None:
        super().__init__(status)
        self.status = status


class Reminders:
    """The reminders of all members of one installation.

    Every method raises `StorageDown` when the database does not answer; then nothing was changed.

    Args:
        database: migrated.
        identity: names the member.
        members: whose rows come first in every change.
        clock: the time on the wall.
    """

    def __init__(self, database: Database, identity: Identity, members: Members, *, clock: Clock) -> None:
        self._database = database
        self._identity = identity
        self._members = members
        self._clock = clock

    async def make(
        self, telegram_id: int, plan: Plan, *, chat_id: int, update: UpdateRef, screen: str = "reminder"
    ) -> Change:
        """Make a reminder.

        Args:
            telegram_id: who.
            plan: what and when.
            chat_id: the private chat.
            update: what asked for it.
            screen: which screen answers; the reminder's number is put behind it, after a colon.

        Raises:
            ValueError, KeyError: there is no such zone.
        """
        try:
            async with self._members.transaction(
                telegram_id, chat_id=chat_id, update=update, screen=screen
            ) as member:
                await _require_room(member)
                due = _first(plan.rule, plan.wall, plan.zone, member.now)
                number = await store.add(
                    member.connection, member.member_id, plan, next_due=due, now=member.now
                )
                await store.note_number(member.connection, update, f"{screen}:{number}")
                await store.drop_ended_but(member.connection, member.member_id, newest=_ENDED_NEWEST)
                return Change(Status.DONE, await store.read(member.connection, member.member_id, number))
        except _Refused as refused:
            return Change(refused.status)
        except Repeated:
            _, _, number_text = (await self._members.screen_of(update) or "").rpartition(":")
            found = int(number_text) if number_text.isdecimal() else 0
            return Change(Status.REPEATED, await self.get(telegram_id, found))

    async def get(self, telegram_id: int, number: int) -> Reminder | None:
        """One reminder; None when it is gone, or is not this member's."""
        async with self._database.read() as connection:
            return await store.read(connection, self._identity.member_id(telegram_id), number)

    async def all(self, telegram_id: int) -> tuple[Reminder, ...]:
        """Every reminder, the next one first, also paused and lately ended ones, with what was missed."""
        member_id = self._identity.member_id(telegram_id)
        async with self._database.read() as connection:
            found = await store.read_all(connection, member_id)
            missed = await deliveries.too_late(connection, member_id, DeliveryKind.REMINDER)
        return tuple(replace(one, missed=missed.get(str(one.id))) for one in found)

    async def of(self, delivery: Delivery) -> Reminder | None:
        """What a delivery of a reminder is about; None when it was deleted a moment ago."""
        async with self._database.read() as connection:
            return await store.read(connection, delivery.member_id, int(delivery.subject))

    async def change(
        self,
        telegram_id: int,
        number: int,
        *,
        rule: Rule,
        wall: datetime,
        zone: str,
        chat_id: int,
        update: UpdateRef,
    ) -> Change:
        """Set a reminder to another time; a paused one is active again.

        Raises:
            ValueError, KeyError: there is no such zone.
        """

        async def work(member: MemberTransaction, reminder: Reminder) -> int:
            due = _first(rule, wall, zone, member.now)
            plan = replace(reminder.plan, rule=rule, wall=wall, zone=zone)
            await _withdraw(member, number)
            await store.write(
                member.connection, number, member.now, plan=plan, state=State.ACTIVE, next_due=due
            )
            return number

        return await self._edit(telegram_id, number, chat_id, update, work)

    async def pause(self, telegram_id: int, number: int, *, chat_id: int, update: UpdateRef) -> Change:
        """Let a reminder rest until `resume`."""

        async def work(member: MemberTransaction, reminder: Reminder) -> int:
            await _withdraw(member, number)
            await store.write(
                member.connection, number, member.now, state=State.PAUSED, next_due=reminder.next_due
            )
            return number

        return await self._edit(telegram_id, number, chat_id, update, work)

    async def resume(self, telegram_id: int, number: int, *, chat_id: int, update: UpdateRef) -> Change:
        """Go on with a paused reminder; `PASSED` for one that was to come once, in the meantime."""

        async def work(member: MemberTransaction, reminder: Reminder) -> int:
            due, plan = reminder.next_due, reminder.plan
            if due is None or due <= member.now:
                due = next_due(plan.rule, plan.wall, plan.zone, member.now)
            if due is None:
                raise _Refused(Status.PASSED)
            await store.write(member.connection, number, member.now, state=State.ACTIVE, next_due=due)
            return number

        return await self._edit(telegram_id, number, chat_id, update, work)

    async def skip(self, telegram_id: int, number: int, *, chat_id: int, update: UpdateRef) -> Change:
        """Leave out the next time; a reminder that was to come once has ended with that."""

        async def work(member: MemberTransaction, reminder: Reminder) -> int:
            plan = reminder.plan
            following = next_due(plan.rule, plan.wall, plan.zone, reminder.next_due or member.now)
            state = reminder.state if following else State.ENDED
            await store.write(member.connection, number, member.now, state=state, next_due=following)
            return number

        return await self._edit(telegram_id, number, chat_id, update, work)

    async def delete(self, telegram_id: int, number: int, *, chat_id: int, update: UpdateRef) -> Change:
        """Delete a reminder and what was put off of it."""

        async def work(member: MemberTransaction, reminder: Reminder) -> None:
            numbers = await store.family(member.connection, member.member_id, number)
            await store.remove(member.connection, numbers)
            await _withdraw(member, *numbers)

        return await self._edit(telegram_id, number, chat_id, update, work, ended=True)

    async def snooze(
        self, telegram_id: int, number: int, *, days: int, chat_id: int, update: UpdateRef
    ) -> Change:
        """Let a reminder's message come again in so many days, at its own time of day, apart from the series.

        Args:
            telegram_id: who.
            number: of the reminder whose message it is; a snooze that is put off again moves.
            days: at least 1.
            chat_id: the private chat.
            update: what asked for it.
        """

        async def work(member: MemberTransaction, reminder: Reminder) -> int:
            plan = reminder.plan
            day = local(member.now, plan.zone).date() + timedelta(days=days)
            wall = datetime.combine(day, plan.wall.time())
            snoozed = await store.put_off(
                member.connection,
                member.member_id,
                replace(plan, rule=Once(), wall=wall),
                series=reminder.series or number,
                next_due=instant(wall, plan.zone),
                now=member.now,
            )
            await _withdraw(member, snoozed)
            return snoozed

        return await self._edit(telegram_id, number, chat_id, update, work, ended=True)

    async def answer(
        self, telegram_id: int, number: int, answer: Answer, *, chat_id: int, update: UpdateRef
    ) -> Change:
        """Take the answer to a reminder's message: into the journal, or an end of the whole series."""

        async def work(member: MemberTransaction, reminder: Reminder) -> int:
            if answer is Answer.STOP:
                numbers = await store.family(member.connection, member.member_id, reminder.series or number)
                await store.end(member.connection, numbers, member.now)
                await _withdraw(member, *numbers)
            else:
                await store.note(
                    member.connection, member.member_id, reminder.plan.points_at, answer, member.now
                )
            return number

        return await self._edit(telegram_id, number, chat_id, update, work, ended=True)

    async def rezone(self, telegram_id: int, zone: str) -> int:
        """Move what is still to come to the member's new zone: the same time on the other wall.

        It changes nothing the second time, so it needs no update. Returns how many moved.

        Raises:
            ValueError, KeyError: there is no such zone.
        """
        ZoneInfo(zone)
        member_id = self._identity.member_id(telegram_id)
        moved = 0
        async with self._database.write() as connection:
            await find(connection, member_id, lock=True)
            for one in await store.read_all(connection, member_id, lock=True):
                plan = one.plan
                if one.next_due is None or plan.zone == zone:
                    continue
                due = move(plan.rule, plan.wall, old=plan.zone, new=zone, due=one.next_due)
                plan = replace(plan, zone=zone)
                await store.write(
                    connection, one.id, self._clock.now(), plan=plan, state=one.state, next_due=due
                )
                moved += 1
        return moved

    async def come_back(self, telegram_id: int) -> int:
        """The member has unblocked the bot: what they missed and is not too late comes now.

        Returns how many messages come.
        """
        member_id = self._identity.member_id(telegram_id)
        async with self._database.write() as connection:
            await find(connection, member_id, lock=True)
            await set_blocked(connection, member_id, False)
            return await deliveries.revive(connection, member_id, self._clock.now())

    async def feed(self) -> int:
        """For the dispatcher: make deliveries of what is due now; returns how many reminders that were."""
        now = self._clock.now()
        if self._database.is_sqlite:  # there a transaction that writes keeps out all others
            async with self._database.read() as connection:
                if not await store.anything_due(connection, now):
                    return 0
        async with self._database.write() as connection:
            return await materialise(connection, now, limit=_ROUND)

    async def prune(self, now: datetime) -> None:
        """Delete what ended long ago."""
        while True:
            async with self._database.write() as connection:
                if await store.drop_old(connection, now - ENDED_KEPT, limit=_BATCH) < _BATCH:
                    return

    async def _edit(
        self,
        telegram_id: int,
        number: int,
        chat_id: int,
        update: UpdateRef,
        work: Work,
        *,
        ended: bool = False,
    ) -> Change:
        """Do `work` on a reminder of this member; `ended` says that one that has ended will do too."""
        try:
            async with self._members.transaction(
                telegram_id, chat_id=chat_id, update=update, screen=f"reminder:{number}"
            ) as member:
                reminder = await _require(member, number, ended=ended)
                shown = await work(member, reminder)
                if shown is None:
                    return Change(Status.DONE)
                return Change(Status.DONE, await store.read(member.connection, member.member_id, shown))
        except _Refused as refused:
            return Change(refused.status)
        except Repeated:
            return Change(Status.REPEATED, await self.get(telegram_id, number))


async def _require_room(member: MemberTransaction) -> None:
    """The member's row is held, so that two at once cannot both find the last place."""
    if await store.count(member.connection, member.member_id) >= MAX_REMINDERS:
        raise _Refused(Status.FULL)


async def _require(member: MemberTransaction, number: int, *, ended: bool) -> Reminder:
    reminder = await store.read(member.connection, member.member_id, number, lock=True)
    if reminder is None or (reminder.state is State.ENDED and not ended):
        raise _Refused(Status.UNKNOWN)
    return reminder


def _first(rule: Rule, wall: datetime, zone: str, now: datetime) -> datetime:
    """The first due time; refuses what is outside of the limits."""
    due = next_due(rule, wall, zone, now)
    if due is not None and due - now < MIN_AHEAD and not isinstance(rule, Once):
        due = next_due(rule, wall, zone, due)
    if due is None:
        raise _Refused(Status.PASSED)
    if due - now < MIN_AHEAD:
        raise _Refused(Status.TOO_SOON)
    if due - now > MAX_AHEAD:
        raise _Refused(Status.TOO_FAR)
    return due


async def _withdraw(member: MemberTransaction, *numbers: int) -> None:
    """Take back the messages of reminders that are not on their way yet.

    After the reminders themselves were written: on PostgreSQL they may just be becoming messages.
    """
    subjects = [str(number) for number in numbers]
    await deliveries.withdraw(
        member.connection, member.member_id, DeliveryKind.REMINDER, subjects, member.now
    )
