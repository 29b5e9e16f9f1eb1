"""One language's phrasings as a kernel ridge: a question's score for each topic.

K(q, i) compares a question with phrasing i: 0.3 stems, 0.3 pairs, 0.4 pieces, each family a cosine whose
norm also counts what the index has never seen (that part alone is worth 6 to 10 points of refusing). The
curve k = (e^(1.5 K) - 1) / (e^1.5 - 1) keeps zero at zero and sharpens near matches. The weights A solve
(k + 0.1 I) A = Y, where Y is one-hot by topic and zero for every sentence that must not be answered. A score
is k(q) A, about a probability.
"""

from __future__ import annotations

import math
from collections.abc import Container, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from bot.matching.features import FAMILIES, Concepts, Weighted, features
from bot.matching.gate import Found, Gate, Name, Names
from bot.matching.lexicon import Heard, Lexicon
from bot.matching.normalise import words

GAMMA = 1.5
"""How much the curve sharpens."""
RIDGE = 0.1
"""How little the solution trusts a single phrasing."""

_EVERYDAY = 0.3
_MANY = 8
"""One row in so many makes a feature frequent: a two-hundredth of all, four fifths of the walk."""

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Row:
    """One phrasing, or one sentence that must not be answered."""

    text: str
    topic: str | None


@dataclass(frozen=True, slots=True)
class Postings:
    """Which rows hold which feature, and how much: the columns of a sparse matrix.

    `weights` hold idf, the row's norm and the family's weight already.
    """

    vocabulary: Mapping[str, int]
    starts: Integers
    rows: Integers
    weights: Floats
    idf: Floats
    unseen: float
    """The idf of a feature that no row holds."""
    size: int
    """Number of rows."""
    frequent: Integers
    """For each feature its place in `dense`, -1 for one that few rows hold."""
    dense: Floats
    """The features that many rows hold, each as a whole row: there a product is quicker than a walk."""

    def kernel(self, found: Mapping[str, Weighted]) -> Floats:
        """K between a text with the features `found` and each row, after the curve."""
        return curve(self.similarity(found))

    def similarity(self, found: Mapping[str, Weighted]) -> Floats:
        """K between a text with the features `found` and each row, in 0 to 1."""
        norms = dict.fromkeys(FAMILIES, 0.0)
        numbers: list[int] = []
        strengths: list[float] = []
        families: list[str] = []
        for feature, weighted in found.items():
            number = self.vocabulary.get(feature)
            idf = self.unseen if number is None else float(self.idf[number])
            strength = (1.0 + math.log(weighted.count)) * idf * weighted.weight
            norms[feature[0]] += strength * strength
            if number is not None:
                numbers.append(number)
                strengths.append(strength)
                families.append(feature[0])
        if not numbers:
            return np.zeros(self.size, dtype=np.float32)
        roots = {family: math.sqrt(norm) or 1.0 for family, norm in norms.items()}
        query = np.array(
            [strength / roots[family] for strength, family in zip(strengths, families, strict=True)],
            dtype=np.float32,
        )
        return self.weigh(np.array(numbers, dtype=np.int32), query)

    def weigh(self, ids: Integers, query: Floats) -> Floats:
        """For each row the sum over features `ids` of its weight times `query`."""
        places = self.frequent[ids]
        many = places >= 0
        spread = np.zeros(len(self.dense), dtype=np.float32)
        spread[places[many]] = query[many]
        summed = spread @ self.dense
        ids, query = ids[~many], query[~many]
        begins = self.starts[ids]
        lengths = self.starts[ids + 1] - begins
        ends = np.cumsum(lengths)
        if not ids.size:
            return summed
        at = np.arange(ends[-1], dtype=np.int32) + np.repeat(begins - (ends - lengths), lengths)
        summed += np.bincount(
            self.rows[at], weights=self.weights[at] * np.repeat(query, lengths), minlength=self.size
        )
        return summed


def make_postings(
    vocabulary: Mapping[str, int],
    starts: Integers,
    rows: Integers,
    weights: Floats,
    idf: Floats,
    *,
    size: int,
) -> Postings:
    """Postings with what follows from their columns."""
    lengths = np.diff(starts)
    chosen = np.flatnonzero(lengths * _MANY > size)
    frequent = np.full(len(lengths), -1, dtype=np.int32)
    frequent[chosen] = np.arange(len(chosen))
    dense = np.zeros((len(chosen), size), dtype=np.float32)
    held = np.repeat(frequent, lengths)
    dense[held[held >= 0], rows[held >= 0]] = weights[held >= 0]
    return Postings(
        vocabulary, starts, rows, weights, idf, math.log(1 + size) + 1, size, frequent=frequent, dense=dense
    )


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where answering and suggesting begin, in scores; see `bot.matching.calibrate`."""

    low: float
    """Above it an entry is suggested."""
    high: float
    """Above it an entry is answered."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question as one index hears it."""

    words: tuple[str, ...]
    """Normalised, with names made one word, before repair."""
    found: Found
    heard: Heard

    @property
    def form(self) -> str:
        """The words after repair, joined: equal forms are the same question."""
        return " ".join(self.heard.words)

    def part(self, start: int, end: int) -> Question:
        """The words from `start` up to `end` after repair, with the names among them."""
        heard = self.heard.part(start, end)
        return Question(heard.words, self.found.part(heard.words), heard)

    def with_repairs(self, repairs: tuple[tuple[str, str], ...]) -> Question:
        """The same, remembering that these words were repaired before."""
        return replace(self, heard=replace(self.heard, repairs=repairs))


