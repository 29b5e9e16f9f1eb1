"""Phrasings that the matcher would read otherwise than their author: what `advisor knowledge check` warns of.

Each phrasing is left out and read by all others. When they are far surer of another entry than of its own,
either the phrasing stands in the wrong place or the entry needs more of its kind; when half of an entry's
phrasings go to one other entry, members will get that one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bot.knowledge.model import KnowledgeBase
from bot.matching.build import Built, build_index
from bot.matching.place import make_places
from bot.matching.snapshot import material, snapshot_names

FAR_AHEAD = 0.5
"""By how much another entry's score is above the own one's before it is said: one phrasing in 250."""

SAME_FROM = 0.5
"""Share of an entry's phrasings that one other entry takes before the two count as one."""

_FEWEST = 3


@dataclass(frozen=True, slots=True)
class Doubt:
    """A phrasing that leans to another entry, or an entry (`phrasing` is None) that another one covers."""

    language: str
    entry: str
    other: str
    phrasing: str | None
    share: float
    """How far the other entry is ahead, or the share of phrasings that it takes."""


def doubts(base: KnowledgeBase) -> tuple[Doubt, ...]:
    """All doubts, language by language, the gravest first. Builds every index: a second a thousand rows."""
    names, places = snapshot_names(base), make_places(base.regions.values())
    found: list[Doubt] = []
    for language in base.languages.values():
        if any(entry.phrasings for entry in language.entries.values()):
            built = build_index(material(base, language, names, places))
            found += sorted(_entries(built), key=lambda one: -one.share)
            found += sorted(_phrasings(built), key=lambda one: -one.share)
    return tuple(found)


def _phrasings(built: Built) -> Iterator[Doubt]:
    index, solution = built.index, built.solution
    for at in np.flatnonzero(solution.lead >= FAR_AHEAD).tolist():
        row, other = index.rows[at], int(solution.leaning[at])
        if row.topic is not None and other >= 0 and index.topics[other] != row.topic:
            yield Doubt(index.language, row.topic, index.topics[other], row.text, float(solution.lead[at]))


def _entries(built: Built) -> Iterator[Doubt]:
    index, leaning = built.index, built.solution.leaning
    every = Counter(row.topic for row in index.rows if row.topic is not None)
    taken = Counter(
        (row.topic, index.topics[other])
        for row, other in zip(index.rows, leaning.tolist(), strict=True)
        if row.topic is not None and other >= 0
    )
    for (entry, other), count in sorted(taken.items()):
        if entry != other and count >= max(_FEWEST, SAME_FROM * every[entry]):
            yield Doubt(index.language, entry, other, None, count / every[entry])
