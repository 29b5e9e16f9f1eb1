"""A proposal as its author and its reviewers see it: what changes, what it touches, what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.chat import proposal_actions as actions
from bot.chat.blocks import Block, Button, Document, Folded, Heading, Moment, Screen, Span, Strong, line
from bot.chat.screens.editing.differences import difference_blocks, difference_text
from bot.chat.screens.rows import packed, press
from bot.chat.screens.viewer import Viewer
from bot.editing.machine import State
from bot.editing.proposal import Kind, Proposal
from bot.knowledge.diff import Change
from bot.knowledge.merge import Conflict
from bot.knowledge.problems import Problem, Severity

FEW: Final = 5
"""Below this a number of members is only called "fewer than five"."""
_PROBLEMS: Final = 3
_GOLDEN: Final = 5
_TITLES: Final = 3
_LINE: Final = 90
_SENTENCE: Final = 160
"""Characters of a line and of a problem: everything has to fit one message, since a delivery is one."""


@dataclass(frozen=True, slots=True)
class Golden:
    """A golden question that would be answered otherwise; `before` and `after` are ids of entries or ""."""

    question: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Found:
    """What the check found.

    Attributes:
        problems: errors and warnings.
        differences: what changes.
        golden: questions that would be answered otherwise.
        asked: how many golden questions were asked; 0 when answers cannot depend on the change.
        leaning: phrasings that lean to another entry: the phrasing, its entry, the other one.
        stale: translations that become older than their text: language and entry.
    """

    problems: tuple[Problem, ...] = ()
    differences: tuple[Change, ...] = ()
    golden: tuple[Golden, ...] = ()
    asked: int = 0
    leaning: tuple[tuple[str, str, str], ...] = ()
    stale: tuple[tuple[str, str], ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Problems that keep it from being published."""
        return tuple(one for one in self.problems if one.severity is Severity.ERROR)


@dataclass(frozen=True, slots=True)
class Reach:
    """How many members it would reach; see `bot.editing.touching`."""

    walking: int = 0
    finished: int = 0
    reminders: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """A proposal and who looks at it.

    Attributes:
        proposal: as it stands.
        found: what its check found.
        reach: whom it would reach.
        own: whether the reader made it.
        alone: whether nobody else could approve.
        reviews: whether the reader may review.
        publishes: whether the reader may publish.
        approvers: who approved what it is now.
        conflicts: where somebody changed the same lines.
    """

    proposal: Proposal
    found: Found
    reach: Reach = field(default_factory=Reach)
    own: bool = False
    alone: bool = False
    reviews: bool = False
    publishes: bool = False
    approvers: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


def proposal_screen(seen: Seen, viewer: Viewer, *, said: str = "") -> Screen:
    """The check screen.

    Args:
        seen: what is shown to whom.
        viewer: who reads it.
        said: a sentence that goes first, such as that it is approved now.
    """
    blocks: list[Block] = [line(said)] if said else []
    blocks += [Heading(_title(seen, viewer)), line(_state(seen, viewer))]
    if seen.proposal.state is State.REJECTED and seen.proposal.reason:
        blocks.append(line(Strong(viewer.words.text("Why: ")), seen.proposal.reason))
    if seen.conflicts:
        blocks += _conflict_blocks(seen.conflicts, viewer)
    if seen.found.errors:
        blocks += _problem_blocks(seen.found.errors, viewer)
    blocks += difference_blocks(seen.found.differences, viewer)
    if not (seen.conflicts or seen.found.errors):  # what it would do is not what will be published
        blocks += _consequences(seen, viewer)
    return Screen(blocks=tuple(blocks), rows=tuple(packed(_buttons(seen, viewer))))


def problems_screen(found: Found, viewer: Viewer) -> Screen:
    """What keeps a change from being kept; nothing was changed."""
    _ = viewer.words.text
    number = len(found.errors)
    head = viewer.words.count(
        "{number} problem. Nothing was changed.", "{number} problems. Nothing was changed.", number
    )
    return Screen(
        blocks=(
            line(Strong(head)),
            *_problem_blocks(found.errors, viewer),
            line(_("Mend it and send it again.")),
        )
    )


