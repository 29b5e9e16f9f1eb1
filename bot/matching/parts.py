"""The parts of a long question, or of one that asks two things.

Parts are found by words alone, so that punctuation changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

LONG = 14
"""Words from which on a question's parts are read on their own, too."""

MAX_PARTS = 8
"""Parts of one text that are read."""

_WINDOW = 14
_SHORTEST = 3
_STARTING = """
    how what why when where who which can could does do is are will should did was has have wie was warum
    wieso wann wo wer welche kann koennen konnen darf muss
"""
_STARTERS = frozenset(_STARTING.split())
_OPENERS = frozenset({"how", "why", "what", "when", "where", "wie", "warum", "wann", "was"})
_SUBJECTS = frozenset({"i", "they", "it", "you", "we", "this", "that", "ich", "sie", "es"})
_JOINS = frozenset(["and", "or", "but", "also", "then", "plus", "und", "oder", "aber", "ausserdem"])


def questions(words: Sequence[str]) -> list[tuple[str, ...]]:
    """`words` cut before each word that begins a question after a joining word or after another question."""
    parts: list[list[str]] = [[]]
    for at, word in enumerate(words):
        current = parts[-1]
        joined = at > 0 and words[at - 1] in _JOINS
        asks = bool(current) and current[0] in _STARTERS
        if word in _STARTERS and len(current) >= _SHORTEST and (joined or (asks and _opens(words, at))):
            if joined:
                current.pop()
            parts.append([])
        parts[-1].append(word)
    return [tuple(part) for part in parts if len(part) >= _SHORTEST][:MAX_PARTS]


def windows(words: Sequence[str]) -> list[tuple[str, ...]]:
    """The questions in a long text and stretches of it, each at most about `LONG` words."""
    short = [part for part in questions(words) if len(part) <= LONG]
    step = max(_WINDOW // 2, -(-len(words) // MAX_PARTS))
    starts = range(0, max(1, len(words) - _WINDOW // 2), step)
    return [*short, *(tuple(words[start : start + _WINDOW]) for start in starts)]


def _opens(words: Sequence[str], at: int) -> bool:
    """True when the word at `at` begins a question with its subject ("what data", "can they", "is it")."""
    return words[at] in {"how", "why", "what", "when", "where", "wie", "warum", "wann", "was"} or (
        at + 1 < len(words)
        and words[at + 1] in {"i", "they", "it", "you", "we", "this", "that", "ich", "sie", "es"}
    )
