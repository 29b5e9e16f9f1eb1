"""A whole database into an empty one: equal in every table, both ways, all or nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select

from bot.ops import failpoints
from bot.storage import transfer as module
from bot.storage.faults import StorageRefused
from bot.storage.tables import metadata, reminders
from bot.storage.transfer import carried_tables, transfer
from tests.support.databases import opened, postgres_database, sqlite_url
from tests.support.rows import fill_everything, row_of

ROWS = 7
WAYS = [
    ("sqlite", "postgresql"),
    ("postgresql", "sqlite"),
    ("sqlite", "sqlite"),
    ("postgresql", "postgresql"),
]


@asynccontextmanager
async def new_database(kind: str, folder: Path) -> AsyncIterator[str]:
    if kind == "sqlite":
        yield sqlite_url(folder)  # `migrate` makes the folder
        return
    async with postgres_database() as url:
        yield url.render_as_string(hide_password=False)


@asynccontextmanager
async def two(way: tuple[str, str], folder: Path) -> AsyncIterator[tuple[str, str]]:
    """A filled source and an empty target, both migrated and closed."""
    async with new_database(way[0], folder / "a") as source, new_database(way[1], folder / "b") as target:
        async with opened(source) as database, database.write() as connection:
            await fill_everything(connection, rows=ROWS)
            await connection.execute(delete(reminders).where(reminders.c.id == ROWS))
        async with opened(target):
            pass
        yield source, target


async def rows_in(url: str) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables, as Python values."""
    found = {}
    async with opened(url, migrated=False) as database, database.read() as connection:
        for table in metadata.sorted_tables:
            rows = await connection.execute(select(table).order_by(*table.primary_key.columns))
            found[table.name] = [tuple(row) for row in rows]
    return found


@pytest.mark.postgres
@pytest.mark.parametrize("way", WAYS, ids="-to-".join)
async def test_every_row_arrives_as_it_was_and_numbers_go_on_after_the_highest_ever_used(
    way: tuple[str, str], tmp_path: Path
) -> None:
    async with two(way, tmp_path) as (source, target):
        if way[0] == "postgresql":  # rows with given numbers do not move its sequence
            async with opened(source, migrated=False) as database, database.write() as connection:
                await connection.exec_driver_sql(f"SELECT setval('reminders_id_seq', {ROWS})")
        done = await transfer(source, target)
        carried = {table.name for table in carried_tables()}
        assert done.tables.keys() == carried
        assert done.rows == ROWS * len(carried) - 1
        before, after = await rows_in(source), await rows_in(target)
        for name in metadata.tables:
            expected = before[name] if name in carried else []
            assert after[name] == expected, f"{name} differs, or speaks of processes that are not there"
        values = row_of(reminders, ROWS + 1)
        del values["id"]
        async with opened(target, migrated=False) as database, database.write() as connection:
            made = await connection.execute(insert(reminders).values(values).returning(reminders.c.id))
            assert made.scalar_one() == ROWS + 1


async def test_a_target_with_a_row_in_it_is_refused_and_left_alone(tmp_path: Path) -> None:
    async with two(("sqlite", "sqlite"), tmp_path) as (source, target):
        async with opened(target) as database, database.write() as connection:
            await fill_everything(connection, rows=1)
        with pytest.raises(StorageRefused, match="not empty"):
            await transfer(source, target)
        assert len((await rows_in(target))["members"]) == 1


async def test_a_source_of_another_form_is_refused(tmp_path: Path) -> None:
    async with two(("sqlite", "sqlite"), tmp_path) as (source, target):
        async with opened(source) as database, database.write() as connection:
            await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
        with pytest.raises(StorageRefused, match="advisor db upgrade"):
            await transfer(source, target)


@pytest.mark.postgres
async def test_a_source_that_a_bot_uses_is_refused(tmp_path: Path) -> None:
    async with (
        two(("postgresql", "sqlite"), tmp_path) as (source, target),
        opened(source, migrated=False) as bot,
        bot.read(),
    ):
        with pytest.raises(StorageRefused, match="stop it first"):
            await transfer(source, target)


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_what_fails_on_the_way_leaves_the_target_empty(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with two(("sqlite", kind), tmp_path) as (source, target):

        def fail(step: str) -> None:
            if step == "transfer.carried":
                raise StorageRefused("stopped")

        monkeypatch.setattr(module, "hit", fail)
        with pytest.raises(StorageRefused, match="stopped"):
            await transfer(source, target)
        assert not any((await rows_in(target)).values())
        monkeypatch.setattr(module, "hit", failpoints.hit)
        await transfer(source, target)


async def test_batches_are_told(tmp_path: Path) -> None:
    async with two(("sqlite", "sqlite"), tmp_path) as (source, target):
        told: list[tuple[str, int, int]] = []
        await transfer(source, target, progress=lambda *words: told.append(words))
        assert ("carrying members", ROWS, ROWS) in told
