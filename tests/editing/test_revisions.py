"""The line of revisions on both databases: one child for each parent, whole or not at all."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from bot.editing import revisions as module
from bot.editing.audit import Audit, verify_stored
from bot.editing.blobs import BlobDamaged, blob_name
from bot.editing.revisions import Files, NoRevision, Revision, Revisions, Superseded
from bot.ops import failpoints
from bot.storage.engine import Database
from bot.storage.tables import audit, knowledge_blobs
from tests.editing.folders import PATH, SMALL, hash_of, titled
from tests.support.databases import NOW, opened

ROOT = Path(__file__).parents[2]


async def publish(
    database: Database, files: Files, *, parent: int | None, kind: module.Kind = "edit", at: int = 0
) -> Revision:
    now = NOW + timedelta(minutes=at)
    async with database.write() as connection:
        revision = await Revisions(database).publish(
            connection, files, hash=hash_of(files), parent=parent, kind=kind, proposal=None, now=now
        )
        await Audit().note(connection, None, kind, f"revision {revision.number}", {}, now=now)
    return revision


async def test_a_revision_gives_back_every_byte(database: Database) -> None:
    first = await publish(database, SMALL, parent=None, kind="release")
    files = {**SMALL, PATH: SMALL[PATH] + b"# a comment \xc3\xbc\r\n"}
    second = await publish(database, files, parent=1)
    revisions = Revisions(database)
    assert (first.number, second.number, second.parent) == (1, 2, 1)
    assert await revisions.files(1) == SMALL
    assert await revisions.files(2) == files
    assert first.hash == second.hash == hash_of(SMALL), "a comment says nothing"
    assert await revisions.newest() == second
    assert await revisions.newest_number() == 2
    assert await revisions.list(limit=5) == (second, first)
    assert await revisions.list(limit=5, before=2) == (first,)


async def test_each_content_is_kept_once(database: Database) -> None:
    await publish(database, SMALL, parent=None)
    await publish(database, titled("One"), parent=1)
    await publish(database, SMALL, parent=2, kind="rollback")
    async with database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(knowledge_blobs)) == len(SMALL) + 1


async def test_a_revision_is_found_by_number_hash_and_time(database: Database) -> None:
    first = await publish(database, SMALL, parent=None, at=0)
    second = await publish(database, titled("One"), parent=1, at=10)
    third = await publish(database, SMALL, parent=2, kind="rollback", at=20)
    revisions = Revisions(database)
    assert await revisions.get(2) == second
    assert await revisions.by_hash_prefix(second.hash[:8]) == (second,)
    assert await revisions.by_hash_prefix(first.hash) == (third, first)
    for text in ("", "abc", "%", "____", "zzzz", first.hash.upper()):
        assert await revisions.by_hash_prefix(text) == ()
    assert await revisions.as_of(NOW + timedelta(minutes=15)) == second
    with pytest.raises(NoRevision):
        await revisions.as_of(NOW - timedelta(seconds=1))
    with pytest.raises(NoRevision):
        await revisions.files(4)


async def test_nothing_was_published_yet(database: Database) -> None:
    with pytest.raises(NoRevision):
        await Revisions(database).newest()
    assert await Revisions(database).newest_number() == 0


async def test_a_change_of_an_older_revision_is_superseded_and_leaves_no_trace(database: Database) -> None:
    await publish(database, SMALL, parent=None)
    await publish(database, titled("One"), parent=1)
    for parent in (1, None, 7):
        with pytest.raises(Superseded):
            await publish(database, titled("Two"), parent=parent)
    async with database.read() as connection:
        assert await connection.scalar(select(func.max(audit.c.number))) == 2
        names = set(await connection.scalars(select(knowledge_blobs.c.sha256)))
    assert blob_name(titled("Two")[PATH]) not in names


async def test_of_ten_who_publish_on_one_parent_one_wins_and_nine_are_told(
    database: Database, database_url: str
) -> None:
    await publish(database, SMALL, parent=None)
    async with opened(database_url, migrated=False) as other:
        tries = [
            publish(side, titled(f"Title {number}"), parent=1)
            for number, side in enumerate((database, other) * 5)
        ]
        done = await asyncio.gather(*tries, return_exceptions=True)
    won = [number for number, one in enumerate(done) if isinstance(one, Revision)]
    assert len(won) == 1
    assert sum(isinstance(one, Superseded) for one in done) == 9
    assert await Revisions(database).files(2) == titled(f"Title {won[0]}")
    assert await Revisions(database).newest_number() == 2


async def test_a_content_that_was_changed_in_the_database_is_noticed(database: Database) -> None:
    await publish(database, SMALL, parent=None)
    async with database.write() as connection:
        packed = await connection.scalar(select(knowledge_blobs.c.packed).limit(1))
        await connection.execute(
            update(knowledge_blobs).where(knowledge_blobs.c.packed != packed).values(packed=packed)
        )
    with pytest.raises(BlobDamaged):
        await Revisions(database).files(1)


def test_every_step_of_publishing_is_in_the_code_once() -> None:
    source = Path(module.__file__ or "").read_text(encoding="utf-8")
    assert sorted(re.findall(r'\bhit\("([^"]+)"\)', source)) == sorted(failpoints.OF_EDITING)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("step", "published"),
    [
        pytest.param("storage.begun", False, marks=pytest.mark.long),
        pytest.param("editing.contents-stored", False, marks=pytest.mark.long),
        pytest.param("editing.revision-written", False, marks=pytest.mark.long),
        pytest.param("editing.told", False, marks=pytest.mark.long),
        ("storage.before-commit", False),
        ("storage.committed", True),
    ],
)
async def test_a_crash_while_publishing_leaves_the_old_revision_or_the_new_one_and_the_audit_agrees(
    database: Database, database_url: str, step: str, published: bool
) -> None:
    await publish(database, SMALL, parent=None)
    assert await _run(database_url, "Crashed", f"{step}:1") == failpoints.EXIT_CODE
    revisions = Revisions(database)
    newest = await revisions.newest()
    assert newest.number == (2 if published else 1)
    files = await revisions.files(newest.number)
    assert files == (titled("Crashed") if published else SMALL)
    assert hash_of(files) == newest.hash
    await _audit_has(database, newest.number)
    assert await _run(database_url, "Again", "") == 0
    assert (await revisions.newest()).number == newest.number + 1
    await _audit_has(database, newest.number + 1)


async def _run(url: str, title: str, failpoint: str) -> int:
    environment = os.environ | {"ADVISOR_FAILPOINT": failpoint}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.editing.publisher", url, title, cwd=ROOT, env=environment
    )
    return await process.wait()


async def _audit_has(database: Database, rows: int) -> None:
    """The audit is whole, and has a row for each revision."""
    async with database.read() as connection:
        verdict = await verify_stored(connection, Audit())
        subjects = list(await connection.scalars(select(audit.c.subject).order_by(audit.c.number)))
    assert (verdict.rows, verdict.bad) == (rows, None)
    assert subjects == [f"revision {number}" for number in range(1, rows + 1)]
