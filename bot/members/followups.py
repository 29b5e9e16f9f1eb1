"""What a member talked about last, so that "and on mobile?" means something.

One row a member, without text, for half an hour. Rows are written in groups: a transaction for each
question would halve what the bot can answer (measured; 571 updates a second instead of 342). A question
that Telegram delivers again finds what was talked about *before* it, and so gets the same answer.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.members.identity import Identity
from bot.members.store import UpdateRef
from bot.ops.clock import Clock
from bot.storage.engine import Database
from bot.storage.faults import StorageDown
from bot.storage.tables import followups

LIFETIME = timedelta(minutes=30)
"""How long a topic is remembered after the last answer about it."""

PATIENCE = 1.0
"""Seconds that an answer waits for its row; then it counts as given without one."""

PAUSE = timedelta(seconds=5)
"""How long nothing is written after the database did not answer, so that no question waits for it again."""

_REMEMBERED = 4096
"""Members whose row, or whose lack of one, is held in memory on SQLite."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What was talked about.

    Attributes:
        entry: the entry's id; None when nothing was, or only suggestions about `platform`.
        surface: the device, as `bot.knowledge.model.Surface` spells it.
        platform: the service; it stays when the entry is about rights against it.
    """

    entry: str | None = None
    surface: str | None = None
    platform: str | None = None


NOTHING = Topic()


@dataclass(frozen=True, slots=True)
class _Row:
    update: UpdateRef
    topic: Topic
    before: Topic
    at: datetime


class Followups:
    """The last topic of every member.

    Every method raises `StorageDown` when the database does not answer; the answer goes out without it.

    Args:
        database: migrated.
        identity: names the member.
        clock: for the end of a row.
    """

    def __init__(self, database: Database, identity: Identity, *, clock: Clock) -> None:
        self._database = database
        self._identity = identity
        self._clock = clock
        # Of several processes on PostgreSQL each would remember what another one changed.
        self._room = _REMEMBERED if database.is_sqlite else 0
        self._known: OrderedDict[bytes, _Row | None] = OrderedDict()
        self._waiting: dict[bytes, _Row] = {}
        self._flush: asyncio.Task[None] | None = None
        self._down_until = datetime.min.replace(tzinfo=UTC)

    async def before(self, telegram_id: int, update: UpdateRef) -> Topic:
        """What was talked about before `update`; `NOTHING` when that is too long ago."""
        row = await self._row(self._identity.member_id(telegram_id))
        if row is None or self._clock.now() - row.at > LIFETIME or row.update.bot_id != update.bot_id:
            return NOTHING
        if row.update.update_id == update.update_id:
            return row.before
        return row.topic if row.update.update_id < update.update_id else NOTHING

    async def note(self, telegram_id: int, update: UpdateRef, topic: Topic, *, before: Topic) -> None:
        """Remember `topic`, which answers `update` in the light of `before`; returns when it is committed.

        Raises:
            StorageDown: it was not, within `PATIENCE`; for a `PAUSE` nothing more is tried.
        """
        now = self._clock.now()
        if now < self._down_until:
            raise StorageDown("the database did not answer a moment ago")
        member_id = self._identity.member_id(telegram_id)
        row = _Row(update, topic, before, now)
        self._waiting[member_id] = row
        try:
            async with asyncio.timeout(PATIENCE):
                while self._waiting.get(member_id) is row:
                    await asyncio.shield(self._flushing())
        except (StorageDown, TimeoutError) as fault:
            self._down_until = now + PAUSE
            self.drop(telegram_id)
            raise StorageDown("the row of a follow-up was not written") from fault
        self._remember(member_id, row)

    def _flushing(self) -> asyncio.Task[None]:
        """The round of writing that is under way, or a new one."""
        if self._flush is None or self._flush.done():
            self._flush = asyncio.create_task(self._write(), name="followups")
            self._flush.add_done_callback(_look)
        return self._flush

    async def end(self, telegram_id: int) -> None:
        """Forget what was talked about."""
        member_id = self._identity.member_id(telegram_id)
        self.drop(telegram_id)
        async with self._database.write() as connection:
            await connection.execute(delete(followups).where(followups.c.member_id == member_id))
        self._remember(member_id, None)

    def drop(self, telegram_id: int) -> None:
        """Forget what memory holds of a member; the row itself goes with `Members.forget`."""
        member_id = self._identity.member_id(telegram_id)
        self._waiting.pop(member_id, None)
        self._known.pop(member_id, None)

    async def prune(self, now: datetime) -> None:
        """Remove the rows whose time is over."""
        async with self._database.write() as connection:
            await connection.execute(delete(followups).where(followups.c.at < now - LIFETIME))

    async def _row(self, member_id: bytes) -> _Row | None:
        if (waiting := self._waiting.get(member_id)) is not None:
            return waiting
        if member_id in self._known:
            self._known.move_to_end(member_id)
            return self._known[member_id]
        async with self._database.read() as connection:
            found = await connection.execute(select(followups).where(followups.c.member_id == member_id))
            row = found.mappings().one_or_none()
        read = None if row is None else _read(dict(row))
        self._remember(member_id, read)
        return read

    def _remember(self, member_id: bytes, row: _Row | None) -> None:
        if self._room:
            self._known[member_id] = row
            self._known.move_to_end(member_id)
            while len(self._known) > self._room:
                self._known.popitem(last=False)

    async def _write(self) -> None:
        """Write everything that waits, in one transaction; what comes meanwhile goes with the next."""
        await asyncio.sleep(0)  # lets the others of this round join
        group, self._waiting = self._waiting, {}
        if group:
            async with self._database.write() as connection:
                await _upsert(connection, group)


def _look(task: asyncio.Task[None]) -> None:
    """Whoever waited has seen the fault, or has gone; it is no news for the loop's exception handler."""
    if not task.cancelled():
        task.exception()


async def _upsert(connection: AsyncConnection, group: Mapping[bytes, _Row]) -> None:
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = make(followups)
    columns = [column.name for column in followups.columns if not column.primary_key]
    upsert = statement.on_conflict_do_update(
        index_elements=[followups.c.member_id],
        set_={name: statement.excluded[name] for name in columns},
    )
    await connection.execute(upsert, [_values(member_id, row) for member_id, row in sorted(group.items())])


def _values(member_id: bytes, row: _Row) -> dict[str, object]:
    return {
        "member_id": member_id,
        "bot_id": row.update.bot_id,
        "update_id": row.update.update_id,
        "entry": row.topic.entry,
        "surface": row.topic.surface,
        "platform": row.topic.platform,
        "entry_before": row.before.entry,
        "surface_before": row.before.surface,
        "platform_before": row.before.platform,
        "at": row.at,
    }


def _read(row: Mapping[str, object]) -> _Row:
    texts = {name: value if isinstance(value, str) else None for name, value in row.items()}
    bot_id, update_id, at = row["bot_id"], row["update_id"], row["at"]
    assert isinstance(bot_id, int) and isinstance(update_id, int) and isinstance(at, datetime)  # noqa: S101
    return _Row(
        update=UpdateRef(bot_id=bot_id, update_id=update_id),
        topic=Topic(texts["entry"], texts["surface"], texts["platform"]),
        before=Topic(texts["entry_before"], texts["surface_before"], texts["platform_before"]),
        at=at,
    )
