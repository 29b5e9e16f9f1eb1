"""Snapshots in pieces between two processes."""

from __future__ import annotations

import dataclasses
import os
import pickle
from collections.abc import Iterable
from datetime import date
from enum import Enum

import numpy as np
import pytest

from bot.editing import parcels
from bot.editing.parcels import NotOurs, Unpacker, pack
from bot.knowledge.load import load_files
from bot.knowledge.model import Claim, Source, Strength
from bot.matching.snapshot import build_snapshot
from tests.editing.folders import SMALL
from tests.knowledge.folders import TODAY


def unpack(pieces: Iterable[bytes]) -> object:
    unpacker = Unpacker()
    for piece in pieces:
        unpacker.add(piece)
    return unpacker.value()


def test_a_value_comes_back_as_it_was_in_many_small_pieces() -> None:
    source = Source("a", "b", "c", date(2026, 1, 1), Strength.OFFICIAL)
    claims = tuple(Claim(f"text {number}", ("a",), date(2026, 1, 1)) for number in range(5000))
    value = {"claims": claims, "map": {f"k{number}": number for number in range(20_000)}, "source": source}
    pieces = list(pack(value))
    assert len(pieces) > 10
    assert max(map(len, pieces)) < 3 * parcels._PIECE
    assert unpack(pieces) == value


def test_a_snapshot_comes_back_whole() -> None:
    base = load_files(SMALL, today=TODAY).base
    assert base is not None
    snapshot = build_snapshot(base)
    back = unpack(pack(snapshot))
    assert isinstance(back, type(snapshot))
    assert back.base == base
    assert back.names == snapshot.names
    one, other = back.indexes["en"], snapshot.indexes["en"]
    for field in dataclasses.fields(one):
        values = getattr(one, field.name), getattr(other, field.name)
        if isinstance(values[0], np.ndarray):
            assert np.array_equal(*values)


class _Outside(Enum):
    ONE = 1


class _ByName:
    """Pickles as a member of an enumeration does in Python 3.11 before 3.11.4."""

    def __init__(self, kind: type, name: str) -> None:
        self.kind, self.name = kind, name

    def __reduce__(self) -> tuple[object, tuple[type, str]]:
        return getattr, (self.kind, self.name)


def test_a_member_of_an_enumeration_comes_in_by_its_name_and_nothing_else_does() -> None:
    assert unpack([pickle.dumps(_ByName(Strength, "OFFICIAL"))]) is Strength.OFFICIAL
    for kind, name in ((Strength, "__class__"), (Strength, "mro"), (_Outside, "ONE"), (Source, "title")):
        with pytest.raises(NotOurs):
            unpack([pickle.dumps(_ByName(kind, name))])


class _Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (os.system, ("true",))


@dataclasses.dataclass(frozen=True)
class _Foreign:
    one: int


@pytest.mark.parametrize("value", [_Evil(), _Outside.ONE, _Foreign(1), os.getcwd, [os.system], Unpacker])
def test_what_is_none_of_ours_does_not_come_in(value: object) -> None:
    with pytest.raises(NotOurs):
        unpack([pickle.dumps(value, 5)])


def test_missing_pieces_are_noticed() -> None:
    pieces = list(pack({f"k{number}": "x" * 100 for number in range(2000)}))
    for part in (pieces[:-1], pieces[1:], []):
        with pytest.raises(NotOurs):
            unpack(part)
