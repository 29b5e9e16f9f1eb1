"""How updates come in: asked for by one process at a time, or brought by Telegram to as many as there are."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.app.answering import Answering
from bot.chat.arrivals import Arrivals
from bot.chat.calls import call
from bot.chat.errors import TokenRefused
from bot.chat.handlers import ALLOWED_UPDATES
from bot.chat.receive import HookedReceiver, Receiver, Timing
from bot.chat.receive.limits import USUAL_TIMING
from bot.chat.receive.trouble import pause_for
from bot.chat.receive.waiting import or_stop
from bot.chat.receive_store import ReceiveStore
from bot.deliveries.dispatcher import Dispatcher
from bot.ops.clock import Clock
from bot.ops.metrics import RECEIVING
from bot.storage.engine import Database
from bot.storage.faults import StorageDown
from bot.storage.leases import LOOK, Lease, Term
from bot.storage.presence import Presence

log = structlog.get_logger(__name__)

MOST_CONNECTIONS = 100
"""Updates that Telegram may bring at the same time; it allows so many."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 15.0


@dataclass(frozen=True, slots=True)
class Means:
    """What both ways of receiving need.

    Attributes:
        bot: initialised.
        answering: the ends of it.
        database: open.
        dispatcher: carries what the bot sends on its own; runs where and while updates are received.
        clock: what time it is.
        timing: durations of receiving.
    """

    bot: Bot
    answering: Answering
    database: Database
    dispatcher: Dispatcher
    clock: Clock
    timing: Timing = USUAL_TIMING


class Polling:
    """Asks for updates while this process has the lease; stands by while another one has it.

    Args:
        means: see there.
        lease: on SQLite it is always had.
    """

    def __init__(self, means: Means, lease: Lease) -> None:
        self._means = means
        self._lease = lease
        self.receives = False

    @property
    def says(self) -> str:
        """How it stands, in a line."""
        return "It receives." if self.receives else "It stands by: another process receives."

    async def run(self, stop: asyncio.Event) -> None:
        """Receive or stand by until `stop`.

        Raises:
            TokenRefused: Telegram does not accept the bot's token.
        """
        while not stop.is_set():
            term = await self._take()
            if term is None:
                await or_stop(asyncio.sleep(LOOK), stop)
                continue
            try:
                await self._serve(term, stop)
            finally:
                self._note(False)
                await self._lease.give_back(term)

    async def _take(self) -> Term | None:
        try:
            return await self._lease.take()
        except StorageDown:
            return None

    async def _serve(self, term: Term, stop: asyncio.Event) -> None:
        means = self._means
        log.info("receiving_begins", way="polling")
        self._note(True)
        receiver = Receiver(
            means.bot,
            means.answering.handle,
            ReceiveStore(means.database, fence=term.fence),
            clock=means.clock,
            allowed_updates=ALLOWED_UPDATES,
            too_many=means.answering.too_many,
            missed=means.answering.missed,
            seal=means.answering.seal,
            arrivals=Arrivals(means.database),
            permit=None if term.fence is None else term,
            timing=means.timing,
        )

        async def receive() -> None:
            if await insist(means.bot, "deleteWebhook", {}, stop):
                await receiver.run(stop)

        work = {
            asyncio.create_task(receive(), name="receiver"),
            asyncio.create_task(means.dispatcher.run(stop), name="dispatcher"),
        }
        keeper = asyncio.create_task(self._lease.keep(term), name="lease")
        lost = asyncio.create_task(term.lost.wait(), name="lease lost")
        try:
            while work and not lost.done():
                done, _ = await asyncio.wait({*work, lost}, return_when=asyncio.FIRST_COMPLETED)
                for task in done & work:
                    work.discard(task)
                    await task
            if work:
                log.error("receiving_taken_over", meaning="this process stood still, or lost the database")
        finally:
            await _cancel([*work, keeper, lost])

    def _note(self, receives: bool) -> None:
        self.receives = receives
        RECEIVING.set(receives)


class Hooked:
    """Lets Telegram bring updates; several processes may do so side by side.

    Args:
        means: see there.
        presence: this process among the others.
        url: where Telegram is to bring them, path included.
        secret: what it is to send along.
    """

    def __init__(self, means: Means, presence: Presence, *, url: str, secret: str) -> None:
        self._means = means
        self._presence = presence
        self._url = url
        self._secret = secret
        self.receiver = HookedReceiver(
            means.bot,
            means.answering.handle,
            ReceiveStore(means.database),
            Arrivals(means.database),
            presence,
            seal=means.answering.seal,
            missed=means.answering.missed,
            too_many=means.answering.too_many,
            clock=means.clock,
            timing=means.timing,
        )

    @property
    def says(self) -> str:
        """How it stands, in a line."""
        count = self._presence.count
        return "It receives." if count == 1 else f"It receives, as one of {count} processes."

    async def open(self) -> None:
        """What comes before Telegram may bring anything.

        Raises:
            StorageDown: the database does not answer.
        """
        await self._presence.enter()
        await self.receiver.open()

    async def run(self, stop: asyncio.Event) -> None:
        """Receive until `stop`; the webhook stays set, so that Telegram keeps what comes meanwhile.

        Raises:
            TokenRefused: Telegram does not accept the bot's token.
        """
        means = self._means
        log.info("receiving_begins", way="webhook")
        RECEIVING.set(1)
        keeper = asyncio.create_task(self._presence.keep(), name="presence")
        work = [
            asyncio.create_task(self._announce(stop), name="webhook"),
            asyncio.create_task(self.receiver.run(stop), name="receiver"),
            asyncio.create_task(means.dispatcher.run(stop), name="dispatcher"),
        ]
        try:
            await asyncio.gather(*work)
        finally:
            RECEIVING.set(0)
            await _cancel([*work, keeper])
            await self._presence.leave()

    async def _announce(self, stop: asyncio.Event) -> None:
        """Tell Telegram where to bring updates; what waits there is kept, those are people's messages."""
        await insist(
            self._means.bot,
            "setWebhook",
            {
                "url": self._url,
                "secret_token": self._secret,
                "allowed_updates": list(ALLOWED_UPDATES),
                "max_connections": MOST_CONNECTIONS,
            },
            stop,
        )


async def insist(bot: Bot, method: str, parameters: dict[str, object], stop: asyncio.Event) -> bool:
    """Call until Telegram has taken it.

    Returns:
        Whether it has; False when `stop` came before.

    Raises:
        TokenRefused: Telegram does not accept the bot's token.
    """
    pause = _FIRST_PAUSE
    while not stop.is_set():
        try:
            if await or_stop(call(bot, method, parameters), stop) is not None:
                return True
        except InvalidToken as fault:
            raise TokenRefused(
                "Telegram does not accept the bot's token; @BotFather has the right one"
            ) from fault
        except (TelegramError, OSError) as fault:
            log.warning("telegram_refuses", method=method, fault=type(fault).__name__)
            await or_stop(asyncio.sleep(pause_for(fault, pause)), stop)
            pause = min(2 * pause, _LONGEST_PAUSE)
    return False


async def _cancel(tasks: Sequence[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
