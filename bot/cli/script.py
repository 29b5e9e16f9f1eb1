"""The lines of `advisor shell`: what each one means.

A plain line is a message. `[Label]` and `[#2]` tap buttons, `:word …` is a command, `# …` a comment, and a
backslash in front makes any line a message.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias


class WrongLine(ValueError):  # noqa: N818 - named for what it says
    """A line that cannot be carried out; the words say why and what to write instead."""


@dataclass(frozen=True, slots=True)
class Say:
    """A message; `reply` answers the bot's newest one."""

    text: str
    reply: bool = False


@dataclass(frozen=True, slots=True)
class Tap:
    """A tap on the newest button whose label contains `label`."""

    label: str


@dataclass(frozen=True, slots=True)
class TapNumber:
    """A tap on a button of the newest keyboard, counted from one, row by row."""

    number: int


@dataclass(frozen=True, slots=True)
class Become:
    """From now on another member acts."""

    user: int
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Enter:
    """From now on in this group."""

    group: int


@dataclass(frozen=True, slots=True)
class SetClock:
    """Set the clock and do what is due."""

    instant: datetime


@dataclass(frozen=True, slots=True)
class Send:
    """A document, by its path."""

    path: str


@dataclass(frozen=True, slots=True)
class Inline:
    """An inline query."""

    text: str


@dataclass(frozen=True, slots=True)
class Choose:
    """Send one of the newest inline results, counted from one."""

    number: int


@dataclass(frozen=True, slots=True)
class Edit:
    """Change the last message of this member."""

    text: str


Simple: TypeAlias = Literal[
    "private",
    "block",
    "unblock",
    "leave",
    "photo",
    "voice",
    "sticker",
    "restart",
    "kill",
    "stop",
    "start",
]


@dataclass(frozen=True, slots=True)
class Do:
    """A command that needs nothing more."""

    what: Simple


Step: TypeAlias = Say | Tap | TapNumber | Become | Enter | SetClock | Send | Inline | Choose | Edit | Do

HELP: Final = """\
any text           say it (a backslash in front: also what looks like a command)
[Label]  [#2]      tap the newest button with this label, or the second one
:as N [lang=xx]    become member N, with the app in this language
:group N           speak in the group N; :private speaks with the bot alone
:at INSTANT        set the clock and do what is due: 2026-11-27T18:00:00+01:00
:file PATH         send a document; also :photo, :voice, :sticker
:inline TEXT       ask inline; :choose N sends the Nth card into the chat
:edit TEXT         change your last message
:reply TEXT        reply to the bot's newest message
:block  :unblock   the bot; :leave takes it out of the group
:restart  :kill    stop and start on the same data, in good order or at once
:stop  :start      the two halves of :restart
# text             a comment"""

_TAP: Final = re.compile(r"\[(?:#(?P<number>\d{1,4})|(?P<label>[^\]].*?)\s*(?:…|\.\.\.)?)\]\s*")
_SIMPLE: Final[dict[str, Simple]] = {
    "private": "private",
    "block": "block",
    "unblock": "unblock",
    "leave": "leave",
    "photo": "photo",
    "voice": "voice",
    "sticker": "sticker",
    "restart": "restart",
    "kill": "kill",
    "stop": "stop",
    "start": "start",
}


def read_line(line: str) -> Step | None:
    """The step that `line` asks for, None for an empty line or a comment.

    Raises:
        WrongLine: there is no such command, or it lacks something.
    """
    line = line.rstrip("\r\n")
    text = line.strip()
    if not text or text.startswith("#"):
        return None
    if text.startswith("\\"):
        return Say(text[1:])
    if tap := _TAP.fullmatch(text):
        return TapNumber(int(tap["number"])) if tap["number"] else Tap(tap["label"])
    if not text.startswith(":"):
        return Say(line)
    word, _, rest = text[1:].partition(" ")
    if word in _SIMPLE:
        if rest.strip():
            raise WrongLine(f":{word} takes nothing after it")
        return Do(_SIMPLE[word])
    make = _COMMANDS.get(word)
    if make is None:
        known = ", ".join(f":{name}" for name in sorted([*_COMMANDS, *_SIMPLE]))
        raise WrongLine(f"there is no :{word}. Commands: {known}. To send it as a message write \\:{word}")
    return make(rest.strip())


def _become(rest: str) -> Become:
    match = re.fullmatch(r"(\d{1,15})(?:\s+lang=([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*))?", rest)
    if match is None or int(match[1]) == 0:
        raise WrongLine(":as takes the number of a member and perhaps a language, as in :as 7 lang=de")
    return Become(int(match[1]), match[2])


def _enter(rest: str) -> Enter:
    match = re.fullmatch(r"-?(\d{1,14})", rest)
    if match is None or int(match[1]) == 0:
        raise WrongLine(":group takes the number of a group, as in :group 3")
    return Enter(int(match[1]))


def read_instant(text: str) -> datetime:
    """An instant with its offset from UTC.

    Raises:
        WrongLine: it is none.
    """
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise WrongLine(f"{text!r} is no instant; write one as 2026-11-27T18:00:00+01:00") from None
    if instant.tzinfo is None:
        raise WrongLine(f"{text!r} has no offset; write one as 2026-11-27T18:00:00+01:00")
    return instant


def _send(rest: str) -> Send:
    try:
        paths = shlex.split(rest)
    except ValueError:
        paths = [rest]
    if not paths:
        raise WrongLine(":file takes a path")
    return Send(paths[0] if len(paths) == 1 else rest)


def _choose(rest: str) -> Choose:
    if not rest.isdigit():
        raise WrongLine(":choose takes the number of an inline result, as in :choose 1")
    return Choose(int(rest))


def _worded(name: str, make: Callable[[str], Step]) -> Callable[[str], Step]:
    def read(rest: str) -> Step:
        if not rest:
            raise WrongLine(f":{name} takes a text")
        return make(rest)

    return read


_COMMANDS: Final[dict[str, Callable[[str], Step]]] = {
    "as": _become,
    "group": _enter,
    "at": lambda rest: SetClock(read_instant(rest)),
    "file": _send,
    "inline": Inline,
    "choose": _choose,
    "edit": _worded("edit", Edit),
    "reply": _worded("reply", lambda rest: Say(rest, reply=True)),
}
