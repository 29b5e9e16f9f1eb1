"""The knowledge base platform by platform: what there is, for where, on what it rests, how old it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.knowledge.freshness import Dated, effective_date
from bot.knowledge.model import WORLD, Claim, Entry, KnowledgeBase, Surface


@dataclass(frozen=True, slots=True)
class PlatformRow:
    """One platform or subject, counted in English."""

    platform: str
    entries: int
    guides: int
    no_opt_out: bool
    """True when an entry says that there is no way out."""
    surfaces: tuple[str, ...]
    """Where guides lead through the settings."""
    regions: tuple[str, ...]
    """Regions that claims name, beside the whole world."""
    claims: int
    sources: int
    """Different documents that its claims, steps and coverage maps rest on."""
    oldest: date | None
    """The oldest date of what can go stale, from `freshness.effective_date`."""


def table(base: KnowledgeBase) -> tuple[PlatformRow, ...]:
    """A row for each platform, in the order of `platforms.yaml`."""
    english = base.languages["en"].entries.values() if "en" in base.languages else ()
    return tuple(
        _row(platform, [entry for entry in english if entry.platform == platform], base)
        for platform in base.platforms
    )


def _row(platform: str, entries: list[Entry], base: KnowledgeBase) -> PlatformRow:
    claims = [claim for entry in entries for claim in entry.claims]
    named = dict.fromkeys(name for claim in claims for name in (*claim.regions, *claim.excluded))
    walked = {walk.surface for entry in entries if entry.guide for walk in entry.guide.walks}
    statements = [one for entry in entries for one in _statements(entry)]
    passing = [one for one in statements if not (isinstance(one, Claim) and (one.lasting or one.ends))]
    return PlatformRow(
        platform=platform,
        entries=len(entries),
        guides=sum(entry.guide is not None for entry in entries),
        no_opt_out=any(entry.no_opt_out for entry in entries),
        surfaces=tuple(surface.value for surface in Surface if surface in walked),
        regions=tuple(sorted(name for name in named if name != WORLD)),
        claims=len(claims),
        sources=len({name for one in statements for name in one.sources}),
        oldest=min((effective_date(one, base) for one in passing), default=None),
    )


def _statements(entry: Entry) -> Iterator[Dated]:
    yield from entry.claims
    if entry.guide:
        yield from entry.guide.walks
        yield from entry.guide.coverage
