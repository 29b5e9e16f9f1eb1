"""The solution for more phrasings than a kernel between all of them fits: row by row, kept by feature.

The kernel of 100,000 rows is 40 GB and its inverse hours. Without the curve a score is a sum over the
features of a question, so what is kept is one row of weights for each feature and not for each phrasing: a
question then costs the same whatever the number of phrasings. The weights solve the same equation,
(K + 0.1 I) A = Y, by going through the rows again and again, each time setting right one row (Gauss and
Seidel; the order is drawn anew each time from a fixed seed). Beside a name a row counts for its own
platform's topics alone, as in `bot.matching.solve`.

What it costs: with 3,200 rows of 150 topics recall@1 is 0.88 where the kernel with its curve has 0.91; at
10,000 it is 0.99, and nothing to compare it with fits. Phrasings are not compared one by one, so a question
that nearly is a refusal is refused by its score alone, and `--explain` shows no votes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.matching.features import FAMILIES
from bot.matching.index import RIDGE, Floats, Integers, Postings
from bot.matching.solve import SUBJECT_BESIDE_NAME, Solution, leans

EXACT_UP_TO = 6000
"""Rows up to which the kernel between all rows is solved: 15 seconds and half a gigabyte there."""

MOST_ROUNDS = 12
"""Rounds through all rows at most."""

_SETTLED = 0.01
"""Of the first round's corrections: what a round corrects when it was the last."""
_HELD_BACK = 5
"""One refusal in so many is kept back for all rounds but the last, to see what such a sentence scores."""
_SEED = 20261125


@dataclass(frozen=True, slots=True)
class _Rows:
    """Postings turned: which features a row holds."""

    ids: Integers
    said: Floats
    """A row's features as those of a question."""
    kept: Floats
    """The same as those of a phrasing."""
    bounds: npt.NDArray[np.intp]

    def one(self, row: int) -> tuple[Integers, Floats, Floats]:
        part = slice(self.bounds[row], self.bounds[row + 1])
        return self.ids[part], self.said[part], self.kept[part]


def descend(
    postings: Postings,
    row_topics: Integers,
    needs: Sequence[str | None],
    services: Sequence[tuple[str, ...]],
) -> Solution:
    """Solve for the rows of `postings`; the arguments are those of `bot.matching.solve.solve`.

    The weights of the solution are features times topics.
    """
    rows = _turn(postings)
    need = np.array([platform or "" for platform in needs], dtype=object)
    needed = np.array(["" if topic < 0 else need[topic] for topic in row_topics], dtype=object)
    shape = (len(postings.idf), len(needs))
    everywhere = np.ones((len(row_topics), 1), dtype=np.float32)
    weights, corrections, held = _rounds(rows, row_topics, everywhere, shape)
    free = [row for row in held if not services[row]]
    bank = np.array([scores.max() for row, scores in held.items() if row in free], dtype=np.float32)
    left_out = (_targets(row_topics, shape[1]) - (1 + RIDGE) * corrections).astype(np.float32)
    leaning, lead = leans(left_out, row_topics)
    near = np.zeros(0, dtype=np.float32)  # no topic is left out to see what its phrasings score
    if not any(needs):
        return Solution(weights, weights, leaning, lead, near, bank, np.zeros(0, dtype=np.float32))
    own = {platform: (need == platform).astype(np.float32) for platform in {*needed.tolist()} - {""}}
    masks = np.array([own.get(one, np.ones(shape[1], dtype=np.float32)) for one in needed.tolist()])
    named, _, held = _rounds(rows, row_topics, masks, shape)
    named[:, need == ""] *= SUBJECT_BESIDE_NAME
    beside = [
        float(np.where(need == "", scores * SUBJECT_BESIDE_NAME, np.where(need == one, scores, 0.0)).max())
        for row, scores in held.items()
        for one in services[row]
    ]
    return Solution(weights, named, leaning, lead, near, bank, np.array(beside, dtype=np.float32))


def _turn(postings: Postings) -> _Rows:
    share = np.array([FAMILIES[feature[0]] for feature in postings.vocabulary], dtype=np.float32)
    order = np.argsort(postings.rows, kind="stable")
    ids = np.repeat(np.arange(len(share), dtype=np.int32), np.diff(postings.starts))[order]
    kept = postings.weights[order]
    bounds = np.searchsorted(postings.rows[order], np.arange(postings.size + 1))
    return _Rows(ids, kept / share[ids], kept, bounds)


def _targets(row_topics: Integers, topics: int) -> Floats:
    targets = np.zeros((len(row_topics), topics), dtype=np.float32)
    phrasings = np.flatnonzero(row_topics >= 0)
    targets[phrasings, row_topics[phrasings]] = 1.0
    return targets


def _rounds(
    rows: _Rows, row_topics: Integers, masks: Floats, shape: tuple[int, int]
) -> tuple[Floats, Floats, dict[int, Floats]]:
    """Weights by feature, A by row, and the scores of the refusals that were held back, by row."""
    chance = np.random.default_rng(_SEED)
    weights = np.zeros(shape, dtype=np.float32)
    corrections = np.zeros((len(row_topics), shape[1]), dtype=np.float32)
    held = np.flatnonzero(row_topics < 0)[::_HELD_BACK]
    read = np.setdiff1d(np.arange(len(row_topics)), held)
    first = 0.0
    for _ in range(MOST_ROUNDS):
        moved = sum(
            _set_right(rows, row, row_topics, masks, weights, corrections) for row in chance.permutation(read)
        )
        first = first or moved
        if moved <= _SETTLED * first:
            break
    scores: dict[int, Floats] = {}
    for row in held.tolist():
        ids, said, _ = rows.one(row)
        scores[row] = said @ weights[ids]
    for row in chance.permutation(np.arange(len(row_topics))):
        _set_right(rows, row, row_topics, masks, weights, corrections)
    return weights, corrections, scores


def _set_right(
    rows: _Rows, row: int, row_topics: Integers, masks: Floats, weights: Floats, corrections: Floats
) -> float:
    """Makes the equation of one row hold; how much that moved."""
    ids, said, kept = rows.one(row)
    change = -(said @ weights[ids]) - np.float32(RIDGE) * corrections[row]
    if row_topics[row] >= 0:
        change[row_topics[row]] += 1
    change *= masks[row if len(masks) > 1 else 0] / np.float32(1 + RIDGE)
    corrections[row] += change
    weights[ids] += np.outer(kept, change)
    return float(change @ change)
