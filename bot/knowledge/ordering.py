"""In which order the blocks of a merged file stand."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.knowledge.blocks import END


def merge_order(
    base: Sequence[str], ours: Sequence[str], theirs: Sequence[str], kept: Collection[str]
) -> tuple[list[str], bool]:
    """The order of the blocks `kept`, and whether the sides agree about it.

    What both sides know stands as the side wants it that changed the order; ours, when both did. What a side
    added stands behind its neighbour there. The result is the same with the sides exchanged as long as they
    agree. A list that keeps an item keeps its first line, too.
    """
    shared = [[key for key in side if key in base] for side in (ours, theirs)]
    moved = [side != [key for key in base if key in side] for side in shared]
    common = set(shared[0]) & set(shared[1])
    orders = [[key for key in side if key in common] for side in shared]
    agreed = not all(moved) or orders[0] == orders[1]
    spine = list(shared[0] if moved[0] else shared[1] if moved[1] else base)
    _insert(spine, base, [key for key in base if key in kept and key not in spine])
    runs = [_runs(side, set(spine)) for side in (ours, theirs)]
    order: list[str] = []
    for anchor in (None, *spine):
        if anchor is not None:
            order.append(anchor)
        both = sorted(run for side in runs if (run := side.get(anchor)))
        order += [key for run in both for key in run]
    return _grouped(dict.fromkeys(order), set(kept)), agreed


def _insert(spine: list[str], base: Sequence[str], missing: Sequence[str]) -> None:
    """Put what the spine lacks behind what stands before it in the base."""
    for key in missing:
        before = [one for one in base[: base.index(key)] if one in spine]
        spine.insert(spine.index(before[-1]) + 1 if before else 0, key)


def _runs(side: Sequence[str], known: Collection[str]) -> dict[str | None, list[str]]:
    """What is new in a side, by the known block before it."""
    runs: dict[str | None, list[str]] = {}
    anchor: str | None = None
    for key in side:
        if key in known:
            anchor = key
        else:
            runs.setdefault(anchor, []).append(key)
    return runs


def _grouped(order: Collection[str], kept: Collection[str]) -> list[str]:
    """Items under the first line of their list, and what stands at the end at the end."""
    groups: dict[str, list[str]] = {}
    for key in order:
        groups.setdefault(key.partition("/")[0], []).append(key)
    last = groups.pop(END, None)
    if last is not None:
        groups[END] = last
    found: list[str] = []
    for group in groups.values():
        chosen = [key for key in group if key in kept]
        needed = [key for key in group if "/" not in key] if chosen else []
        found += [key for key in needed if key not in chosen] + chosen
    return found
