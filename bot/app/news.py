"""What members are told when the knowledge changes: the parts of it, and when it is done."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import structlog

from bot.chat.news import change_writer, correction_writer
from bot.chat.notices import Writer
from bot.deliveries.model import Kind
from bot.editing.recalls import Bases, Recalls
from bot.guides.changes import Changes
from bot.knowledge.model import KnowledgeBase
from bot.members.service import Members
from bot.ops.clock import Clock
from bot.storage.engine import Database
from bot.storage.faults import StorageDown

log = structlog.get_logger(__name__)

_PAUSE = 5.0
"""Seconds until it is tried again after the database did not answer."""


@dataclass(frozen=True, slots=True)
class News:
    """Change notices and corrections of one installation.

    Attributes:
        changes: about guides.
        recalls: about answers that were wrong.
        clock: what time it is.
    """

    changes: Changes
    recalls: Recalls
    clock: Clock

    @classmethod
    def of(cls, database: Database, members: Members, bases: Bases, *, clock: Clock) -> News:
        """Made from what they need; see `Changes` and `Recalls`."""
        return cls(Changes(database, members), Recalls(database, bases), clock)

    @property
    def writers(self) -> dict[Kind, Writer]:
        """For `bot.chat.notices.Notices`."""
        return {Kind.CHANGE: change_writer(self.changes), Kind.CORRECTION: correction_writer(self.recalls)}

    async def tell(self, before: KnowledgeBase | None, after: KnowledgeBase) -> None:
        """Add the messages about what `after` changes, for as long as it takes; again is as good as once.

        At start (`before` is None) what a crash cut short is finished with it. No fault of it ends the bot:
        the next start makes it good.
        """
        while True:
            try:
                if before is None:
                    await self.recalls.resume(self.clock.now())
                await self.changes.announce(before, after, self.clock.now())
            except StorageDown:
                log.warning("changes_wait_for_storage")
                await asyncio.sleep(_PAUSE)
            except Exception as error:
                log.error("changes_not_announced", kind=type(error).__name__, exc_info=True)
                return
            else:
                return
