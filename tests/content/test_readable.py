"""Every answer, in every language and for every region that is told something else, fits and can be read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from telegram.constants import InlineKeyboardButtonLimit, MessageLimit

from bot.chat.blocks import Press, Screen
from bot.chat.render import render, utf16_length
from bot.chat.screens import alarm, answer, authority, guide, letters, past, sources, start, walk
from bot.chat.screens.viewer import UNSAID, Viewer
from bot.chat.wording import words_for
from bot.guides.machine import Notice, Way
from bot.knowledge.authorities import states
from bot.knowledge.jargon import jargon
from bot.knowledge.model import Entry, KnowledgeBase
from bot.knowledge.past import Days, is_dated
from bot.knowledge.regions import compared_regions, shown_caveats, shown_claims, shown_coverage
from tests.support.knowledge import released
from tests.support.referee import parse_html

TODAY = date(2026, 11, 25)
LINES = 8
"""Lines (paragraphs) of a first answer: title, claims, caveats, the date; nearly all have six or fewer."""
WORDS = 115
"""Words of a first answer with its title, its caveats and the date; the author's own limit is about 60."""


def base() -> KnowledgeBase:
    return released().draft


def viewers(entry: Entry, code: str) -> Iterator[Viewer]:
    """One reader for each text that the entry has: regions that are told the same are asked once."""
    told: set[object] = set()
    for region in (*compared_regions(entry, base()), UNSAID):
        place = None if region == UNSAID else region
        text = (
            shown_claims(entry, place, base(), place=None, today=TODAY),
            shown_caveats(entry, place, base(), language=code),
            shown_coverage(entry, place, base()),
        )
        if text not in told or region == UNSAID:
            told.add(text)
            yield Viewer(words_for(code), base(), TODAY, region=region)


def screens(entry: Entry, viewer: Viewer) -> Iterator[Screen]:
    """What hangs at an entry, beside its first answer."""
    yield answer.answer_screen(entry, viewer, more=True)
    yield answer.answer_screen(entry, viewer, premises=entry.disputed)
    yield sources.sources_screen(entry, viewer)
    if any(is_dated(claim) for claim in entry.claims):
        yield past.past_screen(entry, viewer, Days(date(2024, 1, 1), TODAY - timedelta(days=1)))
    for letter in entry.letters:
        yield letters.letter_screen(entry, letter, viewer)
    if entry.guide is None:
        return
    yield guide.coverage_screen(entry, viewer)
    yield guide.surfaces_screen(entry, viewer)
    for found in entry.guide.walks:
        ways = [
            Way(entry.id, found.surface, step.id, guide.current_hash(entry, viewer)) for step in found.steps
        ]
        for way in ways:
            yield walk.step_screen(entry, way, viewer, notice=Notice.REPORTED, doubted=True)
        yield walk.end_screen(entry, ways[-1], viewer, finished=TODAY)
        yield walk.withheld_screen(entry, found, viewer)


def assert_sound(screen: Screen, what: object) -> None:
    for message in render(screen):
        assert 0 < utf16_length(message.plain) <= int(MessageLimit.MAX_TEXT_LENGTH), what
        assert parse_html(message.html)["@type"] == "formattedText", what
    for button in (button for row in screen.rows for button in row):
        assert 1 <= len(button.label) <= 64, what
        if isinstance(button, Press):
            assert len(button.data.encode()) <= int(InlineKeyboardButtonLimit.MAX_CALLBACK_DATA), what


@pytest.mark.parametrize("code", sorted(base().languages))
def test_first_answers_are_short_and_sound(code: str) -> None:
    counted = 0
    for entry in base().languages[code].entries.values():
        for viewer in viewers(entry, code):
            screen = answer.answer_screen(entry, viewer)
            what = (code, entry.id, viewer.region)
            assert_sound(screen, what)
            (message,) = render(screen)
            assert len(screen.blocks) <= LINES, what
            assert len(message.plain.split()) <= WORDS, what
            counted += 1
    assert counted > 300


@pytest.mark.parametrize("code", sorted(base().languages))
def test_what_hangs_at_an_answer_is_sound(code: str) -> None:
    for entry in base().languages[code].entries.values():
        for number, viewer in enumerate(viewers(entry, code)):
            for screen in screens(entry, viewer):
                if number < 2:  # steps and letters are the same everywhere; answers were all looked at above
                    assert_sound(screen, (code, entry.id, viewer.region))


@pytest.mark.parametrize("code", sorted(base().languages))
def test_help_and_authorities_are_sound_in_every_region(code: str) -> None:
    for region in (*base().regions, UNSAID, None):
        viewer = Viewer(words_for(code), base(), TODAY, region=region)
        for make in (alarm.distress_screen, alarm.children_screen, alarm.images_screen):
            assert_sound(make(viewer), (code, region, make.__name__))
        assert_sound(authority.authority_screen(viewer, place=authority.own_country(viewer)), (code, region))
    viewer = Viewer(words_for(code), base(), TODAY)
    for place in states(base().authorities):
        for about in authority.About:
            assert_sound(authority.authority_screen(viewer, place=place, about=about), (code, place, about))


@pytest.mark.parametrize("code", sorted(base().languages))
def test_first_screens_are_free_of_jargon(code: str) -> None:
    found: list[tuple[str, str]] = []
    shown = [start.start_screen(Viewer(words_for(code), base(), TODAY))]
    shown += [
        start.topics_screen(Viewer(words_for(code), base(), TODAY), platform=key) for key in base().platforms
    ]
    shown += [
        answer.answer_screen(entry, viewer)
        for entry in base().languages[code].entries.values()
        for viewer in viewers(entry, code)
    ]
    for screen in shown:
        said = [message.plain for message in render(screen)]
        said += [button.label for row in screen.rows for button in row]
        for text in said:
            found += [(word, text[:80]) for word in jargon(text, code)]
    assert sorted(set(found)) == []


@pytest.mark.parametrize(
    ("code", "text", "word"),
    [
        ("en", "Use the opt-out toggle.", "toggle"),
        ("en", "The DPIA of the controller", "dpia"),
        ("de", "Der Opt-out wirkt nur künftig.", "opt-out"),
        ("de", "Nutzen Sie den Toggle.", "toggle"),
        ("de", "Ihre Settings", "settings"),
    ],
)
def test_jargon_would_be_found(code: str, text: str, word: str) -> None:
    assert word in jargon(text, code)
