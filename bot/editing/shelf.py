"""Loaded knowledge, kept beside the finished indexes: reading two megabytes of YAML takes most of a start.

The file's name is a hash of every byte of the knowledge and of the program that reads it, so what is found is
what reading would give. Only knowledge without errors is kept. A file that cannot be read is made again.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache as once
from pathlib import Path

import yaml

import bot.knowledge
from bot.editing import parcels
from bot.editing.parcels import NotOurs, Unpacker, pack
from bot.knowledge.load import load_files
from bot.knowledge.model import KnowledgeBase
from bot.knowledge.problems import Problem, Severity

KEPT = 4
"""Files that are kept; those that were not used for the longest time are removed."""
_LENGTH = struct.Struct(">I")
_DIGEST = 32
_UNREADABLE = (OSError, NotOurs, struct.error)


def load_kept(files: Mapping[str, bytes], folder: Path | None) -> tuple[KnowledgeBase | None, int]:
    """The knowledge in `files`, from `folder` when it was read before, and how many errors it has. Blocks.

    Args:
        files: a whole knowledge folder.
        folder: of the cache; None keeps nothing.
    """
    path = None if folder is None else _path(files, folder)
    if path is not None:
        with suppress(*_UNREADABLE):
            return _read(path), 0
    loaded = load_files(files)
    if loaded.base is not None and path is not None:
        _write(path, loaded.base)
    return loaded.base, len(loaded.errors)


def load_warned(files: Mapping[str, bytes], folder: Path) -> tuple[KnowledgeBase | None, tuple[Problem, ...]]:
    """As `load_kept`, with the warnings of the day. What was kept without them or earlier is read anew."""
    path = _path(files, folder)
    with suppress(*_UNREADABLE, ValueError, KeyError, TypeError):
        said = json.loads(_beside(path).read_bytes())
        warnings = tuple(Problem(**{**one, "severity": Severity.WARNING}) for one in said)
        return _read(path), warnings
    loaded = load_files(files)
    if loaded.base is not None:
        keep(files, loaded.base, folder, loaded.warnings)
    return loaded.base, loaded.warnings


def keep(
    files: Mapping[str, bytes], base: KnowledgeBase, folder: Path, warnings: Sequence[Problem] = ()
) -> None:
    """Keep what was read from `files` already, today; a folder that cannot be written is no fault."""
    path = _path(files, folder)
    if not path.exists():
        _write(path, base)
    with suppress(OSError):
        data = json.dumps([dataclasses.asdict(one) for one in warnings]).encode()
        _replace(_beside(path), data)
        _remove_old(path.parent, "warnings-*.json")


def _beside(path: Path) -> Path:
    """The file of the warnings: some tell of a date that has passed, so they hold for a day."""
    return path.with_name(f"warnings-{path.stem}-{datetime.now(UTC).date()}.json")


def _path(files: Mapping[str, bytes], folder: Path) -> Path:
    made_of = hashlib.sha256(_program().encode())
    for name in sorted(files):
        data = files[name]
        made_of.update(f"{len(name)} {len(data)} {name}\n".encode("utf-8", "surrogatepass") + data)
    return folder / f"base-{made_of.hexdigest()[:24]}.parcel"


@once
def _program() -> str:
    """The program that reads, so that what another version read is not taken for its own."""
    folder = Path(bot.knowledge.__file__ or "").parent
    files = [*sorted(folder.glob("*.py")), Path(parcels.__file__)]
    sources = b"".join(path.read_bytes() for path in files)
    return hashlib.sha256(sources + yaml.__version__.encode()).hexdigest()


def _read(path: Path) -> KnowledgeBase:
    data = path.read_bytes()
    digest, body = data[:_DIGEST], data[_DIGEST:]
    if hashlib.sha256(body).digest() != digest:
        raise NotOurs("the file is damaged")
    unpacker = Unpacker()
    for piece in _pieces(body):
        unpacker.add(piece)
    base = unpacker.value()
    if not isinstance(base, KnowledgeBase):
        raise NotOurs("this is no knowledge base")
    with suppress(OSError):
        os.utime(path)  # in use, so that the next one that is written does not push it out
    return base


def _pieces(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        (length,) = _LENGTH.unpack_from(data, at)
        at += _LENGTH.size
        yield data[at : at + length]
        at += length


def _write(path: Path, base: KnowledgeBase) -> None:
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        body = b"".join(_LENGTH.pack(len(piece)) + piece for piece in pack(base))
        _replace(path, hashlib.sha256(body).digest() + body)
        _remove_old(path.parent, "base-*.parcel")


def _replace(path: Path, data: bytes) -> None:
    """Write in one step. Raises `OSError`."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_bytes(data)
    beside.replace(path)


def _remove_old(folder: Path, pattern: str) -> None:
    others = sorted(folder.glob(pattern), key=lambda one: one.stat().st_mtime)
    for old in others[:-KEPT]:
        old.unlink(missing_ok=True)
