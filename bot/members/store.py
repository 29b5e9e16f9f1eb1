"""The statements about members; transactions and time are the service's."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, RowMapping, Table, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.members.registry import PERSONAL, Erase, Personal
from bot.storage.tables import handled, members, overdue, reminders


@dataclass(frozen=True, slots=True)
class UpdateRef:
    """One update of one bot; another token counts its own updates."""

    bot_id: int
    update_id: int


@dataclass(frozen=True, slots=True)
class StoredMember:
    """What is read of a member: the sealed profile and the day of the last message."""

    sealed_profile: bytes
    seen_on: datetime


class Repeated(Exception):  # noqa: N818 - expected, and rolls its transaction back
    """This update changed something before."""


def day_of(instant: datetime) -> datetime:
    """The day of an instant, in UTC: the second in which somebody wrote is nobody's business."""
    return instant.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


async def find(connection: AsyncConnection, member_id: bytes, *, lock: bool = False) -> StoredMember | None:
    """The sealed profile and the day of the last message; `lock` takes the row until the end."""
    query = select(members.c.sealed_profile, members.c.seen_on).where(members.c.member_id == member_id)
    if lock:
        query = query.with_for_update()
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else StoredMember(sealed_profile=row.sealed_profile, seen_on=row.seen_on)


async def add(
    connection: AsyncConnection, member_id: bytes, *, sealed_chat: bytes, sealed_profile: bytes, now: datetime
) -> None:
    """A new member, unless another transaction made them at this moment."""
    made = _insert(connection, members).values(
        member_id=member_id,
        sealed_chat=sealed_chat,
        sealed_profile=sealed_profile,
        created_at=now,
        seen_on=day_of(now),
    )
    await connection.execute(made.on_conflict_do_nothing())


async def write(
    connection: AsyncConnection, member_id: bytes, *, sealed_chat: bytes, sealed_profile: bytes, now: datetime
) -> None:
    """New choices of a member who exists."""
    await connection.execute(
        update(members)
        .where(members.c.member_id == member_id)
        .values(sealed_chat=sealed_chat, sealed_profile=sealed_profile, seen_on=day_of(now))
    )


async def reseal(connection: AsyncConnection, member_id: bytes, *, sealed_profile: bytes) -> None:
    """The profile alone, of a member who exists."""
    await connection.execute(
        update(members).where(members.c.member_id == member_id).values(sealed_profile=sealed_profile)
    )


async def set_blocked(connection: AsyncConnection, member_id: bytes, blocked: bool) -> None:
    """Whether the member blocked the bot; nothing for whoever is unknown."""
    await connection.execute(
        update(members).where(members.c.member_id == member_id).values(blocked=int(blocked))
    )


async def touch(connection: AsyncConnection, member_id: bytes, now: datetime) -> None:
    """Note the day, for a member who exists and was not seen on it yet."""
    day = day_of(now)
    await connection.execute(
        update(members).where(members.c.member_id == member_id, members.c.seen_on < day).values(seen_on=day)
    )


async def mark_handled(
    connection: AsyncConnection, ref: UpdateRef, *, member_id: bytes | None, screen: str, now: datetime
) -> None:
    """Note that this update changes something, in the transaction that does it.

    Raises:
        Repeated: it did so before; the transaction is to be left.
    """
    made = _insert(connection, handled).values(
        bot_id=ref.bot_id, update_id=ref.update_id, member_id=member_id, screen=screen, at=now
    )
    # RETURNING and not a row count: both databases answer it alike.
    first = await connection.execute(made.on_conflict_do_nothing().returning(handled.c.update_id))
    if first.one_or_none() is None:
        raise Repeated


async def screen_of(connection: AsyncConnection, ref: UpdateRef) -> str | None:
    """Which screen answered this update, None when it was not handled."""
    screen: str | None = await connection.scalar(
        select(handled.c.screen).where(handled.c.bot_id == ref.bot_id, handled.c.update_id == ref.update_id)
    )
    return screen


async def rows_of(connection: AsyncConnection, kind: Personal, member_id: bytes) -> Sequence[RowMapping]:
    """Every row of one kind about a member."""
    found = await connection.execute(select(kind.table).where(kind.member_column == member_id))
    return found.mappings().all()


async def erase(
    connection: AsyncConnection, member_id: bytes, *, until: datetime | None = None
) -> dict[str, int]:
    """Erase a member in every table of the registry; with `until`, only what was made up to then.

    Returns:
        Rows by table.
    """
    counts: dict[str, int] = {}
    for kind in PERSONAL:
        where: list[ColumnElement[bool]] = [kind.member_column == member_id]
        if until is not None:
            where.append(kind.born <= until)
        statement = (
            delete(kind.table).where(*where)
            if kind.erase is Erase.DELETE
            else update(kind.table).where(*where).values({kind.member: None})
        )
        counts[kind.table.name] = (await connection.execute(statement)).rowcount
    return counts


async def count(connection: AsyncConnection) -> int:
    """How many members there are."""
    return (await connection.execute(select(func.count()).select_from(members))).scalar_one()


async def drop_marks(connection: AsyncConnection, before: datetime, *, limit: int) -> int:
    """Delete marks of updates that are older; returns how many."""
    dropped = 0
    for table in (handled, overdue):
        old = select(table.c.bot_id, table.c.update_id).where(table.c.at < before).limit(limit).subquery()
        matches = (table.c.bot_id == old.c.bot_id) & (table.c.update_id == old.c.update_id)
        dropped += (
            await connection.execute(delete(table).where(select(1).select_from(old).where(matches).exists()))
        ).rowcount
    return dropped


async def unseen(
    connection: AsyncConnection, before: datetime, *, warned_before: datetime, limit: int
) -> list[bytes]:
    """Members whose last message is older, who wait for no reminder, and who were told in time.

    Whoever blocked the bot cannot be told.
    """
    told = (members.c.warned_at > members.c.seen_on) & (members.c.warned_at <= warned_before)
    found = await connection.scalars(
        select(members.c.member_id)
        .where(members.c.seen_on < before, ~_waits(), or_(members.c.blocked != 0, told))
        .limit(limit)
    )
    return list(found.all())


async def unwarned(connection: AsyncConnection, before: datetime, *, limit: int) -> list[bytes]:
    """Members whose last message is older, who wait for no reminder, and who were not told since."""
    found = await connection.scalars(
        select(members.c.member_id)
        .where(members.c.seen_on < before, members.c.blocked == 0, ~_waits())
        .where(or_(members.c.warned_at.is_(None), members.c.warned_at <= members.c.seen_on))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(found.all())


async def note_warned(connection: AsyncConnection, member_ids: Collection[bytes], now: datetime) -> None:
    """They are told that their rows end soon."""
    await connection.execute(update(members).where(members.c.member_id.in_(member_ids)).values(warned_at=now))


async def still_warned(connection: AsyncConnection, member_id: bytes) -> bool:
    """Whether a member was told and not heard of since."""
    found = await connection.scalar(
        select(members.c.member_id).where(
            members.c.member_id == member_id, members.c.warned_at > members.c.seen_on, ~_waits()
        )
    )
    return found is not None


def _waits() -> ColumnElement[bool]:
    """Whether a member waits for a reminder."""
    active = select(reminders.c.id).where(
        reminders.c.member_id == members.c.member_id, reminders.c.state == "active"
    )
    return active.exists()


def _insert(connection: AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Both know ON CONFLICT, each by its own class."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
