"""What is said to a free text: courtesy, secrets and distress first, then what the matcher understood."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.chat.blocks import Screen
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


class Heard(StrEnum):
    """What kind of thing was said, as it is counted; distress is never counted."""

    COURTESY = "courtesy"
    SECRET = "secret"  # noqa: S105 - a kind, not a secret
    ALARM = "alarm"
    ANSWER = "answer"
    SUGGESTIONS = "suggestions"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said, and what was heard.

    Attributes:
        screen: the answer.
        heard: its kind.
        entry: the entry that answers; None for everything but an answer.
        surface: the device that the question names.
    """

    screen: Screen
    heard: Heard
    entry: str | None = None
    surface: Surface | None = None


def reply_to(
    snapshot: Snapshot,
    text: str,
    viewer: Viewer,
    *,
    entry: str | None = None,
    surface: Surface | None = None,
) -> Reply:
    """What is said to `text`.

    Args:
        snapshot: the knowledge, ready for questions.
        text: as it was typed.
        viewer: who reads the answer.
        entry: what was talked about before.
        surface: on which device.
    """
    if courtesy := courtesy_screen(text, viewer):
        return Reply(courtesy, Heard.COURTESY)
    if find_secret(text):
        return Reply(secret_screen(viewer), Heard.SECRET)
    alarm = read_alarm(viewer.base, text, viewer.words.code)
    screens = {
        Alarm.WISH_TO_DIE: distress_screen,
        Alarm.CHILDREN: children_screen,
        Alarm.IMAGES: images_screen,
    }
    if alarm in screens:
        return Reply(screens[alarm](viewer), Heard.ALARM)
    context = Context(language=viewer.words.code, region=viewer.place, entry=entry, surface=surface)
    reply = _matched(match(snapshot, text, context), viewer)
    if alarm is Alarm.DESPAIR:
        return Reply(with_line(reply.screen, despair_line(viewer)), Heard.ALARM, reply.entry, reply.surface)
    return reply


def _matched(result: Answer | Suggestions | Unknown, viewer: Viewer) -> Reply:
    match result:
        case Answer(entry=entry):
            return Reply(result_screen(result, viewer), Heard.ANSWER, entry, result.reading.surface)
        case Suggestions():
            return Reply(result_screen(result, viewer), Heard.SUGGESTIONS)
        case Unknown(reason=UnknownReason.EMPTY):
            return Reply(empty_screen(viewer), Heard.UNKNOWN)
        case Unknown():
            return Reply(result_screen(result, viewer), Heard.UNKNOWN)
