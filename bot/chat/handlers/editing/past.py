"""/history, /asof, /rollback, /recall: what was, going back to it, taking back what was wrong."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from telegram import CallbackQuery

from bot.chat import actions, proposal_actions
from bot.chat.blocks import Screen
from bot.chat.handlers.commands import split_command
from bot.chat.handlers.editing.checking import already_done, asker, propose
from bot.chat.handlers.editing.proposing import read_day
from bot.chat.handlers.editing.reviewing import zone_of
from bot.chat.handlers.services import Exchange
from bot.chat.screens.editing import history as screens
from bot.chat.screens.editing.refusals import needs_screen
from bot.editing.edits import languages_of, roll_back
from bot.editing.history import Past
from bot.editing.proposal import Kind
from bot.editing.proposals import Workspace
from bot.editing.recalls import LONGEST_REASON, Status
from bot.editing.revisions import Files, NoRevision
from bot.editing.roles import Actor, Right
from bot.members.store import Repeated


async def history(exchange: Exchange, actor: Actor, text: str) -> Screen:
    """/history ENTRY, or /history ENTRY OLDER NEWER."""
    parts = text.split()
    entry = parts[0].casefold() if parts else ""
    if len(parts) == 3 and all(_is_number(part) for part in parts[1:]):
        return await _difference(exchange, entry, *sorted((int(parts[1]), int(parts[2]))))
    return await _history(exchange, entry)


async def asof(exchange: Exchange, actor: Actor, text: str) -> Screen:
    """/asof DATE ENTRY, in any order."""
    days = [(word, day) for word in text.split() if (day := read_day(word, exchange.viewer.today))]
    if not days:
        return screens.asof_help_screen(exchange.viewer)
    word, day = days[0]
    names = [other.casefold() for other in text.split() if other != word]
    zone = ZoneInfo(await zone_of(exchange))
    # What was in force on a day is what was so at its end, by the editor's clock.
    end = datetime.combine(day + timedelta(days=1), time(), zone) - timedelta(seconds=1)
    revision = await exchange.services.bureau.history.as_of(end)
    if revision is None:
        return screens.asof_help_screen(exchange.viewer, none=True)
    try:
        base = await exchange.services.bureau.earlier.base(revision.number)
    except LookupError:
        return screens.no_revision_screen(exchange.viewer)
    if not names:
        return screens.entries_as_of_screen(
            list(base.languages["en"].entries), revision.number, day, exchange.viewer
        )
    viewer = replace(exchange.viewer, base=base, today=day)
    entry = viewer.entry(names[0])
    if entry is None:
        return screens.no_revision_screen(exchange.viewer)
    return screens.as_of_screen(entry, revision.number, day, viewer)


async def rollback(exchange: Exchange, actor: Actor, text: str) -> Screen:
    """/rollback ENTRY REVISION: the difference, to be confirmed."""
    parts = text.split()
    if not actor.may(Right.ROLL_BACK):
        return needs_screen(Right.ROLL_BACK, exchange.viewer)
    if len(parts) != 2 or not _is_number(parts[1]):
        return screens.no_revision_screen(exchange.viewer)
    return await _roll_back(exchange, parts[0].casefold(), int(parts[1]), sure=False)


async def recall(exchange: Exchange, actor: Actor, text: str) -> Screen | None:
    """/recall ENTRY REVISION REASON: whom it would tell, to be confirmed under the editor's own message."""
    viewer = exchange.viewer
    if not actor.may(Right.RECALL):
        return needs_screen(Right.RECALL, viewer)
    asked = _asked(text)
    if asked is None:
        return screens.recall_help_screen(viewer)
    entry, revision, reason = asked
    bureau = exchange.services.bureau
    newest = await bureau.revisions.newest()
    preview = await bureau.recalls.preview(entry, revision, mended=newest.number)
    if len(reason) > LONGEST_REASON or preview.status is not Status.DONE:
        status = Status.TOO_LONG if len(reason) > LONGEST_REASON else preview.status
        return screens.recall_help_screen(viewer, why=_why(status, exchange))
    changes = await bureau.history.difference(entry, revision, newest.number)
    screen = screens.recall_screen(entry, revision, reason, preview.members, changes, viewer)
    await exchange.reply(screen, cite=True)
    return None


async def on_past_tap(
    exchange: Exchange, actor: Actor, query: CallbackQuery, action: actions.Action
) -> Screen | None:
    """Buttons about what was; None when it is another one."""
    match action:
        case proposal_actions.ShowHistory(entry, page) if _is_number(page):
            return await _history(exchange, entry, page=int(page))
        case proposal_actions.ShowDifference(entry, before, after) if _is_number(before + after):
            return await _difference(exchange, entry, int(before), int(after))
        case proposal_actions.RollBack(entry, revision, answer) if _is_number(revision):
            if not actor.may(Right.ROLL_BACK):
                return needs_screen(Right.ROLL_BACK, exchange.viewer)
            return await _roll_back(exchange, entry, int(revision), sure=answer == "yes")
        case proposal_actions.Recall(entry, revision) if _is_number(revision):
            return await _recall(exchange, query, entry, int(revision))
        case _:
            return None


