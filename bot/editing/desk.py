"""A transaction in which an editor does something with a proposal: rights first, the rules, then the rows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.editing import proposal_store as store
from bot.editing.audit import Audit
from bot.editing.editors import Editors
from bot.editing.machine import Act, Standing, State, Why, decide
from bot.editing.proposal import Proposal
from bot.editing.roles import Actor, Right
from bot.editing.tidings import Tiding, tell
from bot.members.service import Members
from bot.members.store import UpdateRef
from bot.ops.clock import Clock
from bot.ops.failpoints import hit


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, in private, by which update.

    Attributes:
        telegram_id: the person, and so the private chat.
        update: what asked for it; None for what cannot come twice, such as the command line.
    """

    telegram_id: int
    update: UpdateRef | None


class Refused(Exception):  # noqa: N818 - expected; leaves the transaction
    """An act that the rules do not allow; nothing was changed."""

    def __init__(self, why: Why, proposal: Proposal | None = None) -> None:
        super().__init__(why.value)
        self.why = why
        self.proposal = proposal


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an act.

    Attributes:
        proposal: as it stands now; None when there is no such proposal.
        why: why nothing was changed; None when it was done, now or by an earlier delivery of the update.
    """

    proposal: Proposal | None
    why: Why | None = None


@dataclass(frozen=True, slots=True)
class Sitting:
    """The inside of one transaction.

    Attributes:
        connection: writes.
        actor: who, with at least the right to propose.
        now: the instant of everything in it.
        alone: whether nobody else could approve.
    """

    connection: AsyncConnection
    actor: Actor
    now: datetime
    alone: bool


class Desk:
    """What every act on a proposal needs.

    Args:
        members: whose transaction marks the update.
        editors: who may do what.
        audit: what was done.
        clock: for what no update asks for.
    """

    def __init__(self, members: Members, editors: Editors, audit: Audit, *, clock: Clock) -> None:
        self.members = members
        self.editors = editors
        self.audit = audit
        self.clock = clock

    @asynccontextmanager
    async def sit(self, asker: Asker, screen: str, *, right: Right = Right.PROPOSE) -> AsyncIterator[Sitting]:
        """A transaction of an editor.

        Args:
            asker: who.
            screen: which screen answers, at most 64 characters.
            right: what they need at least.

        Raises:
            NotAllowed: they have not.
            Repeated: the update changed something before.
        """
        async with self.members.transaction(
            asker.telegram_id, chat_id=asker.telegram_id, update=asker.update, screen=screen
        ) as member:
            actor = await self.editors.require(member.connection, asker.telegram_id, right)
            alone = await self.editors.count_publishing(member.connection) <= 1
            yield Sitting(member.connection, actor, member.now, alone)

    async def standing(
        self, connection: AsyncConnection, proposal: Proposal, *, lock: bool = True
    ) -> Standing:
        """What the rules ask about a proposal; an approval counts while its giver may review.

        Args:
            connection: a transaction; with `lock` one that writes.
            proposal: which.
            lock: hold the rights of those who approved until the end.
        """
        said = await store.verdicts(connection, proposal.number, store.APPROVE, proposal.content)
        able: set[bytes] = set()
        for member_id, _ in said:
            found = await self.editors.find(connection, member_id, lock=lock)
            if found is not None and found.may(Right.REVIEW):
                able.add(member_id)
        return Standing(proposal.state, proposal.author_id, proposal.content, frozenset(able))

    async def take(
        self, sitting: Sitting, number: int, act: Act, *, mark: str | None = None
    ) -> tuple[Proposal, State]:
        """The proposal, held until the end, and the state that the act leads to.

        Raises:
            Refused: the rules do not allow it.
        """
        await store.end_awaiting(sitting.connection, sitting.actor.member_id)
        proposal = await store.get(sitting.connection, number, lock=True)
        if proposal is None:
            raise Refused(Why.ENDED)
        standing = await self.standing(sitting.connection, proposal)
        came = decide(standing, act, sitting.actor, alone=sitting.alone, content=mark)
        if isinstance(came, Why):
            raise Refused(came, proposal)
        return proposal, came

    async def tell(
        self, sitting: Sitting, tiding: Tiding, proposal: Proposal, *, by_itself: bool = False
    ) -> None:
        """Tell whom it concerns; `by_itself`: nobody did it at this moment, so nobody knows it already."""
        by = None if by_itself else sitting.actor.member_id
        await self.tell_all(sitting.connection, tiding, proposal, by=by, now=sitting.now)

    async def tell_all(
        self,
        connection: AsyncConnection,
        tiding: Tiding,
        proposal: Proposal,
        *,
        by: bytes | None,
        now: datetime,
    ) -> None:
        """As `tell`, where nobody sits: `by` is who did it, None when nobody did."""
        people = await self.editors.people(connection)
        await tell(connection, tiding, proposal, people, by=by, now=now)
        hit("proposals.told")

    async def note(
        self,
        sitting: Sitting,
        act: str,
        proposal: Proposal,
        detail: Mapping[str, str | int] | None = None,
        *,
        alone: bool = False,
    ) -> None:
        """Put it into the audit; `alone`: somebody did what else only another may do."""
        said = {"content": proposal.mark, "base": proposal.base, **(detail or {})}
        if alone:
            said["alone"] = 1
        await self.audit.note(
            sitting.connection,
            sitting.actor,
            act,
            f"proposal {proposal.number}",
            said,
            now=sitting.now,
        )
        hit("proposals.noted")
