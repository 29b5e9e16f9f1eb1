"""Finds the pieces in a text and keeps what is left of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz.distance import OSA

from bot.matching.normalise import fold
from bot.reminders.phrases.english import ENGLISH
from bot.reminders.phrases.german import GERMAN
from bot.reminders.phrases.pieces import (
    Ahead,
    Clock,
    EndOf,
    Every,
    EveryDayOfMonth,
    EveryNth,
    EveryWeekday,
    Language,
    Midnight,
    NextPeriod,
    NthIn,
    OnDate,
    OnWeekday,
    Part,
    Piece,
    Slashed,
)

MAX_WORDS = 60
"""Words of a text that are read; a longer one is no request for a reminder."""

LANGUAGES = {"en": ENGLISH, "de": GERMAN}

_OFTEN = {"evry": "every", "evrey": "every", "jedn": "jeden"}
"""Misspelt words that are too short to be repaired by their letters."""

_EDGES = "\"'„“”»«()[]!?;…"
_UMLAUT = re.compile("(?:ae|oe|ue)")


@dataclass(frozen=True, slots=True)
class Words:
    """A text word by word: as it was typed, and folded for reading."""

    typed: tuple[str, ...]
    read: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """Pieces found from word `start` up to word `end`."""

    start: int
    end: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a text says about time, and the numbers of the words that say it.

    Attributes:
        pieces: of all hits that were taken.
        taken: numbers of the words that belong to them.
        left: numbers of all other words, fillers beside the taken ones left out.

    """

    pieces: tuple[Piece, ...] = ()
    taken: frozenset[int] = field(default_factory=frozenset)
    left: tuple[int, ...] = ()


def read_words(text: str, code: str) -> Words:
    """The words of `text`, folded as language `code` ("en", "de") needs it."""
    typed: list[str] = []
    read: list[str] = []
    for word in text.split()[: MAX_WORDS + 1]:
        folded = "".join(fold(word).split()).strip(_EDGES)
        comma = folded.endswith((",", ":"))
        folded = folded.strip(",:–—-")
        if code == "de" and not folded.isdigit():
            folded = _UMLAUT.sub(lambda found: found[0][0], folded)
        if folded or not read:
            typed.append(word)
            read.append(folded)
        if comma and folded:
            typed.append("")
            read.append(",")
    while read and read[-1] in (",", ""):
        typed.pop()
        read.pop()
    if read and read[-1].endswith(".") and not read[-1][:-1].isdigit():
        read[-1] = read[-1].removesuffix(".")
    return Words(tuple(typed), tuple(read))


def repair(words: Words, code: str) -> Words:
    """The words with misspelt names of days, months and units put right: one letter, two in long words."""
    return Words(words.typed, tuple(_repaired(word, code) for word in words.read))


@lru_cache(maxsize=1024)
def _repaired(word: str, code: str) -> str:
    if word in _OFTEN:
        return _OFTEN[word]
    known = LANGUAGES[code].words
    if len(word) < 5 or word in known or not word.isalpha() or word.removesuffix("s") in known:
        return word
    limit = 1 if len(word) < 8 else 2
    near = sorted((OSA.distance(word, other, score_cutoff=limit), other) for other in known)
    best, second = near[0], near[1]
    return best[1] if best[0] <= limit and best[0] < second[0] else word


def find_hits(words: Words, language: Language) -> tuple[Hit, ...]:
    """All pieces, from left to right, the longest at each word."""
    text = " ".join(words.read)
    starts: dict[int, int] = {}
    at = 0
    for number, word in enumerate(words.read):
        starts[at] = number
        at += len(word) + 1
    ends = {start + len(words.read[number]): number + 1 for start, number in starts.items()}
    hits: list[Hit] = []
    begin = 0
    for start, number in starts.items():
        if start < begin:
            continue
        best: tuple[int, tuple[Piece, ...]] | None = None
        for pattern, build in language.patterns:
            match = pattern.match(text, start)
            if match and match.end() > start and (best is None or match.end() > best[0]):
                pieces = build(match)
                if pieces is not None:
                    best = (match.end(), pieces)
        if best is not None:
            begin = best[0]
            hits.append(Hit(number, ends[best[0]], best[1]))
    return tuple(hits)


_DAYS = (Ahead, OnWeekday, OnDate, Slashed, NextPeriod, EndOf, NthIn)
_REPEATS = (EveryWeekday, EveryNth, EveryDayOfMonth)


def _slot(piece: Piece) -> str:
    """What a piece settles; no two pieces may settle the same."""
    if isinstance(piece, Clock | Midnight):
        return "time"
    if isinstance(piece, Part):
        return "part"
    if isinstance(piece, Every):
        return "every"
    if isinstance(piece, _REPEATS):
        return "on"
    return "day" if isinstance(piece, _DAYS) else "vague"


def choose(words: Words, language: Language, *, skip: Iterable[int] = (), from_end: bool = False) -> Found:
    """The hits that go together; words in `skip` (those that ask) are neither taken nor left.

    A word that could say the same again ("today" twice, a second date) stays where it is.
    """
    skipped = set(skip)
    hits = [hit for hit in find_hits(words, language) if not skipped.intersection(range(hit.start, hit.end))]
    if from_end and hits and _follows(hits[-1].end, words, language, skipped) == len(words.read):
        hits.reverse()
    slots: set[str] = set()
    taken: set[int] = set()
    kept: list[Hit] = []
    for hit in hits:
        wanted = {_slot(piece) for piece in hit.pieces}
        if wanted & slots:
            continue
        slots |= wanted
        kept.append(hit)
        taken.update(range(hit.start, hit.end))
    for hit in kept:  # "on", "at" before a piece
        before = hit.start - 1
        while (
            before >= 0
            and before not in taken
            and before not in skipped
            and _is_around(words, before, language)
        ):
            taken.add(before)
            before -= 1
    kept.sort(key=lambda hit: hit.start)
    left = tuple(number for number in range(len(words.read)) if number not in taken and number not in skipped)
    return Found(tuple(piece for hit in kept for piece in hit.pieces), frozenset(taken), left)


def _is_around(words: Words, number: int, language: Language) -> bool:
    return words.read[number] in language.around or not words.read[number]


def _follows(number: int, words: Words, language: Language, skipped: set[int]) -> int:
    """The first word from `number` on that says something."""
    while number < len(words.read) and (
        number in skipped or words.read[number] in language.asking.polite or not words.read[number]
    ):
        number += 1
    return number
