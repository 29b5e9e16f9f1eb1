"""/queue and /stats: what waits for editors, and what happened."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from telegram import CallbackQuery

from bot.chat import editing_actions as actions
from bot.chat.blocks import Screen
from bot.chat.handlers.services import Exchange
from bot.chat.notices import Written
from bot.chat.screens.editing import work as screens
from bot.chat.screens.editing.stats import DAYS, stats_screen
from bot.chat.screens.viewer import Viewer
from bot.deliveries.model import Delivery
from bot.editing.office import Office
from bot.editing.roles import Actor
from bot.editing.work import Part, Question
from bot.knowledge.model import Entry
from bot.matching.context import Context
from bot.matching.match import match
from bot.storage.faults import StorageDown

_OFFERED = 3


async def queue_command(exchange: Exchange, actor: Actor, text: str) -> Screen:
    """/queue, /queue PART, /queue NUMBER, /queue NUMBER ENTRY."""
    match text.casefold().split():
        case [part] if part in set(Part):
            return await _part(exchange, Part(part), "0")
        case [number] if number.isascii() and number.isdecimal():
            return await _question(exchange, number)
        case [number, entry] if number.isascii() and number.isdecimal():
            return await _when(exchange, number, entry)
        case _:
            return await _overview(exchange)


async def stats_command(exchange: Exchange, actor: Actor, text: str) -> Screen:
    """/stats."""
    return await _stats(exchange)


async def on_work(
    exchange: Exchange, actor: Actor, query: CallbackQuery, action: actions.OfEditors
) -> Screen | None:
    """Buttons of the work list; None for all others."""
    questions, by, ref = exchange.services.office.questions, exchange.user.id, exchange.ref
    match action:
        case actions.ShowQueue(""):
            return await _overview(exchange)
        case actions.ShowQueue(part, page) if part in set(Part):
            return await _part(exchange, Part(part), page)
        case actions.ShowQuestion(number):
            return await _question(exchange, number)
        case actions.AnswerQuestion(number, entry, ""):
            return await _when(exchange, number, entry)
        case actions.AnswerQuestion(number, entry, when) if exchange.viewer.entry(entry):
            later = when == "later"
            outcome = await questions.answer(by, _number(number), entry, later=later, ref=ref)
            return screens.settled_screen(outcome, exchange.viewer, later=later)
        case actions.CloseQuestion(number, "ask"):
            return screens.close_screen(str(_number(number)), exchange.viewer)
        case actions.CloseQuestion(number, "yes"):
            outcome = await questions.close(by, _number(number), ref=ref)
            return screens.settled_screen(outcome, exchange.viewer, closed=True)
        case actions.ShowConflict(number):
            clash = await exchange.services.office.conflicts.get(by, _number(number))
            return screens.conflict_screen(clash, exchange.viewer)
        case actions.SettleConflict(number):
            settled = await exchange.services.office.conflicts.settle(by, _number(number), ref=ref)
            return screens.conflict_screen(None, exchange.viewer, settled=settled)
        case actions.SetDigest(answer):
            on = answer == "on"
            await exchange.services.office.digest.stop(by, wanted=on)
            return screens.digest_set_screen(exchange.viewer, on=on)
        case actions.ShowStats():
            return await _stats(exchange)
        case _:
            return None


async def stop_digest(exchange: Exchange) -> str:
    """Turn the weekly digest off with /stop; what is said about it, nothing to whoever gets none."""
    office = exchange.services.office
    if await office.digest.reader(office.editors.identity.member_id(exchange.user.id)) is None:
        return ""
    await office.digest.stop(exchange.user.id)
    return exchange.viewer.words.text("The weekly digest for editors is off too; /queue turns it on again.")


async def _overview(exchange: Exchange) -> Screen:
    office = exchange.services.office
    with suppress(StorageDown):
        await office.counts.flush()  # so that what happened a moment ago is seen
    counts = await office.queue.overview(exchange.user.id, exchange.viewer.base)
    member_id = office.editors.identity.member_id(exchange.user.id)
    digest = await office.digest.reader(member_id) is not None
    return screens.queue_screen(counts, exchange.viewer, digest=digest)


async def _part(exchange: Exchange, part: Part, page: str) -> Screen:
    office = exchange.services.office
    items = await office.queue.items(exchange.user.id, exchange.viewer.base, part)
    return screens.part_screen(
        part, items, exchange.viewer, page=int(page) if len(page) < 6 and page.isdecimal() else 0
    )


async def _question(exchange: Exchange, number: str) -> Screen:
    question = await exchange.services.office.questions.get(exchange.user.id, _number(number))
    nearest = _nearest(exchange, question) if question else []
    return screens.question_screen(question, nearest, exchange.viewer)


async def _when(exchange: Exchange, number: str, entry_id: str) -> Screen:
    question = await exchange.services.office.questions.get(exchange.user.id, _number(number))
    entry = exchange.viewer.entry(entry_id)
    if question is None:
        return screens.question_screen(None, (), exchange.viewer)
    if entry is None:
        note = exchange.viewer.words.text("There is no entry {entry}. /topics lists them.")
        nearest = _nearest(exchange, question)
        return screens.question_screen(
            question, nearest, exchange.viewer, note=note.format(entry=entry_id[:40])
        )
    return screens.when_screen(question, entry, exchange.viewer)


async def _stats(exchange: Exchange) -> Screen:
    office = exchange.services.office
    with suppress(StorageDown):
        await office.counts.flush()
    since = exchange.viewer.today - timedelta(days=DAYS - 1)
    return stats_screen(await office.counts.by_day(since), exchange.viewer)


def _nearest(exchange: Exchange, question: Question) -> list[Entry]:
    """The entries that come nearest to a question by the knowledge of today."""
    if question.text is None:
        return []
    result = match(exchange.services.live.snapshot, question.text, Context(language=question.language))
    ids = [candidate.entry for candidate in result.reading.candidates[:_OFFERED]]
    return [found for key in ids if (found := exchange.viewer.entry(key))]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


async def write_digest(office: Office, delivery: Delivery, viewer: Viewer) -> Written | None:
    """The weekly digest; None when its reader is no editor any more, stopped it, or nothing waits."""
    if await office.digest.reader(delivery.member_id) is None:
        return None
    counts = await office.queue.waiting(viewer.base)
    if not any(counts.values()):
        return None
    return Written(screens.digest_screen(counts, viewer, repeat=delivery.repeat))
