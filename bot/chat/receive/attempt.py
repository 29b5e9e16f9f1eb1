"""One attempt to handle one update, however it came."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextlib import nullcontext
from typing import Any, TypeAlias

import structlog
from telegram import Update

from bot.chat.outcome import Outcome, record, watch
from bot.chat.permits import Permit, under

log = structlog.get_logger(__name__)

Handle: TypeAlias = Callable[[Update, bool], Coroutine[Any, Any, Outcome]]
"""Handles an update to its end; the second argument says that it was perhaps answered before."""


async def attempt(
    handle: Handle, update: Update, *, repeat: bool, permit: Permit | None
) -> tuple[Outcome, bool]:
    """What became of one attempt, and whether something was said in it.

    Args:
        handle: see there.
        update: which.
        repeat: that it was perhaps answered before. While it cannot be known whether another process has
            taken over, it counts as such.
        permit: under which something is said; None where this process is alone.
    """
    unsure = permit is not None and permit.unsure
    with watch() as box, nullcontext() if permit is None else under(permit):
        try:
            returned = await handle(update, repeat or unsure)
        except Exception as fault:
            returned = record(fault)
            log.warning("handling_failed", fault=type(fault).__name__, outcome=returned.value)
    for outcome in (Outcome.TRANSIENT, Outcome.BUG):
        if outcome in {returned, box.outcome}:
            return outcome, box.spoke
    return Outcome.DONE, box.spoke
