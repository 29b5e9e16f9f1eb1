"""`make soak-faults`: reminders of the whole bot while Telegram misbehaves in every way that we know.

Members make reminders in the chat, over HTTP; then the clock goes on, and the double fails as planned: it
carries a message out and drops the connection, answers with 502, with half an answer or with garbage, asks to
wait (one chat, all of them), or takes a minute. Counted are reminders that never arrived, that arrived more
than twice, and copies beyond the first that do not say that they may be one.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select, update

from bot.app import Advisor
from bot.chat.transport import AiohttpRequest
from bot.offline.state import TOKEN
from bot.ops.logs import configure
from bot.settings import load_settings
from bot.storage.engine import Database
from bot.storage.tables import reminders
from tests.soak.carrier import CLOCK, at_rest
from tests.support.cache import CACHE
from tests.support.databases import postgres_database, sqlite_url
from tests.support.double import Double, Fault

FIRST = 7_000_000
"""The Telegram id of the first member."""
ASKED = "remind me in 2 days to check linkedin"
_LONGEST = 300.0
"""Seconds until everything must have come to rest."""
WORDS, MARK = "Time to check", "This may be a repeat"

_KINDS = ("drop_after", "half", "garbage", "bad_gateway", "drop_before")

Plan = Callable[[Sequence[int], float], tuple[Fault, ...]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of the reminders.

    Attributes:
        due: how many.
        lost: never arrived.
        twice: arrived more than once.
        most: the most copies of one.
        unmarked: more than one of its copies does not say that it may be a repeat.
        faults: how many calls failed.
    """

    due: int
    lost: int
    twice: int
    most: int
    unmarked: int
    faults: int

    @property
    def good(self) -> bool:
        """Nothing lost, at most two copies, none without a mark; and there was something to survive."""
        return not self.lost and self.most <= 2 and not self.unmarked and self.faults > 0


def _each(kind: str) -> Plan:
    """The first message to every third member fails in this way."""
    return lambda members, _: tuple(
        Fault(kind, method="sendMessage", chat_id=member)  # type: ignore[arg-type]
        for member in members[::3]
    )


PLANS: Mapping[str, Plan] = {
    "carried out, then dropped": _each("drop_after"),
    "half an answer": _each("half"),
    "garbage": _each("garbage"),
    "502": _each("bad_gateway"),
    "dropped unread": _each("drop_before"),
    "429 for one chat": lambda members, _: (
        Fault("retry_after", method="sendMessage", chat_id=members[0], times=2, seconds=1),
    ),
    "429 for all": lambda members, _: (
        Fault("retry_after", method="sendMessage", times=2 * len(members), seconds=1),
    ),
    "a minute's delay": lambda members, delay: tuple(
        Fault("delay", method="sendMessage", chat_id=member, seconds=delay) for member in members[::3]
    ),
}


def all_at_once(members: Sequence[int], delay: float) -> tuple[Fault, ...]:
    """Each kind for another member, for a test that has little time; the last one has no fault."""
    kinds = zip(_KINDS, members, strict=False)
    faults = [Fault(kind, method="sendMessage", chat_id=member) for kind, member in kinds]  # type: ignore[arg-type]
    slow, held = members[len(_KINDS)], members[len(_KINDS) + 1]
    return (
        *faults,
        Fault("delay", method="sendMessage", chat_id=slow, seconds=delay),
        Fault("retry_after", method="sendMessage", chat_id=held, times=2, seconds=1),
    )


@dataclass(frozen=True, slots=True)
class Staged:
    """A whole bot, and members who have a reminder each that is not due yet.

    Attributes:
        double: its Telegram.
        advisor: the bot, started.
        ids: of the members.
        beside: the same database, for looking and for what time would do.
    """

    double: Double
    advisor: Advisor
    ids: Sequence[int]
    beside: Database

    async def make_due(self) -> None:
        """The hour of every reminder has come."""
        async with self.beside.write() as connection:
            await connection.execute(update(reminders).values(next_due=CLOCK.now()))


