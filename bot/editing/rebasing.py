"""A proposal that was made on an older revision, laid on the newest one. Pure.

What two people changed in different places of one entry is put together line by line, and must be looked at
again; what they changed in the same place is a conflict, which its author settles.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from bot.editing.revisions import Files
from bot.knowledge.blocks import NOTHING, Block, Cut, cut, join
from bot.knowledge.merge import ORDER, Conflict, merge


@dataclass(frozen=True, slots=True)
class Rebased:
    """What came of it.

    Attributes:
        files: the newest files with the proposal's changes; where they conflict, with the proposal's text.
        conflicts: where both changed the same lines; `ours` is the proposal's text.
        overlaps: whether both changed one and the same entry, source or list, in whatever way.
    """

    files: Files
    conflicts: tuple[Conflict, ...]
    overlaps: bool


def rebase(base: Files, mine: Files, newest: Files) -> Rebased:
    """Lay `mine`, made from `base`, on `newest`, made from it too.

    Args:
        base: the revision that the proposal was made on.
        mine: the files as the proposal has them.
        newest: the revision that is in force.
    """
    merged = merge(base, mine, newest)
    files = dict(merged.files)
    left: list[Conflict] = []
    for conflict in merged.conflicts:
        text = _together(conflict)
        if text is None or conflict.path not in files:
            left.append(conflict)
        else:
            files[conflict.path] = _with_block(files[conflict.path], conflict, text)
    overlaps = bool(merged.conflicts) or bool(_changed(base, mine) & _changed(base, newest))
    return Rebased(files, tuple(left), overlaps)


def merge_lines(base: str, ours: str, theirs: str) -> str | None:
    """Three states of a text put together line by line; None where two changes touch."""
    lines = base.splitlines(keepends=True)
    changes = sorted([*_hunks(lines, ours), *_hunks(lines, theirs)], key=lambda one: (one[0], one[1]))
    made: list[str] = []
    at = 0
    last: tuple[int, int, Sequence[str]] | None = None
    for begin, end, new in changes:
        if last is not None and last == (begin, end, new):
            continue
        # Neighbours count as touching: who changed the line above may have meant this one.
        if last is not None and begin <= last[1]:
            return None
        made += [*lines[at:begin], *new]
        at, last = end, (begin, end, new)
    return "".join([*made, *lines[at:]])


def _hunks(lines: Sequence[str], changed: str) -> Iterable[tuple[int, int, Sequence[str]]]:
    new = changed.splitlines(keepends=True)
    for kind, begin, end, first, last in SequenceMatcher(None, lines, new, autojunk=False).get_opcodes():
        if kind != "equal":
            yield begin, end, new[first:last]


def _together(conflict: Conflict) -> str | None:
    if conflict.block == ORDER or conflict.base is None or conflict.ours is None or conflict.theirs is None:
        return None
    return merge_lines(conflict.base, conflict.ours, conflict.theirs)


def _with_block(data: bytes, conflict: Conflict, text: str) -> bytes:
    parts = cut(data, name=conflict.path)
    blocks = tuple(Block(one.key, text) if one.key == conflict.block else one for one in parts.blocks)
    return join(Cut(blocks, parts.ended, parts.marked, parts.encoding))


def _changed(base: Files, other: Files) -> frozenset[tuple[str, str]]:
    """Path and name of every block that differs."""
    found: set[tuple[str, str]] = set()
    for path in {*base, *other}:
        if base.get(path) == other.get(path):
            continue
        before, after = (_texts(files.get(path), path) for files in (base, other))
        found |= {(path, key) for key in {*before, *after} if before.get(key) != after.get(key)}
    return frozenset(found)


def _texts(data: bytes | None, path: str) -> dict[str, str]:
    parts = NOTHING if data is None else cut(data, name=path)
    return {block.key: block.text for block in parts.blocks}
