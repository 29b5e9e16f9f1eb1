"""What of a text is compared: stems, pairs of stems, and pieces of words.

A feature is a short string whose first letter names its family: `w` a stem or a concept, `p` two stems near
each other in either order, `c` a piece of a word. Words that mean the same to somebody who asks (a group of
synonyms) share a concept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.matching.lexicon import Heard
from bot.matching.normalise import every_word
from bot.matching.stem import stem_all

FAMILIES = {"w": 0.3, "p": 0.3, "c": 0.4}
"""The weight of each family in the kernel; from (.1, .5, .4) to (.4, .2, .4) all is within a point."""

_REACH = 3
_SHORTEST_PIECE, _LONGEST_PIECE = 2, 5

Weighted = tuple[int, float]
"""How often a feature occurs in a text, and the weight of the surest word that it comes from."""


@dataclass(frozen=True, slots=True)
class Features:
    """What of a text is compared."""

    found: Mapping[str, Weighted]
    """Stems, concepts and pairs."""
    words: tuple[str, ...]
    """The words whose pieces are compared."""
    weights: tuple[float, ...]
    """Of each word."""


Concepts = Mapping[tuple[str, ...], int]
"""Stems of a synonym (one to three) to the number of its group."""


def make_concepts(synonyms: Iterable[Sequence[str]], language: str) -> dict[tuple[str, ...], int]:
    """The concepts of groups of synonyms; a synonym of two groups belongs to the first."""
    concepts: dict[tuple[str, ...], int] = {}
    for number, group in enumerate(synonyms):
        for synonym in group:
            parts = every_word(synonym, language)
            stems = stem_all(parts, language)
            if 1 <= len(parts) <= 3:
                concepts.setdefault(tuple(stems[part] for part in parts), number)
    return concepts


def pieces(word: str) -> tuple[str, ...]:
    """The features that are pieces of `word`, its beginning and end marked by a space."""
    padded = f" {word} "
    size = len(padded)
    return tuple(
        "c" + padded[start : start + length]
        for length in range(_SHORTEST_PIECE, min(_LONGEST_PIECE, size) + 1)
        for start in range(size - length + 1)
    )


def features(heard: Heard, concepts: Concepts) -> Features:
    """The features of `heard` with their counts."""
    found: dict[str, Weighted] = {}

    def add(feature: str, weight: float) -> None:
        before = found.get(feature)
        if before is None:
            found[feature] = (1, weight)
        else:
            found[feature] = (before[0] + 1, max(before[1], weight))

    for stem, weight in zip(heard.stems, heard.weights, strict=True):
        add("w" + stem, weight)
    units = _with_concepts(heard, concepts)
    for unit, weight in units:
        if unit[0] == "\x1f":
            add("w" + unit, weight)
    for at, (unit, weight) in enumerate(units):
        for other, other_weight in units[at + 1 : at + 1 + _REACH]:
            add(f"p{unit} {other}" if unit <= other else f"p{other} {unit}", weight * other_weight)
    return Features(found, heard.words, heard.weights)


def _with_concepts(heard: Heard, concepts: Concepts) -> list[tuple[str, float]]:
    """The stems in order, a concept in place of the stems that it covers (the longest synonym first)."""
    units: list[tuple[str, float]] = []
    stems, at = heard.stems, 0
    while at < len(stems):
        for size in (3, 2, 1):
            number = concepts.get(stems[at : at + size]) if at + size <= len(stems) else None
            if number is not None:
                units.append((f"\x1f{number}", min(heard.weights[at : at + size])))
                at += size
                break
        else:
            units.append((stems[at], heard.weights[at]))
            at += 1
    return units
