"""What held at a time that is over, marked as such, with the way back to what holds today."""

from __future__ import annotations

from bot.chat import actions
from bot.chat.blocks import Block, Heading, Screen, Strong, line
from bot.chat.screens.answer import answer_screen, how_fresh
from bot.chat.screens.rows import home_row, press
from bot.chat.screens.viewer import Viewer
from bot.knowledge.freshness import entry_freshness
from bot.knowledge.model import Entry
from bot.knowledge.past import Days, Held, held_claims


def past_screen(entry: Entry, viewer: Viewer, days: Days) -> Screen:
    """An entry as it was during `days`; today's answer, said to be that, when no claim has a date."""
    _ = viewer.words.text
    held = held_claims(entry, viewer.place, viewer.base, days)
    if not held:
        note = _("How it was then I have no dated record of. This is how it is now.")
        return answer_screen(entry, viewer, note=note)
    blocks: list[Block] = [
        Heading(entry.title),
        line(Strong(_when(days, viewer))),
        *(line(_said(one, viewer)) for one in held),
        line(_("I say only what has a date here. Today it may be otherwise.")),
    ]
    claims = tuple(one.claim for one in held)
    spans: list[str] = []
    if fresh := entry_freshness(entry, viewer.base, viewer.today, claims=claims):
        spans.append(how_fresh(fresh, viewer))
    if viewer.place:
        spans.append(_("Shown for: {place}.").format(place=viewer.place_name))
    else:
        spans.append(_("This is the text for the EU; elsewhere it differs."))
    blocks.append(line(" ".join(spans)))
    if not viewer.private:
        return Screen(blocks=tuple(blocks))
    today = press(_("How it is today"), actions.ShowEntry(entry.id))
    sources = press(_("Sources"), actions.ShowSources(entry.id))
    return Screen(blocks=tuple(blocks), rows=((today,), (sources, *home_row(viewer))))


def _when(days: Days, viewer: Viewer) -> str:
    _ = viewer.words.text
    first, last = days.first, days.last
    if first == last:
        return _("So it was on {day}:").format(day=viewer.words.day(first))
    if (first.year, first.month) == (last.year, last.month):
        return _("So it was in {month}:").format(month=viewer.words.month(first))
    if first.year == last.year:
        return _("So it was in the year {year}:").format(year=first.year)
    return _("So it was from {first} to {last}:").format(
        first=viewer.words.day(first), last=viewer.words.day(last)
    )


def _said(held: Held, viewer: Viewer) -> str:
    """The claim, with the day on which it began or ended when that fell into the days asked about."""
    _ = viewer.words.text
    if held.since and held.until:
        when = _("From {first} to {last}:").format(
            first=viewer.words.day(held.since), last=viewer.words.day(held.until)
        )
    elif held.since:
        when = _("From {day}:").format(day=viewer.words.day(held.since))
    elif held.until:
        when = _("Until {day}:").format(day=viewer.words.day(held.until))
    else:
        return held.claim.text
    return f"{when} {held.claim.text}"
