"""How often something happened on a day: no id, no text, and no write on the way of a question.

Counts are added up in memory and written together every few seconds and at the end. A crash loses what was
counted since the last writing, which is a few seconds of numbers; an update that Telegram delivers again
after one is counted again.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.editing.work import Count
from bot.ops.clock import Clock
from bot.storage.engine import Database
from bot.storage.faults import StorageDown
from bot.storage.tables import counts

log = structlog.get_logger(__name__)

EVERY = 5.0
"""Seconds between two writings."""
KEPT = timedelta(days=400)
"""How long the numbers of a day are kept."""
_MOST = 20_000
"""Different things held in memory while the database is down; what is new beyond that is not counted."""
_C = counts.c

__all__ = ["Count", "Counts"]


@dataclass(frozen=True, slots=True)
class _Key:
    day: str
    name: Count
    subject: str


class Counts:
    """The numbers of one installation.

    Args:
        database: migrated.
        clock: says which day it is, in UTC.
    """

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._waiting: Counter[_Key] = Counter()
        self._writing = asyncio.Lock()

    def note(self, name: Count, subject: str | None = None) -> None:
        """Count something; written with the next batch. Never waits and never fails."""
        key = _Key(self._clock.now().date().isoformat(), name, (subject or "")[:40])
        if key in self._waiting or len(self._waiting) < _MOST:
            self._waiting[key] += 1

    async def flush(self) -> None:
        """Write what was counted; it is kept when the database does not answer.

        Raises:
            StorageDown: it does not.
        """
        async with self._writing:
            batch, self._waiting = self._waiting, Counter()
            if not batch:
                return
            try:
                async with self._database.write() as connection:
                    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
                    statement = make(counts)
                    added = statement.on_conflict_do_update(
                        index_elements=[_C.day, _C.name, _C.subject],
                        set_={"n": _C.n + statement.excluded.n},
                    )
                    rows = [
                        {"day": key.day, "name": key.name.value, "subject": key.subject, "n": number}
                        for key, number in sorted(batch.items(), key=lambda one: _order(one[0]))
                    ]
                    await connection.execute(added, rows)
            except BaseException:
                self._waiting.update(batch)
                raise

    async def run(self, stop: asyncio.Event) -> None:
        """Write every few seconds until `stop`, and once more at the end."""
        ended = False
        while not ended:
            with suppress(TimeoutError):
                async with asyncio.timeout(EVERY):
                    await stop.wait()
            ended = stop.is_set()
            try:
                await self.flush()
            except StorageDown:
                log.warning("counts_not_written", waiting=len(self._waiting))

    async def by_day(self, since: date) -> Mapping[tuple[date, Count], int]:
        """The numbers of each day from `since` on."""
        query = (
            select(_C.day, _C.name, func.sum(_C.n).label("n"))
            .where(_C.day >= since.isoformat())
            .group_by(_C.day, _C.name)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        known = set(Count)
        return {
            (date.fromisoformat(row.day), Count(row.name)): int(row.n) for row in rows if row.name in known
        }

    async def by_subject(self, names: tuple[Count, ...], since: date) -> Mapping[tuple[str, Count], int]:
        """The numbers by subject from `since` on; what had no subject is not in it."""
        query = (
            select(_C.subject, _C.name, func.sum(_C.n).label("n"))
            .where(_C.day >= since.isoformat(), _C.name.in_([name.value for name in names]), _C.subject != "")
            .group_by(_C.subject, _C.name)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return {(row.subject, Count(row.name)): int(row.n) for row in rows}

    async def prune(self, now: datetime) -> None:
        """Delete the numbers of long ago."""
        async with self._database.write() as connection:
            await connection.execute(delete(counts).where(_C.day < (now - KEPT).date().isoformat()))


def _order(key: _Key) -> tuple[str, str, str]:
    """The same order in every process, so that two of them never wait for each other's rows."""
    return (key.day, key.name.value, key.subject)
