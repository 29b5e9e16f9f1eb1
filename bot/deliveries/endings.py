"""What follows from what became of an attempt to send."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.deliveries import claims
from bot.deliveries.model import Claim, Fate, Outcome, State, Why

_LONGEST_BACKOFF = 60
"""Seconds between two tries of what surely did not arrive, when Telegram did not say how long."""


async def write_outcome(
    connection: AsyncConnection,
    one: Claim,
    outcome: Outcome,
    *,
    owner: str,
    repeat: bool,
    now: datetime,
    repeat_after: timedelta,
) -> State | None:
    """End a delivery, or put it back to be tried again.

    Args:
        connection: a transaction that writes.
        one: which.
        outcome: of its attempt.
        owner: the dispatcher that made it.
        repeat: that this attempt was a repeat already; another one is not sent.
        now: the present instant.
        repeat_after: when what may have arrived is sent again.

    Returns:
        In which state it is now; None when it was not ours any more, for example erased.
    """
    match outcome.fate:
        case Fate.SENT | Fate.MOVED:
            done = await claims.sent(connection, one, owner=owner, message_id=outcome.message_id, now=now)
            return State.SENT if done else None
        case Fate.GONE:
            await claims.block(connection, one.member_id)
            done = await claims.skip(connection, one, owner=owner, why=Why.BLOCKED, now=now)
            return State.SKIPPED if done else None
        case Fate.WITHDRAWN:
            done = await claims.skip(connection, one, owner=owner, why=Why.WITHDRAWN, now=now)
            return State.SKIPPED if done else None
        case Fate.REFUSED:
            error = outcome.error or Why.REFUSED
            done = await claims.bury(connection, one, owner=owner, error=error, now=now)
            return State.DEAD if done else None
        case Fate.UNCLEAR if repeat:
            error = outcome.error or Why.UNCLEAR
            done = await claims.bury(connection, one, owner=owner, error=error, now=now)
            return State.DEAD if done else None
        case Fate.UNCLEAR:
            then = now + repeat_after
            done = await claims.put_back(connection, one, owner=owner, next_try=then, repeat=True)
            return State.DUE if done else None
        case Fate.NOT_NOW:
            wait = outcome.seconds or min(2 ** min(one.attempt, 6), _LONGEST_BACKOFF)
            then = now + timedelta(seconds=wait)
            done = await claims.put_back(connection, one, owner=owner, next_try=then)
            return State.DUE if done else None
