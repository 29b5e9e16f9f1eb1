"""A crash at every named step: nothing is lost, and what comes twice says so the second time."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.deliveries import claims, dispatcher
from bot.editing import recalls
from bot.guides import changes
from bot.ops import failpoints
from bot.ops.clock import SystemClock
from bot.reminders import feed
from bot.storage import engine, erasing, migrating
from bot.storage.engine import Database
from bot.storage.tables import deliveries, members
from tests.soak import news
from tests.soak.carrier import Job, received
from tests.soak.fleet import FIRST, Fleet, fill, fleet, judge
from tests.support.databases import BOTH, opened, postgres_database, sqlite_url

REMINDERS = 2
_MOST_HITS = 40


@pytest.fixture(scope="module")
def carriers() -> Iterator[Fleet]:
    """One warm process for all crashes."""
    with fleet() as made:
        yield made


@pytest.fixture(params=BOTH)
async def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """A database that was never migrated."""
    if request.param == "sqlite":
        yield sqlite_url(tmp_path)
        return
    async with postgres_database() as url:
        yield url.render_as_string(hide_password=False)


def test_every_step_is_in_the_code_once_and_every_step_of_the_code_is_listed() -> None:
    found: list[str] = []
    for module in (engine, erasing, migrating, feed, claims, dispatcher, changes, recalls):
        assert module.__file__ is not None
        found += re.findall(r'\bhit\("([^"]+)"\)', Path(module.__file__).read_text())
    assert sorted(found) == sorted(failpoints.STEPS + failpoints.OF_NEWS)


@pytest.mark.parametrize("text", ["nowhere:1", "storage.begun", "storage.begun:0", "storage.begun:x", ":1"])
def test_a_step_that_there_is_not_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="ADVISOR_FAILPOINT must be STEP:N"):
        failpoints.arm(text)
    failpoints.hit("storage.begun")


@pytest.mark.slow
async def test_a_crash_at_each_step_once_loses_nothing_and_marks_what_comes_twice(
    carriers: Fleet, database_url: str, tmp_path: Path
) -> None:
    async with opened(database_url) as database:
        unhit = {
            step
            for step in failpoints.STEPS
            if not await _crash(carriers, database, database_url, tmp_path, f"{step}:1")
        }
    assert unhit == {"storage.before-upgrade", "storage.upgraded"} | (
        set() if database.is_sqlite else {"storage.log-emptied"}
    )


@pytest.mark.long
async def test_a_crash_at_any_step_loses_nothing_and_marks_what_comes_twice(
    carriers: Fleet, database_url: str, tmp_path: Path
) -> None:
    hits = dict.fromkeys(failpoints.STEPS, 0)
    async with opened(database_url) as database:
        for step in failpoints.STEPS:
            for number in range(1, _MOST_HITS):
                if not await _crash(carriers, database, database_url, tmp_path, f"{step}:{number}"):
                    break
                hits[step] = number
    unhit = {"storage.before-upgrade", "storage.upgraded"}
    if database.is_sqlite:
        assert hits["storage.log-emptied"] == 1
    else:
        unhit.add("storage.log-emptied")
    assert {step for step, number in hits.items() if not number} == unhit
    for step in ("deliveries.sending", "deliveries.before-send", "deliveries.answered", "deliveries.done"):
        assert hits[step] == REMINDERS
    assert max(hits.values()) < _MOST_HITS - 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "most", [2, pytest.param(_MOST_HITS, marks=pytest.mark.long)], ids=["once", "each time"]
)
async def test_a_crash_while_members_are_told_of_changes_and_corrections_does_the_same(
    carriers: Fleet, database_url: str, tmp_path: Path, most: int
) -> None:
    steps: tuple[str, ...] = ("changes.added", "recalls.added", "deliveries.answered")
    if database_url.startswith("sqlite"):  # the others end the same transactions on both
        steps = (
            *failpoints.OF_NEWS,
            "deliveries.sending",
            "deliveries.answered",
            "deliveries.outcome-written",
        )
    hits = dict.fromkeys(steps, 0)
    async with opened(database_url) as database:
        for step in steps:
            for number in range(1, most):
                wanted = await news.fill(database, tmp_path, count=1)
                job = Job(url=database_url, folder=str(tmp_path), policy="news", lease=0.5)
                carriers.start(replace(job, failpoint=f"{step}:{number}"))
                code = carriers.wait()
                if code == 0:
                    break
                assert code == failpoints.EXIT_CODE, step
                hits[step] = number
                carriers.start(job)
                assert carriers.wait() == 0, step
                arrived = received(tmp_path)
                assert sorted(arrived) == sorted(wanted), step
                for copies in arrived.values():
                    assert len(copies) <= 2, step
                    assert copies.count(False) <= 1, step
    assert all(hits.values())
    assert hits["deliveries.answered"] == min(2, most - 1)


@pytest.mark.parametrize("step", ["storage.before-upgrade", "storage.upgraded"])
async def test_a_crash_in_an_upgrade_leaves_a_database_that_the_next_start_upgrades(
    carriers: Fleet, empty_url: str, tmp_path: Path, step: str
) -> None:
    job = Job(url=empty_url, folder=str(tmp_path))
    carriers.start(Job(url=empty_url, folder=str(tmp_path), failpoint=f"{step}:1"))
    assert carriers.wait() == failpoints.EXIT_CODE
    carriers.start(job)
    assert carriers.wait() == 0


async def _crash(carriers: Fleet, database: Database, url: str, folder: Path, failpoint: str) -> bool:
    """Run until the step, then to the end; whether the step was reached."""
    due = SystemClock().now() - timedelta(seconds=5)
    numbers = await fill(database, folder, count=REMINDERS + 1, due=due)
    crashed = False
    for armed in (failpoint, ""):
        carriers.start(
            Job(
                url=url,
                folder=str(folder),
                concurrency=2,
                lease=0.5,
                failpoint=armed,
                forget=FIRST + REMINDERS,
            )
        )
        code = carriers.wait()
        assert code in ({0, failpoints.EXIT_CODE} if armed else {0})
        if code == 0:
            break
        crashed = True
    verdict = judge(folder, numbers[:REMINDERS])
    assert verdict.lost == 0, failpoint
    assert verdict.unmarked == 0, failpoint
    assert verdict.most <= 2, failpoint
    assert judge(folder, numbers[REMINDERS:]).lost == 1, "the member was erased before"
    async with database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(members)) == REMINDERS
        states = (await connection.scalars(select(deliveries.c.state))).all()
    assert list(states) == ["sent"] * REMINDERS
    return crashed
