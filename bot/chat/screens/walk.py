"""A guide, one step at a time: the step, its end with what is left to do, and [Later]."""

from __future__ import annotations

from datetime import date

from bot.chat import actions
from bot.chat.blocks import Block, Button, Code, Copy, Heading, Items, Open, Screen, Span, Strong, line
from bot.chat.screens.guide import (
    coverage_item,
    further_rows,
    guide_mark,
    guide_of,
    shown_for,
    surface_name,
)
from bot.chat.screens.rows import Row, home_row, press
from bot.chat.screens.translation import is_outdated, language_note
from bot.chat.screens.viewer import Viewer
from bot.guides.machine import Notice, State, Way, position
from bot.knowledge.freshness import reported_by_users, walk_freshness
from bot.knowledge.model import Coverage, Entry, Step, Walk
from bot.knowledge.regions import shown_coverage

_LONGEST_COPY = 256
"""Characters that a button can put on the clipboard (`CopyTextButton.text`)."""


def way_screen(
    entry: Entry,
    way: Way,
    viewer: Viewer,
    *,
    notice: Notice | None = None,
    doubted: frozenset[str] = frozenset(),
    finished: date | None = None,
) -> Screen:
    """Where a member is in a guide.

    Args:
        entry: with the guide.
        way: how far the member is, on today's guide.
        viewer: who reads it.
        notice: what is said beside the step.
        doubted: steps that several people reported.
        finished: the day on which the guide was finished, for a way that is done.
    """
    walk = guide_of(entry).walk(way.surface) or guide_of(entry).walks[0]
    if way.state is State.DONE:
        return end_screen(entry, way, viewer, finished=finished, stale=notice is Notice.STALE)
    if way.state is State.LEFT:
        return later_screen(entry, way, viewer)
    if walk_freshness(entry, walk, viewer.base, viewer.today).withheld:
        return withheld_screen(entry, walk, viewer)
    return step_screen(entry, way, viewer, notice=notice, doubted=way.step in doubted)


def step_screen(
    entry: Entry, way: Way, viewer: Viewer, *, notice: Notice | None = None, doubted: bool = False
) -> Screen:
    """One step: what to do, where, and what should be seen."""
    _ = viewer.words.text
    guide = guide_of(entry)
    walk = guide.walk(way.surface) or guide.walks[0]
    number = position(way, walk)
    step = walk.steps[number]
    weak = reported_by_users(walk, viewer.base)
    fresh = walk_freshness(entry, walk, viewer.base, viewer.today)
    title = _("{title}: step {number} of {total}")
    blocks: list[Block] = []
    if notice is not None:
        blocks.append(line(_said(notice, viewer)))
    if is_outdated(entry, viewer) and (said := language_note(entry, viewer)):
        blocks.append(line(said))
    blocks.append(Heading(title.format(title=entry.title, number=number + 1, total=len(walk.steps))))
    if doubted:
        text = _("Several people say that this step looks different for them. It may be out of date.")
        blocks.append(line(Strong(text)))
    if weak:
        text = _("Reported by users, not confirmed by the platform. Look at the official page first.")
        blocks.append(line(text))
    blocks.append(line(step.text))
    if step.path:
        blocks.append(line(Code(step.path)))
    if step.see:
        blocks.append(line(_("You should see: {what}").format(what=step.see)))
    checked = _("{surface}. Steps as of {day}. Names in the menus change from time to time.")
    blocks.append(
        line(checked.format(surface=surface_name(walk.surface, viewer), day=viewer.words.day(fresh.as_of)))
    )
    official = weak or doubted or notice is Notice.REPORTED
    return Screen(
        blocks=tuple(blocks),
        rows=(*_helpers(entry, walk, number, viewer, official=official), *_moves(entry, walk, step, viewer)),
    )


def end_screen(
    entry: Entry, way: Way, viewer: Viewer, *, finished: date | None = None, stale: bool = False
) -> Screen:
    """The guide is finished: what is so now, what is not covered, what else to do."""
    _ = viewer.words.text
    guide = guide_of(entry)
    blocks: list[Block] = []
    if stale and finished:
        text = _("You finished this guide on {day}; that button was from before.")
        blocks.append(line(text.format(day=viewer.words.day(finished))))
    if way.guide_hash[:4] != guide_mark(entry, viewer):
        blocks.append(line(_("The guide has changed since you finished it. Please go through it again.")))
    elif finished and finished != viewer.today and not stale:
        blocks.append(line(_("You finished this guide on {day}.").format(day=viewer.words.day(finished))))
    blocks += [Heading(_("Done: {title}").format(title=entry.title)), line(guide.result)]
    rows = shown_coverage(entry, viewer.place, viewer.base)
    done = [row for row in rows if row.how is Coverage.THIS]
    left = [row for row in rows if row.how is not Coverage.THIS]
    if done:
        items = tuple(coverage_item(row, viewer, say=False) for row in done)
        blocks += [line(Strong(_("What is stopped:"))), Items(items)]
    if left:
        items = tuple(coverage_item(row, viewer) for row in left)
        blocks += [line(Strong(_("What it does not stop:"))), Items(items)]
    if rows:
        blocks.append(line(shown_for(viewer)))
    again = actions.ShowSteps(entry.id, way.surface.value, guide_mark(entry, viewer))
    return Screen(
        blocks=tuple(blocks),
        rows=(
            (press(_("Remind me to check again"), actions.OfferReminder(entry.id)),),
            *further_rows(rows, viewer),
            (press(_("Go through it again"), again),),
            (press(_("My list"), actions.ShowCheckup()), *home_row(viewer)),
        ),
    )


