"""From what the matcher understood to the screen that is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.chat import actions
from bot.chat.blocks import Screen, line
from bot.chat.screens.answer import answer_screen
from bot.chat.screens.choices import moved_screen
from bot.chat.screens.guide import surface_name, walks_on
from bot.chat.screens.rows import press
from bot.chat.screens.unknown import suggestions_screen, unknown_screen
from bot.chat.screens.viewer import Viewer
from bot.knowledge.model import Entry, Region, Surface
from bot.matching.place import NO_DEVICE, Device
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
            return _with_move(screen, region, viewer, result.entry) if region and asks_move else screen
        case Suggestions(entries=entries):
            found = _entries(entries, viewer)
            of_service = reading.followed and all(viewer.service(entry.id) for entry in found)
            if region and asks_move and not of_service:
                return moved_screen(
                    viewer, region=region.id, name=viewer.words.territory(region.id, region.name)
                )
            screen = suggestions_screen(found, viewer, about=_named(reading, found))
            return _with_move(screen, region, viewer) if region and asks_move else screen
        case Unknown(foreign=foreign):
            if region and asks_move and not foreign:
                return moved_screen(
                    viewer, region=region.id, name=viewer.words.territory(region.id, region.name)
                )
            found = _nearest(reading, viewer)
            return unknown_screen(found, viewer, foreign=foreign, about=_named(reading, found))


def with_line(screen: Screen, text: str) -> Screen:
    """`screen` with one more line before its buttons; unchanged when `text` is empty."""
    return replace(screen, blocks=(*screen.blocks, line(text))) if text else screen


def _with_move(screen: Screen, region: Region, viewer: Viewer, entry: str = "") -> Screen:
    """`screen` with the offer to answer for `region` from now on; `entry` is shown again then."""
    label = viewer.words.text("Answer for {place} from now on").format(
        place=viewer.words.territory(region.id, region.name)
    )
    row = (press(label, actions.SetRegion(region.id, entry)),)
    return replace(screen, rows=(row, *screen.rows))


def _named(reading: Reading, entries: Sequence[Entry]) -> str | None:
    """The platform that the question names, when no other one is among `entries`."""
    platforms = {entry.platform for entry in entries}
    return reading.platform if platforms <= {reading.platform} else None


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
        device=result.reading.device,
    )


def _note(entry: Entry, reading: Reading, viewer: Viewer) -> str | None:
    """How the question was understood, when that was not in its own words alone."""
    if not reading.followed:
        return None
    platform = viewer.base.platforms.get(entry.platform)
    name = viewer.named(platform.name) if platform else entry.title
    note = _about(entry, reading.device, viewer).format(name=name)
    if entry.guide is None or reading.device == NO_DEVICE or walks_on(entry, reading.device):
        return note
    places = ", ".join(surface_name(walk.surface, viewer) for walk in entry.guide.walks)
    only = viewer.words.text("I only have the steps for: {places}.").format(places=places)
    return f"{note} {only}" if places else note


def _about(entry: Entry, device: Device, viewer: Viewer) -> str:
    """The sentence on what the question is about; it names the device where the answer has steps."""
    _ = viewer.words.text
    if viewer.service(entry.id) is None:
        return _("I take this as a question about “{name}”.")
    if entry.guide is None:
        return _("I take this as a question about {name}.")
    match device.surface:
        case Surface.ANDROID:
            return _("I take this as a question about {name} on Android.")
        case Surface.IOS:
            return _("I take this as a question about {name} on iPhone or iPad.")
        case Surface.WEB:
            return _("I take this as a question about {name} on a computer.")
    if device.mobile:
        return _("I take this as a question about {name} on the phone.")
    return _("I take this as a question about {name}.")


def _entries(ids: tuple[str, ...], viewer: Viewer) -> list[Entry]:
    return [found for key in ids if (found := viewer.entry(key))]


def _nearest(reading: Reading, viewer: Viewer) -> list[Entry]:
    """Three topics: what comes close, and what most people come for."""
    near = [candidate.entry for candidate in reading.candidates if candidate.score >= _RESEMBLES]
    return _entries(tuple(dict.fromkeys([*near, *_OFTEN_ASKED])), viewer)[:3]
