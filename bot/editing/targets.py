"""Which text of an entry an editor changes: a short word that fits a button, and what it means.

`s.w.open-setting.t` is the text of a step on the web, `c.3fa2c1.k` the day on which a claim was checked.
Steps are named by their id. A claim has none, so it is named by the first digits of the hash of its text:
when the text changes under an old button, the button finds nothing instead of another claim.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.knowledge.model import Claim, Entry, Step, Surface, Walk

CLAIM_DIGITS: Final = 6


class Field(StrEnum):
    """A part of a step, claim, guide or entry, by the letter that stands for it in a button."""

    TEXT = "t"
    PATH = "p"
    LINK = "l"
    COPY = "c"
    SEE = "s"
    CHECKED = "k"
    RESULT = "r"
    OFFICIAL = "o"
    TITLE = "n"
    SHORT = "b"
    PHRASING = "q"
    """One more way to ask for it; those that are there stay."""
    SOURCE = "a"
    """One more source of a claim, by its id."""


STEP_FIELDS: Final = (Field.TEXT, Field.PATH, Field.LINK, Field.COPY, Field.SEE)
KEYS: Final = {
    Field.TEXT: "text",
    Field.PATH: "path",
    Field.LINK: "link",
    Field.COPY: "copy",
    Field.SEE: "see",
    Field.CHECKED: "checked",
    Field.RESULT: "result",
    Field.OFFICIAL: "official",
    Field.TITLE: "title",
    Field.SHORT: "short",
    Field.PHRASING: "ask",
    Field.SOURCE: "sources",
}
"""The key of each field in a knowledge file."""
_SURFACES: Final = {surface.value[0]: surface for surface in Surface}
_STEP = re.compile(r"s\.([wia])\.([a-z0-9-]+)\.([tplcs])")
_CLAIM = re.compile(r"c\.([0-9a-f]{6})\.([tka])")
_WALK = re.compile(r"w\.([wia])\.k")
_ENTRY = re.compile(r"e\.([ronbqk])")
REMOVABLE: Final = frozenset({Field.PATH, Field.LINK, Field.COPY, Field.SEE, Field.SHORT})
"""Parts that may be missing."""


@dataclass(frozen=True, slots=True)
class Target:
    """One text of an entry.

    Attributes:
        field: which part; `CHECKED` without surface and claim is every date of the entry.
        surface: of a step, or of the whole way on one surface.
        step: the id of a step.
        claim: the first digits of the hash of a claim's text.
    """

    field: Field
    surface: Surface | None = None
    step: str | None = None
    claim: str | None = None

    def __str__(self) -> str:
        """As it stands in a button."""
        if self.claim is not None:
            return f"c.{self.claim}.{self.field}"
        if self.surface is not None and self.step is not None:
            return f"s.{self.surface.value[0]}.{self.step}.{self.field}"
        if self.surface is not None:
            return f"w.{self.surface.value[0]}.{self.field}"
        return f"e.{self.field}"


def read_target(text: str) -> Target | None:
    """The reverse of `str`; None when it is nothing of that."""
    if found := _STEP.fullmatch(text):
        return Target(Field(found[3]), surface=_SURFACES[found[1]], step=found[2])
    if found := _CLAIM.fullmatch(text):
        return Target(Field(found[2]), claim=found[1])
    if found := _WALK.fullmatch(text):
        return Target(Field.CHECKED, surface=_SURFACES[found[1]])
    if found := _ENTRY.fullmatch(text):
        return Target(Field(found[1]))
    return None


def claim_mark(claim: Claim) -> str:
    """By which a button names a claim."""
    return hashlib.sha256(claim.text.encode()).hexdigest()[:CLAIM_DIGITS]


def find_claim(entry: Entry, mark: str) -> tuple[int, Claim] | None:
    """The claim of that mark and its place, from 0; None when there is none, or more than one."""
    found = [(number, claim) for number, claim in enumerate(entry.claims) if claim_mark(claim) == mark]
    return found[0] if len(found) == 1 else None


def find_step(entry: Entry, target: Target) -> tuple[Walk, Step] | None:
    """The step of a target with its walk; None when there is none today."""
    walk = entry.guide.walk(target.surface) if entry.guide and target.surface else None
    step = next((one for one in walk.steps if one.id == target.step), None) if walk else None
    return (walk, step) if walk and step else None


def _of_claim(claim: Claim, field: Field) -> str:
    if field is Field.CHECKED:
        return claim.checked.isoformat()
    return ", ".join(claim.sources) if field is Field.SOURCE else claim.text


def current(entry: Entry, target: Target) -> str | None:
    """What stands there now; None when the target is not there today. A part that is not set is ""."""
    if target.claim is not None:
        found = find_claim(entry, target.claim)
        if found is None:
            return None
        return _of_claim(found[1], target.field)
    if target.step is not None:
        place = find_step(entry, target)
        return None if place is None else getattr(place[1], KEYS[target.field]) or ""
    if target.surface is not None:
        walk = entry.guide.walk(target.surface) if entry.guide else None
        return walk.checked.isoformat() if walk else None
    match target.field:
        case Field.TITLE:
            return entry.title
        case Field.SHORT:
            return entry.short or ""
        case Field.RESULT:
            return entry.guide.result if entry.guide else None
        case Field.OFFICIAL:
            return entry.guide.official if entry.guide else None
        case _:
            return ""
