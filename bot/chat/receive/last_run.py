"""What the last run left behind: people to tell, and perhaps an update that ends the process."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeAlias

import structlog

from bot.chat.outcome import Outcome, judge
from bot.chat.receive.fetch import Fetch, Raw
from bot.chat.receive.journal import Journal
from bot.chat.receive.release import Seal
from bot.chat.receive.waiting import Errands
from bot.chat.receive.window import Window
from bot.chat.receive_store import Overdue
from bot.ops.metrics import UPDATES

log = structlog.get_logger(__name__)

Missed: TypeAlias = Callable[[bytes, bytes], Coroutine[Any, Any, object]]
"""Tells a member (id), in the sealed chat, that the last message may have been missed."""

CRASHES = 3
"""Runs in a row that began with the same update; from then on updates are tried one at a time."""


class LastRun:
    """Looks back once, at the first answer of Telegram.

    Args:
        window: of the receiver.
        fetch: parses an update that is set aside.
        journal: knows what was left.
        errands: does the telling beside.
        seal: hides a chat.
        missed: does the telling.
    """

    def __init__(
        self,
        *,
        window: Window,
        fetch: Fetch,
        journal: Journal,
        errands: Errands,
        seal: Seal,
        missed: Missed,
    ) -> None:
        self._window = window
        self._fetch = fetch
        self._journal = journal
        self._errands = errands
        self._seal = seal
        self._missed = missed

    async def look_back(self, batch: dict[int, Raw]) -> tuple[dict[int, Raw], bool]:
        """What the first answer of Telegram says about the last run.

        Args:
            batch: that answer.

        Returns:
            What is to be handled of it, and whether one at a time.
        """
        first = min(batch, default=None)
        if first is not None:
            self._journal.note_first(first)
        left = await self._journal.left_behind()
        # What Telegram sends again is answered anyway; the others were confirmed and are lost.
        lost = [row for row in left if first is None or row.update_id < first]
        if lost:
            self._errands.run(self._tell(lost))
        start = self._journal.start
        if first is None or start is None:
            return batch, False
        starts = start.starts + 1 if not start.clean and start.floor == first else 1
        await self._journal.note_floor(first, starts)
        careful = starts >= CRASHES
        if start.clean or start.trying not in batch:
            return batch, careful
        self._set_aside(batch[start.trying])
        return {number: raw for number, raw in batch.items() if number != start.trying}, careful

    def _set_aside(self, raw: Raw) -> None:
        """Finish, unhandled, the update that ended the process again and again."""
        log.error("update_set_aside", meaning="it ended the process; its person is told that it was missed")
        UPDATES.labels(outcome="set aside").inc()
        update_id = int(raw["update_id"])
        self._window.take([update_id], asked=0, at=0.0)
        self._window.finish(update_id)
        update = self._fetch.parse(raw)
        user, chat = (update.effective_user, update.effective_chat) if update else (None, None)
        if user is not None and chat is not None:
            self._errands.run(self._missed(*self._seal(user.id, chat.id)))

    async def _tell(self, rows: Sequence[Overdue]) -> None:
        """Tell each member once that the last message may have been missed."""
        told: set[bytes] = set()
        for row in rows:
            try:
                if row.member_id not in told:
                    await self._missed(row.member_id, row.sealed_chat)
                    told.add(row.member_id)
            except Exception as fault:
                log.warning("missed_not_told", fault=type(fault).__name__)
                if judge(fault) is Outcome.TRANSIENT:
                    continue
            self._journal.finish(row.update_id)
