"""Rows that many write at the same time, in one transaction: each waits until its own is committed.

A transaction for each would halve what the bot can answer (measured; see `bot.members.followups`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Generic, TypeVar

from bot.storage.faults import StorageDown

K = TypeVar("K")
V = TypeVar("V")

Write = Callable[[Mapping[K, V]], Awaitable[None]]


class Grouped(Generic[K, V]):
    """A writer of rows, by key; a later value takes the place of one that still waits.

    Args:
        write: writes a group in one transaction; raises `StorageDown` when the database does not answer.
        name: of its task.
    """

    def __init__(self, write: Write[K, V], *, name: str) -> None:
        self._write = write
        self._name = name
        self._waiting: dict[K, V] = {}
        self._flush: asyncio.Task[None] | None = None

    async def put(self, key: K, value: V, *, patience: float) -> None:
        """Write one row with whatever else waits; returns when it is committed.

        Args:
            key: of the row.
            value: of the row.
            patience: seconds.

        Raises:
            StorageDown: it was not committed in that time.
        """
        self._waiting[key] = value
        try:
            async with asyncio.timeout(patience):
                while self._waiting.get(key) is value:
                    await asyncio.shield(self._flushing())
        except TimeoutError as fault:
            raise StorageDown("a row was not written in time") from fault
        finally:
            if self._waiting.get(key) is value:
                del self._waiting[key]

    def _flushing(self) -> asyncio.Task[None]:
        """The round that takes what waits now."""
        if self._flush is None or self._flush.done():
            self._flush = asyncio.create_task(self._round(), name=self._name)
            self._flush.add_done_callback(_look)
        return self._flush

    async def _round(self) -> None:
        await asyncio.sleep(0)  # lets the others of this round join
        group, self._waiting = self._waiting, {}
        if group:
            await self._write(group)


def _look(task: asyncio.Task[None]) -> None:
    """Whoever waited has seen the fault, or has gone; it is no news for the loop's exception handler."""
    if not task.cancelled():
        task.exception()
