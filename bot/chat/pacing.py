"""How fast we send: within what Telegram tolerates, and the people who wait first.

Telegram tolerates about 30 messages a second overall, one a second in a private chat with short bursts,
and 20 a minute in a group (core.telegram.org/bots/faq); it says so with 429 and a number of seconds.
python-telegram-bot's own limiter knows no private chat and stops the whole bot on one 429.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from enum import IntEnum
from itertools import islice

from telegram.constants import FloodLimit


class Turn(IntEnum):
    """Who goes first when there is not room for all."""

    REPLY = 0
    DELIVERY = 1


class Window:
    """At most so many starts in any stretch of time; a start may be booked ahead.

    Args:
        rate: starts per `period`; less than one is spread over a longer stretch.
        period: seconds.
        after: the one that this one takes the place of; its latest starts count.
    """

    __slots__ = ("_count", "_period", "_starts")

    def __init__(self, rate: float, period: float, *, after: Window | None = None) -> None:
        self._count = max(1, int(rate))
        self._period = self._count * period / rate
        self._starts: deque[float] = deque(after._starts if after else (), maxlen=self._count)

    def earliest(self, now: float) -> float:
        """When the next start may be."""
        if len(self._starts) < self._count:
            return now
        return max(now, self._starts[0] + self._period)

    def book(self, at: float) -> None:
        """Note a start at `at`, not before any other."""
        self._starts.append(at)

    def idle(self, now: float) -> bool:
        """Whether nothing of the past matters any more."""
        return not self._starts or self._starts[-1] + self._period <= now


class Bucket:
    """A steady rate that lets a few go at once after a pause.

    Args:
        rate: starts per second.
        burst: how many may go at once.
    """

    __slots__ = ("_interval", "_slack", "_theoretical")

    def __init__(self, rate: float, burst: int) -> None:
        self._interval = 1.0 / rate
        self._slack = (burst - 1) * self._interval
        self._theoretical = float("-inf")

    def earliest(self, now: float) -> float:
        """When the next start may be."""
        return max(now, self._theoretical - self._slack)

    def book(self, at: float) -> None:
        """Note a start at `at`."""
        self._theoretical = max(self._theoretical, at) + self._interval

    def idle(self, now: float) -> bool:
        """Whether nothing of the past matters any more."""
        return self._theoretical <= now


class _Chat:
    """One chat's own pace, and the pause that Telegram asked for."""

    __slots__ = ("pace", "paused_until")

    def __init__(self, pace: Window | Bucket | None) -> None:
        self.pace = pace
        self.paused_until = float("-inf")

    def idle(self, now: float) -> bool:
        return self.paused_until <= now and (self.pace is None or self.pace.idle(now))


