"""`python -m tests.soak.reminders`: reminders under kill -9, beside two common ways; and what a look costs.

600 reminders are due; eight are sent at a time, each takes 60 ms. The process is killed again and again while
it sends, and started anew, with four seeds on SQLite and on PostgreSQL. Counted are messages that never
arrived, that arrived twice, and whose second copy does not say so. Then: how long a look takes when a million
reminders are stored, with nothing due and with a hundred due (of which one look takes up fifty, and begins to
send; the next one follows at once).
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from bot.deliveries.dispatcher import Dispatcher
from bot.deliveries.model import Delivery, Fate, Outcome
from bot.members.erasures import ErasureRegister
from bot.members.identity import Identity
from bot.members.keys import open_keys
from bot.members.service import Members
from bot.ops.clock import SystemClock
from bot.reminders.service import Reminders
from bot.storage.engine import Database
from bot.storage.tables import deliveries, reminders
from tests.soak import peer
from tests.soak.carrier import Job
from tests.soak.fleet import Fleet, Verdict, fill, fleet, judge
from tests.support.databases import opened, postgres_database, sqlite_url

NAMES = {"ours": "Privacy Advisor", "mark-then-send": "mark, then send", "apscheduler": "APScheduler 3"}
LATENCY = 0.06
_STORED_AT_ONCE = 50_000
"""Rows in one statement, which has as little time as any other."""
CLOCK = SystemClock()


@dataclass(frozen=True, slots=True)
class Round:
    """One seed.

    Attributes:
        kills: how many there were.
        verdict: what became of the reminders.
    """

    kills: int
    verdict: Verdict


@asynccontextmanager
async def database_of(kind: str, folder: Path) -> AsyncIterator[tuple[str, Database]]:
    """A migrated database, SQLite in `folder` or one on the PostgreSQL server."""
    if kind == "sqlite":
        url = sqlite_url(folder)
        async with opened(url) as database:
            yield url, database
        return
    async with postgres_database() as made:
        url = made.render_as_string(hide_password=False)
        async with opened(url) as database:
            yield url, database


async def kill_round(
    carriers: Fleet, policy: str, kind: str, *, seed: int, due: int = 600, kills: int = 12
) -> Round:
    """Kill a carrier `kills` times while it sends, then let it come to rest.

    Args:
        carriers: the warm process.
        policy: see `Job`.
        kind: `sqlite` or `postgresql`.
        seed: of the moments of the kills.
        due: reminders.
        kills: at most; fewer when it has sent everything before.
    """
    moments = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with database_of(kind, folder) as (url, database):
            numbers = await fill(database, folder, count=due, due=CLOCK.now() - timedelta(seconds=5))
            job = Job(url=url, folder=name, policy=policy, latency=LATENCY)
            if policy == "apscheduler":
                await peer.prepare(job, [str(number) for number in numbers])
            killed = await asyncio.to_thread(_kill, carriers, job, moments, kills)
            return Round(killed, judge(folder, numbers))


def _kill(carriers: Fleet, job: Job, moments: random.Random, kills: int) -> int:
    killed = 0
    folder = Path(job.folder)
    while killed < kills:
        before = _size(folder)
        carriers.start(job)
        while _size(folder) == before and not carriers.has_ended():
            time.sleep(0.005)
        time.sleep(moments.uniform(0.05, 0.35))
        carriers.kill()
        if carriers.wait() == 0:
            return killed
        killed += 1
    carriers.start(job)
    carriers.wait(within=120)
    return killed


def _size(folder: Path) -> int:
    path = folder / "sent"
    return path.stat().st_size if path.exists() else 0


@dataclass(frozen=True, slots=True)
class Looks:
    """Milliseconds of a look: half of them, 99 of 100, and of half of them what this process computed.

    The rest is the database and, on a machine with other work, waiting for a processor.

    Attributes:
        idle: nothing is due.
        busy: a hundred are: they become deliveries, and the first are claimed.
    """

    idle: tuple[float, float, float]
    busy: tuple[float, float, float]


async def looks(kind: str, *, stored: int, rounds: int = 50) -> Looks:
    """How long a look takes with so many reminders stored."""

    async def send(delivery: Delivery) -> Outcome:
        return Outcome(Fate.SENT)

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with database_of(kind, folder) as (_, database):
            identity = Identity(await open_keys(database, path=folder / "key"))
            members = Members(database, identity, clock=CLOCK, register=ErasureRegister(folder / "erased"))
            await fill(database, folder, count=100, due=CLOCK.now() + timedelta(days=400))
            await _store(database, stored)
            service = Reminders(database, identity, members, clock=CLOCK)
            dispatcher = Dispatcher(database, send, clock=CLOCK, feeds=[service.feed])
            await dispatcher.run_due()
            idle = [await _time(dispatcher) for _ in range(rounds)]
            busy = []
            for _ in range(rounds):
                async with database.write() as connection:
                    hundred = sa.select(reminders.c.id).order_by(reminders.c.id).limit(100)
                    await connection.execute(
                        sa.update(reminders)
                        .where(reminders.c.id.in_(hundred))
                        .values(next_due=CLOCK.now(), state="active")
                    )
                busy.append(await _time(dispatcher))
                await dispatcher.run_due()
            async with database.read() as connection:
                made = await connection.scalar(sa.select(sa.func.count()).select_from(deliveries))
            if made != 100 * rounds:
                raise RuntimeError(f"{made} deliveries of {100 * rounds}")
            return Looks(_quantiles(idle), _quantiles(busy))


async def _time(dispatcher: Dispatcher) -> tuple[float, float]:
    began, computed = time.perf_counter(), time.process_time()
    await dispatcher.look()
    return (time.perf_counter() - began) * 1000, (time.process_time() - computed) * 1000


def _quantiles(values: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    walls, computed = sorted(wall for wall, _ in values), sorted(own for _, own in values)
    half = len(values) // 2
    return walls[half], walls[len(walls) * 99 // 100], computed[half]


async def _store(database: Database, count: int) -> None:
    """So many reminders of strangers, due from tomorrow on."""
    soon = CLOCK.now() + timedelta(days=1)
    if database.is_sqlite:
        number = "WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :end)"
        member, source = "randomblob(32)", "n"
    else:
        number, member = "", "sha256(i::text::bytea)"
        source = "generate_series(CAST(:first AS INTEGER), CAST(:end AS INTEGER) - 1) AS n(i)"
    statement = (
        f"{number} INSERT INTO reminders (member_id, kind, points_at, rule, wall, zone, state, next_due,"
        " made_at, changed_at)"
        f" SELECT {member}, 'series', 'linkedin.opt-out', '3m:1', '2026-11-01T09:00:00', 'Europe/Berlin',"
        f" 'active', CAST(:soon AS BIGINT) + CAST(i AS BIGINT) * 7000000,"
        f" CAST(:made AS BIGINT), CAST(:made AS BIGINT) FROM {source}"
    )
    epoch = CLOCK.now().fromtimestamp(0, tz=soon.tzinfo)
    microsecond = timedelta(microseconds=1)
    values = {
        "soon": (soon - epoch) // microsecond,
        "made": (CLOCK.now() - epoch) // microsecond,
    }
    for first in range(0, count, _STORED_AT_ONCE):
        part = {"first": first, "end": min(first + _STORED_AT_ONCE, count)}
        async with database.write() as connection:
            await connection.execute(sa.text(statement), values | part)
    if not database.is_sqlite:
        async with database.write() as connection:
            await connection.execute(sa.text("ANALYZE reminders"))


def say(line: str) -> None:
    """A line for the terminal, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def _kills(options: argparse.Namespace) -> bool:
    failed = False
    say(f"{options.due} due, kill -9 while sending, eight at a time, {LATENCY * 1000:.0f} ms a message")
    say(
        f"{'':<20}{'':<12}{'seed':>5}{'kills':>7}{'lost':>7}{'twice':>7}{'most copies':>13}{'not marked':>12}"
    )
    policies = ["ours", "mark-then-send"] + ["apscheduler"] * peer.available()
    with fleet() as carriers:
        for policy in policies:
            for kind in ("sqlite", "postgresql"):
                if policy == "apscheduler" and kind == "postgresql":
                    continue
                for seed in range(1, options.seeds + 1):
                    one = await kill_round(
                        carriers, policy, kind, seed=seed, due=options.due, kills=options.kills
                    )
                    found = one.verdict
                    say(
                        f"{NAMES[policy]:<20}{kind:<12}{seed:>5}{one.kills:>7}{found.lost:>7}{found.twice:>7}"
                        f"{found.most:>12}{found.unmarked:>10}"
                    )
                    failed |= policy == "ours" and found.lost + found.unmarked > 0
    if not peer.available():
        say("APScheduler is not installed, so it is not in the table: pip install 'apscheduler<4'")
    return failed


