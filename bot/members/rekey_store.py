"""The statements that move members to a new key; transactions and order are `bot.members.rekeying`'s."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.members.keys import Key
from bot.members.registry import Erase, Personal
from bot.storage.engine import Database
from bot.storage.tables import KEY_FINGERPRINT, REKEYING, deliveries, installation, members

BEGINNING = 16
"""Hex digits of a name that tell it from all others; keys of deliveries use no fewer."""


async def mark(database: Database, newest: Key) -> None:
    """From now on no bot starts on this database until it is done."""
    make = sqlite.insert if database.is_sqlite else postgresql.insert
    async with database.write() as connection:
        values = make(installation).values(name=REKEYING, value=newest.fingerprint)
        await connection.execute(values.on_conflict_do_nothing())


async def finish(database: Database, newest: Key) -> None:
    """The newest key is the database's, and bots may start."""
    async with database.write() as connection:
        await connection.execute(
            update(installation)
            .where(installation.c.name == KEY_FINGERPRINT)
            .values(value=newest.fingerprint)
        )
        await connection.execute(delete(installation).where(installation.c.name == REKEYING))


async def members_after(connection: AsyncConnection, last: bytes, *, limit: int) -> list[tuple[bytes, bytes]]:
    """A batch in the order of names. New names appear among them, and are recognised by their key."""
    found = await connection.execute(
        select(members.c.member_id, members.c.sealed_chat)
        .where(members.c.member_id > last)
        .order_by(members.c.member_id)
        .limit(limit)
    )
    return [(row.member_id, row.sealed_chat) for row in found]


async def rename_keys(connection: AsyncConnection, names: Mapping[bytes, bytes]) -> None:
    """What makes a delivery one and the same may name the member, or begin to: else it would come again."""
    found = await connection.execute(
        select(deliveries.c.id, deliveries.c.key, deliveries.c.member_id).where(
            deliveries.c.member_id.in_(list(names))
        )
    )
    changed = []
    for number, key, member_id in found:
        old, new = member_id.hex(), names[member_id].hex()
        renamed = key.replace(old, new).replace(old[:BEGINNING], new[:BEGINNING])
        if renamed != key:
            changed.append({"number": number, "renamed": renamed})
    if changed:
        await connection.execute(
            update(deliveries).where(deliveries.c.id == bindparam("number")).values(key=bindparam("renamed")),
            changed,
        )


async def give_up(connection: AsyncConnection, kind: Personal, where: ColumnElement[bool]) -> int:
    """As erasure does: delete, or untie from the member. Returns how many rows."""
    statement = (
        delete(kind.table).where(where)
        if kind.erase is Erase.DELETE
        else update(kind.table).where(where).values({kind.member: None})
    )
    return (await connection.execute(statement)).rowcount


def of_row(table: Table, row: Mapping[Any, Any]) -> Any:
    """An update of one row, by its primary key."""
    return update(table).where(*(column == row[column.name] for column in table.primary_key.columns))
