"""The knowledge that tests have in common, read once in a process and not once for each application.

A finished base and a finished index are values that nobody changes, and the cache names them by a hash of all
that they come from. So an application in a test may have those of the one before.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from unittest.mock import patch

from bot.app import knowing
from bot.editing import shelf
from bot.editing.preparing import Prepared
from bot.knowledge.model import KnowledgeBase
from tests.support.cache import CACHE

_KEPT: Final = 3
_bases: OrderedDict[Path, KnowledgeBase] = OrderedDict()
_prepared: OrderedDict[int, tuple[KnowledgeBase, Prepared]] = OrderedDict()
"""By the identity of the base, which is held, so that no other one has it meanwhile."""


@contextmanager
def remembered() -> Iterator[None]:
    """Applications that start in here read nothing from `CACHE` that was read before."""
    read, prepare = shelf._read, knowing._prepare
    with (
        patch.object(shelf, "_read", lambda path: _base(path, read)),
        patch.object(knowing, "_prepare", lambda base, cache: _ready(base, cache, prepare)),
    ):
        yield


def _base(path: Path, read: Callable[[Path], KnowledgeBase]) -> KnowledgeBase:
    if path.parent != CACHE:
        return read(path)
    if path not in _bases:
        _bases[path] = read(path)
    _bases.move_to_end(path)
    while len(_bases) > _KEPT:
        _bases.popitem(last=False)
    return _bases[path]


def _ready(base: KnowledgeBase, cache: Path, prepare: Callable[[KnowledgeBase, Path], Prepared]) -> Prepared:
    if cache != CACHE:
        return prepare(base, cache)
    if id(base) not in _prepared:
        _prepared[id(base)] = base, prepare(base, cache)
    _prepared.move_to_end(id(base))
    while len(_prepared) > _KEPT:
        _prepared.popitem(last=False)
    return _prepared[id(base)][1]
