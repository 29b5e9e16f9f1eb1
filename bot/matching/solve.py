"""The solutions of an index: one for questions that name no platform, and one for each platform.

"Stop reddit training" is nearly the same sentence as "stop linkedin training" and says nothing against
LinkedIn's entry, since a question that names LinkedIn never sees Reddit's. In a single solution it does: each
platform added pushes all others down (28 platforms in 153 entries: 109 of 352 golden questions answered right
where 3 platforms had 265). So a platform is solved with its own phrasings, those of the subjects that need
no name, and the refusals; what stands in all of these is inverted once, and each platform is a small block
beside it (a Schur complement). Their columns make one matrix, `named`, for a topic belongs to one platform.

A platform with few entries also reads what is asked about the same matter elsewhere: the phrasings of
reddit.opt-out are phrasings of xing.opt-out, trusted less. On golden questions (891 English,
531 German; 2026-11-25), in percent:

=========================================  ========  ========  =====  =====
solution                                   recall@1  recall@3  right  wrong
=========================================  ========  ========  =====  =====
without siblings, curve 2, ridge 0.2       90.6      97.5      69.5   1.8
with siblings                              91.4      97.3      77.6   3.1
with siblings, curve 1.5, ridge 0.1        92.0      97.6      79.3   3.0
the same, German                           92.1      98.1      79.8   2.1
as it is now, higher thresholds            92.3      97.9      76.4   2.6
as it is now, higher thresholds, German    92.3      98.3      79.3   1.7
=========================================  ========  ========  =====  =====

(The upper rows are of the days when each was tried, the last two of `python -m tests.bench.match` now.)
Siblings of every platform, also of those with many entries of their own, cost LinkedIn four points of
recall@1. One placeholder for all names, so that phrasings are shared outright, was worse: recall@1 87 to 90
beside a name, against 92.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.matching.blocks import Blocks, Places, Solved
from bot.matching.index import RIDGE, Floats, Integers

SUBJECT_BESIDE_NAME = 0.5
"""What a subject's score is worth when a platform is named: the platform's own entries go first."""

SIBLING_RIDGE = 1.0
"""How little a platform trusts the same question about another one; see `bot.matching.index.RIDGE`."""

SIBLINGS_UP_TO = 7
"""Entries up to which a platform reads its siblings' phrasings."""

Mask = npt.NDArray[np.bool_]
_SHUT = np.float32(-np.inf)
_AT_ONCE = 2
"""Platforms that are solved at once: more of them take memory, and few machines have the processors."""


@dataclass(frozen=True, slots=True)
class Solution:
    """Weights, and what each row scores when it is left out.

    Attributes:
        weights: rows times topics, for questions without a name.
        named: rows times topics, for questions that name a platform; each topic's column is its platform's.
        leaning: for each row the topic that the other rows take it for, in the solution that reads it; -1
            where the gate leaves none.
        lead: for each row by how much the other rows score that topic above the row's own.
        near: LTO, for each phrasing that needs no name its top score among the other topics.
        bank: top scores of the refusals that name nothing, each left out.
        named_bank: the same for each refusal and each platform that it names.
    """

    weights: Floats
    named: Floats
    leaning: Integers
    lead: Floats
    near: Floats
    bank: Floats
    named_bank: Floats


