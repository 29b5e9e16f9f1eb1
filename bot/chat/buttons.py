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
    """Where the member uses the platform, before the steps of a guide."""

    entry: str


@dataclass(frozen=True, slots=True)
class ShowSteps:
    """The steps of a guide on one surface."""

    entry: str
    surface: str
    guide_hash: str


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
    | ShowSteps
    | ShowLetter
    | ShowTopics
    | AskRegion
    | SetRegion
    | AskLanguage
    | SetLanguage
    | ShowPage
    | Forget
    | NewQuestion
)

_VERBS: dict[str, Callable[..., Action]] = {
    "h": Home,
    "e": ShowEntry,
    "m": ShowMore,
    "s": ShowSources,
    "c": ShowCoverage,
    "w": ChooseSurface,
    "g": ShowSteps,
    "l": ShowLetter,
    "t": ShowTopics,
    "q": AskRegion,
    "r": SetRegion,
    "a": AskLanguage,
    "n": SetLanguage,
    "p": ShowPage,
    "f": Forget,
    "x": NewQuestion,
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
