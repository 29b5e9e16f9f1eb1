"""From what the matcher understood to the screen that is shown."""

from __future__ import annotations

from dataclasses import replace

from bot.chat import actions
from bot.chat.blocks import Screen, line
from bot.chat.screens.answer import answer_screen
from bot.chat.screens.choices import moved_screen
from bot.chat.screens.rows import press
from bot.chat.screens.unknown import suggestions_screen, unknown_screen
from bot.chat.screens.viewer import Viewer
from bot.knowledge.model import Entry
from bot.matching.result import Answer, Reading, Suggestions, Unknown

_RESEMBLES = 0.12
"""Score below which a topic is no neighbour of what was asked: "weather" scores 0.02 for anything."""

_OFTEN_ASKED = ("linkedin.opt-out", "meta.opt-out", "openai.opt-out")


def result_screen(result: Answer | Suggestions | Unknown, viewer: Viewer) -> Screen:
    """The screen for `result`; asks about a move of house that the question implies."""
    reading = result.reading
    region = viewer.base.regions.get(reading.moved_to or "")
    asks_move = region is not None and region.id != viewer.region and viewer.private
    match result:
        case Answer():
            screen = _answer(result, viewer)
            if reading.followed and viewer.private:
                row = (press(viewer.words.text("New question"), actions.NewQuestion()),)
                screen = replace(screen, rows=(*screen.rows, row))
            if region and asks_move:
                label = viewer.words.text("Answer for {place} from now on").format(
                    place=viewer.words.territory(region.id, region.name)
                )
                row = (press(label, actions.SetRegion(region.id, result.entry)),)
                screen = replace(screen, rows=(row, *screen.rows))
            return screen
        case Suggestions(entries=entries):
            if region and asks_move:
                return moved_screen(
                    viewer, region=region.id, name=viewer.words.territory(region.id, region.name)
                )
            return suggestions_screen(_entries(entries, viewer), viewer)
        case Unknown(foreign=foreign):
            if region and asks_move and not foreign:
                return moved_screen(
                    viewer, region=region.id, name=viewer.words.territory(region.id, region.name)
                )
            return unknown_screen(_nearest(reading, viewer), viewer, foreign=foreign)


def with_line(screen: Screen, text: str) -> Screen:
    """`screen` with one more line before its buttons; unchanged when `text` is empty."""
    return replace(screen, blocks=(*screen.blocks, line(text))) if text else screen


def _answer(result: Answer, viewer: Viewer) -> Screen:
    entry = viewer.entry(result.entry)
    if entry is None:  # the matcher read an older revision than the one shown
        return unknown_screen((), viewer)
    return answer_screen(
        entry,
        viewer,
        premises=result.premises,
        also=viewer.entry(result.also),
        note=_note(entry, result.reading, viewer),
    )


def _note(entry: Entry, reading: Reading, viewer: Viewer) -> str | None:
    _ = viewer.words.text
    if reading.followed:
        platform = viewer.base.platforms.get(entry.platform)
        return _("I take this as a question about {name}.").format(
            name=viewer.named(platform.name) if platform else entry.title
        )
    return None


def _entries(ids: tuple[str, ...], viewer: Viewer) -> list[Entry]:
    return [found for key in ids if (found := viewer.entry(key))]


def _nearest(reading: Reading, viewer: Viewer) -> list[Entry]:
    """What comes closest; to a text that resembles nothing, what most people come for."""
    near = tuple(candidate.entry for candidate in reading.candidates if candidate.score >= _RESEMBLES)
    return _entries(near or _OFTEN_ASKED, viewer)
