"""Putting a backup back: only a whole one, of this installation, and never so that erased people return.

On SQLite everything is done on a copy beside the database, which then takes its place in one step; what was
there stays beside it for a week, within reach of erasure. On PostgreSQL the dump is loaded in one
transaction, and what was there is dumped to a file before.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete

from bot.members.erasures import ErasureRegister
from bot.members.identity import Identity
from bot.members.keys import Keys
from bot.members.rekeying import rekey
from bot.members.service import Members
from bot.ops.failpoints import hit
from bot.reminders.late import Late, count_late, settle_late
from bot.storage import postgres_tools
from bot.storage.backing_up import back_up, describe_file, note_backup, verify
from bot.storage.copying import name_before_upgrade
from bot.storage.digests import Progress, silent, table_names
from bot.storage.engine import Database, bots_at_work, normal_url, visiting_engine
from bot.storage.erasing import empty_log
from bot.storage.faults import StorageRefused
from bot.storage.locking import InUse
from bot.storage.manifest import BackupRefused, Manifest
from bot.storage.migrating import knows, migrate
from bot.storage.tables import metadata

Choose = Callable[[int], Late]
"""Asked what becomes of so many late reminders."""


@dataclass(frozen=True, slots=True)
class Home:
    """The installation to which a backup returns.

    Attributes:
        url: of its database.
        file: the SQLite file; None on PostgreSQL.
        keys: its keys; None when there are none.
        register: of erasures.
        folder: where a dump of what was there goes, on PostgreSQL.
        known_ids: Telegram ids that the operator has written down, for a backup of an older key.
    """

    url: str
    file: Path | None
    keys: Keys | None
    register: ErasureRegister
    folder: Path
    known_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done.

    Attributes:
        manifest: of the backup.
        erased: rows of erased members that came with it and are gone again.
        late: reminders whose time had passed.
        kept: where what was there before is; None when nothing was.
        rekeyed: members that were moved from the backup's key to the newest one.
    """

    manifest: Manifest
    erased: int
    late: int
    kept: Path | None
    rekeyed: int = 0


@dataclass(frozen=True, slots=True)
class _Settled:
    erased: int
    late: int
    rekeyed: int


class _Standing:
    """A clock that stands at the instant of the restore."""

    def __init__(self, instant: datetime) -> None:
        self._instant = instant

    def now(self) -> datetime:
        return self._instant


async def read_backup(backup: Path, home: Home, *, now: datetime, without_manifest: bool = False) -> Manifest:
    """Look whether a backup may be put back here; nothing is changed.

    Args:
        backup: the file.
        home: where it is to return.
        now: the present instant.
        without_manifest: take an SQLite file that has none, such as a copy from before an upgrade.

    Raises:
        BackupRefused: it is damaged, or made by a newer program, with another key, or of the other kind.
    """
    if without_manifest:
        manifest = await asyncio.to_thread(describe_file, backup, now)
    else:
        manifest = await verify(backup)
    here = "postgresql" if home.file is None else "sqlite"
    if manifest.database != here:
        raise BackupRefused(
            f"{backup} is of {_NAMES[manifest.database]} and ADVISOR_DATABASE_URL names {_NAMES[here]}:"
            " restore it there, then use `advisor db copy`."
        )
    if not knows(manifest.schema):
        raise BackupRefused(
            f"{backup} was made by a newer Privacy Advisor ({manifest.program}, form {manifest.schema}):"
            " install that version, then restore."
        )
    if manifest.key_fingerprint is not None:
        ring = home.keys.ring if home.keys is not None else ()
        if manifest.key_fingerprint not in {key.fingerprint for key in ring}:
            raise BackupRefused(
                f"{backup} belongs to another key ({manifest.key_fingerprint}): put that key into the key"
                " file, below the present one when there is one. Nothing was changed."
            )
    return manifest


async def restore(
    backup: Path,
    home: Home,
    manifest: Manifest,
    *,
    now: datetime,
    choose: Choose,
    progress: Progress = silent,
) -> Restored:
    """Put a backup in the place of the database. The caller holds the `ProcessLock` on SQLite.

    Args:
        backup: the file.
        home: where it returns.
        manifest: from `read_backup`.
        now: the present instant.
        choose: asked when reminders became late; not called when none did.
        progress: told how far it is.

    Raises:
        StorageRefused: it cannot be done; the database is as it was.
        StorageDown: PostgreSQL does not answer.
    """
    if home.file is None:
        return await _restore_postgres(backup, home, manifest, now=now, choose=choose, progress=progress)
    return await _restore_sqlite(backup, home, home.file, manifest, now=now, choose=choose, progress=progress)


