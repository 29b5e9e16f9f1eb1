"""Words of distress or danger."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge.model import AlarmWords
from bot.matching.alarm import Alarm, read_alarm
from tests.matching.small import small_base

BASE = small_base(
    alarm=AlarmWords(
        wish_to_die=("i want to die", "kill myself", "end my life", "suicide"),
        despair=("i am ruined", "lost * savings"),
        children=("my daughter * blackmailed", "naked * of a child"),
        images=("my nudes * leaked", "intimate photos"),
        idioms=("this is killing me", "i could die laughing", "career suicide"),
    )
)


@pytest.mark.parametrize(
    ("text", "alarm"),
    [
        ("i want to die", Alarm.WISH_TO_DIE),
        ("They leaked it all and I WANT TO DIE!!!", Alarm.WISH_TO_DIE),
        ("i'm going to kill   myself", Alarm.WISH_TO_DIE),
        ("thinking about suicde", Alarm.WISH_TO_DIE),
        ("i wnat to die", Alarm.WISH_TO_DIE),
        ("my daughter is being blackmailed", Alarm.CHILDREN),
        ("my daughter blackmailed", Alarm.CHILDREN),
        ("my nudes were leaked on telegram", Alarm.IMAGES),
        ("I'm ruined", Alarm.DESPAIR),
        ("i lost all my savings", Alarm.DESPAIR),
    ],
)
def test_a_phrase_is_heard(text: str, alarm: Alarm) -> None:
    assert read_alarm(BASE, text, "en") is alarm


@pytest.mark.parametrize(
    "text",
    [
        "this is killing me, how do i turn it off",
        "posting that was career suicide",
        "i could die laughing at this ai",
        "how do i opt out",
        "my daughter has a linkedin account and somebody there was blackmailed",
        "",
    ],
)
def test_an_idiom_or_a_plain_question_is_no_alarm(text: str) -> None:
    assert read_alarm(BASE, text, "en") is None


def test_an_idiom_does_not_hide_what_stands_beside_it() -> None:
    assert read_alarm(BASE, "this is killing me, i want to die", "en") is Alarm.WISH_TO_DIE


def test_the_gravest_comes_first() -> None:
    assert read_alarm(BASE, "i am ruined and i want to die", "en") is Alarm.WISH_TO_DIE


def test_english_is_read_for_members_of_other_languages() -> None:
    assert read_alarm(BASE, "i want to die", "de") is Alarm.WISH_TO_DIE


@given(st.text(max_size=4096))
@settings(max_examples=60, deadline=None)
def test_any_text_whatever_is_read(text: str) -> None:
    read_alarm(BASE, text, "en")
