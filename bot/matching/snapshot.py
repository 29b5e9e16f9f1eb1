"""Everything that matching reads, made once for a revision and shared by all readers."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bot.knowledge.model import KnowledgeBase, Language
from bot.matching.build import Material
from bot.matching.cache import index_path, load_or_build
from bot.matching.frequent import ENGLISH
from bot.matching.gate import Names, make_names
from bot.matching.index import Index, Row
from bot.matching.normalise import fold
from bot.matching.place import Places, device_names, make_places
from bot.matching.premise import Premises, make_premises


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One revision, ready to be asked; replaced by one assignment."""

    base: KnowledgeBase
    indexes: Mapping[str, Index]
    names: Names
    places: Places
    premises: Mapping[str, Premises]


def build_snapshot(
    base: KnowledgeBase,
    *,
    cache: Path | None = None,
    at_once: int | None = None,
    made: Mapping[str, Index] | None = None,
) -> Snapshot:
    """Builds (about a second a thousand phrasings) or loads (a fraction of one) what `match` reads.

    Blocks: call it off the event loop. Faults of the cache are no faults of the call.

    Args:
        base: the revision.
        cache: folder for finished indexes; None keeps none.
        at_once: languages that are built at once, each in a thread and with memory of its own; None: all.
        made: indexes that are there already, by language; they must be of the same fingerprint.
    """
    made = made or {}
    names = snapshot_names(base)
    places = make_places(base.regions.values())
    materials = _materials(base, names, places)
    with ThreadPoolExecutor(at_once) as pool:  # most of the work is numpy's, which lets others run meanwhile
        found = pool.map(lambda one: made.get(one.language) or load_or_build(one, cache), materials)
        indexes = {one.language: index for one, index in zip(materials, found, strict=True)}
    premises = {
        language.code: make_premises(language.entries.values(), language.code)
        for language in base.languages.values()
    }
    return Snapshot(base, indexes, names, places, premises)


def is_built(base: KnowledgeBase, cache: Path) -> bool:
    """Whether every index of `base` is in `cache`, so that nothing would have to be built."""
    materials = _materials(base, snapshot_names(base), make_places(base.regions.values()))
    return all(index_path(one, cache).exists() for one in materials)


def _materials(base: KnowledgeBase, names: Names, places: Places) -> list[Material]:
    return [
        material(base, language, names, places)
        for language in base.languages.values()
        if any(entry.phrasings for entry in language.entries.values())
    ]


def snapshot_names(base: KnowledgeBase) -> Names:
    """The names that questions can hold; a platform is covered when any language has an entry for it."""
    with_entries = {
        entry.platform for language in base.languages.values() for entry in language.entries.values()
    }
    return make_names(base.platforms.values(), base.known, with_entries=with_entries)


def material(base: KnowledgeBase, language: Language, names: Names, places: Places) -> Material:
    """What the index of `language` is built from."""
    rows = [Row(text, entry.id) for entry in language.entries.values() for text in entry.phrasings]
    rows += [Row(text, None) for text in language.refusals]
    services = {platform.id for platform in base.platforms.values() if platform.service}
    needs = {entry.id: entry.platform for entry in language.entries.values() if entry.platform in services}
    common = _folded(language.common_words) | (ENGLISH if language.code == "en" else frozenset())
    foreign = frozenset[str]().union(*(_folded(other.common_words) for other in base.languages.values()))
    return Material(
        language=language.code,
        rows=tuple(rows),
        synonyms=language.synonyms,
        common=common,
        names=names,
        needs=tuple(sorted(needs.items())),
        guarded=places.words() | device_names(),
        foreign=foreign - common,
    )


@lru_cache(maxsize=8)
def _folded(words: frozenset[str]) -> frozenset[str]:
    """Kept, because two states of the knowledge are compared and most have the same thousands of words."""
    return frozenset(map(fold, words))
