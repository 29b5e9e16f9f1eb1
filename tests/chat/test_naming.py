"""Labels of topics say which service they are about, where the reader cannot know it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.chat.blocks import Press
from bot.chat.screens.answer import answer_screen
from bot.chat.screens.naming import LONGEST, named_label
from bot.chat.screens.result import result_screen
from bot.chat.screens.viewer import Viewer
from bot.chat.wording import words_for
from bot.knowledge.model import Platform, Surface
from bot.matching.result import Answer, Reading, Suggestions
from tests.support.knowledge import TODAY, released, small_base

BASE = small_base()
READER = Viewer(words=words_for("en"), base=BASE, today=TODAY, region="eu")
PLATFORM = Platform("acme", "Acme (Corp)", aliases=("ac me", "acme mail"), products="Acmebook, Mailer")


def label(text: str, *, language: str = "en", about: str | None = None) -> str:
    entry = BASE.entry("acme.opt-out")
    assert entry is not None
    base = replace(BASE, platforms={**BASE.platforms, "acme": PLATFORM})
    viewer = replace(READER, base=base, words=words_for(language))
    return named_label(replace(entry, short=text), viewer, about=about)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Is a switch needed?", "Acme: is a switch needed?"),
        ("CV and applications", "Acme: CV and applications"),
        ("I cannot find it", "Acme: I cannot find it"),
        ("A copy", "Acme: a copy"),
        ("Does Acme train?", "Does Acme train?"),
        ("Acme's own AI", "Acme's own AI"),
        ("Mailer, smart features", "Mailer, smart features"),
        ("Ac Me: what is used", "Ac Me: what is used"),
        ("Acmeology", "Acme: acmeology"),
    ],
)
def test_the_service_stands_in_front_once(text: str, named: str) -> None:
    assert label(text) == named


def test_a_service_that_the_reader_knows_is_not_named() -> None:
    assert label("Since when", about="acme") == "Since when"
    assert label("Since when", about="other") == "Acme: since when"


def test_german_keeps_its_capitals() -> None:
    assert label("Muss ich widersprechen?", language="de") == "Acme: Muss ich widersprechen?"


def test_a_label_that_grows_too_long_is_cut_between_words() -> None:
    found = label("What becomes of everything that you wrote before")
    assert found == "Acme: what becomes of everything that…"
    assert len(found) <= LONGEST + 1


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_labels_of_the_knowledge_fit_with_their_service(language: str) -> None:
    base = released().base
    assert base is not None
    viewer = replace(READER, base=base, words=words_for(language))
    for entry in base.languages[language].entries.values():
        assert len(named_label(entry, viewer)) <= LONGEST, entry.id
        assert "…" not in named_label(entry, viewer), entry.id


def _labels(outcome: Suggestions, viewer: Viewer) -> list[str]:
    rows = result_screen(outcome, viewer).rows
    return [button.label for row in rows for button in row if isinstance(button, Press)][:-1]


def test_suggestions_name_what_the_question_did_not() -> None:
    base = released().base
    assert base is not None
    viewer = replace(READER, base=base)
    zoom, mixed = ("zoom.opt-out", "zoom.data-used"), ("zoom.opt-out", "slack.opt-out")
    named, silent = Reading(platform="zoom"), Reading()
    assert _labels(Suggestions(zoom, named), viewer) == ["Is a switch needed?", "Does Zoom train on calls?"]
    assert _labels(Suggestions(zoom, silent), viewer)[0] == "Zoom: is a switch needed?"
    assert _labels(Suggestions(mixed, named), viewer) == [
        "Zoom: is a switch needed?",
        "Slack: stop AI training",
    ]


def test_no_two_topics_under_an_answer_are_called_the_same() -> None:
    base = released().base
    assert base is not None
    for language in ("en", "de"):
        viewer = replace(READER, base=base, words=words_for(language))
        for entry in base.languages[language].entries.values():
            rows = answer_screen(entry, viewer).rows
            labels = [button.label for row in rows for button in row]
            assert len(labels) == len(set(labels)), (entry.id, labels)


@pytest.mark.parametrize(
    ("reading", "said"),
    [
        (Reading(surface=Surface.ANDROID, mobile=True), "about Slack on Android. I only have the steps for"),
        (Reading(surface=Surface.WEB), "about Slack on a computer."),
        (Reading(mobile=True), "about Slack on the phone. I only have"),
        (Reading(), "about Slack."),
    ],
)
def test_a_device_that_was_understood_is_said(reading: Reading, said: str) -> None:
    base = released().base
    assert base is not None
    answer = Answer("slack.opt-out", replace(reading, followed=True))
    first = result_screen(answer, replace(READER, base=base)).blocks[0]
    assert said in str(first)
    assert ("only" in str(first)) == ("only" in said)
