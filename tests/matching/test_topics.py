"""The made-up topics that large measurements run on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from tests.bench.topics import TOPICS, make, write


def test_the_same_seed_makes_the_same_set() -> None:
    assert make(500) == make(500)
    assert make(500) != make(500, seed=1)


def test_every_topic_has_its_share_and_no_test_question_is_a_phrasing() -> None:
    made = make(600)
    assert len({one.label for one in made.train}) == TOPICS
    assert len({one.text for one in made.train}) == len(made.train) == 600
    assert not {one.text for one in made.train} & {one.text for one in made.test}
    assert {one.label for one in made.test} - {None} <= {one.label for one in made.train}
    assert {one.label for one in made.refusals} == {None}


def test_what_cannot_be_made_is_refused() -> None:
    with pytest.raises(ValueError, match="topics"):
        make(10, topics=20)


def test_its_files_go_through_evaluate_as_they_are(tmp_path: Path) -> None:
    made = make(60, topics=12, questions=40)
    for name, rows in (("train", made.train), ("refusals", made.refusals), ("test", made.test)):
        write(tmp_path / f"{name}.jsonl", rows)
    options = [
        part
        for name in ("train", "test", "refusals")
        for part in (f"--{name}", str(tmp_path / f"{name}.jsonl"))
    ]
    done = CliRunner().invoke(app, ["evaluate", *options])
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert {
        "recall1",
        "recall3",
        "mrr",
        "auroc",
        "acc_at_5",
        "acc_at_10",
        "p50_ms",
        "p99_ms",
        "build_s",
    } == set(found)
    assert found["recall1"] > 0.5
