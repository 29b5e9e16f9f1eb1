"""What a button carries: a typed action, written in at most 64 bytes.

The form is `VERSION VERB : part : part …`, for example `1e:linkedin.opt-out`. Parts name entries, surfaces
and letters by id, never by position, and a guide by the first four hex digits of its hash, so that an old
button is recognised. Whatever cannot be read (another version, a forgery) is `Outdated`; it harms nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import astuple, dataclass
from typing import TypeAlias

VERSION = "1"
MAX_BYTES = 64
"""`InlineKeyboardButtonLimit.MAX_CALLBACK_DATA`; screens must not know telegram, so a test compares them."""
_PART = re.compile(r"[a-z0-9.-]{0,48}")


@dataclass(frozen=True, slots=True)
class Home:
    """The first screen."""


@dataclass(frozen=True, slots=True)
class ShowEntry:
    """The answer of an entry."""

    entry: str


@dataclass(frozen=True, slots=True)
class ShowMore:
    """The answer of an entry with what was folded."""

    entry: str


@dataclass(frozen=True, slots=True)
class ShowSources:
    """What an entry rests on."""

    entry: str


@dataclass(frozen=True, slots=True)
class ShowCoverage:
    """What a guide stops and what it does not."""

    entry: str


@dataclass(frozen=True, slots=True)
class ChooseSurface:
    """Into a guide: where it was left, or at its first step; asks for the surface when none is known."""

    entry: str


@dataclass(frozen=True, slots=True)
class AskSurface:
    """Where the member uses the platform, asked whatever was said before."""

    entry: str


@dataclass(frozen=True, slots=True)
class ShowSteps:
    """A surface was chosen: the steps of a guide there."""

    entry: str
    surface: str
    guide_hash: str


@dataclass(frozen=True, slots=True)
class WalkTap:
    """A button under a step of a guide.

    Attributes:
        entry: whose guide.
        surface: the first letter of the surface's name; its whole name has no room beside long ids.
        step: the id of the step.
        guide_hash: its first four digits.
    """

    entry: str
    surface: str
    step: str
    guide_hash: str


@dataclass(frozen=True, slots=True)
class WalkDone(WalkTap):
    """The step is done."""


@dataclass(frozen=True, slots=True)
class WalkBack(WalkTap):
    """To the step before."""


@dataclass(frozen=True, slots=True)
class WalkLater(WalkTap):
    """Not now; the step is kept."""


@dataclass(frozen=True, slots=True)
class WalkDiffers(WalkTap):
    """The step looks different."""


@dataclass(frozen=True, slots=True)
class OfferReminder:
    """To be reminded of looking at a setting again."""

    entry: str


@dataclass(frozen=True, slots=True)
class MakeReminder:
    """A reminder to be made; its whole state travels in the button.

    Attributes:
        points_at: the platform or entry to check.
        rule: from `rule_part`.
        wall: the first time, `YYYYMMDDHHMM`, by the clock of the member's zone.
    """

    points_at: str
    rule: str
    wall: str


@dataclass(frozen=True, slots=True)
class InZone:
    """A city was chosen, and with it the zone; the reminder that waited for it travels along.

    Attributes:
        city: a key of `bot.chat.screens.reminders.CITIES`.
        points_at, rule, wall: as in `MakeReminder`; empty when nothing waits.
    """

    city: str
    points_at: str = ""
    rule: str = ""
    wall: str = ""


@dataclass(frozen=True, slots=True)
class ShowReminders:
    """The list of reminders."""


@dataclass(frozen=True, slots=True)
class ShowReminder:
    """One reminder."""

    number: str


@dataclass(frozen=True, slots=True)
class ReminderTap:
    """Something to be done with a reminder: `change`, `pause`, `resume`, `skip`, `delete`, `ics`.

    The number 0 is all of them, for `ics`.
    """

    number: str
    what: str


@dataclass(frozen=True, slots=True)
class Retime:
    """A reminder gets another time; `rule` and `wall` as in `MakeReminder`."""

    number: str
    rule: str
    wall: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to a reminder's message: `off`, `on` or `stop`."""

    number: str
    answer: str


