"""The parts of a long question, or of one that asks two things.

Parts are found by words alone, so that punctuation changes nothing. A part is its first word's place and
the place after its last.
"""

from __future__ import annotations

from collections.abc import Sequence

LONG = 14
"""Words from which on a question's parts are read on their own, too."""

TOO_LONG = 48
"""Words from which on only the parts are read."""

MAX_PARTS = 4
"""Stretches, and as many questions, of one text that are read."""

FEW_PARTS = 2
"""The same for a text that is read as a whole too: with four of each, twice as many wrong answers."""

_WINDOW = 14
_STEP = 5
_SHORTEST = 3
_STARTING = """
    how what why when where who which can could does do is are will should did was has have wie warum wieso
    wann wo wer welche kann koennen konnen darf muss
"""
_STARTERS = frozenset(_STARTING.split())
_OPENERS = frozenset({"how", "why", "what", "when", "where", "wie", "warum", "wann", "was"})
_SUBJECTS = frozenset({"i", "they", "it", "you", "we", "this", "that", "ich", "sie", "es"})
_JOINS = frozenset({"and", "or", "but", "also", "then", "plus", "und", "oder", "aber", "ausserdem"})

Part = tuple[int, int]


def questions(words: Sequence[str]) -> list[Part]:
    """`words` cut before each word that begins a question, after a joining word or a question."""
    parts: list[Part] = []
    start = 0
    for at, word in enumerate(words):
        if word not in _STARTERS or at - start < _SHORTEST:
            continue
        joined = words[at - 1] in _JOINS
        if joined or (words[start] in _STARTERS and _opens(words, at)):
            parts.append((start, at - joined))
            start = at
    parts.append((start, len(words)))
    return [part for part in parts if part[1] - part[0] >= _SHORTEST]


def stretches(words: Sequence[str], worth: Sequence[float]) -> list[Part]:
    """The parts of a long text that may hold its question: those whose words are worth most.

    `worth` tells for each word how much it says about what we know; its own questions come first.
    """

    def value(part: Part) -> float:
        return sum(worth[part[0] : part[1]])

    asked = [part for part in questions(words) if part[1] - part[0] <= 2 * LONG]
    windows = [
        (start, min(start + _WINDOW, len(words))) for start in range(0, max(1, len(words) - _STEP), _STEP)
    ]
    most = MAX_PARTS if len(words) > TOO_LONG else FEW_PARTS
    best = [sorted(kind, key=value, reverse=True)[:most] for kind in (asked, windows)]
    return list(dict.fromkeys(part for kind in best for part in kind))


def _opens(words: Sequence[str], at: int) -> bool:
    """True when the word at `at` begins a question with its subject ("what data", "can they", "is it")."""
    if words[at] in _OPENERS:
        return True
    return at + 1 < len(words) and words[at + 1] in _SUBJECTS
