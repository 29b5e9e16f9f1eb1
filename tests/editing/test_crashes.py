"""kill -9 at every step of publishing a proposal: the old revision or the new one, and the audit agrees."""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path
from typing import Final

import pytest

from bot.editing import desk, proposals, publishing
from bot.editing.audit import verify_stored
from bot.editing.machine import Act, State
from bot.editing.proposals import Workspace
from bot.ops import failpoints
from tests.editing.folders import hash_of, with_source
from tests.editing.newsroom import ANNA, BEN, CARL, Newsroom, newsroom

__all__ = ["newsroom"]

_OUTSIDE: Final = {"proposals.draft-written", "proposals.state-written", "proposals.scheduled"}
"""Steps that publishing does not pass."""
STEPS: Final = (
    "storage.begun",
    *(step for step in failpoints.OF_PROPOSALS if step not in _OUTSIDE),
    *failpoints.OF_EDITING[:2],
    "storage.before-commit",
    "storage.committed",
)
_SOME: Final = ("proposals.publication-written", "storage.before-commit", "storage.committed")
"""In the middle of the transaction, at its end, and after it."""


def test_every_step_is_in_the_code_and_every_step_of_the_code_is_listed() -> None:
    found: set[str] = set()
    for module in (desk, proposals, publishing):
        assert module.__file__ is not None
        found |= set(re.findall(r'\bhit\("([^"]+)"\)', Path(module.__file__).read_text()))
    assert found == set(failpoints.OF_PROPOSALS)


@pytest.mark.slow
@pytest.mark.parametrize("steps", [_SOME, pytest.param(STEPS, marks=pytest.mark.long)], ids=["some", "all"])
async def test_a_crash_at_any_step_leaves_the_old_or_the_new_and_the_repeat_finishes_it(
    newsroom: Newsroom, database_url: str, steps: tuple[str, ...]
) -> None:
    carrier = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.editing.carrier",
        database_url,
        str(newsroom.house.data_dir),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert carrier.stdin is not None
    assert carrier.stdout is not None

    async def carry(step: str, number: int) -> int:
        assert carrier.stdin is not None
        assert carrier.stdout is not None
        carrier.stdin.write(f"{step} {number}\n".encode())
        await carrier.stdin.drain()
        return int(await carrier.stdout.readline())

    crashed: list[str] = []
    for step in steps:
        made = await newsroom.approved(ANNA, BEN, f"Open it, at {step}.")
        await _publish_a_source(newsroom, f"An article of {step}")  # so that it has to be laid on the newest
        before = (await newsroom.revisions.newest()).number
        if await carry(step, made.number) == failpoints.EXIT_CODE:
            crashed.append(step)
        await _agree(newsroom, made.number, before)
        assert await carry("-", made.number) == 0
        await _agree(newsroom, made.number, before, done=True)
    carrier.stdin.close()
    await carrier.wait()
    assert crashed == list(steps)


async def _publish_a_source(room: Newsroom, title: str) -> None:
    newest = await room.revisions.newest()
    files = await room.revisions.files(newest.number)
    made = await room.keep(CARL, Workspace(newest.number, files, files), with_source(title, files))
    assert made.proposal is not None
    await room.act(CARL, made.proposal.number, Act.SUBMIT)
    await room.act(BEN, made.proposal.number, Act.APPROVE)
    assert (await room.publish(BEN, made.proposal.number)).why is None


async def _agree(room: Newsroom, number: int, before: int, *, done: bool = False) -> None:
    """Revision, proposal and audit tell the same: nothing of it, or all of it once."""
    proposal = await room.proposals.get(number)
    assert proposal is not None
    newest = await room.revisions.newest()
    subject = f"proposal {number}"
    published = [one for one in await room.audited() if one == ("publish", subject)]
    if proposal.state is State.PUBLISHED:
        assert (newest.number, newest.proposal, proposal.revision) == (before + 1, number, before + 1)
        assert len(published) == 1
        assert hash_of(await room.files()) == newest.hash
    else:
        assert not done
        assert proposal.state is State.APPROVED
        assert newest.number == before
        assert not published
    async with room.house.database.read() as connection:
        assert (await verify_stored(connection, room.office.audit)).bad is None
