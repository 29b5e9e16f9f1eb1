"""Rows for any table, made from its columns: so that a table that is added tomorrow is filled too."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, Float, Integer, LargeBinary, String, Table, Text, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.members.registry import Personal, Sealed
from bot.storage.tables import Instant, metadata
from tests.support.databases import NOW


def row_of(table: Table, seed: int, given: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A row that differs from those of other seeds (from 1) in every column that must differ.

    What points at another table points at that table's row of the same seed, or, within one table, at the row
    before. Every third row leaves out what may be left out.
    """
    row: dict[str, Any] = {}
    for column in table.columns:
        if column.computed is not None or column.identity is not None:
            continue
        if given is not None and column.name in given:
            row[column.name] = given[column.name]
        elif column.foreign_keys:
            row[column.name] = _pointing(table, column, seed)
        elif column.nullable and not column.primary_key and seed % 3 == 0:
            row[column.name] = None
        else:
            row[column.name] = value_of(column, seed)
    return row


def value_of(column: Column[Any], seed: int) -> Any:
    """A value that fits; texts hold more than ASCII where there is room, bytes hold zeros."""
    kind = column.type
    name = column.name
    if isinstance(kind, Instant):
        return NOW + timedelta(microseconds=seed)
    if isinstance(kind, BigInteger):
        return 2**40 + seed
    if isinstance(kind, Integer):
        return seed
    if isinstance(kind, Float):
        return seed + 0.1
    if isinstance(kind, LargeBinary):
        return hashlib.sha256(f"{name} {seed}".encode()).digest()[: kind.length or 20] + (
            b"" if kind.length else b"\0\xff"
        )
    if isinstance(kind, Text) or (isinstance(kind, String) and (kind.length or 99) > 40):
        return f"{name} {seed} äß\n'\"\\ %s €🙂"[: kind.length or 99]
    if isinstance(kind, String):
        return f"{seed}{name}"[: kind.length]
    raise TypeError(f"no value is known for {column} of {kind!r}")


async def fill_everything(
    connection: AsyncConnection, *, rows: int, without: Collection[str] = ()
) -> dict[str, int]:
    """So many rows in every table; returns how many each has."""
    filled = {}
    for table in metadata.sorted_tables:
        if table.name in without:
            continue
        await connection.execute(insert(table), [row_of(table, seed) for seed in range(1, rows + 1)])
        filled[table.name] = rows
    return filled


def _pointing(table: Table, column: Column[Any], seed: int) -> Any:
    (key,) = column.foreign_keys
    if key.column.table is not table:
        return value_of(key.column, seed)
    return value_of(key.column, seed - 1) if seed > 1 else None


async def fill_about(
    connection: AsyncConnection, kind: Personal, member_id: bytes, seed: int, boxes: Mapping[Sealed, bytes]
) -> None:
    """A row of one kind about a member, and whatever rows it must point at.

    Args:
        connection: a transaction that writes.
        kind: which.
        member_id: whose.
        seed: as in `row_of`.
        boxes: what goes into its sealed columns, by what they hold.
    """
    given: dict[str, Any] = {kind.member: member_id}
    given |= {name: boxes[what] for name, what in kind.sealed.items()}
    given |= await _insert_parents(connection, kind.table, seed, given)
    await connection.execute(insert(kind.table).values(row_of(kind.table, seed, given)))


async def _insert_parents(
    connection: AsyncConnection, table: Table, seed: int, given: Mapping[str, Any]
) -> dict[str, None]:
    """Make the rows that a row of this seed points at; what points within its own table points at nothing."""
    nothing: dict[str, None] = {}
    for column in table.columns:
        for key in column.foreign_keys:
            parent = key.column.table
            if parent is table:
                nothing[column.name] = None
            elif column.name not in given:
                value = value_of(key.column, seed)
                there = await connection.scalar(select(key.column).where(key.column == value))
                if there is None:
                    more = await _insert_parents(connection, parent, seed, {})
                    await connection.execute(insert(parent).values(row_of(parent, seed, more)))
    return nothing