def nothing_screen(viewer: Viewer) -> Screen:
    """The change is none."""
    return Screen(blocks=(line(viewer.words.text("That is what it says already. Nothing was changed.")),))


def checking_screen(viewer: Viewer) -> Screen:
    """The check takes a while."""
    return Screen(blocks=(line(viewer.words.text("I am checking it, one moment …")),))


def whole_screen(proposal: Proposal, found: Found, viewer: Viewer) -> Screen:
    """Every difference as a file."""
    text = difference_text(found.differences, viewer)
    document = Document(name=f"proposal-{proposal.number}.txt", content=text.encode())
    said = viewer.words.text("All differences of proposal {number}:").format(number=proposal.number)
    return Screen(blocks=(line(said),), documents=(document,))


def reject_screen(proposal: Proposal, viewer: Viewer) -> Screen:
    """Asks for the reason, which is the next message."""
    _ = viewer.words.text
    text = _("Why do you reject proposal {number}? Your next message is the reason; its author reads it.")
    row = [
        press(_("Without a reason"), _on(proposal, "refuse")),
        press(_("Never mind"), actions.NeverMind()),
    ]
    return Screen(blocks=(line(text.format(number=proposal.number)),), rows=tuple(packed(row)))


def time_screen(
    proposal: Proposal, offers: Sequence[datetime], zone: str, viewer: Viewer, *, wrong: bool = False
) -> Screen:
    """Asks when to publish: some times as buttons, any other as the next message.

    Args:
        proposal: which.
        offers: times, aware, in the editor's zone.
        zone: its IANA name.
        viewer: the editor.
        wrong: whether the message before was no time that can be used.
    """
    _ = viewer.words.text
    blocks: list[Block] = []
    if wrong:
        blocks.append(line(_("That is no time ahead that I understand.")))
    asked = _("When shall I publish proposal {number}? Tap, or write it, as in “tomorrow at 9:00”.")
    blocks.append(line(asked.format(number=proposal.number)))
    blocks.append(line(_("Time zone: {zone}. /timezone changes it.").format(zone=zone)))
    row: list[Button] = [
        press(
            viewer.words.short_appointment(at),
            actions.PublishAt(str(proposal.number), at.strftime("%Y%m%d%H%M"), proposal.mark),
        )
        for at in offers
    ]
    row.append(press(_("Never mind"), actions.NeverMind()))
    return Screen(blocks=tuple(blocks), rows=tuple(packed(row)))


def at_screen(proposal: Proposal, at: datetime, zone: str, viewer: Viewer) -> Screen:
    """A time that was written, to be confirmed."""
    _ = viewer.words.text
    text = _("Publish proposal {number} on ").format(number=proposal.number)
    row = [
        press(
            _("Publish then"),
            actions.PublishAt(str(proposal.number), at.strftime("%Y%m%d%H%M"), proposal.mark),
        ),
        press(_("Never mind"), actions.NeverMind()),
    ]
    words = Moment(viewer.words.appointment(at), at)
    return Screen(blocks=(line(text, words, f" ({zone})?"),), rows=tuple(packed(row)))


def no_proposal_screen(waiting: Sequence[Proposal], viewer: Viewer) -> Screen:
    """There is no such proposal; those that wait are offered."""
    _ = viewer.words.text
    text = _("There is no such proposal. These wait:") if waiting else _("No proposal waits.")
    row = [
        press(f"{one.number}: {_entries(one, viewer)}"[:44], actions.OnProposal(str(one.number), "show"))
        for one in waiting
    ]
    return Screen(blocks=(line(text),), rows=tuple(packed(row)))


def _title(seen: Seen, viewer: Viewer) -> str:
    _ = viewer.words.text
    proposal = seen.proposal
    title = _("Proposal {number}: {entries}").format(
        number=proposal.number, entries=_entries(proposal, viewer)
    )
    if proposal.kind is Kind.ROLLBACK and proposal.reason and proposal.state is not State.REJECTED:
        return _("{title}, back to revision {revision}").format(title=title, revision=proposal.reason)
    return title


