"""Solutions: by blocks the same as at once, and what a platform reads of its siblings."""

from __future__ import annotations

import numpy as np
import pytest

from bot.matching.blocks import invert
from bot.matching.build import build_index
from bot.matching.context import Context
from bot.matching.index import RIDGE, Floats
from bot.matching.match import match
from bot.matching.place import make_places
from bot.matching.result import Answer
from bot.matching.snapshot import build_snapshot, material, snapshot_names
from bot.matching.solve import solve
from tests.matching.small import small_base


def kernel(size: int) -> Floats:
    rows = np.abs(np.random.default_rng(7).normal(size=(size, 40))).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows @ rows.T).astype(np.float32)


@pytest.mark.parametrize("size", [0, 1, 7, 500])
@pytest.mark.parametrize("ridge", [RIDGE, 1.0])
def test_an_inverse_is_one_also_of_rows_that_are_much_alike(size: int, ridge: float) -> None:
    matrix = kernel(size) + np.float32(ridge) * np.eye(size, dtype=np.float32)
    assert np.allclose(invert(matrix), np.linalg.inv(matrix.astype(np.float64)), atol=1e-3)


NEEDS = [None, "a", "a", "b"]
ROWS = np.array([0, 0, -1, 1, 1, 2, 3, 3, -1, 0, 2, 3], dtype=np.int32)
SERVICES = [()] * 8 + [("a",)] + [()] * 3


def test_blocks_give_what_one_solution_gives() -> None:
    similar = kernel(len(ROWS))
    solved = solve(
        similar,
        ROWS,
        ["x.one", "a.two", "a.three", "b.four"],
        NEEDS,
        SERVICES,
        np.ones((len(ROWS), 4), dtype=np.bool_),
    )
    targets = np.array([[topic == row for topic in range(4)] for row in ROWS], dtype=np.float32)
    inverse = np.linalg.inv(similar.astype(np.float64) + RIDGE * np.eye(len(ROWS)))
    weights = inverse @ targets
    assert np.allclose(solved.weights, weights, atol=1e-3)
    left_out = targets - weights / np.diag(inverse)[:, None]
    assert np.allclose(solved.bank, [left_out[2].max()], atol=1e-3)
    read = np.flatnonzero(ROWS != 3)  # all but those of platform b
    inverse = np.linalg.inv(similar[np.ix_(read, read)].astype(np.float64) + RIDGE * np.eye(len(read)))
    weights = inverse @ targets[read]
    assert np.allclose(solved.named[read, 1:3], weights[:, 1:3], atol=1e-3)
    assert not solved.named[ROWS == 3, 1:3].any()
    scores = (targets[read] - weights / np.diag(inverse)[:, None])[read.tolist().index(8)]
    assert np.allclose(solved.named_bank, [max(scores[1], scores[2], scores[0] / 2)], atol=1e-3)


def test_the_order_of_solving_leaves_no_row_to_another_platform() -> None:
    base = small_base()
    built = build_index(material(base, base.languages["en"], snapshot_names(base), make_places(())))
    index = built.index
    of_meta = [row for row, one in enumerate(index.rows) if one.topic == "meta.data-used"]
    linkedin = index.topics.index("linkedin.private-messages")  # meta has no such entry
    assert not index.named[of_meta, linkedin].any()


def test_a_platform_with_few_entries_understands_what_is_asked_elsewhere() -> None:
    phrasings = {
        "linkedin.opt-out": ("linkedin ai opt out", "turn off ai training on linkedin"),
        "linkedin.data-used": ("what data does linkedin use", "which linkedin posts are used for ai"),
        "meta.opt-out": ("opt out of meta ai", "stop facebook ai", "which knob ends it on facebook"),
        "meta.data-used": ("what data does meta use for ai", "are my facebook comments used"),
        "bot.stored": ("do you store my questions",),
    }
    outcome = match(build_snapshot(small_base(phrasings)), "which knob ends it on linkedin", Context())
    assert outcome.reading.candidates[0].entry == "linkedin.opt-out"
    assert isinstance(outcome, Answer)
