"""Bringing a database to the form that this program knows, at its start.

Alembic runs inside one transaction: a failed upgrade leaves everything as it was. On SQLite a copy is made
first; on PostgreSQL the processes that start together take turns by an advisory lock. There is no way down:
going back is restoring the copy.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, text

from bot.ops.failpoints import hit
from bot.storage.copying import copy_database, name_before_upgrade
from bot.storage.engine import Database, migrating_engine, normal_url, sqlite_path
from bot.storage.faults import StorageDown, StorageRefused, describe

MIGRATIONS = Path(__file__).parent / "migrations"

_LOCK = 0x70726976  # "priv": any number, the same for all processes of this program


class NewerDatabase(StorageRefused):
    """The database was made by a newer program than this one."""


@dataclass(frozen=True, slots=True)
class Schema:
    """The form of a database.

    Attributes:
        found: the revision it has, None when it is empty.
        known: the newest revision of this program.
        newer: whether `found` is unknown here, so a newer program made it.
    """

    found: str | None
    known: str
    newer: bool

    @property
    def current(self) -> bool:
        """Whether nothing is to be done."""
        return self.found == self.known


@dataclass(frozen=True, slots=True)
class Migrated:
    """What an upgrade did.

    Attributes:
        before: the revision that was found, None for an empty database.
        after: the revision it has now.
        copy: the copy of the SQLite file from before, None when none was needed.
    """

    before: str | None
    after: str
    copy: Path | None


async def migrate(url: str, *, now: datetime, keep_copy: bool = True) -> Migrated:
    """Make the database if there is none, and bring it to this program's form.

    The caller holds the `ProcessLock` on SQLite.

    Args:
        url: as for `Database`.
        now: names the copy.
        keep_copy: False for a database that is a copy itself.

    Raises:
        NewerDatabase: a newer program made it; nothing was touched.
        StorageRefused: it cannot be made, copied or upgraded; nothing was changed.
        StorageDown: it does not answer.
    """
    parsed = normal_url(url)
    path = sqlite_path(parsed)
    if path is not None:
        _make_file(path)
    schema = await _run(parsed, _look)
    if schema.newer:
        raise NewerDatabase(_newer(schema, path))
    if schema.current:
        return Migrated(before=schema.found, after=schema.known, copy=None)
    copy = None
    if path is not None and schema.found is not None and keep_copy:
        copy = name_before_upgrade(path, schema.found, now)
        await copy_database(path, copy)
    before = await _run(parsed, _upgrade)
    return Migrated(before=before.found, after=before.known, copy=copy)


async def schema_of(database: Database) -> Schema:
    """What form the database has, without touching it.

    Raises:
        StorageDown: it does not answer.
    """
    async with database.read() as connection:
        return await connection.run_sync(_look)


def knows(revision: str) -> bool:
    """Whether this program has a migration of that name, so that it can bring such a database to its form."""
    script = ScriptDirectory.from_config(config())
    return revision in {known.revision for known in script.walk_revisions()}


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, which needs no file, so that an installed wheel works."""
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def _look(connection: Connection) -> Schema:
    script = ScriptDirectory.from_config(config())
    known = script.get_current_head()
    assert known is not None  # noqa: S101 - there is always a first migration
    found = MigrationContext.configure(connection).get_current_revision()
    newer = found is not None and found not in {revision.revision for revision in script.walk_revisions()}
    return Schema(found=found, known=known, newer=newer)


def _upgrade(connection: Connection) -> Schema:
    """Returns what was found once the turn had come."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    schema = _look(connection)
    if schema.newer:
        raise NewerDatabase(_newer(schema, None))
    if not schema.current:
        hit("storage.before-upgrade")
        command.upgrade(config(connection), "head")
        hit("storage.upgraded")
        if connection.dialect.name == "sqlite":
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            if broken is not None:
                raise StorageRefused(
                    f"The upgrade was undone: a row of table {broken[0]} belongs to nothing."
                    " Please report this; the database is as it was."
                )
    return schema


async def _run(url: URL, work: object) -> Schema:
    engine = migrating_engine(url)
    try:
        async with engine.begin() as connection:
            schema: Schema = await connection.run_sync(work)  # type: ignore[arg-type]
            return schema
    except (StorageRefused, StorageDown):
        raise
    except Exception as fault:
        words = describe(fault)
        if words is None:
            raise
        if "not a database" in words or "damaged" in words:
            raise StorageRefused(
                f"{words[0].upper()}{words[1:]} ({sqlite_path(url)}): put a backup in its place"
                " with `advisor db restore`, or move it away to start anew."
            ) from fault
        raise StorageDown(words) from fault
    finally:
        await engine.dispose()


def _make_file(path: Path) -> None:
    """For its owner alone; SQLite gives its log files the same rights."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as fault:
        raise StorageRefused(
            f"The database {path} cannot be made or opened ({fault.strerror}):"
            " make it and its folder writable for this user, or set ADVISOR_DATA_DIR to another folder."
        ) from fault


def _newer(schema: Schema, path: Path | None) -> str:
    copies = f", or put back the copy {path.name}.before-… that lies beside it" if path is not None else ""
    return (
        f"The database was made by a newer Privacy Advisor (its form is {schema.found},"
        f" this program knows up to {schema.known}): install that version again{copies}. Nothing was changed."
    )
