"""What receiving keeps in the database: how far it came, and who may have to be told that it failed.

No text and no raw id is here: a chat is sealed, a person is a keyed hash.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.engine import Database
from bot.storage.tables import overdue, receive_state


@dataclass(frozen=True, slots=True)
class Start:
    """What the last run left behind.

    Attributes:
        clean: whether it stopped in order, with everything confirmed.
        high_water: the highest update that it began to handle; -1 for none.
        floor: the first update that Telegram sent it; -1 for none.
        starts: how many runs in a row began with that update and did not stop in order.
        trying: in a crash loop, the one update that it was trying.
    """

    clean: bool
    high_water: int
    floor: int
    starts: int
    trying: int | None


NOTHING = Start(clean=True, high_water=-1, floor=-1, starts=0, trying=None)
"""What a bot that never ran left behind."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """An update that was let go before it was done.

    Attributes:
        update_id: Telegram's number.
        member_id: whose.
        sealed_chat: where, sealed for that member.
        at: when it was let go (aware).
    """

    update_id: int
    member_id: bytes
    sealed_chat: bytes
    at: datetime


class Fenced(Exception):  # noqa: N818 - what happened
    """Another process receives since; this one may write nothing any more, and nothing was written."""


class ReceiveStore:
    """The rows of receiving, by bot: another token has another sequence of updates.

    Every method raises `StorageDown` when the database does not answer, and those that write raise `Fenced`
    when a process with a higher number has begun since.

    Args:
        database: open.
        fence: the number of the term under which this process receives; None where it is alone.
    """

    def __init__(self, database: Database, *, fence: int | None = None) -> None:
        self._database = database
        self._fence = fence

    async def begin(self, bot_id: int) -> Start:
        """Note that a run begins, and what the last one left."""
        async with self._database.write() as connection:
            found = await _last(connection, bot_id, lock=True)
            if found is None:
                fence = self._fence or 0
                await connection.execute(insert(receive_state).values(bot_id=bot_id, clean=0, fence=fence))
                return NOTHING
            begin = update(receive_state).where(receive_state.c.bot_id == bot_id).values(clean=0)
            if self._fence is not None:
                begin = begin.where(receive_state.c.fence <= self._fence).values(fence=self._fence)
            if not (await connection.execute(begin)).rowcount:
                raise Fenced
            return found

    async def look(self, bot_id: int) -> Start:
        """What the last run left, without beginning one."""
        async with self._database.read() as connection:
            return await _last(connection, bot_id) or NOTHING

    async def raise_high_water(self, bot_id: int, update_id: int) -> None:
        """Note that everything up to this update is about to be handled."""
        async with self._database.write() as connection:
            await self._change(connection, bot_id, high_water=update_id)

    async def note_floor(self, bot_id: int, update_id: int, starts: int) -> None:
        """Note the first update of this run, and how many runs in a row began with it."""
        async with self._database.write() as connection:
            await self._change(connection, bot_id, floor=update_id, unclean_starts=starts)

    async def note_trying(self, bot_id: int, update_id: int | None) -> None:
        """Note the one update that is about to be tried; None when none is any more."""
        async with self._database.write() as connection:
            await self._change(connection, bot_id, trying=update_id)

    async def end(self, bot_id: int) -> None:
        """Note that this run stopped in order."""
        async with self._database.write() as connection:
            await self._change(connection, bot_id, clean=1, unclean_starts=0, trying=None)

    async def keep_overdue(self, bot_id: int, rows: Sequence[Overdue]) -> None:
        """Write these down, all or none; one that is there already stays as it is."""
        async with self._database.write() as connection:
            await self._look_at_the_fence(connection, bot_id)
            known = await connection.execute(
                select(overdue.c.update_id).where(
                    overdue.c.bot_id == bot_id,
                    overdue.c.update_id.in_([row.update_id for row in rows]),
                )
            )
            there = set(known.scalars())
            values = [
                {
                    "bot_id": bot_id,
                    "update_id": row.update_id,
                    "member_id": row.member_id,
                    "sealed_chat": row.sealed_chat,
                    "at": row.at,
                }
                for row in rows
                if row.update_id not in there
            ]
            if values:
                await connection.execute(insert(overdue), values)

    async def drop_overdue(self, bot_id: int, update_ids: Collection[int]) -> None:
        """Forget these: they are done, or their people were told."""
        async with self._database.write() as connection:
            await connection.execute(
                delete(overdue).where(overdue.c.bot_id == bot_id, overdue.c.update_id.in_(list(update_ids)))
            )

    async def overdue(self, bot_id: int) -> tuple[Overdue, ...]:
        """What was let go and never finished, oldest first."""
        async with self._database.read() as connection:
            rows = await connection.execute(
                select(overdue.c.update_id, overdue.c.member_id, overdue.c.sealed_chat, overdue.c.at)
                .where(overdue.c.bot_id == bot_id)
                .order_by(overdue.c.update_id)
            )
            return tuple(Overdue(*row) for row in rows)

    async def _change(self, connection: AsyncConnection, bot_id: int, **values: int | None) -> None:
        change = update(receive_state).where(receive_state.c.bot_id == bot_id).values(**values)
        if self._fence is not None:
            change = change.where(receive_state.c.fence == self._fence)
        if not (await connection.execute(change)).rowcount:
            raise Fenced

    async def _look_at_the_fence(self, connection: AsyncConnection, bot_id: int) -> None:
        """The row stays locked to the end of the transaction, so that nobody takes over meanwhile."""
        if self._fence is None:
            return
        there = select(receive_state.c.fence).where(receive_state.c.bot_id == bot_id).with_for_update()
        if await connection.scalar(there) != self._fence:
            raise Fenced


async def _last(connection: AsyncConnection, bot_id: int, *, lock: bool = False) -> Start | None:
    row = select(
        receive_state.c.clean,
        receive_state.c.high_water,
        receive_state.c.floor,
        receive_state.c.unclean_starts,
        receive_state.c.trying,
    ).where(receive_state.c.bot_id == bot_id)
    found = (await connection.execute(row.with_for_update() if lock else row)).one_or_none()
    return None if found is None else Start(bool(found[0]), found[1], found[2], found[3], found[4])
