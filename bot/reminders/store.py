"""The statements about reminders and the journal; transactions and time are the service's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Row, bindparam, delete, func, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.members.store import UpdateRef
from bot.reminders.model import Kind, Plan, Reminder, State
from bot.reminders.rules import from_text, to_text
from bot.storage.tables import handled, journal, reminders

log = structlog.get_logger(__name__)

_C = reminders.c
_IS_ACTIVE = text("reminders.state = 'active'")
_SECOND = "b"
"""After a wall time that the night of a clock change shows twice: the second one is meant."""


async def add(
    connection: AsyncConnection, member_id: bytes, plan: Plan, *, next_due: datetime, now: datetime
) -> int:
    """A new reminder; returns its number."""
    values = _values(plan) | {"kind": Kind.SERIES, "state": State.ACTIVE, "next_due": next_due}
    made = await connection.execute(
        reminders.insert().values(member_id=member_id, made_at=now, changed_at=now, **values).returning(_C.id)
    )
    number: int = made.scalar_one()
    return number


async def put_off(
    connection: AsyncConnection,
    member_id: bytes,
    plan: Plan,
    *,
    series: int,
    next_due: datetime,
    now: datetime,
) -> int:
    """The one snooze of a reminder, new or set to another time; returns its number."""
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    values = _values(plan) | {"state": State.ACTIVE, "next_due": next_due, "changed_at": now}
    made = await connection.execute(
        make(reminders)
        .values(member_id=member_id, kind=Kind.SNOOZE, series=series, made_at=now, **values)
        .on_conflict_do_update(index_elements=[_C.member_id, _C.series], set_=values)
        .returning(_C.id)
    )
    number: int = made.scalar_one()
    return number


async def read(
    connection: AsyncConnection, member_id: bytes, number: int, *, lock: bool = False
) -> Reminder | None:
    """One reminder of a member; with `lock`, after the dispatcher has advanced it, if it is just doing so."""
    query = select(reminders).where(_C.id == number, _C.member_id == member_id)
    row = (await connection.execute(query.with_for_update() if lock else query)).one_or_none()
    return None if row is None else reminder_of(row)


async def read_all(connection: AsyncConnection, member_id: bytes, *, lock: bool = False) -> list[Reminder]:
    """All of a member, in the order in which they come; a row that cannot be read is left out."""
    query = select(reminders).where(_C.member_id == member_id).order_by(_C.next_due.nulls_last(), _C.id)
    read = []
    for row in await connection.execute(query.with_for_update() if lock else query):
        try:
            read.append(reminder_of(row))
        except ValueError:
            log.error("reminder_unreadable", reminder=row.id)  # noqa: TRY400 - no values of a row
    return read


async def count(connection: AsyncConnection, member_id: bytes) -> int:
    """How many of a member's own reminders have not ended; the caller holds the member's row."""
    counted = await connection.scalar(
        select(func.count())
        .select_from(reminders)
        .where(_C.member_id == member_id, _C.kind == Kind.SERIES, _C.state != State.ENDED)
    )
    return counted or 0


async def write(
    connection: AsyncConnection,
    number: int,
    now: datetime,
    *,
    plan: Plan | None = None,
    state: State,
    next_due: datetime | None,
) -> None:
    """A reminder in a new state; with `plan`, for another time."""
    values = _values(plan) if plan is not None else {}
    await connection.execute(
        update(reminders)
        .where(_C.id == number)
        .values(state=state, next_due=next_due, changed_at=now, **values)
    )


async def family(connection: AsyncConnection, member_id: bytes, number: int) -> list[int]:
    """The number of a reminder and of its snooze, when there is one."""
    found = await connection.scalars(
        select(_C.id).where(_C.member_id == member_id, or_(_C.id == number, _C.series == number))
    )
    return list(found.all())


async def end(connection: AsyncConnection, numbers: Sequence[int], now: datetime) -> None:
    """They do not come any more."""
    await connection.execute(
        update(reminders)
        .where(_C.id.in_(numbers), _C.state != State.ENDED)
        .values(state=State.ENDED, next_due=None, changed_at=now)
    )


async def remove(connection: AsyncConnection, numbers: Sequence[int]) -> None:
    """They are gone."""
    await connection.execute(delete(reminders).where(_C.id.in_(numbers)))


async def drop_ended_but(connection: AsyncConnection, member_id: bytes, *, newest: int) -> None:
    """Of a member's ended reminders only the newest stay, so that nobody fills the table."""
    ended = select(_C.id).where(_C.member_id == member_id, _C.state == State.ENDED)
    old = ended.order_by(_C.changed_at.desc(), _C.id.desc()).offset(newest)
    numbers = (await connection.scalars(old)).all()
    if numbers:
        await remove(connection, numbers)