async def _history(exchange: Exchange, entry: str, *, page: int = 0) -> Screen:
    found = await exchange.services.bureau.history.of(entry) if entry else ()
    return screens.history_screen(entry, [_line(one) for one in found], exchange.viewer, page=page)


async def _difference(exchange: Exchange, entry: str, before: int, after: int) -> Screen:
    try:
        changes = await exchange.services.bureau.history.difference(entry, before, after)
    except NoRevision:
        return screens.no_revision_screen(exchange.viewer)
    return screens.difference_screen(entry, before, after, changes, exchange.viewer)


async def _roll_back(exchange: Exchange, entry: str, revision: int, *, sure: bool) -> Screen:
    """Going back is a proposal on the newest revision, whatever draft the editor is at."""
    if sure and (done := await already_done(exchange)) is not None:
        return done
    bureau, viewer = exchange.services.bureau, exchange.viewer
    newest = await bureau.revisions.newest()
    try:
        old, files = await bureau.revisions.files(revision), await bureau.revisions.files(newest.number)
    except NoRevision:
        return screens.no_revision_screen(viewer)
    if not await asyncio.to_thread(languages_of, old, entry):
        return screens.no_revision_screen(viewer)
    changes = await bureau.history.difference(entry, newest.number, revision)
    if not changes:
        return screens.same_screen(entry, revision, viewer)
    if not sure:
        return screens.roll_back_screen(entry, revision, changes, viewer)
    workspace = Workspace(newest.number, files, files)
    make = partial(_back, old=old, entry=entry)
    return await propose(exchange, make, workspace=workspace, kind=Kind.ROLLBACK, reason=str(revision))


def _back(files: Files, *, old: Files, entry: str) -> Files:
    return roll_back(files, old, entry)


async def _recall(exchange: Exchange, query: CallbackQuery, entry: str, revision: int) -> Screen | None:
    """Confirmed: the right and the audit first, then the messages; they are written down before they go."""
    asked = _cited(exchange, query)
    if asked is None or asked[:2] != (entry, revision):
        return None
    bureau = exchange.services.bureau
    newest = await bureau.revisions.newest()
    try:
        async with bureau.desk.sit(asker(exchange), "recall", right=Right.RECALL) as sitting:
            await bureau.desk.audit.note(
                sitting.connection,
                sitting.actor,
                "recall",
                entry,
                {"revision": revision, "mended": newest.number},
                now=sitting.now,
            )
    except Repeated:
        pass  # what was noted before a crash may not have been done; doing it again tells nobody twice
    done = await bureau.recalls.recall(
        entry, revision, asked[2], mended=newest.number, now=exchange.services.clock.now()
    )
    if done.status is not Status.DONE:
        return screens.recall_help_screen(exchange.viewer, why=_why(done.status, exchange))
    return screens.recalled_screen(done.members, exchange.viewer)


def _cited(exchange: Exchange, query: CallbackQuery) -> tuple[str, int, str] | None:
    """What the editor's own message asked for, under whose answer the button stands."""
    message = query.message
    said = getattr(message, "reply_to_message", None)
    if said is None or said.from_user is None or said.from_user.id != exchange.user.id or not said.text:
        return None
    parts = split_command(said.text.strip(), exchange.services.bot_name)
    return _asked(parts[1]) if parts and parts[0] == "recall" else None


def _asked(text: str) -> tuple[str, int, str] | None:
    """Entry, revision and reason."""
    entry, _, rest = text.strip().partition(" ")
    revision, _, reason = rest.strip().partition(" ")
    if not entry or not _is_number(revision) or not reason.strip():
        return None
    return entry.casefold(), int(revision), " ".join(reason.split())


def _why(status: Status, exchange: Exchange) -> str:
    _ = exchange.viewer.words.text
    match status:
        case Status.SAME:
            return _("That revision says the same as today: correct the entry first, then recall.")
        case Status.TOO_LONG:
            return _("The reason is too long: at most {number} characters.").format(number=LONGEST_REASON)
        case _:
            return _("There is no such revision, or the entry is not in it.")


def _line(past: Past) -> screens.PastLine:
    revision = past.revision
    return screens.PastLine(
        number=revision.number,
        kind=revision.kind,
        at=revision.made_at,
        author=past.author,
        approvers=past.approvers,
        proposal=revision.proposal,
        gone=past.gone,
    )


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) < 10
