"""From reminders whose time has come to deliveries: the row and the next due time in one transaction.

A crash can therefore neither skip an occurrence nor make it twice, and the key of a delivery (reminder and
instant) holds even where the clock was set back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.deliveries import store as deliveries
from bot.deliveries.model import Kind, New, Why
from bot.ops.failpoints import hit
from bot.reminders import store
from bot.reminders.model import Reminder, State
from bot.reminders.schedule import LATE_ONCE, catch_up, period, upcoming

log = structlog.get_logger(__name__)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


async def materialise(connection: AsyncConnection, now: datetime, *, limit: int) -> int:
    """Make deliveries of what is due; returns how many reminders that were.

    One that is too late is noted as skipped and the next one awaited. One that cannot be read or whose zone
    is no more is paused: it stays in the member's list, and holds nobody up.
    """
    rows = await store.due(connection, now, limit=limit)
    if not rows:
        return 0
    sent: list[New] = []
    skipped: list[New] = []
    after: list[tuple[int, State, datetime | None]] = []
    for row in rows:
        try:
            following = _look_at(row, now, sent, skipped)
        except (ValueError, KeyError) as error:
            log.error(  # noqa: TRY400 - the values of a row are not for the log
                "reminder_paused", reminder=row.id, kind=type(error).__name__
            )
            after.append((row.id, State.PAUSED, row.next_due))
        else:
            after.append((row.id, State.ACTIVE if following else State.ENDED, following))
    await deliveries.add(connection, sent, now)
    await deliveries.add_skipped(connection, skipped, Why.TOO_LATE, now)
    hit("reminders.materialised")
    await store.advance(connection, after)
    if ended := [number for number, state, _ in after if state is State.ENDED]:
        await store.touch(connection, ended, now)
    hit("reminders.advanced")
    return len(rows)


@dataclass(frozen=True, slots=True)
class Missed:
    """What becomes of a reminder whose time passed and which is not to come.

    Attributes:
        skipped: to be noted; None for a row that cannot be read.
        state: of the reminder now.
        following: its next due time.
    """

    skipped: New | None
    state: State
    following: datetime | None


def missed_by(row: Row[Any], now: datetime) -> Missed:
    """Pass over everything of a reminder that was due up to `now`."""
    try:
        reminder = store.reminder_of(row)
        plan = reminder.plan
        found = catch_up(plan.rule, plan.wall, plan.zone, row.next_due, now)
    except (ValueError, KeyError) as error:
        log.error(  # noqa: TRY400 - the values of a row are not for the log
            "reminder_paused", reminder=row.id, kind=type(error).__name__
        )
        return Missed(None, State.PAUSED, row.next_due)
    state = State.ACTIVE if found.following else State.ENDED
    return Missed(_delivery(reminder, row.member_id, found.due or row.next_due), state, found.following)


def _look_at(row: Row[Any], now: datetime, sent: list[New], skipped: list[New]) -> datetime | None:
    """Put one reminder's occurrence into one of the lists; returns the next due time."""
    reminder = store.reminder_of(row)
    plan, due = reminder.plan, row.next_due
    found = catch_up(plan.rule, plan.wall, plan.zone, due, now)
    if found.due is not None:
        sent.append(_delivery(reminder, row.member_id, found.due))
    elif found.skipped:
        missed = upcoming(plan.rule, plan.wall, plan.zone, due, count=found.skipped - 1)
        skipped.append(_delivery(reminder, row.member_id, missed[-1] if missed else due))
    return found.following


def _delivery(reminder: Reminder, member_id: bytes, due: datetime) -> New:
    length = period(reminder.plan.rule)
    return New(
        kind=Kind.REMINDER,
        key=f"reminder:{reminder.id}:{(due - _EPOCH) // timedelta(microseconds=1)}",
        member_id=member_id,
        subject=str(reminder.id),
        due=due,
        expires=due + (LATE_ONCE if length is None else length / 2),
    )
