"""Letting go: what holds the floor for too long goes on by itself and no longer holds back the others.

A hold of 10 seconds would stop the whole bot for 10 seconds, since only a hundred unconfirmed updates are
ever visible. What is let go is lost to Telegram, so a row without text stands for it until it is done.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from typing import TypeAlias

import structlog
from telegram import Update

from bot.chat.receive.journal import Journal
from bot.chat.receive.lanes import Lanes, key_of
from bot.chat.receive.limits import Bounds
from bot.chat.receive.window import Window
from bot.chat.receive_store import Overdue
from bot.ops.clock import Clock

log = structlog.get_logger(__name__)


Seal: TypeAlias = Callable[[int, int], tuple[bytes, bytes]]
"""From a person's and a chat's id to the member's id and the sealed chat."""


class Release:
    """Chooses what is let go, and writes it down first.

    Args:
        window: of the receiver.
        lanes: its queues.
        updates: every unfinished update by its id.
        journal: where the rows go.
        seal: hides a chat for its row.
        clock: for the rows.
        bounds: see there.
    """

    def __init__(
        self,
        *,
        window: Window,
        lanes: Lanes,
        updates: Mapping[int, Update],
        journal: Journal,
        seal: Seal,
        clock: Clock,
        bounds: Bounds,
    ) -> None:
        self._window = window
        self._lanes = lanes
        self._updates = updates
        self._journal = journal
        self._seal = seal
        self._clock = clock
        self._bounds = bounds
        self._let_go: Counter[Hashable] = Counter()

    async def let_go(self, before: float) -> None:
        """Let go of what came before `before` (seconds) and holds the floor, with its person's other updates.

        Nothing is let go that could not be written down.
        """
        ids = self._choice(before)
        if not ids:
            return
        rows = [row for update_id in ids if (row := self._row(update_id)) is not None]
        if not await self._journal.release(rows):
            return
        still = [update_id for update_id in ids if self._window.is_open(update_id)]
        self._let_go.update(key_of(self._updates[update_id]) for update_id in still)
        self._window.release(still)
        log.info("updates_let_go", count=len(still))

    def finish(self, update: Update) -> None:
        """An update ends; to be called while the window still knows it."""
        if self._window.is_released(update.update_id):
            key = key_of(update)
            self._let_go[key] -= 1
            if not self._let_go[key]:
                del self._let_go[key]

    def _choice(self, before: float) -> list[int]:
        """What is to be let go, within the bounds; the followers too, or each would hold the floor again."""
        chosen: dict[int, None] = {}
        counts: Counter[Hashable] = Counter()
        for head in self._window.held(before):
            update = self._updates.get(head)
            if update is None:
                break
            key = key_of(update)
            group = dict.fromkeys([head, *self._lanes.followers(update)])
            more = [one for one in group if one not in chosen and self._window.is_open(one)]
            counts[key] += len(more)
            if (
                self._let_go[key] + counts[key] > self._bounds.per_person
                or self._window.released + len(chosen) + len(more) > self._bounds.overall
            ):
                break
            chosen.update(dict.fromkeys(more))
        return list(chosen)

    def _row(self, update_id: int) -> Overdue | None:
        """The row of an update; None when there is nobody to tell, as for an inline query."""
        update = self._updates[update_id]
        user, chat = update.effective_user, update.effective_chat
        if user is None or chat is None:
            return None
        member_id, sealed = self._seal(user.id, chat.id)
        return Overdue(update_id, member_id, sealed, self._clock.now())
