"""Everything about proposals that the chat uses, in one value; made once by `bot.app`."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Self

from bot.editing.audit import Audit
from bot.editing.desk import Desk
from bot.editing.earlier import Earlier
from bot.editing.editors import Editors
from bot.editing.history import History
from bot.editing.proposals import Proposals
from bot.editing.publishing import Adopt, Check, OnPublished, Publishing
from bot.editing.recalls import Recalls
from bot.editing.revisions import Revisions
from bot.editing.touching import Touched, count_touched
from bot.members.service import Members
from bot.ops.clock import Clock
from bot.storage.engine import Database
from bot.storage.faults import StorageDown

_LOOK_EVERY: Final = 2.0
"""Seconds that it is believed who is an editor, for the question whether a message may be for a proposal."""


class Doorman:
    """Knows at a glance who may be an editor: every message is asked about, and few are from one.

    It gives no right; those are asked where they are used.

    Args:
        editors: who is one.
        database: where that stands.
    """

    def __init__(self, editors: Editors, database: Database) -> None:
        self._editors = editors
        self._database = database
        self._known: frozenset[bytes] = frozenset()
        self._until = float("-inf")

    def note(self, telegram_id: int) -> None:
        """They are one, as was just seen: their next message may come within a moment."""
        self._known |= {self._editors.identity.member_id(telegram_id)}

    async def may_be_editor(self, telegram_id: int) -> bool:
        """Whether they were one at the last look; False while the database does not answer."""
        if time.monotonic() >= self._until:
            try:
                async with self._database.read() as connection:
                    people = await self._editors.people(connection)
            except StorageDown:
                return False
            self._known = frozenset(person.member_id for person in people)
            self._until = time.monotonic() + _LOOK_EVERY
        return self._editors.identity.member_id(telegram_id) in self._known


@dataclass(frozen=True, slots=True)
class Bureau:
    """The services of proposals.

    Attributes:
        desk: rights and rules.
        proposals: until they are approved.
        publishing: from then on.
        history: what was before.
        earlier: whole revisions of before.
        recalls: taking back what was wrong.
        doorman: who may be an editor.
        check: what a change of files does.
        database: for counting.
    """

    desk: Desk
    proposals: Proposals
    publishing: Publishing
    history: History
    earlier: Earlier
    recalls: Recalls
    revisions: Revisions
    doorman: Doorman
    check: Check
    database: Database

    @classmethod
    def of(
        cls,
        database: Database,
        members: Members,
        editors: Editors,
        audit: Audit,
        recalls: Recalls,
        earlier: Earlier,
        *,
        check: Check,
        adopt: Adopt,
        clock: Clock,
        on_published: OnPublished | None = None,
    ) -> Self:
        """Made from what they need.

        Args:
            database: migrated.
            members: whose rows come first in every change.
            editors: who may do what.
            audit: what was done.
            recalls: for /recall.
            earlier: for /asof.
            check: see `bot.editing.publishing.Check`.
            adopt: see `bot.editing.publishing.Adopt`.
            clock: what time it is.
            on_published: see `bot.editing.publishing.OnPublished`.
        """
        revisions = Revisions(database)
        desk = Desk(members, editors, audit, clock=clock)
        proposals = Proposals(desk, database, revisions)
        return cls(
            desk=desk,
            proposals=proposals,
            publishing=Publishing(
                desk, database, revisions, proposals, check=check, adopt=adopt, on_published=on_published
            ),
            history=History(database, revisions),
            earlier=earlier,
            recalls=recalls,
            revisions=revisions,
            doorman=Doorman(editors, database),
            check=check,
            database=database,
        )

    async def touched(self, entries: Collection[str], guides: Collection[str]) -> Touched:
        """How many members a change would reach; see `count_touched`."""
        return await count_touched(self.database, entries, guides)