def _entries(proposal: Proposal, viewer: Viewer) -> str:
    _ = viewer.words.text
    if not proposal.entries:
        return _("no entry, but what stands around them")
    shown = ", ".join(proposal.entries[:_TITLES])
    more = len(proposal.entries) - _TITLES
    return _("{names} and {number} more").format(names=shown, number=more) if more > 0 else shown


def _state(seen: Seen, viewer: Viewer) -> str:
    _ = viewer.words.text
    proposal = seen.proposal
    by = _("you") if seen.own else proposal.author
    match proposal.state:
        case State.DRAFT:
            return _("A draft by {author}, on revision {base}. Nobody else sees it yet.").format(
                author=by, base=proposal.base
            )
        case State.OPEN if seen.own and seen.alone:
            return _(
                "It waits for a review. You are the only editor, so you may approve it; the audit says so."
            )
        case State.OPEN:
            return _("By {author}. It waits for a reviewer.").format(author=by)
        case State.APPROVED:
            return _("By {author}, approved by {others}. It waits for a publisher.").format(
                author=by, others=", ".join(seen.approvers) or _("nobody any more")
            )
        case State.SCHEDULED:
            return _("By {author}, to be published on {when}.").format(
                author=by, when=_when(proposal, viewer)
            )
        case State.PUBLISHED:
            return _("By {author}, published as revision {revision}.").format(
                author=by, revision=proposal.revision
            )
        case State.REJECTED:
            return _("By {author}, rejected.").format(author=by)
        case State.WITHDRAWN:
            return _("By {author}, withdrawn.").format(author=by)
        case State.CONFLICTING if seen.conflicts:
            return _("By {author}. Somebody changed the same text meanwhile; both are here.").format(
                author=by
            )
        case _:
            return _("By {author}. It cannot be published as it is.").format(author=by)


def _when(proposal: Proposal, viewer: Viewer) -> str:
    if proposal.publish_at is None:
        return ""
    zone = proposal.zone or "UTC"
    return f"{viewer.words.appointment(proposal.publish_at.astimezone(ZoneInfo(zone)))} ({zone})"


def _consequences(seen: Seen, viewer: Viewer) -> list[Block]:
    """Golden questions, leaning phrasings, who is touched; one line each."""
    _, count = viewer.words.text, viewer.words.count
    found = seen.found
    blocks: list[Block] = []
    if found.golden:
        head = count(
            "{number} golden question changes:", "{number} golden questions change:", len(found.golden)
        )
        nothing = _("nothing")
        lines: list[tuple[Span, ...]] = [
            (f"“{_cut(one.question)}”: {one.before or nothing} → {one.after or nothing}",)
            for one in found.golden[:_GOLDEN]
        ]
        blocks += [line(head), Folded(tuple(lines))]
    elif found.asked:
        blocks.append(
            line(
                count(
                    "The golden question keeps its answer.",
                    "All {number} golden questions keep their answers.",
                    found.asked,
                )
            )
        )
    elif found.differences:
        blocks.append(line(_("No golden question can change by it.")))
    for phrasing, entry, other in found.leaning[:_TITLES]:
        text = _("“{phrasing}” leans to {other}, not to {entry}.")
        blocks.append(line(text.format(phrasing=_cut(phrasing), other=other, entry=entry)))
    if found.stale:
        names = ", ".join(f"{entry} [{language}]" for language, entry in found.stale[:_GOLDEN])
        blocks.append(line(_("Translations that become older than their text: {names}").format(names=names)))
    blocks.append(line(_reach(seen.reach, viewer)))
    warnings = [one for one in found.problems if one.severity is Severity.WARNING]
    if warnings:
        said = [(_cut(str(one), _SENTENCE),) for one in warnings[:_PROBLEMS]]
        head = count("{number} warning:", "{number} warnings:", len(warnings))
        blocks += [line(head), Folded(tuple(said))]
    return blocks


