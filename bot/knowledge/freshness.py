"""How old a statement is, and what follows from that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from bot.knowledge.model import Claim, CoverageRow, Entry, KnowledgeBase, Review, Strength, Walk


class Dated(Protocol):
    """A claim, a walk, a line of a coverage map, a dispute, a letter, a contact point."""

    @property
    def sources(self) -> tuple[str, ...]:
        """Ids of what it rests on."""
        ...

    @property
    def checked(self) -> date:
        """The day on which an editor compared it with them."""
        ...


@dataclass(frozen=True, slots=True)
class Freshness:
    """The state of a statement on some day."""

    as_of: date
    """The date to show: the older of the check and the newest copy of a source that was read."""
    days: int
    """Days since `as_of`, never below 0."""
    overdue: bool
    """True when the answer must say that it has not been re-checked for long."""
    withheld: bool
    """True when steps must not be shown and the official page is given instead."""


def effective_date(what: Dated, base: KnowledgeBase) -> date:
    """The older of `checked` and the newest date among the sources that the base knows."""
    read = [base.sources[name].date for name in what.sources if name in base.sources]
    return min(what.checked, max(read)) if read else what.checked


def freshness(what: Dated, review: Review, base: KnowledgeBase, today: date) -> Freshness:
    """The freshness of one statement; a lasting claim has its date and is never overdue."""
    as_of = effective_date(what, base)
    days = max(0, (today - as_of).days)
    lasting = isinstance(what, Claim) and what.lasting
    return Freshness(
        as_of=as_of,
        days=days,
        overdue=not lasting and days > review.every,
        withheld=not lasting and days > review.limit,
    )


def oldest(statements: Iterable[Dated], review: Review, base: KnowledgeBase, today: date) -> Freshness | None:
    """The freshness of the oldest of `statements`, for what one answer shows.

    Lasting claims count only when there is nothing else. None when there is no statement.
    """
    everything = list(statements)
    passing = [one for one in everything if not (isinstance(one, Claim) and one.lasting)]
    found = [freshness(one, review, base, today) for one in passing or everything]
    return min(found, key=lambda one: one.as_of, default=None)


def entry_freshness(
    entry: Entry, base: KnowledgeBase, today: date, *, claims: tuple[Claim, ...] | None = None
) -> Freshness | None:
    """The freshness of an entry's claims, or of those `claims` of it that are shown; None without any."""
    return oldest(entry.claims if claims is None else claims, entry.review, base, today)


def walk_freshness(entry: Entry, walk: Walk, base: KnowledgeBase, today: date) -> Freshness:
    """The freshness of the steps on one surface."""
    return freshness(walk, entry.review, base, today)


def reported_by_users(what: Walk | Claim | CoverageRow, base: KnowledgeBase) -> bool:
    """Whether it rests on weak sources only (the press or persons), so that the official page comes first."""
    known = [base.sources[name].strength for name in what.sources if name in base.sources]
    return not any(strength in {Strength.OFFICIAL, Strength.AUTHORITY} for strength in known)
