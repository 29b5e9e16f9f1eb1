"""The way through an opt-out: where, step by step, and what it stops."""

from __future__ import annotations

from bot.chat import buttons
from bot.chat.blocks import Block, Button, Code, Copy, Heading, Items, Open, Screen, Span, Strong, line
from bot.chat.screens.rows import Row, home_row, press
from bot.chat.screens.viewer import Viewer
from bot.knowledge.freshness import reported_by_users, walk_freshness
from bot.knowledge.model import Coverage, Entry, Guide, Surface, Walk
from bot.knowledge.regions import shown_coverage
from bot.knowledge.revision import guide_hash


def guide_mark(entry: Entry) -> str:
    """Four hex digits that a button carries, so that one from an older state of the guide is recognised."""
    return guide_hash(entry)[:4]


def surface_name(surface: Surface, viewer: Viewer) -> str:
    """The surface as people say it."""
    _ = viewer.words.text
    names = {Surface.WEB: _("Computer (web)"), Surface.IOS: _("iPhone, iPad"), Surface.ANDROID: _("Android")}
    return names[surface]


def surfaces_screen(entry: Entry, viewer: Viewer) -> Screen:
    """Asks where the steps are to be taken."""
    _ = viewer.words.text
    guide = _guide(entry)
    row: list[Button] = [
        press(
            surface_name(walk.surface, viewer),
            buttons.ShowSteps(entry.id, walk.surface.value, guide_mark(entry)),
        )
        for walk in guide.walks
    ]
    back = press(_("Back to the answer"), buttons.ShowEntry(entry.id))
    return Screen(
        blocks=(Heading(entry.title), line(_("Where do you use it? The way differs a little."))),
        rows=(*((button,) for button in row), (back,)),
    )


def steps_screen(entry: Entry, surface: Surface, viewer: Viewer, *, changed: bool = False) -> Screen:
    """All steps on one surface; the official page alone when they are too old.

    Args:
        entry: an entry with a guide.
        surface: where the member is; another one when the guide has none there.
        viewer: who reads it.
        changed: whether the button came from an older state of the guide.
    """
    _ = viewer.words.text
    guide = _guide(entry)
    walk = guide.walk(surface) or guide.walks[0]
    fresh = walk_freshness(entry, walk, viewer.base, viewer.today)
    blocks: list[Block] = [Heading(f"{entry.title} – {surface_name(walk.surface, viewer)}")]
    if changed:
        blocks.append(line(_("These steps have changed since that button was made. This is how it is now.")))
    if fresh.withheld:
        text = _("The steps were last checked on {day}. That is too long ago to send you along them.")
        blocks += [
            line(text.format(day=viewer.words.day(fresh.as_of))),
            line(_("Please use the official page.")),
        ]
        return Screen(blocks=tuple(blocks), rows=_rows(entry, guide, None, viewer))
    if reported_by_users(walk, viewer.base):
        blocks.append(
            line(_("Reported by users, not confirmed by the platform. Look at the official page first."))
        )
    for number, step in enumerate(walk.steps, start=1):
        spans: list[Span] = [Strong(f"{number}. "), step.text]
        if step.path:
            spans += ["\n", Code(step.path)]
        if step.see:
            spans += ["\n", _("You should see: {what}").format(what=step.see)]
        blocks.append(line(*spans))
    checked = _("Steps as of {day}. Names in the menus change from time to time.")
    blocks.append(line(checked.format(day=viewer.words.day(fresh.as_of))))
    return Screen(blocks=tuple(blocks), rows=_rows(entry, guide, walk, viewer))


def coverage_screen(entry: Entry, viewer: Viewer) -> Screen:
    """What the guide stops, what it does not, and what else to do, for the reader's region."""
    _ = viewer.words.text
    words = {
        Coverage.THIS: _("stopped by this switch"),
        Coverage.OTHER: _("not stopped by it; there is another way"),
        Coverage.NOTHING: _("nothing stops it"),
        Coverage.UNRELATED: _("not AI training"),
    }
    rows = shown_coverage(entry, viewer.place, viewer.base)
    items: list[tuple[Span, ...]] = []
    for row in rows:
        detail = f" {row.detail}" if row.detail else ""
        items.append((Strong(row.what), f": {words[row.how]}.{detail}"))
    further = [found for row in rows if row.entry and (found := viewer.entry(row.entry))]
    unique = {found.id: found for found in further}
    links: list[Row] = [
        (press(viewer.label(found), buttons.ShowEntry(found.id)),) for found in unique.values()
    ]
    start = press(_("Show me the steps"), buttons.ChooseSurface(entry.id))
    back = press(_("Back to the answer"), buttons.ShowEntry(entry.id))
    place = viewer.place_name or _("the EU (tell me your country with /region)")
    return Screen(
        blocks=(
            Heading(_("What it stops, and what not")),
            Items(tuple(items)),
            line(_("Shown for: {place}.").format(place=place)),
        ),
        rows=((start,), *links, (back,)),
    )


def _guide(entry: Entry) -> Guide:
    if entry.guide is None:
        raise ValueError(f"{entry.id} has no guide")
    return entry.guide


def _rows(entry: Entry, guide: Guide, walk: Walk | None, viewer: Viewer) -> tuple[Row, ...]:
    _ = viewer.words.text
    link = next((step.link for step in walk.steps if step.link), guide.official) if walk else guide.official
    rows: list[Row] = [(Open(_("Open the setting") if walk else _("Open the official page"), link),)]
    copied = next((step.copy for step in walk.steps if step.copy), None) if walk else None
    path = next((step.path for step in reversed(walk.steps) if step.path), None) if walk else None
    if copied:
        rows.append((Copy(_("Copy the text"), copied),))
    elif path and len(path) <= 256:
        rows.append((Copy(_("Copy the path"), path),))
    if guide.coverage:
        rows.append((press(_("What it stops"), buttons.ShowCoverage(entry.id)),))
    row = [press(_("Back to the answer"), buttons.ShowEntry(entry.id))]
    if len(guide.walks) > 1:
        row.append(press(_("Other device"), buttons.ChooseSurface(entry.id)))
    return (*rows, tuple(row), home_row(viewer))
