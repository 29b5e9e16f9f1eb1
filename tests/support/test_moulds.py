"""What is cast is what the migrations make, down to the last index."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect, text

from bot.storage.engine import Database
from bot.storage.migrating import migrate, schema_of
from tests.support.databases import NOW, postgres_database, sqlite_url
from tests.support.moulds import cast

_NAMES = "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint ORDER BY 1, 2"
_DEFAULTS = (
    "SELECT table_name, column_name, column_default, is_identity FROM information_schema.columns"
    " WHERE table_schema = 'public' ORDER BY 1, 2"
)


def _of_file(path: Path) -> list[str]:
    with sqlite3.connect(path) as connection:
        lines = list(connection.iterdump())
    connection.close()
    return lines


def _of_server(connection: Connection) -> list[object]:
    found: list[object] = [
        tuple(row) for query in (_NAMES, _DEFAULTS) for row in connection.execute(text(query))
    ]
    looked = inspect(connection)
    for name in sorted(looked.get_table_names()):
        found += [name, looked.get_table_comment(name)]
        found += [str(column) for column in looked.get_columns(name)]
        found += sorted(map(str, looked.get_indexes(name)))
    return found


async def test_on_sqlite(tmp_path: Path) -> None:
    await migrate(f"sqlite:///{tmp_path / 'migrated.db'}", now=NOW)
    for name in ("first.db", "second.db"):
        await cast(f"sqlite:///{tmp_path / name}", now=NOW)
        assert _of_file(tmp_path / name) == _of_file(tmp_path / "migrated.db")
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600


@pytest.mark.postgres
async def test_on_postgresql() -> None:
    forms = []
    for make in (migrate, cast, cast):  # the first cast may be a migration itself
        async with postgres_database() as url:
            address = url.render_as_string(hide_password=False)
            await make(address, now=NOW)
            database = Database(address)
            async with database.read() as connection:
                forms.append(await connection.run_sync(_of_server))
            assert (await schema_of(database)).current
            await database.close()
    assert forms[0] == forms[1] == forms[2]
    assert len(forms[0]) > 50


async def test_what_holds_something_is_migrated_and_keeps_it(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)
    with sqlite3.connect(tmp_path / "advisor.db") as connection:
        connection.execute("CREATE TABLE theirs (name TEXT)")
    connection.close()
    await cast(url, now=NOW)
    assert "CREATE TABLE theirs (name TEXT);" in _of_file(tmp_path / "advisor.db")
    assert any("CREATE TABLE members" in line for line in _of_file(tmp_path / "advisor.db"))
