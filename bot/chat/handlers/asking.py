"""Free text: answered from the knowledge in force, in the light of what was talked about last."""

from __future__ import annotations

from dataclasses import replace

from bot.chat.blocks import Screen
from bot.chat.handlers.reminding import said_reminder
from bot.chat.handlers.rescheduling import said_change
from bot.chat.handlers.sending import NEXT, SHOWN, show_for_editors
from bot.chat.handlers.services import Exchange
from bot.chat.handlers.walking import said_on_the_way
from bot.chat.screens.editing.sending import not_meant_row
from bot.chat.screens.question import Heard, Reply, reply_to
from bot.editing.work import Count
from bot.knowledge.freshness import entry_freshness
from bot.knowledge.model import Surface
from bot.members.followups import Topic
from bot.ops.metrics import QUESTIONS

_NOT_ANSWERED = frozenset({Heard.UNKNOWN, Heard.SUGGESTIONS})
_COUNTED = {
    Heard.ANSWER: Count.ANSWERED,
    Heard.SUGGESTIONS: Count.SUGGESTED,
    Heard.UNKNOWN: Count.REFUSED,
}


async def answer_question(exchange: Exchange, text: str) -> None:
    """Answer `text`; nothing of it is kept but the name of the topic, for half an hour."""
    before = await exchange.topic()
    if before.entry == NEXT:
        await show_for_editors(exchange, text)
        return
    if await said_on_the_way(exchange, text) or await said_change(exchange, text, before=before):
        return
    known = Surface(before.surface) if before.surface in set(Surface) else None
    snapshot = exchange.services.live.snapshot
    talked_about = None if before.entry == SHOWN else before.entry
    service = before.platform or exchange.viewer.service(talked_about)
    reply = reply_to(snapshot, text, exchange.viewer, entry=talked_about, platform=service, surface=known)
    if reply.heard not in {Heard.ALARM, Heard.SECRET, Heard.COURTESY} and await said_reminder(exchange, text):
        return
    if reply.heard is not Heard.ALARM:  # nothing about distress is counted
        QUESTIONS.labels(outcome=reply.heard.value).inc()
        _count(exchange, reply)
    # As a reply, so that a tap on [Send to the editors] brings the question along: nothing of it is kept.
    await exchange.reply(_offered(exchange, reply), cite=reply.heard in _NOT_ANSWERED)
    await exchange.saw(reply.entry)
    surface = reply.surface or (None if reply.mobile and known is Surface.WEB else known)
    device = surface.value if surface else None
    if reply.entry:
        service = exchange.viewer.service(reply.entry) or reply.platform or service
        await exchange.note_topic(Topic(reply.entry, device, service), before=before)
    elif reply.heard is Heard.SUGGESTIONS and reply.platform:  # the service is known, the topic is not yet
        await exchange.note_topic(Topic(None, device, reply.platform), before=before)


def _offered(exchange: Exchange, reply: Reply) -> Screen:
    """The screen, with a way to say that an answer did not fit."""
    if not exchange.viewer.private or reply.heard is not Heard.ANSWER:
        return reply.screen
    row = not_meant_row(exchange.viewer, reply.entry or "")
    return replace(reply.screen, rows=(*reply.screen.rows, row))


def _count(exchange: Exchange, reply: Reply) -> None:
    """Add to the numbers of the day; no text, and nobody's id."""
    counts, viewer = exchange.services.office.counts, exchange.viewer
    if reply.heard not in _COUNTED:
        return
    counts.note(Count.ASKED)
    counts.note(_COUNTED[reply.heard], reply.entry or reply.nearest)
    entry = viewer.entry(reply.entry)
    fresh = entry_freshness(entry, viewer.base, viewer.today) if entry else None
    if fresh and fresh.overdue:
        counts.note(Count.STALE, reply.entry)
