"""More phrasings than fit a kernel: the same answers, kept by feature."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.matching import build
from bot.matching.build import build_index
from bot.matching.cache import read_index, write_index
from bot.matching.context import Context
from bot.matching.explain import explain
from bot.matching.match import match
from bot.matching.place import make_places
from bot.matching.result import Unknown
from bot.matching.snapshot import build_snapshot, material, snapshot_names
from tests.matching.small import PHRASINGS, small_base


@pytest.fixture(autouse=True)
def _few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "EXACT_UP_TO", 10)


def test_a_phrasing_finds_its_own_entry() -> None:
    snapshot = build_snapshot(small_base())
    assert snapshot.indexes["en"].by_feature
    for entry, texts in PHRASINGS.items():
        for text in texts:
            assert match(snapshot, f"{text} please", Context()).reading.candidates[0].entry == entry


def test_a_question_about_nothing_is_not_answered() -> None:
    assert isinstance(match(build_snapshot(small_base()), "recipe for onion soup", Context()), Unknown)


def test_it_holds_no_row_and_shows_no_votes() -> None:
    snapshot = build_snapshot(small_base())
    assert not snapshot.indexes["en"].postings.rows.size
    found = explain(snapshot, "how can linkedin ai be turned off", Context())
    assert found is not None
    assert [voted.votes for voted in found.voted] == [()] * len(found.voted)


def test_a_file_gives_back_the_same_scores(tmp_path: Path) -> None:
    base = small_base()
    made = material(base, base.languages["en"], snapshot_names(base), make_places(()))
    index = build_index(made).index
    write_index(tmp_path / "one.npz", index)
    again = read_index(tmp_path / "one.npz", made)
    question = "does linkedin read what i write in private"
    assert np.array_equal(index.score(index.hear(question)).topics, again.score(again.hear(question)).topics)
