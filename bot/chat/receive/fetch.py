"""Asking Telegram for updates: a request of our own, and every update parsed by itself.

`Bot.get_updates` parses an answer as a whole, so that one update it cannot read blocks all others for
ever, and logs the whole answer, texts included, when that happens (measured with 22.8).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from telegram import Bot, Update
from telegram.error import TelegramError
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter

from bot.chat.errors import PerhapsSent

log = structlog.get_logger(__name__)

_ANSWER_TIME = 10.0
"""Seconds on top of a long poll's own before the connection counts as broken."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One answer.

    Attributes:
        ids: of every update in it, also of those that could not be parsed.
        updates: those that could.
    """

    ids: tuple[int, ...]
    updates: dict[int, Update]


class Fetch:
    """`getUpdates` for one bot.

    Args:
        bot: initialised.
        allowed_updates: the kinds to ask for, always said explicitly.
        request: what carries the request; the bot's own when None.
    """

    def __init__(
        self, bot: Bot, *, allowed_updates: Sequence[str], request: BaseRequest | None = None
    ) -> None:
        self._bot = bot
        self._request = request or bot.request
        self._allowed = list(allowed_updates)

    async def __call__(self, *, offset: int, limit: int, timeout: int) -> Batch:
        """Ask once.

        Args:
            offset: the lowest update that is wanted; Telegram forgets everything below. 0 for whatever
                Telegram has.
            limit: at most 100.
            timeout: seconds that Telegram may wait for a first update.

        Raises:
            TelegramError: as the transport raises it, with our own words.
        """
        parameters: dict[str, object] = {
            "limit": limit,
            "timeout": timeout,
            "allowed_updates": self._allowed,
        }
        if offset:
            parameters["offset"] = offset
        result = await self._request.post(
            f"{self._bot.base_url}/getUpdates",
            RequestData([RequestParameter.from_input(name, value) for name, value in parameters.items()]),
            read_timeout=timeout + _ANSWER_TIME,
        )
        if not isinstance(result, list):
            raise PerhapsSent("Telegram's answer is no list of updates")
        return self._parsed(result)

    def _parsed(self, result: list[object]) -> Batch:
        ids: list[int] = []
        updates: dict[int, Update] = {}
        for item in result:
            update_id = item.get("update_id") if isinstance(item, dict) else None
            if not isinstance(item, dict) or not isinstance(update_id, int):
                log.error("update_without_id")
                continue
            ids.append(update_id)
            try:
                updates[update_id] = Update.de_json(item, self._bot)
            except asyncio.CancelledError:
                raise
            except Exception as fault:
                log.warning("update_unreadable", fault=type(fault).__name__)
        return Batch(tuple(ids), updates)


__all__ = ["Batch", "Fetch", "TelegramError"]
