"""The knowledge of earlier revisions as a value, read from their files."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Final

from bot.editing.revisions import Revisions
from bot.knowledge.load import load_files
from bot.knowledge.model import KnowledgeBase

_REMEMBERED: Final = 4
"""Reading one takes seconds, and a recall needs the same two for everybody who is told."""


class Earlier:
    """Reads earlier revisions; this is `bot.editing.recalls.Bases`.

    Args:
        revisions: where their files are.
    """

    def __init__(self, revisions: Revisions) -> None:
        self._revisions = revisions
        self._known: OrderedDict[int, KnowledgeBase] = OrderedDict()
        self._reading = asyncio.Lock()

    async def base(self, number: int) -> KnowledgeBase:
        """The knowledge base as it was in a revision.

        Raises:
            LookupError: there is no such revision, or this program cannot read it any more.
        """
        async with self._reading:
            if number not in self._known:
                revision = await self._revisions.get(number)
                files = await self._revisions.files(number)
                loaded = await asyncio.to_thread(load_files, files, today=revision.made_at.date())
                if loaded.base is None:
                    raise LookupError(f"revision {number} cannot be read by this program")
                self._known[number] = loaded.base
                if len(self._known) > _REMEMBERED:
                    self._known.popitem(last=False)
            self._known.move_to_end(number)
            return self._known[number]
