"""The services around the people who edit, in one value, as the chat uses them; made once by `bot.app`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.editing.audit import Audit
from bot.editing.conflicts import Conflicts
from bot.editing.counts import Counts
from bot.editing.digest import Digest
from bot.editing.editors import Editors
from bot.editing.invitations import Invitations
from bot.editing.questions import Questions
from bot.editing.queue import Queue
from bot.editing.staff import Staff
from bot.members.identity import Identity
from bot.members.service import Members
from bot.ops.clock import Clock
from bot.storage.engine import Database


@dataclass(frozen=True, slots=True)
class Office:
    """Who may edit, what was done, what waits, and how often something happened."""

    editors: Editors
    staff: Staff
    invitations: Invitations
    audit: Audit
    questions: Questions
    conflicts: Conflicts
    counts: Counts
    queue: Queue
    digest: Digest

    async def prune(self, now: datetime) -> None:
        """Delete what has come to its end: questions, links, numbers."""
        await self.questions.prune(now)
        await self.invitations.prune(now)
        await self.counts.prune(now)


def open_office(
    database: Database,
    identity: Identity,
    members: Members,
    *,
    clock: Clock,
    editors: Iterable[int],
    owners: Iterable[int],
) -> Office:
    """Build it all.

    Args:
        database: migrated.
        identity: names and seals.
        members: for transactions of a member.
        clock: what time it is.
        editors: Telegram ids of ADVISOR_EDITORS.
        owners: Telegram ids of ADVISOR_OWNERS.
    """
    audit = Audit()
    people = Editors(database, identity, clock=clock, editors=editors, owners=owners, audit=audit)
    staff = Staff(people, members)
    questions = Questions(people, members)
    counts = Counts(database, clock=clock)
    return Office(
        editors=people,
        staff=staff,
        invitations=Invitations(people, staff, members),
        audit=audit,
        questions=questions,
        conflicts=Conflicts(people, members),
        counts=counts,
        queue=Queue(people, questions, counts),
        digest=Digest(people),
    )
