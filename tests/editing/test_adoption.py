"""A published revision reaches every process that answers."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.editing import adoption as module
from bot.editing.adoption import Adoption
from bot.editing.preparing import CannotPrepare, Prepared, prepare, prints_of
from bot.editing.revisions import Files, Revisions
from bot.knowledge.load import load_files
from bot.knowledge.splice import add_item
from bot.matching.snapshot import Snapshot, build_snapshot
from bot.storage.engine import Database
from bot.storage.tables import revisions as table
from tests.editing.folders import ENTRY, PATH, SMALL, hash_of, titled
from tests.editing.test_revisions import publish
from tests.support.databases import opened

PATIENCE = 120.0
"""Seconds after which a test is a failure; nothing is measured by it."""
BROKEN = {**SMALL, PATH: SMALL[PATH].replace(b"2026-11-20", b"2026-02-30", 1)}


def prepared(files: Files, cache: Path) -> Prepared:
    base = load_files(files).base
    assert base is not None
    return Prepared(build_snapshot(base, cache=cache), prints_of(base))


class Process:
    """What one running bot has: its own connections, and what it answers from."""

    def __init__(self, database: Database, cache: Path) -> None:
        self.assigned: list[Snapshot] = []
        self.changed = asyncio.Event()
        self.database, self.cache = database, cache

    async def start(self) -> Adoption:
        revisions = Revisions(self.database)
        newest = await revisions.newest()
        files = await revisions.files(newest.number)
        return Adoption(
            self.database,
            revisions,
            cache=self.cache,
            revision=newest,
            prepared=prepared(files, self.cache),
            assign=self._assign,
        )

    def _assign(self, snapshot: Snapshot) -> None:
        self.assigned.append(snapshot)
        self.changed.set()

    @property
    def title(self) -> str:
        entry = self.assigned[-1].base.entry("linkedin.opt-out")
        return entry.title if entry else ""


async def test_the_process_that_published_and_another_one_converge(
    database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "EVERY", 0.05)
    await publish(database, SMALL, parent=None)
    async with opened(database_url, migrated=False) as other, asyncio.timeout(PATIENCE):
        first, second = Process(database, tmp_path), Process(other, tmp_path)
        publisher, follower = await first.start(), await second.start()
        following = asyncio.create_task(follower.run())
        await publish(database, titled("New"), parent=1)
        assert (await publisher.adopt()).number == 2
        await second.changed.wait()
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
    assert first.title == second.title == "New"
    assert publisher.revision == follower.revision
    assert len(second.assigned) == 1


@pytest.mark.postgres
async def test_postgresql_tells_of_a_revision_without_being_asked(
    postgres_only: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "EVERY", 10_000.0)
    await publish(postgres_only, SMALL, parent=None)
    process = Process(postgres_only, tmp_path)
    async with asyncio.timeout(PATIENCE):
        adoption = await process.start()
        following = asyncio.create_task(adoption.run())
        await publish(postgres_only, titled("Told"), parent=1)
        await process.changed.wait()
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
    assert process.title == "Told"


async def test_several_revisions_at_once_are_adopted_as_the_newest(
    sqlite_database: Database, tmp_path: Path
) -> None:
    await publish(sqlite_database, SMALL, parent=None)
    process = Process(sqlite_database, tmp_path)
    adoption = await process.start()
    for number in (1, 2, 3):
        await publish(sqlite_database, titled(f"Title {number}"), parent=number)
    assert (await adoption.adopt()).number == 4
    assert [snapshot.base.revision for snapshot in process.assigned] == [hash_of(titled("Title 3"))]


async def test_a_revision_that_cannot_be_read_leaves_the_present_one_in_force(
    sqlite_database: Database, tmp_path: Path
) -> None:
    await publish(sqlite_database, SMALL, parent=None)
    process = Process(sqlite_database, tmp_path)
    adoption = await process.start()
    await publish(sqlite_database, titled("Unreadable"), parent=1)
    async with sqlite_database.write() as connection:
        manifest = {PATH: (await Revisions(sqlite_database).manifest(2))[PATH]}
        text = "{" + ",".join(f'"{path}":"{name}"' for path, name in manifest.items()) + "}"
        await connection.execute(update(table).where(table.c.number == 2).values(manifest=text))
    assert (await adoption.adopt()).number == 1
    assert process.assigned == []
    await publish(sqlite_database, titled("Mended"), parent=2)
    assert (await adoption.adopt()).number == 3
    assert process.title == "Mended"


async def test_an_index_is_used_again_while_nothing_changed_that_it_depends_on(tmp_path: Path) -> None:
    present = prepared(SMALL, tmp_path)
    same = await prepare(titled("Other"), cache=tmp_path, present=present)
    assert same.snapshot.indexes["en"].weights is present.snapshot.indexes["en"].weights
    assert same.snapshot.base.revision == hash_of(titled("Other"))
    more = {**SMALL, PATH: add_item(SMALL[PATH], (*ENTRY, "ask"), "a wholly new way of asking")}
    other = await prepare(more, cache=tmp_path, present=present)
    assert len(other.snapshot.indexes["en"].rows) == len(present.snapshot.indexes["en"].rows) + 1
    assert other.prints == prints_of(other.snapshot.base)


async def test_files_with_errors_cannot_be_prepared(tmp_path: Path) -> None:
    with pytest.raises(CannotPrepare, match="the files have errors"):
        await prepare(BROKEN, cache=tmp_path, present=prepared(SMALL, tmp_path))
