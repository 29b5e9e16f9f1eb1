"""A question is about the past only when it asks for the state of things at a time that is over."""

from __future__ import annotations

from datetime import date

import pytest

from bot.knowledge.past import Days
from bot.matching.past import find_past
from tests.support.knowledge import released

TODAY = date(2026, 11, 23)
NOVEMBER = Days(date(2025, 11, 1), date(2025, 11, 30))
LAST_YEAR = Days(date(2025, 1, 1), date(2025, 12, 31))
EVE = Days.of(date(2025, 11, 2))


@pytest.mark.parametrize(
    ("text", "days", "rest"),
    [
        ("what was it in November 2025?", NOVEMBER, ""),
        ("And how was that in Nov 2025", NOVEMBER, ""),
        ("as of last year", LAST_YEAR, ""),
        ("what does linkedin use, as of last year?", LAST_YEAR, "what does linkedin use, ?"),
        ("How was it before 3 November 2025?", EVE, ""),
        ("what was it until november 2nd, 2025", EVE, ""),
        ("what applied on 2025-11-02 at linkedin", EVE, "at linkedin"),
        ("what was it after 1 november 2025", EVE, ""),
        ("what was it a year ago", Days.of(date(2025, 11, 23)), ""),
        ("what was it 3 months ago", Days.of(date(2026, 8, 23)), ""),
        ("what was it last month", Days(date(2026, 10, 1), date(2026, 10, 31)), ""),
        ("what was it this year, in 2026", Days(date(2026, 1, 1), TODAY), "this year,"),
        ("Wie war das im November 2025?", NOVEMBER, ""),
        ("und wie war es letztes Jahr?", LAST_YEAR, ""),
        ("Was galt bei LinkedIn vor dem 3. November 2025?", EVE, "bei linkedin ?"),
        ("Stand November 2025", NOVEMBER, ""),
        ("was galt vor einem Jahr", Days.of(date(2025, 11, 23)), ""),
        ("was galt am 2.11.2025", EVE, ""),
        ("did linkedin train on my posts before 3 november 2025", EVE, "did linkedin train on my posts"),
        ("hat linkedin meine daten vor dem 3.11.2025 genutzt", EVE, "hat linkedin meine daten genutzt"),
    ],
)
def test_a_time_that_is_over_is_found(text: str, days: Days, rest: str) -> None:
    past = find_past(text, TODAY)
    assert past is not None
    assert (past.days, past.rest) == (days, rest)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "since when does linkedin train ai on my data",
        "did linkedin start using my data on 26 june 2024?",
        "Stimmt es, dass das bei LinkedIn am 26. Juni 2024 anfing?",
        "what happens to my posts from 2019",
        "what happened on 3 november 2025",
        "what was it in december 2026",
        "what was it in 2040",
        "what applied on 31 february 2025",
        "what applied on 2025-13-40",
        "what was it today",
        "was galt in zwei jahren",
        "what was it 99 years ago and 10000 years ago",
    ],
)
def test_other_questions_with_a_time_are_none(text: str) -> None:
    past = find_past(text, TODAY)
    assert past is None or past.days.last < date(1950, 1, 1)


def test_what_was_done_is_asked_less_plainly_than_how_things_were() -> None:
    done = find_past("did linkedin train on my posts in 2024", TODAY)
    state = find_past("what was it in 2024", TODAY)
    assert done is not None
    assert state is not None
    assert (done.explicit, state.explicit) == (False, True)


def test_no_phrasing_and_no_golden_question_is_taken_for_one() -> None:
    base = released().draft
    texts = [
        text
        for language in base.languages.values()
        for text in (
            *(question.text for question in language.golden),
            *(phrasing for entry in language.entries.values() for phrasing in entry.phrasings),
            *language.refusals,
        )
    ]
    assert [text for text in texts if find_past(text, TODAY)] == []


def test_a_long_text_of_its_words_is_read_to_the_end() -> None:
    assert find_past("hat " * 2000 + "wurden " + "x " * 2000, TODAY) is None
