"""Starting carriers, and what they are to carry."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from select import select

import sqlalchemy as sa

from bot.members.identity import Identity
from bot.members.keys import open_keys
from bot.members.profile import Profile
from bot.storage.engine import Database
from bot.storage.tables import deliveries, members, reminders
from tests.soak.carrier import Job, received, say

ROOT = Path(__file__).parents[2]
FIRST = 5_000_000
"""The Telegram id of the first member; reminder N is the N-th member's."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of what was due.

    Attributes:
        due: how many.
        lost: never arrived.
        twice: arrived more than once.
        most: the most copies of one.
        unmarked: a second or later copy does not say that it may be one.
    """

    due: int
    lost: int
    twice: int
    most: int
    unmarked: int


class Fleet:
    """A warm process that forks carriers; one at a time."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._number = 0

    def start(self, job: Job) -> None:
        """Start a carrier."""
        assert self._process.stdin is not None
        self._process.stdin.write(say(job))
        self._process.stdin.flush()
        self._number = int(self._line())

    def wait(self, within: float = 60.0) -> int:
        """Wait for its end; returns the exit code, negative for a signal.

        Raises:
            TimeoutError: it goes on and on; it is killed.
        """
        assert self._process.stdout is not None
        if not select([self._process.stdout], [], [], within)[0]:
            self.kill()
            raise TimeoutError(f"a carrier did not end: {self._line()}")
        return int(self._line())

    def has_ended(self) -> bool:
        """Whether `wait` would return at once."""
        assert self._process.stdout is not None
        return bool(select([self._process.stdout], [], [], 0)[0])

    def kill(self) -> None:
        """kill -9, if it runs; `wait` comes after it all the same."""
        with suppress(ProcessLookupError):
            os.kill(self._number, signal.SIGKILL)

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the carriers' process has ended")
        return line


@contextmanager
def fleet() -> Iterator[Fleet]:
    """The warm process, from its start to its end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.soak.carrier"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Fleet(process)
    finally:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        process.wait(timeout=30)
        process.stdout.close()


async def fill(database: Database, folder: Path, *, count: int, due: datetime) -> Sequence[int]:
    """Empty the tables, and make a member and a reminder that is due, `count` times; returns its numbers."""
    identity = Identity(await open_keys(database, path=folder / "key"))
    (folder / "sent").unlink(missing_ok=True)
    wall = due.replace(tzinfo=None).isoformat(timespec="seconds")
    names = [identity.member_id(FIRST + number) for number in range(count)]
    async with database.write() as connection:
        for table in (deliveries, reminders, members):
            await connection.execute(sa.delete(table))
        await connection.execute(
            sa.insert(members),
            [
                {
                    "member_id": name,
                    "sealed_chat": identity.seal_chat(name, FIRST + number),
                    "sealed_profile": identity.seal(name, Profile().to_bytes()),
                    "created_at": due - timedelta(days=1),
                    "seen_on": due - timedelta(days=1),
                }
                for number, name in enumerate(names)
            ],
        )
        await connection.execute(
            sa.insert(reminders),
            [
                {
                    "member_id": name,
                    "kind": "series",
                    "points_at": "linkedin.opt-out",
                    "rule": "once",
                    "wall": wall,
                    "zone": "UTC",
                    "state": "active",
                    "next_due": due,
                    "made_at": due - timedelta(days=1),
                    "changed_at": due - timedelta(days=1),
                }
                for name in names
            ],
        )
        found = await connection.scalars(sa.select(reminders.c.id).order_by(reminders.c.id))
        return found.all()


def judge(folder: Path, numbers: Sequence[int]) -> Verdict:
    """Look at what arrived."""
    copies = [received(folder).get(str(number), []) for number in numbers]
    return Verdict(
        due=len(numbers),
        lost=sum(not one for one in copies),
        twice=sum(len(one) > 1 for one in copies),
        most=max((len(one) for one in copies), default=0),
        unmarked=sum(not all(one[1:]) for one in copies),
    )