class Pacing:
    """The places in the queue to Telegram. Answers to button taps do not queue; they never come here.

    Args:
        overall: messages a second to all chats; 0 is without limit (self-hosted servers, benchmarks).
        private: messages a second into one private chat, after a burst of `burst`; 0 is without limit.
        burst: see `private`.
        group: messages a minute into one group; 0 is without limit.
        deliveries: of `overall`, how many may be messages that nobody waits for; 0 is all of them.
        several: chats that must be told to wait within `short` seconds before everything waits.
        short: seconds.
        clock: seconds that never go back.
    """

    def __init__(
        self,
        *,
        overall: float = float(FloodLimit.MESSAGES_PER_SECOND),
        private: float = float(FloodLimit.MESSAGES_PER_SECOND_PER_CHAT),
        burst: int = 4,
        group: float = float(FloodLimit.MESSAGES_PER_MINUTE_PER_GROUP),
        deliveries: float = 25.0,
        several: int = 3,
        short: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._private = private
        self._burst = burst
        self._group = group
        self._several = several
        self._short = short
        self._clock = clock
        self._rates = (overall, min(deliveries, overall))
        self._overall: Window | None = None
        self._deliveries: Window | None = None
        self._chats: OrderedDict[int, _Chat] = OrderedDict()
        self._paused_until = float("-inf")
        self._floods: OrderedDict[int, float] = OrderedDict()
        self._waiting: dict[Turn, deque[asyncio.Future[None]]] = {turn: deque() for turn in Turn}
        self._timer: asyncio.TimerHandle | None = None
        self.share(1)

    async def turn(self, chat_id: int, turn: Turn = Turn.REPLY) -> None:
        """Wait until one message may go to `chat_id`."""
        await self._turn_in_chat(chat_id)
        if self._overall is None and self._paused_until <= self._clock():
            return
        place = asyncio.get_running_loop().create_future()
        self._waiting[turn].append(place)
        self._serve()
        await place

    def delay(self, chat_id: int) -> float:
        """Seconds that a message to `chat_id` would wait now for that chat's own pace and for pauses."""
        now = self._clock()
        ends = self._paused_until
        if chat := self._chats.get(chat_id):
            ends = max(ends, chat.paused_until, chat.pace.earliest(now) if chat.pace else now)
        return max(0.0, ends - now)

    def share(self, processes: int) -> None:
        """So many processes send for this bot: each keeps to its part of the overall rate."""
        overall, deliveries = (rate / max(1, processes) for rate in self._rates)
        self._overall = Window(overall, 1.0, after=self._overall) if overall else None
        self._deliveries = Window(deliveries, 1.0, after=self._deliveries) if deliveries else None
        if any(self._waiting.values()):
            self._serve()

    @property
    def wait(self) -> float:
        """Seconds until a reply that comes now would leave, as far as the overall rate goes."""
        if self._overall is None:
            return max(0.0, self._paused_until - self._clock())
        ahead = len(self._waiting[Turn.REPLY]) / self._rates[0]
        return max(0.0, self._paused_until - self._clock(), ahead)

    def pause(self, chat_id: int, seconds: float) -> None:
        """Telegram said to wait: that chat does, and everything when several chats were told so shortly."""
        now = self._clock()
        chat = self._chat(chat_id, now)
        chat.paused_until = max(chat.paused_until, now + seconds)
        self._floods.pop(chat_id, None)
        self._floods[chat_id] = now
        while self._floods and next(iter(self._floods.values())) < now - self._short:
            self._floods.popitem(last=False)
        if len(self._floods) >= self._several:
            self._paused_until = max(self._paused_until, now + seconds)

    @property
    def chats(self) -> int:
        """How many chats are remembered; the idle ones are forgotten as others come."""
        return len(self._chats)

    async def _turn_in_chat(self, chat_id: int) -> None:
        now = self._clock()
        chat = self._chat(chat_id, now)
        start = now
        if chat.pace is not None:
            start = chat.pace.earliest(now)
            chat.pace.book(start)
        while True:  # a pause may be asked for while we wait
            wait = max(start, chat.paused_until) - self._clock()
            if wait <= 0:
                return
            await asyncio.sleep(wait)

    def _chat(self, chat_id: int, now: float) -> _Chat:
        chat = self._chats.get(chat_id)
        if chat is None:
            for old in tuple(islice(self._chats, 2)):
                if self._chats[old].idle(now):
                    del self._chats[old]
            chat = self._chats[chat_id] = _Chat(self._pace(chat_id))
        else:
            self._chats.move_to_end(chat_id)
        return chat

    def _pace(self, chat_id: int) -> Window | Bucket | None:
        if chat_id > 0:
            return Bucket(self._private, self._burst) if self._private else None
        return Window(self._group, 60.0) if self._group else None

    def _serve(self) -> None:
        """Let all go that may, replies first; come back when the next may."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while True:
            now = self._clock()
            found = self._next(now)
            if found is None:
                return
            turn, at = found
            if at > now:
                self._timer = asyncio.get_running_loop().call_later(at - now, self._serve)
                return
            place = self._waiting[turn].popleft()
            if place.cancelled():
                continue
            if self._overall is not None:
                self._overall.book(now)
            if turn is Turn.DELIVERY and self._deliveries is not None:
                self._deliveries.book(now)
            place.set_result(None)

    def _next(self, now: float) -> tuple[Turn, float] | None:
        """Whose turn it is, and when."""
        for queue in self._waiting.values():
            while queue and queue[0].cancelled():
                queue.popleft()
        at = max(now, self._paused_until)
        if self._overall is not None:
            at = max(at, self._overall.earliest(now))
        if self._waiting[Turn.REPLY]:
            return Turn.REPLY, at
        if self._waiting[Turn.DELIVERY]:
            return Turn.DELIVERY, max(at, self._deliveries.earliest(now)) if self._deliveries else at
        return None
