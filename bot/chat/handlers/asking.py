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
from bot.matching.alarm import Alarm, read_alarm
from bot.matching.context import Context
from bot.matching.match import match
from bot.matching.result import Unknown, UnknownReason
from bot.matching.secrets import find_secret
from bot.matching.snapshot import Snapshot
from bot.ops.metrics import QUESTIONS


async def answer_question(exchange: Exchange, text: str) -> None:
    """Answer `text`; nothing of it is kept."""
    await exchange.reply(question_screen(exchange.services.live.snapshot, text, exchange.viewer))


def question_screen(snapshot: Snapshot, text: str, viewer: Viewer) -> Screen:
    """The screen that answers `text`."""
    if courtesy := courtesy_screen(text, viewer):
        return courtesy
    if find_secret(text):
        QUESTIONS.labels(outcome="secret").inc()
        return secret_screen(viewer)
    alarm = read_alarm(viewer.base, text, viewer.words.code)
    screens = {
        Alarm.WISH_TO_DIE: distress_screen,
        Alarm.CHILDREN: children_screen,
        Alarm.IMAGES: images_screen,
    }
    if alarm in screens:
        return screens[alarm](viewer)  # not counted: nothing about distress is
    result = match(snapshot, text, Context(language=viewer.words.code, region=viewer.place))
    QUESTIONS.labels(outcome=type(result).__name__.lower()).inc()
    if isinstance(result, Unknown) and result.reason is UnknownReason.EMPTY:
        return empty_screen(viewer)
    screen = result_screen(result, viewer)
    return with_line(screen, despair_line(viewer)) if alarm is Alarm.DESPAIR else screen