async def _restore_sqlite(
    backup: Path,
    home: Home,
    live: Path,
    manifest: Manifest,
    *,
    now: datetime,
    choose: Choose,
    progress: Progress,
) -> Restored:
    draft = live.with_name(live.name + ".restoring")
    try:
        await asyncio.to_thread(_copy_file, backup, draft)
        progress("settling", 0, 0)
        settled = await _settle(f"sqlite:///{draft}", home, manifest, now=now, choose=choose)
        hit("restore.prepared")
        kept = await asyncio.to_thread(_swap, draft, live, name_before_upgrade(live, "restore", now))
        hit("restore.done")
    except OSError as fault:
        raise StorageRefused(
            f"The backup could not be put beside {live} ({fault.strerror}): make room there."
            " The database is as it was."
        ) from fault
    finally:
        _remove(draft)
    return Restored(manifest, settled.erased, settled.late, kept, settled.rekeyed)


async def _restore_postgres(
    backup: Path, home: Home, manifest: Manifest, *, now: datetime, choose: Choose, progress: Progress
) -> Restored:
    url = normal_url(home.url)
    engine = visiting_engine(url)
    try:
        async with engine.connect() as connection:
            if await bots_at_work(connection):
                raise InUse("A bot is connected to this database: stop all of them first.")
            number = int((await connection.exec_driver_sql("SHOW server_version_num")).scalar_one())
            there = await connection.run_sync(table_names)
    finally:
        await engine.dispose()
    await postgres_tools.require_tools(
        "pg_dump", "pg_restore", "psql", server=postgres_tools.server_version(number)
    )
    kept = None
    if "installation" in there:
        kept = home.folder / f"before-restore-{now:%Y%m%dT%H%M%S}.dump"
        await back_up(home.url, kept, now=now, progress=progress)
        hit("restore.kept")
    ours = {table.name for table in metadata.sorted_tables} | manifest.tables.keys() | {"alembic_version"}
    progress("loading", 0, 0)
    with tempfile.TemporaryDirectory(prefix="advisor-restore-") as scratch:
        await postgres_tools.load_dump(url, backup, instead_of=sorted(ours), scratch=Path(scratch))
    hit("restore.prepared")
    settled = await _settle(home.url, home, manifest, now=now, choose=choose)
    hit("restore.done")
    return Restored(manifest, settled.erased, settled.late, kept, settled.rekeyed)


async def _settle(url: str, home: Home, manifest: Manifest, *, now: datetime, choose: Choose) -> _Settled:
    """Bring what was restored to this day: its form, erasures, key, late reminders, running processes."""
    await migrate(url, now=now, keep_copy=False)
    database = Database(url)
    try:
        erased = moved = 0
        if home.keys is not None and manifest.key_fingerprint is not None:
            erased = await _replay(database, home, now)
            if manifest.key_fingerprint != home.keys.newest.fingerprint:
                done = await rekey(database, home.keys, known_ids=home.known_ids)
                moved = done.moved if done is not None else 0
                erased += await _replay(database, home, now)
        async with database.read() as connection:
            late = await count_late(connection, now)
        chosen = choose(late) if late else Late.SEND
        async with database.write() as connection:
            await settle_late(connection, now, chosen)
            for table in metadata.sorted_tables:
                if table.info.get("of_a_process"):
                    await connection.execute(delete(table))
        await empty_log(database)
    finally:
        await database.close()
    await note_backup(url, manifest.made_at)
    return _Settled(erased, late, moved)


async def _replay(database: Database, home: Home, now: datetime) -> int:
    assert home.keys is not None  # noqa: S101 - the caller looked
    members = Members(database, Identity(home.keys), clock=_Standing(now), register=home.register)
    return await members.replay_erasures()


def _copy_file(backup: Path, draft: Path) -> None:
    _remove(draft)
    draft.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with backup.open("rb") as source:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
            target.flush()
            os.fsync(target.fileno())


def _swap(draft: Path, live: Path, kept: Path) -> Path | None:
    """The draft in the place of the database; returns where what was there is.

    A write-ahead log must not be left: SQLite would play it into the new file.
    """
    found = live.exists()
    if found:
        with suppress(sqlite3.Error), closing(sqlite3.connect(live, isolation_level=None)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        kept.unlink(missing_ok=True)
        os.link(live, kept)
        log = live.with_name(live.name + "-wal")
        if log.exists() and log.stat().st_size:  # only a damaged database still has one
            log.replace(kept.with_name(kept.name + "-wal"))
    hit("restore.kept")
    for ending in ("-wal", "-shm"):
        live.with_name(live.name + ending).unlink(missing_ok=True)
    draft.replace(live)
    folder = os.open(live.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return kept if found else None


def _remove(draft: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        draft.with_name(draft.name + ending).unlink(missing_ok=True)


_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