@dataclass(frozen=True, slots=True)
class Snooze:
    """A reminder's message comes again in so many days."""

    number: str
    days: str


@dataclass(frozen=True, slots=True)
class ShowCheckup:
    """The member's list of switches."""


@dataclass(frozen=True, slots=True)
class ChoosePlatforms:
    """Which platforms the member uses."""


@dataclass(frozen=True, slots=True)
class UsePlatform:
    """A platform goes on the list (`yes`) or off it (`no`)."""

    platform: str
    answer: str


@dataclass(frozen=True, slots=True)
class TakePack:
    """A whole pack of platforms goes on the list."""

    pack: str


@dataclass(frozen=True, slots=True)
class SetPlain:
    """Plain mode `on` or `off`."""

    answer: str


@dataclass(frozen=True, slots=True)
class ShowLetter:
    """One letter of an entry."""

    entry: str
    letter: str


@dataclass(frozen=True, slots=True)
class ShowTopics:
    """The topics of one platform, page by page; without a platform, the platforms."""

    platform: str = ""
    page: str = "0"


@dataclass(frozen=True, slots=True)
class AskRegion:
    """The question for the country; `entry` is shown afterwards."""

    entry: str = ""


@dataclass(frozen=True, slots=True)
class SetRegion:
    """A country or group was chosen; `entry` is shown afterwards."""

    region: str
    entry: str = ""


@dataclass(frozen=True, slots=True)
class AskLanguage:
    """The choice of languages."""


@dataclass(frozen=True, slots=True)
class SetLanguage:
    """A language was chosen."""

    language: str


@dataclass(frozen=True, slots=True)
class ShowPage:
    """One of the fixed pages: help, privacy, sources, mydata, ask."""

    name: str


@dataclass(frozen=True, slots=True)
class Forget:
    """The answer to "erase everything?": `ask`, `yes` or `no`."""

    answer: str


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """What was talked about is over."""


@dataclass(frozen=True, slots=True)
class Outdated:
    """Data that this version cannot read."""


Action: TypeAlias = (
    Home
    | ShowEntry
    | ShowMore
    | ShowSources
    | ShowCoverage
    | ChooseSurface
    | AskSurface
    | ShowSteps
    | WalkDone
    | WalkBack
    | WalkLater
    | WalkDiffers
    | OfferReminder
    | ShowCheckup
    | ChoosePlatforms
    | UsePlatform
    | TakePack
    | SetPlain
    | ShowLetter
    | ShowTopics
    | AskRegion
    | SetRegion
    | AskLanguage
    | SetLanguage
    | ShowPage
    | Forget
    | NewQuestion
    | MakeReminder
    | InZone
    | ShowReminders
    | ShowReminder
    | ReminderTap
    | Retime
    | Answered
    | Snooze
)

_VERBS: dict[str, Callable[..., Action]] = {
    "h": Home,
    "e": ShowEntry,
    "m": ShowMore,
    "s": ShowSources,
    "c": ShowCoverage,
    "w": ChooseSurface,
    "wa": AskSurface,
    "g": ShowSteps,
    "wd": WalkDone,
    "wb": WalkBack,
    "wl": WalkLater,
    "wx": WalkDiffers,
    "ro": OfferReminder,
    "k": ShowCheckup,
    "kc": ChoosePlatforms,
    "ku": UsePlatform,
    "kp": TakePack,
    "o": SetPlain,
    "l": ShowLetter,
    "t": ShowTopics,
    "q": AskRegion,
    "r": SetRegion,
    "a": AskLanguage,
    "n": SetLanguage,
    "p": ShowPage,
    "f": Forget,
    "x": NewQuestion,
    "rm": MakeReminder,
    "rz": InZone,
    "rl": ShowReminders,
    "rs": ShowReminder,
    "rt": ReminderTap,
    "rc": Retime,
    "ra": Answered,
    "rn": Snooze,
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
