"""How well an index does on questions that it has not seen."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.matching.build import Material, build_index
from bot.matching.index import Index, Meaning, Row


@dataclass(frozen=True, slots=True)
class Asked:
    """A test question with its topic; None: it must not be answered."""

    text: str
    label: str | None


@dataclass(frozen=True, slots=True)
class Measures:
    """Shares are 0 to 1, None where the test has no such question; times are per question."""

    recall1: float | None
    recall3: float | None
    mrr: float | None
    auroc: float | None
    """In scope against out of scope by the top score."""
    acc_at_5: float | None
    """In scope answered right where 5 % of the others would be answered."""
    acc_at_10: float | None
    p50_ms: float
    p99_ms: float
    build_s: float


def evaluate(
    train: Iterable[Row],
    test: Sequence[Asked],
    *,
    common: frozenset[str] = frozenset(),
    encoder: Meaning | None = None,
) -> Measures:
    """Builds an index of `train` (topic None: a sentence that must not be answered) and asks it `test`."""
    started = time.perf_counter()
    index = build_index(Material(language="en", rows=tuple(train), common=common), encoder=encoder).index
    build_s = time.perf_counter() - started
    ranks: list[int] = []
    inside: list[tuple[float, bool]] = []
    outside: list[float] = []
    times: list[float] = []
    for asked in test:
        started = time.perf_counter()
        scores = index.score(index.hear(asked.text)).topics
        order = np.argsort(-scores, kind="stable")
        times.append((time.perf_counter() - started) * 1000)
        top = float(scores[order[0]]) if order.size else 0.0
        if asked.label is None:
            outside.append(top)
            continue
        rank = _rank(index, order, asked.label)
        ranks.append(rank)
        inside.append((top, rank == 1))
    return Measures(
        recall1=_share([rank == 1 for rank in ranks]),
        recall3=_share([0 < rank <= 3 for rank in ranks]),
        mrr=round(float(np.mean([1 / rank if rank else 0.0 for rank in ranks])), 4) if ranks else None,
        auroc=_auroc([top for top, _ in inside], outside),
        acc_at_5=_right_at(inside, outside, 0.05),
        acc_at_10=_right_at(inside, outside, 0.10),
        p50_ms=round(float(np.percentile(times, 50)), 3) if times else 0.0,
        p99_ms=round(float(np.percentile(times, 99)), 3) if times else 0.0,
        build_s=round(build_s, 3),
    )


def _rank(index: Index, order: npt.NDArray[np.intp], label: str) -> int:
    """The place of `label`, from 1; 0 when the index has no such topic."""
    if label not in index.topics:
        return 0
    return int(np.flatnonzero(order == index.topics.index(label))[0]) + 1


def _share(right: Sequence[bool]) -> float | None:
    return round(sum(right) / len(right), 4) if right else None


def _auroc(inside: Sequence[float], outside: Sequence[float]) -> float | None:
    """The chance that a question in scope scores above one out of scope, equals counting half."""
    if not inside or not outside:
        return None
    others = np.sort(np.array(outside))
    below = np.searchsorted(others, inside, side="left") + np.searchsorted(others, inside, side="right")
    return round(float(below.mean()) / (2 * len(others)), 4)


def _right_at(inside: Sequence[tuple[float, bool]], outside: Sequence[float], share: float) -> float | None:
    if not inside or not outside:
        return None
    limit = sorted(outside, reverse=True)[min(int(share * len(outside)), len(outside) - 1)]
    return _share([right and top > limit for top, right in inside])
