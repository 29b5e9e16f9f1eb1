"""The words that a knowledge base uses, and the repair of words that nearly are one of them.

RapidFuzz ranks questions badly and repairs words well: at 10 % typos repair
gives back 5 to 6 points of recall. A word that everybody uses is never repaired, nor is a name.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.matching.stem import stem_all

REPAIRED = 0.85
"""How much a repaired word weighs against one that was typed so."""

UNCLEAR = 0.6
"""How much an unknown word of three letters or less weighs: it is a slip more often than a subject."""

MAX_REPAIRS = 24
"""Unknown words of one question that repair looks at, so that no text takes long."""

_DOUBLED = re.compile(r"(.)\1")
_SHORTEST = 3
_ANY_START_FROM = 5
_OFTEN = 5
_IN_PLACE = 0.3
_TWO_ERRORS_FROM = 7


@dataclass(frozen=True, slots=True)
class Heard:
    """A question's words after repair, each with its weight (1, or `REPAIRED`) and its stem."""

    words: tuple[str, ...]
    weights: tuple[float, ...]
    stems: tuple[str, ...]
    repairs: tuple[tuple[str, str], ...] = ()

    def part(self, start: int, end: int) -> Heard:
        """The words from `start` up to `end`."""
        return Heard(self.words[start:end], self.weights[start:end], self.stems[start:end], self.repairs)

    def plus(self, word: str, stem: str) -> Heard:
        """The same with one more word."""
        return Heard((*self.words, word), (*self.weights, 1.0), (*self.stems, stem), self.repairs)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of one index; made by `make_lexicon`."""

    language: str
    counts: Mapping[str, int]
    """How often each word stands in the phrasings; 0 for a word of refusals alone."""
    stems: Mapping[str, str]
    """The stem of each word of the knowledge base and of each common word."""
    neighbours: frozenset[str]
    """Pairs of words that stand side by side in a phrasing, joined by a space."""
    guarded: frozenset[str]
    """Words that are no misspelling: common ones and names of places."""
    known_stems: frozenset[str]
    by_length: Mapping[int, tuple[str, ...]]
    foreign: frozenset[str] = frozenset()
    """Common words of other languages: no misspelling either ("wetter" is no letter), but not known here."""

    def hear(self, words: Sequence[str], *, names: frozenset[str] = frozenset()) -> Heard:
        """Repairs and stems `words`; `names` are words of the question that are names already."""
        new = {word for word in words if word not in self.stems}
        stems = {**stem_all(new, self.language)}
        heard: list[str] = []
        weights: list[float] = []
        repairs: list[tuple[str, str]] = []
        tried: dict[str, tuple[str, ...] | None] = {}
        for at, word in enumerate(words):
            beside = (words[at - 1] if at else "", words[at + 1] if at + 1 < len(words) else "")
            instead: tuple[str, ...] | None = None
            if word in new and word not in names and self._doubtful(word, stems[word]):
                if word not in tried and len(tried) < MAX_REPAIRS:
                    tried[word] = self._typed_twice(word) or self._mend(word, beside)
                    tried[word] = tried[word] or self._mend_doubled(word, beside)
                instead = tried.get(word)
                if instead is not None and (word, " ".join(instead)) not in repairs:
                    repairs.append((word, " ".join(instead)))
            heard.extend(instead or (word,))
            unclear = word in new and word not in names and len(word) <= _SHORTEST and word.isalpha()
            weight = REPAIRED if instead else UNCLEAR if unclear else 1.0
            weights.extend([weight] * len(instead or (word,)))
        found = tuple(self.stems.get(word) or stems[word] for word in heard)
        return Heard(tuple(heard), tuple(weights), found, tuple(repairs))

    def stem(self, word: str) -> str:
        """The stem of one word."""
        return self.stems.get(word) or stem_all((word,), self.language)[word]

    def _doubtful(self, word: str, stem: str) -> bool:
        return (
            len(word) >= _SHORTEST
            and word not in self.guarded
            and word not in self.foreign
            and stem not in self.known_stems
            and not any(c.isdigit() for c in word)
        )

    def _sure(self, word: str, candidate: str) -> bool:
        """True when three letters tell the word that was meant: no letter of it is another one."""
        if len(candidate) == len(word):
            return _swaps(word, candidate)
        longer, shorter = (candidate, word) if len(candidate) > len(word) else (word, candidate)
        letters = iter(longer)
        return self.counts[candidate] >= _OFTEN and all(letter in letters for letter in shorter)

    def _typed_twice(self, word: str) -> tuple[str, ...] | None:
        """The known word, be it an everyday one, that `word` is with one letter typed twice ("speakinng")."""
        if len(word) <= _SHORTEST:
            return None
        once = (word[:at] + word[at + 1 :] for at in range(len(word) - 1) if word[at] == word[at + 1])
        return next(((known,) for known in once if known in self.stems), None)

    def _mend_doubled(self, word: str, beside: tuple[str, str]) -> tuple[str, ...] | None:
        """As `_mend`, for a word with letters typed twice, each of which is no other slip ("trrani")."""
        once = _DOUBLED.sub(r"\1", word)
        if once == word or len(once) < _SHORTEST - 1:
            return None
        return (
            (once,) if self.counts.get(once) else self._mend(once, beside) if len(once) > _SHORTEST else None
        )

    def _mend(self, word: str, beside: tuple[str, str]) -> tuple[str, ...] | None:
        """The word or the two words that `word`, between those `beside` it, was meant to be, or None."""
        for cut in range(2, len(word) - 1):
            pair = (word[:cut], word[cut:])
            if " ".join(pair) in self.neighbours:
                return pair
        limit = 1 if len(word) < _TWO_ERRORS_FROM else 2
        near = [
            candidate
            for length in range(len(word) - limit, len(word) + limit + 1)
            for candidate in self.by_length.get(length, ())
        ]
        best: tuple[float, str] | None = None
        for candidate, distance, _ in process.extract(
            word, near, scorer=OSA.distance, score_cutoff=limit, limit=None
        ):
            same_start = candidate[0] == word[0]
            if not (
                same_start or (distance == 1 and len(word) >= _ANY_START_FROM) or _swaps(word, candidate)
            ):
                continue
            if len(word) == _SHORTEST and not self._sure(word, candidate):
                continue
            count = self.counts[candidate]
            cost = distance - _likeness(word, candidate) - (0.02 * math.log1p(count) if count else -0.25)
            if f"{beside[0]} {candidate}" in self.neighbours or f"{candidate} {beside[1]}" in self.neighbours:
                cost -= _IN_PLACE
            if best is None or (cost, candidate) < best:
                best = (cost, candidate)
        return (best[1],) if best else None


def _swaps(typed: str, meant: str) -> bool:
    """True when two letters change places ("hwo", "ozom")."""
    return sorted(typed) == sorted(meant)


def _likeness(typed: str, meant: str) -> float:
    """How much `typed` looks like a slip for `meant`, against others at the same distance, 0 to about 0.7.

    The first letter is seldom wrong, letters are swapped or left out more than changed, slips come late.
    """
    letters = iter(meant)
    left_out = all(letter in letters for letter in typed)
    swapped = _swaps(typed, meant)
    start = sum(
        1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(typed, meant, strict=False))
    ) / len(typed)
    return 0.2 * (typed[0] == meant[0]) + 0.15 * left_out + 0.35 * swapped + 0.1 * start


def make_lexicon(
    rows: Iterable[tuple[Sequence[str], bool]],
    language: str,
    *,
    guarded: frozenset[str] = frozenset(),
    foreign: frozenset[str] = frozenset(),
) -> Lexicon:
    """The lexicon over `rows`: each the words of a phrasing (True) or of a refusal (False)."""
    counts: dict[str, int] = {}
    neighbours: set[str] = set()
    for row, asked in rows:
        for word in row:
            counts[word] = counts.get(word, 0) + asked
        neighbours.update(f"{a} {b}" for a, b in itertools.pairwise(row))
    stems = stem_all(sorted(set(counts) | guarded), language)
    return restore_lexicon(
        language,
        counts=counts,
        stems=stems,
        neighbours=frozenset(neighbours),
        guarded=guarded,
        foreign=foreign,
    )


def restore_lexicon(
    language: str,
    *,
    counts: Mapping[str, int],
    stems: Mapping[str, str],
    neighbours: frozenset[str],
    guarded: frozenset[str],
    foreign: frozenset[str],
) -> Lexicon:
    """The lexicon from what a cache keeps of it."""
    by_length: dict[int, list[str]] = {}
    for word in sorted(counts):
        if len(word) >= _SHORTEST - 1 and not any(c.isdigit() for c in word):
            by_length.setdefault(len(word), []).append(word)
    return Lexicon(
        language=language,
        counts=counts,
        stems=stems,
        neighbours=neighbours,
        guarded=guarded,
        known_stems=frozenset(stems.values()),
        by_length={length: tuple(found) for length, found in by_length.items()},
        foreign=foreign,
    )
