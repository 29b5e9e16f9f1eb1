"""Questions that mean something only after another one: "and on mobile?", "what about Facebook?", "why?".

They change one field of what was talked about and keep the rest. What is left of a question after
connecting words, names, devices and places are taken away decides: nothing left is such a change.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from bot.matching.place import device_words

_CONNECTING = """
    and or but what about how for in on at with no not nope i mean meant sorry actually rather instead then
    so ok okay also too same the a an my is it that this there does do will would if of to from here now
    please yes yeah well only just one using use via live am moved we are und oder aber was ist mit bei wie
    fuer fur nein ich meine meinte doch eher stattdessen dann also auch das der die den dem es dort hier
    jetzt im am ein eine mein meine gilt wohne lebe bin
"""
_CONNECTORS = frozenset(_CONNECTING.split())
_DEVICES = device_words()

_SHORT: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("why", ("purpose", "reason", "legal-basis", "legitimate-interest")),
    ("why not", ("purpose", "legal-basis")),
    ("but why", ("purpose", "reason", "legal-basis", "legitimate-interest")),
    ("why is that", ("purpose", "reason", "legal-basis")),
    ("why do they do that", ("purpose", "reason", "legal-basis")),
    ("what for", ("purpose",)),
    ("how", ("opt-out",)),
    ("how do i do that", ("opt-out", "objection")),
    ("how do i do it", ("opt-out", "objection")),
    ("how does that work", ("opt-out",)),
    ("how do i stop it", ("opt-out",)),
    ("how do i stop that", ("opt-out",)),
    ("how do i stop this", ("opt-out",)),
    ("show me", ("opt-out",)),
    ("show me how", ("opt-out",)),
    ("when", ("start-date", "deadline")),
    ("since when", ("start-date",)),
    ("from when", ("start-date",)),
    ("when did it start", ("start-date",)),
    ("when did that start", ("start-date",)),
    ("where", ("opt-out", "regions")),
    ("which countries", ("regions",)),
    ("which data", ("data-used",)),
    ("what data", ("data-used",)),
    ("how long", ("retention", "deadline")),
    ("for how long", ("retention",)),
    ("how long do they keep it", ("retention",)),
    ("how long does that take", ("deadline", "retention")),
    ("how long does it take", ("deadline", "retention")),
    ("is that legal", ("legal-basis", "legitimate-interest")),
    ("is this legal", ("legal-basis", "legitimate-interest")),
    ("is it legal", ("legal-basis", "legitimate-interest")),
    ("is that allowed", ("legal-basis", "legitimate-interest")),
    ("can they do that", ("legal-basis", "legitimate-interest")),
    ("are they allowed to do that", ("legal-basis", "legitimate-interest")),
    ("warum", ("purpose", "reason", "legal-basis")),
    ("wieso", ("purpose", "reason", "legal-basis")),
    ("seit wann", ("start-date",)),
    ("wie lange", ("retention", "deadline")),
    ("welche daten", ("data-used",)),
    ("ist das legal", ("legal-basis", "legitimate-interest")),
    ("ist das erlaubt", ("legal-basis", "legitimate-interest")),
    ("wie geht das", ("opt-out",)),
    ("wie", ("opt-out",)),
)
_SHORT_BY_WORDS = {tuple(said.split()): suffixes for said, suffixes in _SHORT}
_LEADING = frozenset({"and", "but", "so", "ok", "okay", "und", "aber", "also", "yes", "ja", "no"})


@dataclass(frozen=True, slots=True)
class Change:
    """What a short question changes."""

    name: bool = False
    device: bool = False
    place: bool = False


def only_changes(
    words: Sequence[str], *, names: Container[str], device: bool, places: Container[str]
) -> Change | None:
    """What the question changes when it says nothing else; None when it says more, or nothing at all.

    `names` are the words of platforms in it, `places` those of regions, `device` tells that one is named.
    """
    name = any(word in names for word in words)
    place = any(word in places and word not in names and word not in _CONNECTORS for word in words)
    left = [
        word
        for word in words
        if word not in _CONNECTORS and word not in names and word not in _DEVICES and word not in places
    ]
    return Change(name, device, place) if not left and (name or place or device) else None


def short_question(words: Sequence[str]) -> tuple[str, ...]:
    """Entry names (the part after the dot) that a bare "why?" or "since when?" asks for, best first."""
    at = 0
    while at < len(words) - 1 and words[at] in _LEADING:
        at += 1
    return _SHORT_BY_WORDS.get(tuple(words[at:]), ())
