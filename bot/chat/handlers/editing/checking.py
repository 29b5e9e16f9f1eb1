"""A change on its way: made, checked, kept as a draft, shown. What has problems is shown and not kept."""

from __future__ import annotations

import asyncio
from typing import Final

from bot.chat.blocks import Screen
from bot.chat.handlers.services import Exchange
from bot.chat.screens.editing import entry as entry_screens
from bot.chat.screens.editing import proposal as screens
from bot.chat.screens.editing.refusals import why_words
from bot.editing.bureau import Bureau
from bot.editing.checking import GoldenOutcome, Report
from bot.editing.desk import Asker, Outcome
from bot.editing.edits import Make, NoSuchText
from bot.editing.findings import read_findings
from bot.editing.machine import NEEDED, Act, State, Why
from bot.editing.proposal import Kind, Proposal
from bot.editing.proposals import Workspace
from bot.editing.revisions import Files
from bot.editing.roles import Actor, Right
from bot.knowledge.splice import CannotSplice

_PATIENCE: Final = 1.0
"""Seconds after which it is said that the check takes a while."""
_SHOWN: Final = "proposal"
"""How the marks of updates that wrote a proposal begin."""


def asker(exchange: Exchange) -> Asker:
    """Who asks, by which update."""
    return Asker(exchange.user.id, exchange.ref)


async def already_done(exchange: Exchange) -> Screen | None:
    """What an update showed that wrote a proposal before a crash; None when it did not."""
    mark = await exchange.services.members.screen_of(exchange.ref)
    if mark is None or not mark.startswith(_SHOWN):
        return None
    proposals = exchange.services.bureau.proposals
    number = mark.removeprefix(_SHOWN).strip()
    if number.isdecimal():
        found = await proposals.get(int(number))
    else:
        dialogue = await proposals.dialogue(exchange.user.id)
        found = await proposals.get(dialogue.proposal) if dialogue and dialogue.proposal else None
    return await show(exchange, found) if found else None


async def propose(
    exchange: Exchange,
    make: Make,
    *,
    workspace: Workspace | None = None,
    kind: Kind = Kind.EDIT,
    reason: str | None = None,
) -> Screen:
    """Make a change of the files, check it, keep it as a draft, and show it.

    Args:
        exchange: an editor's.
        make: the change.
        workspace: what it is made on; the editor's own when left out.
        kind: see `Kind`.
        reason: for a rollback, to which revision.
    """
    viewer, proposals = exchange.viewer, exchange.services.bureau.proposals
    if workspace is None:
        workspace = await proposals.workspace(exchange.user.id)
    try:
        after = await asyncio.to_thread(make, workspace.files)
    except NoSuchText:
        return entry_screens.gone_screen(viewer)
    except CannotSplice:
        return entry_screens.cannot_screen(viewer)
    if dict(after) == dict(workspace.files):
        return screens.nothing_screen(viewer)
    report = await examine(exchange, workspace.before, after)
    if report.hash is None:
        return screens.problems_screen(found_of(report), viewer)
    outcome = await proposals.keep(asker(exchange), workspace, after, report, kind=kind, reason=reason)
    return await show_outcome(exchange, outcome, Act.CHANGE)


async def examine(exchange: Exchange, before: Files, after: Files) -> Report:
    """Check a change, and say so when that takes longer than a second."""
    task = asyncio.ensure_future(exchange.services.bureau.check(before, after))
    try:
        done, _ = await asyncio.wait({task}, timeout=_PATIENCE)
        if not done:
            await exchange.reply(screens.checking_screen(exchange.viewer))
        return await task
    finally:
        task.cancel()


async def show_outcome(exchange: Exchange, outcome: Outcome, act: Act) -> Screen:
    """What came of an act: the proposal, with a sentence on top when it was refused."""
    if outcome.proposal is None:
        return await no_proposal(exchange)
    if outcome.why is None:
        return await show(exchange, outcome.proposal)
    said = why_words(outcome.why, act, NEEDED[act], exchange.viewer)
    return await show(exchange, outcome.proposal, said=said)


async def refuse(exchange: Exchange, why: Why, act: Act, right: Right, proposal: Proposal) -> Screen:
    """A proposal with the reason why something cannot be done with it."""
    return await show(exchange, proposal, said=why_words(why, act, right, exchange.viewer))


async def no_proposal(exchange: Exchange) -> Screen:
    """There is none with that number; those that wait are offered."""
    waiting = await exchange.services.bureau.proposals.waiting(limit=6)
    return screens.no_proposal_screen(waiting, exchange.viewer)


async def show(exchange: Exchange, proposal: Proposal, *, said: str = "") -> Screen:
    """The check screen of a proposal; a draft of somebody else is nobody else's business."""
    seen = await look(exchange, proposal)
    if proposal.state is State.DRAFT and not seen.own:
        return await no_proposal(exchange)
    return screens.proposal_screen(seen, exchange.viewer, said=said)


async def look(exchange: Exchange, proposal: Proposal) -> screens.Seen:
    """A proposal as this editor sees it."""
    bureau = exchange.services.bureau
    return await look_as(bureau, await bureau.desk.editors.actor(exchange.user.id), proposal)


async def look_as(bureau: Bureau, actor: Actor | None, proposal: Proposal) -> screens.Seen:
    """A proposal as somebody sees it."""
    report = read_findings(proposal.summary)
    touched = await bureau.touched(proposal.entries, [one.entry for one in report.guides])
    conflicts = await bureau.publishing.conflicts(proposal) if proposal.state is State.CONFLICTING else ()
    return screens.Seen(
        proposal=proposal,
        found=found_of(report),
        reach=screens.Reach(touched.walking, touched.finished, touched.reminders),
        own=actor is not None and proposal.author_id == actor.member_id,
        alone=await bureau.proposals.alone(),
        reviews=actor is not None and actor.may(Right.REVIEW),
        publishes=actor is not None and actor.may(Right.PUBLISH),
        approvers=await bureau.proposals.approvers(proposal),
        conflicts=conflicts,
    )


def found_of(report: Report) -> screens.Found:
    """A report as screens need it."""
    return screens.Found(
        problems=report.problems,
        differences=report.differences,
        golden=tuple(
            screens.Golden(one.question, _said(one.before), _said(one.after)) for one in report.golden
        ),
        asked=report.golden_asked,
        leaning=tuple((one.phrasing, one.entry, one.other) for one in report.leaning),
        stale=tuple((one.language, one.entry) for one in report.stale),
    )


def _said(outcome: GoldenOutcome) -> str:
    if outcome.outcome == "unknown" or outcome.entry is None:
        return ""
    return outcome.entry if outcome.outcome == "answer" else f"{outcome.entry}?"
