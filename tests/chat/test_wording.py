"""The interface in other languages: wholly translated, and said as people there say it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from string import Formatter

import pytest

from bot.chat.handlers.commands import menu
from bot.chat.screens.courtesy import courtesy_screen
from bot.chat.screens.rules import rule_words
from bot.chat.screens.viewer import Viewer
from bot.chat.wording import SOURCE_LANGUAGE, available_languages, nearest_language, words_for
from bot.knowledge.regions import find_region
from bot.reminders.phrases import Schedules, read_when, split_request
from bot.reminders.rules import Days, Months, NthWeekday, Weeks
from bot.reminders.zones import find_zone
from tests import catalogues
from tests.support.knowledge import released, small_base

LANGUAGES = [code for code in available_languages() if code != SOURCE_LANGUAGE]
MESSAGES = catalogues.messages()
BASE = released().base or small_base()
NOW = datetime(2026, 11, 27, 17, 0, tzinfo=UTC)
_ROOT = Path(__file__).parent.parent.parent
_COUNTS = (0, 1, 2, 3, 5, 21, 100)


def _placeholders(text: str) -> set[str]:
    return {name for _text, name, _spec, _how in Formatter().parse(text) if name is not None}


def test_german_is_spoken() -> None:
    assert available_languages()[:2] == ("en", "de")
    assert words_for("de").name == "Deutsch"
    assert nearest_language("de-AT", available_languages()) == "de"
    assert nearest_language("tlh", available_languages()) == "en"


def test_the_code_has_messages_of_every_kind() -> None:
    assert len(MESSAGES) > 300
    assert MESSAGES["every day"].plural == "every {number} days"
    assert MESSAGES["Still off"].button
    assert "Did you mean {command}?" in MESSAGES, "one inside an f-string is lost"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated_and_no_other(language: str) -> None:
    assert catalogues.missing(language) == []
    assert catalogues.obsolete(language) == []
    assert not [message.id for message in catalogues.catalogue(language) if message.id and message.fuzzy]


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_agree(language: str) -> None:
    for text, forms in catalogues.translations(language).items():
        plural = MESSAGES[text].plural
        if plural is None:
            assert _placeholders(forms[0]) == _placeholders(text), text
            continue
        for form in forms:
            assert _placeholders(form) <= _placeholders(plural), text
        assert _placeholders(forms[-1]) == _placeholders(plural), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_spaces_commands_and_addresses_stay(language: str) -> None:
    for text, forms in catalogues.translations(language).items():
        for form in forms:
            assert (form[:1] == " ", form[-1:] == " ") == (text[:1] == " ", text[-1:] == " "), text
            assert sorted(re.findall(r"/[a-z]\w+", form)) == sorted(re.findall(r"/[a-z]\w+", text)), text
            assert form.count("\n") == text.count("\n"), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_plural_forms_are_all_there(language: str) -> None:
    catalogue, words = catalogues.catalogue(language), words_for(language)
    for text, forms in catalogues.translations(language).items():
        plural = MESSAGES[text].plural
        assert len(forms) == (catalogue.num_plurals if plural else 1), text
        if plural:
            said = [words.count(text, plural, number) for number in _COUNTS]
            assert not any("{" in one for one in said), text
            assert not any(
                one == text.format(number=number) for one, number in zip(said, _COUNTS, strict=True)
            )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_button_that_is_named_in_a_text_is_named_as_it_is_called(language: str) -> None:
    translated = catalogues.translations(language)
    named = [
        (text, name)
        for text in MESSAGES
        for name in re.findall(r"\[(.+?)\]", text)
        if text != f"[{name}]"  # a word that stands for what was left out, no button
    ]
    assert named
    for text, name in named:
        assert f"[{translated[name][0]}]" in translated[text][0], text


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_fit_and_short_ones_stay_short(language: str) -> None:
    for text, forms in catalogues.translations(language).items():
        if MESSAGES[text].button:
            assert len(forms[0]) <= 60, text
            assert len(text) > 20 or len(forms[0]) < 25, text


@pytest.mark.parametrize("language", available_languages())
def test_the_menu_and_the_descriptions_fit_telegram(language: str) -> None:
    words = words_for(language)
    for private in (True, False):
        for name, about in menu(words, private=private):
            assert 1 <= len(about) <= 256, name
    long = next(text for text in MESSAGES if text.startswith("Ask me what platforms do"))
    short = next(text for text in MESSAGES if text.startswith("What platforms do"))
    assert len(words.text(long)) <= 512
    assert len(words.text(short)) <= 120


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tone_is_calm(language: str) -> None:
    for text, forms in catalogues.translations(language).items():
        for form in forms:
            assert "!" not in form, text
            assert not re.search("[\u2600-\u27bf\U0001f000-\U0001faff]", form), text
            assert "..." not in form, text


def test_german_says_sie_and_no_jargon() -> None:
    informal = re.compile(r"\b(du|dir|dein\w*|euch|euer)\b", re.IGNORECASE)
    jargon = re.compile(r"opt-?out|toggle|tracking|account|app\b|user\b|content|button", re.IGNORECASE)
    for text, forms in catalogues.translations("de").items():
        if text.startswith(("hi hello", "thanks thank")):
            continue  # words that people write, not words of ours
        for form in forms:
            assert not informal.search(form), form
            assert not jargon.search(form), form


def test_times_in_german() -> None:
    words, due = words_for("de"), datetime(2026, 11, 27, 18, 0, tzinfo=UTC)
    assert words.day(date(2026, 11, 27)) == "27. November 2026"
    assert words.appointment(due) == "Freitag, 27. November 2026, 18:00"
    assert words.short_appointment(due) == "Fr. 27. Nov. 18:00"
    assert words.count("{number} day ago", "{number} days ago", 1) == "vor 1 Tag"
    assert words.count("{number} day ago", "{number} days ago", 40) == "vor 40 Tagen"


def test_rules_in_german() -> None:
    words = words_for("de")
    assert rule_words(Days(1), words) == "jeden Tag"
    assert rule_words(Weeks((0,)), words) == "jeden Montag"
    assert rule_words(Weeks((4,), 2), words) == "alle 2 Wochen am Freitag"
    assert rule_words(Months(5, 3), words) == "alle 3 Monate"
    assert rule_words(Months(31), words) == "am letzten Tag jedes Monats"
    assert rule_words(NthWeekday(1, 0), words) == "am ersten Montag jedes Monats"
    assert rule_words(NthWeekday(-1, 4, 3), words) == "am letzten Freitag, alle 3 Monate"


@pytest.mark.parametrize(
    ("code", "name", "said"),
    [
        ("de", "Germany", "Deutschland"),
        ("gb", "United Kingdom", "Vereinigtes Königreich"),
        ("eu", "EU / EEA", "EU / EWR"),
        ("hk", "Hong Kong", "Hongkong"),
        ("us-ca", "California", "Kalifornien"),
        ("us-co", "Colorado", "Colorado"),
        ("xx", "Somewhere", "Somewhere"),
    ],
)
def test_places_in_german(code: str, name: str, said: str) -> None:
    assert words_for("de").territory(code, name) == said
    assert words_for("en").territory(code, name) == name


def test_a_viewer_reads_the_name_of_the_own_country() -> None:
    def viewer(language: str, region: str) -> Viewer:
        return Viewer(words_for(language), BASE, NOW.date(), region=region)

    assert viewer("de", "at").place_name == "Österreich"
    assert viewer("en", "at").place_name == "Austria"
    assert viewer("de", "elsewhere").place_name == "andere Länder"


@pytest.mark.parametrize("language", available_languages())
def test_what_is_given_as_an_example_is_understood(language: str) -> None:
    text = words_for(language).text
    said = [text(message) for message in MESSAGES]
    reminders = [
        one.partition("/remind ")[2].replace("{what}", "linkedin") for one in said if "/remind " in one
    ]
    places = [found for one in said for found in re.findall(r"/region ([A-ZÄÖÜ]\w+)", one)]
    cities = [found for one in said for found in re.findall(r"/timezone ([A-ZÄÖÜ]\w+)", one)]
    assert reminders
    assert places
    assert cities
    for example in reminders:
        request = split_request(example, language=language)
        when = read_when(request.when, now=NOW, zone="Europe/Berlin", language=language)
        assert isinstance(when, Schedules), example
        assert request.what == "linkedin", example
    assert all(find_region(BASE, place) for place in places), places
    assert all(find_zone(city) for city in cities), cities


@pytest.mark.parametrize(
    "said",
    ["Hallo", "Guten Tag", "guten Morgen", "Moin", "Grüß Gott", "Grüezi", "Servus", "hello", "good morning"],
)
def test_a_german_greeting_begins(said: str) -> None:
    screen = courtesy_screen(said, Viewer(words_for("de"), BASE, NOW.date()))
    assert screen is not None
    assert len(screen.rows) > 2


@pytest.mark.parametrize(
    "said", ["Danke", "Vielen Dank", "danke schön", "alles klar, danke", "Tschüß", "bis bald", "ok", "thanks"]
)
def test_german_thanks_are_answered(said: str) -> None:
    screen = courtesy_screen(said, Viewer(words_for("de"), BASE, NOW.date()))
    assert screen is not None
    assert not screen.rows


@pytest.mark.parametrize("said", ["werden meine Nachrichten gelesen", "danke, und auf dem Handy", "LinkedIn"])
def test_a_german_question_is_no_courtesy(said: str) -> None:
    assert courtesy_screen(said, Viewer(words_for("de"), BASE, NOW.date())) is None


def test_a_text_without_translation_stays_english() -> None:
    assert words_for("de").text("No such text") == "No such text"
    assert words_for("tlh").code == "en"


@pytest.mark.slow
def test_an_installed_package_speaks_german(tmp_path: Path) -> None:
    pip = (
        sys.executable,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "-q",
        "install",
        "--no-deps",
        "--no-index",
    )
    site = tmp_path / "site"
    subprocess.run(
        [*pip, "--no-build-isolation", "--target", str(site), str(_ROOT)], check=True, capture_output=True
    )
    look = "import bot; from bot.chat.wording import *; print(bot.__file__, words_for('de').text('Menu'))"
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", look],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == f"{site / 'bot' / '__init__.py'} Menü"
