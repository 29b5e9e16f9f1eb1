"""Telegram could not be asked for updates: why, in plain words, and for how long to wait."""

from __future__ import annotations

import structlog
from telegram.error import Conflict, RetryAfter

log = structlog.get_logger(__name__)

CONFLICT_PAUSE = 5.0
"""Seconds; Telegram lets the newer of two receivers win, so asking sooner only disturbs the other."""


def pause_for(fault: Exception, pause: float) -> float:
    """Say in plain words why Telegram could not be asked. Returns the seconds to wait,
    at least `pause`."""
    if isinstance(fault, Conflict):
        webhook = "webhook is active" in fault.message.lower()
        log.error(
            "receiving_conflict",
            meaning="a webhook is set for this bot; delete it to receive here"
            if webhook
            else "another program receives with this bot's token; stop it, or give this bot its own",
        )
        return max(pause, CONFLICT_PAUSE)
    if isinstance(fault, RetryAfter):
        wait = fault.retry_after
        return float(wait) if isinstance(wait, int) else wait.total_seconds()
    log.warning("telegram_unreachable", fault=type(fault).__name__, again_in=pause)
    return pause
