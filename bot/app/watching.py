"""Whether the bot is well: probes for outside, a line for systemd, and an end when it can no longer work."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import text
from telegram import Bot
from telegram.error import TelegramError

from bot.chat.calls import call
from bot.chat.handlers.services import Live
from bot.chat.pacing import Pacing
from bot.chat.screens.status import Standing
from bot.chat.wording import SOURCE_LANGUAGE
from bot.deliveries import store
from bot.ops.clock import Clock
from bot.ops.health import Finding, Health, State
from bot.ops.metrics import TELEGRAM_AGE, TELEGRAM_WAITING
from bot.ops.pulse import Pulse
from bot.ops.systemd import Notifier
from bot.ops.watchdog import USUAL_LIMITS, Limits, Watchdog
from bot.storage.engine import Database
from bot.storage.faults import StorageDown

log = structlog.get_logger(__name__)

LATE = timedelta(minutes=10)
"""From how late the oldest due message is on, somebody should look."""
_BEAT = 1.0
_STATUS_EVERY = 10.0
_QUIET = 25.0
"""Seconds without an answer of Telegram after which it is asked how it is."""


class UnwellError(Exception):
    """The process can no longer work; the message says why."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What is looked at.

    Attributes:
        bot: asks Telegram.
        pulse: when it last answered; None without a network of our own.
        database: is asked something small.
        live: the knowledge in force.
        pacing: how long replies wait.
        clock: what time it is.
        receiving: how receiving stands, in a line.
        hook: where Telegram is to bring updates; None with polling.
    """

    bot: Bot
    pulse: Pulse
    database: Database
    live: Live
    pacing: Pacing
    clock: Clock
    receiving: Callable[[], str]
    hook: str | None = None


class Watch:
    """Watches for as long as the bot runs.

    Args:
        watched: see there.
        notifier: systemd, if it is there.
        limits: durations of the watchdog.
    """

    def __init__(self, watched: Watched, notifier: Notifier, *, limits: Limits = USUAL_LIMITS) -> None:
        self._watched = watched
        self._notifier = notifier
        self._limits = limits
        self._hook_at: str | None = None
        self._dog: Watchdog | None = None
        self.health = Health(
            (
                ("telegram", self._telegram),
                ("database", self._database),
                ("knowledge", self._knowledge),
                ("deliveries", self._deliveries),
                ("receiving", self._receiving),
            )
        )

    async def run(self) -> None:
        """Watch until it is cancelled.

        Raises:
            UnwellError: the process can no longer work, and is to end in order.
        """
        loop = asyncio.get_running_loop()
        unwell: asyncio.Future[str] = loop.create_future()

        def note(reason: str) -> None:
            if not unwell.done():
                unwell.set_result(reason)

        def ask(reason: str) -> None:
            loop.call_soon_threadsafe(note, reason)

        dog = self._dog = Watchdog(self._watched.pulse, ask, limits=self._limits)
        dog.start()
        self._notifier.ready((await self.health.look()).line)
        tasks = [
            asyncio.create_task(self._beat(dog), name="beat"),
            asyncio.create_task(self._ask_telegram(), name="pulse"),
        ]
        try:
            raise UnwellError(await unwell)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if unwell.cancelled():
                dog.stop()  # else it goes on until `close`, and sees to it that the end comes

    def close(self) -> None:
        """The end has come."""
        if self._dog is not None:
            self._dog.stop()

    async def _beat(self, dog: Watchdog) -> None:
        told = float("-inf")
        loop = asyncio.get_running_loop()
        every = min(_BEAT, self._notifier.watchdog / 3 or _BEAT)
        while True:
            dog.beat()
            TELEGRAM_AGE.set(self._watched.pulse.age)
            line = None
            if loop.time() - told >= _STATUS_EVERY:
                told, line = loop.time(), (await self.health.look()).line
            if self._notifier.watchdog:
                self._notifier.alive(line)
            elif line is not None:
                self._notifier.status(line)
            await asyncio.sleep(every)

    async def _ask_telegram(self) -> None:
        """With nobody writing, and while another process receives, silence alone says nothing."""
        quiet = min(_QUIET, self._limits.silence / 3)
        while True:
            if self._watched.pulse.age >= quiet or self._hook_at is None:
                try:
                    info = await call(self._watched.bot, "getWebhookInfo", {})
                except (TelegramError, OSError) as fault:
                    log.info("telegram_not_asked", fault=type(fault).__name__)
                else:
                    if isinstance(info, dict):
                        self._hook_at = str(info.get("url", ""))
                        TELEGRAM_WAITING.set(float(info.get("pending_update_count", 0)))
            await asyncio.sleep(quiet / 5)

    async def _telegram(self) -> Finding:
        pulse, hook = self._watched.pulse, self._watched.hook
        if pulse.age > self._limits.silence:
            return Finding("telegram", State.FAILING, f"Telegram has not answered for {pulse.age:.0f} s.")
        if hook is not None and self._hook_at not in (None, "", hook):
            says = "Telegram brings updates to another address: something else has set the webhook."
            return Finding("telegram", State.FAILING, says)
        return Finding("telegram", State.WELL, f"Telegram answered {pulse.age:.0f} s ago.")

    async def _database(self) -> Finding:
        try:
            async with self._watched.database.read() as connection:
                await connection.execute(text("SELECT 1"))
        except StorageDown as fault:
            return Finding("database", State.IMPAIRED, f"The database does not answer: {fault}.")
        return Finding("database", State.WELL, "The database answers.")

    async def _knowledge(self) -> Finding:
        base = self._watched.live.snapshot.base
        count = len(base.languages[SOURCE_LANGUAGE].entries)
        if not count:
            return Finding("knowledge", State.FAILING, "The knowledge is empty.")
        return Finding("knowledge", State.WELL, f"Revision {base.revision[:12]} with {count} entries.")

    async def _deliveries(self) -> Finding:
        now = self._watched.clock.now()
        try:
            async with self._watched.database.read() as connection:
                backlog = await store.backlog(connection, now)
        except StorageDown:
            return Finding("deliveries", State.IMPAIRED, "What is due cannot be read.")
        late = now - backlog.oldest if backlog.oldest else timedelta()
        minutes = int(late.total_seconds() // 60)
        if late > LATE:
            says = f"{backlog.due} messages are due, the oldest for {minutes} minutes."
            return Finding("deliveries", State.IMPAIRED, says)
        return Finding("deliveries", State.WELL, f"{backlog.due} messages are due.")

    async def _receiving(self) -> Finding:
        return Finding("receiving", State.WELL, self._watched.receiving())


async def standing(database: Database, pacing: Pacing, clock: Clock) -> Standing:
    """What anybody may know of how it goes, for /status."""
    try:
        async with asyncio.timeout(2), database.read() as connection:
            backlog = await store.backlog(connection, clock.now())
            given_up = await store.count_dead(connection)
    except (StorageDown, TimeoutError):
        return Standing(remembers=False, wait=pacing.wait)
    late = clock.now() - backlog.oldest if backlog.oldest else timedelta()
    return Standing(remembers=True, late=late, wait=pacing.wait, given_up=given_up)
