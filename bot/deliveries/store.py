"""The statements about deliveries of whoever adds, takes back or counts them; transactions are the callers'.

Waiting rows are found by partial indexes, which do not grow with what was sent; SQLite uses one only when
the state stands in the statement itself and is no parameter.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, func, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.deliveries.model import Backlog, Dead, Kind, Last, New, State, Why
from bot.storage.tables import deliveries

_C = deliveries.c
IS_DUE = text("deliveries.state = 'due'")
IS_DEAD = text("deliveries.state = 'dead'")
IS_BUSY = text("deliveries.state IN ('claimed', 'sending')")


async def add(connection: AsyncConnection, news: Sequence[New], now: datetime) -> None:
    """Add deliveries; one whose key is there already, in whatever state, stays as it is."""
    await _insert(connection, [_row(new) for new in news], now)


async def add_skipped(connection: AsyncConnection, news: Sequence[New], why: Why, now: datetime) -> None:
    """Note deliveries that are not to be sent, so that it can be told why nothing came."""
    rows = [_row(new) | {"state": State.SKIPPED, "error": why, "ended_at": now} for new in news]
    await _insert(connection, rows, now)


async def withdraw(
    connection: AsyncConnection, member_id: bytes, kind: Kind, subjects: Collection[str], now: datetime
) -> None:
    """Take back what is not on its way yet; the caller holds the member's row."""
    revivable = and_(_C.state == State.SKIPPED, _C.error == Why.BLOCKED)
    await connection.execute(
        update(deliveries)
        .where(_C.member_id == member_id, _C.kind == kind, _C.subject.in_(subjects))
        .where(or_(_C.state.in_([State.DUE, State.CLAIMED]), revivable))
        .values(state=State.SKIPPED, error=Why.WITHDRAWN, ended_at=now, owner=None, lease_until=None)
    )


async def revive(connection: AsyncConnection, member_id: bytes, now: datetime) -> int:
    """Make due again what was skipped since the member had blocked the bot, unless it is too late."""
    found = await connection.execute(
        update(deliveries)
        .where(_C.member_id == member_id, _C.state == State.SKIPPED, _C.error == Why.BLOCKED)
        .where(or_(_C.expires.is_(None), _C.expires > now))
        .values(state=State.DUE, error=None, ended_at=None, next_try=now)
        .returning(_C.id)
    )
    return len(found.all())


async def too_late(connection: AsyncConnection, member_id: bytes, kind: Kind) -> dict[str, datetime]:
    """By subject, when the last one that was too late to be sent had been due."""
    found = await connection.execute(
        select(_C.subject, _C.due)
        .where(_C.member_id == member_id, _C.kind == kind)
        .where(_C.state == State.SKIPPED, _C.error == Why.TOO_LATE)
        .order_by(_C.due)
    )
    return {row.subject: row.due for row in found}


async def last(connection: AsyncConnection, member_id: bytes, kind: Kind, now: datetime) -> Last | None:
    """The latest that a member got, will get, or gets on coming back; the caller holds the member's row."""
    revivable = and_(_C.state == State.SKIPPED, _C.error == Why.BLOCKED, _C.expires > now)
    found = await connection.execute(
        select(_C.subject, _C.due, _C.first_try, _C.state)
        .where(_C.member_id == member_id, _C.kind == kind)
        .where(or_(_C.state != State.SKIPPED, revivable))
        .order_by(_C.due.desc())
        .limit(1)
    )
    row = found.one_or_none()
    if row is None:
        return None
    begun = row.first_try is not None and row.state != State.SKIPPED  # whoever blocked the bot got nothing
    return Last(subject=row.subject, at=max(row.due, row.first_try or row.due), begun=begun)


async def anything(connection: AsyncConnection, now: datetime) -> bool:
    """Whether a round has something to do; cheap, and without taking SQLite's write lock."""
    return (
        await connection.scalar(
            select(_C.id).where(IS_DUE, _C.next_try <= now, _C.kind.in_(tuple(Kind))).limit(1)
        )
        is not None
    )


async def backlog(connection: AsyncConnection, now: datetime) -> Backlog:
    """What waits now."""
    due = select(func.count(), func.min(_C.due)).where(IS_DUE, _C.due <= now)
    busy = select(func.count(), func.min(_C.due)).where(IS_BUSY)
    counts = [(await connection.execute(query)).one() for query in (due, busy)]
    return Backlog(
        due=sum(int(count) for count, _ in counts),
        oldest=min((oldest for _, oldest in counts if oldest is not None), default=None),
    )


async def dead(connection: AsyncConnection, *, limit: int) -> list[Dead]:
    """The newest that were given up; for the operator."""
    found = await connection.execute(
        select(_C.kind, _C.subject, _C.due, _C.error)
        .where(_C.state == State.DEAD)
        .order_by(_C.ended_at.desc())
        .limit(limit)
    )
    return [Dead(kind=Kind(row.kind), subject=row.subject, due=row.due, error=row.error) for row in found]


async def count_dead(connection: AsyncConnection) -> dict[str, int]:
    """How many were given up, by why, as long as their rows are kept."""
    found = await connection.execute(
        select(_C.error, func.count().label("number")).where(IS_DEAD).group_by(_C.error).order_by(_C.error)
    )
    return {row.error or "": row.number for row in found}


async def drop_old(connection: AsyncConnection, before: datetime, *, limit: int) -> int:
    """Delete what ended before; returns how many."""
    old = select(_C.id).where(_C.ended_at < before).limit(limit)
    return (await connection.execute(delete(deliveries).where(_C.id.in_(old)))).rowcount


async def _insert(connection: AsyncConnection, rows: list[dict[str, Any]], now: datetime) -> None:
    if not rows:
        return
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    await connection.execute(
        make(deliveries).on_conflict_do_nothing(index_elements=[_C.key]),
        [row | {"made_at": now} for row in rows],
    )


def _row(new: New) -> dict[str, Any]:
    return {
        "kind": new.kind,
        "key": new.key,
        "member_id": new.member_id,
        "subject": new.subject,
        "due": new.due,
        "expires": new.expires,
        "state": State.DUE,
        "next_try": new.due,
    }
