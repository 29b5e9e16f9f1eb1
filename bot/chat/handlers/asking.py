"""Free text: answered from the knowledge in force, in the light of what was talked about last."""

from __future__ import annotations

from bot.chat.handlers.reminding import said_reminder
from bot.chat.handlers.services import Exchange
from bot.chat.handlers.walking import said_on_the_way
from bot.chat.screens.question import Heard, reply_to
from bot.knowledge.model import Surface
from bot.members.followups import Topic
from bot.ops.metrics import QUESTIONS


async def answer_question(exchange: Exchange, text: str) -> None:
    """Answer `text`; nothing of it is kept but the name of the topic, for half an hour."""
    if await said_on_the_way(exchange, text):
        return
    before = await exchange.topic()
    known = Surface(before.surface) if before.surface in set(Surface) else None
    snapshot = exchange.services.live.snapshot
    reply = reply_to(snapshot, text, exchange.viewer, entry=before.entry, surface=known)
    if reply.heard not in {Heard.ALARM, Heard.SECRET, Heard.COURTESY} and await said_reminder(exchange, text):
        return
    if reply.heard is not Heard.ALARM:  # nothing about distress is counted
        QUESTIONS.labels(outcome=reply.heard.value).inc()
    await exchange.reply(reply.screen)
    if reply.entry:
        surface = reply.surface or known
        await exchange.note_topic(Topic(reply.entry, surface.value if surface else None), before=before)
