"""What is in a database, as numbers that can be compared: rows and a hash for each table.

The hash does not depend on the order of rows nor on the kind of database, so that a copy on PostgreSQL can be
held against its source on SQLite. It is over what is stored (integers, texts, bytes), not over Python values,
and reads the tables that are there, so that it also fits a database of an older form.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, inspect

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done and how much there is; 0 when that is unknown."""

_FETCHED = 1000
_ROUND = 1 << 256
_OF_ALEMBIC = "alembic_version"


@dataclass(frozen=True, slots=True)
class Digest:
    """One table: how many rows, and a hash over all of them in hex."""

    rows: int
    sha256: str


def silent(what: str, done: int, total: int) -> None:
    """Tells nobody how far it is."""


def table_names(connection: Connection) -> list[str]:
    """All tables that are there, without Alembic's own."""
    return sorted(name for name in inspect(connection).get_table_names() if name != _OF_ALEMBIC)


def digest_tables(
    connection: Connection, names: Iterable[str] | None = None, *, progress: Progress = silent
) -> dict[str, Digest]:
    """The digest of each table, all in the transaction of `connection`.

    Args:
        connection: of either kind of database; it only reads.
        names: which tables; all that are there when left out.
        progress: told after each table.
    """
    chosen = table_names(connection) if names is None else sorted(names)
    found: dict[str, Digest] = {}
    for place, name in enumerate(chosen):
        progress(f"reading {name}", place, len(chosen))
        found[name] = _digest(connection, name)
    return found


def differences(before: dict[str, Digest], after: dict[str, Digest]) -> list[str]:
    """A line for each table that is not the same on both sides."""
    lines = []
    for name in sorted(before.keys() | after.keys()):
        left, right = before.get(name), after.get(name)
        if left is None or right is None:
            lines.append(f"{name} is only on one side")
        elif left.rows != right.rows:
            lines.append(f"{name} has {left.rows} rows on one side and {right.rows} on the other")
        elif left != right:
            lines.append(f"{name} has the same number of rows with other contents")
    return lines


def count_rows(connection: Connection, names: Iterable[str] | None = None) -> dict[str, int]:
    """How many rows each table has."""
    chosen = table_names(connection) if names is None else sorted(names)
    quote = connection.dialect.identifier_preparer.quote
    return {
        name: int(connection.exec_driver_sql(f"SELECT count(*) FROM {quote(name)}").scalar_one())  # noqa: S608
        for name in chosen
    }


def _digest(connection: Connection, name: str) -> Digest:
    """Names come from the database's own catalogue, never from a person."""
    quote = connection.dialect.identifier_preparer.quote
    columns = sorted(column["name"] for column in inspect(connection).get_columns(name))
    statement = f"SELECT {', '.join(map(quote, columns))} FROM {quote(name)}"  # noqa: S608
    rows = total = 0
    result = connection.execution_options(stream_results=True).exec_driver_sql(statement)
    for part in result.yield_per(_FETCHED).partitions():
        for row in part:
            rows += 1
            total += int.from_bytes(hashlib.sha256(b"".join(map(_encoded, row))).digest(), "big")
    whole = f"{','.join(columns)};{rows};{total % _ROUND:064x}"
    return Digest(rows=rows, sha256=hashlib.sha256(whole.encode()).hexdigest())


def _encoded(value: object) -> bytes:
    """A value with its kind and length, so that no two rows are written alike."""
    match value:
        case None:
            return b"n"
        case bool() | int():
            kind, data = b"i", str(int(value)).encode()
        case str():
            kind, data = b"s", value.encode("utf-8", "surrogatepass")
        case bytes() | bytearray() | memoryview():
            kind, data = b"b", bytes(value)
        case _:
            kind, data = b"o", repr(value).encode()
    return kind + str(len(data)).encode() + b":" + data
