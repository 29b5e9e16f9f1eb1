"""Which version of which answer members read who want to be told when it turns out wrong.

A row holds an entry's id and twelve digits of the hash of its text: no word of anybody's, and nothing about
members who did not ask for it. Rows are written after the answer was sent, many at a time, and before the
question is acknowledged: a crash in between brings the question again, and with it the row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import and_, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.members.identity import Identity
from bot.ops.clock import Clock
from bot.storage.engine import Database
from bot.storage.faults import StorageDown
from bot.storage.grouping import Grouped
from bot.storage.tables import receipts

KEPT: Final = timedelta(days=90)
"""How long a receipt is kept."""
PATIENCE: Final = 1.0
"""Seconds that an answer waits for its receipt; then it counts as given without one."""
PAUSE: Final = timedelta(seconds=5)
"""How long nothing is written after the database did not answer, so that no question waits for it again."""
_BATCH: Final = 500

_C = receipts.c
_Key = tuple[bytes, str, str]


class Receipts:
    """The receipts of all members.

    Every method raises `StorageDown` when the database does not answer.

    Args:
        database: migrated.
        identity: names the member.
        clock: for the end of a row.
    """

    def __init__(self, database: Database, identity: Identity, *, clock: Clock) -> None:
        self._database = database
        self._identity = identity
        self._clock = clock
        self._rows = Grouped[_Key, datetime](self._write, name="receipts")
        self._down_until = datetime.min.replace(tzinfo=UTC)

    async def note(self, telegram_id: int, entry: str, text_hash: str) -> None:
        """Note that a member read this text of an entry; returns when it is committed.

        Args:
            telegram_id: who; the caller knows that they want corrections.
            entry: its id.
            text_hash: of what was shown (`bot.knowledge.revision.text_hash`).
        """
        now = self._clock.now()
        if now < self._down_until:
            raise StorageDown("the database did not answer a moment ago")
        key = (self._identity.member_id(telegram_id), entry, text_hash)
        try:
            await self._rows.put(key, now, patience=PATIENCE)
        except StorageDown:
            self._down_until = now + PAUSE
            raise

    async def drop(self, telegram_id: int) -> int:
        """Delete the receipts of a member who wants no corrections any more; returns how many."""
        member_id = self._identity.member_id(telegram_id)
        async with self._database.write() as connection:
            return (await connection.execute(delete(receipts).where(_C.member_id == member_id))).rowcount

    async def prune(self, now: datetime) -> None:
        """Delete what has come to its end."""
        while True:
            async with self._database.write() as connection:
                old = (
                    select(_C.member_id, _C.entry, _C.text_hash)
                    .where(_C.at < now - KEPT)
                    .limit(_BATCH)
                    .subquery()
                )
                same = and_(*(_C[column.name] == column for column in old.c))
                found = await connection.execute(
                    delete(receipts).where(select(1).select_from(old).where(same).exists())
                )
                if found.rowcount < _BATCH:
                    return

    async def _write(self, group: Mapping[_Key, datetime]) -> None:
        rows = [
            {"member_id": member_id, "entry": entry, "text_hash": text_hash, "at": at}
            for (member_id, entry, text_hash), at in sorted(group.items())
        ]
        async with self._database.write() as connection:
            make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
            statement = make(receipts)
            keys = [_C.member_id, _C.entry, _C.text_hash]
            upsert = statement.on_conflict_do_update(index_elements=keys, set_={"at": statement.excluded.at})
            await connection.execute(upsert, rows)


async def count_readers(connection: AsyncConnection, entry: str, hashes: Sequence[str]) -> int:
    """How many members have a receipt for one of these texts of an entry."""
    members = select(func.count(_C.member_id.distinct())).where(_C.entry == entry, _C.text_hash.in_(hashes))
    return (await connection.execute(members)).scalar_one()


async def take_readers(
    connection: AsyncConnection, entry: str, hashes: Sequence[str], *, limit: int
) -> Sequence[bytes]:
    """Some of the members who have a receipt for one of these texts; their receipts for them are used up.

    The caller tells them in the same transaction.
    """
    read = and_(_C.entry == entry, _C.text_hash.in_(hashes))
    found = (
        await connection.scalars(
            select(_C.member_id).where(read).group_by(_C.member_id).order_by(_C.member_id).limit(limit)
        )
    ).all()
    if found:
        await connection.execute(delete(receipts).where(read, _C.member_id.in_(found)))
    return found