async def drop_old(connection: AsyncConnection, before: datetime, *, limit: int) -> int:
    """Delete what ended before; returns how many."""
    is_ended = text("reminders.state = 'ended'")
    old = select(_C.id).where(is_ended, _C.changed_at < before).limit(limit)
    return (await connection.execute(delete(reminders).where(_C.id.in_(old)))).rowcount


async def anything_due(connection: AsyncConnection, now: datetime) -> bool:
    """Whether a reminder's time has come; cheap, and without taking SQLite's write lock."""
    query = select(_C.id).where(_IS_ACTIVE, _C.next_due <= now).limit(1)
    return await connection.scalar(query) is not None


async def due(connection: AsyncConnection, now: datetime, *, limit: int) -> Sequence[Row[Any]]:
    """Rows whose time has come, the longest waiting first; PostgreSQL locks them and waits for none."""
    found = await connection.execute(
        select(reminders)
        .where(_IS_ACTIVE, _C.next_due <= now)
        .order_by(_C.next_due)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return found.all()


async def advance(connection: AsyncConnection, rows: Sequence[tuple[int, State, datetime | None]]) -> None:
    """The state and next due time of many, by number."""
    await connection.execute(
        update(reminders)
        .where(_C.id == bindparam("number"))
        .values(state=bindparam("after"), next_due=bindparam("following")),
        [{"number": number, "after": after, "following": following} for number, after, following in rows],
    )


async def touch(connection: AsyncConnection, numbers: Sequence[int], now: datetime) -> None:
    """Note when they ended, for the day on which they go."""
    await connection.execute(update(reminders).where(_C.id.in_(numbers)).values(changed_at=now))


async def note(
    connection: AsyncConnection, member_id: bytes, points_at: str, state: str, now: datetime
) -> None:
    """Into the journal: how a member found a setting."""
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    values = {"state": state, "at": now}
    await connection.execute(
        make(journal)
        .values(member_id=member_id, points_at=points_at, **values)
        .on_conflict_do_update(index_elements=[journal.c.member_id, journal.c.points_at], set_=values)
    )


async def note_number(connection: AsyncConnection, ref: UpdateRef, screen: str) -> None:
    """Put the number of what an update made behind its mark, so that a repeat finds it."""
    await connection.execute(
        update(handled)
        .where(handled.c.bot_id == ref.bot_id, handled.c.update_id == ref.update_id)
        .values(screen=screen)
    )


def reminder_of(row: Row[Any]) -> Reminder:
    """A row as a value.

    Raises:
        ValueError: a later version of this program wrote it.
    """
    wall = datetime.fromisoformat(row.wall.removesuffix(_SECOND))
    plan = Plan(
        points_at=row.points_at,
        rule=from_text(row.rule),
        wall=wall.replace(fold=int(row.wall.endswith(_SECOND))),
        zone=row.zone,
        replies_to=row.replies_to,
    )
    return Reminder(
        id=row.id,
        kind=Kind(row.kind),
        series=row.series,
        plan=plan,
        state=State(row.state),
        next_due=row.next_due,
        made_at=row.made_at,
    )


def _values(plan: Plan) -> dict[str, Any]:
    return {
        "points_at": plan.points_at,
        "rule": to_text(plan.rule),
        "wall": plan.wall.isoformat(timespec="seconds") + _SECOND * plan.wall.fold,
        "zone": plan.zone,
        "replies_to": plan.replies_to,
    }
