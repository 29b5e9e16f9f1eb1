"""Inline queries: cards with an answer, to be sent into any chat."""

from __future__ import annotations

from telegram import InlineQuery
from telegram.constants import InlineQueryLimit

from bot.chat.handlers.services import Exchange
from bot.chat.outbox import Card
from bot.chat.render import render
from bot.chat.screens.answer import card_screen
from bot.chat.screens.viewer import Viewer
from bot.knowledge.model import Entry
from bot.matching.alarm import read_alarm
from bot.matching.context import Context
from bot.matching.match import match
from bot.matching.secrets import find_secret
from bot.matching.snapshot import Snapshot

MOST_CARDS = 5
_SHORTEST = 2
"""Letters before anything is looked up; below it the usual topics are offered."""
_USUAL = ("linkedin.opt-out", "linkedin.data-used", "linkedin.past-training", "gdpr.objection", "gdpr.letter")


async def on_inline(exchange: Exchange, query: InlineQuery) -> None:
    """Answer with up to five cards; nothing personal is in them, so Telegram may cache them."""
    text = query.query[: int(InlineQueryLimit.MAX_QUERY_LENGTH)]
    viewer = exchange.viewer
    entries = cards(exchange.services.live.snapshot, text, viewer)
    made = [
        Card(
            id=entry.id,
            title=entry.title,
            description=entry.claims[0].text[:120],
            rendered=render(card_screen(entry, viewer))[0],
        )
        for entry in entries
    ]
    await exchange.services.outbox.answer_inline(query.id, made)


def cards(snapshot: Snapshot, text: str, viewer: Viewer) -> list[Entry]:
    """The entries to offer for `text`, best first."""
    if len(text.strip()) < _SHORTEST:
        ids: tuple[str, ...] = _USUAL
    elif find_secret(text) or read_alarm(viewer.base, text, viewer.words.code):
        ids = ()
    else:
        found = match(snapshot, text, Context(language=viewer.words.code)).reading.candidates
        ids = tuple(candidate.entry for candidate in found)
    return [entry for key in ids[:MOST_CARDS] if (entry := viewer.entry(key))]
