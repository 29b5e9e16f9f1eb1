"""A revision made ready for questions in a process of its own, while the other one goes on answering.

`prepare` is called there, `main` is what runs here: it loads the files, builds or reads the indexes (and
leaves them in the cache), and sends the snapshot in small pieces. An index that the asker has already is
named and not sent.
"""

from __future__ import annotations

import asyncio
import dataclasses
import gc
import json
import struct
import sys
from asyncio.subprocess import Process
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from bot.editing.limited import Limits, hand_over, limit, running, take_files
from bot.editing.parcels import NotOurs, Unpacker, pack
from bot.editing.revisions import Files
from bot.editing.shelf import load_kept
from bot.knowledge.model import KnowledgeBase
from bot.matching.cache import fingerprint
from bot.matching.gate import NO_NAMES
from bot.matching.place import make_places
from bot.matching.snapshot import Snapshot, build_snapshot, material, snapshot_names

LIMITS = Limits(seconds=180.0)
"""Two large indexes built anew take half a minute on a slow machine."""
_LENGTH = struct.Struct(">I")
_BROKEN = 3


class CannotPrepare(Exception):  # noqa: N818 - what happened
    """The files have errors, or making them ready needed too much."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A snapshot, and for each language the fingerprint of what its index was built from."""

    snapshot: Snapshot
    prints: Mapping[str, str]


def prints_of(base: KnowledgeBase) -> Mapping[str, str]:
    """The fingerprint of each language's index."""
    names, places = snapshot_names(base), make_places(base.regions.values())
    return {
        code: fingerprint(material(base, language, names, places))
        for code, language in base.languages.items()
    }


async def prepare(
    files: Files, *, cache: Path, present: Prepared | None, limits: Limits = LIMITS
) -> Prepared:
    """Make files ready for questions without holding up the loop for more than a few milliseconds at a time.

    Args:
        files: a whole knowledge folder.
        cache: folder of finished indexes.
        present: what is in force, if anything is; its indexes are used again where nothing changed that they
            depend on.
        limits: for the process.

    Raises:
        CannotPrepare: see there.
    """
    try:
        async with asyncio.timeout(limits.seconds), running("bot.editing.preparing") as process:
            await hand_over(process, _header(cache, present, limits), files)
            return await _receive(process, present)
    except TimeoutError:
        raise CannotPrepare(f"it took longer than {limits.seconds:g} seconds") from None
    except (NotOurs, ValueError, TypeError, KeyError, AttributeError) as fault:
        raise CannotPrepare(f"what came back cannot be read ({type(fault).__name__})") from fault


def _header(cache: Path, present: Prepared | None, limits: Limits) -> bytes:
    there = {code: present.prints.get(code) for code in present.snapshot.indexes} if present else {}
    said = {
        "cache": str(cache.absolute()),
        "prints": there,
        "memory": limits.memory,
        "seconds": limits.seconds,
    }
    return json.dumps(said).encode()


async def _receive(process: Process, present: Prepared | None) -> Prepared:
    stdout = process.stdout
    if stdout is None:
        raise CannotPrepare("the process has no output")
    unpacker = Unpacker()
    try:
        prints: dict[str, str] = json.loads(await _piece(stdout))
        with _uncollected():
            while piece := await _piece(stdout):
                unpacker.add(piece)
                await asyncio.sleep(0)  # whoever asks meanwhile is answered between two pieces
    except asyncio.IncompleteReadError:
        code = await process.wait()
        why = "the files have errors" if code == _BROKEN else "it needed too much time or memory"
        raise CannotPrepare(why) from None
    sent = cast(Snapshot, unpacker.value())
    there = present.snapshot.indexes if present else {}
    known = present.prints if present else {}
    indexes = {
        code: dataclasses.replace(sent.indexes.get(code) or there[code], names=sent.names)
        for code in prints
        if code in sent.indexes or known.get(code) == prints[code]
    }
    return Prepared(dataclasses.replace(sent, indexes=indexes), prints)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without garbage collection: a full one amid a million new values would hold up the loop."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


async def _piece(stdout: asyncio.StreamReader) -> bytes:
    (length,) = _LENGTH.unpack(await stdout.readexactly(_LENGTH.size))
    return await stdout.readexactly(length)


def main() -> None:
    """The other process: takes a header and files, gives back the fingerprints and the pieces."""
    header = json.loads(sys.stdin.buffer.readline())
    limit(Limits(int(header["memory"]), float(header["seconds"])))
    cache = Path(header["cache"])
    base, _errors = load_kept(take_files(), cache)
    if base is None:
        sys.exit(_BROKEN)
    snapshot = build_snapshot(base, cache=cache, at_once=1)  # two at once take twice the memory
    prints = {code: text for code, text in prints_of(base).items() if code in snapshot.indexes}
    new = {
        code: dataclasses.replace(index, names=NO_NAMES)
        for code, index in snapshot.indexes.items()
        if prints[code] != header["prints"].get(code)
    }
    _send(json.dumps(prints).encode())
    for piece in pack(dataclasses.replace(snapshot, indexes=new)):
        _send(piece)
    _send(b"")
    sys.stdout.buffer.flush()


def _send(piece: bytes) -> None:
    sys.stdout.buffer.write(_LENGTH.pack(len(piece)) + piece)


if __name__ == "__main__":
    main()
