"""What is said when a text is not in the reader's language, or is older there than in English."""

from __future__ import annotations

from dataclasses import replace

from bot.chat import actions
from bot.chat.blocks import Screen, line
from bot.chat.screens.rows import Row, press
from bot.chat.screens.viewer import Viewer
from bot.chat.wording import SOURCE_LANGUAGE, words_for
from bot.knowledge.model import Entry
from bot.knowledge.stats import is_stale


def language_note(entry: Entry, viewer: Viewer) -> str | None:
    """One line about the language of `entry`; None when it is the reader's and of today."""
    _ = viewer.words.text
    if is_outdated(entry, viewer):
        return _("The English text of this is newer than the translation.")
    if viewer.words.code != SOURCE_LANGUAGE and not _translation(entry, viewer):
        return _("I have this in English only so far.")
    return None


def english_rows(entry: Entry, viewer: Viewer) -> list[Row]:
    """[Show English] under a translation that is older than the English text."""
    if not is_outdated(entry, viewer):
        return []
    return [(press(viewer.words.text("Show English"), actions.ShowEnglish(entry.id)),)]


def with_language(screen: Screen, code: str | None, viewer: Viewer) -> Screen:
    """`screen` with one line and a button that offer the language `code`; unchanged for None."""
    if code is None or not viewer.private:
        return screen
    name = words_for(code).name
    offer = viewer.words.text("Shall I speak {language}? Tap the button.").format(language=name)
    row = (press(name, actions.SetLanguage(code)),)
    return replace(screen, blocks=(*screen.blocks, line(offer)), rows=(*screen.rows, row))


def is_outdated(entry: Entry, viewer: Viewer) -> bool:
    """Whether `entry` is a translation that was made from another English text than today's."""
    return _translation(entry, viewer) is entry and is_stale(entry, viewer.base.languages[SOURCE_LANGUAGE])


def _translation(entry: Entry, viewer: Viewer) -> Entry | None:
    """The entry in the reader's language, when that is another than English."""
    language = viewer.base.languages.get(viewer.words.code)
    return language.entries.get(entry.id) if language and language.code != SOURCE_LANGUAGE else None