def later_screen(entry: Entry, way: Way, viewer: Viewer) -> Screen:
    """The guide is put off; the step is kept."""
    _ = viewer.words.text
    walk = guide_of(entry).walk(way.surface) or guide_of(entry).walks[0]
    kept = _("All right. I keep your place: step {number} of {total}, until you go on or /forget.")
    return Screen(
        blocks=(
            line(kept.format(number=position(way, walk) + 1, total=len(walk.steps))),
            line(_("You find it again under [Go on], in the answer, or with /checkup.")),
        ),
        rows=((press(_("Go on"), actions.ChooseSurface(entry.id)),), home_row(viewer)),
    )


def withheld_screen(entry: Entry, walk: Walk, viewer: Viewer) -> Screen:
    """The steps are too old to send anybody along them; the official page instead."""
    _ = viewer.words.text
    guide = guide_of(entry)
    fresh = walk_freshness(entry, walk, viewer.base, viewer.today)
    text = _("The steps were last checked on {day}. That is too long ago to send you along them.")
    rows: list[Row] = [(Open(_("Open the official page"), guide.official),)]
    if guide.coverage:
        rows.append((press(_("What it stops"), actions.ShowCoverage(entry.id)),))
    back: list[Button] = [press(_("Back to the answer"), actions.ShowEntry(entry.id))]
    if len(guide.walks) > 1:
        back.append(press(_("Other device"), actions.AskSurface(entry.id)))
    rows.append(tuple(back))
    return Screen(
        blocks=(
            Heading(f"{entry.title} – {surface_name(walk.surface, viewer)}"),
            line(text.format(day=viewer.words.day(fresh.as_of))),
            line(_("Please use the official page.")),
        ),
        rows=(*rows, home_row(viewer)),
    )


def _said(notice: Notice, viewer: Viewer) -> Span:
    _ = viewer.words.text
    return {
        Notice.CHANGED: _("This guide has changed since then. This is how the step is now."),
        Notice.MOVED: _("This guide has changed since then, and your step is gone. Please go on here."),
        Notice.STALE: _("That button was for another step. You are here."),
        Notice.RESUMED: _("You were here. Let us go on."),
        Notice.REPORTED: _(
            "Thank you, that is noted without your name. When several people say so, others are warned. "
            "The official page shows how it is today."
        ),
    }[notice]


def _helpers(entry: Entry, walk: Walk, number: int, viewer: Viewer, *, official: bool) -> list[Row]:
    """What helps with the step: the setting itself, the official page, something to copy."""
    _ = viewer.words.text
    guide = guide_of(entry)
    nearest = (*reversed(walk.steps[: number + 1]), *walk.steps[number + 1 :])
    link = next((step.link for step in nearest if step.link), guide.official)
    rows: list[Row] = [(Open(_("Open the setting"), link),)]
    if official and link != guide.official:
        rows.insert(0, (Open(_("Open the official page"), guide.official),))
    step = walk.steps[number]
    path = next((one.path for one in reversed(walk.steps[: number + 1]) if one.path), None)
    if step.copy:
        rows.append((Copy(_("Copy the text"), step.copy),))
    elif path and len(path) <= _LONGEST_COPY:
        rows.append((Copy(_("Copy the path"), path),))
    return rows


def _moves(entry: Entry, walk: Walk, step: Step, viewer: Viewer) -> list[Row]:
    _ = viewer.words.text
    here = (entry.id, walk.surface.value[0], step.id, guide_mark(entry, viewer))
    first = step.id == walk.steps[0].id
    before = actions.ShowEntry(entry.id) if first else actions.WalkBack(*here)
    last: list[Button] = [press(_("Later"), actions.WalkLater(*here))]
    if len(guide_of(entry).walks) > 1:
        last.append(press(_("Other device"), actions.AskSurface(entry.id)))
    return [
        (press(_("Done"), actions.WalkDone(*here)),),
        (press(_("Back"), before), press(_("Looks different"), actions.WalkDiffers(*here))),
        tuple(last),
    ]
