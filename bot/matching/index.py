"""One language's phrasings as a kernel ridge: a question's score for each topic.

K(q, i) compares a question with phrasing i: 0.3 stems, 0.3 pairs, 0.4 pieces, each family a cosine whose
norm also counts what the index has never seen (that part alone is worth 6 to 10 points of refusing). The
curve k = (e^(1.5 K) - 1) / (e^1.5 - 1) keeps zero at zero and sharpens near matches. The weights A solve
(k + 0.1 I) A = Y, where Y is one-hot by topic and zero for every sentence that must not be answered. A score
is k(q) A, about a probability.
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from bot.matching.features import FAMILIES, Concepts, Features, features, pieces
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
    worth: tuple[float, ...]
    """`idf` again, quicker to look up one by one."""
    unseen: float
    """The idf of a feature that no row holds."""
    size: int
    """Number of rows."""
    pieces: Mapping[str, Integers]
    """For each word of the rows the numbers of its pieces."""
    frequent: Integers
    """For each feature its place in `dense`, -1 for one that few rows hold."""
    dense: Floats
    """The features that many rows hold, each as a whole row: there a product is quicker than a walk."""

    def similarity(self, said: Features) -> Floats:
        """K between a text with the features `said` and each row, in 0 to 1, before the curve."""
        return self.weigh(*self.query(said))

    def query(self, said: Features) -> tuple[Integers, Floats]:
        """The features of `said` that some row holds, by number, and what each is worth."""
        norms = dict.fromkeys(FAMILIES, 0.0)
        numbers: list[int] = []
        strengths: list[float] = []
        families: list[str] = []
        known, worth = self.vocabulary, self.worth
        for feature, (count, weight) in said.found.items():
            number = known.get(feature)
            strength = weight * (self.unseen if number is None else worth[number])
            if count > 1:
                strength *= 1.0 + math.log(count)
            norms[feature[0]] += strength * strength
            if number is not None:
                numbers.append(number)
                strengths.append(strength)
                families.append(feature[0])
        roots = {family: math.sqrt(norm) or 1.0 for family, norm in norms.items()}
        query = [strength / roots[family] for strength, family in zip(strengths, families, strict=True)]
        ids, values = self._pieces_of(said)
        return (
            np.concatenate([np.array(numbers, dtype=np.int32), ids]),
            np.concatenate([np.array(query, dtype=np.float32), values]),
        )

    def _pieces_of(self, said: Features) -> tuple[Integers, Floats]:
        """The pieces that the index knows, and what each is worth in `said`."""
        if not said.words:
            return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32)
        new: dict[str, int] = {}
        parts = [
            self.pieces[word] if word in self.pieces else self._numbers(word, new) for word in said.words
        ]
        lengths = [len(part) for part in parts]
        ids, counts, weights = tally(np.concatenate(parts), np.repeat(said.weights, lengths))
        seen = ids < len(self.idf)
        values = (1 + np.log(counts)) * weights
        values[~seen] *= self.unseen
        ids = ids[seen]
        values[seen] *= self.idf[ids]
        values /= math.sqrt(float(values @ values)) or 1.0
        return ids, values[seen].astype(np.float32)

    def _numbers(self, word: str, new: dict[str, int]) -> Integers:
        """Of the pieces of `word`; those that no row holds are numbered in `new`, beyond the others."""
        known, beyond = self.vocabulary, len(self.idf)
        return np.array(
            [
                beyond + new.setdefault(piece, len(new)) if number is None else number
                for piece in pieces(word)
                for number in (known.get(piece),)
            ],
            dtype=np.int32,
        )

    def without_rows(self) -> Postings:
        """The same without what is held by row, for an index by feature."""
        none = np.zeros(0, dtype=np.int32)
        return replace(
            self,
            starts=np.zeros_like(self.starts),
            rows=none,
            weights=np.zeros(0, dtype=np.float32),
            frequent=np.full_like(self.frequent, -1),
            dense=np.zeros((0, self.size), dtype=np.float32),
        )

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


def tally(ids: Integers, weights: npt.NDArray[np.float64]) -> tuple[Integers, Integers, Floats]:
    """Each of `ids` once, in order, with how often it stands there and the largest of its `weights`."""
    order = np.argsort(ids, kind="stable")
    ids = ids[order]
    first = np.flatnonzero(np.concatenate([[True], ids[1:] != ids[:-1]]))
    counts = np.diff(np.append(first, len(ids))).astype(np.int32)
    return ids[first], counts, np.maximum.reduceat(weights[order], first).astype(np.float32)


def make_postings(
    vocabulary: Mapping[str, int],
    starts: Integers,
    rows: Integers,
    weights: Floats,
    idf: Floats,
    *,
    size: int,
    words: Iterable[str],
) -> Postings:
    """Postings with what follows from their columns; `words` are those of the rows."""
    lengths = np.diff(starts)
    chosen = np.flatnonzero(lengths * _MANY > size)
    frequent = np.full(len(lengths), -1, dtype=np.int32)
    frequent[chosen] = np.arange(len(chosen))
    dense = np.zeros((len(chosen), size), dtype=np.float32)
    held = np.repeat(frequent, lengths)
    dense[held[held >= 0], rows[held >= 0]] = weights[held >= 0]
    return Postings(
        vocabulary,
        starts,
        rows,
        weights,
        idf,
        worth=tuple(idf.tolist()),
        unseen=math.log(1 + size) + 1,
        size=size,
        pieces={
            word: np.array([vocabulary[piece] for piece in pieces(word)], dtype=np.int32) for word in words
        },
        frequent=frequent,
        dense=dense,
    )


class Meaning(Protocol):
    """Anything that gives each text a vector of length one; see `bot.matching.encoder`."""

    def encode(self, texts: Sequence[str]) -> Floats:
        """One row a text."""


@dataclass(frozen=True, slots=True)
class Meanings:
    """The rows as vectors, beside their words.

    K is then half of what the words say and half of the cosine, which lets "stop" find "opt out" and leaves
    names to the words. A re-ranking of the first ten by the cosine was not tried: it has no threshold.
    """

    encoder: Meaning
    rows: Floats

    def mix(self, similarity: Floats, question: Question) -> Floats:
        """`similarity` by words, with the meaning of `question` after repair."""
        said = self.encoder.encode([" ".join(question.heard.words)])[0]
        return np.asarray((similarity + np.maximum(self.rows @ said, 0)) / 2, dtype=np.float32)


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
    """A for a question that names no platform: rows times topics, or features when `by_feature`."""
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
    by_feature: bool
    """True when there are too many rows to compare a question with each; see `bot.matching.descent`."""
    exact: Mapping[str, int]
    """The normalised form of each row to its topic; -1 for a refusal, -2 when two topics share it."""
    meanings: Meanings | None = None
    """With an encoder; no file keeps it."""

    def hear(self, text: str) -> Question:
        """Normalises `text`, finds names, repairs words."""
        return self.hear_words(words(text, self.language))

    def hear_words(self, plain: tuple[str, ...]) -> Question:
        """As `hear`, for words that are normalised already."""
        found = self.names.find(plain, known=self.lexicon.counts, guarded=self.lexicon.guarded)
        heard = self.lexicon.hear(found.words, names=found.name_words)
        if any(meant in self.names.fuzzy for _, meant in heard.repairs):  # a long name, far off
            found = self.names.find(heard.words, known=self.lexicon.counts, guarded=self.lexicon.guarded)
            again = self.lexicon.hear(found.words, names=found.name_words)
            heard = replace(again, repairs=(*heard.repairs, *again.repairs))
        return Question(found.words, found, heard)

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
        said, weights = features(question.heard, self.concepts), self.weights_for(question)
        if self.by_feature:
            ids, query = self.postings.query(said)
            kernel, totals = np.zeros(len(self.rows), dtype=np.float32), query @ weights[ids]
        else:
            similarity = self.postings.similarity(said)
            kernel = curve(self.meanings.mix(similarity, question) if self.meanings else similarity)
            totals = kernel @ weights
        mask = self.gate.allowed(question.found) if allowed is None else allowed
        return Scores(np.where(mask, totals, np.float32(-np.inf)).astype(np.float32), kernel)


def curve(similarity: Floats) -> Floats:
    """The kernel's curve; `similarity` in 0 to 1 gives 0 to 1."""
    curved = np.minimum(np.maximum(similarity, np.float32(0)), np.float32(1))
    curved *= np.float32(GAMMA)
    np.expm1(curved, out=curved)
    curved /= np.float32(math.expm1(GAMMA))
    return curved
