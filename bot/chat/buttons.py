"""What a button carries: a typed action, written in at most 64 bytes.

The form is `VERSION VERB : part : part …`, for example `1e:linkedin.opt-out`. Parts name entries, surfaces
and letters by id, never by position, and a guide by the first four hex digits of its hash, so that an old
button is recognised. Whatever cannot be read (another version, a forgery) is `Outdated`; it harms nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import astuple

from bot.chat import actions, editing_actions, proposal_actions
from bot.chat.actions import Action, Outdated

VERSION = "1"
MAX_BYTES = 64
"""`InlineKeyboardButtonLimit.MAX_CALLBACK_DATA`; screens must not know telegram, so a test compares them."""
_PART = re.compile(r"[a-z0-9.-]{0,48}")

_VERBS: dict[str, Callable[..., Action]] = {
    "h": actions.Home,
    "e": actions.ShowEntry,
    "m": actions.ShowMore,
    "ye": actions.ShowEnglish,
    "s": actions.ShowSources,
    "c": actions.ShowCoverage,
    "w": actions.ChooseSurface,
    "wa": actions.AskSurface,
    "wg": actions.WalkAgain,
    "g": actions.ShowSteps,
    "wd": actions.WalkDone,
    "wb": actions.WalkBack,
    "wl": actions.WalkLater,
    "wx": actions.WalkDiffers,
    "ro": actions.OfferReminder,
    "k": actions.ShowCheckup,
    "kc": actions.ChoosePlatforms,
    "ku": actions.UsePlatform,
    "kp": actions.TakePack,
    "o": actions.SetPlain,
    "l": actions.ShowLetter,
    "au": actions.FindAuthority,
    "t": actions.ShowTopics,
    "q": actions.AskRegion,
    "r": actions.SetRegion,
    "a": actions.AskLanguage,
    "n": actions.SetLanguage,
    "p": actions.ShowPage,
    "f": actions.Forget,
    "x": actions.NewQuestion,
    "rm": actions.MakeReminder,
    "rz": actions.InZone,
    "rl": actions.ShowReminders,
    "rs": actions.ShowReminder,
    "rt": actions.ReminderTap,
    "rc": actions.Retime,
    "ra": actions.Answered,
    "rn": actions.Snooze,
    "v": actions.Found,
    "vq": actions.TellChanges,
    "vc": actions.SetCorrections,
    "u": actions.SendQuestion,
    "y": actions.NotMeant,
    **editing_actions.VERBS,
    **proposal_actions.VERBS,
}
_VERB_OF = {action: verb for verb, action in _VERBS.items()}


def encode(action: Action) -> str:
    """The data of a button.

    Raises:
        ValueError: the action does not fit into 64 bytes or holds a sign that ids never have.
    """
    parts = astuple(action)
    data = ":".join((VERSION + _VERB_OF[type(action)], *parts))
    if len(data.encode()) > MAX_BYTES or not all(_PART.fullmatch(part) for part in parts):
        raise ValueError(f"no button can carry {type(action).__name__} with {len(data)} bytes")
    return data


def decode(data: str | None) -> Action | Outdated:
    """The action of a button; never raises, whatever somebody sent."""
    if not data or len(data.encode("utf-8", "replace")) > MAX_BYTES:
        return Outdated()
    head, *parts = data.split(":")
    make = _VERBS.get(head[1:])
    if head[:1] != VERSION or make is None or not all(_PART.fullmatch(part) for part in parts):
        return Outdated()
    try:
        return make(*parts)
    except TypeError:  # too many or too few parts
        return Outdated()


def to_start_payload(entry_id: str) -> str:
    """An entry id as the payload of a deep link (`linkedin.opt-out` is `linkedin_opt-out`)."""
    return entry_id.replace(".", "_")


def from_start_payload(payload: str) -> str:
    """The entry id of a deep link's payload; not checked to exist."""
    return payload.replace("_", ".")


def rule_part(rule: str) -> str:
    """A rule's text (`bot.reminders.rules`) in signs that a button may hold: `1w:mo,fr` is `1w.mo-fr`."""
    return rule.replace(":", ".").replace(",", "-")


def rule_of(part: str) -> str:
    """The reverse of `rule_part`; only rules of weekdays hold a comma."""
    head, dot, rest = part.partition(".")
    return f"{head}:{rest.replace('-', ',') if head.endswith('w') else rest}" if dot else head
