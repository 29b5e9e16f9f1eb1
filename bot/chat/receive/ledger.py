"""The arrivals, written many at a time: one transaction an update would halve what a process carries."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

import structlog

from bot.chat.arrivals import Arrivals, Begun, Seen
from bot.ops.clock import Clock
from bot.storage.faults import StorageDown
from bot.storage.presence import Presence, Stay

log = structlog.get_logger(__name__)

_AT_ONCE = 500
"""Updates in one transaction; SQLite takes 32,766 values in a statement, five an update."""
_REMEMBERED = 20_000
"""Updates that are remembered as done without asking the database."""
_AGAIN = 0.5
"""Seconds until what is done is written once more, after the database did not answer."""


class Ledger:
    """Begins and ends updates in the database, as far as that is possible now.

    Args:
        arrivals: the rows.
        bot_id: whose updates.
        presence: this process among the others.
        clock: for the rows.
        patience: seconds to wait for the database before people go first.
    """

    def __init__(
        self, arrivals: Arrivals, bot_id: int, presence: Presence, *, clock: Clock, patience: float
    ) -> None:
        self._arrivals = arrivals
        self._bot_id = bot_id
        self._presence = presence
        self._clock = clock
        self._patience = patience
        self._begin: dict[int, asyncio.Future[Begun | None]] = {}
        self._finished: set[int] = set()
        self._let_go: set[int] = set()
        self._done: OrderedDict[int, None] = OrderedDict()
        self._flushing: asyncio.Task[None] | None = None
        self._up = True

    def is_done(self, update_id: int) -> bool:
        """Whether this process has finished that update, not long ago."""
        return update_id in self._done

    async def begin(self, update_id: int, stay: Stay) -> Begun | None:
        """Take an update.

        Args:
            update_id: which.
            stay: under which it is to be ours.

        Returns:
            What is known of it; None when the database does not answer. One that is merely slow, where other
            processes could have it meanwhile, makes it busy: it is better brought again.
        """
        future = self._begin.get(update_id)
        if future is None:
            future = self._begin[update_id] = asyncio.get_running_loop().create_future()
        self._flush_soon()
        await asyncio.wait({future}, timeout=self._patience)
        if stay is not self._presence.stay or (not future.done() and not self._presence.alone):
            return Begun(Seen.BUSY)
        return future.result() if future.done() else None

    def finish(self, update_id: int, *, let_go: bool = False) -> None:
        """An update is done; that is written when it is possible, and its row as one let go is dropped."""
        if let_go:
            self._let_go.add(update_id)
        self._done[update_id] = None
        if len(self._done) > _REMEMBERED:
            self._done.popitem(last=False)
        self._finished.add(update_id)
        self._flush_soon()

    async def close(self) -> None:
        """Write what is left, within the patience; what is not written counts as perhaps answered."""
        if self._flushing is not None and not self._flushing.done():
            await asyncio.wait({self._flushing}, timeout=self._patience)
        if self._flushing is not None and not self._flushing.done():
            self._flushing.cancel()
            await asyncio.gather(self._flushing, return_exceptions=True)

    def _flush_soon(self) -> None:
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush())

    async def _flush(self) -> None:
        """Write until nothing is left; what comes meanwhile goes with the next transaction."""
        while self._begin or self._finished:
            begin = dict(list(self._begin.items())[:_AT_ONCE])
            done = set(list(self._finished)[:_AT_ONCE])
            for number in begin:
                del self._begin[number]
            found = await self._write(begin, done)
            for number, future in begin.items():
                if not future.done():
                    future.set_result(None if found is None else found.get(number))
            if found is not None:
                self._finished -= done
                self._let_go -= done
            elif not self._begin:
                await asyncio.sleep(_AGAIN)

    async def _write(
        self, begin: dict[int, asyncio.Future[Begun | None]], done: set[int]
    ) -> dict[int, Begun] | None:
        try:
            found = await self._arrivals.note(
                self._bot_id,
                begin=begin,
                done=done,
                let_go=self._let_go & done,
                owner=self._presence.stay.owner,
                now=self._clock.now(),
            )
        except StorageDown as fault:
            if self._up:
                log.warning("storage_down", fault=str(fault), meaning="questions are answered, maybe twice")
            self._up = False
            return None
        except Exception as fault:
            log.warning("arrivals_not_noted", fault=type(fault).__name__)
            return None
        if not self._up:
            log.warning("storage_back")
        self._up = True
        return found
