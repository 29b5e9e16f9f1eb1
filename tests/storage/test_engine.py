"""Transactions on both databases, and what a caller sees of their troubles."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from bot.storage import engine
from bot.storage.engine import Database, normal_url
from bot.storage.faults import StorageDown
from bot.storage.tables import handled, installation
from tests.support.databases import NOW, Wire, hidden, opened, postgres_database, server, sqlite_url


async def put(database: Database, name: str, value: str = "x") -> None:
    async with database.write() as connection:
        await connection.execute(insert(installation).values(name=name, value=value))


async def names(database: Database) -> list[str]:
    async with database.read() as connection:
        found = await connection.scalars(select(installation.c.name).order_by(installation.c.name))
        return list(found.all())


async def test_what_is_written_is_there_when_the_block_ends(database: Database) -> None:
    await put(database, "a")
    assert await names(database) == ["a"]


async def test_an_exception_undoes_the_whole_transaction(database: Database) -> None:
    with pytest.raises(KeyError):
        async with database.write() as connection:
            await connection.execute(insert(installation).values(name="a", value="x"))
            raise KeyError
    assert await names(database) == []


async def test_a_broken_constraint_is_a_bug_and_not_a_storage_fault(database: Database) -> None:
    await put(database, "a")
    with pytest.raises(IntegrityError):
        await put(database, "a")


async def test_writing_inside_a_read_is_a_bug_and_not_a_storage_fault(database: Database) -> None:
    with pytest.raises(DBAPIError):
        async with database.read() as connection:
            await connection.execute(insert(installation).values(name="a", value="x"))
    assert await names(database) == []


async def test_a_statement_that_is_wrong_is_a_bug_and_not_a_storage_fault(database: Database) -> None:
    with pytest.raises(DBAPIError):
        async with database.read() as connection:
            await connection.execute(text("SELECT nothing FROM nowhere"))


async def test_a_row_that_belongs_to_nobody_is_refused(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.write() as connection:
            await connection.execute(
                insert(handled).values(bot_id=1, update_id=1, member_id=bytes(32), screen="s", at=NOW)
            )


async def test_instants_come_back_aware_to_the_microsecond(database: Database) -> None:
    instant = datetime(2026, 10, 25, 2, 30, 0, 123_457, tzinfo=timezone(timedelta(hours=2)))
    async with database.write() as connection:
        await connection.execute(insert(handled).values(bot_id=1, update_id=1, screen="s", at=instant))
    async with database.read() as connection:
        found = (await connection.execute(select(handled.c.at))).scalar_one()
    assert found == instant
    assert found.tzinfo is UTC


async def test_a_naive_instant_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="aware"):
        async with database.write() as connection:
            naive = datetime(2026, 1, 1)  # noqa: DTZ001 - the point of the test
            await connection.execute(insert(handled).values(bot_id=1, update_id=1, screen="s", at=naive))


async def test_values_are_in_no_error_message(database: Database) -> None:
    await put(database, "a", "canary")
    with pytest.raises(IntegrityError) as caught:
        await put(database, "a", "canary")
    assert "canary" not in str(caught.value)


async def test_a_cancelled_transaction_leaves_nothing_and_harms_nothing(database: Database) -> None:
    async def slow(name: str) -> None:
        async with database.write() as connection:
            await connection.execute(insert(installation).values(name=name, value="x"))
            await asyncio.sleep(10)

    tasks = [asyncio.create_task(slow(f"n{number}")) for number in range(20)]
    await asyncio.sleep(0.05)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await put(database, "after")
    assert await names(database) == ["after"]


async def test_many_writers_and_readers_at_once_lose_nothing(database: Database) -> None:
    await asyncio.gather(
        *(put(database, f"{n:02}") for n in range(40)), *(names(database) for _ in range(40))
    )
    assert len(await names(database)) == 40


async def test_a_database_that_is_locked_is_down_and_works_again_by_itself(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_TIMEOUT", 50)
    async with opened(sqlite_url(data_dir)) as database:
        with closing(sqlite3.connect(data_dir / "advisor.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StorageDown, match="locked"):
                await put(database, "a")
            assert await names(database) == [], "reading goes on beside a writer"
        await put(database, "b")
        assert await names(database) == ["b"]


async def test_a_transaction_that_may_write_has_the_lock_from_its_begin(sqlite_database: Database) -> None:
    """Else a read that becomes a write fails at once, whatever the timeout, when somebody wrote between."""
    assert sqlite_database.path is not None
    async with sqlite_database.write():
        with closing(sqlite3.connect(sqlite_database.path, isolation_level=None, timeout=0)) as other:
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
            other.execute("BEGIN")
            assert other.execute("SELECT count(*) FROM installation").fetchone() == (0,)


async def test_a_database_file_that_is_moved_away_is_down_until_it_is_back(sqlite_database: Database) -> None:
    assert sqlite_database.path is not None
    await put(sqlite_database, "a")
    with hidden(sqlite_database.path):
        with pytest.raises(StorageDown, match="gone"):
            await put(sqlite_database, "b")
        with pytest.raises(StorageDown, match="gone"):
            await names(sqlite_database)
        assert not sqlite_database.path.exists(), "no empty database is made in its place"
    await put(sqlite_database, "c")
    assert await names(sqlite_database) == ["a", "c"]


async def test_a_database_file_that_is_replaced_is_the_one_that_is_used(
    sqlite_database: Database, tmp_path: Path
) -> None:
    path = sqlite_database.path
    assert path is not None
    await put(sqlite_database, "old")
    with closing(sqlite3.connect(path)) as source:
        source.execute("VACUUM INTO ?", (str(tmp_path / "copy"),))
    await put(sqlite_database, "lost")
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink()
    (tmp_path / "copy").rename(path)
    assert await names(sqlite_database) == ["old"]
    await put(sqlite_database, "new")
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT count(*) FROM installation").fetchone() == (2,)


async def test_the_settings_of_sqlite_are_those_that_were_measured(sqlite_database: Database) -> None:
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 5000,
        "secure_delete": 1,
        "temp_store": 2,
    }
    for transaction in (sqlite_database.write, sqlite_database.read):
        async with transaction() as connection:
            found = {
                name: (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one() for name in wanted
            }
        assert found == wanted


async def test_a_folder_with_odd_characters_holds_a_database(tmp_path: Path) -> None:
    folder = tmp_path / "my data %20#&"
    async with opened(sqlite_url(folder)) as database:
        await put(database, "a")
        assert await names(database) == ["a"]
    assert (folder / "advisor.db").is_file()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://h/d", "nonsense", ""])
def test_other_kinds_of_databases_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        normal_url(url)


@pytest.mark.postgres
async def test_connections_that_the_server_ended_are_replaced(postgres_only: Database) -> None:
    await put(postgres_only, "a")
    with pytest.raises(StorageDown):
        async with postgres_only.write() as connection:
            await connection.execute(insert(installation).values(name="b", value="x"))
            await connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    await put(postgres_only, "c")
    assert await names(postgres_only) == ["a", "c"]


@pytest.mark.postgres
async def test_connections_that_ended_while_nobody_used_them_are_no_fault(postgres_only: Database) -> None:
    async with postgres_only.write() as connection:
        backend = await connection.scalar(text("SELECT pg_backend_pid()"))
    address = server().render_as_string(hide_password=False)
    async with opened(address, migrated=False) as other, other.write() as connection:
        which = {"backend": backend}
        await connection.execute(text("SELECT pg_terminate_backend(:backend)"), which)
        there = text("SELECT count(*) FROM pg_stat_activity WHERE pid = :backend")
        async with asyncio.timeout(60):
            while await connection.scalar(there, which):  # noqa: ASYNC110 - the server tells nobody
                await asyncio.sleep(0.01)
    await put(postgres_only, "a")
    assert await names(postgres_only) == ["a"]


@pytest.mark.postgres
async def test_a_server_that_goes_and_comes_back_needs_no_restart(data_dir: Path) -> None:
    async with postgres_database() as url:
        wire = Wire(server().host or "127.0.0.1", server().port or 5432)
        await wire.mend()
        through = url.set(host="127.0.0.1", port=wire.port).render_as_string(hide_password=False)
        try:
            async with opened(through) as database:
                await put(database, "a")
                await wire.cut()
                for _ in range(3):
                    with pytest.raises(StorageDown):
                        await put(database, "b")
                with pytest.raises(StorageDown):
                    await names(database)
                await wire.mend()
                await put(database, "c")
                assert await names(database) == ["a", "c"]
        finally:
            await wire.cut()


@pytest.mark.postgres
async def test_a_database_that_does_not_exist_is_down(postgres_only: Database) -> None:
    database = Database(server().set(database="advisor_no_such").render_as_string(hide_password=False))
    try:
        with pytest.raises(StorageDown, match="does not exist"):
            await names(database)
    finally:
        await database.close()


@pytest.mark.postgres
async def test_waiting_too_long_for_a_row_is_down(postgres_only: Database) -> None:
    await put(postgres_only, "a")
    update = text("UPDATE installation SET value = 'y' WHERE name = 'a'")
    async with postgres_only.write() as first:
        await first.execute(update)
        with pytest.raises(StorageDown, match="in time"):
            async with postgres_only.write() as second:
                await second.execute(text("SET LOCAL lock_timeout = '50ms'"))
                await second.execute(update)
