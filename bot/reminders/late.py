"""Reminders that became late while a database was away: counted, and sent with a mark or passed over.

For whoever puts a backup back. What such a database holds as due may have been sent after the backup was
made; nobody knows, so what is sent of it says that it may be a repeat.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.deliveries import store as deliveries
from bot.deliveries.model import Kind, Why
from bot.deliveries.model import State as Sent
from bot.reminders import store
from bot.reminders.feed import materialise, missed_by
from bot.reminders.model import State
from bot.storage.tables import deliveries as rows
from bot.storage.tables import reminders

_BATCH = 500
_WAITING = (Sent.DUE, Sent.CLAIMED, Sent.SENDING)


class Late(StrEnum):
    """What becomes of reminders whose time passed while nobody could send them."""

    SEND = "send"
    """They come at once, marked with the time they were due; what is too old for that (a day, or half the
    period of a repeat) is passed over, as after any long break."""
    SKIP = "skip"
    """None of them comes; each waits for its next time, and /reminders says what was left out."""


async def count_late(connection: AsyncConnection, now: datetime) -> int:
    """How many reminders wait whose time has passed."""
    due = select(func.count()).select_from(reminders)
    due = due.where(reminders.c.state == State.ACTIVE, reminders.c.next_due <= now)
    waiting = select(func.count()).select_from(rows).where(_waits(now))
    counts = [await connection.scalar(query) for query in (due, waiting)]
    return sum(count or 0 for count in counts)


async def settle_late(connection: AsyncConnection, now: datetime, late: Late) -> None:
    """Do with them as was chosen, before the bot starts; what else waits may come twice, and says so."""
    if late is Late.SEND:
        while await materialise(connection, now, limit=_BATCH):
            pass
    else:
        await connection.execute(
            update(rows)
            .where(_waits(now))
            .values(state=Sent.SKIPPED, error=Why.TOO_LATE, ended_at=now, owner=None, lease_until=None)
        )
        while await _pass_over(connection, now):
            pass
    await connection.execute(
        update(rows).where(rows.c.state.in_(_WAITING), rows.c.repeats == 0).values(repeats=1)
    )


async def _pass_over(connection: AsyncConnection, now: datetime) -> bool:
    """A batch of reminders goes on to its next time; returns whether there was one."""
    found = await store.due(connection, now, limit=_BATCH)
    if not found:
        return False
    missed = [(row.id, missed_by(row, now)) for row in found]
    skipped = [one.skipped for _, one in missed if one.skipped is not None]
    await deliveries.add_skipped(connection, skipped, Why.TOO_LATE, now)
    await store.advance(connection, [(number, one.state, one.following) for number, one in missed])
    if ended := [number for number, one in missed if one.state is State.ENDED]:
        await store.touch(connection, ended, now)
    return True


def _waits(now: datetime) -> ColumnElement[bool]:
    """Deliveries of reminders that are not sent yet and whose time has passed."""
    return (rows.c.kind == Kind.REMINDER) & rows.c.state.in_(_WAITING) & (rows.c.due <= now)