def solve(
    kernel: Floats,
    row_topics: Integers,
    names: Sequence[str],
    needs: Sequence[str | None],
    services: Sequence[tuple[str, ...]],
    allowed: Mask,
) -> Solution:
    """Solve for `kernel`.

    Args:
        kernel: between all rows.
        row_topics: the number of each row's topic, -1 for a refusal.
        names: of the topics; what stands after a dot is the same question about each platform.
        needs: for each topic the platform that it needs.
        services: for each row the covered platforms that it names.
        allowed: rows times topics, what the gate leaves each row.
    """
    size, topics = len(row_topics), len(needs)
    targets = np.zeros((size, topics), dtype=np.float32)
    phrasings = np.flatnonzero(row_topics >= 0)
    targets[phrasings, row_topics[phrasings]] = 1.0
    need = np.array([platform or "" for platform in needs], dtype=object)
    subjects = need == ""
    needed = np.array(["" if topic < 0 else need[topic] for topic in row_topics], dtype=object)
    blocks = Blocks(kernel, targets, needed)
    whole = blocks.solve(blocks.others, targets[blocks.others], RIDGE, np.arange(topics))
    weights = np.zeros_like(targets)
    weights[blocks.others], weights[blocks.common] = whole.own_weights, whole.common_weights
    left_out = np.zeros_like(targets)
    left_out[blocks.others] = whole.own_left_out
    left_out[blocks.common] = blocks.left_out(whole, np.arange(len(blocks.common)))
    left_out = np.where(allowed, left_out, _SHUT).astype(np.float32)
    near = _topics_left_out(blocks, whole, row_topics, np.flatnonzero(subjects), allowed)
    refusals = [row for row in range(size) if row_topics[row] < 0 and not services[row]]
    bank = _tops(left_out[refusals]) if topics else np.zeros(0, dtype=np.float32)
    named, banks = blocks.common_columns(), [np.zeros(0, dtype=np.float32)]
    families = _families(names, needs)

    def one(platform: str) -> Floats:
        """Sets what `platform` alone reads; gives what its refusals score."""
        columns = np.flatnonzero(need == platform)
        own = blocks.others[blocks.needed[blocks.others] == platform]
        helping, meant = _siblings(row_topics, blocks.others, families, columns)
        read = np.concatenate([own, helping])
        aims = np.zeros((len(read), topics), dtype=np.float32)
        aims[np.arange(len(read)), np.concatenate([row_topics[own], meant])] = 1.0
        seen = np.flatnonzero(subjects | (need == platform))
        ridge = np.repeat((RIDGE, SIBLING_RIDGE), (len(own), len(helping)))
        solved = blocks.solve(read, aims[:, seen], ridge, seen)
        mine = np.searchsorted(seen, columns)
        named[np.ix_(read, columns)] = solved.own_weights[:, mine]
        named[np.ix_(blocks.common, columns)] = solved.common_weights[:, mine]
        worth = np.where(subjects[seen], np.float32(SUBJECT_BESIDE_NAME), np.float32(1))
        left_out[np.ix_(own, seen)] = solved.own_left_out[: len(own)] * worth
        left_out[own] = np.where(allowed[own] & (subjects | (need == platform)), left_out[own], _SHUT)
        naming = [
            at
            for at, row in enumerate(blocks.common.tolist())
            if row_topics[row] < 0 and platform in services[row]
        ]
        return _tops(blocks.left_out(solved, np.array(naming, dtype=np.intp)) * worth)

    with ThreadPoolExecutor(_AT_ONCE) as pool:  # each sets columns and rows of its own
        banks += pool.map(one, sorted({one for one in needs if one}))
    named[:, subjects] *= SUBJECT_BESIDE_NAME
    leaning, lead = leans(left_out, row_topics)
    return Solution(weights, named, leaning, lead, near, bank, np.concatenate(banks).astype(np.float32))


def leans(left_out: Floats, row_topics: Integers) -> tuple[Integers, Floats]:
    """`Solution.leaning` and `Solution.lead` from what each row scores when it is left out."""
    if not left_out.size:
        return np.full(len(left_out), -1, dtype=np.int32), np.zeros(len(left_out), dtype=np.float32)
    tops = left_out.max(axis=1)
    own = np.where(row_topics < 0, 0.0, left_out[np.arange(len(left_out)), np.maximum(row_topics, 0)])
    lead = np.where(np.isfinite(tops) & np.isfinite(own), tops - own, 0.0)
    leaning = np.where(np.isfinite(tops), left_out.argmax(axis=1), -1)
    return leaning.astype(np.int32), lead.astype(np.float32)


def _families(names: Sequence[str], needs: Sequence[str | None]) -> dict[str, list[int]]:
    """Topics that are the same question about several platforms, by what stands after the dot."""
    families: dict[str, list[int]] = {}
    for topic, (name, platform) in enumerate(zip(names, needs, strict=True)):
        if platform:
            families.setdefault(name.partition(".")[2] or name, []).append(topic)
    return families


def _siblings(
    row_topics: Integers, others: Places, families: Mapping[str, Sequence[int]], columns: Places
) -> tuple[Places, Places]:
    """Rows among `others` of the same questions about other platforms, and the topics they mean here."""
    if len(columns) > SIBLINGS_UP_TO:
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp)
    instead = {
        other: topic
        for family in families.values()
        for topic in family
        if topic in columns
        for other in family
        if other != topic
    }
    meant = np.array([instead.get(topic, -1) for topic in row_topics[others].tolist()], dtype=np.intp)
    return others[meant >= 0], meant[meant >= 0]


def _tops(scores: Floats) -> Floats:
    """The top score of each row; 0 where the gate leaves it none."""
    if not scores.size:
        return np.zeros(len(scores), dtype=np.float32)
    tops = scores.max(axis=1)
    return np.where(np.isfinite(tops), tops, 0.0).astype(np.float32)


def _topics_left_out(
    blocks: Blocks, whole: Solved, row_topics: Integers, topics: Places, allowed: Mask
) -> Floats:
    tops: list[Floats] = []
    for topic in topics:
        rows = np.flatnonzero(row_topics == topic)
        if not rows.size or allowed.shape[1] < 2:
            continue
        at = blocks.place[rows]
        scores = -np.linalg.solve(blocks.block(whole, at), whole.common_weights[at])
        scores = np.where(allowed[rows], scores, -np.inf)
        scores[:, topic] = -np.inf
        tops.append(scores.max(axis=1).astype(np.float32))
    near = np.concatenate(tops) if tops else np.zeros(0, dtype=np.float32)
    return near[np.isfinite(near)]
