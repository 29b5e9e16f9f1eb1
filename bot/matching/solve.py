"""The solutions of an index: one for questions that name no platform, and one for each platform.

"Stop reddit training" is nearly the same sentence as "stop linkedin training" and says nothing against
LinkedIn's entry, since a question that names LinkedIn never sees Reddit's. In a single solution it does: each
platform added pushes all others down (28 platforms in 153 entries: 109 of 352 golden questions answered right
where 3 platforms had 265). So a platform is solved with its own phrasings, those of the subjects that need
no name, and the refusals; what stands in all of these is inverted once, and each platform is a small block
beside it (a Schur complement). Their columns make one matrix, `named`, for a topic belongs to one platform.
(153 entries, 4,205 rows, 891 golden questions, 2026-11-25: recall@1 0.91, recall@3 0.98.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.matching.index import RIDGE, Floats, Integers

SUBJECT_BESIDE_NAME = 0.5
"""What a subject's score is worth when a platform is named: the platform's own entries go first."""

Mask = npt.NDArray[np.bool_]
_SHUT = np.float32(-np.inf)


@dataclass(frozen=True, slots=True)
class Solution:
    """Weights, and what each row scores when it is left out.

    Attributes:
        weights: rows times topics, for questions without a name.
        named: rows times topics, for questions that name a platform; each topic's column is its platform's.
        left_out: LOO of every row, each in the solution that reads it; minus infinity where the gate is shut.
        near: LTO, for each phrasing that needs no name its top score among the other topics.
        bank: top scores of the refusals that name nothing, each left out.
        named_bank: the same for each refusal and each platform that it names.
    """

    weights: Floats
    named: Floats
    left_out: Floats
    near: Floats
    bank: Floats
    named_bank: Floats


def solve(
    kernel: Floats,
    row_topics: Integers,
    needs: Sequence[str | None],
    services: Sequence[tuple[str, ...]],
    allowed: Mask,
) -> Solution:
    """Solve for `kernel`.

    Args:
        kernel: between all rows.
        row_topics: the number of each row's topic, -1 for a refusal.
        needs: for each topic the platform that it needs.
        services: for each row the covered platforms that it names.
        allowed: rows times topics, what the gate leaves each row.
    """
    size, topics = len(row_topics), len(needs)
    targets = np.zeros((size, topics), dtype=np.float32)
    phrasings = np.flatnonzero(row_topics >= 0)
    targets[phrasings, row_topics[phrasings]] = 1.0
    inverse = _inverse(kernel)
    weights = (inverse @ targets).astype(np.float32)
    left_out = targets - weights / np.diag(inverse)[:, None] if size else targets
    left_out = np.where(allowed, left_out, _SHUT).astype(np.float32)
    need = np.array([platform or "" for platform in needs], dtype=object)
    subjects = need == ""
    near = _topics_left_out(inverse, weights, row_topics, np.flatnonzero(subjects), allowed)
    refusals = [row for row in range(size) if row_topics[row] < 0 and not services[row]]
    bank = _tops(left_out[refusals]) if topics else np.zeros(0, dtype=np.float32)
    blocks = _Blocks(kernel, targets, row_topics, need)
    named, banks = blocks.common_columns(), [np.zeros(0, dtype=np.float32)]
    for platform in sorted({one for one in needs if one}):
        solved = blocks.solve(platform)
        columns = np.flatnonzero(need == platform)
        named[np.ix_(solved.own, columns)] = solved.own_weights[:, columns]
        named[np.ix_(blocks.common, columns)] = solved.common_weights[:, columns]
        left_out[solved.own] = np.where(
            allowed[solved.own], _beside(solved.own_left_out, need, platform), _SHUT
        )
        naming = [row for row in range(size) if row_topics[row] < 0 and platform in services[row]]
        if naming:
            banks.append(_tops(_beside(blocks.left_out(solved, naming), need, platform)))
    named[:, subjects] *= SUBJECT_BESIDE_NAME
    return Solution(weights, named, left_out, near, bank, np.concatenate(banks).astype(np.float32))


@dataclass(frozen=True, slots=True)
class _Solved:
    own: npt.NDArray[np.intp]
    own_weights: Floats
    common_weights: Floats
    own_left_out: Floats
    bridge: Floats
    """Kernel from own to common rows, times the inverse of the common block."""
    inverse: Floats
    """Of the Schur complement."""


class _Blocks:
    """The rows that every platform shares, inverted once, and each platform's rows beside them."""

    def __init__(
        self, kernel: Floats, targets: Floats, row_topics: Integers, need: npt.NDArray[np.object_]
    ) -> None:
        self._kernel, self._targets = kernel, targets
        self._needed = np.array(["" if topic < 0 else need[topic] for topic in row_topics], dtype=object)
        self.common = np.flatnonzero(self._needed == "")
        self._inverse = _inverse(kernel[np.ix_(self.common, self.common)])
        self._weights = (self._inverse @ targets[self.common]).astype(np.float32)

    def common_columns(self) -> Floats:
        """The solution of the shared rows alone, which the columns of subjects keep beside a name."""
        whole = np.zeros_like(self._targets)
        whole[self.common] = self._weights
        return whole

    def solve(self, platform: str) -> _Solved:
        """The shared rows with those of `platform`."""
        own = np.flatnonzero(self._needed == platform)
        across = self._kernel[np.ix_(own, self.common)]
        bridge = (across @ self._inverse).astype(np.float32)
        inverse = _inverse(self._kernel[np.ix_(own, own)] - bridge @ across.T)
        weights = inverse @ (self._targets[own] - bridge @ self._targets[self.common])
        left_out = self._targets[own] - weights / np.diag(inverse)[:, None]
        common = self._weights - bridge.T @ weights
        return _Solved(own, weights, common, left_out, bridge, inverse)

    def left_out(self, solved: _Solved, rows: Sequence[int]) -> Floats:
        """What shared `rows` score when each is left out of a platform's solution."""
        at = np.searchsorted(self.common, rows)
        across = solved.bridge.T[at]
        diagonal = np.diag(self._inverse)[at] + np.einsum("ij,jk,ik->i", across, solved.inverse, across)
        scores = self._targets[rows] - solved.common_weights[at] / diagonal[:, None]
        return np.asarray(scores, dtype=np.float32)


