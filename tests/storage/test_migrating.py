"""Upgrades on both databases: whole or not at all, with a copy first, and never downwards."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, insert, select, text

from bot.storage import migrating
from bot.storage.copying import KEPT, copies_before_upgrades, drop_old_copies
from bot.storage.engine import Database
from bot.storage.faults import StorageRefused
from bot.storage.migrating import Migrated, NewerDatabase, migrate, schema_of
from bot.storage.tables import handled, installation, members, metadata
from tests.support.databases import NOW, opened, postgres_database, sqlite_url

NEWEST = max(path.name[:4] for path in migrating.MIGRATIONS.glob("versions/[0-9]*.py"))
"""The program's newest migration."""

_NEXT = f"""
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{NEWEST}"

def upgrade() -> None:
"""


class NextVersion:
    """A later version of the program, with one migration more."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, body: str) -> None:
        self._path.write_text(_NEXT + body)

    def remove(self) -> None:
        self._path.unlink()


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> NextVersion:
    """The program's migrations in a folder to which a test adds one."""
    folder = tmp_path / "migrations"
    shutil.copytree(migrating.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(migrating, "MIGRATIONS", folder)
    return NextVersion(folder / "versions" / "9999_next.py")


async def test_migrations_make_exactly_the_tables_that_the_program_knows(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        return list(compare_metadata(context, metadata))

    async with database.read() as connection:
        assert await connection.run_sync(differences) == []


async def test_migrating_twice_does_nothing_the_second_time(database_url: str) -> None:
    first = await migrate(database_url, now=NOW)
    second = await migrate(database_url, now=NOW)
    assert first.before is None
    assert second == Migrated(before=first.after, after=first.after, copy=None)


@pytest.mark.postgres
async def test_several_processes_that_start_together_upgrade_once() -> None:
    async with postgres_database() as url:
        address = url.render_as_string(hide_password=False)
        done = await asyncio.gather(*(migrate(address, now=NOW) for _ in range(4)))
        assert sorted(one.before or "" for one in done) == ["", *[done[0].after] * 3]


async def test_a_database_of_a_newer_program_is_refused_and_left_alone(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    address = database.url.render_as_string(hide_password=False)
    with pytest.raises(NewerDatabase, match=r"9999.*Nothing was changed"):
        await migrate(address, now=NOW)
    assert (await schema_of(database)).newer


async def test_an_upgrade_keeps_the_rows(database_url: str, next_version: NextVersion) -> None:
    async with opened(database_url) as database, database.write() as connection:
        await connection.execute(insert(installation).values(name="a", value="x"))
    next_version.add("    op.add_column('installation', sa.Column('more', sa.Integer))\n")
    done = await migrate(database_url, now=NOW)
    assert (done.before, done.after) == (NEWEST, "9999")
    async with opened(database_url) as database, database.read() as connection:
        assert (await connection.scalars(select(installation.c.name))).all() == ["a"]


async def test_an_upgrade_that_fails_changes_nothing(database_url: str, next_version: NextVersion) -> None:
    await migrate(database_url, now=NOW)
    next_version.add("    op.create_table('half', sa.Column('a', sa.Integer))\n    1 / 0\n")
    with pytest.raises(ZeroDivisionError):
        await migrate(database_url, now=NOW)
    next_version.remove()
    async with opened(database_url) as database, database.read() as connection:
        assert not await connection.run_sync(lambda sync: sync.dialect.has_table(sync, "half"))


async def test_rebuilding_a_table_keeps_what_points_at_it(data_dir: Path, next_version: NextVersion) -> None:
    url = sqlite_url(data_dir)
    async with opened(url) as database, database.write() as connection:
        member = {"member_id": bytes(32), "sealed_chat": b"c", "sealed_profile": b"p"}
        await connection.execute(insert(members).values(**member, created_at=NOW, seen_on=NOW))
        await connection.execute(
            insert(handled).values(bot_id=1, update_id=1, member_id=bytes(32), screen="s", at=NOW)
        )
    next_version.add(
        "    with op.batch_alter_table('members', recreate='always') as batch:\n"
        + "        batch.add_column(sa.Column('more', sa.Integer))\n"
    )
    await migrate(url, now=NOW)
    async with opened(url) as database, database.read() as connection:
        assert (await connection.scalars(select(handled.c.member_id))).all() == [bytes(32)]


async def test_the_file_is_copied_before_an_upgrade_and_the_copy_opens(
    data_dir: Path, next_version: NextVersion
) -> None:
    url = sqlite_url(data_dir)
    assert (await migrate(url, now=NOW)).copy is None, "there is nothing to copy yet"
    next_version.add("    op.create_table('more', sa.Column('a', sa.Integer))\n")
    done = await migrate(url, now=NOW)
    assert done.copy is not None
    assert copies_before_upgrades(data_dir / "advisor.db") == [done.copy]
    assert stat.S_IMODE(done.copy.stat().st_mode) == 0o600
    with closing(sqlite3.connect(done.copy)) as copy:
        assert copy.execute("SELECT version_num FROM alembic_version").fetchone() == (NEWEST,)


async def test_a_copy_from_before_an_upgrade_goes_after_a_week(
    data_dir: Path, next_version: NextVersion
) -> None:
    url = sqlite_url(data_dir)
    await migrate(url, now=NOW)
    next_version.add("    op.create_table('more', sa.Column('a', sa.Integer))\n")
    copy = (await migrate(url, now=NOW)).copy
    assert copy is not None
    made = NOW.fromtimestamp(copy.stat().st_mtime, tz=NOW.tzinfo)
    assert drop_old_copies(data_dir / "advisor.db", made + KEPT / 2) == 0
    assert drop_old_copies(data_dir / "advisor.db", made + KEPT * 1.01) == 1
    assert not copy.exists()


async def test_a_file_that_is_no_database_is_refused_in_plain_words(data_dir: Path) -> None:
    (data_dir / "advisor.db").write_bytes(b"this is a letter to my aunt\n" * 100)
    with pytest.raises(StorageRefused, match="not a database"):
        await migrate(sqlite_url(data_dir), now=NOW)


async def test_a_folder_that_cannot_be_made_is_refused_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageRefused, match="ADVISOR_DATA_DIR"):
        await migrate(sqlite_url(tmp_path / "file" / "data"), now=NOW)


async def test_the_files_of_a_new_database_are_for_their_owner_alone(sqlite_database: Database) -> None:
    assert sqlite_database.path is not None
    async with sqlite_database.write() as connection:
        await connection.execute(insert(installation).values(name="a", value="x"))
    found = {path.name: stat.S_IMODE(path.stat().st_mode) for path in sqlite_database.path.parent.iterdir()}
    assert found == dict.fromkeys(["advisor.db", "advisor.db-wal", "advisor.db-shm"], 0o600)
