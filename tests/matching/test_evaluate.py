"""Measuring, and explaining."""

from __future__ import annotations

from bot.matching.context import Context
from bot.matching.evaluate import Asked, evaluate
from bot.matching.explain import explain, in_words
from bot.matching.index import Row
from tests.matching.small import PHRASINGS, REFUSALS, small_snapshot

TRAIN = [Row(text, topic) for topic, texts in PHRASINGS.items() for text in texts]
TRAIN += [Row(text, None) for text in REFUSALS]


def test_measures_of_a_plain_test_are_high() -> None:
    test = [Asked("please " + row.text + " thanks", row.topic) for row in TRAIN]
    found = evaluate(TRAIN, test)
    assert found.recall1 == found.recall3 == found.mrr == 1.0
    assert found.auroc is not None
    assert found.auroc > 0.95
    assert found.acc_at_5 is not None
    assert found.acc_at_5 > 0.9
    assert found.p50_ms > 0


def test_a_label_that_was_never_trained_counts_as_missed() -> None:
    found = evaluate(TRAIN, [Asked("something", "no.such"), Asked("bread", None)])
    assert found.recall1 == 0.0
    assert found.mrr == 0.0


def test_a_test_without_refusals_has_no_measures_of_refusing() -> None:
    found = evaluate(TRAIN, [Asked("linkedin ai opt out", "linkedin.opt-out")])
    assert (found.auroc, found.acc_at_5, found.acc_at_10) == (None, None, None)


def test_nothing_to_train_is_no_fault() -> None:
    assert evaluate([], [Asked("hello", "a")]).recall1 == 0.0


def test_an_explanation_tells_votes_repairs_gate_and_thresholds() -> None:
    found = explain(small_snapshot(), "linkdin ai traning opt out", Context())
    assert found is not None
    assert found.voted[0].entry == "linkedin.opt-out"
    assert found.voted[0].votes[0].shared
    text = in_words(found)
    for part in ("traning", "linkedin", "Answered above", "answered with linkedin.opt-out"):
        assert part in text


def test_every_outcome_is_explained() -> None:
    for text in (
        "",
        "what about bluesky",
        "how do i bake bread",
        "xyzzy",
        "did linkedin start on 26 june 2024",
    ):
        found = explain(small_snapshot(), text, Context())
        assert found is not None
        assert "Outcome: " in in_words(found)
