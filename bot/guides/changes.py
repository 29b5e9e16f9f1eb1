"""Telling members who finished a guide that it has changed: once, and at most one message a week.

What a member is told of stands in the row of their way (`told_hash`, and `told_with`, the number of the
message), written in the transaction that adds the delivery. So an announcement that a crash cut short is
simply made again, and a message is composed, and after a crash repeated, from what is true then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.deliveries import store as deliveries
from bot.deliveries.model import Delivery, Kind, New
from bot.guides import store
from bot.guides.store import FinishedWay
from bot.knowledge.model import KnowledgeBase
from bot.knowledge.revision import guide_hash
from bot.members.service import Members
from bot.ops.failpoints import hit
from bot.storage.engine import Database
from bot.storage.tables import installation, members

log = structlog.get_logger(__name__)

AT_MOST_EVERY: Final = timedelta(days=7)
"""The least time between two such messages to one member; changes of the meantime are put together."""
WORTH: Final = timedelta(days=30)
"""After this a message is not sent any more, to a member who comes back for example."""
_ANNOUNCED: Final = "announced_revision"
_ROUND: Final = 25
"""Members in one transaction: on SQLite it keeps out all others for as long."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ChangedGuide:
    """A guide that has changed since a member finished it.

    Attributes:
        entry: whose guide.
        finished: when they finished it.
    """

    entry: str
    finished: datetime | None


class Changes:
    """Change notices of one installation.

    Every method raises `StorageDown` when the database does not answer.

    Args:
        database: migrated.
        members: whose choices are looked at.
    """

    def __init__(self, database: Database, members: Members) -> None:
        self._database = database
        self._members = members

    async def announce(self, before: KnowledgeBase | None, after: KnowledgeBase, now: datetime) -> int:
        """Add the messages about guides that `after` has in another state than the one members finished.

        Called at start and whenever a revision comes into force; again is as good as once. A new check or
        source is no change (see `guide_hash`).

        Args:
            before: what was in force until now; spares the look at guides that are the same in it.
            after: what is in force.
            now: the present instant.

        Returns:
            How many members a message was added or changed for.
        """
        announced = await self._announced()
        if announced == after.revision:
            return 0
        guides = _hashes(after)
        wanted = guides
        if before is not None and before.revision == announced:
            old = _hashes(before)
            wanted = {entry: state for entry, state in guides.items() if old.get(entry) != state}
        told = 0
        for entry, state in wanted.items():
            while (found := await self._round(entry, state, guides, now)) is not None:
                told += found
        await self._note_announced(after.revision)
        hit("changes.announced")
        if told:
            log.info("changes_announced", members=told, guides=len(wanted))
        return told

    async def of(self, delivery: Delivery, base: KnowledgeBase) -> tuple[ChangedGuide, ...]:
        """What a message tells: guides that still are in another state than the one the member finished."""
        async with self._database.read() as connection:
            found = await store.finished(connection, delivery.member_id)
        guides = _hashes(base)
        return tuple(
            ChangedGuide(way.entry, way.done_at)
            for way in found
            if str(way.told_with) == delivery.subject
            and way.entry in guides
            and way.guide_hash != guides[way.entry]
        )

    async def _round(self, entry: str, state: str, guides: Mapping[str, str], now: datetime) -> int | None:
        """A few members in one transaction; None when nobody is left for this guide."""
        async with self._database.write() as connection:
            ids = await store.outdated(connection, entry, state, limit=_ROUND)
            if not ids:
                return None
            rows = await connection.execute(
                select(members.c.member_id, members.c.sealed_profile)
                .where(members.c.member_id.in_(ids))
                .order_by(members.c.member_id)
                .with_for_update()
            )
            known = {row.member_id: row.sealed_profile for row in rows}
            told = 0
            for member_id in ids:
                sealed = known.get(member_id)
                quiet = sealed is None or self._members.opened(member_id, sealed).quiet
                told += await _tell(connection, member_id, guides, now, quiet=quiet)
            hit("changes.added")
            return told

    async def _announced(self) -> str | None:
        async with self._database.read() as connection:
            value: str | None = await connection.scalar(
                select(installation.c.value).where(installation.c.name == _ANNOUNCED)
            )
            return value

    async def _note_announced(self, revision: str) -> None:
        async with self._database.write() as connection:
            make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
            await connection.execute(
                make(installation)
                .values(name=_ANNOUNCED, value=revision)
                .on_conflict_do_update(index_elements=[installation.c.name], set_={"value": revision})
            )


async def _tell(
    connection: AsyncConnection, member_id: bytes, guides: Mapping[str, str], now: datetime, *, quiet: bool
) -> bool:
    """Put all that a member is to be told into one message; the caller holds their row."""
    changed = [way for way in await store.finished(connection, member_id) if _is_news(way, guides)]
    number = None if quiet or not changed else await _message(connection, member_id, now)
    for way in changed:
        await store.note_told(connection, member_id, way.entry, guides[way.entry], number)
    return number is not None


async def _message(connection: AsyncConnection, member_id: bytes, now: datetime) -> int:
    """The number of the message that still waits, or of a new one."""
    last = await deliveries.last(connection, member_id, Kind.CHANGE, now)
    if last is not None and not last.begun:
        return int(last.subject)
    due = now if last is None else max(now, last.at + AT_MOST_EVERY)
    number = (due - _EPOCH) // timedelta(microseconds=1)
    new = New(
        kind=Kind.CHANGE,
        key=f"change:{member_id.hex()}:{number}",
        member_id=member_id,
        subject=str(number),
        due=due,
        expires=due + WORTH,
    )
    await deliveries.add(connection, [new], now)
    return number


def _is_news(way: FinishedWay, guides: Mapping[str, str]) -> bool:
    state = guides.get(way.entry)
    return state is not None and state not in {way.guide_hash, way.told_hash}


def _hashes(base: KnowledgeBase) -> dict[str, str]:
    """The state of each guide: of the English one, so that another language is no other guide."""
    entries = base.languages["en"].entries.values()
    return {entry.id: guide_hash(entry) for entry in entries if entry.guide is not None}
