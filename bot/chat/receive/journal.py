"""The store, made safe for receiving: what cannot be written now must not keep people from their answers.

How far was received is written before a batch is handled, but waited for only shortly. With the database
locked or gone the batch is handled all the same: what needs no row is answered and confirmed, what needs
one ends as transient and stays with Telegram. The price is named: should the process then also be killed,
answers of that time are repeated without the mark that says so. Nothing is let go meanwhile, because that
would be a promise that nobody could keep after a crash.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

import structlog
from telegram.constants import PollingLimit

from bot.chat.arrivals import Arrivals
from bot.chat.receive_store import Fenced, Overdue, ReceiveStore, Start
from bot.storage.faults import StorageDown

log = structlog.get_logger(__name__)

_SPAN = 10_000
"""Ids below the high water that may still be unconfirmed: Telegram shows 100, and 356 can be in work."""

_VISIBLE = int(PollingLimit.MAX_LIMIT)
"""Updates that Telegram shows from the lowest unconfirmed one on."""


class Journal:
    """Best effort on a `ReceiveStore`.

    Args:
        store: where it is written.
        bot_id: Telegram's id of the bot that receives.
        arrivals: what came by webhook, when the bot received in that way before.
        shared: whether another process may have received until just now. It may have answered what it could
            not write down, so after it everything that it could see counts as perhaps answered.
        patience: seconds to wait for a write before people go first; the write itself goes on.
    """

    def __init__(
        self,
        store: ReceiveStore,
        bot_id: int,
        *,
        arrivals: Arrivals | None = None,
        shared: bool = False,
        patience: float = 0.5,
    ) -> None:
        self._store = store
        self._bot_id = bot_id
        self._patience = patience
        self._arrivals = arrivals
        self._shared = shared
        self._first: int | None = None
        self._newest_arrival = -1
        self._arrived: set[int] = set()
        self._start: Start | None = None
        self._late: asyncio.Task[bool] | None = None
        self._rows: set[int] = set()
        self._done: set[int] = set()
        self._sweep: asyncio.Task[bool] | None = None
        self._up = True

    @property
    def start(self) -> Start | None:
        """What the last run left; None while the database has not said yet."""
        return self._start

    async def open(self) -> bool:
        """Learn what the last run left. Returns whether that is known."""
        return self._start is not None or await self._write(self._begin)

    def perhaps_answered(self, update_id: int) -> bool:
        """Whether an earlier run may have answered this update; not knowing counts as perhaps."""
        if self._start is None or update_id in self._arrived:
            return True
        if self._start.clean:
            return False
        if self._shared and self._first is not None and update_id < self._first + _VISIBLE:
            return True
        high = self._start.high_water
        return high - _SPAN < update_id <= high

    def note_first(self, update_id: int) -> None:
        """The first update that Telegram sent to this run."""
        self._first = update_id

    async def arrived_before(self, update_ids: Sequence[int]) -> set[int]:
        """Those that came by webhook before and are done; others that came count as perhaps answered."""
        if self._arrivals is None or self._newest_arrival < min(update_ids):
            return set()
        try:
            known = await self._arrivals.known(self._bot_id, update_ids)
        except StorageDown:
            known = dict.fromkeys((one for one in update_ids if one <= self._newest_arrival), False)
        self._arrived.update(number for number, done in known.items() if not done)
        return {number for number, done in known.items() if done}

    async def raise_high_water(self, update_id: int) -> None:
        """Write how far was received, as far as that is possible now."""
        if await self.open():
            await self._write(lambda: self._store.raise_high_water(self._bot_id, update_id))
        self._sweep_soon()

    async def note_floor(self, update_id: int, starts: int) -> None:
        """Write the first update of this run, as far as that is possible now."""
        await self._write(lambda: self._store.note_floor(self._bot_id, update_id, starts))

    async def note_trying(self, update_id: int | None) -> bool:
        """Write the update that is about to be tried. Returns whether it is written."""
        return await self._write(lambda: self._store.note_trying(self._bot_id, update_id))

    async def release(self, rows: Sequence[Overdue]) -> bool:
        """Write the rows of updates that are to be let go. Returns whether they may be."""
        if not await self.open():
            return False
        if not rows:
            return self._up
        self._rows.update(row.update_id for row in rows)
        return await self._write(lambda: self._store.keep_overdue(self._bot_id, rows))

    async def left_behind(self) -> tuple[Overdue, ...]:
        """The rows of an earlier run; none while the database does not answer."""
        try:
            rows = await self._store.overdue(self._bot_id)
        except StorageDown:
            return ()
        self._rows.update(row.update_id for row in rows)
        return rows

    def finish(self, update_id: int) -> None:
        """An update is done, or its person was told: its row, if there is one, goes when that is possible."""
        if update_id in self._rows:
            self._rows.discard(update_id)
            self._done.add(update_id)
            self._sweep_soon()

    async def close(self, *, clean: bool) -> None:
        """Write what is left to write, and that this run stopped in order when it did."""
        if self._sweep is not None and not self._sweep.done():
            await asyncio.wait({self._sweep}, timeout=self._patience)
        if self._done:
            await self._write(self._drop)
        if clean and not self._done and self._start is not None:
            await self._write(lambda: self._store.end(self._bot_id))

    async def stop(self) -> None:
        """End whatever still waits for the database."""
        for task in (self._late, self._sweep):
            if task is not None and not task.done():
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    def _sweep_soon(self) -> None:
        if self._done and (self._sweep is None or self._sweep.done()):
            self._sweep = asyncio.create_task(self._write(self._drop))

    async def _begin(self) -> None:
        start = await self._store.begin(self._bot_id)
        if self._arrivals is not None:
            self._newest_arrival = await self._arrivals.newest(self._bot_id)
        self._start = start

    async def _drop(self) -> None:
        done = set(self._done)
        await self._store.drop_overdue(self._bot_id, done)
        self._done -= done

    async def _write(self, work: Callable[[], Coroutine[Any, Any, None]]) -> bool:
        """Do `work`, waiting for it only so long. While one is late, no other is begun."""
        if self._late is not None and not self._late.done():
            return False
        task = asyncio.create_task(self._attempt(work))
        await asyncio.wait({task}, timeout=self._patience)
        if task.done():
            return task.result()
        self._late = task
        self._note(up=False, fault="the database is slow")
        return False

    async def _attempt(self, work: Callable[[], Awaitable[None]]) -> bool:
        try:
            await work()
        except StorageDown as fault:
            self._note(up=False, fault=str(fault))
            return False
        except Fenced:
            log.warning("taken_over", meaning="another process receives since; nothing was written")
            return False
        except Exception as fault:
            self._note(up=False, fault=type(fault).__name__)
            return False
        self._note(up=True)
        return True

    def _note(self, *, up: bool, fault: str = "") -> None:
        """Say once that the database went, and once that it is back."""
        if up and not self._up:
            log.warning("storage_back")
        elif not up and self._up:
            log.error("storage_down", fault=fault, meaning="questions are answered; nothing is remembered")
        self._up = up
