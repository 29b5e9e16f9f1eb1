"""The queue of updates: sequential ids, confirmation by offset, long polling, expiry, one poller."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from telegram.constants import PollingLimit

from bot.offline.errors import Refused
from bot.offline.model import Json

KEPT: Final = {
    "callback_query": timedelta(seconds=150),
    "inline_query": timedelta(seconds=30),
}
"""How long an update waits for the bot; others a day. From tdlib/telegram-bot-api, Client.cpp."""

_KEPT_OTHERWISE: Final = timedelta(hours=24)
_LONGEST_POLL: Final = 50
_UNASKED: Final = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""What only comes when `allowed_updates` names it."""

_HOOKED: Final = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
_UNPOLLED: Final = "terminated by setWebhook request"
_TERMINATED: Final = "terminated by other getUpdates request; make sure that only one bot instance is running"


@dataclass(frozen=True, slots=True)
class Update:
    """One update that the bot has not confirmed yet."""

    id: int
    kind: str
    payload: Json
    expires: datetime

    def json(self) -> Json:
        """The Bot API's Update."""
        return {"update_id": self.id, self.kind: self.payload}


@dataclass(frozen=True, slots=True)
class Webhook:
    """What setWebhook was told.

    Attributes:
        url: where updates go.
        secret: the header that goes with them.
        connections: how many at the same time.
    """

    url: str
    secret: str
    connections: int


@dataclass(slots=True)
class UpdateQueue:
    """The updates that wait for the bot.

    Attributes:
        now: tells the time, for expiry.
        impatient: a repeated offset is slowed down as Telegram does (one update within 0.5 s, a wait of at
            least 3 s within 3 s); off in the terminal, where nobody waits gladly.
        next_id: of the next update.
        webhook: where updates are brought; None while the bot asks for them.
    """

    now: Callable[[], datetime]
    impatient: bool = False
    next_id: int = 1
    webhook: Webhook | None = None
    _waiting: deque[Update] = field(default_factory=deque)
    _allowed: frozenset[str] | None = None
    _poller: asyncio.Future[None] | None = None
    _last_offset: int | None = None
    _last_asked: float = 0.0
    _changed: list[Callable[[], None]] = field(default_factory=list)

    def push(self, kind: str, payload: Json, *, lasts: timedelta | None = None) -> int | None:
        """Give the bot an update.

        Args:
            kind: the field of Update that holds it, such as `message`.
            payload: what the field holds.
            lasts: another time to live than that of its kind.

        Returns: its id, or None when the bot did not ask for this kind.
        """
        if kind in _UNASKED if self._allowed is None else kind not in self._allowed:
            return None
        update = Update(self.next_id, kind, payload, self.now() + (lasts or KEPT.get(kind, _KEPT_OTHERWISE)))
        self.next_id += 1
        self._waiting.append(update)
        self._wake()
        return update.id

    @property
    def waiting(self) -> tuple[Update, ...]:
        """What the bot has not confirmed yet, oldest first."""
        self._expire()
        return tuple(self._waiting)

    def pending(self, *, after: int) -> list[Update]:
        """What waits and has a higher number than `after`, oldest first."""
        found: list[Update] = []
        for update in reversed(self._waiting):
            if update.id <= after:
                break
            found.append(update)
        return found[::-1]

    @property
    def count(self) -> int:
        """How many updates wait."""
        return len(self._waiting)

    @property
    def polled(self) -> bool:
        """True while the bot waits for updates and there are none."""
        return self._poller is not None

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever an update comes or goes or a poll begins to wait."""
        self._changed.append(listener)

    def clear(self) -> None:
        """Forget what waits (`drop_pending_updates`)."""
        self._waiting.clear()
        self._tell()

    def allow(self, kinds: Collection[str] | None) -> None:
        """Only these kinds of updates are wanted from now on; None changes nothing, none means the usual."""
        if kinds is not None:
            self._allowed = frozenset(kinds) or None

    def hook(self, webhook: Webhook | None) -> None:
        """Bring updates there from now on, or wait to be asked; who waits for an answer gets 409."""
        self.webhook = webhook
        if webhook is not None and self._poller is not None and not self._poller.done():
            self._poller.set_exception(Refused(409, _UNPOLLED))
        self._tell()

    def confirm(self, update_id: int) -> None:
        """This update was brought; it does not wait any more."""
        for place, update in enumerate(self._waiting):
            if update.id == update_id:
                del self._waiting[place]
                break
        self._tell()

    async def fetch(
        self, *, offset: int = 0, limit: int = 100, wait: float = 0, allowed: Collection[str] | None = None
    ) -> list[Json]:
        """What getUpdates gives: it confirms everything below `offset` and waits up to `wait` seconds.

        Raises:
            Refused: 409, another poll began meanwhile.
        """
        if self.webhook is not None:
            raise Refused(409, _HOOKED)
        self.allow(allowed)
        if self._poller is not None and not self._poller.done():
            self._poller.set_exception(Refused(409, _TERMINATED))
        limit = min(max(limit, 1), int(PollingLimit.MAX_LIMIT))
        wait = min(max(wait, 0), _LONGEST_POLL)
        if self.impatient:
            limit, wait = self._slow_down(offset, limit, wait)
        self._confirm(offset)
        if not self._waiting and wait > 0:
            await self._wait(wait)
        self._expire()
        return [update.json() for update in list(self._waiting)[:limit]]

    def _confirm(self, offset: int) -> None:
        before = len(self._waiting)
        if offset < 0:
            while len(self._waiting) > -offset:
                self._waiting.popleft()
        while self._waiting and self._waiting[0].id < offset:
            self._waiting.popleft()
        self._expire()
        if len(self._waiting) != before:
            self._tell()

    def _expire(self) -> None:
        now = self.now()
        if any(update.expires <= now for update in self._waiting):
            self._waiting = deque(update for update in self._waiting if update.expires > now)
            self._tell()

    async def _wait(self, seconds: float) -> None:
        poller = asyncio.get_running_loop().create_future()
        self._poller = poller
        self._tell()
        try:
            async with asyncio.timeout(seconds):
                await poller
        except TimeoutError:
            pass
        finally:
            if self._poller is poller:
                self._poller = None

    def _slow_down(self, offset: int, limit: int, wait: float) -> tuple[int, float]:
        asked = time.monotonic()
        since = asked - self._last_asked
        if offset == self._last_offset and since < 3:
            wait = max(wait, 3)
            limit = 1 if since < 0.5 else limit
        self._last_offset, self._last_asked = offset, asked
        return limit, wait

    def _wake(self) -> None:
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(None)
            self._poller = None
        self._tell()

    def _tell(self) -> None:
        for listener in self._changed:
            listener()
