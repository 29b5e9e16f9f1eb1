"""The loop that carries deliveries: once a second it looks at the clock on the wall and takes what is due.

It never sleeps until an instant: a clock that is set would be missed. No fault of one delivery, of the
database or of the network ends it.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.deliveries import claims, store
from bot.deliveries.endings import write_outcome
from bot.deliveries.model import Claim, Delivery, Fate, Outcome, Send, State, Why
from bot.ops import metrics
from bot.ops.clock import Clock
from bot.ops.failpoints import hit
from bot.storage.engine import Database
from bot.storage.faults import StorageDown
from bot.storage.leases import steady

log = structlog.get_logger(__name__)

Feed = Callable[[], Awaitable[int]]
"""Adds the deliveries whose time has come, in a transaction of its own; returns how many rows it handled."""

CommonClock = Callable[[AsyncConnection], Awaitable[datetime]]
"""Tells the time (aware) inside a transaction."""

LEASE = timedelta(seconds=60)
"""How long a claim lasts without being renewed; four times as long as the time between two renewals."""
POLL = 1.0
"""Seconds between two looks at the clock while nothing is due."""
PATIENCE = 8.0
"""Seconds that a stop waits for what is being sent."""
SEND_LIMIT = 120.0
"""Seconds after which a send that does not end counts as unclear."""
REPEAT_AFTER = timedelta(seconds=5)
"""When what may have arrived is sent again."""
CRASH_REPEATS = 3
"""How often what may have arrived is sent again after crashes. After an unclear answer it is once."""
_LONGEST_WAIT = timedelta(hours=1)
_GAUGES_EVERY = 5.0
_SET_BACK = timedelta(seconds=30)
KEPT = timedelta(days=30)
"""How long a delivery stays after its end."""
_BATCH = 500


class Dispatcher:
    """One run of the dispatcher; on PostgreSQL several processes may have one each.

    Args:
        database: migrated.
        send: the way to the members.
        clock: the time on the wall.
        feeds: asked at each look for what is newly due.
        concurrency: how many are sent at the same time, which is also how many a crash can make unclear.
        lease: see `LEASE`.
        poll: see `POLL`.
        patience: see `PATIENCE`.
        send_limit: see `SEND_LIMIT`.
        repeat_after: see `REPEAT_AFTER`.
        common_clock: tells the time to which claims are held; where several processes claim, the database's
            own, since the clocks of their machines differ. `clock` when left out.
    """

    def __init__(
        self,
        database: Database,
        send: Send,
        *,
        clock: Clock,
        feeds: Sequence[Feed] = (),
        concurrency: int = 8,
        lease: timedelta = LEASE,
        poll: float = POLL,
        patience: float = PATIENCE,
        send_limit: float = SEND_LIMIT,
        repeat_after: timedelta = REPEAT_AFTER,
        common_clock: CommonClock | None = None,
    ) -> None:
        self._database = database
        self._send = send
        self._clock = clock
        self._feeds = tuple(feeds)
        self._concurrency = concurrency
        self._lease = lease
        self._poll = poll
        self._patience = patience
        self._send_limit = send_limit
        self._repeat_after = repeat_after
        self._common_clock = common_clock
        self._owner = str(uuid.uuid4())
        self._held: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()
        self._tend_at = self._gauge_at = float("-inf")
        self._seen = clock.now()
        self._down = False

    async def run(self, stop: asyncio.Event) -> None:
        """Carry deliveries until `stop`; then wait, for `PATIENCE` at most, for what is being sent.

        A delivery that is still being sent then is one that may have arrived, and is repeated with a mark.
        """
        try:
            while not stop.is_set():
                busy = await self._dare()
                await self._rest(stop, busy)
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=self._patience)
            if self._tasks:
                log.warning("stopped_while_sending", deliveries=len(self._tasks))
        finally:
            await self._abandon()

    async def run_due(self) -> None:
        """Carry everything that is due by the clock now, and wait for it; beside `run` or without it.

        Raises:
            StorageDown: the database does not answer.
        """
        while True:
            busy = await self.look()
            if self._tasks:
                await asyncio.wait(self._tasks)
            elif not busy:
                return

    async def prune(self, now: datetime) -> None:
        """Delete what ended long ago.

        Raises:
            StorageDown: the database does not answer.
        """
        while True:
            async with self._database.write() as connection:
                if await store.drop_old(connection, now - KEPT, limit=_BATCH) < _BATCH:
                    return

    async def _dare(self) -> bool:
        """A look whose faults end nothing."""
        try:
            busy = await self.look()
        except StorageDown as fault:
            if not self._down:
                log.warning("deliveries_wait_for_storage", reason=str(fault))
            self._down = True
            return False
        except Exception as error:  # whatever it is, the next look may go well
            log.error("deliveries_failed", kind=type(error).__name__, exc_info=True)
            return False
        self._down = False
        return busy

    async def look(self) -> bool:
        """Look once: take up what is due, as far as there is room, and begin to send it.

        Returns:
            Whether there was anything.

        Raises:
            StorageDown: the database does not answer.
        """
        async with self._turn:
            await self._tend()
            found = 0
            for feed in self._feeds:
                found += await self._ask(feed)
            room = self._concurrency - len(self._held)
            for one in await self._claim(room, sure=found > 0):
                self._held.add(one.id)
                task = asyncio.create_task(self._carry(one), name=f"delivery {one.id}")
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
                found += 1
            return found > 0

    async def _ask(self, feed: Feed) -> int:
        """One feed with a bug must not hold up what the others and earlier looks have found."""
        try:
            return await feed()
        except StorageDown:
            raise
        except Exception as error:
            log.error("feed_failed", kind=type(error).__name__, exc_info=True)
            return 0

    async def _rest(self, stop: asyncio.Event, busy: bool) -> None:
        """Until there is room again, or the next look, or the end."""
        full = len(self._held) > self._concurrency // 2
        if busy and not full:
            await asyncio.sleep(0)
            return
        waiting = {asyncio.ensure_future(stop.wait())}
        try:
            await asyncio.wait(
                waiting | (self._tasks if full else set()),
                timeout=self._poll,
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            for task in waiting:
                task.cancel()

    async def _abandon(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _tend(self) -> None:
        """From time to time: keep what is ours, take up what others left, look how much waits."""
        passed = asyncio.get_running_loop().time()
        now = self._clock.now()
        if now < self._seen - _SET_BACK or self._tend_at == float("-inf"):
            async with self._database.write() as connection:
                await claims.hurry(connection, now=now, longest=_LONGEST_WAIT)
            self._tend_at = passed
        self._seen = now
        if passed >= self._tend_at:
            await self._recover(now)
            self._tend_at = passed + self._lease.total_seconds() / 4
        if passed >= self._gauge_at:
            async with self._database.read() as connection:
                waits = await store.backlog(connection, now)
            metrics.DELIVERIES_DUE.set(waits.due)
            metrics.DELIVERIES_OLDEST.set((now - waits.oldest).total_seconds() if waits.oldest else 0)
            self._gauge_at = passed + _GAUGES_EVERY

    async def _recover(self, now: datetime) -> None:
        async with self._database.write() as connection:
            held = frozenset(self._held)
            now = await self._time(connection, now)
            await claims.renew(connection, owner=self._owner, held=held, now=now, lease=self._lease)
            again, dead = await claims.recover(
                connection,
                owner=self._owner,
                held=held,
                now=now,
                lease=self._lease,
                alone=self._database.is_sqlite,
                repeats=CRASH_REPEATS,
            )
            hit("deliveries.recovered")
        for one in again:
            log.warning("delivery_unclear_after_crash", delivery=one.id, kind=one.kind.value)
        for one in dead:
            self._mourn(one, Why.UNCLEAR)

    async def _claim(self, room: int, *, sure: bool) -> list[Claim]:
        """As many as there is room for; the write lock is only taken when there is something."""
        now = self._clock.now()
        if room <= 0 or not (sure or await self._anything(now)):
            return []
        async with self._database.write() as connection:
            now = await self._time(connection, now)
            taken = await claims.claim(connection, owner=self._owner, limit=room, now=now, lease=self._lease)
            hit("deliveries.claimed")
        return taken

    async def _time(self, connection: AsyncConnection, now: datetime) -> datetime:
        return now if self._common_clock is None else await self._common_clock(connection)

    async def _anything(self, now: datetime) -> bool:
        """Only SQLite gains by looking first: there a transaction that writes keeps out all others."""
        if not self._database.is_sqlite:
            return True
        async with self._database.read() as connection:
            return await store.anything(connection, now)

    async def _carry(self, one: Claim) -> None:
        """One delivery from its claim to its end; whatever happens, the loop goes on."""
        try:
            delivery = await self._begin(one)
            if delivery is not None:
                await self._finish(one, delivery, await self._try(delivery))
        except StorageDown as fault:
            log.warning("delivery_waits_for_storage", delivery=one.id, reason=str(fault))
            self._tend_at = 0.0  # its row is ours and not held: the next look takes it up again
        except Exception as error:
            log.error("delivery_failed", delivery=one.id, kind=type(error).__name__, exc_info=True)
            await self._set_aside(one)
        finally:
            self._held.discard(one.id)

    async def _set_aside(self, one: Claim) -> None:
        """A row with which we always fail waits longer each time, and the others go before it."""
        wait = min(timedelta(minutes=2 ** min(one.attempt, 6)), _LONGEST_WAIT)
        try:
            async with self._database.write() as connection:
                await claims.put_back(
                    connection,
                    one,
                    owner=self._owner,
                    next_try=self._clock.now() + wait,
                    state=State.CLAIMED,
                )
        except StorageDown:
            log.warning("delivery_not_set_aside", delivery=one.id)
        self._tend_at = 0.0

    async def _begin(self, one: Claim) -> Delivery | None:
        began = steady()
        async with self._database.write() as connection:
            now = await self._time(connection, self._clock.now())
            delivery = await claims.begin(connection, one, owner=self._owner, now=now, lease=self._lease)
            hit("deliveries.sending")
        if isinstance(delivery, Why):
            log.info("delivery_skipped", delivery=one.id, reason=delivery.value)
            metrics.DELIVERIES_SKIPPED.labels(kind=one.kind.value, reason=delivery.value).inc()
            return None
        until = began + self._lease.total_seconds() / 2
        if delivery is not None and steady() > until:
            # The process stood still: another one may have taken it up meanwhile.
            async with self._database.write() as connection:
                await claims.put_back(connection, one, owner=self._owner, next_try=self._clock.now())
            return None
        return None if delivery is None else replace(delivery, until=until)

    async def _try(self, delivery: Delivery) -> Outcome:
        hit("deliveries.before-send")
        try:
            async with asyncio.timeout(self._send_limit):
                outcome = await self._send(delivery)
        except StorageDown as fault:
            log.warning("delivery_waits_for_storage", delivery=delivery.id, reason=str(fault))
            outcome = Outcome(Fate.NOT_NOW)
        except Exception as error:  # it may have come after the message had left
            log.error("send_failed", delivery=delivery.id, kind=type(error).__name__, exc_info=True)
            outcome = Outcome(Fate.UNCLEAR, error=type(error).__name__)
        hit("deliveries.answered")
        return outcome

    async def _finish(self, one: Claim, delivery: Delivery, outcome: Outcome) -> None:
        """Write what became of it, for as long as it takes: else it would be sent again."""
        pause = 0.1
        while True:
            try:
                async with self._database.write() as connection:
                    ended = await write_outcome(
                        connection,
                        one,
                        outcome,
                        owner=self._owner,
                        repeat=delivery.repeat,
                        now=self._clock.now(),
                        repeat_after=self._repeat_after,
                    )
                    hit("deliveries.outcome-written")
                break
            except StorageDown:
                await asyncio.sleep(pause)
                pause = min(pause * 2, 2.0)
        hit("deliveries.done")
        kind, fate = one.kind.value, outcome.fate
        metrics.DELIVERIES.labels(kind=kind, fate=fate.value).inc()
        if fate in {Fate.SENT, Fate.MOVED}:
            metrics.DELIVERIES_LATE.labels(kind=kind).inc(int(delivery.late))
            metrics.DELIVERIES_REPEATED.labels(kind=kind).inc(int(delivery.repeat))
        if ended is State.DEAD:
            self._mourn(one, outcome.error or fate.value)
        elif ended is None:
            log.warning("delivery_no_longer_ours", delivery=one.id, fate=fate.value)

    def _mourn(self, one: Claim, error: str) -> None:
        metrics.DELIVERIES_DEAD.labels(kind=one.kind.value, reason=error).inc()
        log.error("delivery_dead", delivery=one.id, kind=one.kind.value, error=error)
