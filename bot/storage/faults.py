"""What can go wrong with a database, sorted by who can mend it.

`StorageDown` mends itself or is mended outside: the chat does not acknowledge, and tries again.
`StorageRefused` stops the start: only the operator can mend it, and its message says how.
Everything else is a bug and passes through as it is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from sqlalchemy import exc as sa

# https://www.sqlite.org/rescode.html; the primary code is the low byte.
_SQLITE_TROUBLE = {
    sqlite3.SQLITE_PERM: "the database file may not be read or written",
    sqlite3.SQLITE_BUSY: "the database is locked by another program",
    sqlite3.SQLITE_LOCKED: "the database is locked",
    sqlite3.SQLITE_NOMEM: "there is not enough memory",
    sqlite3.SQLITE_READONLY: "the database file is read-only",
    sqlite3.SQLITE_IOERR: "the disk of the database does not answer",
    sqlite3.SQLITE_CORRUPT: "the database file is damaged",
    sqlite3.SQLITE_FULL: "the disk of the database is full",
    sqlite3.SQLITE_CANTOPEN: "the database file cannot be opened",
    sqlite3.SQLITE_PROTOCOL: "the database is locked by another program",
    sqlite3.SQLITE_NOTADB: "the database file is not a database",
}
# https://www.postgresql.org/docs/current/errcodes-appendix.html; classes of two letters, or whole codes.
_POSTGRES_TROUBLE = {
    "08": "the connection to the database broke",
    "28": "the database refuses the user or the password",
    "3D": "the database does not exist",
    "40": "another transaction was in the way",
    "53": "the database has run out of room, memory or connections",
    "55P03": "a lock of the database could not be had in time",
    "57": "the database is stopping, starting or was interrupted",
    "58": "the disk of the database does not answer",
    "25006": "the database is read-only",
}


class StorageDown(Exception):  # noqa: N818 - a state, which handlers read as such
    """The database does not answer now; nothing was changed, and trying again is right.

    The message is plain words without any value of a row.
    """


class StorageRefused(Exception):  # noqa: N818 - as above
    """The database must not be used as it is; the message says why and what to do."""


def is_transient(fault: BaseException) -> bool:
    """Whether a fault is the storage's state (locked, gone, full, timed out) and not a bug of ours."""
    return describe(fault) is not None


def describe(fault: BaseException) -> str | None:
    """A transient fault in plain words without values, or None when it is none."""
    if isinstance(fault, StorageDown):
        return str(fault)
    for link in _chain(fault):
        if isinstance(link, sqlite3.Error):
            code = getattr(link, "sqlite_errorcode", None)
            if code is not None:
                return _SQLITE_TROUBLE.get(code & 0xFF)
        state = getattr(link, "sqlstate", None)
        if isinstance(state, str):
            return _POSTGRES_TROUBLE.get(state) or _POSTGRES_TROUBLE.get(state[:2])
        if isinstance(link, TimeoutError | sa.TimeoutError):
            return "the database did not answer in time"
        if isinstance(link, OSError):
            return "the database cannot be reached"
    if isinstance(fault, sa.DBAPIError) and fault.connection_invalidated:
        return "the connection to the database broke"
    if isinstance(fault, sa.DBAPIError) and any(
        word in str(fault.orig).lower()
        for word in ("connection closed", "connection is closed", "no active connection")
    ):
        return "the connection to the database broke"
    return None


def is_readonly(fault: BaseException) -> bool:
    """Whether something was to be written where only reading is allowed; inside `read` that is a bug."""
    return any(
        getattr(link, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_READONLY
        or getattr(link, "sqlstate", None) == "25006"
        for link in _chain(fault)
    )


def _chain(fault: BaseException) -> Iterator[BaseException]:
    """The fault, what the driver raised, and what that came from."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [fault]
    while waiting:
        link = waiting.pop(0)
        if link is None or id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        waiting += [getattr(link, "orig", None), link.__cause__]
