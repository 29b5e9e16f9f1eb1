"""What settings, buttons and pages are called, and by which document we know it.

A wrong name sends a person looking for something that is not there, and an invented one reads as well as a
real one. So every name that a text puts in quotation marks, every part of a path and every link of a guide
must stand in `names.yaml`, with its source and the day on which the two were compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.knowledge.model import Entry

_QUOTED = re.compile(r"“([^”]+)”")
_STEP_OF_PATH = re.compile(r"\s*>\s*")


@dataclass(frozen=True, slots=True)
class Label:
    """One name or address, as the platform writes it."""

    name: str
    sources: tuple[str, ...]
    """Empty for words in a path that describe a thing instead of naming it ("your picture")."""
    checked: date


def plain_name(text: str) -> str:
    """A name as it is compared: whatever its case, apostrophes, spaces, last full stop or slash."""
    return " ".join(text.replace("’", "'").casefold().split()).rstrip(".,/")


def quoted(text: str) -> tuple[str, ...]:
    """What stands in English quotation marks in a text."""
    return tuple(_QUOTED.findall(text))


def names_in(entry: Entry) -> Iterator[str]:
    """Every name and address that an English entry gives to a member who looks for a setting."""
    for claim in entry.claims:
        yield from quoted(claim.text)
    if entry.guide is None:
        return
    yield from quoted(entry.guide.result)
    yield entry.guide.official
    for walk in entry.guide.walks:
        for step in walk.steps:
            yield from quoted(step.text)
            yield from quoted(step.see or "")
            if step.link:
                yield step.link
            if step.path:
                yield from _STEP_OF_PATH.split(step.path)
    for row in entry.guide.coverage:
        yield from quoted(row.what)
        yield from quoted(row.detail or "")
