"""Backups of a database in use: a file and its manifest, whole or not there at all.

The numbers in the manifest are read from the database in the same transaction, of one moment, in which the
copy is made, and never from the copy: so that comparing them later proves something.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, NullPool, create_engine, select, text
from sqlalchemy import exc as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import __version__
from bot.ops.failpoints import hit
from bot.storage import postgres_tools
from bot.storage.digests import Digest, Progress, count_rows, digest_tables, silent, table_names
from bot.storage.engine import Database, normal_url, sqlite_path, visiting_engine
from bot.storage.faults import StorageDown, StorageRefused, describe
from bot.storage.manifest import BackupRefused, Kind, Manifest, file_hash, manifest_path, read_manifest
from bot.storage.manifest import write_manifest as _write_manifest
from bot.storage.tables import KEY_FINGERPRINT, LAST_BACKUP, installation

_PAGES = 256
"""How many pages SQLite copies between two looks at whether we are to stop: a megabyte."""


class _Stopped(Exception):  # noqa: N818 - no error, a wish
    """Raised inside SQLite's thread when the backup is given up."""


async def back_up(url: str, target: Path, *, now: datetime, progress: Progress = silent) -> Manifest:
    """Back up the database to `target`, also while the bot runs.

    Args:
        url: as for `Database`.
        target: a new file; its manifest comes beside it. When interrupted, neither is there.
        now: the instant that the manifest names.
        progress: told how far it is.

    Raises:
        StorageRefused: the target exists, there is no room, there is nothing to back up, or a program of
            PostgreSQL is missing.
        StorageDown: the database does not answer.
    """
    parsed = normal_url(url)
    kind: Kind = "sqlite" if sqlite_path(parsed) is not None else "postgresql"
    await asyncio.to_thread(_require_new, target)
    partial = target.with_name(target.name + ".partial")
    engine = visiting_engine(parsed)
    try:
        _make_private(partial)
        async with engine.connect() as connection:
            found = await connection.run_sync(_look)
            if found is None:
                raise StorageRefused("There is nothing to back up: the database has no tables yet.")
            schema, fingerprint = found
            if kind == "sqlite":
                tables = await connection.run_sync(lambda sync: digest_tables(sync, progress=progress))
                await _copy_pages(connection, partial, progress)
            else:
                tables = await _dump(connection, partial, progress)
        manifest = Manifest(
            database=kind,
            program=__version__,
            schema=schema,
            made_at=now,
            key_fingerprint=fingerprint,
            bytes=await asyncio.to_thread(_size, partial),
            sha256=await asyncio.to_thread(file_hash, partial),
            tables=tables,
        )
        hit("backup.copied")
        _publish(partial, target, manifest)
        hit("backup.published")
    except FileExistsError as fault:
        raise StorageRefused(f"{target} exists already: name another file.") from fault
    except sa.DBAPIError as fault:
        raise StorageDown(describe(fault) or "the database does not answer as it should") from fault
    except (OSError, sqlite3.Error) as fault:
        if (words := describe(fault)) and isinstance(fault, sqlite3.Error | TimeoutError):
            raise StorageDown(words) from fault
        why = fault.strerror if isinstance(fault, OSError) else type(fault).__name__
        raise StorageRefused(
            f"The backup could not be written to {target} ({why or type(fault).__name__}):"
            " make room there, or name another place."
        ) from fault
    else:
        return manifest
    finally:
        await engine.dispose()
        with suppress(OSError):
            partial.unlink(missing_ok=True)


async def note_backup(url: str, at: datetime) -> None:
    """Let the database remember when its last backup was made, for `advisor doctor`.

    Raises:
        StorageDown: it does not answer; the backup is good all the same.
    """
    database = Database(url)
    make = sqlite.insert if database.is_sqlite else postgresql.insert
    values = {"value": at.isoformat()}
    try:
        async with database.write() as connection:
            await connection.execute(
                make(installation)
                .values(name=LAST_BACKUP, **values)
                .on_conflict_do_update(index_elements=[installation.c.name], set_=values)
            )
    finally:
        await database.close()


async def last_backup(database: Database) -> datetime | None:
    """When the last backup was made; None when none is known.

    Raises:
        StorageDown: the database does not answer.
    """
    async with database.read() as connection:
        found: str | None = await connection.scalar(
            select(installation.c.value).where(installation.c.name == LAST_BACKUP)
        )
    return None if found is None else datetime.fromisoformat(found)


async def verify(backup: Path, *, progress: Progress = silent) -> Manifest:
    """Look whether a backup is what its manifest says; nothing is changed.

    Raises:
        BackupRefused: it is not; the message says what is wrong.
    """
    manifest = read_manifest(backup)
    try:
        size = await asyncio.to_thread(_size, backup)
        if size != manifest.bytes:
            raise BackupRefused(
                f"{backup} is damaged: it has {size} bytes and should have {manifest.bytes}."
                " Take another backup."
            )
        found = await asyncio.to_thread(
            file_hash, backup, at=lambda done: progress("checking", done, manifest.bytes)
        )
    except OSError as fault:
        raise BackupRefused(f"{backup} cannot be read ({fault.strerror}).") from fault
    if found != manifest.sha256:
        raise BackupRefused(f"{backup} is damaged: its checksum is another one. Take another backup.")
    if manifest.database == "sqlite":
        check_file(backup)
        with open_file(backup) as connection:
            counts = count_rows(connection)
        if counts != {name: digest.rows for name, digest in manifest.tables.items()}:
            raise BackupRefused(f"{backup} has not the rows that its manifest names: take another backup.")
    return manifest


