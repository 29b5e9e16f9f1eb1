"""Free text: secrets and distress first, then the question."""

from __future__ import annotations

from bot.chat.blocks import Screen
from bot.chat.handlers.services import Exchange
from bot.chat.screens.alarm import (
    children_screen,
    despair_line,
    distress_screen,
    images_screen,
    secret_screen,
)
from bot.chat.screens.courtesy import courtesy_screen
from bot.chat.screens.notices import empty_screen
from bot.chat.screens.result import result_screen, with_line
from bot.chat.screens.viewer import Viewer
from bot.knowledge.model import Surface
from bot.matching.alarm import Alarm, read_alarm
from bot.matching.context import Context
from bot.matching.match import match
from bot.matching.result import Answer, Suggestions, Unknown, UnknownReason
from bot.matching.secrets import find_secret
from bot.matching.snapshot import Snapshot
from bot.members.followups import Topic
from bot.ops.metrics import QUESTIONS


async def answer_question(exchange: Exchange, text: str) -> None:
    """Answer `text`; nothing of it is kept but the name of the topic, for half an hour."""
    before = await exchange.topic()
    screen, topic = answer_to(exchange.services.live.snapshot, text, exchange.viewer, before)
    await exchange.reply(screen)
    if topic is not None:
        await exchange.note_topic(topic, before=before)


def answer_to(snapshot: Snapshot, text: str, viewer: Viewer, before: Topic) -> tuple[Screen, Topic | None]:
    """The screen that answers `text`, and what is talked about from then on (None: as before)."""
    if courtesy := courtesy_screen(text, viewer):
        return courtesy, None
    if find_secret(text):
        QUESTIONS.labels(outcome="secret").inc()
        return secret_screen(viewer), None
    alarm = read_alarm(viewer.base, text, viewer.words.code)
    screens = {
        Alarm.WISH_TO_DIE: distress_screen,
        Alarm.CHILDREN: children_screen,
        Alarm.IMAGES: images_screen,
    }
    if alarm in screens:
        return screens[alarm](viewer), None  # not counted: nothing about distress is
    result = match(snapshot, text, _context(viewer, before))
    QUESTIONS.labels(outcome=type(result).__name__.lower()).inc()
    if isinstance(result, Unknown) and result.reason is UnknownReason.EMPTY:
        return empty_screen(viewer), None
    screen = result_screen(result, viewer)
    if alarm is Alarm.DESPAIR:
        screen = with_line(screen, despair_line(viewer))
    return screen, _topic(result, before)


def _context(viewer: Viewer, before: Topic) -> Context:
    surface = Surface(before.surface) if before.surface in set(Surface) else None
    return Context(language=viewer.words.code, region=viewer.place, entry=before.entry, surface=surface)


def _topic(result: Answer | Suggestions | Unknown, before: Topic) -> Topic | None:
    if not isinstance(result, Answer):
        return None
    surface = result.reading.surface
    return Topic(result.entry, surface.value if surface else before.surface)
