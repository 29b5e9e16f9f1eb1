"""Which processes are alive, when several do the same work: each keeps a row that ends by itself.

A process whose row has ended counts as dead: the others take up what it had. Should it only have stood still,
it finds out before it does the next thing (`Term.held`), and comes back under another id, so that nothing it
had before is still its own.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from sqlalchemy import Select, func, literal_column, select

from bot.storage.engine import Database
from bot.storage.faults import StorageDown
from bot.storage.leases import LASTS, NOW, RENEW, Term, clocked, for_ever, microseconds, steady
from bot.storage.tables import Instant, processes

log = structlog.get_logger(__name__)

_FORGOTTEN = microseconds(3600)
"""How long the row of a dead process stays."""
_KEEP = clocked("UPDATE processes SET until = NOW() + :lasts WHERE id = :id AND until > NOW() RETURNING id")
_ENTER = clocked("INSERT INTO processes (id, until) VALUES (:id, NOW() + :lasts)")
_LEAVE = clocked("DELETE FROM processes WHERE id = :id")
_DROP = clocked("DELETE FROM processes WHERE until < NOW() - :lasts")


@dataclass(frozen=True, slots=True)
class Stay:
    """One uninterrupted presence of a process.

    Attributes:
        owner: the id under which it takes things.
        term: whether it lasts.
    """

    owner: str
    term: Term


class Presence:
    """This process among the others.

    Args:
        database: on SQLite there are no others.
        lasts: seconds that the row lasts without being renewed.
        renew: seconds between two renewals.
        on_count: told how many are alive, whenever that changes.
    """

    def __init__(
        self,
        database: Database,
        *,
        lasts: float = LASTS,
        renew: float = RENEW,
        on_count: Callable[[int], None] | None = None,
    ) -> None:
        self._database = database
        self._lasts = lasts
        self._renew = renew
        self._on_count = on_count
        self._count = 1
        self._stay = Stay(str(uuid.uuid4()), for_ever() if database.is_sqlite else Term(None, float("-inf")))

    @property
    def stay(self) -> Stay:
        """The present one."""
        return self._stay

    @property
    def alone(self) -> bool:
        """Whether there can be no other process."""
        return self._database.is_sqlite

    @property
    def count(self) -> int:
        """How many processes are alive, this one included, as far as is known."""
        return self._count

    async def enter(self) -> None:
        """Be there.

        Raises:
            StorageDown: the database does not answer.
        """
        if not self.alone:
            await self._beat()

    async def keep(self) -> None:
        """Stay there, until it is cancelled."""
        while not self.alone:
            await asyncio.sleep(self._renew)
            try:
                async with asyncio.timeout(self._lasts):
                    await self._beat()
            except (StorageDown, TimeoutError):
                self._stay.term.miss()
                log.warning("presence_not_renewed")
        await asyncio.Event().wait()

    async def leave(self) -> None:
        """Let the others take up at once what is left here."""
        if self.alone:
            return
        self._stay.term.lost.set()
        try:
            async with asyncio.timeout(self._renew), self._database.write() as connection:
                await connection.execute(_LEAVE, {"id": self._stay.owner})
        except (StorageDown, TimeoutError):
            log.warning("presence_not_ended")

    async def _beat(self) -> None:
        began = steady()
        lasts = microseconds(self._lasts)
        stay = self._stay
        async with self._database.write() as connection:
            if await connection.scalar(_KEEP, {"id": stay.owner, "lasts": lasts}) is None:
                stay = Stay(str(uuid.uuid4()), Term(None, began + self._lasts))
                await connection.execute(_ENTER, {"id": stay.owner, "lasts": lasts})
                await connection.execute(_DROP, {"lasts": _FORGOTTEN})
            count = int(await connection.scalar(select(func.count()).select_from(alive().subquery())) or 1)
        if stay is not self._stay:
            self._stay.term.lost.set()
            self._stay = stay
        stay.term.renew(began + self._lasts)
        if count != self._count:
            self._count = count
            log.info("processes_alive", count=count)
            if self._on_count is not None:
                self._on_count(count)


def alive() -> Select[tuple[str]]:
    """The ids of the processes that are alive; on PostgreSQL."""
    return select(processes.c.id).where(processes.c.until > literal_column(NOW, Instant))
