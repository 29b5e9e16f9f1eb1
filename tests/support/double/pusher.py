"""Brings updates to the webhook as Telegram does (tdlib/telegram-bot-api, WebhookActor.cpp).

One after the other for each chat (for each person, where there is no chat), side by side for all, with as
many connections as setWebhook allows. Any 2xx ends an update; else it comes again: at once, then after 2,
4, 8 … seconds, or when Retry-After says.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from typing import Final

import aiohttp

from bot.offline.updates import Update, UpdateQueue, Webhook

_ANSWER_TIME: Final = 60.0
_LONGEST_PAUSE: Final = 60.0


class Pusher:
    """Pushes for as long as a webhook is set.

    Args:
        updates: what waits for the bot.
        pace: how long a second of waiting takes; less than 1 for tests that want it quicker.
    """

    def __init__(self, updates: UpdateQueue, *, pace: float = 1.0) -> None:
        self._updates = updates
        self._pace = pace
        self._queues: dict[int, deque[Update]] = {}
        self._known = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None
        self._hook: Webhook | None = None
        self._room = asyncio.Semaphore(1)
        self.answers: Counter[int] = Counter()
        """How often each status was answered; 0 stands for no answer."""
        self.brought: Counter[int] = Counter()
        """How often each update was brought."""
        self.most = 0
        """The most connections at the same time."""
        self._now = 0

    def start(self) -> None:
        """Look at the queue whenever it changes."""
        self._updates.on_change(self._look)

    async def stop(self) -> None:
        """Push no more."""
        await self._drop()
        if self._session is not None:
            await self._session.close()

    async def _drop(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._queues.clear()

    def _look(self) -> None:
        hook = self._updates.webhook
        if hook != self._hook:
            self._hook = hook
            for task in self._tasks:
                task.cancel()
            self._tasks = set()
            self._queues.clear()
            self._known = 0
            if hook is not None:
                self._room = asyncio.Semaphore(hook.connections)
        if hook is None:
            return
        for update in self._updates.pending(after=self._known):
            self._known = update.id
            key = _key(update)
            if key in self._queues:
                self._queues[key].append(update)
                continue
            self._queues[key] = deque((update,))
            task = asyncio.create_task(self._serve(key, hook))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _serve(self, key: int, hook: Webhook) -> None:
        """Bring what belongs to one chat, until nothing is left."""
        queue = self._queues[key]
        while queue:
            update, failures = queue[0], 0
            while update.expires > self._updates.now():
                pause = await self._bring(update, hook)
                if pause is None:
                    break
                failures += 1
                wait = pause or (0 if failures == 1 else min(2 ** (failures - 1), _LONGEST_PAUSE))
                await asyncio.sleep(wait * self._pace)
            queue.popleft()
            self._updates.confirm(update.id)
        del self._queues[key]

    async def _bring(self, update: Update, hook: Webhook) -> float | None:
        """Bring it once; None when it was taken, else for how long to wait, 0 when the bot does not say."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=0)
            timeout = aiohttp.ClientTimeout(total=_ANSWER_TIME)
            self._session = aiohttp.ClientSession(connector=connector, timeout=timeout)
        headers = {"X-Telegram-Bot-Api-Secret-Token": hook.secret} if hook.secret else {}
        async with self._room:
            self._now += 1
            self.most = max(self.most, self._now)
            self.brought[update.id] += 1
            try:
                async with self._session.post(
                    hook.url, json=update.json(), headers=headers, allow_redirects=False
                ) as answer:
                    self.answers[answer.status] += 1
                    if 200 <= answer.status < 300:
                        return None
                    asked = answer.headers.get("Retry-After", "")
                    return float(asked) if asked.isdigit() else 0.0
            except (aiohttp.ClientError, TimeoutError, OSError):
                self.answers[0] += 1
                return 0.0
            finally:
                self._now -= 1


def _key(update: Update) -> int:
    if update.kind in ("callback_query", "inline_query"):
        return -int(update.payload["from"]["id"])  # a queue of their own
    chat = update.payload.get("chat") or {}
    return int(chat.get("id", 0))
