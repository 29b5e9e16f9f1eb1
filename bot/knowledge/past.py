"""What held on a day that is not today.

Only a claim with dates (`from`, `until`) says when it held. Of every other claim we know what its sources
said when they were read, and nothing about the years before; so it is never passed off as history.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.knowledge.model import Claim, Entry, KnowledgeBase
from bot.knowledge.regions import holds


@dataclass(frozen=True, slots=True)
class Days:
    """Some days in a row (a day, a month, a year); both ends belong to them."""

    first: date
    last: date

    @classmethod
    def of(cls, day: date) -> Days:
        """One day."""
        return cls(day, day)


@dataclass(frozen=True, slots=True)
class Held:
    """A claim that held on at least one of the days that were asked about."""

    claim: Claim
    since: date | None
    """The day on which it began, when that is one of the days but the first."""
    until: date | None
    """Its last day, when that is one of the days but the last."""


def is_dated(claim: Claim) -> bool:
    """Whether we know when the claim held."""
    return claim.begins is not None or claim.ends is not None


def overlaps(claim: Claim, days: Days) -> bool:
    """Whether a claim held on at least one of the `days`, as far as its dates say."""
    return (claim.begins is None or claim.begins <= days.last) and (
        claim.ends is None or claim.ends >= days.first
    )


def held_claims(entry: Entry, region: str | None, base: KnowledgeBase, days: Days) -> tuple[Held, ...]:
    """The dated claims of an entry that held in `region` (None: the EU) during `days`, the earliest first.

    Their place in the answer of today does not matter: what is folded now may have been the answer then.
    """
    found = [
        Held(
            claim,
            claim.begins if claim.begins and days.first < claim.begins else None,
            claim.ends if claim.ends and claim.ends < days.last else None,
        )
        for claim in entry.claims
        if is_dated(claim) and overlaps(claim, days) and holds(claim.regions, claim.excluded, region, base)
    ]
    return tuple(sorted(found, key=lambda held: held.since or date.min))
