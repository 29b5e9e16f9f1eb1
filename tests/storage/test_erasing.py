"""Deleted bytes are gone from the file and from the write-ahead log."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import delete, insert

from bot.storage.copying import copy_database
from bot.storage.engine import Database
from bot.storage.erasing import empty_log
from bot.storage.tables import installation


def copies_on_disk(database: Database, words: bytes) -> int:
    assert database.path is not None
    return sum(path.read_bytes().count(words) for path in database.path.parent.iterdir())


async def write_and_delete(database: Database) -> None:
    for number in range(100):
        async with database.write() as connection:
            await connection.execute(insert(installation).values(name=f"n{number}", value="canary"))
    async with database.write() as connection:
        await connection.execute(delete(installation))


async def test_deleted_bytes_are_gone_from_every_file_once_the_log_is_emptied(
    sqlite_database: Database,
) -> None:
    await write_and_delete(sqlite_database)
    assert copies_on_disk(sqlite_database, b"canary") > 0, "else this test shows nothing"
    assert await empty_log(sqlite_database)
    assert copies_on_disk(sqlite_database, b"canary") == 0


async def test_a_reader_that_holds_on_is_waited_for_and_then_reported(sqlite_database: Database) -> None:
    assert sqlite_database.path is not None
    async with sqlite_database.write() as connection:
        await connection.execute(insert(installation).values(name="a", value="x"))
    with closing(sqlite3.connect(sqlite_database.path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM installation").fetchall()
        await write_and_delete(sqlite_database)
        assert not await empty_log(sqlite_database, patience=0.3)
        waiting = asyncio.create_task(empty_log(sqlite_database, patience=10))
        await asyncio.sleep(0.3)
        reader.execute("COMMIT")
        assert await waiting
    assert copies_on_disk(sqlite_database, b"canary") == 0


async def test_emptying_the_log_leaves_the_writer_as_it_was(sqlite_database: Database) -> None:
    await empty_log(sqlite_database)
    async with sqlite_database.write() as connection:
        assert (await connection.exec_driver_sql("PRAGMA busy_timeout")).scalar_one() == 5000


@pytest.mark.postgres
async def test_on_postgresql_there_is_nothing_to_empty(postgres_only: Database) -> None:
    assert await empty_log(postgres_only)


async def test_a_copy_carries_no_deleted_bytes(sqlite_database: Database) -> None:
    assert sqlite_database.path is not None
    await write_and_delete(sqlite_database)
    copy = sqlite_database.path.with_name("copy")
    await copy_database(sqlite_database.path, copy)
    assert b"canary" not in copy.read_bytes()
