"""Who may do what only one process may: a lease with a fencing number, by the database's own clock.

An advisory lock would not do: a process that stands still (SIGSTOP, a paused machine) keeps it for ever. A
lease ends by itself. Its holder learns that from its own steady clock, which also runs while it stands still,
before it does the next thing; and what it writes late is refused by the number (see `ReceiveStore`).
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy import BigInteger, TextClause, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.engine import Database
from bot.storage.faults import StorageDown
from bot.storage.tables import Instant

log = structlog.get_logger(__name__)

LASTS = 6.0
"""Seconds that a lease lasts without being renewed: how long a process may stand still unnoticed."""
RENEW = 1.5
"""Seconds between two renewals."""
LOOK = 1.0
"""Seconds between two looks of a process that stands by."""

NOW = "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)"
"""PostgreSQL's own time, as `Instant` stores it: clocks of machines differ, and leases must not."""


def clocked(sql: str) -> TextClause:
    """A statement in which NOW() is the database's own time and :lasts a span in microseconds."""
    made = text(sql.replace("NOW()", NOW))
    return made.bindparams(bindparam("lasts", type_=BigInteger)) if ":lasts" in sql else made


_TAKE = clocked(
    "INSERT INTO leases (name, holder, fence, until)"
    " VALUES (:name, :holder, NOW() / 1000000, NOW() + :lasts)"
    " ON CONFLICT (name) DO UPDATE SET holder = excluded.holder,"
    " fence = greatest(leases.fence + 1, excluded.fence), until = excluded.until"
    " WHERE leases.until <= NOW() RETURNING fence"
)
_KEEP = clocked(
    "UPDATE leases SET until = NOW() + :lasts"
    " WHERE name = :name AND holder = :holder AND fence = :fence RETURNING fence"
)
_GIVE = clocked("UPDATE leases SET until = NOW() WHERE name = :name AND holder = :holder AND fence = :fence")


def steady() -> float:
    """Seconds that go on while this process stands still, and where the system tells also while it sleeps."""
    boot: int | None = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


class Term:
    """The time for which this process holds something.

    Args:
        fence: the number that fences off all earlier holders; None where nobody else can be.
        until: seconds of `clock`, the end if it is not renewed.
        clock: seconds that go on while the process stands still.
    """

    def __init__(self, fence: int | None, until: float, *, clock: Callable[[], float] = steady) -> None:
        self.fence = fence
        self.lost = asyncio.Event()
        self._until = until
        self._clock = clock
        self._blind = False

    @property
    def held(self) -> bool:
        """Whether nobody else can have it at this moment."""
        return not self.lost.is_set() and self._clock() < self._until

    @property
    def unsure(self) -> bool:
        """Whether it may be ours still: its time is over, and the database could not be asked since."""
        return self._blind and not self.lost.is_set() and not self.held

    def renew(self, until: float) -> None:
        """It is ours until `until`."""
        self._until = until
        self._blind = False

    def miss(self) -> None:
        """The database could not be asked."""
        self._blind = True


def for_ever() -> Term:
    """The term of a process that is alone by other means, as on SQLite."""
    return Term(None, float("inf"))


class Lease:
    """One thing that only one process may do.

    Args:
        database: on PostgreSQL; on SQLite the lock on the file leaves one process only, and this always
            succeeds.
        name: what it is.
        lasts: see `LASTS`.
        renew: see `RENEW`.
    """

    def __init__(self, database: Database, name: str, *, lasts: float = LASTS, renew: float = RENEW) -> None:
        self._database = database
        self._name = name
        self._holder = str(uuid.uuid4())
        self._lasts = lasts
        self._renew = renew

    async def take(self) -> Term | None:
        """Try once.

        Returns:
            The term, or None when another process has it.

        Raises:
            StorageDown: the database does not answer.
        """
        if self._database.is_sqlite:
            return for_ever()
        began = steady()
        async with self._database.write() as connection:
            fence = await self._ask(connection, _TAKE, {})
        return None if fence is None else Term(fence, began + self._lasts)

    async def keep(self, term: Term) -> None:
        """Renew `term` until it is lost; then `term.lost` is set. To be cancelled."""
        if term.fence is None:
            await term.lost.wait()
            return
        while not term.lost.is_set():
            await asyncio.sleep(self._renew)
            began = steady()
            try:
                # Not for longer than a lease: an answer that comes too late says nothing.
                async with asyncio.timeout(self._lasts), self._database.write() as connection:
                    found = await self._ask(connection, _KEEP, {"fence": term.fence})
            except (StorageDown, TimeoutError):
                term.miss()
                log.warning("lease_not_renewed", lease=self._name)
                continue
            if found is None:
                term.lost.set()
            else:
                term.renew(began + self._lasts)

    async def give_back(self, term: Term) -> None:
        """Let another process have it at once; the lease would end by itself otherwise."""
        if term.fence is None or term.lost.is_set():
            return
        term.lost.set()
        try:
            async with asyncio.timeout(self._renew), self._database.write() as connection:
                await connection.execute(
                    _GIVE, {"name": self._name, "holder": self._holder, "fence": term.fence}
                )
        except (StorageDown, TimeoutError):
            log.warning("lease_not_given_back", lease=self._name)

    async def _ask(
        self, connection: AsyncConnection, statement: object, more: dict[str, object]
    ) -> int | None:
        values = {"name": self._name, "holder": self._holder, "lasts": microseconds(self._lasts), **more}
        found = await connection.scalar(statement, values)  # type: ignore[call-overload]
        return None if found is None else int(found)


def microseconds(seconds: float) -> int:
    """A span as `Instant` counts it."""
    return int(seconds * 1_000_000)


async def database_now(connection: AsyncConnection) -> datetime:
    """The time by PostgreSQL's own clock (aware)."""
    found: datetime = (
        await connection.execute(clocked("SELECT NOW() AS now").columns(now=Instant))
    ).scalar_one()
    return found
