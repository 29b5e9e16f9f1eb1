"""What is done from time to time, beside the work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import structlog

from bot.ops.clock import Clock

log = structlog.get_logger(__name__)

PRUNE_EVERY = 3600.0
"""Seconds between two rounds of removing what has reached its end."""


async def prune(rounds: Sequence[Callable[[datetime], Awaitable[None]]], clock: Clock) -> None:
    """Every hour, remove what has reached its end."""
    while True:
        for round_ in rounds:
            try:
                await round_(clock.now())
            except Exception as error:  # one failed round must not end all further ones
                log.warning("prune_failed", kind=type(error).__name__)
        await asyncio.sleep(PRUNE_EVERY)
