"""What was before: revisions of an entry, their differences, going back, taking back what was wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from bot.chat import proposal_actions as actions
from bot.chat.blocks import Block, Button, Heading, Items, Screen, Span, Strong, line
from bot.chat.screens.answer import answer_screen
from bot.chat.screens.editing.differences import difference_blocks
from bot.chat.screens.rows import packed, press
from bot.chat.screens.viewer import Viewer
from bot.knowledge.diff import Change
from bot.knowledge.model import Entry

PAGE: Final = 8
"""Revisions on one screen."""
FEW: Final = 5


@dataclass(frozen=True, slots=True)
class PastLine:
    """A revision in which an entry changed.

    Attributes:
        number: of the revision.
        kind: release, edit, rollback or merge.
        at: when.
        author: who proposed it; None for what came with the program.
        approvers: who approved it.
        proposal: its number.
        gone: whether it took the entry away.
    """

    number: int
    kind: str
    at: datetime
    author: str | None = None
    approvers: tuple[str, ...] = ()
    proposal: int | None = None
    gone: bool = False


def history_screen(entry: str, lines: Sequence[PastLine], viewer: Viewer, *, page: int = 0) -> Screen:
    """The revisions that changed an entry, the newest first, with what each changed as a button."""
    _ = viewer.words.text
    if not lines:
        return Screen(blocks=(line(_("There is no entry {name}, and there never was.").format(name=entry)),))
    start = max(0, min(page * PAGE, len(lines) - 1))
    shown = lines[start : start + PAGE]
    items = tuple(_line(one, viewer) for one in shown)
    rows: list[tuple[Button, ...]] = []
    for place, one in enumerate(shown, start):
        if place + 1 < len(lines):
            before = lines[place + 1]
            difference = actions.ShowDifference(entry, str(before.number), str(one.number))
            label = _("{before} to {after}").format(before=before.number, after=one.number)
            row: list[Button] = [press(label, difference)]
            if not before.gone:
                back = _("Back to {revision}").format(revision=before.number)
                row.append(press(back, actions.RollBack(entry, str(before.number), "ask")))
            rows.append(tuple(row))
    if start + PAGE < len(lines):
        rows.append((press(_("Older ones"), actions.ShowHistory(entry, str(page + 1))),))
    head = _("History of {entry}").format(entry=entry)
    how = _("Any two: /history {entry} OLDER NEWER").format(entry=entry)
    return Screen(blocks=(Heading(head), Items(items), line(how)), rows=tuple(rows))


def difference_screen(
    entry: str, before: int, after: int, changes: Sequence[Change], viewer: Viewer
) -> Screen:
    """What an entry says otherwise in a later revision."""
    _ = viewer.words.text
    head = _("{entry}: revision {before} to {after}").format(entry=entry, before=before, after=after)
    blocks: list[Block] = [Heading(head)]
    blocks += difference_blocks(changes, viewer) or (line(_("Both say the same about it.")),)
    row: list[Button] = [press(_("History"), actions.ShowHistory(entry))]
    if changes:
        back = _("Back to {revision}").format(revision=before)
        row.insert(0, press(back, actions.RollBack(entry, str(before), "ask")))
    return Screen(blocks=tuple(blocks), rows=tuple(packed(row)))


def roll_back_screen(entry: str, revision: int, changes: Sequence[Change], viewer: Viewer) -> Screen:
    """What going back would change, to be confirmed."""
    _ = viewer.words.text
    head = _("Shall {entry} say again what it said in revision {revision}?")
    blocks: list[Block] = [line(head.format(entry=entry, revision=revision))]
    blocks += difference_blocks(changes, viewer)
    blocks.append(line(_("It becomes a proposal that is reviewed like any other.")))
    row = [
        press(_("Yes, propose it"), actions.RollBack(entry, str(revision), "yes")),
        press(_("No"), actions.NeverMind()),
    ]
    return Screen(blocks=tuple(blocks), rows=tuple(packed(row)))


def same_screen(entry: str, revision: int, viewer: Viewer) -> Screen:
    """Going back would change nothing."""
    text = viewer.words.text("{entry} says now what it said in revision {revision}. Nothing was changed.")
    return Screen(blocks=(line(text.format(entry=entry, revision=revision)),))


def no_revision_screen(viewer: Viewer) -> Screen:
    """There is no such revision, or the entry is not in it."""
    text = viewer.words.text(
        "There is no such revision, or the entry is not in it. /history and its name shows them all."
    )
    return Screen(blocks=(line(text),))


def as_of_screen(entry: Entry, revision: int, day: date, viewer: Viewer) -> Screen:
    """What an entry said on a day; `viewer` has the knowledge of that revision.

    Its buttons are left out: they would lead to what it says today.
    """
    text = viewer.words.text("On {day} revision {revision} was in force. It said:")
    head = line(Strong(text.format(day=viewer.words.day(day), revision=revision)))
    said = answer_screen(entry, viewer, more=True)
    return Screen(blocks=(head, *said.blocks))


def asof_help_screen(viewer: Viewer, *, none: bool = False) -> Screen:
    """How to ask for a day; `none`: there was nothing yet on that day."""
    _ = viewer.words.text
    blocks: list[Block] = [line(_("There was no revision yet on that day."))] if none else []
    blocks.append(line(_("Write /asof, a day and an entry, as in /asof 2026-11-20 linkedin.start-date")))
    return Screen(blocks=tuple(blocks))


def entries_as_of_screen(names: Sequence[str], revision: int, day: date, viewer: Viewer) -> Screen:
    """Which revision was in force on a day, when no entry was named."""
    _ = viewer.words.text
    text = _("On {day} revision {revision} was in force, with {number} entries.")
    said = text.format(day=viewer.words.day(day), revision=revision, number=len(names))
    return Screen(blocks=(line(said), *asof_help_screen(viewer).blocks))


def recall_screen(
    entry: str, revision: int, reason: str, members: int, changes: Sequence[Change], viewer: Viewer
) -> Screen:
    """Whom a recall would tell, and what, to be confirmed.

    Args:
        entry: which.
        revision: that was wrong.
        reason: what members are told.
        members: how many read it and said yes to corrections.
        changes: from that revision to now.
        viewer: the editor.
    """
    _ = viewer.words.text
    if members == 0:
        whom = _("Nobody who said yes to corrections read it in that revision.")
    elif members < FEW:
        whom = _("Fewer than five members read it in that revision and said yes to corrections.")
    else:
        whom = viewer.words.count(
            "{number} member read it in that revision and said yes to corrections.",
            "{number} members read it in that revision and said yes to corrections.",
            members,
        )
    blocks: list[Block] = [
        Heading(_("Recall {entry}, revision {revision}").format(entry=entry, revision=revision)),
        line(whom),
        line(Strong(_("They are told: ")), reason),
        *difference_blocks(changes, viewer),
    ]
    row = [press(_("Tell them"), actions.Recall(entry, str(revision))), press(_("No"), actions.NeverMind())]
    return Screen(blocks=tuple(blocks), rows=tuple(packed(row)))


def recalled_screen(members: int, viewer: Viewer) -> Screen:
    """The recall is on its way."""
    _ = viewer.words.text
    if members == 0:
        return Screen(blocks=(line(_("Nobody is to be told, so nothing goes out.")),))
    if members < FEW:
        return Screen(blocks=(line(_("It goes out now, to fewer than five members.")),))
    text = viewer.words.count(
        "It goes out now, to {number} member.", "It goes out now, to {number} members.", members
    )
    return Screen(blocks=(line(text),))


def recall_help_screen(viewer: Viewer, *, why: str = "") -> Screen:
    """How to recall, and why it cannot be done as it was asked."""
    _ = viewer.words.text
    blocks: list[Block] = [line(why)] if why else []
    how = _("Write /recall, an entry, the revision that was wrong, and what members shall be told.")
    return Screen(blocks=(*blocks, line(how), line("/recall linkedin.opt-out 37 …")))


def _line(one: PastLine, viewer: Viewer) -> tuple[Span, ...]:
    _ = viewer.words.text
    kinds = {
        "release": _("came with the program"),
        "edit": _("changed"),
        "rollback": _("gone back"),
        "merge": _("merged with a new release"),
    }
    spans: list[Span] = [Strong(str(one.number)), f" {viewer.words.day(one.at.date())}: "]
    spans.append(_("taken out") if one.gone else kinds.get(one.kind, one.kind))
    if one.author:
        text = _(", proposal {number} by {author}, approved by {others}")
        spans.append(
            text.format(number=one.proposal, author=one.author, others=", ".join(one.approvers) or "–")
        )
    return tuple(spans)