def check_file(file: Path) -> None:
    """Let SQLite look through a whole file.

    Raises:
        BackupRefused: it is damaged, or no database.
    """
    try:
        with closing(sqlite3.connect(_address(file), uri=True)) as connection:
            broken = connection.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",)
    except sqlite3.Error as fault:
        raise BackupRefused(f"{file} is no database of ours, or damaged: take another backup.") from fault
    if broken:
        raise BackupRefused(f"{file} is damaged: take another backup.")


@contextmanager
def open_file(file: Path) -> Iterator[Connection]:
    """An SQLite file that nobody uses, to be read as it lies there; no file comes beside it."""
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(_address(file), uri=True),
        poolclass=NullPool,
        hide_parameters=True,
    )
    try:
        with engine.connect() as connection:
            yield connection
    except sa.DBAPIError as fault:
        raise BackupRefused(f"{file} is damaged, or no database of ours: take another backup.") from fault
    finally:
        engine.dispose()


def describe_file(file: Path, now: datetime) -> Manifest:
    """A manifest for an SQLite file without one, such as a copy from before an upgrade, from itself alone.

    Raises:
        BackupRefused: it is damaged, or no database of ours.
    """
    check_file(file)
    with open_file(file) as connection:
        found = _look(connection)
        if found is None:
            raise BackupRefused(f"{file} is no database of a Privacy Advisor.")
        schema, fingerprint = found
        return Manifest(
            database="sqlite",
            program=__version__,
            schema=schema,
            made_at=min(now, datetime.fromtimestamp(file.stat().st_mtime, tz=now.tzinfo)),
            key_fingerprint=fingerprint,
            bytes=file.stat().st_size,
            sha256=file_hash(file),
            tables=digest_tables(connection),
        )


def _look(connection: Connection) -> tuple[str, str | None] | None:
    """The schema and the fingerprint of the key; None when there is no database of ours."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    schema = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if schema is None or "installation" not in table_names(connection):
        return None
    fingerprint = connection.scalar(
        text("SELECT value FROM installation WHERE name = :name"), {"name": KEY_FINGERPRINT}
    )
    return str(schema), fingerprint


async def _copy_pages(connection: AsyncConnection, partial: Path, progress: Progress) -> None:
    """SQLite's own backup, from inside of our transaction, so that it copies what the transaction sees."""
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None  # noqa: S101 - it was connected above
    stop = threading.Event()

    def at(status: int, left: int, pages: int) -> None:
        progress("copying", pages - left, pages)
        if stop.is_set():
            raise _Stopped

    with closing(sqlite3.connect(partial, isolation_level=None, check_same_thread=False)) as target:
        target.execute("PRAGMA synchronous=OFF")  # it is synced as a whole before it gets its name
        copying = asyncio.ensure_future(driver.backup(target, pages=_PAGES, progress=at))
        try:
            await asyncio.shield(copying)
        except asyncio.CancelledError:
            stop.set()
            await asyncio.gather(copying, return_exceptions=True)
            raise
        target.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it


async def _dump(connection: AsyncConnection, partial: Path, progress: Progress) -> dict[str, Digest]:
    number = int((await connection.exec_driver_sql("SHOW server_version_num")).scalar_one())
    await postgres_tools.require_tools("pg_dump", server=postgres_tools.server_version(number))
    snapshot = (await connection.exec_driver_sql("SELECT pg_export_snapshot()")).scalar_one()
    tables = await connection.run_sync(lambda sync: digest_tables(sync, progress=progress))
    await postgres_tools.dump(connection.engine.url, partial, snapshot=snapshot, progress=progress)
    return tables


def _require_new(target: Path) -> None:
    if target.exists():
        raise StorageRefused(f"{target} exists already: name another file.")


def _size(file: Path) -> int:
    return file.stat().st_size


def _make_private(partial: Path) -> None:
    partial.unlink(missing_ok=True)
    os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _publish(partial: Path, target: Path, manifest: Manifest) -> None:
    """The manifest first: a crash in between leaves no backup, and not one of which nothing is known."""
    descriptor = os.open(partial, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    _write_manifest(target, manifest)
    try:
        os.link(partial, target)  # and not a rename: it refuses a file that came into being meanwhile
    except OSError:
        manifest_path(target).unlink(missing_ok=True)
        raise
    folder = os.open(target.absolute().parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _address(file: Path) -> str:
    return f"file:{quote(str(file.absolute()))}?mode=ro&immutable=1"
