"""Where answering begins, from the knowledge base itself: no foreign data, no hand-set number.

Three scores come free with the solution (G is the inverse of k + 0.2 I):

* LOO, each phrasing left out: `Y - A / diag(G)`. Which phrasings lean to another entry.
* LTO, a topic left out with all its phrasings: `Y_B - G_BB^-1 A_B`. What a near miss scores: a question whose
  entry nobody has written yet.
* BANK, each refusal left out: what a sentence that must not be answered scores.

`high`, from which an entry is answered, is the larger of the 95th percentile of BANK and the 80th of LTO.
`low`, from which entries are suggested, is the 85th percentile of BANK. The note has the 95th for both; with
a bank of near misses that left nothing between the two: of 352 golden questions 75 % were answered right and
19 % got "I don't know", against 4 % with the 85th, while 9 % instead of 2 % of what must be refused get
buttons and not one more an answer (48 entries, 974 phrasings, 645 refusals; 2026-11-25). A button costs a
person less than being sent away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.matching.index import Floats, Integers, Thresholds

BANK_PERCENTILE = 95
SUGGESTED_PERCENTILE = 85
LEFT_OUT_PERCENTILE = 80
SMALLEST_BANK = 20
"""Refusals from which on the bank is asked; with fewer the topics left out answer alone."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Thresholds, and what each row scores when it is left out."""

    thresholds: Thresholds
    left_out: Floats
    """LOO: rows times topics, minus infinity where the gate is shut."""
    leaning: Integers
    topic_left_out: Floats
    """LTO: for each phrasing its top score among the other topics."""
    bank: Floats
    """BANK: for each refusal its top score; 0 when the gate leaves it none."""
    recall: float
    """Share of phrasings whose own entry comes first when they are left out, 0 to 1."""


def calibrate(
    inverse: Floats, weights: Floats, row_topics: Integers, allowed: npt.NDArray[np.bool_]
) -> Calibration:
    """Thresholds for a solution; `allowed` is rows times topics, what the gate leaves each row."""
    count, topics = weights.shape
    own = np.zeros((count, topics), dtype=np.float32)
    phrasings = np.flatnonzero(row_topics >= 0)
    own[phrasings, row_topics[phrasings]] = 1.0
    left_out = own - weights / np.diag(inverse)[:, None]
    left_out = np.where(allowed, left_out, -np.inf).astype(np.float32)
    leaning = (
        np.where(np.isfinite(left_out.max(axis=1)), left_out.argmax(axis=1), -1)
        if topics
        else np.full(count, -1)
    ).astype(np.int32)
    recall = float(np.mean(leaning[phrasings] == row_topics[phrasings])) if phrasings.size else 0.0
    near = _topic_left_out(inverse, weights, row_topics, allowed)
    refusals = np.flatnonzero(row_topics < 0)
    bank = left_out[refusals].max(axis=1) if topics and refusals.size else np.zeros(0, dtype=np.float32)
    bank = np.where(np.isfinite(bank), bank, 0.0).astype(np.float32)
    return Calibration(_thresholds(bank, near), left_out, leaning, near, bank, recall)


def _topic_left_out(
    inverse: Floats, weights: Floats, row_topics: Integers, allowed: npt.NDArray[np.bool_]
) -> Floats:
    tops: list[Floats] = []
    for topic in range(weights.shape[1]):
        block = np.flatnonzero(row_topics == topic)
        if not block.size or weights.shape[1] < 2:
            continue
        scores = -np.linalg.solve(inverse[np.ix_(block, block)], weights[block])
        scores = np.where(allowed[block], scores, -np.inf)
        scores[:, topic] = -np.inf
        tops.append(scores.max(axis=1).astype(np.float32))
    near = np.concatenate(tops) if tops else np.zeros(0, dtype=np.float32)
    return near[np.isfinite(near)]


def _thresholds(bank: Floats, near: Floats) -> Thresholds:
    left_out = float(np.percentile(near, LEFT_OUT_PERCENTILE)) if near.size else 0.5
    if bank.size >= SMALLEST_BANK:
        low, high = (float(np.percentile(bank, part)) for part in (SUGGESTED_PERCENTILE, BANK_PERCENTILE))
    else:
        low, high = 0.7 * left_out, left_out
    low = min(max(low, 0.05), 0.9)
    return Thresholds(low=low, high=min(max(low, high, left_out), 0.9))
