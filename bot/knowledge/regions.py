"""Where a claim holds, and what a member in some region is shown."""

from __future__ import annotations

import unicodedata
from datetime import date

from rapidfuzz.distance import OSA

from bot.knowledge.model import (
    ELSEWHERE,
    WORLD,
    Caveat,
    Claim,
    Coverage,
    CoverageRow,
    Entry,
    KnowledgeBase,
    Place,
    Region,
)

UNSAID = "eu"
"""The region whose text a member sees who has not said theirs."""

NAMED_GROUPS = ("eu", "gb", "ch", "us", "ca", "hk", "br")
"""Regions that entries speak of by name; `elsewhere` is what lies in none of them."""


def chain(base: KnowledgeBase, region: str | None) -> tuple[str, ...]:
    """A region and the groups around it, nearest first; `eu` for None.

    A subdivision that `regions.yaml` does not list still lies in its country (`us-ny` in `us`).
    """
    found: dict[str, None] = {}
    waiting = [region or UNSAID]
    while waiting:
        name = waiting.pop(0)
        if name in found:
            continue
        found[name] = None
        if (known := base.regions.get(name)) is not None:
            waiting.extend(known.groups)
        if "-" in name:
            waiting.append(name.partition("-")[0])
    return tuple(found)


def holds(
    regions: tuple[str, ...], excluded: tuple[str, ...], region: str | None, base: KnowledgeBase
) -> bool:
    """Whether something that holds in `regions` without `excluded` holds in `region` (None: the EU)."""
    around = set(chain(base, region))
    is_elsewhere = around.isdisjoint(NAMED_GROUPS)

    def reach(names: tuple[str, ...]) -> bool:
        return any(name == WORLD or name in around or (name == ELSEWHERE and is_elsewhere) for name in names)

    return reach(regions) and not reach(excluded)


def shown_claims(
    entry: Entry,
    region: str | None,
    base: KnowledgeBase,
    *,
    place: Place | None = Place.ANSWER,
    today: date | None = None,
) -> tuple[Claim, ...]:
    """The claims of an entry that hold in `region` and stand at `place` (None: at any), in order.

    On `today`, claims whose time is over or has not come are left out; without it, those that have an end.
    """
    return tuple(
        claim
        for claim in entry.claims
        if (place is None or claim.place is place)
        and _holds_on(claim, today)
        and holds(claim.regions, claim.excluded, region, base)
    )


def _holds_on(claim: Claim, today: date | None) -> bool:
    if today is None:
        return claim.ends is None
    return (claim.begins is None or claim.begins <= today) and (claim.ends is None or today <= claim.ends)


def shown_caveats(
    entry: Entry, region: str | None, base: KnowledgeBase, *, language: str = "en"
) -> tuple[Caveat, ...]:
    """The caveats of an entry that hold in `region`, in `language` or else in English."""
    found = (caveat_in(base, name, language=language) for name in entry.caveats)
    return tuple(
        caveat
        for caveat in found
        if caveat is not None and holds(caveat.claim.regions, caveat.claim.excluded, region, base)
    )


def caveat_in(base: KnowledgeBase, name: str, *, language: str = "en") -> Caveat | None:
    """A caveat in `language`, else in English, else None."""
    for code in (language, "en"):
        if (found := base.languages.get(code)) and (caveat := found.caveats.get(name)):
            return caveat
    return None


def shown_coverage(entry: Entry, region: str | None, base: KnowledgeBase) -> tuple[CoverageRow, ...]:
    """The lines of a guide's coverage map that hold in `region`; none without a guide."""
    rows = entry.guide.coverage if entry.guide else ()
    return tuple(row for row in rows if holds(row.regions, row.excluded, region, base))


def is_of_use(entry: Entry, region: str | None, base: KnowledgeBase) -> bool:
    """Whether the steps of an entry's guide do anything in `region` (None: the EU); False without a guide.

    A switch that stops something elsewhere and nothing here is of no use; a guide that stops nothing anywhere
    is for something else, such as a form or a copy of one's data, and is of use to everybody.
    """
    if entry.guide is None:
        return False
    stops = [row for row in entry.guide.coverage if row.how is Coverage.THIS]
    return not stops or any(holds(row.regions, row.excluded, region, base) for row in stops)


def compared_regions(entry: Entry, base: KnowledgeBase) -> tuple[str, ...]:
    """One region for each group in which an entry can read differently.

    They are the named groups, everything that the entry itself names, and one country that is elsewhere.
    """
    named: dict[str, None] = dict.fromkeys(NAMED_GROUPS)
    limited: list[Claim | CoverageRow] = [*entry.claims]
    limited.extend(entry.guide.coverage if entry.guide else ())
    limited.extend(found.claim for name in entry.caveats if (found := caveat_in(base, name)))
    for one in limited:
        named.update(dict.fromkeys((*one.regions, *one.excluded)))
    named.pop(WORLD, None)
    named[ELSEWHERE] = None
    return tuple(named)


def differs_by_region(entry: Entry, base: KnowledgeBase) -> bool:
    """Whether members in different regions are told different things (claims, caveats or coverage)."""
    limited: list[Claim | CoverageRow] = [*entry.claims]
    limited.extend(entry.guide.coverage if entry.guide else ())
    limited.extend(found.claim for name in entry.caveats if (found := caveat_in(base, name)))
    limited = [one for one in limited if one.excluded or one.regions != (WORLD,)]
    if not limited:
        return False
    told = {
        tuple(holds(one.regions, one.excluded, region, base) for one in limited)
        for region in compared_regions(entry, base)
    }
    return len(told) > 1


def find_region(base: KnowledgeBase, words: str) -> Region | None:
    """The region that `words` name by id, name or alias, typing errors forgiven; None when unclear."""
    wanted = _plain(words)
    if not wanted:
        return None
    if (exact := base.regions.get(words.strip().casefold())) is not None:
        return exact
    allowed = 0 if len(wanted) < 5 else 1 if len(wanted) < 9 else 2
    best: dict[str, Region] = {}
    nearest = allowed + 1
    for region in base.regions.values():
        for name in (region.name, *region.aliases):
            distance = OSA.distance(wanted, _plain(name), score_cutoff=allowed)
            if distance < nearest:
                nearest, best = distance, {}
            if distance == nearest <= allowed:
                best[region.id] = region
    return next(iter(best.values())) if len(best) == 1 else None


def _plain(words: str) -> str:
    decomposed = unicodedata.normalize("NFKD", words.casefold())
    letters = (c if c.isalnum() else " " for c in decomposed if not unicodedata.combining(c))
    text = " ".join("".join(letters).split())
    return text.removeprefix("the ")
