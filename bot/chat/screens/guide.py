"""Around the steps of an opt-out: on which device, and what it stops. The steps are in `walk`."""

from __future__ import annotations

from collections.abc import Iterable

from bot.chat import actions
from bot.chat.blocks import Button, Heading, Items, Screen, Span, Strong, line
from bot.chat.screens.rows import Row, press
from bot.chat.screens.viewer import Viewer
from bot.guides.machine import MARK
from bot.knowledge.model import Coverage, CoverageRow, Entry, Guide, Surface, Walk
from bot.knowledge.regions import is_of_use, shown_coverage
from bot.knowledge.revision import guide_hash
from bot.matching.place import Device


def current_hash(entry: Entry, viewer: Viewer) -> str:
    """The hash of the guide in force: of the English one, so that another language is no other guide."""
    return guide_hash(viewer.base.entry(entry.id) or entry)


def guide_mark(entry: Entry, viewer: Viewer) -> str:
    """Four hex digits that a button carries, so that one from an older state of the guide is recognised."""
    return current_hash(entry, viewer)[:MARK]


def surface_name(surface: Surface, viewer: Viewer) -> str:
    """The surface as people say it."""
    _ = viewer.words.text
    names = {Surface.WEB: _("Computer (web)"), Surface.IOS: _("iPhone, iPad"), Surface.ANDROID: _("Android")}
    return names[surface]


def surfaces_screen(entry: Entry, viewer: Viewer) -> Screen:
    """Asks where the steps are to be taken."""
    _ = viewer.words.text
    guide = guide_of(entry)
    row: list[Button] = [
        press(
            surface_name(walk.surface, viewer),
            actions.ShowSteps(entry.id, walk.surface.value, guide_mark(entry, viewer)),
        )
        for walk in guide.walks
    ]
    back = press(_("Back to the answer"), actions.ShowEntry(entry.id))
    return Screen(
        blocks=(Heading(entry.title), line(_("Where do you use it? The way differs a little."))),
        rows=(*((button,) for button in row), (back,)),
    )


def walks_on(entry: Entry, device: Device) -> tuple[Walk, ...]:
    """The ways of an entry's guide on the device that was named; none when none was, or it has none there."""
    walks = entry.guide.walks if entry.guide else ()
    if device.surface:
        return tuple(walk for walk in walks if walk.surface is device.surface)
    return tuple(walk for walk in walks if device.mobile and walk.surface is not Surface.WEB)


def steps_action(entry: Entry, viewer: Viewer, device: Device) -> actions.Action:
    """What [Show me the steps] does: into the guide, on the device that was named if there is a way there."""
    there = walks_on(entry, device)
    if len(there) == 1:
        return actions.ShowSteps(entry.id, there[0].surface.value, guide_mark(entry, viewer))
    return actions.AskSurface(entry.id) if there else actions.ChooseSurface(entry.id)


def coverage_screen(entry: Entry, viewer: Viewer) -> Screen:
    """What the guide stops, what it does not, and what else to do, for the reader's region."""
    _ = viewer.words.text
    rows = shown_coverage(entry, viewer.place, viewer.base)
    start: list[Row] = []
    if is_of_use(entry, viewer.place, viewer.base):
        start.append((press(_("Show me the steps"), actions.ChooseSurface(entry.id)),))
    back = press(_("Back to the answer"), actions.ShowEntry(entry.id))
    return Screen(
        blocks=(
            Heading(_("What it stops, and what not")),
            Items(tuple(coverage_item(row, viewer) for row in rows)),
            line(shown_for(viewer)),
        ),
        rows=(*start, *further_rows(rows, viewer), (back,)),
    )


def coverage_item(row: CoverageRow, viewer: Viewer, *, say: bool = True) -> tuple[Span, ...]:
    """One line of the map; `say` names what becomes of it."""
    _ = viewer.words.text
    words = {
        Coverage.THIS: _("stopped by this switch"),
        Coverage.OTHER: _("not stopped by it; there is another way"),
        Coverage.NOTHING: _("nothing stops it"),
        Coverage.UNRELATED: _("not AI training"),
    }
    how = f": {words[row.how]}." if say else "."
    detail = f" {row.detail}" if row.detail else ""
    return (Strong(row.what), f"{how}{detail}")


def shown_for(viewer: Viewer) -> str:
    """For which place a map holds."""
    _ = viewer.words.text
    place = viewer.place_name or _("the EU (tell me your country with /region)")
    return _("Shown for: {place}.").format(place=place)


def further_rows(rows: Iterable[CoverageRow], viewer: Viewer) -> list[Row]:
    """A button for each other entry that a map leads to."""
    further = [found for row in rows if row.entry and (found := viewer.entry(row.entry))]
    unique = {found.id: found for found in further}
    return [(press(viewer.label(found), actions.ShowEntry(found.id)),) for found in unique.values()]


def guide_of(entry: Entry) -> Guide:
    """The guide of an entry that has one.

    Raises:
        ValueError: it has none.
    """
    if entry.guide is None:
        raise ValueError(f"{entry.id} has no guide")
    return entry.guide
