"""From which revision a file was taken that an editor sends back: the one to which it is nearest.

Who changes a file on their own machine starts from what was in force then. Put in the place of the newest
file it would silently undo what others published meanwhile; laid on its own revision, it is merged or shown
as conflicting like any other proposal.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import Final

from bot.editing.blobs import load_blobs
from bot.editing.revisions import Files, Manifest, Revisions
from bot.storage.engine import Database

_LOOKED_AT: Final = 100
"""Revisions, the newest first."""


async def origin_of(changed: Files, *, database: Database, revisions: Revisions) -> int:
    """The number of the revision from which `changed` was most likely made.

    Args:
        changed: path and bytes of each file that came.
        database: where contents are.
        revisions: the line.

    Raises:
        StorageDown: the database does not answer.
    """
    listed = await revisions.list(limit=_LOOKED_AT)
    manifests = {one.number: await revisions.manifest(one.number) for one in listed}
    names = {name for manifest in manifests.values() for path, name in manifest.items() if path in changed}
    async with database.read() as connection:
        contents = await load_blobs(connection, names)
    return await asyncio.to_thread(_nearest, changed, manifests, contents)


def _nearest(changed: Files, manifests: Mapping[int, Manifest], contents: Files) -> int:
    """The newest of those with the fewest lines that differ."""
    known: dict[tuple[str, str], int] = {}
    best, least = 0, -1
    for number in sorted(manifests, reverse=True):
        total = 0
        for path, data in changed.items():
            name = manifests[number].get(path, "")
            if (path, name) not in known:
                known[path, name] = _apart(data, contents.get(name, b""))
            total += known[path, name]
        if least < 0 or total < least:
            best, least = number, total
    return best


def _apart(one: bytes, other: bytes) -> int:
    """How many lines stand in one of them alone."""
    mine, theirs = Counter(one.splitlines()), Counter(other.splitlines())
    return (mine - theirs).total() + (theirs - mine).total()
