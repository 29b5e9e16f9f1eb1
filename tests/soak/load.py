"""`make soak-load`: thirty reminders a second for five minutes, while twenty questions a second are answered.

The whole bot as a process of its own, on SQLite, against a Bot API server that takes 60 ms for a call. Said
are how many reminders were taken in the time in which they were due, how late they came, and how long people
waited for an answer, from their message until the server had it.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from bot.ops.clock import SystemClock
from bot.storage.tables import reminders
from tests.e2e.process import TOKEN, environment, running
from tests.soak.fleet import FIRST, fill
from tests.support.databases import opened, sqlite_url
from tests.support.double import Remote, spawn

CLOCK = SystemClock()
LATENCY = 0.06
CHATS = 300
"""Members with reminders, which come to them one after the other."""
ASKERS = 200
FIRST_ASKER = 8_000_000
REMINDER = "Time to check"
QUESTION = "how do i stop linkedin training ai on my posts"
_SETTLE = timedelta(seconds=10)
"""From the bot's first question to Telegram to the first reminder."""


@dataclass(frozen=True, slots=True)
class Load:
    """What came of it.

    Attributes:
        due: reminders that were due.
        in_time: of them, taken by the server before the last one was due, and a second more.
        late: seconds, of half of them and of 99 of 100.
        asked: questions.
        answered: of them.
        waits: milliseconds until the server had the answer, of half of them and of 99 of 100.
    """

    due: int
    in_time: int
    late: tuple[float, float]
    asked: int
    answered: int
    waits: tuple[float, float]

    @property
    def good(self) -> bool:
        """Whether it is as quick as it has to be."""
        share = self.in_time / self.due
        return share >= 0.95 and self.answered == self.asked and self.waits[1] < 300


def measure(*, seconds: int, reminders_a_second: int, questions_a_second: int) -> Load:
    """Carry the load for so many seconds."""
    with (
        tempfile.TemporaryDirectory() as name,
        spawn("--token", TOKEN, "--latency", f"{LATENCY}") as double,
    ):
        folder = Path(name)
        data = folder / "data"
        data.mkdir(mode=0o700)
        count = seconds * reminders_a_second
        numbers = asyncio.run(_fill(data, count))
        _get_to_know(double)
        with running(environment(data, double.url, ADVISOR_LOG_LEVEL="ERROR"), folder / "log"):
            if not double.idle(within=300):
                raise RuntimeError("the bot did not come to rest")
            begun = len(double.journal())
            begins = CLOCK.now() + _SETTLE
            asyncio.run(_spread(data, numbers, begins, reminders_a_second))
            time.sleep(max(0.0, (begins - CLOCK.now()).total_seconds()))
            asked = _ask(double, seconds, questions_a_second)
            double.idle(within=120, quiet=2.0)
            journal = double.journal(begun)
        return _judge(journal, asked, begins, count, reminders_a_second)


async def _fill(data: Path, count: int) -> Sequence[int]:
    """Members and their reminders; the key goes where the bot looks for it."""
    async with opened(sqlite_url(data)) as database:
        await fill(database, data, count=CHATS, due=CLOCK.now() + timedelta(days=300))
        (data / "key").rename(data.with_name("data.key"))
        async with database.write() as connection:
            first = (await connection.execute(sa.select(reminders).order_by(reminders.c.id))).mappings().all()
            rows = [{**first[number % CHATS], "id": number + 1} for number in range(CHATS, count)]
            for at in range(0, len(rows), 1000):
                await connection.execute(sa.insert(reminders), rows[at : at + 1000])
        async with database.read() as connection:
            return (await connection.scalars(sa.select(reminders.c.id).order_by(reminders.c.id))).all()[
                :count
            ]


async def _spread(data: Path, numbers: Sequence[int], begins: datetime, rate: int) -> None:
    """Each at its own instant, one after the other."""
    from bot.storage.engine import Database

    database = Database(sqlite_url(data))
    try:
        rows = [
            {"number": number, "then": begins + timedelta(seconds=place / rate)}
            for place, number in enumerate(numbers)
        ]
        change = sa.update(reminders).where(reminders.c.id == sa.bindparam("number"))
        for at in range(0, len(rows), 1000):
            async with database.write() as connection:
                await connection.execute(change.values(next_due=sa.bindparam("then")), rows[at : at + 1000])
    finally:
        await database.close()


def _get_to_know(double: Remote) -> None:
    """Everybody has written once, so that they can be written to."""
    for first, members in ((FIRST, CHATS), (FIRST_ASKER, ASKERS)):
        double.ask(
            "POST", "/flood", {"count": members, "members": members, "first_member": first, "text": "hello"}
        )


def _ask(double: Remote, seconds: int, rate: int) -> list[tuple[int, datetime]]:
    """Ask at a steady rate; returns who asked, and when."""
    asked: list[tuple[int, datetime]] = []
    began = time.monotonic()
    threads: list[threading.Thread] = []
    for number in range(seconds * rate):
        time.sleep(max(0.0, began + number / rate - time.monotonic()))
        member = FIRST_ASKER + number % ASKERS
        asked.append((member, CLOCK.now()))
        thread = threading.Thread(target=double.do, args=("say",), kwargs={"user": member, "text": QUESTION})
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join()
    return asked


def _judge(
    journal: Sequence[dict[str, object]],
    asked: Sequence[tuple[int, datetime]],
    begins: datetime,
    count: int,
    rate: int,
) -> Load:
    came: list[datetime] = []
    answers: dict[int, list[datetime]] = {}
    for entry in journal:
        at, chat = datetime.fromisoformat(str(entry["at"])), int(str(entry["chat_id"] or 0))
        arguments = entry["arguments"]
        text = str(arguments.get("text", "")) if isinstance(arguments, dict) else ""
        if REMINDER in text:
            came.append(at)
        elif chat >= FIRST_ASKER:
            answers.setdefault(chat, []).append(at)
    late = sorted((at - begins).total_seconds() - place / rate for place, at in enumerate(sorted(came)))
    waits: list[float] = []
    for member, then in asked:
        if left := answers.get(member):
            waits.append((left.pop(0) - then).total_seconds() * 1000)
    waits.sort()
    ends = begins + timedelta(seconds=count / rate + 1)
    return Load(
        due=count,
        in_time=sum(at <= ends for at in came),
        late=_quantiles(late),
        asked=len(asked),
        answered=len(waits),
        waits=_quantiles(waits),
    )


def _quantiles(ordered: Sequence[float]) -> tuple[float, float]:
    if not ordered:
        return float("nan"), float("nan")
    return ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100]


def main() -> int:
    """Print what came of it; exit 1 when it was too slow."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.load", description=__doc__)
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--reminders", type=int, default=30, help="a second")
    parser.add_argument("--questions", type=int, default=20, help="a second")
    options = parser.parse_args()
    found = measure(
        seconds=options.seconds,
        reminders_a_second=options.reminders,
        questions_a_second=options.questions,
    )
    sys.stdout.write(
        f"{options.seconds} seconds, {LATENCY * 1000:.0f} ms a call\n"
        f"reminders  {found.due} due, {found.in_time} in time ({found.in_time / found.due:.1%}), "
        f"late by {found.late[0]:.2f} s, 99 % by at most {found.late[1]:.2f} s\n"
        f"questions  {found.asked} asked, {found.answered} answered, after {found.waits[0]:.0f} ms, "
        f"99 % after at most {found.waits[1]:.0f} ms\n"
    )
    return 0 if found.good else 1


if __name__ == "__main__":
    sys.exit(main())
