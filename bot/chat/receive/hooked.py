"""Receiving by webhook: Telegram brings an update and forgets it at our answer, so that comes last.

Telegram brings what belongs to one chat one after the other, and up to a hundred chats at a time; whatever
it is not told 200 for it brings again, to any process that listens. What takes longer than the hold is let
go, as in polling: a row without text stands for it, and whoever finds that row left behind by a dead
process tells its person. Which process has an update, and whether it is done, is written down before and
after (`Ledger`).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import structlog
from telegram import Bot, Update

from bot.chat.arrivals import Arrivals, Seen
from bot.chat.outcome import Outcome, judge
from bot.chat.permits import under
from bot.chat.receive.attempt import Handle, attempt
from bot.chat.receive.fetch import Raw, read_update
from bot.chat.receive.lanes import WORKERS, Job, Lanes, key_of
from bot.chat.receive.last_run import CRASHES, Missed
from bot.chat.receive.ledger import Ledger
from bot.chat.receive.limits import USUAL_BOUNDS, USUAL_TIMING, Bounds, Timing
from bot.chat.receive.release import Seal
from bot.chat.receive.waiting import Errands, or_stop
from bot.chat.receive_store import NOTHING, Overdue, ReceiveStore
from bot.ops.clock import Clock
from bot.ops.metrics import UPDATES
from bot.storage.faults import StorageDown
from bot.storage.presence import Presence, Stay

log = structlog.get_logger(__name__)

_SPAN = 10_000
"""As in polling: numbers below its high water that may still come."""


class Taken(StrEnum):
    """What becomes of an update that Telegram brought."""

    DONE = "done"
    """Telegram may forget it."""
    LATER = "later"
    """Telegram is to bring it again in a moment."""


@dataclass(slots=True)
class _Work:
    """One update in work."""

    stay: Stay
    ended: asyncio.Future[Taken]
    update: Update | None = None
    released: bool = False


class HookedReceiver:
    """Has updates handled that are brought to it.

    Args:
        bot: initialised.
        handle: see `Handle`.
        store: the rows of receiving.
        arrivals: the rows of what came.
        presence: this process among the others; entered and kept by the caller.
        seal: hides a chat.
        missed: tells a member, in the sealed chat, that the last message may have been missed.
        too_many: as for `Receiver`.
        clock: for the rows.
        timing: durations; `hold`, `retry`, `grace` and `look` are used here.
        bounds: how much may be let go.
    """

    def __init__(
        self,
        bot: Bot,
        handle: Handle,
        store: ReceiveStore,
        arrivals: Arrivals,
        presence: Presence,
        *,
        seal: Seal,
        missed: Missed,
        too_many: Callable[[Update], Coroutine[Any, Any, object]],
        clock: Clock,
        timing: Timing = USUAL_TIMING,
        bounds: Bounds = USUAL_BOUNDS,
    ) -> None:
        self._bot = bot
        self._handle = handle
        self._store = store
        self._arrivals = arrivals
        self._presence = presence
        self._seal = seal
        self._missed = missed
        self._too_many = too_many
        self._clock = clock
        self._timing = timing
        self._bounds = bounds
        patience = 0.5 if presence.alone else 5.0
        self._ledger = Ledger(arrivals, bot.id, presence, clock=clock, patience=patience)
        self._lanes = Lanes(self._work, notice_every=timing.notice)
        self._works: dict[int, _Work] = {}
        self._let_go: Counter[Hashable] = Counter()
        self._errands = Errands()
        self._polled = NOTHING
        self._orphans: list[Overdue] = []
        self._stop = asyncio.Event()

    @property
    def unfinished(self) -> int:
        """How many updates are in work or wait for it."""
        return len(self._works)

    async def run(self, stop: asyncio.Event) -> None:
        """Look after what dead processes left, until `stop`; then finish what is in work."""
        self._stop = stop
        try:
            while not stop.is_set():
                await self._look_after_the_dead()
                await or_stop(asyncio.sleep(self._timing.look), stop)
            ends = asyncio.get_running_loop().time() + self._timing.grace
            while self._works and (left := ends - asyncio.get_running_loop().time()) > 0:
                await asyncio.wait({work.ended for work in self._works.values()}, timeout=left)
            await self._ledger.close()
        finally:
            await self._errands.stop()
            await self._lanes.stop()
            await self._ledger.close()
            for work in self._works.values():
                if not work.ended.done():
                    work.ended.set_result(Taken.LATER)

    async def open(self) -> None:
        """Learn what polling left behind, if the bot received in that way before.

        Raises:
            StorageDown: the database does not answer.
        """
        self._polled = await self._store.look(self._bot.id)
        left = {row.update_id: row for row in await self._store.overdue(self._bot.id)}
        if left:
            known = await self._arrivals.known(self._bot.id, left)
            polled = [number for number in left if number not in known]
            owner, now = self._presence.stay.owner, self._clock.now()
            begun = await self._arrivals.note(self._bot.id, begin=polled, owner=owner, now=now)
            self._orphans = [left[number] for number, one in begun.items() if one.seen is Seen.NEW]

    async def accept(self, raw: Raw) -> Taken:
        """Handle an update that was brought; returns when Telegram may be told.

        Args:
            raw: with a whole number as `update_id`.
        """
        update_id = int(raw["update_id"])
        if self._ledger.is_done(update_id):
            UPDATES.labels(outcome="duplicate").inc()
            return Taken.DONE
        work = self._works.get(update_id)
        if work is not None:
            UPDATES.labels(outcome="duplicate").inc()
            return await self._wait(update_id, work)
        if self._stop.is_set() or len(self._works) >= WORKERS + self._bounds.overall:
            return Taken.LATER
        stay = self._presence.stay
        work = self._works[update_id] = _Work(stay, asyncio.get_running_loop().create_future())
        try:
            await self._begin(raw, update_id, work)
        except BaseException:
            self._end(update_id, work, Taken.LATER)
            raise
        return await self._wait(update_id, work)

    async def _begin(self, raw: Raw, update_id: int, work: _Work) -> None:
        begun = await self._ledger.begin(update_id, work.stay)
        if begun is not None and begun.seen is Seen.DONE:
            UPDATES.labels(outcome="duplicate").inc()
            self._end(update_id, work, Taken.DONE)
            return
        if begun is not None and begun.seen is Seen.BUSY:
            self._end(update_id, work, Taken.LATER)
            return
        update = work.update = read_update(raw, self._bot)
        if update is None:
            UPDATES.labels(outcome="unreadable").inc()
            self._finish(update_id, work)
            return
        if begun is not None and begun.tries > CRASHES:
            self._set_aside(update)
            self._finish(update_id, work)
            return
        unknown = begun is None and not self._presence.alone
        repeat = unknown or (begun is not None and begun.seen is Seen.AGAIN) or self._polled_before(update_id)
        turned_away = self._lanes.submit(Job(update, repeat))
        if turned_away is None:
            return
        UPDATES.labels(outcome="turned away").inc()
        if turned_away or update.callback_query is not None:
            with under(work.stay.term):
                self._errands.run(self._too_many(update))
        self._finish(update_id, work)

    async def _wait(self, update_id: int, work: _Work) -> Taken:
        """Until it is done, or may be let go, or has taken too long for a connection."""
        ends = asyncio.get_running_loop().time() + self._timing.give_up
        behind = work.update is not None and self._let_go[key_of(work.update)] > 0
        if not work.ended.done():
            await asyncio.wait({work.ended}, timeout=0 if behind else self._timing.hold)
        while not work.ended.done():
            if work.released or await self._release(update_id, work):
                return Taken.DONE
            if asyncio.get_running_loop().time() > ends:
                return Taken.LATER
            await asyncio.wait({work.ended}, timeout=self._timing.idle)
        return work.ended.result()

    async def _release(self, update_id: int, work: _Work) -> bool:
        """Let it go, written down first; False when it may not be."""
        update = work.update
        if update is None:
            return False
        key = key_of(update)
        if self._let_go[key] >= self._bounds.per_person or self._let_go.total() >= self._bounds.overall:
            return False
        user, chat = update.effective_user, update.effective_chat
        if user is not None and chat is not None:
            member_id, sealed = self._seal(user.id, chat.id)
            row = Overdue(update_id, member_id, sealed, self._clock.now())
            try:
                await self._store.keep_overdue(self._bot.id, [row])
            except StorageDown:
                return False
        if not work.ended.done() and not work.released:
            work.released = True
            self._let_go[key] += 1
            log.info("updates_let_go", count=1)
        return True

    async def _work(self, job: Job) -> None:
        """Handle until it is done; a transient fault is tried again here, so that the order stays."""
        update_id = job.update.update_id
        work, repeat, (pause, longest) = self._works[update_id], job.repeat, self._timing.retry
        while True:
            outcome, spoke = await attempt(self._handle, job.update, repeat=repeat, permit=work.stay.term)
            if outcome is not Outcome.TRANSIENT:
                break
            repeat = repeat or spoke
            await asyncio.sleep(pause)
            pause = min(2 * pause, longest)
            if work.stay is not self._presence.stay:
                # We counted as dead for a while: perhaps another process has it now.
                work.stay, repeat = self._presence.stay, True
                begun = await self._ledger.begin(update_id, work.stay)
                if begun is not None and begun.seen in {Seen.DONE, Seen.BUSY}:
                    self._end(update_id, work, Taken.LATER)
                    return
        self._finish(update_id, work)

    def _finish(self, update_id: int, work: _Work) -> None:
        self._ledger.finish(update_id, let_go=work.released)
        self._end(update_id, work, Taken.DONE)

    def _end(self, update_id: int, work: _Work, taken: Taken) -> None:
        self._works.pop(update_id, None)
        if work.released and work.update is not None:
            key = key_of(work.update)
            self._let_go[key] -= 1
            if self._let_go[key] <= 0:
                del self._let_go[key]
        if not work.ended.done():
            work.ended.set_result(taken)

    def _polled_before(self, update_id: int) -> bool:
        high = self._polled.high_water
        return not self._polled.clean and high - _SPAN < update_id <= high

    def _set_aside(self, update: Update) -> None:
        """Finish, unhandled, the update that ended the process again and again."""
        log.error("update_set_aside", meaning="it ended the process; its person is told that it was missed")
        UPDATES.labels(outcome="set aside").inc()
        user, chat = update.effective_user, update.effective_chat
        if user is not None and chat is not None:
            self._errands.run(self._missed(*self._seal(user.id, chat.id)))

    async def _look_after_the_dead(self) -> None:
        """Tell those whose message a dead process had let go and not answered."""
        stay = self._presence.stay
        try:
            self._orphans += await self._arrivals.adopt(self._bot.id, stay.owner)
        except StorageDown:
            return
        rows, self._orphans = self._orphans, []
        told: set[bytes] = set()
        for row in rows:
            try:
                if row.member_id not in told:
                    with under(stay.term):
                        await self._missed(row.member_id, row.sealed_chat)
                    told.add(row.member_id)
            except Exception as fault:
                log.warning("missed_not_told", fault=type(fault).__name__)
                if judge(fault) is Outcome.TRANSIENT:
                    self._orphans.append(row)
                    continue
            self._ledger.finish(row.update_id, let_go=True)
