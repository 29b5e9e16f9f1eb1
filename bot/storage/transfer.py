"""A whole database into an empty one of the other kind, or of the same.

Everything goes by the metadata of the tables: values are read and written as Python values, so that each
kind of database stores them its own way, and a table that is added tomorrow is carried along. What is about
running processes (`tables.OF_A_PROCESS`) stays behind.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Column, Integer, Table, func, insert, select, text
from sqlalchemy import exc as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ops.failpoints import hit
from bot.storage.digests import Digest, Progress, count_rows, differences, digest_tables, silent
from bot.storage.engine import Database, bots_at_work, normal_url, visiting_engine
from bot.storage.faults import StorageDown, StorageRefused, describe
from bot.storage.migrating import schema_of
from bot.storage.tables import metadata

_BATCH = 500
"""Rows that are written at once; sixteen thousand values at most, which both drivers take."""


@dataclass(frozen=True, slots=True)
class Transferred:
    """What was carried over: the digest of each table, equal on both sides."""

    tables: dict[str, Digest]

    @property
    def rows(self) -> int:
        """Rows in all tables together."""
        return sum(digest.rows for digest in self.tables.values())


def carried_tables() -> list[Table]:
    """Tables whose rows go along, in an order in which nothing points at what is not there yet."""
    return [table for table in metadata.sorted_tables if not table.info.get("of_a_process")]


async def transfer(source: str, target: str, *, progress: Progress = silent) -> Transferred:
    """Carry every row over, in one transaction: all of it or nothing.

    Args:
        source: URL of a database of this program's form that no bot uses; it is only read.
        target: URL of one of this program's form without a row (`migrate` makes it).
        progress: told how far it is.

    Raises:
        StorageRefused: the source is of another form or in use, the target is not empty, a row does not fit,
            or both sides differ afterwards. The target is then as it was.
        StorageDown: one of them does not answer.
    """
    await _require_current(source, "source")
    await _require_current(target, "target")
    reading = visiting_engine(normal_url(source))
    writing = visiting_engine(normal_url(target), write=True)
    try:
        async with reading.connect() as there, writing.begin() as here:
            if await bots_at_work(there):
                raise StorageRefused(
                    "The bot is running on the source: stop it first, else its work is lost."
                )
            await _require_empty(here)
            for table in carried_tables():
                await _carry(table, there, here, progress)
            await _advance_numbers(there, here)
            hit("transfer.carried")
            return Transferred(await _compare(there, here, progress))
    except sa.DBAPIError as fault:
        words = describe(fault)
        if words is not None:
            raise StorageDown(words) from fault
        raise StorageRefused(
            f"A row does not fit into the target ({type(fault.orig).__name__}): nothing was carried over."
            " Please report this."
        ) from fault
    finally:
        await reading.dispose()
        await writing.dispose()


async def _require_current(url: str, which: str) -> None:
    database = Database(url)
    try:
        schema = await schema_of(database)
    finally:
        await database.close()
    if not schema.current:
        raise StorageRefused(
            f"The {which} has form {schema.found or 'none'} and this program {schema.known}:"
            " run `advisor db upgrade` on it first."
        )


async def _require_empty(here: AsyncConnection) -> None:
    names = [table.name for table in metadata.sorted_tables]
    counts = await here.run_sync(lambda sync: count_rows(sync, names))
    full = [name for name, rows in counts.items() if rows]
    if full:
        raise StorageRefused(
            f"The target is not empty ({full[0]} has {counts[full[0]]} rows): name a new database."
            " Nothing was changed."
        )


async def _carry(table: Table, there: AsyncConnection, here: AsyncConnection, progress: Progress) -> None:
    total = int((await there.execute(select(func.count()).select_from(table))).scalar_one())
    done = 0
    batch = max(1, min(_BATCH, 16_000 // len(table.columns)))
    ordered = select(table).order_by(*table.primary_key.columns)
    async with there.stream(ordered.execution_options(yield_per=batch)) as rows:
        async for part in rows.mappings().partitions(batch):
            await here.execute(insert(table), [dict(row) for row in part])
            done += len(part)
            progress(f"carrying {table.name}", done, total)
            hit("transfer.batch")


async def _advance_numbers(there: AsyncConnection, here: AsyncConnection) -> None:
    """Go on counting where the source was, also past rows that are gone: a number is never used again."""
    for table in carried_tables():
        column = table.autoincrement_column
        if column is None:
            continue
        last = await _last_number(there, table, column)
        if last:
            await _set_number(here, table, column, last)


async def _last_number(connection: AsyncConnection, table: Table, column: Column[int]) -> int:
    highest = await connection.scalar(select(func.max(column))) or 0
    if connection.dialect.name == "sqlite":
        if not await connection.scalar(text("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'")):
            return highest
        counted = await connection.scalar(
            text("SELECT seq FROM sqlite_sequence WHERE name = :table"), {"table": table.name}
        )
    else:
        name = await _sequence(connection, table, column)
        if name is None:
            return highest
        called, value = (
            await connection.execute(text(f"SELECT is_called, last_value FROM {name}"))  # noqa: S608 - of the catalogue
        ).one()
        counted = value if called else 0
    return max(highest, int(counted or 0))


async def _set_number(connection: AsyncConnection, table: Table, column: Column[int], last: int) -> None:
    if connection.dialect.name == "sqlite":
        if table.dialect_options["sqlite"].get("autoincrement"):
            values = {"table": table.name, "last": last}
            await connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), values)
            await connection.execute(text("INSERT INTO sqlite_sequence VALUES (:table, :last)"), values)
        return
    name = await _sequence(connection, table, column)
    if name is not None:
        await connection.execute(text("SELECT setval(:name, :last)"), {"name": name, "last": last})


async def _sequence(connection: AsyncConnection, table: Table, column: Column[int]) -> str | None:
    """The name of the sequence behind a column on PostgreSQL, quoted where that is needed."""
    if not isinstance(column.type, Integer):
        return None
    name: str | None = await connection.scalar(
        text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table.name, "column": column.name}
    )
    return name


async def _compare(there: AsyncConnection, here: AsyncConnection, progress: Progress) -> dict[str, Digest]:
    names = [table.name for table in carried_tables()]
    before = await there.run_sync(lambda sync: digest_tables(sync, names, progress=progress))
    after = await here.run_sync(lambda sync: digest_tables(sync, names, progress=progress))
    if different := differences(before, after):
        raise StorageRefused(
            f"The copy is not equal ({different[0]}): nothing was carried over. Please report this."
        )
    return after
