"""Contents of knowledge files in the database, each kept once under the hash of its bytes."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.knowledge.decoding import MAX_BYTES
from bot.storage.tables import knowledge_blobs

_TOGETHER = 400
"""Hashes asked for in one statement; SQLite and PostgreSQL allow thousands."""


class BlobDamaged(Exception):  # noqa: N818 - what is found
    """A stored content is missing or does not have its hash: the database was changed from outside."""


def blob_name(data: bytes) -> str:
    """SHA-256 of `data` in hex: under it the content is stored."""
    return hashlib.sha256(data).hexdigest()


async def store_blobs(connection: AsyncConnection, contents: Iterable[bytes]) -> None:
    """Keep every content that is not there yet, in the caller's write transaction."""
    named = {blob_name(data): data for data in contents}
    known = await _known(connection, named)
    # In one order everywhere: two transactions that add the same contents must not wait for each other.
    for name in sorted(named.keys() - known):
        data = named[name]
        values = {"sha256": name, "packed": zlib.compress(data, 6), "size": len(data)}
        insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
        await connection.execute(insert(knowledge_blobs).values(values).on_conflict_do_nothing())


async def load_blobs(connection: AsyncConnection, names: Collection[str]) -> Mapping[str, bytes]:
    """The contents under `names`.

    Raises:
        BlobDamaged: one of them is missing or damaged.
    """
    found: dict[str, bytes] = {}
    for part in _parts(sorted(set(names))):
        rows = await connection.execute(select(knowledge_blobs).where(knowledge_blobs.c.sha256.in_(part)))
        found |= {row.sha256: _unpack(row.sha256, row.packed) for row in rows}
    if missing := set(names) - found.keys():
        raise BlobDamaged(f"the content {min(missing)[:12]} is missing in the database")
    return found


async def _known(connection: AsyncConnection, names: Collection[str]) -> set[str]:
    known: set[str] = set()
    for part in _parts(sorted(names)):
        asked = select(knowledge_blobs.c.sha256).where(knowledge_blobs.c.sha256.in_(part))
        known.update(await connection.scalars(asked))
    return known


def _parts(names: list[str]) -> Iterable[list[str]]:
    return (names[at : at + _TOGETHER] for at in range(0, len(names), _TOGETHER))


def _unpack(name: str, packed: bytes) -> bytes:
    unpacking = zlib.decompressobj()
    try:
        data = unpacking.decompress(packed, MAX_BYTES + 1)
    except zlib.error as fault:
        raise BlobDamaged(f"the content {name[:12]} cannot be unpacked") from fault
    if blob_name(data) != name:
        raise BlobDamaged(f"the content {name[:12]} is not what was stored")
    return data
