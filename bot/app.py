"""The composition root: the only module that knows all parts. It builds, starts and stops them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import structlog
from telegram import Update
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application, ApplicationBuilder
from telegram.request import BaseRequest

from bot.chat import outcome
from bot.chat.handlers import ALLOWED_UPDATES, register
from bot.chat.handlers.services import Exchange, Live, Services, perhaps_repeat
from bot.chat.notices import Notices
from bot.chat.outbox import Outbox
from bot.chat.outcome import Outcome
from bot.chat.pacing import Pacing
from bot.chat.receive import Receiver
from bot.chat.receive_store import ReceiveStore
from bot.chat.render import render
from bot.chat.screens.notices import missed_screen, too_many_screen
from bot.chat.screens.personal import Operator
from bot.chat.storefront import furnish
from bot.chat.transport import AiohttpRequest
from bot.chat.wording import available_languages
from bot.deliveries.dispatcher import Dispatcher
from bot.guides.service import Guides
from bot.knowledge.load import load
from bot.knowledge.location import default_folder
from bot.matching.snapshot import Snapshot, build_snapshot
from bot.members.erasures import ErasureRegister
from bot.members.followups import Followups
from bot.members.identity import Identity
from bot.members.keys import open_keys
from bot.members.profile import Profile
from bot.members.service import Members
from bot.ops.clock import Clock, SystemClock
from bot.ops.metrics import UPDATES
from bot.reminders.service import Reminders
from bot.settings import Settings
from bot.storage.engine import Database
from bot.storage.locking import ProcessLock
from bot.storage.migrating import migrate

log = structlog.get_logger(__name__)

_PRUNE_EVERY = 3600.0
"""Seconds between two rounds of removing what has reached its end."""
_HELLO_PATIENCE = 60.0
"""Seconds for which the first call to Telegram is tried again before the start is given up."""


class StartError(Exception):
    """The bot cannot start; the message says why and what to do."""


class Advisor:
    """The whole bot, on whatever carries its requests.

    Args:
        settings: as read by `bot.settings`.
        clock: what time it is; the machine's when left out.
        request: carries calls to Telegram; our own HTTP transport when left out.
        poll_request: carries getUpdates; like `request` when left out.

    Started once and stopped once; `async with` does both. A restart is a new object on the same data.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock | None = None,
        request: BaseRequest | None = None,
        poll_request: BaseRequest | None = None,
    ) -> None:
        self._settings = settings
        self._clock = clock or SystemClock()
        self._request = request or AiohttpRequest()
        self._poll_request = poll_request or request or AiohttpRequest()
        self._stack = AsyncExitStack()
        self._stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._receiver: asyncio.Task[None] | None = None
        self._dispatcher: Dispatcher | None = None
        self._delivering: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Build everything and begin to receive.

        Raises:
            StartError: the knowledge has errors, or Telegram refuses the token.
            bot.storage.faults.StorageRefused: the database or its key cannot be used.
            bot.storage.faults.StorageDown: the database does not answer.
        """
        try:
            await self._start()
        except BaseException:
            await self._stack.aclose()
            raise

    async def _start(self) -> None:
        settings = self._settings
        members, database, identity = await self._open_members()
        followups = Followups(database, identity, clock=self._clock)
        guides = Guides(database, identity, members, clock=self._clock)
        reminders = Reminders(database, identity, members, clock=self._clock)
        snapshot = await asyncio.to_thread(load_snapshot, settings.knowledge_dir, settings.cache_folder)
        application = await self._open_application()
        pacing = Pacing(overall=settings.send_rate, private=settings.chat_rate, group=settings.group_rate)
        outbox = Outbox(application.bot, pacing, on_gone=_noting(members))
        services = Services(
            live=Live(snapshot),
            members=members,
            followups=followups,
            guides=guides,
            reminders=reminders,
            outbox=outbox,
            clock=self._clock,
            operator=Operator(name=settings.operator_name or "", contact=settings.operator_contact or ""),
            languages=available_languages(),
            bot_id=application.bot.id,
            bot_name=application.bot.username,
        )
        register(application, services)
        notices = Notices(
            outbox,
            reminders,
            members,
            identity,
            viewer_of=lambda profile: services.viewer(profile, None, private=True),
        )
        self._dispatcher = Dispatcher(database, notices, clock=self._clock, feeds=(reminders.feed,))
        receiver = self._make_receiver(application, services, ReceiveStore(database), identity)
        self._receiver = asyncio.create_task(receiver.run(self._stopping), name="receiver")
        self._delivering = asyncio.create_task(self._dispatcher.run(self._stopping), name="dispatcher")
        self._tasks = [
            asyncio.create_task(furnish(application.bot, services.languages), name="storefront"),
            asyncio.create_task(
                _prune(
                    (members.prune, followups.prune, guides.prune, reminders.prune, self._dispatcher.prune),
                    self._clock,
                ),
                name="prune",
            ),
        ]
        log.info("started", bot=application.bot.id, revision=snapshot.base.revision[:12])

    async def _open_members(self) -> tuple[Members, Database, Identity]:
        settings = self._settings
        try:
            settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StartError(
                f"The data folder {settings.data_dir}: {error.strerror}. Make it writable."
            ) from error
        if path := settings.database_file:
            self._stack.enter_context(ProcessLock(path))
        migrated = await migrate(settings.database_address, now=self._clock.now())
        if migrated.before != migrated.after:
            log.info("database_upgraded", before=migrated.before, after=migrated.after)
        database = Database(settings.database_address)
        self._stack.push_async_callback(database.close)
        secret = settings.secret_key.get_secret_value() if settings.secret_key else None
        identity = Identity(await open_keys(database, path=settings.key_file, secret=secret))
        register_ = ErasureRegister(settings.erasure_file)
        members = Members(database, identity, clock=self._clock, register=register_)
        await members.replay_erasures()
        return members, database, identity

    async def _open_application(self) -> Application[Any, Any, Any, Any, Any, Any]:
        token = self._settings.bot_token
        if token is None:
            raise StartError("There is no bot token: set TELEGRAM_BOT_TOKEN or TELEGRAM_BOT_TOKEN_FILE.")
        application = (
            ApplicationBuilder()
            .token(token.get_secret_value())
            .base_url(f"{self._settings.telegram_api_url}/bot")
            .base_file_url(f"{self._settings.telegram_api_url}/file/bot")
            .request(self._request)
            .get_updates_request(self._poll_request)
            .updater(None)
            .job_queue(None)
            .build()
        )
        for request in {self._request, self._poll_request}:
            self._stack.push_async_callback(request.shutdown)
        await _say_hello(application)
        self._stack.push_async_callback(application.shutdown)
        await application.start()
        self._stack.push_async_callback(application.stop)
        return application

    def _make_receiver(
        self,
        application: Application[Any, Any, Any, Any, Any, Any],
        services: Services,
        store: ReceiveStore,
        identity: Identity,
    ) -> Receiver:
        async def handle(update: Update, repeat: bool) -> Outcome:
            perhaps_repeat.set(repeat)
            with outcome.watch() as box:
                await application.process_update(update)
            if box.outcome is not Outcome.TRANSIENT:  # it is tried again, and counted then
                UPDATES.labels(outcome=box.outcome.value).inc()
            return box.outcome

        async def too_many(update: Update) -> None:
            exchange = await Exchange.of(update, services)
            if query := update.callback_query:
                text = exchange.viewer.words.text("One at a time, please.")
                await services.outbox.answer_callback(query.id, text)
            elif exchange.viewer.private:
                await exchange.reply(too_many_screen(exchange.viewer))

        async def missed(member_id: bytes, sealed_chat: bytes) -> None:
            chat_id = identity.unseal_chat(member_id, sealed_chat)
            viewer = services.viewer(Profile(), None, private=True)
            await services.outbox.send(chat_id, render(missed_screen(viewer))[0])

        def seal(user_id: int, chat_id: int) -> tuple[bytes, bytes]:
            member_id = identity.member_id(user_id)
            return member_id, identity.seal_chat(member_id, chat_id)

        return Receiver(
            application.bot,
            handle,
            store,
            clock=self._clock,
            allowed_updates=ALLOWED_UPDATES,
            too_many=too_many,
            missed=missed,
            seal=seal,
        )

    async def run(self) -> None:
        """Wait until `stop` is called or receiving ends by a fault, which is raised."""
        if self._receiver is None:
            raise RuntimeError("start() comes before run()")
        await asyncio.shield(self._receiver)

    async def stop(self) -> None:
        """Finish what is being answered, confirm it, close everything; twice is as good as once."""
        self._stopping.set()
        running = [task for task in (self._receiver, self._delivering) if task is not None]
        await asyncio.gather(*running, return_exceptions=True)  # `run` has raised what there was
        await self._cancel(self._tasks)
        await self._stack.aclose()

    async def kill(self) -> None:
        """End as kill -9 would, as far as one process can: nothing is finished and nothing confirmed."""
        running = [task for task in (self._receiver, self._delivering) if task is not None]
        await self._cancel([*self._tasks, *running])
        await self._stack.aclose()

    async def run_due(self) -> None:
        """Do at once what is due now by the clock."""
        if self._dispatcher is not None:
            await self._dispatcher.run_due()

    async def _cancel(self, tasks: list[asyncio.Task[None]]) -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def load_snapshot(folder: Path | None, cache: Path) -> Snapshot:
    """The knowledge of `folder` (the one that came with the program when None), ready for questions.

    Raises:
        StartError: it has errors; `advisor knowledge check` names them.
    """
    folder = folder or default_folder()
    loaded = load(folder)
    if loaded.base is None:
        count = sum(problem.severity == "error" for problem in loaded.problems)
        raise StartError(
            f"The knowledge in {folder} has {count} errors: run advisor knowledge check {folder}"
        )
    return build_snapshot(loaded.base, cache=cache)


async def _say_hello(application: Application[Any, Any, Any, Any, Any, Any]) -> None:
    """`initialize`, which asks Telegram who we are, tried again for a minute while the network is down."""
    loop = asyncio.get_running_loop()
    end, pause = loop.time() + _HELLO_PATIENCE, 0.5
    while True:
        try:
            await application.initialize()
        except InvalidToken as error:
            raise StartError("Telegram refuses the bot token: ask @BotFather for it anew.") from error
        except TelegramError as error:
            if loop.time() + pause > end:
                raise StartError(
                    "Telegram does not answer: look at the network and TELEGRAM_API_URL."
                ) from error
            log.warning("telegram_unreachable", kind=type(error).__name__)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)
        else:
            return


def _noting(members: Members) -> Callable[[int], Awaitable[None]]:
    async def on_gone(chat_id: int) -> None:
        await members.set_blocked(chat_id, True)

    return on_gone


async def _prune(rounds: Sequence[Callable[[datetime], Awaitable[None]]], clock: Clock) -> None:
    """Every hour, remove what has reached its end."""
    while True:
        for round_ in rounds:
            try:
                await round_(clock.now())
            except Exception as error:  # one failed round must not end all further ones
                log.warning("prune_failed", kind=type(error).__name__)
        await asyncio.sleep(_PRUNE_EVERY)


__all__ = ["Advisor", "StartError", "load_snapshot"]
