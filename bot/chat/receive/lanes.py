"""One queue per person, one worker per queue: in order for each, side by side for all.

python-telegram-bot's `concurrent_updates` reorders the messages of one person, and its default handles
one update of the whole world at a time (15 a second at an API latency of 60 ms, measured).
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass

from telegram import Update
from telegram.constants import ChatType

WORKERS = 256
"""Updates handled side by side; more than the hundred that Telegram shows, for the released ones."""
MOST_WAITING = 5
"""Updates of one person that wait behind the one in work; the next are turned away."""
NOTICE_EVERY = 60.0
"""Seconds for which a person who was told so is not told again: a flood must not make a flood of notices."""
_NOTICES = 10_000
"""People of whom that is remembered."""


@dataclass(frozen=True, slots=True)
class Job:
    """One update to handle.

    Attributes:
        update: parsed.
        repeat: whether it was perhaps answered before a crash.
    """

    update: Update
    repeat: bool


@dataclass(slots=True)
class _Lane:
    """The queue of one key; the job in work is not in it any more."""

    waiting: deque[Job]
    working: int | None = None


class Lanes:
    """Queues and their workers.

    Args:
        work: handles one job to its end; must not raise.
        workers: at most so many at once.
        most_waiting: see `MOST_WAITING`.
        notice_every: see `NOTICE_EVERY`.
    """

    def __init__(
        self,
        work: Callable[[Job], Awaitable[None]],
        *,
        workers: int = WORKERS,
        most_waiting: int = MOST_WAITING,
        notice_every: float = NOTICE_EVERY,
    ) -> None:
        self._work = work
        self._workers = workers
        self._most_waiting = most_waiting
        self._notice_every = notice_every
        self._told: OrderedDict[Hashable, float] = OrderedDict()
        self._lanes: dict[Hashable, _Lane] = {}
        self._ready: deque[Hashable] = deque()
        self._tasks: set[asyncio.Task[None]] = set()

    def submit(self, job: Job) -> bool | None:
        """Queue a job.

        Returns:
            None when it is queued. When too many of that person wait it is not: True when the person is to
            be told so, False when that was done not long ago.
        """
        key = key_of(job.update)
        lane = self._lanes.get(key)
        if lane is None:
            self._lanes[key] = _Lane(deque((job,)))
            self._ready.append(key)
            if len(self._tasks) < self._workers:
                task = asyncio.create_task(self._run())
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            return None
        if len(lane.waiting) + (lane.working is not None) <= self._most_waiting:
            lane.waiting.append(job)
            return None
        return self._is_to_be_told(key)

    def _is_to_be_told(self, key: Hashable) -> bool:
        now = time.monotonic()
        if now - self._told.get(key, float("-inf")) < self._notice_every:
            return False
        self._told[key] = now
        self._told.move_to_end(key)
        if len(self._told) > _NOTICES:
            self._told.popitem(last=False)
        return True

    def followers(self, update: Update) -> list[int]:
        """The ids of the updates that are in the same queue, in work or waiting."""
        lane = self._lanes.get(key_of(update))
        if lane is None:
            return []
        working = [] if lane.working is None else [lane.working]
        return working + [job.update.update_id for job in lane.waiting]

    async def stop(self) -> None:
        """End all workers, whatever they do."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self) -> None:
        """Work through whatever queue is ready, one job of each in turn."""
        while self._ready:
            key = self._ready.popleft()
            lane = self._lanes[key]
            job = lane.waiting.popleft()
            lane.working = job.update.update_id
            await self._work(job)
            lane.working = None
            if lane.waiting:
                self._ready.append(key)
            else:
                del self._lanes[key]


def key_of(update: Update) -> Hashable:
    """Whose queue an update belongs to: the person's, and in a group that person's there."""
    user, chat = update.effective_user, update.effective_chat
    if user is None:
        return ("chat", chat.id) if chat is not None else ("update", update.update_id)
    if chat is None or chat.type == ChatType.PRIVATE:
        return user.id
    return (chat.id, user.id)
