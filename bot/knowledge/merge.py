"""Two states of a knowledge folder that grew from a third, made one, block by block.

What only one side changed is taken from it; what both changed alike is taken once. What both changed
differently is a conflict: our text stays, and all three are handed back, so that nothing is lost in silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.knowledge.blocks import NOTHING, WHOLE, Block, Cut, cut, join
from bot.knowledge.ordering import merge_order

ORDER = "order"
"""Name of the block in a conflict about the order of blocks; its texts are their names, a line each."""
_MOVABLE = ("entries/", "sources/")
"""Blocks whose name is theirs in every file of a folder: they can be moved to another one."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A block that both sides changed in different ways; ours was kept."""

    path: str
    block: str
    """Its key (see `bot.knowledge.blocks`); `order` for the order of a file's blocks."""
    base: str | None
    """None where it is not there."""
    ours: str | None
    theirs: str | None


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of a merge."""

    files: Mapping[str, bytes]
    conflicts: tuple[Conflict, ...]


@dataclass(frozen=True, slots=True)
class _File:
    """One file while it is merged."""

    path: str
    parts: Cut
    dropped: bool = False
    """Whether a side deleted it: it stays only when it holds a conflict that keeps it."""
    conflicts: tuple[Conflict, ...] = ()

    def text(self, key: str) -> str | None:
        """The text of a block, None when it is not there."""
        return next((block.text for block in self.parts.blocks if block.key == key), None)

    def with_block(self, key: str, text: str) -> _File:
        """The file with another text in a block that it has."""
        blocks = tuple(Block(key, text) if one.key == key else one for one in self.parts.blocks)
        return replace(self, parts=replace(self.parts, blocks=blocks))

    def without(self, conflict: Conflict) -> _File:
        """The file without a block that went elsewhere, and without what was said about it."""
        blocks = tuple(one for one in self.parts.blocks if one.key != conflict.block)
        said = tuple(one for one in self.conflicts if one != conflict)
        return replace(self, parts=replace(self.parts, blocks=blocks), conflicts=said)

    @property
    def stays(self) -> bool:
        return not self.dropped or any(one.ours is not None for one in self.conflicts)


def merge(base: Mapping[str, bytes], ours: Mapping[str, bytes], theirs: Mapping[str, bytes]) -> Merged:
    """What `ours` and `theirs` say together, both made from `base`. Never raises.

    Without a conflict the sides can be exchanged.

    Args:
        base: path and bytes of each file in the state from which both began.
        ours: the state that is kept where both changed the same block.
        theirs: the other one.
    """
    files: dict[str, bytes] = {}
    mixed: dict[str, _File] = {}
    for path in sorted({*base, *ours, *theirs}):
        before, mine, yours = base.get(path), ours.get(path), theirs.get(path)
        if mine in (yours, before):
            chosen = yours
        elif yours == before:
            chosen = mine
        else:
            mixed[path] = _merge_file(path, before, mine, yours)
            continue
        if chosen is not None:
            files[path] = chosen
    _follow_moves(mixed, files)
    files |= {path: join(file.parts) for path, file in mixed.items() if file.stays}
    conflicts = tuple(conflict for path in sorted(mixed) for conflict in mixed[path].conflicts)
    return Merged(dict(sorted(files.items())), conflicts)


def _merge_file(path: str, base: bytes | None, ours: bytes | None, theirs: bytes | None) -> _File:
    one, mine, yours = (NOTHING if data is None else cut(data, name=path) for data in (base, ours, theirs))
    texts = [{block.key: block.text for block in side.blocks} for side in (one, mine, yours)]
    if any(WHOLE in side for side in texts):
        said = (_everything(parts) for parts in (one, mine, yours))
        return _File(path, mine, ours is None, (Conflict(path, WHOLE, *said),))
    dropped = ours is None or theirs is None
    kept: dict[str, str] = {}
    conflicts: list[Conflict] = []
    for key in dict.fromkeys([*texts[1], *texts[2], *texts[0]]):
        before, our, their = (side.get(key) for side in texts)
        chosen = their if our == before else our
        # What is new in a file that the other side deleted has no place to go either.
        if (before not in (our, their) and our != their) or (dropped and before is None):
            conflicts.append(Conflict(path, key, before, our, their))
            chosen = our
        if chosen is not None:
            kept[key] = chosen
    if dropped:
        disputed = {conflict.block for conflict in conflicts}
        blocks = tuple(one for one in mine.blocks if not one.item or one.key in disputed)
        return _File(path, replace(mine, blocks=blocks), dropped=True, conflicts=tuple(conflicts))
    orders = [list(side) for side in texts]
    order, agreed = merge_order(orders[0], orders[1], orders[2], kept.keys())
    for key in order:  # a list whose first line one side deleted, and the other added to
        kept.setdefault(key, texts[2].get(key) or texts[1].get(key) or texts[0].get(key) or "")
    if not agreed:
        lists = ("".join(f"{key}\n" for key in side) for side in orders)
        conflicts.append(Conflict(path, ORDER, *lists))
    parts = Cut(
        tuple(Block(key, kept[key]) for key in order),
        ended=yours.ended if mine.ended == one.ended else mine.ended,
        marked=yours.marked if mine.marked == one.marked else mine.marked,
    )
    return _File(path, parts, conflicts=tuple(conflicts))


def _everything(parts: Cut) -> str | None:
    return "".join(block.text for block in parts.blocks) if parts != NOTHING else None


def _follow_moves(mixed: dict[str, _File], files: dict[str, bytes]) -> None:
    """A block that one side moved to another file and the other one changed is changed where it is now."""
    for path in sorted(mixed):
        for conflict in mixed[path].conflicts:
            changed = conflict.ours if conflict.theirs is None else conflict.theirs
            gone = conflict.theirs is None or conflict.ours is None
            if changed is None or conflict.base is None or not gone:
                continue
            place = _place_of(conflict.block, path, mixed, files)
            if place is None:
                continue
            found = mixed.pop(place, None) or _File(place, cut(files.pop(place), name=place))
            moved = found.text(conflict.block) or ""
            if _bare(moved) == _bare(conflict.base):
                found = found.with_block(conflict.block, changed)
            elif _bare(moved) != _bare(changed):
                mine, yours = (changed, moved) if conflict.theirs is None else (moved, changed)
                found = found.with_block(conflict.block, mine)
                said = replace(conflict, path=place, ours=mine, theirs=yours)
                found = replace(found, conflicts=(*found.conflicts, said))
            mixed[place] = found
            mixed[path] = mixed[path].without(conflict)


def _place_of(key: str, path: str, mixed: Mapping[str, _File], files: Mapping[str, bytes]) -> str | None:
    """Another file of the same language that has the block now; only what has an id can be known again."""
    if not key.startswith(_MOVABLE):
        return None
    scope = path.partition("/")[0]
    for other in sorted({*mixed, *files} - {path}):
        if other.partition("/")[0] != scope or not other.endswith(".yaml"):
            continue
        file = mixed.get(other)
        if file is None:
            if key.partition("/")[2].encode() not in files[other]:  # quicker than cutting it
                continue
            file = _File(other, cut(files[other], name=other))
        if file.text(key) is not None:
            return other
    return None


def _bare(text: str) -> str:
    return text.strip("\r\n")
