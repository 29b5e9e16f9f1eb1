"""What an editor's next message will be, as it is kept in a row: ids only, no text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, TypeAlias

from bot.editing.targets import Target, read_target

_ID: Final = re.compile(r"[a-z0-9.-]{1,48}")
_LANGUAGE: Final = re.compile(r"[a-z]{2}")


@dataclass(frozen=True, slots=True)
class NewText:
    """The new text of a target."""

    entry: str
    language: str
    target: Target

    def __str__(self) -> str:
        """As it is kept."""
        return f"text:{self.entry}:{self.language}:{self.target}"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a proposal is rejected."""

    number: int
    mark: str

    def __str__(self) -> str:
        """As it is kept."""
        return f"reason:{self.number}:{self.mark}"


@dataclass(frozen=True, slots=True)
class Time:
    """When a proposal is to be published."""

    number: int
    mark: str

    def __str__(self) -> str:
        """As it is kept."""
        return f"time:{self.number}:{self.mark}"


@dataclass(frozen=True, slots=True)
class SourceForm:
    """A new source, filled in."""

    def __str__(self) -> str:
        """As it is kept."""
        return "source"


Awaited: TypeAlias = NewText | Reason | Time | SourceForm


def read_awaited(text: str) -> Awaited | None:
    """The reverse of `str`; None for nothing, and for what another version of this program wrote."""
    kind, *parts = text.split(":")
    match kind, parts:
        case "text", [entry, language, where] if _ID.fullmatch(entry) and _LANGUAGE.fullmatch(language):
            target = read_target(where)
            return NewText(entry, language, target) if target else None
        case "reason", [number, mark] if number.isdecimal():
            return Reason(int(number), mark)
        case "time", [number, mark] if number.isdecimal():
            return Time(int(number), mark)
        case "source", []:
            return SourceForm()
        case _:
            return None
