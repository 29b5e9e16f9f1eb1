"""A bot that lets a Telegram bring its updates, and writes down what it handled; for tests."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from io import BytesIO

import aiohttp
from telegram import Bot, Update

from bot.chat.arrivals import Arrivals
from bot.chat.outcome import Outcome
from bot.chat.receive import Hook, HookedReceiver, Receiver, Timing, hook_path
from bot.chat.receive_store import ReceiveStore
from bot.offline.arguments import Arguments
from bot.offline.request import OfflineRequest
from bot.offline.state import BOT_ID, TOKEN
from bot.ops.clock import SystemClock
from bot.ops.http import Address, Route, Server
from bot.storage.engine import Database
from bot.storage.presence import Presence
from tests.support.double import Double

SECRET = "secret-of-the-tests-0123456789"
PATH = hook_path(SECRET, BOT_ID)
QUICK = Timing(
    hold=0.3,
    stall=0.1,
    soon=0.02,
    idle=0.05,
    grace=60.0,
    retry=(0.02, 0.1),
    back_off=(0.02, 0.1),
    look=0.05,
    give_up=60.0,
)
PATIENT = replace(QUICK, hold=60.0)

Headers = dict[str, str] | list[tuple[str, str]]
Act = Callable[[str], Awaitable[Outcome | None]]


async def nothing(text: str) -> None:
    """Handle without doing anything."""


class Process:
    """One process of the bot.

    Args:
        database: of the bot.
        handled: where it writes what it handled, and whether as a perhaps repeated one.
        act: what handling does besides.
        lasts: seconds for which it counts as alive without a sign; on PostgreSQL.
    """

    def __init__(
        self, database: Database, handled: list[tuple[str, bool]], act: Act = nothing, *, lasts: float = 6.0
    ) -> None:
        self.act = act
        self.handled = handled
        self.missed: list[int] = []
        self.turned_away: list[str] = []
        self.presence = Presence(database, lasts=lasts, renew=lasts / 4)
        self.receiver: HookedReceiver | None = None
        self.server: Server | None = None
        self._database = database

    async def handle(self, update: Update, repeat: bool) -> Outcome:
        text = text_of(update)
        outcome = await self.act(text) or Outcome.DONE
        if outcome is Outcome.DONE:
            self.handled.append((text, repeat))
        return outcome

    async def too_many(self, update: Update) -> None:
        self.turned_away.append(text_of(update))

    async def tell_missed(self, member_id: bytes, sealed: bytes) -> None:
        self.missed.append(int(sealed))

    @property
    def url(self) -> str:
        assert self.server is not None
        return f"http://{self.server.bound(ANYWHERE)}{PATH}"

    @asynccontextmanager
    async def hooked(
        self, double: Double, *, timing: Timing = QUICK, kill: bool = False, keep: bool = True
    ) -> AsyncIterator[None]:
        """Receive by webhook; `kill` ends it without finishing, `keep=False` lets its presence lapse."""
        async with running_bot(double) as bot:
            self.receiver = HookedReceiver(
                bot,
                self.handle,
                ReceiveStore(self._database),
                Arrivals(self._database),
                self.presence,
                seal=seal,
                missed=self.tell_missed,
                too_many=self.too_many,
                clock=SystemClock(),
                timing=timing,
            )
            await self.presence.enter()
            await self.receiver.open()
            self.server = Server([Route(ANYWHERE, "POST", PATH, Hook(SECRET, self.receiver).answer)])
            await self.server.start()
            stop = asyncio.Event()
            tasks = [asyncio.create_task(self.receiver.run(stop))]
            if keep:
                tasks.append(asyncio.create_task(self.presence.keep()))
            try:
                yield
            finally:
                if kill:
                    tasks[0].cancel()
                stop.set()
                with suppress(asyncio.CancelledError):
                    await tasks[0]
                for task in tasks[1:]:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                await self.server.stop()
                if not kill and keep:
                    await self.presence.leave()

    @asynccontextmanager
    async def polling(self, double: Double, *, kill: bool = False) -> AsyncIterator[None]:
        """Receive by asking."""
        async with running_bot(double) as bot:
            await call(double, "deleteWebhook")
            receiver = Receiver(
                bot,
                self.handle,
                ReceiveStore(self._database),
                allowed_updates=["message", "callback_query"],
                seal=seal,
                missed=self.tell_missed,
                too_many=self.too_many,
                clock=SystemClock(),
                arrivals=Arrivals(self._database),
                timing=QUICK,
            )
            stop = asyncio.Event()
            task = asyncio.create_task(receiver.run(stop))
            try:
                yield
            finally:
                if kill:
                    task.cancel()
                stop.set()
                with suppress(asyncio.CancelledError):
                    await task


ANYWHERE = Address("127.0.0.1", 0)


def seal(user: int, chat: int) -> tuple[bytes, bytes]:
    """Hides nothing."""
    return b"%032d" % user, b"%d" % chat


def text_of(update: Update) -> str:
    """What an update says."""
    if update.callback_query is not None:
        return f"tap {update.callback_query.data}"
    return (update.message and update.message.text) or "?"


@asynccontextmanager
async def running_bot(double: Double) -> AsyncIterator[Bot]:
    """A bot that knows who it is."""
    request = OfflineRequest(double.telegram)
    bot = Bot(TOKEN, request=request, get_updates_request=request)
    await bot.initialize()
    yield bot


async def call(double: Double, method: str, **values: object) -> object:
    """Call the Bot API."""
    return await double.telegram.call(method, Arguments(values))


async def hook(double: Double, url: str, *, connections: int = 100) -> None:
    """setWebhook."""
    await call(double, "setWebhook", url=url, secret_token=SECRET, max_connections=connections)


async def until(condition: Callable[[], bool], within: float = 60.0) -> None:
    """Wait for something that has no event."""
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def post(url: str, body: object, *, headers: Headers | None = None) -> int:
    """Bring something as anybody could, with the secret when `headers` is None; returns the status."""
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET} if headers is None else headers
    content = BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, headers=headers, data=content) as answer,
    ):
        return answer.status


async def asked(question: Callable[[], Awaitable[bool]], within: float = 60.0) -> None:
    """Ask until the answer is yes."""
    async with asyncio.timeout(within):
        while not await question():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
