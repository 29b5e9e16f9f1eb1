"""Questions that mean something only after another one: "and on mobile?", "what about Facebook?", "why?".

They change one field of what was talked about and keep the rest. What is left of a question after
connecting words, names, devices and places are taken away decides: nothing left is such a change.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from bot.matching.place import device_words

_CONNECTING = """
    and or but what about how for in on at with no not nope nah i mean meant sorry actually rather instead
    then so ok okay also too same the a an my is it that this there does do will would if of to from here now
    wait please yes yeah well only just one using use via live am moved we are und oder aber was ist mit bei
    wie fuer fur nein nee ne noe ich meine meinte doch eher stattdessen dann also auch das der die den dem es
    dort hier jetzt im am ein eine mein meine gilt wohne lebe bin
"""
_CONNECTORS = frozenset(_CONNECTING.split())
_DEVICES = device_words()

PURPOSE = ("purpose", "legal-basis", "gdpr.legitimate-interest")
"""What "why?" asks for; asked again it asks for the next of them."""
_LAWFUL = ("legal-basis", "gdpr.legitimate-interest")
_WAY = ("opt-out", "letter")
_TERM = ("deadline", "gdpr.deadline")
"""Until when a company must answer."""
TAKES = ("opt-out-time", "deadline", "gdpr.deadline")
"""What "how long does it take?" asks for; a switch has no deadline, see `bot.matching.duration`."""
IN_PLACES = ("regions", "opt-out", "data-used")
"""What "and in Switzerland?" may mean while only a service is talked about."""
ON_DEVICES = ("opt-out", "data-used")
"""The same of "and on my phone?"."""
_REACH = ("coverage", "opt-out")

_SHORT: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        PURPOSE,
        "why, why not, why is it, why do they do it, why would they do it, why are they doing it, "
        "why do they need it, why do they want it, what for, what is it for, warum, wieso, weshalb, "
        "warum nicht, warum ist das so, warum machen die das, wieso machen die das, wozu, wofur",
    ),
    (
        _LAWFUL,
        "is it legal, is it lawful, is it allowed, is it ok, can they do it, may they do it, "
        "are they allowed to do it, are they allowed to, how can they do it, how is it legal, ist das legal, "
        "ist das erlaubt, ist das rechtens, durfen die das, duerfen die das, konnen die das, koennen die das",
    ),
    (
        _WAY,
        "how, how do i do it, how can i do it, how does it work, where do i do it, show me, show me how, "
        "wie, wie geht das, wie mache ich das, wie mach ich das, wo mache ich das",
    ),
    (
        ("opt-out",),
        "how do i stop it, how can i stop it, how do i turn it off, how can i turn it off, "
        "how do i switch it off, wie stoppe ich das, wie schalte ich das ab, wie schalte ich das aus, "
        "wie stelle ich das ab, wie kann ich das abschalten",
    ),
    (("start-date", "deadline"), "when, wann"),
    (
        ("start-date",),
        "since when, from when, when did it start, when did they start, when did they start it, "
        "since when do they do it, since when are they doing it, how long have they been doing it, "
        "how long has it been going on, seit wann, ab wann, "
        "seit wann machen die das, wie lange machen die das schon, wann hat das angefangen",
    ),
    (("opt-out", "regions"), "where, wo"),
    (("regions",), "which countries, in which countries, welche lander, welche laender"),
    (
        ("data-used",),
        "which data, what data, what do they use, what do they take, what of mine do they use, "
        "welche daten, was nutzen die, was nehmen die",
    ),
    (("retention", "deadline"), "how long, wie lange"),
    (
        ("retention",),
        "for how long, how long do they keep it, how long do they store it, how long is it kept, "
        "wie lange behalten die das, wie lange speichern die das, wie lange heben die das auf",
    ),
    (
        TAKES,
        "how long does it take, how long will it take, how long would it take, how long do i have to wait, "
        "how long must i wait, wie lange dauert das, wie lange muss ich warten, wie lange dauert so was",
    ),
    (
        _TERM,
        "how long do they have, how long can they take, when will they answer, when do they answer, "
        "wie lange haben die zeit, wann antworten die",
    ),
    (
        _REACH,
        "what does it stop, what does it not stop, what does not it stop, what will it stop, "
        "what does it cover, what does it not cover, what does not it cover, does it stop everything, "
        "what is not covered, what is covered, was verhindert das, was verhindert das nicht, "
        "was stoppt das, was bringt das, was deckt das ab",
    ),
    (
        ("opt-out-effect", *_REACH),
        "what does it change, what will it change, what changes, was andert das, was aendert das, "
        "was andert sich, was aendert sich",
    ),
)
"""Bare questions as `_plain` leaves them, with what they ask for, best first.

A name without a dot is the part after it in an entry of what was talked about; one with a dot stands as is.
"""
_SHORT_BY_WORDS = {tuple(one.split()): ids for ids, said in _SHORT for one in said.split(", ")}
_BEGINNING = """
    and but so ok okay und aber also yes yeah ja no nope nein well wait oh hm then dann right alright or
"""
_LEADING = frozenset(_BEGINNING.split())
_TRAILING = frozenset({"though", "then", "again", "now", "please", "dann", "jetzt"})
_COLOURING = """
    even just really actually exactly anyway ever all denn eigentlich uberhaupt ueberhaupt genau nur bloss
"""
_PARTICLES = frozenset(_COLOURING.split())
_SAME_WORDS = {
    "this": "it", "that": "it", "these": "it", "those": "it", "es": "das", "dies": "das", "sie": "die",
    "tun": "machen",
}  # fmt: skip
_LONGEST = 24
"""Words of a text that may still be two bare questions."""


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


def short_questions(words: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """What bare questions ask for ("why?", "since when, and can they do that?"): none, one or two of them.

    Each is a choice, best first: entry names (the part after the dot), and whole ids of entries.
    """
    if whole := _SHORT_BY_WORDS.get(_plain(words)):
        return (whole,)
    for at in range(1, len(words)) if len(words) <= _LONGEST else ():
        first = _SHORT_BY_WORDS.get(_plain(words[:at]))
        second = _SHORT_BY_WORDS.get(_plain(words[at:])) if first else None
        if first and second and first != second:
            return first, second
    return ()


def _plain(words: Sequence[str]) -> tuple[str, ...]:
    """`words` without what begins, ends and colours speech, and with one word for what was talked about."""
    start, end = 0, len(words)
    while start < end - 1 and words[start] in _LEADING:
        start += 1
    while end > start + 1 and words[end - 1] in _TRAILING:
        end -= 1
    kept = [word for word in words[start:end] if word not in _PARTICLES]
    return tuple(_SAME_WORDS.get(word, word) for word in kept)
