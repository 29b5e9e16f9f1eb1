"""What the chat may do with guides: walk, report, look through. Every change is made once an update."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Final

from bot.guides import store
from bot.guides.checkup import Kept, Setting
from bot.guides.machine import Event, Notice, State, take
from bot.guides.store import StoredWay
from bot.knowledge.model import Entry, KnowledgeBase, Surface, Walk
from bot.members.identity import Identity
from bot.members.service import Members
from bot.members.store import Repeated, UpdateRef
from bot.ops.clock import Clock
from bot.storage.engine import Database

__all__ = ["DOUBT_AFTER", "REPORTS_KEPT", "Guides", "StoredWay"]

REPORTS_KEPT: Final = timedelta(days=14)
"""How long a report counts, and is kept."""
DOUBT_AFTER: Final = 3
"""Members whose reports put a step in doubt."""
RECENT: Final = timedelta(days=1)
"""How long after the last step "again" means the guide."""


class Guides:
    """The ways of all members of one installation.

    Every method raises `StorageDown` when the database does not answer; then nothing was changed.

    Args:
        database: migrated.
        identity: names the member.
        members: whose rows come first in every change.
        clock: for days and ends.
    """

    def __init__(self, database: Database, identity: Identity, members: Members, *, clock: Clock) -> None:
        self._database = database
        self._identity = identity
        self._members = members
        self._clock = clock

    async def way(self, telegram_id: int, entry: str) -> StoredWay | None:
        """How far the member is in one guide; None when they never began."""
        async with self._database.read() as connection:
            return await store.read_way(connection, self._identity.member_id(telegram_id), entry)

    async def walking(self, telegram_id: int) -> StoredWay | None:
        """The guide that the member walks right now; None when that was more than a day ago."""
        now = self._clock.now()
        async with self._database.read() as connection:
            found = await store.read_ways(connection, self._identity.member_id(telegram_id))
        recent = (way for way in found if way.way.state is State.WALKING and now - way.at <= RECENT)
        return next(recent, None)

    async def surface(self, telegram_id: int, base: KnowledgeBase) -> Surface | None:
        """Where the member walked last; guides with a single surface tell nothing about that."""
        async with self._database.read() as connection:
            found = await store.read_ways(connection, self._identity.member_id(telegram_id))
        for one in found:
            entry = base.entry(one.way.entry)
            if entry and entry.guide and len(entry.guide.walks) > 1:
                return one.way.surface
        return None

    async def take(
        self,
        telegram_id: int,
        event: Event,
        entry: Entry,
        *,
        chat_id: int,
        update: UpdateRef,
        guide_hash: str,
        message_id: int | None = None,
    ) -> StoredWay | None:
        """Carry out what was tapped, once for each update.

        Args:
            telegram_id: who.
            event: what was tapped or said.
            entry: with a guide, as it is today.
            chat_id: the private chat.
            update: what asked for it.
            guide_hash: of the guide.
            message_id: the message that shows the guide; None keeps the one that is known.

        Returns:
            Where the member is now; for a repeated update where they are anyway, None when they were
            erased since.
        """
        try:
            async with self._members.transaction(
                telegram_id, chat_id=chat_id, update=update, screen="guide"
            ) as member:
                before = await store.read_way(member.connection, member.member_id, entry.id)
                after = _after(before, event, entry, guide_hash, message_id, member.now)
                await store.write_way(member.connection, member.member_id, after)
                if before is None:  # whoever begins a guide uses that platform
                    await store.add_platforms(
                        member.connection, member.member_id, [entry.platform], member.now
                    )
                if after.notice is Notice.REPORTED:
                    await store.add_report(member.connection, member.member_id, after.way, member.now)
                return after
        except Repeated:
            return await self.way(telegram_id, entry.id)

    async def note_message(self, telegram_id: int, entry: str, message_id: int) -> None:
        """Note that another message shows the guide now."""
        async with self._database.write() as connection:
            member_id = self._identity.member_id(telegram_id)
            await store.write_message(connection, member_id, entry, message_id)

    async def in_doubt(self, entry: str, walk: Walk, *, guide_hash: str) -> frozenset[str]:
        """Ids of the steps that several members reported since an editor last checked them."""
        checked = datetime.combine(walk.checked, time(), UTC)
        since = max(self._clock.now() - REPORTS_KEPT, checked)
        async with self._database.read() as connection:
            counts = await store.reports(connection, entry, walk.surface, guide_hash=guide_hash, since=since)
        return frozenset(step for step, number in counts.items() if number >= DOUBT_AFTER)

    async def reports(self, entry: str, walk: Walk, *, guide_hash: str) -> Mapping[str, int]:
        """How many members reported each step in the last 14 days, for editors."""
        since = self._clock.now() - REPORTS_KEPT
        async with self._database.read() as connection:
            return await store.reports(connection, entry, walk.surface, guide_hash=guide_hash, since=since)

    async def clear_reports(self, entry: str) -> int:
        """An editor looked, and the steps are right; returns how many reports there were."""
        async with self._database.write() as connection:
            return await store.clear_reports(connection, entry)

    async def kept(self, telegram_id: int) -> Kept:
        """What /checkup is made from."""
        member_id = self._identity.member_id(telegram_id)
        async with self._database.read() as connection:
            return Kept(
                platforms=await store.platforms(connection, member_id),
                ways=tuple((one.way, one.done_at) for one in await store.read_ways(connection, member_id)),
                seen=await store.seen(connection, member_id),
            )

    async def use(
        self,
        telegram_id: int,
        platforms: Collection[str],
        *,
        used: bool,
        chat_id: int,
        update: UpdateRef,
    ) -> None:
        """Put platforms on the member's list or take them off it, once for each update.

        Args:
            telegram_id: who.
            platforms: their ids.
            used: False takes them off.
            chat_id: the private chat.
            update: what asked for it.
        """
        try:
            async with self._members.transaction(
                telegram_id, chat_id=chat_id, update=update, screen="checkup"
            ) as member:
                if used:
                    await store.add_platforms(member.connection, member.member_id, platforms, member.now)
                else:
                    for platform in platforms:
                        await store.remove_platform(member.connection, member.member_id, platform)
        except Repeated:
            return

    async def found(
        self, telegram_id: int, entry: str, setting: Setting, *, chat_id: int, update: UpdateRef
    ) -> bool:
        """Note how the member found a setting; False when this update was handled before."""
        try:
            async with self._members.transaction(
                telegram_id, chat_id=chat_id, update=update, screen="found"
            ) as member:
                await store.note_setting(member.connection, member.member_id, entry, setting, member.now)
        except Repeated:
            return False
        return True

    async def prune(self, now: datetime) -> None:
        """Remove the reports whose time is over."""
        async with self._database.write() as connection:
            await store.drop_reports(connection, before=now - REPORTS_KEPT)


def _after(
    before: StoredWay | None,
    event: Event,
    entry: Entry,
    guide_hash: str,
    message_id: int | None,
    now: datetime,
) -> StoredWay:
    moved = take(before.way if before else None, event, entry, guide_hash=guide_hash)
    if before is not None and before.way == moved.way and moved.way.state is State.DONE:
        return replace(before, notice=moved.notice, message_id=message_id or before.message_id)
    done = moved.way.state is State.DONE
    return StoredWay(
        way=moved.way,
        notice=moved.notice,
        message_id=message_id or (before.message_id if before else None),
        at=now,
        done_at=now if done else before.done_at if before else None,
    )
