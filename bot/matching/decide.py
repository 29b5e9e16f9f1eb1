"""From scores to an outcome: answer, suggest, or say that we do not know."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from bot.matching.index import Floats, Index
from bot.matching.result import Candidate

MARGIN = 0.05
"""How far the first must be ahead of the second to be answered at once."""

SHOWN = 3
"""Entries that are suggested at most."""

_NEARLY_EQUAL = 0.78
_RELATED = 0.35
_WORTH_A_BUTTON = 0.25


class Verdict(StrEnum):
    """What the scores allow."""

    ANSWER = "answer"
    SUGGEST = "suggest"
    REFUSED = "refused"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict with the entries it is about, best first."""

    verdict: Verdict
    candidates: tuple[Candidate, ...]

    @property
    def top(self) -> float:
        """The first entry's score; 0 when there is none."""
        return self.candidates[0].score if self.candidates else 0.0


def decide(index: Index, topics: Floats, kernel: Floats, *, strict: bool = False) -> Decision:
    """The verdict on `topics` (scores by topic); `strict` answers or refuses, without suggesting."""
    candidates = rank(index, topics)
    if not candidates:
        return Decision(Verdict.REFUSED if _is_refusal(index, kernel) else Verdict.UNCLEAR, ())
    top = candidates[0].score
    second = candidates[1].score if len(candidates) > 1 else -1.0
    if _is_refusal(index, kernel):
        return Decision(Verdict.REFUSED, candidates)
    limits = index.thresholds
    if top > limits.high and (top - second >= MARGIN or strict):
        return Decision(Verdict.ANSWER, candidates)
    if top > limits.low and not strict:
        return Decision(Verdict.SUGGEST, candidates)
    nearest = int(kernel.argmax()) if kernel.size else -1
    refused = nearest >= 0 and index.row_topics[nearest] < 0 and kernel[nearest] >= _RELATED
    return Decision(Verdict.REFUSED if refused else Verdict.UNCLEAR, candidates)


def rank(index: Index, topics: Floats) -> tuple[Candidate, ...]:
    """The best topics, at most `SHOWN`; those that the gate leaves out never."""
    order = np.argsort(-topics, kind="stable")[:SHOWN]
    return tuple(
        Candidate(index.topics[at], round(float(topics[at]), 4)) for at in order if np.isfinite(topics[at])
    )


def buttons(candidates: tuple[Candidate, ...]) -> tuple[str, ...]:
    """The entries that are worth a button: the first, and those not far behind it."""
    if not candidates:
        return ()
    least = _WORTH_A_BUTTON * candidates[0].score
    return tuple(candidate.entry for candidate in candidates if candidate.score >= least)


def _is_refusal(index: Index, kernel: Floats) -> bool:
    """True when the question nearly is a sentence that must not be answered."""
    refusals = index.row_topics < 0
    if not refusals.any():
        return False
    nearest = float(kernel[refusals].max())
    others = float(kernel[~refusals].max()) if (~refusals).any() else 0.0
    return nearest >= _NEARLY_EQUAL and nearest > others
