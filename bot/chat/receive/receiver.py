"""Receiving: Telegram is our inbox, and an update leaves it only after it was handled and answered.

The algorithm and its eight rules are prototyped and measured in `foundations.md`, section 1. kill -9 at any
instant loses nothing that was not let go, and what was let go is told to the person at the next start.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import nullcontext
from datetime import datetime
from typing import Any

import structlog
from telegram import Bot, Update
from telegram.constants import PollingLimit
from telegram.error import InvalidToken, TelegramError
from telegram.request import BaseRequest

from bot.chat.arrivals import Arrivals
from bot.chat.errors import TokenRefused
from bot.chat.outcome import Outcome
from bot.chat.permits import Permit, under
from bot.chat.receive.attempt import Handle, attempt
from bot.chat.receive.fetch import Fetch, Raw
from bot.chat.receive.journal import Journal
from bot.chat.receive.lanes import Job, Lanes
from bot.chat.receive.last_run import LastRun, Missed
from bot.chat.receive.limits import USUAL_BOUNDS, USUAL_TIMING, Bounds, Timing
from bot.chat.receive.release import Release, Seal
from bot.chat.receive.trouble import pause_for
from bot.chat.receive.waiting import Errands, nudged, or_stop
from bot.chat.receive.window import Window
from bot.chat.receive_store import ReceiveStore
from bot.ops.clock import Clock
from bot.ops.metrics import UPDATES

log = structlog.get_logger(__name__)

_AT_ONCE = 20
"""Updates that are read before the first of them are begun: reading takes 0.1 ms each, answering waits."""
_UNDER_WAY = 1.0
"""Seconds after which a question that did not fail has surely reached Telegram."""
_CONFIRM_TIME = 4.0
"""Seconds for the last question; Telegram stretches a repeated one to 3."""


class Receiver:
    """Asks for updates, has them handled in order, and confirms what is done.

    Args:
        bot: initialised.
        handle: see `Handle`; an exception counts as what `outcome.judge` says.
        store: where it is written how far was received.
        allowed_updates: kinds to ask for.
        seal: hides a chat.
        missed: tells a member, in the sealed chat, that the last message may have been missed.
        too_many: tells a person that one message at a time is enough. Called for the first update turned
            away in a row, and for every button, which Telegram wants answered; not awaited.
        clock: for the rows.
        request: carries `getUpdates`; the bot's own when None.
        arrivals: what came by webhook before.
        permit: the term under which this process receives, where another one may take over.
        timing: durations.
        bounds: how much may be let go.
    """

    def __init__(
        self,
        bot: Bot,
        handle: Handle,
        store: ReceiveStore,
        *,
        allowed_updates: Sequence[str],
        seal: Seal,
        missed: Missed,
        too_many: Callable[[Update], Coroutine[Any, Any, object]],
        clock: Clock,
        request: BaseRequest | None = None,
        arrivals: Arrivals | None = None,
        permit: Permit | None = None,
        timing: Timing = USUAL_TIMING,
        bounds: Bounds = USUAL_BOUNDS,
    ) -> None:
        self._fetch = Fetch(bot, allowed_updates=allowed_updates, request=request)
        self._handle = handle
        self._journal = Journal(store, bot.id, arrivals=arrivals, shared=permit is not None)
        self._permit = permit
        self._too_many = too_many
        self._clock = clock
        self._timing = timing
        self._window = Window()
        self._lanes = Lanes(self._work, notice_every=timing.notice)
        self._flooded = False
        self._updates: dict[int, Update] = {}
        self._release = Release(
            window=self._window,
            lanes=self._lanes,
            updates=self._updates,
            journal=self._journal,
            seal=seal,
            clock=clock,
            bounds=bounds,
        )
        self._asked, self._asked_at = 0, 0.0
        self._answered, self._answered_at = 0, 0.0
        self._moved_at = 0.0
        self._changed = asyncio.Event()
        self._move_noted = False
        self._started = False
        self._careful = False
        self._errands = Errands()
        self._last_run = LastRun(
            window=self._window,
            fetch=self._fetch,
            journal=self._journal,
            errands=self._errands,
            seal=seal,
            missed=missed,
        )
        self._stop = asyncio.Event()
        self._heard_at: datetime | None = None

    @property
    def heard_at(self) -> datetime | None:
        """When Telegram last answered; for the health check."""
        return self._heard_at

    @property
    def unfinished(self) -> int:
        """How many updates are in work or wait for it."""
        return self._window.unfinished

    async def run(self, stop: asyncio.Event) -> None:
        """Receive until `stop` is set, then finish what is in work and confirm it. Once per receiver.

        Raises:
            TokenRefused: Telegram does not accept the bot's token.
        """
        self._stop = stop
        waker = asyncio.create_task(self._wake_at_stop())
        try:
            with nullcontext() if self._permit is None else under(self._permit):
                await self._journal.open()
                await self._receive()
                await self._finish_work()
        finally:
            waker.cancel()
            await asyncio.gather(waker, return_exceptions=True)
            await self._errands.stop()
            await self._lanes.stop()
            await self._journal.stop()

    # --- the loop ------------------------------------------------------------------------------------

    async def _receive(self) -> None:
        pause, hasty = self._timing.back_off[0], 0
        while not self._stop.is_set():
            await self._rest()
            if self._permit is not None and not (self._permit.held or self._permit.unsure):
                await or_stop(asyncio.sleep(self._timing.soon), self._stop)  # asking would disturb the other
                continue
            waits = self._started and not self._window.open
            try:
                batch = await or_stop(self._ask(self._timing.poll if waits else 0), self._stop)
            except InvalidToken as fault:
                raise TokenRefused(
                    "Telegram does not accept the bot's token; @BotFather has the right one"
                ) from fault
            except (TelegramError, OSError) as fault:
                await or_stop(asyncio.sleep(pause_for(fault, pause)), self._stop)
                pause = min(2 * pause, self._timing.back_off[1])
                continue
            pause = self._timing.back_off[0]
            if batch is None or self._stop.is_set():
                return
            self._heard_at = self._clock.now()
            await self._accept(batch)
            # A server that does not wait, as some doubles, must not make us spin.
            hasty = hasty + 1 if waits and not batch and self._since() < self._timing.soon else 0
            if hasty > 1:
                await or_stop(asyncio.sleep(min(0.01 * 2**hasty, self._timing.idle)), self._stop)

    async def _ask(self, timeout: int) -> dict[int, Raw]:  # noqa: ASYNC109 - Telegram's, not ours
        self._asked, self._asked_at = self._window.floor, asyncio.get_running_loop().time()
        self._move_noted = False
        limit = int(PollingLimit.MAX_LIMIT)
        batch = await self._fetch.ask(offset=self._asked, limit=limit, timeout=timeout)
        self._answered, self._answered_at = self._asked, asyncio.get_running_loop().time()
        return batch

    async def _rest(self) -> None:
        """While anything holds the floor Telegram answers at once, so the waiting is ours."""
        while self._window.open and not self._stop.is_set():
            now = asyncio.get_running_loop().time()
            due = self._release_due()
            if due <= now:
                await self._release.let_go(now if self._flooded else now - self._timing.hold)
                self._flooded = False
            # Telegram counts from one question to the next; our people's answers begin with its answer.
            if self._window.floor > self._asked:
                left = self._answered_at + self._timing.soon - now
            else:
                left = self._asked_at + self._timing.idle - now
            if left <= 0 or not self._window.open:
                return
            await nudged(self._changed, min(left, due - now) if due > now else left)

    def _release_due(self) -> float:
        """When the update that holds the floor is to be let go, unless it finishes before."""
        oldest = self._window.oldest()
        if oldest is None:
            return float("inf")
        if self._flooded:
            return oldest
        return max(oldest + self._timing.hold, self._moved_at + self._timing.stall)

    async def _accept(self, batch: dict[int, Raw]) -> None:
        if not self._started:
            self._started = True
            batch, self._careful = await self._last_run.look_back(batch)
        new = self._window.take(batch, asked=self._asked, at=asyncio.get_running_loop().time())
        if not new:
            return
        noted = asyncio.create_task(self._journal.raise_high_water(new[-1]))
        turned_away = 0
        try:
            for update_id in await self._journal.arrived_before(new):
                UPDATES.labels(outcome="duplicate").inc()
                self._done(update_id)
                new.remove(update_id)
            for start in range(0, len(new), _AT_ONCE):
                some = new[start : start + _AT_ONCE]
                self._read(some, batch)
                await asyncio.shield(noted)
                if not self._careful:
                    turned_away += sum(self._submit(update_id) for update_id in some)
                    await asyncio.sleep(0)
        finally:
            await asyncio.gather(noted, return_exceptions=True)
        # Few people fill what Telegram shows: waiting for the answers to the others would let the rest of the
        # flood stand before everybody else.
        self._flooded = 2 * turned_away > int(PollingLimit.MAX_LIMIT)
        if self._careful:
            await self._one_at_a_time(new)

    def _read(self, ids: Sequence[int], batch: dict[int, Raw]) -> None:
        """Parse; what cannot be parsed is counted and done."""
        for update_id in ids:
            update = self._fetch.parse(batch[update_id])
            if update is not None:
                self._updates[update_id] = update
            else:
                UPDATES.labels(outcome="unreadable").inc()
                self._done(update_id)

    def _submit(self, update_id: int) -> bool:
        """Queue an update; whether its person was turned away instead."""
        update = self._updates.get(update_id)
        if update is None:
            return False
        turned_away = self._lanes.submit(Job(update, self._journal.perhaps_answered(update_id)))
        if turned_away is None:
            return False
        UPDATES.labels(outcome="turned away").inc()
        if turned_away or update.callback_query is not None:
            self._errands.run(self._too_many(update))
        self._done(update_id)
        return True

    # --- one update ----------------------------------------------------------------------------------

    async def _work(self, job: Job) -> None:
        """Handle until it is done; a transient fault is tried again here, so that the order stays."""
        repeat, (pause, longest) = job.repeat, self._timing.retry
        while True:
            outcome, spoke = await attempt(self._handle, job.update, repeat=repeat, permit=self._permit)
            if outcome is not Outcome.TRANSIENT:
                break
            repeat = repeat or spoke
            await asyncio.sleep(pause)
            pause = min(2 * pause, longest)
        self._done(job.update.update_id)

    def _done(self, update_id: int) -> None:
        update = self._updates.pop(update_id, None)
        if update is not None:
            self._release.finish(update)
        floor = self._window.floor
        self._window.finish(update_id)
        self._journal.finish(update_id)
        if self._window.floor != floor:
            self._moved_at = asyncio.get_running_loop().time()
        moved = not self._move_noted and self._window.floor > self._asked
        if moved or self._careful or not self._window.open:
            self._move_noted = True
            self._changed.set()

    # --- start and stop ------------------------------------------------------------------------------

    async def _one_at_a_time(self, ids: Sequence[int]) -> None:
        """In a crash loop: each update alone, its id written before, so that the guilty one is known."""
        for update_id in ids:
            while not await self._journal.note_trying(update_id):
                await or_stop(asyncio.sleep(self._timing.idle), self._stop)
                if self._stop.is_set():
                    return
            self._submit(update_id)
            ends = asyncio.get_running_loop().time() + self._timing.trial
            while update_id in self._updates and asyncio.get_running_loop().time() < ends:
                if self._stop.is_set():
                    return
                await nudged(self._changed, self._timing.idle)
        self._careful = not await self._journal.note_trying(None)

    async def _finish_work(self) -> None:
        """Wait for what is in work, then tell Telegram what it may forget."""
        ends = asyncio.get_running_loop().time() + self._timing.grace
        while self._window.unfinished and (left := ends - asyncio.get_running_loop().time()) > 0:
            await nudged(self._changed, min(left, self._timing.soon))
        confirmed = await self._confirm()
        await self._journal.close(clean=confirmed and not self._window.unfinished)

    async def _confirm(self) -> bool:
        # The question that was open when we stopped told Telegram too; asked again at once with the same
        # offset it would let us wait for 3 seconds.
        reached = self._answered == self._asked or self._since() > _UNDER_WAY
        if self._asked == self._window.floor and reached:
            return True
        try:
            async with asyncio.timeout(_CONFIRM_TIME):
                await self._fetch.ask(offset=self._window.floor, limit=1, timeout=0)
        except (TelegramError, OSError) as fault:
            log.warning("not_confirmed", fault=type(fault).__name__)
            return False
        return True

    def _since(self) -> float:
        return asyncio.get_running_loop().time() - self._asked_at

    async def _wake_at_stop(self) -> None:
        await self._stop.wait()
        self._changed.set()
