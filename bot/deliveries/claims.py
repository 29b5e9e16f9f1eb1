"""The statements of the dispatcher: claim, begin, end, recover.

Every write is fenced by owner and attempt: a dispatcher that lost its lease changes nothing. PostgreSQL waits
for no lock here except for a member's, which comes first everywhere.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.deliveries.model import ON_TIME, Claim, Delivery, Kind, State, Why
from bot.deliveries.store import IS_BUSY, IS_DUE
from bot.storage.tables import deliveries, members

_C = deliveries.c
_CLAIM = (_C.id, _C.attempt, _C.kind, _C.member_id, _C.subject, _C.due)


async def claim(
    connection: AsyncConnection, *, owner: str, limit: int, now: datetime, lease: timedelta
) -> list[Claim]:
    """Take what is due, the longest waiting first."""
    picked = (
        select(_C.id)
        .where(IS_DUE, _C.next_try <= now, _C.kind.in_(tuple(Kind)))
        .order_by(_C.next_try)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("picked")
    )
    found = await connection.execute(
        update(deliveries)
        .where(_C.id.in_(select(picked.c.id)))
        .values(state=State.CLAIMED, owner=owner, lease_until=now + lease, attempt=_C.attempt + 1)
        .returning(*_CLAIM)
    )
    return sorted((_claim(row) for row in found), key=lambda one: (one.due, one.id))


async def renew(
    connection: AsyncConnection, *, owner: str, held: Collection[int], now: datetime, lease: timedelta
) -> None:
    """Keep what is being worked on."""
    await connection.execute(
        update(deliveries).where(_C.id.in_(held), _C.owner == owner, IS_BUSY).values(lease_until=now + lease)
    )


async def recover(
    connection: AsyncConnection,
    *,
    owner: str,
    held: Collection[int],
    now: datetime,
    lease: timedelta,
    alone: bool,
    repeats: int,
) -> tuple[list[Claim], list[Claim]]:
    """Make due again what nobody works on any more.

    Args:
        connection: a transaction that writes.
        owner: who asks.
        held: what that one is working on.
        now: the present instant.
        lease: how long one is; one that ends later than that was given before the clock was set back.
        alone: whether no other process can have any, as on SQLite.
        repeats: how often a delivery that may have arrived is sent again.

    Returns:
        What is due again since it was being sent and may have arrived; and what is dead for that.
    """
    mine = and_(_C.owner == owner, _C.id.in_(held))
    left = or_(_C.owner == owner, _C.lease_until <= now, _C.lease_until > now + lease)
    orphans: ColumnElement[bool] = ~mine if alone else and_(~mine, left)
    found = await connection.execute(
        select(_C.state, _C.repeats, *_CLAIM).where(IS_BUSY, orphans).with_for_update(skip_locked=True)
    )
    again: list[Claim] = []
    dead: list[Claim] = []
    for row in found.all():
        change: dict[str, Any] = {"owner": None, "lease_until": None, "state": State.DUE, "next_try": now}
        if row.state == State.SENDING and row.repeats >= repeats:
            change |= {"state": State.DEAD, "error": Why.UNCLEAR, "ended_at": now}
            dead.append(_claim(row))
        elif row.state == State.SENDING:
            change |= {"repeats": row.repeats + 1}
            again.append(_claim(row))
        await connection.execute(update(deliveries).where(_C.id == row.id).values(change))
    return again, dead


async def begin(
    connection: AsyncConnection, one: Claim, *, owner: str, now: datetime, lease: timedelta
) -> Delivery | Why | None:
    """`claimed` to `sending`, checked in the same transaction against erasure, block and end.

    Returns:
        What to send; why it is skipped; or None when it is not ours any more.
    """
    found = await connection.execute(
        select(members.c.sealed_chat, members.c.blocked)
        .where(members.c.member_id == one.member_id)
        .with_for_update()
    )
    member = found.one_or_none()
    if member is None:
        await connection.execute(delete(deliveries).where(_C.id == one.id))
        return None
    mine = _mine(one, owner, State.CLAIMED)
    row = (await connection.execute(select(_C.expires, _C.repeats).where(mine))).one_or_none()
    if row is None:
        return None
    why = None
    if row.expires is not None and row.expires < now:
        why = Why.TOO_LATE
    elif member.blocked:
        why = Why.BLOCKED
    if why is not None:
        return why if await _end(connection, mine, State.SKIPPED, why, now) else None
    late = one.kind is Kind.REMINDER and now - one.due > ON_TIME  # the others have no hour of their own
    begun = await connection.execute(
        update(deliveries)
        .where(mine)
        .values(
            state=State.SENDING,
            late=int(late),
            first_try=func.coalesce(_C.first_try, literal(now, _C.first_try.type)),
            lease_until=now + lease,
        )
        .returning(_C.id)
    )
    if begun.one_or_none() is None:
        return None
    return Delivery(
        id=one.id,
        kind=one.kind,
        member_id=one.member_id,
        subject=one.subject,
        due=one.due,
        sealed_chat=member.sealed_chat,
        late=late,
        repeat=row.repeats > 0,
    )


async def sent(
    connection: AsyncConnection, one: Claim, *, owner: str, message_id: int | None, now: datetime
) -> bool:
    """It arrived. Like all that follow: False when it was not ours any more, and nothing was changed."""
    found = await connection.execute(
        update(deliveries)
        .where(_mine(one, owner, State.SENDING))
        .values(
            state=State.SENT, message_id=message_id, error=None, ended_at=now, owner=None, lease_until=None
        )
        .returning(_C.id)
    )
    return found.one_or_none() is not None


async def skip(connection: AsyncConnection, one: Claim, *, owner: str, why: Why, now: datetime) -> bool:
    """It is not to be sent."""
    return await _end(connection, _mine(one, owner, State.SENDING), State.SKIPPED, why, now)


async def bury(connection: AsyncConnection, one: Claim, *, owner: str, error: str, now: datetime) -> bool:
    """It is given up."""
    return await _end(connection, _mine(one, owner, State.SENDING), State.DEAD, error[:40], now)


async def block(connection: AsyncConnection, member_id: bytes) -> None:
    """The member can not be reached any more; what is due to them is skipped when its turn comes."""
    await connection.execute(update(members).where(members.c.member_id == member_id).values(blocked=1))


async def put_back(
    connection: AsyncConnection,
    one: Claim,
    *,
    owner: str,
    next_try: datetime,
    state: State = State.SENDING,
    repeat: bool = False,
) -> bool:
    """Try again at `next_try`.

    Args:
        connection: a transaction that writes.
        one: which.
        owner: whose.
        next_try: when.
        state: that it is in.
        repeat: that it may have arrived.
    """
    found = await connection.execute(
        update(deliveries)
        .where(_mine(one, owner, state))
        .values(
            state=State.DUE,
            next_try=next_try,
            repeats=_C.repeats + int(repeat),
            owner=None,
            lease_until=None,
        )
        .returning(_C.repeats)
    )
    return found.one_or_none() is not None


async def hurry(connection: AsyncConnection, *, now: datetime, longest: timedelta) -> None:
    """After the clock was set back: no wait is longer than `longest`."""
    await connection.execute(
        update(deliveries).where(IS_DUE, _C.attempt > 0, _C.next_try > now + longest).values(next_try=now)
    )


async def _end(
    connection: AsyncConnection, mine: ColumnElement[bool], state: State, error: str, now: datetime
) -> bool:
    found = await connection.execute(
        update(deliveries)
        .where(mine)
        .values(state=state, error=error, ended_at=now, owner=None, lease_until=None)
        .returning(_C.id)
    )
    return found.one_or_none() is not None


def _mine(one: Claim, owner: str, state: State) -> ColumnElement[bool]:
    """The fence."""
    return and_(_C.id == one.id, _C.owner == owner, _C.attempt == one.attempt, _C.state == state)


def _claim(row: Any) -> Claim:
    return Claim(
        id=row.id,
        attempt=row.attempt,
        kind=Kind(row.kind),
        member_id=row.member_id,
        subject=row.subject,
        due=row.due,
    )
