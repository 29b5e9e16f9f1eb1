"""What is said to a free text: courtesy, secrets and distress first, then what the matcher understood."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
from bot.chat.screens.past import past_screen
from bot.chat.screens.result import result_screen, with_line
from bot.chat.screens.translation import with_language
from bot.chat.screens.viewer import Viewer
from bot.knowledge.model import Surface
from bot.knowledge.past import Days
from bot.matching.alarm import Alarm, read_alarm
from bot.matching.context import Context
from bot.matching.match import match
from bot.matching.past import Past, find_past
from bot.matching.result import Answer, Suggestions, Unknown, UnknownReason
from bot.matching.secrets import find_secret
from bot.matching.snapshot import Snapshot
from bot.matching.tongue import other_tongue

_ONLY_A_NAME = 3
"""Words of a question that says nothing but a platform's name ("at linkedin ?")."""


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
        mobile: whether it names a phone without saying which.
        platform: the service that it names; of suggestions, the one that all of them are about.
        nearest: the entry that came nearest, whether or not it answers.
    """

    screen: Screen
    heard: Heard
    entry: str | None = None
    surface: Surface | None = None
    nearest: str | None = None
    platform: str | None = None
    mobile: bool = False


def reply_to(
    snapshot: Snapshot,
    text: str,
    viewer: Viewer,
    *,
    entry: str | None = None,
    surface: Surface | None = None,
    platform: str | None = None,
    as_of: Days | None = None,
) -> Reply:
    """What is said to `text`.

    Args:
        snapshot: the knowledge, ready for questions.
        text: as it was typed.
        viewer: who reads the answer.
        entry: what was talked about before.
        surface: on which device.
        platform: and on which service; None: the one that `entry` is about.
        as_of: the time that is asked about, when the question need not say it.
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
    context = Context(
        language=viewer.words.code, region=viewer.place, entry=entry, platform=platform, surface=surface
    )
    reply = _at_another_time(snapshot, text, viewer, context, as_of)
    reply = reply or _matched(match(snapshot, text, context), viewer)
    if reply.heard is Heard.ANSWER:
        other = other_tongue(viewer.base, text, viewer.words.code)
        reply = replace(reply, screen=with_language(reply.screen, other, viewer))
    if alarm is Alarm.DESPAIR:
        line = despair_line(viewer)
        return replace(reply, screen=with_line(reply.screen, line), heard=Heard.ALARM, nearest=None)
    return reply


def _at_another_time(
    snapshot: Snapshot, text: str, viewer: Viewer, context: Context, as_of: Days | None
) -> Reply | None:
    """The answer as it was at the time that is asked about; None when none is, or it is not sure what of."""
    past = Past(as_of, text, explicit=True) if as_of else find_past(text, viewer.today)
    if past is None:
        return None
    if not past.explicit:  # a wrong date is corrected before anything is said about that day
        result = match(snapshot, text, context)
        if isinstance(result, Answer) and result.premises:
            return None
    found, surface = context.entry, context.surface
    if past.rest:
        result = match(snapshot, past.rest, context)
        found, surface = _meant(result, past, viewer), result.reading.surface
    entry = viewer.entry(found)
    if entry is None:
        return None
    return Reply(past_screen(entry, viewer, past.days), Heard.ANSWER, entry.id, surface)


def _meant(result: Answer | Suggestions | Unknown, past: Past, viewer: Viewer) -> str | None:
    """The entry that is asked about.

    Whether a platform trained then, and a platform that is only named, are answered by what says since when.
    """
    begun = f"{result.reading.platform}.start-date"
    if viewer.entry(begun) and (not past.explicit or len(past.rest.split()) <= _ONLY_A_NAME):
        return begun
    return result.entry if isinstance(result, Answer) else None


def _matched(result: Answer | Suggestions | Unknown, viewer: Viewer) -> Reply:
    match result:
        case Answer(entry=entry):
            reading, screen = result.reading, result_screen(result, viewer)
            return Reply(
                screen,
                Heard.ANSWER,
                entry,
                reading.surface,
                platform=reading.platform,
                mobile=reading.mobile,
            )
        case Suggestions(entries=entries, reading=reading):
            return Reply(
                result_screen(result, viewer),
                Heard.SUGGESTIONS,
                surface=reading.surface,
                nearest=next(iter(entries), None),
                platform=_one_service(entries, viewer),
                mobile=reading.mobile,
            )
        case Unknown(reason=UnknownReason.EMPTY):
            return Reply(empty_screen(viewer), Heard.UNKNOWN)
        case Unknown(reading=reading):
            nearest = next((candidate.entry for candidate in reading.candidates), None)
            return Reply(result_screen(result, viewer), Heard.UNKNOWN, nearest=nearest)


def _one_service(entries: tuple[str, ...], viewer: Viewer) -> str | None:
    """The service that all of `entries` are about; None when there is no such."""
    services = {viewer.service(entry) for entry in entries}
    return services.pop() if len(services) == 1 else None
