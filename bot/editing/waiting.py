"""Members who wait for an entry to be published are told however that comes: also by a release or a command.

What is published from the chat tells them in its own transaction (`Questions.published`). For everything
else, each revision that comes into force here is compared with the one in force when an editor named the
entry. Doing it twice, or in two processes, tells nobody twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from bot.editing.earlier import Earlier
from bot.editing.questions import Questions
from bot.editing.revisions import Revisions
from bot.knowledge.diff import changed_entries
from bot.knowledge.model import KnowledgeBase
from bot.ops.clock import Clock
from bot.storage.engine import Database
from bot.storage.faults import StorageDown

log = structlog.get_logger(__name__)

EVERY = 5.0
"""Seconds between two looks at which revision is in force."""


class Waiting:
    """Looks, for each revision that comes into force, who waited for what it changes.

    Args:
        database: migrated.
        questions: who waits.
        revisions: which was in force when.
        earlier: what it said.
        in_force: what is answered from now.
        clock: what time it is.
    """

    def __init__(
        self,
        database: Database,
        questions: Questions,
        revisions: Revisions,
        earlier: Earlier,
        *,
        in_force: Callable[[], KnowledgeBase],
        clock: Clock,
    ) -> None:
        self._database = database
        self._questions = questions
        self._revisions = revisions
        self._earlier = earlier
        self._in_force = in_force
        self._clock = clock
        self._seen: str | None = None

    async def look(self) -> int:
        """Tell who waited, once for each revision in force; returns how many.

        Raises:
            StorageDown: the database does not answer.
        """
        base = self._in_force()
        if base.revision == self._seen:
            return 0
        told = 0
        for entry, since in await self._questions.waited_for():
            try:
                before = await self._earlier.base((await self._revisions.as_of(since)).number)
            except LookupError:  # this program cannot read that revision any more
                continue
            if entry in changed_entries(before, base):
                async with self._database.write() as connection:
                    told += await self._questions.published(
                        connection, (entry,), self._clock.now(), named_at=since
                    )
        self._seen = base.revision
        return told

    async def run(self) -> None:
        """Look every few seconds, until cancelled; no fault ends it."""
        while True:
            try:
                await self.look()
            except StorageDown:
                log.warning("answers_wait_for_storage")
            except Exception as error:  # the next look may go well
                log.error("answers_not_told", kind=type(error).__name__, exc_info=True)
            await asyncio.sleep(EVERY)