@asynccontextmanager
async def staged(
    folder: Path, *, members: int, database: str | None = None, patience: float = 10.0
) -> AsyncIterator[Staged]:
    """The bot from its start, with reminders that were made in the chat, to its stop.

    Args:
        folder: an empty one, for the data.
        members: who have a reminder each.
        database: URL; SQLite in `folder` when None.
        patience: seconds that the bot waits for an answer of Telegram.
    """
    ids = [FIRST + number for number in range(members)]
    async with AsyncExitStack() as stack:
        double = await stack.enter_async_context(Double(referee=False))
        environ = {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": double.url,
            "ADVISOR_DATA_DIR": str(folder / "data"),
            "ADVISOR_CACHE_DIR": str(CACHE),
            "ADVISOR_OPERATOR_NAME": "The testers",
            "ADVISOR_OPERATOR_CONTACT": "t@example.org",
            "ADVISOR_SEND_RATE": "0",
            "ADVISOR_CHAT_RATE": "0",
            **({"ADVISOR_DATABASE_URL": database} if database else {}),
        }
        advisor = Advisor(
            load_settings(environ),
            request=AiohttpRequest(read_timeout=patience),
            poll_request=AiohttpRequest(),
        )
        await stack.enter_async_context(advisor)
        for words in ("/timezone berlin", ASKED):
            for member in ids:
                double.telegram.say(member, words)
            await double.telegram.idle(within=300)
        beside = Database(database or sqlite_url(folder / "data"))
        stack.push_async_callback(beside.close)
        async with asyncio.timeout(_LONGEST):
            while await _made(beside) < members:  # noqa: ASYNC110 - a slow update is confirmed before
                await asyncio.sleep(0.1)
        await double.telegram.idle(within=300)
        yield Staged(double, advisor, ids, beside)


async def survive(
    plan: Plan,
    folder: Path,
    *,
    members: int,
    database: str | None = None,
    patience: float = 10.0,
    delay: float = 60.0,
) -> Verdict:
    """One plan of faults; `delay` is how many seconds a delayed call takes, for the others see `staged`."""
    async with staged(folder, members=members, database=database, patience=patience) as house:
        double = house.double
        begun, sent = len(double.journal), double.calls["sendmessage"]
        faults = plan(house.ids, delay)
        double.faults.replace(faults)
        await house.make_due()
        async with asyncio.timeout(_LONGEST):
            while not await at_rest(house.beside):  # noqa: ASYNC110 - others change the rows
                await asyncio.sleep(0.1)
        if any(fault.kind == "delay" for fault in faults):
            await asyncio.sleep(delay)  # what was held up arrives in the end
        return _judge(double, begun, house.ids, failed=double.calls["sendmessage"] - sent)


async def _made(database: Database) -> int:
    async with database.read() as connection:
        return (await connection.execute(select(func.count()).select_from(reminders))).scalar_one()


def _copies(double: Double, begun: int) -> dict[int, list[bool]]:
    """By member, for each copy that arrived whether it says that it may be a repeat."""
    found: dict[int, list[bool]] = {}
    for entry in double.journal[begun:]:
        text = str(entry.arguments.get("text", ""))
        if entry.method.lower() == "sendmessage" and WORDS in text and entry.chat_id is not None:
            found.setdefault(entry.chat_id, []).append(MARK in text)
    return found


def _judge(double: Double, begun: int, ids: Sequence[int], *, failed: int) -> Verdict:
    found = _copies(double, begun)
    copies = [found.get(member, []) for member in ids]
    arrived = sum(map(len, copies))
    unclear = sum(len(one) - 1 for one in copies if one)
    return Verdict(
        due=len(ids),
        lost=sum(not one for one in copies),
        twice=sum(len(one) > 1 for one in copies),
        most=max(map(len, copies)),
        unmarked=sum(one.count(False) > 1 for one in copies),
        faults=failed - arrived + unclear,
    )


async def _table(options: argparse.Namespace) -> bool:
    say(f"{options.members} reminders of the whole bot over HTTP, each plan on its own")
    say(f"{'':<28}{'':<12}{'faults':>7}{'lost':>6}{'twice':>7}{'most copies':>13}{'not marked':>12}")
    failed = False
    for name, plan in PLANS.items():
        for kind in ("sqlite", "postgresql"):
            with tempfile.TemporaryDirectory() as folder:
                async with AsyncExitStack() as stack:
                    url = None
                    if kind == "postgresql":
                        made = await stack.enter_async_context(postgres_database())
                        url = made.render_as_string(hide_password=False)
                    one = await survive(plan, Path(folder), members=options.members, database=url)
            say(
                f"{name:<28}{kind:<12}{one.faults:>7}{one.lost:>6}{one.twice:>7}{one.most:>13}"
                f"{one.unmarked:>12}"
            )
            failed |= not one.good
    return failed


def say(line: str) -> None:
    """A line for the terminal, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    """Print the table; exit 1 when something was lost, or doubled without a word."""
    configure("CRITICAL", token=TOKEN)
    parser = argparse.ArgumentParser(prog="python -m tests.soak.faults", description=__doc__)
    parser.add_argument("--members", type=int, default=60)
    return 1 if asyncio.run(_table(parser.parse_args())) else 0


if __name__ == "__main__":
    sys.exit(main())
