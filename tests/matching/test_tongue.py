"""The language of a question is told apart only when that is sure."""

from __future__ import annotations

import pytest

from bot.matching.tongue import other_tongue
from tests.support.knowledge import released

BASE = released().draft


@pytest.mark.parametrize(
    "text", ["what data is used", "how do I stop this", "are my private messages used", "who are you"]
)
def test_english_is_heard_from_a_german(text: str) -> None:
    assert other_tongue(BASE, text, "de") == "en"


@pytest.mark.parametrize("text", ["welche daten werden genutzt", "wie schalte ich das ab"])
def test_german_is_heard_from_an_english_reader(text: str) -> None:
    assert other_tongue(BASE, text, "en") == "de"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("linkedin ai opt out", "de"),
        ("linkdin ki abschaltn", "de"),
        ("was ist ein opt out", "de"),
        ("linkedin training", "de"),
        ("how do i stop linkedin", "en"),
        ("what is das", "de"),
        ("", "de"),
        ("what data is used", "fr"),
    ],
)
def test_what_is_not_sure_is_left_alone(text: str, language: str) -> None:
    assert other_tongue(BASE, text, language) is None


def test_hardly_any_german_phrasing_is_taken_for_english() -> None:
    texts = [text for entry in BASE.languages["de"].entries.values() for text in entry.phrasings]
    taken = [text for text in texts if other_tongue(BASE, text, "de")]
    assert len(taken) < len(texts) / 500, taken
