"""From any text to plain words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching.normalise import MAX_WORDS, every_word, words


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("I don’t know", "i do not know"),
        ("dont u know", "do not you know"),
        ("LinkedIn's opt-out", "linkedin opt out"),
        ("Ｌｉｎｋｅｄｉｎ", "linkedin"),
        ("ẞtraße naïve Łódź", "sstrasse naive lodz"),
        ("h̷e̷l̷p̷ m\u200be", "help me"),
        ("whyyyyyy", "whyy"),
        ("26.06.2024", "26 06 2024"),
    ],
)
def test_typography_is_taken_away(typed: str, read: str) -> None:
    assert " ".join(every_word(typed, "en")) == read


def test_curses_and_greetings_are_not_matched_unless_there_is_nothing_else() -> None:
    assert words("hello fucking linkedin please", "en") == ("linkedin",)
    assert words("hello", "en") == ("hello",)


@given(st.text())
def test_any_text_gives_at_most_so_many_words(text: str) -> None:
    found = words(text, "en")
    assert len(found) <= MAX_WORDS
    assert all(found)
