"""Telegram's sending rates: 1 a second in a private chat, 20 a minute in a group, 30 a second in all."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from telegram.constants import FloodLimit

from bot.offline.errors import too_many_requests

_SENDING: Final = frozenset({"sendmessage", "senddocument", "sendphoto"})
_BURST: Final = 5
"""How many messages a private chat takes at once; Telegram tolerates "short bursts" and gives no number."""


@dataclass(slots=True)
class Bucket:
    """Holds up to `size` tokens and gets `rate` new ones a second."""

    rate: float
    size: float
    tokens: float
    filled: float

    def wait(self, now: float) -> float:
        """How many seconds until there is a token."""
        self.tokens = min(self.size, self.tokens + (now - self.filled) * self.rate)
        self.filled = now
        return 0.0 if self.tokens >= 1 else (1 - self.tokens) / self.rate


@dataclass(slots=True)
class Rates:
    """The buckets of a bot."""

    now: Callable[[], float] = time.monotonic
    _buckets: dict[int | None, Bucket] = field(default_factory=dict)

    def check(self, method: str, chat_id: int | None) -> None:
        """Count a call.

        Raises:
            Refused: 429 with `retry_after`; the call is not counted.
        """
        if method not in _SENDING or chat_id is None:
            return
        now = self.now()
        buckets = [self._bucket(None, now), self._bucket(chat_id, now)]
        wait = max(bucket.wait(now) for bucket in buckets)
        if wait > 0:
            raise too_many_requests(math.ceil(wait))
        for bucket in buckets:
            bucket.tokens -= 1

    def _bucket(self, chat_id: int | None, now: float) -> Bucket:
        bucket = self._buckets.get(chat_id)
        if bucket is None:
            if chat_id is None:
                rate, size = float(FloodLimit.MESSAGES_PER_SECOND), float(FloodLimit.MESSAGES_PER_SECOND)
            elif chat_id < 0:
                size = float(FloodLimit.MESSAGES_PER_MINUTE_PER_GROUP)
                rate = size / 60
            else:
                rate, size = float(FloodLimit.MESSAGES_PER_SECOND_PER_CHAT), float(_BURST)
            bucket = self._buckets[chat_id] = Bucket(rate, size, size, now)
        return bucket
