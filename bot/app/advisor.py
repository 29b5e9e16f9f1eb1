"""The order in which everything is built, started and stopped."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from functools import partial
from types import TracebackType
from typing import Self

import structlog
from telegram.request import BaseRequest

from bot.app.answering import Answering
from bot.app.editing import make_bureau, make_office, publish_when_due, writers_of
from bot.app.farewells import Farewells
from bot.app.knowing import open_knowledge
from bot.app.listening import listen, way_of_receiving
from bot.app.news import News
from bot.app.opening import open_application, open_ground
from bot.app.receiving import Hooked, Means, Polling
from bot.app.upkeep import prune
from bot.app.watching import Watch, Watched, standing
from bot.chat.arrivals import Arrivals
from bot.chat.handlers import register
from bot.chat.handlers.services import Live, Services
from bot.chat.notices import Notices
from bot.chat.outbox import Outbox
from bot.chat.pacing import Pacing
from bot.chat.receive import Timing
from bot.chat.receive.limits import USUAL_TIMING
from bot.chat.screens.personal import Operator
from bot.chat.storefront import furnish
from bot.chat.transport import AiohttpRequest
from bot.chat.wording import available_languages
from bot.deliveries.dispatcher import Dispatcher
from bot.deliveries.model import Kind
from bot.editing.bureau import Bureau
from bot.editing.earlier import Earlier
from bot.editing.office import Office
from bot.editing.revisions import Revisions
from bot.editing.waiting import Waiting
from bot.editing.work import Count
from bot.guides.service import Guides
from bot.members.followups import Followups
from bot.members.receipts import Receipts
from bot.members.service import Members
from bot.ops.clock import Clock, SystemClock
from bot.ops.pulse import Pulse
from bot.ops.systemd import Notifier
from bot.ops.watchdog import USUAL_LIMITS, Limits
from bot.reminders.service import Reminders
from bot.settings import Settings
from bot.storage.faults import StorageDown
from bot.storage.leases import Lease, database_now

log = structlog.get_logger(__name__)


class Advisor:
    """The whole bot, on whatever carries its requests.

    Args:
        settings: as read by `bot.settings`.
        clock: what time it is; the machine's when left out.
        request: carries calls to Telegram; our own HTTP transport when left out.
        poll_request: carries getUpdates; like `request` when left out.
        serves: whether it listens (health, metrics, and the webhook if one is set), tells systemd how it
            goes, and ends when it can no longer work. Without, it always asks for updates.
        timing: durations of receiving.
        limits: durations of the watchdog.

    Started once and stopped once; `async with` does both. A restart is a new object on the same data.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock | None = None,
        request: BaseRequest | None = None,
        poll_request: BaseRequest | None = None,
        serves: bool = False,
        timing: Timing = USUAL_TIMING,
        limits: Limits = USUAL_LIMITS,
    ) -> None:
        self._settings = settings
        self._clock = clock or SystemClock()
        self._pulse = Pulse()
        self._request = request or AiohttpRequest(pulse=self._pulse)
        self._poll_request = poll_request or request or AiohttpRequest(pulse=self._pulse)
        self._serves = serves
        self._timing = timing
        self._limits = limits
        self._notifier = Notifier()
        self._watch: Watch | None = None
        self._watching: asyncio.Task[None] | None = None
        self._stack = AsyncExitStack()
        self._stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._receiver: asyncio.Task[None] | None = None
        self._dispatcher: Dispatcher | None = None
        self._office: Office | None = None
        self._bureau: Bureau | None = None
        self._counting: asyncio.Task[None] | None = None

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
            StartError: the knowledge has errors, Telegram refuses the token, or an address is taken.
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
        ground = await open_ground(settings, self._clock, self._stack)
        database, identity, members = ground.database, ground.identity, ground.members
        followups = Followups(database, identity, clock=self._clock)
        guides = Guides(database, identity, members, clock=self._clock)
        reminders = Reminders(database, identity, members, clock=self._clock)
        receipts = Receipts(database, identity, clock=self._clock)
        self._office = office = make_office(settings, ground, self._clock)
        revisions = Revisions(database)
        earlier = Earlier(revisions)
        news = News.of(database, members, earlier, clock=self._clock)
        knowing = await open_knowledge(settings, database, revisions, self._clock, news=news)
        self._bureau = bureau = make_bureau(settings, ground, office, knowing, news, earlier, self._clock)
        application = await open_application(
            settings, self._stack, request=self._request, poll_request=self._poll_request
        )
        pacing = Pacing(overall=settings.send_rate, private=settings.chat_rate, group=settings.group_rate)
        outbox = Outbox(application.bot, pacing, on_gone=_noting(members))
        services = Services(
            live=knowing.live,
            members=members,
            followups=followups,
            guides=guides,
            reminders=reminders,
            receipts=receipts,
            on_again=lambda entry: office.counts.note(Count.ON_AGAIN, entry),
            office=office,
            bureau=bureau,
            standing=partial(standing, database, pacing, self._clock),
            outbox=outbox,
            clock=self._clock,
            operator=Operator(name=settings.operator_name or "", contact=settings.operator_contact or ""),
            languages=available_languages(),
            bot_id=application.bot.id,
            bot_name=application.bot.username,
        )
        register(application, services)
        farewells = Farewells(database, clock=self._clock)
        notices = Notices(
            outbox,
            reminders,
            members,
            identity,
            viewer_of=lambda profile: services.viewer(profile, None, private=True),
            writers={**news.writers, **writers_of(office, bureau), Kind.FAREWELL: farewells.write},
        )
        feeds = (reminders.feed, office.digest.feed, farewells.feed)
        self._dispatcher = Dispatcher(
            database,
            notices,
            clock=self._clock,
            feeds=feeds,
            common_clock=None if database.is_sqlite else database_now,
        )
        answering = Answering(application, services, identity)
        means = Means(application.bot, answering, database, self._dispatcher, self._clock, self._timing)
        if self._serves:
            receiving = await self._open_to_outside(means, services.live, pacing)
        else:
            receiving = Polling(means, Lease(database, f"poll:{application.bot.id}"))
        self._receiver = asyncio.create_task(receiving.run(self._stopping), name="receiving")
        if self._watch is not None:
            self._watching = asyncio.create_task(self._watch.run(), name="watch")
        rounds = (
            members.prune,
            followups.prune,
            guides.prune,
            reminders.prune,
            receipts.prune,
            office.prune,
            bureau.proposals.prune,
            self._dispatcher.prune,
            Arrivals(database).prune,
        )
        self._counting = asyncio.create_task(office.counts.run(self._stopping), name="counts")
        self._tasks = [
            asyncio.create_task(news.tell(None, knowing.live.snapshot.base), name="news"),
            asyncio.create_task(furnish(application.bot, services.languages), name="storefront"),
            asyncio.create_task(prune(rounds, self._clock), name="prune"),
            asyncio.create_task(knowing.adoption.run(), name="adoption"),
            asyncio.create_task(publish_when_due(bureau), name="publishing"),
            asyncio.create_task(
                Waiting(
                    database,
                    office.questions,
                    revisions,
                    earlier,
                    in_force=lambda: services.live.snapshot.base,
                    clock=self._clock,
                ).run(),
                name="waiting",
            ),
        ]
        log.info("started", bot=application.bot.id, revision=knowing.adoption.revision.number)

    async def _open_to_outside(self, means: Means, live: Live, pacing: Pacing) -> Polling | Hooked:
        """Everything that is reached from outside, with the way of receiving that is set."""
        receiving, routes, hook = await way_of_receiving(self._settings, means, pacing)
        watched = Watched(
            bot=means.bot,
            pulse=self._pulse,
            database=means.database,
            live=live,
            pacing=pacing,
            clock=self._clock,
            receiving=lambda: receiving.says,
            hook=hook,
        )
        self._notifier = Notifier.of(os.environ)
        self._watch = Watch(watched, self._notifier, limits=self._limits)
        await listen(self._settings, self._watch.health, routes, self._stack)
        return receiving

    async def run(self) -> None:
        """Wait until `stop` is called, or receiving ends by a fault, which is raised.

        Raises:
            bot.app.watching.UnwellError: the process can no longer work.
        """
        if self._receiver is None:
            raise RuntimeError("start() comes before run()")
        running = {task for task in (self._receiver, self._watching) if task is not None}
        done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            await asyncio.shield(task)

    async def stop(self) -> None:
        """Finish what is being answered, confirm it, close everything; twice is as good as once."""
        self._stopping.set()
        self._notifier.stopping("Finishing what is being answered.")
        running = [task for task in (self._receiver, self._counting) if task is not None]
        await asyncio.gather(*running, return_exceptions=True)  # `run` has raised what there was
        if self._office is not None:
            with suppress(StorageDown):
                await self._office.counts.flush()  # what the last updates counted
        await self._end(self._tasks)

    async def kill(self) -> None:
        """End as kill -9 would, as far as one process can: nothing is finished and nothing confirmed."""
        running = [task for task in (self._receiver, self._counting) if task is not None]
        await self._end([*self._tasks, *running])

    async def run_due(self) -> None:
        """Do at once what is due now by the clock."""
        if self._bureau is not None:
            await self._bureau.publishing.publish_due()
        if self._dispatcher is not None:
            await self._dispatcher.run_due()

    async def _end(self, tasks: list[asyncio.Task[None]]) -> None:
        ending = tasks if self._watching is None else [*tasks, self._watching]
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
        await self._stack.aclose()
        if self._watch is not None:
            self._watch.close()


def _noting(members: Members) -> Callable[[int], Awaitable[None]]:
    async def on_gone(chat_id: int) -> None:
        await members.set_blocked(chat_id, True)

    return on_gone
