"""From every form that was ever released to this program's, with rows in every table."""

from __future__ import annotations

from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, MetaData, Table, insert, select

from bot.storage import migrating
from bot.storage.engine import migrating_engine, normal_url, sqlite_path
from bot.storage.migrating import migrate
from tests.support.databases import NOW
from tests.support.rows import row_of

REVISIONS = sorted(path.name[:4] for path in migrating.MIGRATIONS.glob("versions/[0-9]*.py"))
ROWS = 3

Rows = dict[str, list[dict[str, Any]]]


async def run(url: str, work: Any) -> Any:
    engine = migrating_engine(normal_url(url))
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


def tables_in(connection: Connection) -> list[Table]:
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def rows_in(connection: Connection) -> Rows:
    return {
        table.name: [
            dict(row)
            for row in connection.execute(select(table).order_by(*table.primary_key.columns)).mappings()
        ]
        for table in tables_in(connection)
    }


def fill(connection: Connection) -> Rows:
    for table in tables_in(connection):
        connection.execute(insert(table), [row_of(table, seed) for seed in range(1, ROWS + 1)])
    return rows_in(connection)


def make_file(url: str) -> None:
    """An empty database; on SQLite that is an empty file."""
    if path := sqlite_path(normal_url(url)):
        path.touch()


@pytest.mark.parametrize("revision", REVISIONS)
async def test_an_upgrade_from_there_keeps_every_row(database_url: str, revision: str) -> None:
    make_file(database_url)
    await run(database_url, lambda connection: command.upgrade(migrating.config(connection), revision))
    before: Rows = await run(database_url, fill)
    assert all(len(rows) == ROWS for rows in before.values())
    done = await migrate(database_url, now=NOW)
    assert done.before == revision
    if database_url.startswith("sqlite") and revision != done.after:
        assert done.copy is not None, "a copy comes first"
        assert await run(f"sqlite:///{done.copy}", rows_in) == before
    after: Rows = await run(database_url, rows_in)
    for name, rows in before.items():
        assert len(after[name]) == len(rows), name
        for old, new in zip(rows, after[name], strict=True):
            assert {column: new[column] for column in old if column in new} == old, name


def test_the_migrations_follow_one_another() -> None:
    assert [f"{number:04}" for number in range(1, len(REVISIONS) + 1)] == REVISIONS