async def _look_table(options: argparse.Namespace) -> bool:
    failed = False
    say("\none look of the dispatcher, milliseconds")
    say(f"{'':<12}{'stored':>10}{'idle':>9}{'99 %':>8}{'own':>8}{'100 due':>10}{'99 %':>8}{'own':>8}")
    for kind in ("sqlite", "postgresql"):
        for stored in (0, options.stored):
            took = await looks(kind, stored=stored)
            say(
                f"{kind:<12}{stored:>10,}{took.idle[0]:>9.1f}{took.idle[1]:>8.1f}{took.idle[2]:>8.1f}"
                f"{took.busy[0]:>10.1f}{took.busy[1]:>8.1f}{took.busy[2]:>8.1f}"
            )
            failed |= max(took.idle[0], took.busy[0]) >= 20
    return failed


def main() -> int:
    """Print both tables; exit 1 when ours lost or doubled without a word, or a look took 20 ms."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.reminders", description=__doc__)
    parser.add_argument("--due", type=int, default=600)
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--stored", type=int, default=1_000_000)
    parser.add_argument("--only", choices=["kills", "looks"])
    options = parser.parse_args()
    failed = False
    if options.only != "looks":
        failed |= asyncio.run(_kills(options))
    if options.only != "kills":
        failed |= asyncio.run(_look_table(options))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
