"""Slips of the finger: names too short to be guessed at, letters typed twice, words of three letters."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.matching.context import Context
from bot.matching.gate import Found
from bot.matching.match import match
from bot.matching.result import Unknown
from bot.matching.snapshot import build_snapshot
from tests.matching.small import PHRASINGS, small_base, small_snapshot

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


def test_a_misspelt_second_name_of_a_platform_is_read_as_that_name() -> None:
    found = heard("stop instagrm ai")
    assert found.services == ("meta",)
    assert "instagram" in found.words, "an entry on Instagram alone must still be told from others"


def test_a_letter_typed_twice_leaves_an_everyday_word_that_no_phrasing_has() -> None:
    assert ("hoorse", "horse") in match(KNOWN, "linkedin and my hoorse", Context()).reading.repairs


def test_a_long_name_that_repair_finds_counts_as_named() -> None:
    shared = ("is my linkedin data shared with bluesky", "does linkedin pass on anything to bluesky")
    known = build_snapshot(small_base({**PHRASINGS, "linkedin.bluesky": shared}))
    assert known.indexes["en"].hear("is it shared with lbueksy").found.foreign == ("Bluesky",)


def test_a_common_word_of_another_language_is_no_misspelling() -> None:
    base = small_base(
        {**PHRASINGS, "gdpr.letter": ("write me a letter", "a letter for a company", "where is the letter")},
        german={"gdpr.letter": ("schreibe mir einen brief", "ein brief an eine firma")},
    )
    assert build_snapshot(base).indexes["en"].hear("wetter").heard.words == ("letter",)
    german = replace(base.languages["de"], common_words=frozenset({"wetter", "letter"}))
    known = build_snapshot(replace(base, languages={**base.languages, "de": german}))
    assert known.indexes["en"].hear("wetter").heard.words == ("wetter",)
    assert known.indexes["en"].hear("lettr").heard.words == ("letter",), "its own words are mended as before"


@pytest.mark.parametrize("text", ["weather", "the weather", "wie wird das wetter"])
def test_a_text_on_something_else_resembles_no_entry(text: str) -> None:
    outcome = match(KNOWN, text, Context())
    assert isinstance(outcome, Unknown)
    assert all(candidate.score < 0.12 for candidate in outcome.reading.candidates)