@dataclass(frozen=True, slots=True)
class Scores:
    """What an index makes of a question."""

    topics: Floats
    """A score for each topic; minus infinity for one that the gate leaves out."""
    kernel: Floats
    """The kernel with each row."""


@dataclass(frozen=True, slots=True)
class Index:
    """Everything that is needed to score questions in one language; made by `bot.matching.build`."""

    language: str
    topics: tuple[str, ...]
    rows: tuple[Row, ...]
    row_topics: Integers
    """The number of each row's topic; -1 for a refusal."""
    lexicon: Lexicon
    concepts: Concepts
    postings: Postings
    weights: Floats
    """A, rows times topics, for a question that names no platform."""
    named: Floats
    """The same for a question that names one; see `bot.matching.solve`."""
    gate: Gate
    names: Names
    thresholds: Thresholds
    leaning: Integers
    """For each row the topic that the other rows take it for (-1: none)."""
    said: Mapping[str, frozenset[int]]
    """For each stem the topics whose phrasings hold it."""
    covered: float
    """The share of a question's words, by worth, that its entry must have heard to be answered at once."""
    exact: Mapping[str, int]
    """The normalised form of each row to its topic; -1 for a refusal, -2 when two topics share it."""

    def hear(self, text: str) -> Question:
        """Normalises `text`, finds names, repairs words."""
        return self.hear_words(words(text, self.language))

    def hear_words(self, plain: tuple[str, ...]) -> Question:
        """As `hear`, for words that are normalised already."""
        found = self.names.find(plain, known=self.lexicon.counts, guarded=self.lexicon.guarded)
        return Question(found.words, found, self.lexicon.hear(found.words, names=found.name_words))

    def plus(self, question: Question, name: Name) -> Question:
        """The question with a platform's name at its end."""
        found = Found(
            (*question.found.words, name.word),
            (*question.found.names, name),
            question.found.name_words | {name.word},
        )
        heard = question.heard.plus(name.word, self.lexicon.stem(name.word))
        return Question((*question.words, name.word), found, heard)

    def worth(self, question: Question) -> tuple[float, ...]:
        """For each word after repair what it tells: its idf, less for an everyday word, 0 for a new one."""
        idf, vocabulary, everyday = self.postings.idf, self.postings.vocabulary, self.lexicon.guarded
        return tuple(
            0.0
            if (number := vocabulary.get("w" + stem)) is None
            else float(idf[number]) * (_EVERYDAY if word in everyday else 1.0)
            for word, stem in zip(question.heard.words, question.heard.stems, strict=True)
        )

    def cover(self, question: Question, topic: int, *, without: Container[str] = ()) -> float:
        """How much of what `question` says, by worth and beside names, some phrasing of `topic` says: 0 to 1.

        "Apple pay does not work" resembles what is asked about Apple by its name alone. 1 for a bare name.
        Stems in `without` count as not said.
        """
        heard, names = question.heard, question.found.name_words
        whole = shared = 0.0
        for word, stem in zip(heard.words, heard.stems, strict=True):
            if word in names:
                continue
            number = self.postings.vocabulary.get("w" + stem)
            worth = self.postings.unseen if number is None else float(self.postings.idf[number])
            worth *= _EVERYDAY if word in self.lexicon.guarded else 1.0
            whole += worth
            shared += worth if stem not in without and topic in self.said.get(stem, ()) else 0.0
        return shared / whole if whole else 1.0

    def nothing(self) -> Scores:
        """The scores of a question that resembles nothing."""
        return Scores(
            np.zeros(len(self.topics), dtype=np.float32), np.zeros(len(self.rows), dtype=np.float32)
        )

    def weights_for(self, question: Question) -> Floats:
        """The solution that reads `question`."""
        return self.named if question.found.services else self.weights

    def score(self, question: Question, *, allowed: npt.NDArray[np.bool_] | None = None) -> Scores:
        """Scores for every topic that `allowed` (default: the gate) leaves."""
        kernel = self.postings.kernel(features(question.heard, self.concepts))
        totals = kernel @ self.weights_for(question)
        mask = self.gate.allowed(question.found) if allowed is None else allowed
        return Scores(np.where(mask, totals, np.float32(-np.inf)).astype(np.float32), kernel)


def curve(similarity: Floats) -> Floats:
    """The kernel's curve; `similarity` in 0 to 1 gives 0 to 1."""
    clipped = np.clip(similarity, 0.0, 1.0)
    curved = np.expm1(np.float32(GAMMA) * clipped) / np.float32(math.expm1(GAMMA))
    return np.asarray(curved, dtype=np.float32)
