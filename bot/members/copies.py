"""Erasure in the copies that upgrades leave beside an SQLite database.

They are older forms of it, so nothing is taken for granted: a table or column that is not there holds nobody.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path

import structlog

from bot.members.registry import PERSONAL, Erase, Personal
from bot.storage.copying import copies_before_upgrades

log = structlog.get_logger(__name__)


def erase_in_copies(database: Path, gone: Mapping[bytes, datetime]) -> None:
    """Erase members in every copy; one that cannot be cleaned is deleted, since erasure goes first.

    Args:
        database: the database beside which the copies lie.
        gone: member ids; the instants do not matter, a copy is only ever older.
    """
    for copy in copies_before_upgrades(database):
        try:
            _erase(copy, gone)
        except sqlite3.Error:
            log.warning("copy_deleted", reason="a member could not be erased in it")
            copy.unlink(missing_ok=True)


def _erase(copy: Path, gone: Mapping[bytes, datetime]) -> None:
    with closing(sqlite3.connect(copy, isolation_level=None, timeout=5)) as connection:
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("BEGIN IMMEDIATE")
        for kind in PERSONAL:
            if _has(connection, kind):
                connection.executemany(_statement(kind), [(member_id,) for member_id in gone])
        connection.execute("COMMIT")


def _has(connection: sqlite3.Connection, kind: Personal) -> bool:
    columns = connection.execute("SELECT name FROM pragma_table_info(?)", (kind.table.name,)).fetchall()
    return (kind.member,) in columns


def _statement(kind: Personal) -> str:
    """Names come from our own registry, never from a person."""
    if kind.erase is Erase.DELETE:
        return f'DELETE FROM "{kind.table.name}" WHERE "{kind.member}" = ?'  # noqa: S608
    return f'UPDATE "{kind.table.name}" SET "{kind.member}" = NULL WHERE "{kind.member}" = ?'  # noqa: S608
