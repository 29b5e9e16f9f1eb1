"""Asking Telegram for updates: a request of our own, and every update parsed by itself.

`Bot.get_updates` parses an answer as a whole, so that one update it cannot read blocks all others for
ever, and logs the whole answer, texts included, when that happens (measured with 22.8).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import structlog
from telegram import Bot, Update
from telegram.request import BaseRequest

from bot.chat.calls import call
from bot.chat.errors import PerhapsSent

log = structlog.get_logger(__name__)

Raw: TypeAlias = Mapping[str, Any]
"""One update as Telegram sent it, the only bare dictionary that leaves a module: `parse` reads it."""

_ANSWER_TIME = 10.0
"""Seconds on top of a long poll's own before the connection counts as broken."""


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
        self._request = request
        self._allowed = list(allowed_updates)

    async def ask(self, *, offset: int, limit: int, timeout: int) -> dict[int, Raw]:  # noqa: ASYNC109 - Telegram's
        """Ask once.

        Args:
            offset: the lowest update that is wanted; Telegram forgets everything below. 0 for whatever
                Telegram has.
            limit: at most 100.
            timeout: seconds that Telegram may wait for a first update.

        Returns:
            Updates by their ids, not parsed yet.

        Raises:
            telegram.error.TelegramError: as the transport raises it.
        """
        result = await call(
            self._bot,
            "getUpdates",
            {
                "offset": offset or None,
                "limit": limit,
                "timeout": timeout,
                "allowed_updates": self._allowed,
            },
            request=self._request,
            read_timeout=timeout + _ANSWER_TIME,
        )
        if not isinstance(result, list):
            raise PerhapsSent("Telegram's answer is no list of updates")
        found: dict[int, Raw] = {}
        for item in result:
            update_id = item.get("update_id") if isinstance(item, dict) else None
            if isinstance(update_id, int):
                found[update_id] = item
            else:
                log.error("update_without_id")
        return found

    def parse(self, raw: Raw) -> Update | None:
        """As `read_update`."""
        return read_update(raw, self._bot)


def read_update(raw: Raw, bot: Bot) -> Update | None:
    """One update; None when the library cannot read it. Only the type of the fault is logged."""
    try:
        return Update.de_json(dict(raw), bot)
    except Exception as fault:
        log.warning("update_unreadable", fault=type(fault).__name__)
        return None
