"""A new revision reaches whoever asks: it is made ready beside the answering, then put in force at once.

The newest number is read every other second; PostgreSQL also tells it (NOTIFY) the moment it is committed.
A revision that cannot be made ready leaves the present one in force, and is tried again later.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from bot.editing.blobs import BlobDamaged
from bot.editing.preparing import CannotPrepare, Prepared, prepare
from bot.editing.revisions import CHANNEL, Revision, Revisions
from bot.matching.snapshot import Snapshot
from bot.storage.engine import Database
from bot.storage.faults import StorageDown

if TYPE_CHECKING:
    import asyncpg

log = structlog.get_logger(__name__)

EVERY = 2.0
"""Seconds between two looks at the newest number."""
_AFTER_FAULT = 30.0
"""Seconds until a revision that could not be made ready is tried again."""
_CONNECT_AGAIN = 5.0


class Adoption:
    """Keeps the knowledge in force the newest one.

    Args:
        database: where revisions are.
        revisions: the line.
        cache: folder of finished indexes.
        revision: the one that is in force now.
        prepared: as it is in force.
        assign: puts a snapshot in force, by one assignment.
    """

    def __init__(
        self,
        database: Database,
        revisions: Revisions,
        *,
        cache: Path,
        revision: Revision,
        prepared: Prepared,
        assign: Callable[[Snapshot], None],
    ) -> None:
        self._database = database
        self._revisions = revisions
        self._cache = cache
        self._revision = revision
        self._prepared = prepared
        self._assign = assign
        self._lock = asyncio.Lock()
        self._told = asyncio.Event()
        self._failed = 0
        self._tried = 0.0

    @property
    def revision(self) -> Revision:
        """The revision that is in force in this process."""
        return self._revision

    async def adopt(self) -> Revision:
        """Put the newest revision in force, and return the one that is in force then.

        For who has just published: members are answered from it when this returns. When it cannot be made
        ready the present one stays, and a line in the log says so.
        """
        async with self._lock:
            while True:
                newest = await self._revisions.newest()
                if newest.number == self._revision.number or not await self._take(newest):
                    return self._revision

    async def run(self) -> None:
        """Follow the newest revision until cancelled."""
        async with asyncio.TaskGroup() as group:
            if not self._database.is_sqlite:
                group.create_task(self._listen())
            while True:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._told.wait(), EVERY)
                self._told.clear()
                await self._look()

    async def _look(self) -> None:
        number = 0
        try:
            number = await self._revisions.newest_number()
            waits = number == self._failed and asyncio.get_running_loop().time() < self._tried + _AFTER_FAULT
            if number not in (0, self._revision.number) and not waits:
                await self.adopt()
        except StorageDown:
            return  # who asks is answered from what is in force
        except Exception as fault:  # a single failed look must not end all further ones
            log.warning("adoption_failed", kind=type(fault).__name__)
            self._note_failure(number)

    def _note_failure(self, number: int) -> None:
        self._failed, self._tried = number, asyncio.get_running_loop().time()

    async def _take(self, newest: Revision) -> bool:
        try:
            files = await self._revisions.files(newest.number)
            prepared = await prepare(files, cache=self._cache, present=self._prepared)
        except (CannotPrepare, BlobDamaged) as fault:
            log.warning("revision_not_adopted", number=newest.number, reason=str(fault))
            self._note_failure(newest.number)
            return False
        if prepared.snapshot.base.revision != newest.hash:
            log.warning("revision_hash_differs", number=newest.number)  # another version of this program
        self._assign(prepared.snapshot)
        self._revision, self._prepared = newest, prepared
        gc.freeze()  # what is in force needs no looking through
        log.info("revision_adopted", number=newest.number, revision=newest.short)
        return True

    async def _listen(self) -> None:
        """Wake up as soon as PostgreSQL tells of a new revision; without it there is still the looking."""
        import asyncpg

        address = self._database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        faults = (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError)
        while True:
            with suppress(*faults):
                connection = await asyncpg.connect(address, timeout=5)
                try:
                    ended = _ending(connection)
                    await connection.add_listener(CHANNEL, lambda *_: self._told.set())
                    self._told.set()  # what was told before we listened
                    await ended.wait()
                finally:
                    connection.terminate()
            await asyncio.sleep(_CONNECT_AGAIN)


def _ending(connection: asyncpg.Connection) -> asyncio.Event:
    """Set when a connection is gone, from whatever side."""
    ended = asyncio.Event()
    connection.add_termination_listener(lambda _: ended.set())
    return ended
