"""`advisor ask` and `advisor evaluate`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from bot.cli.ask import ask
from bot.cli.evaluate import evaluate
from tests.matching.small import PHRASINGS, REFUSALS


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs one of the two commands with a data folder of its own."""
    monkeypatch.setenv("ADVISOR_DATA_DIR", str(tmp_path / "data"))
    app = typer.Typer()
    app.command("ask")(ask)
    app.command("evaluate")(evaluate)
    return lambda *words, said=None: CliRunner().invoke(app, list(words), input=said)


def write(path: Path, rows: list[dict[str, str | None]]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def test_evaluate_prints_one_object_with_every_measure(run: Callable[..., Result], tmp_path: Path) -> None:
    rows: list[dict[str, str | None]] = [
        {"text": text, "label": label} for label, texts in PHRASINGS.items() for text in texts
    ]
    train = write(tmp_path / "train.jsonl", rows)
    refused = write(tmp_path / "refused.jsonl", [{"text": text, "label": None} for text in REFUSALS])
    test = write(tmp_path / "test.jsonl", [*rows[:5], {"text": "who cooks dinner", "label": None}])
    result = run("evaluate", "--train", train, "--test", test, "--refusals", refused)
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert set(found) == {
        "recall1", "recall3", "mrr", "auroc", "acc_at_5", "acc_at_10", "p50_ms", "p99_ms", "build_s"
    }  # fmt: skip
    assert found["recall1"] == 1.0


def test_evaluate_says_plainly_what_it_cannot_do(run: Callable[..., Result], tmp_path: Path) -> None:
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"text": "a", "label": "b"}\nnot json\n')
    assert "broken.jsonl:2" in run("evaluate", "--train", str(broken), "--test", str(broken)).stderr
    assert run("evaluate", "--train", str(tmp_path / "none"), "--test", str(broken)).exit_code == 2


@pytest.mark.slow
def test_a_batch_gives_a_line_for_each_question(run: Callable[..., Result]) -> None:
    asked = [
        {"id": "a", "text": "how do i turn off ai training on linkedin", "region": "eu"},
        {"id": 7, "text": "how do i bake bread", "lang": "de"},
        {"id": 8, "text": "and on my iphone?", "context": "linkedin.opt-out,web"},
        {"id": 9, "text": "my password is hunter2"},
        {"id": 10, "text": ""},
    ]
    result = run("ask", "--batch", "-", said="\n".join(json.dumps(row) for row in asked))
    assert result.exit_code == 0, result.output
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["id"] for row in answers] == ["a", 7, 8, 9, 10]
    assert [row["outcome"] for row in answers[:3]] == ["answer", "unknown", "answer"]
    assert answers[0]["entries"][0] == answers[2]["entries"][0] == "linkedin.opt-out"
    assert answers[3]["notice"] == "secret"
    assert all(len(row["entries"]) == len(row["scores"]) <= 3 for row in answers)


def test_neither_a_question_nor_a_file_is_wrong_use(run: Callable[..., Result]) -> None:
    assert run("ask").exit_code == 2
    assert run("ask", "hello", "--batch", "-").exit_code == 2
