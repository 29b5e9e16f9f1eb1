"""The answer to a question: an entry as a reader of one region sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.chat import actions, buttons
from bot.chat.blocks import Block, Button, Folded, Heading, Link, Open, Paragraph, Screen, Span, Strong, line
from bot.chat.screens.authority import AUTHORITY, own_country
from bot.chat.screens.guide import steps_action
from bot.chat.screens.naming import named_label
from bot.chat.screens.rows import Row, entry_buttons, home_row, packed, press, region_buttons
from bot.chat.screens.translation import english_rows, language_note
from bot.chat.screens.viewer import Viewer
from bot.knowledge.freshness import Freshness, entry_freshness
from bot.knowledge.model import Claim, Dispute, Entry, Place, Verdict
from bot.knowledge.regions import differs_by_region, is_of_use, shown_caveats, shown_claims
from bot.matching.place import NO_DEVICE, Device

_ROWS_BESIDE_REGIONS = 2
"""Rows of the answer itself that stay while the country is being asked: more would not fit a phone."""


def answer_screen(
    entry: Entry,
    viewer: Viewer,
    *,
    premises: Sequence[Dispute] = (),
    note: str | None = None,
    also: Entry | None = None,
    more: bool = False,
    device: Device = NO_DEVICE,
) -> Screen:
    """An entry's answer.

    Args:
        entry: what is answered.
        viewer: who reads it.
        premises: statements in the question that are not so; they come first.
        note: one line about how the question was understood.
        also: the entry for a question's second part.
        more: whether to show what is folded.
        device: the one that the question names; the steps go there.
    """
    blocks: list[Block] = []
    if note:
        blocks.append(line(note))
    if (said := language_note(entry, viewer)) is not None:
        blocks.append(line(said))
    blocks += [_correction(dispute, viewer) for dispute in premises]
    blocks.append(Heading(entry.title))
    blocks += [line(claim.text) for claim in _shown(entry, viewer)]
    if more:
        blocks += _more(entry, viewer, without=premises)
    blocks += [line(text) for text in _caveats(entry, viewer)]
    blocks.append(_footer(entry, viewer))
    if viewer.private:
        rows = _rows(entry, viewer, also=also, more=more, device=device)
    else:
        rows = _group_rows(entry, viewer)
    if viewer.private and _asks_region(entry, viewer):
        blocks.append(line(Strong(viewer.words.text("Where do you live? The answer differs by country."))))
        rows = (*region_buttons(viewer, entry=entry.id), *rows[:_ROWS_BESIDE_REGIONS])
    return Screen(blocks=tuple(blocks), rows=rows)


def _asks_region(entry: Entry, viewer: Viewer) -> bool:
    return viewer.region is None and differs_by_region(entry, viewer.base)


def _shown(entry: Entry, viewer: Viewer) -> tuple[Claim, ...]:
    return shown_claims(entry, viewer.place, viewer.base, today=viewer.today)


def _folded(entry: Entry, viewer: Viewer) -> tuple[Claim, ...]:
    return shown_claims(entry, viewer.place, viewer.base, place=Place.MORE, today=viewer.today)


def _caveats(entry: Entry, viewer: Viewer) -> list[str]:
    found = shown_caveats(entry, viewer.place, viewer.base, language=viewer.words.code)
    return [caveat.claim.text for caveat in found]


def _correction(dispute: Dispute, viewer: Viewer) -> Paragraph:
    _ = viewer.words.text
    verdicts = {
        Verdict.REFUTED: _("That is not so."),
        Verdict.OUTDATED: _("That is out of date."),
        Verdict.UNVERIFIABLE: _("We found no source for that."),
        Verdict.INCOMPLETE: _("That is only a part of it."),
        Verdict.DISPUTED: _("Sources disagree about that."),
        Verdict.OPINION: _("That is an opinion."),
        Verdict.SUPPORTED: _("That is right."),
    }
    return line(Strong(verdicts[dispute.verdict]), " ", dispute.because)


def _more(entry: Entry, viewer: Viewer, *, without: Sequence[Dispute]) -> list[Block]:
    _ = viewer.words.text
    lines: list[tuple[Span, ...]] = [(claim.text,) for claim in _folded(entry, viewer)]
    lines += [
        (Strong(dispute.says), " ", *_correction(dispute, viewer).spans)
        for dispute in entry.disputed
        if dispute not in without
    ]
    if not lines:
        return []
    return [Paragraph(spans) for spans in lines] if len(lines) < 3 else [Folded(tuple(lines))]


def _footer(entry: Entry, viewer: Viewer) -> Paragraph:
    """The date of the last check, and for which region the text holds."""
    _ = viewer.words.text
    spans: list[Span] = []
    if fresh := entry_freshness(entry, viewer.base, viewer.today, claims=_shown(entry, viewer)):
        spans.append(how_fresh(fresh, viewer))
    if differs_by_region(entry, viewer.base):
        if viewer.place:
            text = _("Shown for: {place}.").format(place=viewer.place_name)
        else:
            text = _("This is the text for the EU; elsewhere it differs.")
        spans += [" ", text]
    return Paragraph(tuple(spans))


def how_fresh(fresh: Freshness, viewer: Viewer) -> str:
    """When a text was last checked, in words; asks to look again when that is long ago."""
    _ = viewer.words.text
    day = viewer.words.day(fresh.as_of)
    if fresh.overdue:
        said = viewer.words.count(
            "Not re-checked for {number} day", "Not re-checked for {number} days", fresh.days
        )
        return _("{said} (last on {day}): please look whether it is still so.").format(said=said, day=day)
    if fresh.days == 0:
        return _("Checked today, on {day}.").format(day=day)
    ago = viewer.words.count("{number} day ago", "{number} days ago", fresh.days)
    return _("Checked on {day}, {ago}.").format(day=day, ago=ago)


def _rows(entry: Entry, viewer: Viewer, *, also: Entry | None, more: bool, device: Device) -> tuple[Row, ...]:
    _ = viewer.words.text
    rows: list[Row] = english_rows(entry, viewer)
    if also:
        label = _("Your other question: {title}").format(
            title=named_label(also, viewer, about=entry.platform)
        )
        rows.append((press(label, actions.ShowEntry(also.id)),))
    if entry.guide:
        row: list[Button] = []
        if is_of_use(entry, viewer.place, viewer.base):
            row.append(press(_("Show me the steps"), steps_action(entry, viewer, device)))
        if entry.guide.coverage:
            row.append(press(_("What it stops"), actions.ShowCoverage(entry.id)))
        rows += packed(row)
    if entry.id == AUTHORITY and viewer.base.authorities:
        rows.append((press(_("Find mine"), actions.FindAuthority(own_country(viewer))),))
    rows += [(press(letter.title, actions.ShowLetter(entry.id, letter.id)),) for letter in entry.letters]
    row = []
    folded = _folded(entry, viewer) or entry.disputed
    if folded and not more:
        row.append(press(_("Tell me more"), actions.ShowMore(entry.id)))
    row.append(press(_("Sources"), actions.ShowSources(entry.id)))
    rows += packed(row)
    related = [found for key in entry.see if (found := viewer.entry(key))]
    rows += packed(entry_buttons(related[:3], viewer, about=entry.platform))
    return (*rows, home_row(viewer))


def card_screen(entry: Entry, viewer: Viewer) -> Screen:
    """The answer as a card for any chat: text, the strongest source, and the way into private."""
    place = replace(viewer, region=None, private=False)
    screen = answer_screen(entry, place)
    keys = [key for claim in _shown(entry, place) for key in claim.sources]
    source = viewer.base.sources[keys[0]] if keys else None
    if source is None:
        return screen
    title: Span = Link(source.title, source.url) if source.url else source.title
    cited = line(viewer.words.text("Source: "), viewer.named(source.publisher), ", ", title)
    return replace(screen, blocks=(*screen.blocks, cited))


def _group_rows(entry: Entry, viewer: Viewer) -> tuple[Row, ...]:
    """In a group a single link, so that everything personal happens in private."""
    if not viewer.bot_name:
        return ()
    label = viewer.words.text("Open in a private chat")
    return ((Open(label, private_link(viewer.bot_name, entry.id)),),)


def private_link(bot_name: str, entry_id: str = "") -> str:
    """The link that opens the bot in private, at an entry when one is named."""
    start = f"?start={buttons.to_start_payload(entry_id)}" if entry_id else ""
    return f"https://t.me/{bot_name}{start}"
