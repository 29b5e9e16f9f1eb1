"""A process that sends what is due, to be killed: ours, and two common ways that lose or double.

`python -m tests.soak.carrier` reads jobs from standard input, a JSON line each, forks a process for each that
is warm already, prints its number, and when it has ended its exit code. The "Telegram" is a file: a line that
was appended is a message that arrived, and every copy is seen.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select, update

from bot.deliveries import store
from bot.deliveries.dispatcher import Dispatcher
from bot.deliveries.model import Delivery, Fate, Outcome
from bot.members.erasures import ErasureRegister
from bot.members.identity import Identity
from bot.members.keys import open_keys
from bot.members.service import Members
from bot.ops import failpoints
from bot.ops.clock import SystemClock
from bot.reminders.service import Reminders
from bot.reminders.store import anything_due
from bot.storage.engine import Database
from bot.storage.migrating import migrate
from bot.storage.tables import deliveries

CLOCK = SystemClock()


@dataclass(frozen=True, slots=True)
class Job:
    """What one process is to do.

    Attributes:
        url: of the database.
        folder: of the key, the register and the journal `sent`.
        policy: `ours`, `news`, `mark-then-send` or `apscheduler`.
        latency: seconds that a message takes.
        concurrency: how many at a time.
        lease: seconds; what a dead process left on PostgreSQL is taken up after that.
        failpoint: see `bot.ops.failpoints`.
        forget: a member who is erased first.
    """

    url: str
    folder: str
    policy: str = "ours"
    latency: float = 0.0
    concurrency: int = 8
    lease: float = 1.0
    failpoint: str = ""
    forget: int = 0


class Mailbox:
    """Telegram, as far as it matters here."""

    def __init__(self, job: Job) -> None:
        self._latency = job.latency
        self._path = Path(job.folder) / "sent"

    async def put(self, subject: str, *, repeat: bool = False) -> None:
        """A message arrives half-way through the call."""
        await asyncio.sleep(self._latency / 2)
        with self._path.open("a") as file:
            file.write(json.dumps({"subject": subject, "repeat": repeat}) + "\n")
        await asyncio.sleep(self._latency / 2)

    async def send(self, delivery: Delivery) -> Outcome:
        """The port of the dispatcher."""
        await self.put(delivery.subject, repeat=delivery.repeat)
        return Outcome(Fate.SENT, message_id=delivery.id)


def received(folder: Path) -> dict[str, list[bool]]:
    """By subject, for each copy that arrived whether it says that it may be a repeat."""
    found: dict[str, list[bool]] = {}
    path = folder / "sent"
    for line in path.read_text().splitlines() if path.exists() else ():
        one = json.loads(line)
        found.setdefault(one["subject"], []).append(one["repeat"])
    return found


async def _ours(job: Job) -> None:
    await migrate(job.url, now=CLOCK.now())
    database = Database(job.url)
    folder = Path(job.folder)
    identity = Identity(await open_keys(database, path=folder / "key"))
    members = Members(database, identity, clock=CLOCK, register=ErasureRegister(folder / "erased"))
    if job.forget:
        await members.forget(job.forget, update=None)
    reminders = Reminders(database, identity, members, clock=CLOCK)
    dispatcher = Dispatcher(
        database,
        Mailbox(job).send,
        clock=CLOCK,
        feeds=[reminders.feed],
        concurrency=job.concurrency,
        lease=timedelta(seconds=job.lease),
        poll=0.05,
    )
    stop = asyncio.Event()
    running = asyncio.create_task(dispatcher.run(stop))
    while not await at_rest(database):  # noqa: ASYNC110 - others change the rows too
        await asyncio.sleep(0.05)
    stop.set()
    await running
    await database.close()


async def at_rest(database: Database) -> bool:
    """Whether nothing is due, neither as a reminder nor, what it becomes, as a delivery."""
    async with database.read() as connection:
        now = CLOCK.now()
        if await anything_due(connection, now):
            return False
        return not (await store.backlog(connection, now)).due


async def _mark_then_send(job: Job) -> None:
    """The order of Healthchecks and many others: the row is done before the message is."""
    database = Database(job.url)
    folder = Path(job.folder)
    identity = Identity(await open_keys(database, path=folder / "key"))
    members = Members(database, identity, clock=CLOCK, register=ErasureRegister(folder / "erased"))
    reminders = Reminders(database, identity, members, clock=CLOCK)
    while await reminders.feed():
        pass
    mailbox = Mailbox(job)

    async def work() -> None:
        while True:
            async with database.write() as connection:
                one = (
                    select(deliveries.c.id)
                    .where(store.IS_DUE)
                    .limit(1)
                    .with_for_update(skip_locked=True)
                    .scalar_subquery()
                )
                marked = await connection.execute(
                    update(deliveries)
                    .where(deliveries.c.id == one)
                    .values(state="sent")
                    .returning(deliveries.c.subject)
                )
                subject = marked.scalar_one_or_none()
            if subject is None:
                return
            await mailbox.put(subject)

    await asyncio.gather(*(work() for _ in range(job.concurrency)))
    await database.close()


async def _news(job: Job) -> None:
    """Change notices and corrections: announced, recalled and sent."""
    from tests.soak.news import sender, tell

    database = Database(job.url)
    folder = Path(job.folder)
    identity = Identity(await open_keys(database, path=folder / "key"))
    members = Members(database, identity, clock=CLOCK, register=ErasureRegister(folder / "erased"))
    await tell(database, members, CLOCK.now())
    dispatcher = Dispatcher(
        database,
        sender(Mailbox(job), database, members),
        clock=CLOCK,
        concurrency=job.concurrency,
        lease=timedelta(seconds=job.lease),
        poll=0.05,
    )
    stop = asyncio.Event()
    running = asyncio.create_task(dispatcher.run(stop))
    while not await at_rest(database):  # noqa: ASYNC110 - others change the rows too
        await asyncio.sleep(0.05)
    stop.set()
    await running
    await database.close()


async def _apscheduler(job: Job) -> None:
    from tests.soak.peer import run

    await run(job)


POLICIES: dict[str, Callable[[Job], Awaitable[None]]] = {
    "ours": _ours,
    "news": _news,
    "mark-then-send": _mark_then_send,
    "apscheduler": _apscheduler,
}


async def _carry(job: Job) -> None:
    await POLICIES[job.policy](job)


def _child(job: Job) -> None:
    code = 1
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the parent reads numbers from it
    try:
        failpoints.arm(job.failpoint)
        asyncio.run(_carry(job))
        code = 0
    except BaseException as fault:
        sys.stderr.write(f"{type(fault).__name__}: {fault}\n")
    finally:
        sys.stderr.flush()
        os._exit(code)


def say(job: Job) -> str:
    """A job as its line."""
    return json.dumps(asdict(job)) + "\n"


def main() -> None:
    """Fork a process for each line."""
    for line in sys.stdin:
        job = Job(**json.loads(line))
        number = os.fork()
        if number == 0:
            _child(job)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
        _, status = os.waitpid(number, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
