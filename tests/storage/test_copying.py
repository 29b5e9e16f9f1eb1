"""A copy is whole, of one moment, and never in anything's place."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.storage.copying import copy_database
from bot.storage.engine import Database
from bot.storage.faults import StorageRefused
from bot.storage.tables import installation


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_a_copy_made_while_others_write_is_whole(sqlite_database: Database, tmp_path: Path) -> None:
    assert sqlite_database.path is not None

    async def pairs() -> None:
        for number in range(100):
            async with sqlite_database.write() as connection:
                for side in ("left", "right"):
                    await connection.execute(insert(installation).values(name=f"{side}{number}", value="x"))

    writing = asyncio.create_task(pairs())
    await asyncio.sleep(0.05)
    await copy_database(sqlite_database.path, tmp_path / "copy")
    await writing
    with closing(sqlite3.connect(tmp_path / "copy")) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert copy.execute("SELECT count(*) % 2 FROM installation").fetchone() == (0,)


async def test_a_file_that_exists_is_not_overwritten(sqlite_database: Database, tmp_path: Path) -> None:
    assert sqlite_database.path is not None
    (tmp_path / "copy").write_text("precious")
    with pytest.raises(StorageRefused, match="exists already"):
        await copy_database(sqlite_database.path, tmp_path / "copy")
    assert (tmp_path / "copy").read_text() == "precious"


async def test_a_copy_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "advisor.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(StorageRefused, match="could not be copied"):
        await copy_database(tmp_path / "advisor.db", tmp_path / "copy")
    assert names_in(tmp_path) == ["advisor.db"]
