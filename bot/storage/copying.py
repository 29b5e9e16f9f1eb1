"""Copies of an SQLite database while it is in use: for backups, and before an upgrade.

`VACUUM INTO` reads in one transaction, so the copy is of one moment, and it carries no deleted bytes along.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing, suppress
from datetime import datetime, timedelta
from pathlib import Path

from bot.storage.faults import StorageRefused, describe

KEPT = timedelta(days=7)
"""How long a copy from before an upgrade stays."""


async def copy_database(source: Path, target: Path) -> None:
    """Copy the database at `source` to the new file `target`, readable by its owner alone.

    Raises:
        StorageRefused: the target exists, there is no room, or the source cannot be read.
    """
    await asyncio.to_thread(_copy, source, target)


def copies_before_upgrades(database: Path) -> list[Path]:
    """The copies that upgrades of this SQLite file left beside it."""
    return sorted(path for path in database.parent.glob(f"{database.name}.before-*") if path.is_file())


def name_before_upgrade(database: Path, revision: str, now: datetime) -> Path:
    """Where the copy from before an upgrade from `revision` goes."""
    return database.with_name(f"{database.name}.before-{now:%Y%m%dT%H%M%S}-{revision}")


def drop_old_copies(database: Path, now: datetime) -> int:
    """Delete copies from before upgrades that are older than `KEPT`; returns how many."""
    dropped = 0
    for path in copies_before_upgrades(database):
        with suppress(OSError):
            if now.timestamp() - path.stat().st_mtime > KEPT.total_seconds():
                path.unlink()
                dropped += 1
    return dropped


def _copy(source: Path, target: Path) -> None:
    if target.exists():
        raise StorageRefused(f"{target} exists already: name another file.")
    partial = target.with_name(target.name + ".partial")
    try:
        partial.unlink(missing_ok=True)
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with closing(
            sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, timeout=30)
        ) as connection:
            connection.execute("VACUUM INTO ?", (str(partial),))
        descriptor = os.open(partial, os.O_RDWR)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        # A link and not a rename: it refuses a target that came into being meanwhile.
        os.link(partial, target)
    except FileExistsError as fault:
        raise StorageRefused(f"{target} exists already: name another file.") from fault
    except (OSError, sqlite3.Error) as fault:
        why = describe(fault) if isinstance(fault, sqlite3.Error) else fault.strerror
        raise StorageRefused(
            f"The database could not be copied to {target} ({why or type(fault).__name__}):"
            " make room there, or name another place."
        ) from fault
    finally:
        partial.unlink(missing_ok=True)