def _reach(reach: Reach, viewer: Viewer) -> str:
    _, count = viewer.words.text, viewer.words.count
    parts: list[str] = []
    if reach.walking:
        parts.append(
            _("fewer than five members on the way through it")
            if reach.walking < FEW
            else count(
                "{number} member on the way through it",
                "{number} members on the way through it",
                reach.walking,
            )
        )
    if reach.reminders:
        parts.append(
            _("fewer than five reminders")
            if reach.reminders < FEW
            else count("{number} reminder", "{number} reminders", reach.reminders)
        )
    if reach.finished:
        parts.append(
            _("notices to fewer than five members who finished the guide")
            if reach.finished < FEW
            else count(
                "notices to {number} member who finished the guide",
                "notices to {number} members who finished the guide",
                reach.finished,
            )
        )
    if not parts:
        return _("It touches nobody's guide or reminder.")
    return _("It touches: {what}.").format(what="; ".join(parts))


def _problem_blocks(problems: Sequence[Problem], viewer: Viewer) -> list[Block]:
    blocks: list[Block] = [
        line(
            Strong(f"{one.file}:{one.line}:{one.column}"), f" {_cut(f'{one.message} {one.mend}', _SENTENCE)}"
        )
        for one in problems[:_PROBLEMS]
    ]
    more = len(problems) - _PROBLEMS
    if more > 0:
        blocks.append(line(viewer.words.count("and {number} more", "and {number} more", more)))
    return blocks


def _conflict_blocks(conflicts: Sequence[Conflict], viewer: Viewer) -> list[Block]:
    _ = viewer.words.text
    blocks: list[Block] = []
    for one in conflicts[:2]:
        base = (one.base or "").splitlines()
        blocks.append(line(Strong(f"{one.path}, {one.block.rpartition('/')[2]}")))
        lines: list[tuple[Span, ...]] = []
        for name, text in ((_("In this proposal: "), one.ours), (_("Published meanwhile: "), one.theirs)):
            if text is None:
                lines.append((Strong(name), _("taken out")))
                continue
            new = [_cut(said.strip(), _SENTENCE) for said in text.splitlines() if said not in base]
            lines.append((Strong(name), "\n".join(new[:_TITLES]) or _("lines taken out")))
        blocks.append(Folded(tuple(lines)))
    return blocks


def _buttons(seen: Seen, viewer: Viewer) -> list[Button]:
    _ = viewer.words.text
    proposal, state = seen.proposal, seen.proposal.state
    row: list[Button] = []
    if state is State.DRAFT and seen.own:
        if not seen.found.errors:
            row.append(press(_("Send for review"), _on(proposal, "submit")))
        row.append(press(_("Change more"), _on(proposal, "more")))
    if state is State.OPEN and seen.reviews and (not seen.own or seen.alone):
        row.append(press(_("Approve"), _on(proposal, "approve")))
    if state in {State.APPROVED, State.SCHEDULED} and seen.publishes:
        row.append(press(_("Publish now"), _on(proposal, "publish")))
        row.append(press(_("At a time"), _on(proposal, "when")))
    if state is State.SCHEDULED and seen.publishes:
        row.append(press(_("Not at that time"), _on(proposal, "unschedule")))
    waits = state in {State.OPEN, State.APPROVED, State.SCHEDULED, State.CONFLICTING}
    if waits and seen.reviews and not seen.own:
        row.append(press(_("Reject"), _on(proposal, "reject")))
    if state is State.CONFLICTING and seen.own:
        row.append(press(_("Keep my text"), _on(proposal, "rebase")))
    if state is State.REJECTED and seen.own:
        row.append(press(_("Change more"), _on(proposal, "more")))
    if state in {State.OPEN, State.APPROVED, State.SCHEDULED} and seen.own:
        row.append(press(_("Take back and change"), _on(proposal, "more")))
    if seen.own and (waits or state in {State.DRAFT, State.REJECTED}):
        row.append(press(_("Throw away"), _on(proposal, "drop")))
    if seen.found.differences:
        row.append(press(_("All differences as a file"), _on(proposal, "whole")))
    return row


def _on(proposal: Proposal, what: str) -> actions.OnProposal:
    return actions.OnProposal(str(proposal.number), what, proposal.mark)


def _cut(text: str, length: int = _LINE) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
