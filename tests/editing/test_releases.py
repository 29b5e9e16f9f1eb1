"""The files that come with the program, and what was changed from the chat meanwhile."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.editing.audit import Audit
from bot.editing.releases import UNUSABLE, BrokenKnowledge, Releases, Taken
from bot.editing.revisions import Files, Revisions
from bot.storage.engine import Database
from bot.storage.tables import audit, merge_conflicts
from tests.editing.folders import PATH, SMALL, titled, with_source
from tests.editing.test_revisions import publish
from tests.support.databases import NOW, opened

SOURCES = "sources/linkedin.yaml"
BROKEN = {**SMALL, SOURCES: SMALL[SOURCES].replace(b"2025-09-24", b"2025-02-30")}


def deploy(folder: Path, files: Files) -> Path:
    """Exactly these files in a folder."""
    folder.mkdir(exist_ok=True)
    for path in folder.rglob("*.*"):
        path.unlink()
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


async def start(database: Database, folder: Path, files: Files) -> Taken:
    """What a start does with these files deployed."""
    deploy(folder, files)
    return await Releases(database, Revisions(database), Audit()).take(folder, now=NOW)


async def conflicts(database: Database) -> list[tuple[str, str, str | None, str | None]]:
    row = merge_conflicts.c
    async with database.read() as connection:
        found = await connection.execute(
            select(row.path, row.block, row.ours, row.theirs).order_by(row.number)
        )
        return [(one.path, one.block, one.ours, one.theirs) for one in found]


async def test_the_first_start_imports_and_the_second_changes_nothing(
    database: Database, tmp_path: Path
) -> None:
    first = await start(database, tmp_path / "k", SMALL)
    assert (first.revision.number, first.revision.kind, first.files) == (1, "release", SMALL)
    again = await start(database, tmp_path / "k", SMALL)
    assert again.revision == first.revision
    assert again.base == first.base
    async with database.read() as connection:
        assert list(await connection.scalars(select(audit.c.action))) == ["release"]


async def test_files_with_errors_and_no_revision_are_refused(database: Database, tmp_path: Path) -> None:
    with pytest.raises(BrokenKnowledge):
        await start(database, tmp_path / "k", BROKEN)
    assert await Revisions(database).newest_number() == 0


async def test_a_new_release_without_edits_is_taken_as_it_is(database: Database, tmp_path: Path) -> None:
    await start(database, tmp_path / "k", SMALL)
    taken = await start(database, tmp_path / "k", titled("Released"))
    assert (taken.revision.number, taken.revision.kind) == (2, "release")
    assert taken.files == titled("Released")


async def test_a_new_release_and_edits_of_other_entries_are_both_in_force(
    database: Database, tmp_path: Path
) -> None:
    await start(database, tmp_path / "k", SMALL)
    await publish(database, titled("From the chat"), parent=1)
    taken = await start(database, tmp_path / "k", with_source("Released"))
    assert (taken.revision.number, taken.revision.kind, taken.conflicts) == (3, "merge", 0)
    assert taken.files == titled("From the chat", with_source("Released"))
    # Once more, with the merge before it: its base is the release that was merged last.
    taken = await start(database, tmp_path / "k", with_source("Released again"))
    assert taken.files == titled("From the chat", with_source("Released again"))
    assert await conflicts(database) == []


async def test_where_both_changed_an_entry_the_chat_stays_and_both_texts_are_kept(
    database: Database, tmp_path: Path
) -> None:
    await start(database, tmp_path / "k", SMALL)
    await publish(database, titled("From the chat"), parent=1)
    taken = await start(database, tmp_path / "k", titled("Released"))
    assert (taken.revision.kind, taken.conflicts) == ("merge", 1)
    assert taken.files == titled("From the chat")
    ((path, block, ours, theirs),) = await conflicts(database)
    assert (path, block) == (PATH, "entries/linkedin.opt-out")
    assert "title: From the chat" in (ours or "")
    assert "title: Released" in (theirs or "")
    again = await start(database, tmp_path / "k", titled("Released"))
    assert again.revision == taken.revision
    assert len(await conflicts(database)) == 1


async def test_an_older_program_does_not_take_a_newer_release_back(
    database: Database, tmp_path: Path
) -> None:
    await start(database, tmp_path / "k", SMALL)
    newer = await start(database, tmp_path / "k", titled("Released"))
    older = await start(database, tmp_path / "k", SMALL)
    assert older.revision == newer.revision
    assert older.files == titled("Released")


async def test_a_release_with_errors_leaves_the_newest_revision_and_is_shown_to_editors(
    database: Database, tmp_path: Path
) -> None:
    await start(database, tmp_path / "k", SMALL)
    await publish(database, titled("From the chat"), parent=1)
    for _ in range(2):
        taken = await start(database, tmp_path / "k", BROKEN)
        assert taken.revision.number == 2
        assert taken.files == titled("From the chat")
    assert [block for _, block, _, _ in await conflicts(database)] == [UNUSABLE]


async def test_a_folder_that_is_gone_leaves_the_newest_revision(database: Database, tmp_path: Path) -> None:
    await start(database, tmp_path / "k", SMALL)
    releases = Releases(database, Revisions(database), Audit())
    taken = await releases.take(tmp_path / "nowhere", now=NOW)
    assert taken.revision.number == 1
    assert taken.files == SMALL


async def test_two_processes_that_start_together_make_one_revision(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    folder = tmp_path / "k"
    for number, files in enumerate((SMALL, titled("Released")), start=1):
        deploy(folder, files)
        async with opened(database_url, migrated=False) as other:
            starts = [
                Releases(one, Revisions(one), Audit()).take(folder, now=NOW) for one in (database, other)
            ]
            first, second = await asyncio.gather(*starts)
        assert first.revision == second.revision
        assert first.revision.number == number
