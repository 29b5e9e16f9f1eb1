"""Slips of the finger: names too short to be guessed at, letters typed twice, words of three letters."""

from __future__ import annotations

import pytest

from bot.matching.context import Context
from bot.matching.gate import Found
from bot.matching.match import match
from tests.matching.small import small_snapshot

KNOWN = small_snapshot()


def heard(text: str) -> Found:
    return KNOWN.indexes["en"].hear(text).found


@pytest.mark.parametrize("typed", ["emta", "meeta", "mtea", "metta"])
def test_a_short_name_with_letters_swapped_or_doubled_is_that_name(typed: str) -> None:
    assert heard(f"stop {typed} ai").services == ("meta",)


@pytest.mark.parametrize("word", ["mela", "beta", "mesa", "mete"])
def test_another_letter_in_a_short_name_is_another_word(word: str) -> None:
    assert heard(f"stop {word} ai").services == ()


@pytest.mark.parametrize(
    ("typed", "read"), [("trraiinning", "training"), ("daata", "data"), ("ouut", "out"), ("hwo", "how")]
)
def test_doubled_and_swapped_letters_are_repaired(typed: str, read: str) -> None:
    outcome = match(KNOWN, f"linkedin {typed} ai", Context())
    assert (typed, read) in outcome.reading.repairs
