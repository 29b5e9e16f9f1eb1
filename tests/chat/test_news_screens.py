"""What the bot says on its own beside reminders, word for word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from syrupy.assertion import SnapshotAssertion

from bot.chat.blocks import Screen
from bot.chat.render import render, utf16_length
from bot.chat.screens import news
from bot.chat.screens.viewer import Viewer
from bot.knowledge.model import Entry, KnowledgeBase
from tests.chat.test_screens import AMERICAN, BASE, FORM, GERMAN, NEW, OPT_OUT, _drawn
from tests.support.knowledge import TODAY, claim


def _with(base: KnowledgeBase, *entries: Entry, without: str = "") -> KnowledgeBase:
    english = base.languages["en"]
    changed = {**english.entries, **{entry.id: entry for entry in entries}}
    kept = {key: entry for key, entry in changed.items() if key != without}
    return replace(base, languages={**base.languages, "en": replace(english, entries=kept)})


WRONG = _with(BASE, replace(OPT_OUT, claims=(claim("In the EU it is off.", "eu"), *OPT_OUT.claims[1:])))
LONG = _with(BASE, replace(FORM, claims=tuple(claim(f"{number}. " + "word " * 99) for number in range(9))))
WITHOUT = _with(BASE, without=FORM.id)


def _correction(
    viewer: Viewer = GERMAN,
    entry: str = OPT_OUT.id,
    *,
    before: KnowledgeBase = WRONG,
    after: KnowledgeBase = BASE,
    repeat: bool = False,
) -> Screen:
    screen = news.correction_screen(
        entry, "We misread the page.", viewer, before=before, after=after, repeat=repeat
    )
    assert screen is not None
    return screen


SCREENS: dict[str, Callable[[], Screen]] = {
    "one guide has changed": lambda: news.change_screen([(OPT_OUT, TODAY)], GERMAN, repeat=False),
    "several guides have changed": lambda: news.change_screen(
        [(OPT_OUT, TODAY), (FORM, None)] * 3, GERMAN, repeat=True
    ),
    "found off": lambda: news.found_screen(OPT_OUT, GERMAN, answer="off"),
    "found on": lambda: news.found_screen(OPT_OUT, GERMAN, answer="on"),
    "told of changes": lambda: news.tell_changes_screen(GERMAN, on=True),
    "not told of changes": lambda: news.tell_changes_screen(GERMAN, on=False),
    "corrections off": lambda: news.corrections_screen(NEW),
    "corrections on": lambda: news.corrections_screen(replace(NEW, corrections=True)),
    "a correction": _correction,
    "a correction, perhaps again": lambda: _correction(repeat=True),
    "a correction of very much": lambda: _correction(entry=FORM.id, before=LONG),
    "a correction of what is gone": lambda: _correction(entry=FORM.id, before=BASE, after=WITHOUT),
    "a correction of what was missing": lambda: _correction(entry=FORM.id, before=WITHOUT, after=BASE),
}


@pytest.mark.parametrize("name", SCREENS)
def test_it_says(name: str, snapshot: SnapshotAssertion) -> None:
    assert _drawn(SCREENS[name]()) == snapshot


@pytest.mark.parametrize("name", SCREENS)
def test_it_fits_one_message(name: str) -> None:
    (message,) = render(SCREENS[name]())
    assert utf16_length(message.plain) <= 4096


def test_what_was_wrong_in_another_country_only_is_no_news() -> None:
    found = news.correction_screen(OPT_OUT.id, "x", AMERICAN, before=WRONG, after=BASE, repeat=False)
    assert found is None
