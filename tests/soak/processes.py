"""`python -m tests.soak.processes`: two processes on PostgreSQL, killed and frozen in turn while they work.

People ask, each once, and reminders become due, all the time. Every few seconds one of the two processes is
killed (-9) and started again, or stands still (SIGSTOP) for longer than its lease lasts. First one asks for
updates and the other stands by; then Telegram brings them to both, through a load balancer. Then the same
with a PostgreSQL that is stopped as by a crash and started again. Counted is who was never answered, which
reminders never came, and what came twice without saying that it may be a repeat.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import sqlalchemy as sa

from bot.offline.state import TOKEN
from bot.ops.clock import SystemClock
from bot.storage.engine import Database
from bot.storage.migrating import migrate
from bot.storage.tables import reminders
from tests.e2e.process import environment
from tests.e2e.running import free_port
from tests.soak.balancer import Balancer
from tests.soak.cluster import Cluster, cluster
from tests.soak.fleet import FIRST, fill
from tests.support.double import Remote, spawn

ROOT = Path(__file__).parents[2]
SECRET = "secret-of-the-soak-0123456789"
QUESTION = "how do i stop linkedin training ai on my posts"
MARK = "This may be a repeat"
MISSED = "may have missed your last message"
REMINDER = "Time to check"
FIRST_ASKER = 9_000_000


@dataclass(slots=True)
class Bots:
    """The processes, by number.

    Attributes:
        environs: what each sees.
        log: where they write.
        running: those that run.
        kills, freezes, stops: how many there were.
    """

    environs: list[dict[str, str]]
    log: Path
    running: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)
    kills: int = 0
    freezes: int = 0
    stops: int = 0

    def start(self, number: int) -> None:
        """Start one."""
        with self.log.open("ab") as sink:
            self.running[number] = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                env=self.environs[number],
                stdout=sink,
                stderr=sink,
                cwd=ROOT,
            )

    def kill(self, number: int) -> None:
        """kill -9."""
        process = self.running[number]
        process.kill()
        process.wait()
        self.kills += 1

    def signal(self, number: int, what: signal.Signals) -> None:
        """SIGSTOP or SIGCONT."""
        with suppress(ProcessLookupError):
            self.running[number].send_signal(what)

    async def until_well(self) -> None:
        """Wait until all run and can serve, so that a fault never meets a pair that is down already."""
        ends = time.monotonic() + 120
        for number in self.running:
            while not await asyncio.to_thread(self._well, number):
                await asyncio.sleep(0.2)
                if time.monotonic() > ends:
                    return

    def _well(self, number: int) -> bool:
        try:
            with urlopen(f"http://{self.environs[number]['ADVISOR_HEALTH_LISTEN']}/readyz", timeout=5):
                return True
        except OSError:
            return False

    def end(self) -> None:
        """End all."""
        for process in self.running.values():
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.terminate()
        for process in self.running.values():
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@dataclass(frozen=True, slots=True)
class Result:
    """What became of it all.

    Attributes:
        asked: questions.
        unanswered: neither answered nor told that they were missed.
        missed: only told that they were missed.
        repeated: answered more than once.
        unmarked: a later answer, or reminder, does not say that it may be one.
        longest: seconds until the last of them was answered.
        due: reminders.
        lost: reminders that never came.
        again: reminders that came more than once.
    """

    asked: int
    unanswered: int
    missed: int
    repeated: int
    unmarked: int
    longest: float
    due: int
    lost: int
    again: int

    @property
    def well(self) -> bool:
        """Whether nothing was lost, and nothing repeated without a word."""
        return self.unanswered + self.lost + self.unmarked == 0


def judge(journal: list[dict[str, Any]], asked: dict[int, float], due: int) -> Result:
    """Count in Telegram's journal.

    Args:
        journal: what Telegram took.
        asked: when each member asked.
        due: how many reminders there were.
    """
    answers: dict[int, list[tuple[str, float]]] = {}
    came: dict[int, list[str]] = {}
    for entry in journal:
        if entry["method"].lower() != "sendmessage":
            continue
        text, chat = str(entry["arguments"]["text"]), int(entry["chat_id"])
        if REMINDER in text:
            came.setdefault(chat, []).append(text)
        else:
            at = datetime.fromisoformat(entry["at"]).timestamp()
            answers.setdefault(chat, []).append((text, at))
    unanswered = missed = repeated = unmarked = 0
    longest = 0.0
    for member, since in asked.items():
        given = [(text, at) for text, at in answers.get(member, []) if MISSED not in text]
        told = any(MISSED in text for text, _ in answers.get(member, []))
        if not given:
            missed += told
            unanswered += not told
            continue
        longest = max(longest, given[0][1] - since)
        repeated += len(given) > 1
        unmarked += any(MARK not in text for text, _ in given[1:])
    for texts in came.values():
        unmarked += any(MARK not in text for text in texts[1:])
    return Result(
        asked=len(asked),
        unanswered=unanswered,
        missed=missed,
        repeated=repeated,
        unmarked=unmarked,
        longest=longest,
        due=due,
        lost=sum(FIRST + number not in came for number in range(due)),
        again=sum(len(texts) > 1 for texts in came.values()),
    )


async def soak(
    way: str, server: Cluster, *, seconds: float, a_second: float, due: int, seed: int, restarts: bool
) -> tuple[Result, Bots]:
    """One run.

    Args:
        way: `polling` or `webhook`.
        server: PostgreSQL; its database is emptied.
        seconds: for which faults happen.
        a_second: questions.
        due: reminders, spread over that time.
        seed: of the moments.
        restarts: that PostgreSQL is stopped and started as well, in place of kills.
    """
    moments = random.Random(seed)
    with tempfile.TemporaryDirectory() as name, spawn("--latency", "0.03") as double:
        folder = Path(name)
        async with _prepared(server, folder, due, seconds):
            listening = [free_port(), free_port()]
            balancer = Balancer(listening)
            await balancer.start()
            environs = [_environment(folder, double, server, way, port, balancer.port) for port in listening]
            bots = Bots(environs, folder / "log")
            asked: dict[int, float] = {}
            try:
                for member in range(due):
                    await asyncio.to_thread(double.do, "say", user=FIRST + member, text=QUESTION)
                    asked[FIRST + member] = time.time()
                for number in (0, 1):
                    bots.start(number)
                await _until_answered(double, due)
                asking = asyncio.create_task(_ask(double, asked, seconds, a_second))
                await _trouble(bots, server, seconds, moments, restarts=restarts)
                await asking
                await _rest(double, due)
            finally:
                bots.end()
                await balancer.stop()
            journal = await asyncio.to_thread(double.journal)
    return judge(journal, asked, due), bots


@asynccontextmanager
async def _prepared(server: Cluster, folder: Path, due: int, seconds: float) -> AsyncIterator[None]:
    """An empty database with members, and reminders that become due one after the other."""
    database = Database(server.url)
    try:
        async with database.write() as connection:
            await connection.execute(sa.text("DROP SCHEMA public CASCADE"))
            await connection.execute(sa.text("CREATE SCHEMA public"))
        await migrate(server.url, now=SystemClock().now())
        later = datetime.now(UTC) + timedelta(hours=1)
        await fill(database, folder, count=due, due=later)
        yield
    finally:
        await database.close()


async def _make_due(server: Cluster, seconds: float) -> None:
    """From now on a reminder becomes due in equal steps."""
    database = Database(server.url)
    now = SystemClock().now()
    try:
        async with database.write() as connection:
            ids = (await connection.scalars(sa.select(reminders.c.id).order_by(reminders.c.id))).all()
            for place, number in enumerate(ids):
                when = now + timedelta(seconds=seconds * place / len(ids))
                await connection.execute(
                    sa.update(reminders).where(reminders.c.id == number).values(next_due=when)
                )
    finally:
        await database.close()


def _environment(
    folder: Path, double: Remote, server: Cluster, way: str, port: int, door: int
) -> dict[str, str]:
    hooked = {
        "ADVISOR_WEBHOOK_URL": f"http://127.0.0.1:{door}",
        "ADVISOR_WEBHOOK_SECRET": SECRET,
        "ADVISOR_WEBHOOK_LISTEN": f"127.0.0.1:{port}",
    }
    return environment(
        folder / "data",
        double.url,
        TELEGRAM_BOT_TOKEN=TOKEN,
        ADVISOR_DATABASE_URL=server.url,
        ADVISOR_SECRET_KEY_FILE=str(folder / "key"),
        ADVISOR_SEND_RATE="60",
        ADVISOR_HEALTH_LISTEN=f"127.0.0.1:{free_port()}",
        **(hooked if way == "webhook" else {}),
    )


async def _until_answered(double: Remote, count: int) -> None:
    async with asyncio.timeout(180):
        while int((await asyncio.to_thread(double.state))["journal"]) < count:  # noqa: ASYNC110 - elsewhere
            await asyncio.sleep(0.2)


async def _ask(double: Remote, asked: dict[int, float], seconds: float, a_second: float) -> None:
    """Each question comes from a person of its own, so that every answer is known by its chat."""
    ends = time.monotonic() + seconds
    member = FIRST_ASKER
    while time.monotonic() < ends:
        asked[member] = time.time()
        await asyncio.to_thread(double.do, "say", user=member, text=QUESTION)
        member += 1
        await asyncio.sleep(1 / a_second)


async def _trouble(
    bots: Bots, server: Cluster, seconds: float, moments: random.Random, *, restarts: bool
) -> None:
    """Kill and freeze in turn; or stop and start the database."""
    await _make_due(server, seconds)
    ends = time.monotonic() + seconds
    turn = 0
    while time.monotonic() < ends:
        await bots.until_well()
        await asyncio.sleep(moments.uniform(1, 4))
        number = turn % 2
        if restarts:
            await asyncio.to_thread(server.stop)
            await asyncio.sleep(moments.choice((0.5, 3.0, 9.0)))
            await asyncio.to_thread(server.start)
            bots.stops += 1
        elif turn // 2 % 2:
            bots.signal(number, signal.SIGSTOP)
            await asyncio.sleep(moments.uniform(8, 11))
            bots.signal(number, signal.SIGCONT)
            bots.freezes += 1
        else:
            bots.kill(number)
            await asyncio.sleep(moments.uniform(0, 1))
            bots.start(number)
        turn += 1


async def _rest(double: Remote, due: int) -> None:
    """Until every update is confirmed and every reminder came; a dead process's claim lasts a minute."""
    ends = time.monotonic() + 240
    while time.monotonic() < ends:
        state = await asyncio.to_thread(double.state)
        journal = await asyncio.to_thread(double.journal)
        came = {
            entry["chat_id"]
            for entry in journal
            if entry["method"].lower() == "sendmessage" and REMINDER in entry["arguments"]["text"]
        }
        if not state["waiting"] and len(came) >= due:
            break
        await asyncio.sleep(1)
    await asyncio.sleep(8)  # what would come twice comes now


