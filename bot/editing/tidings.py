"""Who is told of a proposal, as deliveries: so that a crash between the change and the message loses nothing.

A delivery carries the proposal's number and what happened; its words are made when it is sent, from what the
proposal is then. What is no longer so is not sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.deliveries import store as deliveries
from bot.deliveries.model import Kind, New
from bot.editing.editors import Person
from bot.editing.machine import State
from bot.editing.proposal import Proposal
from bot.editing.roles import Right
from bot.storage.tables import members

WORTH: Final = timedelta(days=7)
"""After this nobody needs to be told any more: the work list has it."""


class Tiding(StrEnum):
    """What happened to a proposal."""

    OPEN = "open"
    """For reviewers: it waits for them."""
    APPROVED = "approved"
    """For publishers: it waits for them."""
    REJECTED = "rejected"
    """For its author, as the others."""
    PUBLISHED = "published"
    CONFLICTING = "conflicting"
    """It can not be published as it is: somebody changed the same text, or the check fails now."""


_STILL: Final = {
    Tiding.OPEN: State.OPEN,
    Tiding.APPROVED: State.APPROVED,
    Tiding.REJECTED: State.REJECTED,
    Tiding.PUBLISHED: State.PUBLISHED,
    Tiding.CONFLICTING: State.CONFLICTING,
}
_NEEDED: Final = {Tiding.OPEN: Right.REVIEW, Tiding.APPROVED: Right.PUBLISH}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a delivery is about.

    Attributes:
        number: of the proposal.
        tiding: what happened.
    """

    number: int
    tiding: Tiding

    def __str__(self) -> str:
        """As it stands in the row."""
        return f"{self.number}:{self.tiding.value}"

    def holds(self, proposal: Proposal) -> bool:
        """Whether it is still so."""
        return proposal.state is _STILL[self.tiding]


def read_subject(text: str) -> Subject | None:
    """The reverse of `str`; None when it is nothing of that."""
    number, _, tiding = text.partition(":")
    known = number.isdecimal() and tiding in set(Tiding)
    return Subject(int(number), Tiding(tiding)) if known else None


async def tell(
    connection: AsyncConnection,
    tiding: Tiding,
    proposal: Proposal,
    people: Iterable[Person],
    *,
    by: bytes | None,
    now: datetime,
) -> None:
    """Add the deliveries of one tiding, in the transaction that made it so.

    Args:
        connection: a transaction that writes.
        tiding: what happened.
        proposal: to which; as it was before or is now, for its number, author and content.
        people: all editors.
        by: who did it, and is not told.
        now: when.
    """
    needed = _NEEDED.get(tiding)
    if needed is None:
        told = {proposal.author_id} if proposal.author_id else set()
    else:
        told = {person.member_id for person in people if person.role.may(needed)} - {proposal.author_id}
    told -= {by}
    # Only who has written to the bot can be written to.
    known = await connection.scalars(select(members.c.member_id).where(members.c.member_id.in_(told)))
    subject, moment = str(Subject(proposal.number, tiding)), int(now.timestamp() * 1000)
    news = [
        New(
            kind=Kind.PROPOSAL,
            key=f"proposal:{subject}:{proposal.mark}:{moment}:{member_id.hex()[:16]}",
            member_id=member_id,
            subject=subject,
            due=now,
            expires=now + WORTH,
        )
        for member_id in sorted(known.all())
    ]
    await deliveries.add(connection, news, now)
