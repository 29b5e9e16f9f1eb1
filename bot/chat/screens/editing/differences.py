"""What changes, in words: which part of an entry, what it said, what it would say."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from bot.chat.blocks import Block, Folded, Items, Span, Strong
from bot.chat.screens.viewer import Viewer
from bot.chat.wording import Words
from bot.knowledge.diff import Change, Kind

SHOWN: Final = 3
"""Differences that are shown at once; further ones are folded."""
_LONG: Final = 160
"""Characters of one text in a difference."""
_ROOM: Final = 1100
"""Characters of all differences together, so that the rest fits the same message; more go into a file."""
_STEP: Final = re.compile(r"step (web|ios|android)/([a-z0-9-]+) ?(text|path|link|copy|see)?")
_CHECKED: Final = re.compile(r"(checked|sources|order of steps|steps for) (web|ios|android)")
_INSIDE: Final = re.compile(r"(claim|disputed|coverage|letter) “(.*)” ([a-z_]+)")


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "to be translated later"
    """Marks a text for translation where it is declared."""
    return message


_PARTS: Final = {
    "": N_("the whole"),
    "entry": N_("the whole entry"),
    "title": N_("title"),
    "short": N_("title as a button"),
    "claim": N_("statement"),
    "disputed": N_("disputed statement"),
    "coverage": N_("coverage map"),
    "letter": N_("letter"),
    "phrasing": N_("way to ask"),
    "caveat": N_("caveat"),
    "see": N_("see also"),
    "guide": N_("guide"),
    "guide result": N_("result of the guide"),
    "official page": N_("official page"),
    "review": N_("time until the next check"),
    "translates": N_("text that it translates"),
    "surfaces": N_("order of devices"),
    "no opt out": N_("that there is no way out"),
    "url": N_("link"),
    "date": N_("date"),
    "strength": N_("strength"),
    "publisher": N_("who published it"),
    "note": N_("note"),
}
_FIELDS: Final = {
    "text": N_("text"),
    "path": N_("menu path"),
    "link": N_("link"),
    "copy": N_("text to copy"),
    "see": N_("what you see"),
    "checked": N_("checked on"),
    "sources": N_("sources"),
    "regions": N_("regions"),
    "excluded": N_("regions left out"),
    "place": N_("shown at once or folded"),
    "order of steps": N_("order of steps"),
    "steps for": N_("steps"),
}
_DEVICES: Final = {"web": N_("web"), "ios": "iOS", "android": "Android"}


def part_words(part: str, words: Words) -> str:
    """Which part of an entry, in the reader's language; a part without words of its own as it is called."""
    _ = words.text
    if found := _STEP.fullmatch(part):
        said = _("step “{step}” ({device})").format(step=found[2], device=_(_DEVICES[found[1]]))
        return f"{said}: {_(_FIELDS[found[3]])}" if found[3] else said
    if found := _CHECKED.fullmatch(part):
        return f"{_(_FIELDS[found[1]])} ({_(_DEVICES[found[2]])})"
    if found := _INSIDE.fullmatch(part):
        return f"{_(_PARTS[found[1]])} “{found[2]}”: {_(_FIELDS.get(found[3], found[3]))}"
    return _(_PARTS[part]) if part in _PARTS else part


def device_words(surface: str, words: Words) -> str:
    """A kind of device, `web`, `ios` or `android`."""
    return words.text(_DEVICES[surface])


def difference_line(change: Change, viewer: Viewer, *, subject: bool) -> tuple[Span, ...]:
    """One difference: the part, the old text, the new text.

    Args:
        change: which.
        viewer: who reads it.
        subject: whether to say which entry it is about.
    """
    _ = viewer.words.text
    where = part_words(change.part, viewer.words)
    if subject:
        where = f"{change.subject}: {where}"
    if change.language and change.language != "en":
        where = f"{where} [{change.language}]"
    head: tuple[Span, ...] = (Strong(where), " ")
    before, after = _cut(change.before), _cut(change.after)
    if change.kind is Kind.ADDED:
        return (*head, _("new: “{text}”").format(text=after)) if after else (*head, _("new"))
    if change.kind is Kind.REMOVED:
        return (*head, _("gone: “{text}”").format(text=before)) if before else (*head, _("gone"))
    if not before and not after:
        return (*head, _("changed"))
    return (*head, _("“{before}” becomes “{after}”").format(before=before, after=after))


def difference_blocks(changes: Iterable[Change], viewer: Viewer) -> tuple[Block, ...]:
    """The first differences, and the further ones folded."""
    listed = list(changes)
    several = len({change.subject for change in listed}) > 1
    lines: list[tuple[Span, ...]] = []
    room = _ROOM
    for change in listed:
        spans = difference_line(change, viewer, subject=several)
        room -= sum(len(span if isinstance(span, str) else span.text) for span in spans)
        if room < 0:
            break
        lines.append(spans)
    blocks: list[Block] = []
    if lines:
        blocks.append(Items(tuple(lines[:SHOWN])))
    rest = lines[SHOWN:]
    if len(listed) > len(lines):
        more = viewer.words.count("and {number} more", "and {number} more", len(listed) - len(lines))
        rest.append((more,))
    if rest:
        blocks.append(Folded(tuple(rest)))
    return tuple(blocks)


def difference_text(changes: Iterable[Change], viewer: Viewer) -> str:
    """All of them as a text file."""
    lines: list[str] = []
    for change in changes:
        where = part_words(change.part, viewer.words)
        lines.append(f"{change.subject} [{change.language or '-'}] {where}")
        lines += [f"  - {line}" for line in change.before.splitlines()]
        lines += [f"  + {line}" for line in change.after.splitlines()]
    return "\n".join(lines) + "\n"


def _cut(text: str) -> str:
    return text if len(text) <= _LONG else text[: _LONG - 1].rstrip() + "…"