def say(line: str) -> None:
    """A line for the terminal, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


HEAD = (
    f"{'':<22}{'kills':>6}{'freezes':>8}{'stops':>6}{'asked':>7}{'unanswered':>11}{'told missed':>12}"
    f"{'repeated':>9}{'reminders':>10}{'lost':>5}{'repeated':>9}{'not marked':>11}{'longest':>9}"
)


async def _main(options: argparse.Namespace) -> bool:
    failed = False
    say(HEAD)
    with cluster(free_port()) as server:
        for fault in options.faults:
            for way in options.ways:
                restarts = fault == "database"
                result, bots = await soak(
                    way,
                    server,
                    seconds=options.seconds,
                    a_second=options.a_second,
                    due=options.due,
                    seed=options.seed,
                    restarts=restarts,
                )
                label = f"{way}, {'database' if restarts else 'processes'}"
                say(
                    f"{label:<22}{bots.kills:>6}{bots.freezes:>8}{bots.stops:>6}{result.asked:>7}"
                    f"{result.unanswered:>11}{result.missed:>12}{result.repeated:>9}{result.due:>10}"
                    f"{result.lost:>5}{result.again:>9}{result.unmarked:>11}{result.longest:>8.1f}s"
                )
                failed |= not result.well
    return failed


def main() -> int:
    """Print the table; exit 1 when something was lost or came twice without a word."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.processes", description=__doc__)
    parser.add_argument("--seconds", type=float, default=120.0, help="of faults, for each line")
    parser.add_argument("--a-second", type=float, default=10.0, help="questions")
    parser.add_argument("--due", type=int, default=200, help="reminders, spread over that time")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ways", nargs="+", choices=["polling", "webhook"], default=["polling", "webhook"])
    parser.add_argument(
        "--faults", nargs="+", choices=["processes", "database"], default=["processes", "database"]
    )
    return 1 if asyncio.run(_main(parser.parse_args())) else 0


if __name__ == "__main__":
    sys.exit(main())
