"""Which updates came by webhook, and who handles them: numbers alone, no text and nobody's id.

By webhook Telegram forgets an update at our 200, and sends it again, to any process, while there is none. So
what is begun is written down before, and what is done after; many at a time (see `Ledger`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat.receive_store import Overdue
from bot.storage.engine import Database
from bot.storage.presence import alive
from bot.storage.tables import arrivals, overdue

KEPT = timedelta(hours=26)
"""How long an update is remembered; Telegram sends it again for 24 hours at most."""
_BATCH = 2000
_C = arrivals.c


class Seen(StrEnum):
    """What is known of an update that came."""

    NEW = "new"
    AGAIN = "again"
    """It was begun before and not finished, as far as is known: perhaps it was answered."""
    DONE = "done"
    BUSY = "busy"
    """Another process that is alive handles it."""


@dataclass(frozen=True, slots=True)
class Begun:
    """An update that came.

    Attributes:
        seen: what is known of it; `NEW` and `AGAIN` are ours from now on.
        tries: how often it was begun, this time included.
    """

    seen: Seen
    tries: int = 1


class Arrivals:
    """The rows.

    Every method raises `StorageDown` when the database does not answer.

    Args:
        database: open.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(
        self,
        bot_id: int,
        *,
        begin: Collection[int] = (),
        done: Collection[int] = (),
        let_go: Collection[int] = (),
        owner: str,
        now: datetime,
    ) -> dict[int, Begun]:
        """Write down, in one transaction, what is done and what begins.

        Args:
            bot_id: whose updates.
            begin: what came; `owner` takes what nobody else has.
            done: what is finished.
            let_go: of that, what had a row as one let go.
            owner: the process.
            now: the present instant.

        Returns:
            For each of `begin` what is known of it.
        """
        async with self._database.write() as connection:
            if done:
                await connection.execute(
                    update(arrivals)
                    .where(_C.bot_id == bot_id, _C.update_id.in_(list(done)))
                    .values(done=1, at=now)
                )
            if let_go:
                await connection.execute(
                    delete(overdue).where(overdue.c.bot_id == bot_id, overdue.c.update_id.in_(list(let_go)))
                )
            return await self._begin(connection, bot_id, begin, owner, now) if begin else {}

    async def known(self, bot_id: int, ids: Collection[int]) -> dict[int, bool]:
        """Of these, those that came by webhook before, and whether they are done."""
        async with self._database.read() as connection:
            rows = await connection.execute(
                select(_C.update_id, _C.done).where(_C.bot_id == bot_id, _C.update_id.in_(list(ids)))
            )
            return {row.update_id: bool(row.done) for row in rows}

    async def newest(self, bot_id: int) -> int:
        """The highest number that came by webhook; -1 for none."""
        async with self._database.read() as connection:
            found = await connection.scalar(
                select(_C.update_id).where(_C.bot_id == bot_id).order_by(_C.update_id.desc()).limit(1)
            )
            return -1 if found is None else int(found)

    async def adopt(self, bot_id: int, owner: str) -> tuple[Overdue, ...]:
        """Take over what dead processes had let go and not finished; it is to be told to its people."""
        async with self._database.write() as connection:
            rows = await connection.execute(
                select(overdue.c.update_id, overdue.c.member_id, overdue.c.sealed_chat, overdue.c.at)
                .select_from(overdue)
                .join(arrivals, and_(_C.bot_id == overdue.c.bot_id, _C.update_id == overdue.c.update_id))
                .where(overdue.c.bot_id == bot_id, self._orphan(owner))
                .with_for_update(skip_locked=True)
            )
            found = tuple(Overdue(*row) for row in rows)
            if found:
                ids = [row.update_id for row in found]
                await connection.execute(
                    update(arrivals)
                    .where(_C.bot_id == bot_id, _C.update_id.in_(ids))
                    .values(owner=owner, tries=_C.tries + 1)
                )
            return found

    async def prune(self, now: datetime) -> None:
        """Forget what Telegram will not send again."""
        while True:
            async with self._database.write() as connection:
                old = select(_C.bot_id, _C.update_id).where(_C.at < now - KEPT).limit(_BATCH).subquery()
                gone = await connection.execute(
                    delete(arrivals).where(
                        select(old.c.update_id)
                        .where(old.c.bot_id == _C.bot_id, old.c.update_id == _C.update_id)
                        .exists()
                    )
                )
                if gone.rowcount < _BATCH:
                    return

    async def _begin(
        self, connection: AsyncConnection, bot_id: int, ids: Collection[int], owner: str, now: datetime
    ) -> dict[int, Begun]:
        make = sqlite.insert if self._database.is_sqlite else postgresql.insert
        rows = [
            {"bot_id": bot_id, "update_id": number, "owner": owner, "tries": 1, "at": now}
            for number in sorted(ids)
        ]
        taken = await connection.execute(
            make(arrivals)
            .values(rows)
            .on_conflict_do_update(
                index_elements=[_C.bot_id, _C.update_id],
                set_={"owner": owner, "tries": _C.tries + 1, "at": now},
                where=or_(and_(_C.done == 0, _C.owner == owner), self._orphan(owner)),
            )
            .returning(_C.update_id, _C.tries)
        )
        found = {row.update_id: Begun(Seen.NEW if row.tries == 1 else Seen.AGAIN, row.tries) for row in taken}
        left = [number for number in ids if number not in found]
        if left:
            others = await connection.execute(
                select(_C.update_id, _C.done, _C.tries).where(_C.bot_id == bot_id, _C.update_id.in_(left))
            )
            for row in others:
                found[row.update_id] = Begun(Seen.DONE if row.done else Seen.BUSY, row.tries)
        return found

    def _orphan(self, owner: str) -> ColumnElement[bool]:
        """Not done, and nobody alive has it; on SQLite nobody else is alive."""
        others = _C.owner != owner
        if not self._database.is_sqlite:
            others = and_(others, _C.owner.not_in(alive()))
        return and_(_C.done == 0, others)
