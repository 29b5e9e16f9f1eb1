"""A transaction for one member: their row first, the update marked, and whatever else changes with it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.members import store
from bot.members.identity import Identity
from bot.members.profile import Profile
from bot.members.store import UpdateRef
from bot.storage.engine import Database


@dataclass(frozen=True, slots=True)
class MemberTransaction:
    """What is needed to write inside of one.

    Attributes:
        connection: inside of the transaction.
        member_id: whose row is held.
        sealed_chat: their chat, sealed anew.
        sealed_profile: their choices, as they are stored.
        now: the instant of everything in it.
    """

    connection: AsyncConnection
    member_id: bytes
    sealed_chat: bytes
    sealed_profile: bytes
    now: datetime


@asynccontextmanager
async def member_transaction(
    database: Database,
    identity: Identity,
    telegram_id: int,
    *,
    chat_id: int,
    update: UpdateRef | None,
    screen: str,
    now: datetime,
) -> AsyncIterator[MemberTransaction]:
    """Take the member's row, make it when there is none, and mark the update.

    Raises:
        Repeated: the update changed something before; nothing is changed now.
        StorageDown: as `Database.write`.
    """
    member_id = identity.member_id(telegram_id)
    sealed_chat = identity.seal_chat(member_id, chat_id)
    async with database.write() as connection:
        row = await store.find(connection, member_id, lock=True)
        if row is None:
            sealed = identity.seal(member_id, Profile().to_bytes())
            await store.add(connection, member_id, sealed_chat=sealed_chat, sealed_profile=sealed, now=now)
            row = await store.find(connection, member_id, lock=True)
        if update is not None:
            await store.mark_handled(connection, update, member_id=member_id, screen=screen, now=now)
        yield MemberTransaction(connection, member_id, sealed_chat, row.sealed_profile if row else b"", now)
