"""A snapshot on its way from the process that made it to the one that answers, in pieces.

Unpickling a whole snapshot takes a tenth of a second, in which nobody would be answered. In pieces of one or
two milliseconds it goes unnoticed. Only our own values and numpy's arrays are let through: what comes out of
the other process can be no code.
"""

from __future__ import annotations

import dataclasses
import importlib
import io
import pickle
from collections.abc import Iterator, Mapping
from enum import Enum

import numpy as np

_PIECE = 20_000
"""Bytes of a pickle that are read in about half a millisecond."""
_FEW = 40
"""A map with so few keys is taken apart by its values."""
_FOREIGN = {
    ("datetime", "date"),
    ("builtins", "frozenset"),
    ("builtins", "set"),
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "scalar"),
    ("numpy._core.numeric", "_frombuffer"),
}
_OURS = ("bot.knowledge.", "bot.matching.")


class NotOurs(ValueError):  # noqa: N818 - what is found
    """A piece holds something else than values of knowledge and matching."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Join:
    """What to make of the last pieces: `map` and `tuple` put parts together, `named` values under `keys`."""

    what: str
    count: int
    keys: tuple[str, ...] = ()


def pack(value: object) -> Iterator[bytes]:
    """The pieces of a value: dataclasses of ours, maps, tuples, arrays, texts, numbers."""
    if isinstance(value, np.ndarray):
        yield pickle.dumps(value, 5)
        return
    whole = pickle.dumps(value, 5)
    if len(whole) <= _PIECE:
        yield whole
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = tuple(one.name for one in dataclasses.fields(value))
        for name in names:
            yield from pack(getattr(value, name))
        kind = f"{type(value).__module__}:{type(value).__qualname__}"
        yield _instruction(kind, len(names), names)
    elif isinstance(value, Mapping) and len(value) <= _FEW and all(isinstance(key, str) for key in value):
        for one in value.values():
            yield from pack(one)
        yield _instruction("named", len(value), tuple(value))
    elif isinstance(value, dict | tuple):
        items = list(value.items()) if isinstance(value, dict) else list(value)
        size = max(1, len(items) * _PIECE // len(whole))
        parts = [items[at : at + size] for at in range(0, len(items), size)]
        for part in parts:
            yield pickle.dumps(dict(part) if isinstance(value, dict) else tuple(part), 5)
        yield _instruction("map" if isinstance(value, dict) else "tuple", len(parts), ())
    else:
        yield whole


class Unpacker:
    """Puts a value together again, one piece after the other."""

    def __init__(self) -> None:
        self._stack: list[object] = []

    def add(self, piece: bytes) -> None:
        """Take the next piece.

        Raises:
            NotOurs: it holds what may not come in, or is damaged.
        """
        try:
            value = _Reader(io.BytesIO(piece)).load()
        except Exception as fault:  # a damaged pickle may raise any of them
            raise NotOurs(f"a piece cannot be read ({type(fault).__name__})") from fault
        self._stack.append(self._made(value) if isinstance(value, _Join) else value)

    def value(self) -> object:
        """The value, when all pieces were added.

        Raises:
            NotOurs: pieces are missing.
        """
        if len(self._stack) != 1:
            raise NotOurs(f"{len(self._stack)} values came instead of one")
        return self._stack[0]

    def _made(self, join: _Join) -> object:
        if join.count > len(self._stack):
            raise NotOurs("pieces are missing")
        parts = self._stack[len(self._stack) - join.count :]
        del self._stack[len(self._stack) - join.count :]
        if join.what == "map":
            merged: dict[object, object] = {}
            for part in parts:
                merged.update(part)  # type: ignore[call-overload]
            return merged
        if join.what == "tuple":
            return tuple(one for part in parts for one in part)  # type: ignore[attr-defined]
        named = dict(zip(join.keys, parts, strict=True))
        if join.what == "named":
            return named
        module, _, name = join.what.partition(":")
        return _class(module, name)(**named)


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> object:
        if (module, name) == (_Join.__module__, _Join.__qualname__):
            return _Join
        if (module, name) == ("builtins", "getattr"):
            return _member
        if (module, name) in _FOREIGN:
            return getattr(importlib.import_module(module), name)
        return _class(module, name)


def _member(kind: object, name: object) -> Enum:
    """A member of an enumeration of ours: Python 3.11 before 3.11.4 pickles it as `getattr(kind, name)`."""
    if isinstance(kind, type) and issubclass(kind, Enum) and name in kind.__members__:
        return kind[str(name)]
    raise NotOurs("getattr may not come in")


def _class(module: str, name: str) -> type:
    """A dataclass or enumeration of ours."""
    if module.startswith(_OURS) and "." not in name:
        found = getattr(importlib.import_module(module), name, None)
        if isinstance(found, type) and (dataclasses.is_dataclass(found) or issubclass(found, Enum)):
            return found
    raise NotOurs(f"{module}.{name} may not come in")


def _instruction(what: str, count: int, keys: tuple[str, ...]) -> bytes:
    return pickle.dumps(_Join(what, count, keys), 5)