def _beside(scores: Floats, need: npt.NDArray[np.object_], platform: str) -> Floats:
    """Scores as a question that names `platform` sees them."""
    seen = np.where(need == "", scores * SUBJECT_BESIDE_NAME, np.where(need == platform, scores, _SHUT))
    return np.asarray(seen, dtype=np.float32)


def _tops(scores: Floats) -> Floats:
    """The top score of each row; 0 where the gate leaves it none."""
    if not scores.size:
        return np.zeros(len(scores), dtype=np.float32)
    tops = scores.max(axis=1)
    return np.where(np.isfinite(tops), tops, 0.0).astype(np.float32)


def _inverse(kernel: Floats) -> Floats:
    """Of `kernel` plus the ridge."""
    if not kernel.size:
        return kernel
    return np.linalg.inv(kernel + np.float32(RIDGE) * np.eye(len(kernel), dtype=np.float32)).astype(
        np.float32
    )


def _topics_left_out(
    inverse: Floats, weights: Floats, row_topics: Integers, topics: npt.NDArray[np.intp], allowed: Mask
) -> Floats:
    tops: list[Floats] = []
    for topic in topics:
        block = np.flatnonzero(row_topics == topic)
        if not block.size or weights.shape[1] < 2:
            continue
        scores = -np.linalg.solve(inverse[np.ix_(block, block)], weights[block])
        scores = np.where(allowed[block], scores, -np.inf)
        scores[:, topic] = -np.inf
        tops.append(scores.max(axis=1).astype(np.float32))
    near = np.concatenate(tops) if tops else np.zeros(0, dtype=np.float32)
    return near[np.isfinite(near)]
