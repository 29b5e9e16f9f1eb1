"""Everything that matching reads, made once for a revision and shared by all readers."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from bot.knowledge.model import KnowledgeBase, Language
from bot.matching.build import Material
from bot.matching.cache import load_or_build
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


def build_snapshot(base: KnowledgeBase, *, cache: Path | None = None) -> Snapshot:
    """Builds (about a second a thousand phrasings) or loads (a fraction of one) what `match` reads.

    Blocks: call it off the event loop. `cache` is a folder for finished indexes; None keeps none. Faults of
    the cache are no faults of the call.
    """
    names = snapshot_names(base)
    places = make_places(base.regions.values())
    materials = [
        material(base, language, names, places)
        for language in base.languages.values()
        if any(entry.phrasings for entry in language.entries.values())
    ]
    with ThreadPoolExecutor() as pool:  # most of the work is numpy's, which lets others run meanwhile
        made = pool.map(lambda one: load_or_build(one, cache), materials)
        indexes = {one.language: index for one, index in zip(materials, made, strict=True)}
    premises = {
        language.code: make_premises(language.entries.values(), language.code)
        for language in base.languages.values()
    }
    return Snapshot(base, indexes, names, places, premises)


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
    common = frozenset(map(fold, language.common_words)) | (ENGLISH if language.code == "en" else frozenset())
    return Material(
        language=language.code,
        rows=tuple(rows),
        synonyms=language.synonyms,
        common=common,
        names=names,
        needs=tuple(sorted(needs.items())),
        guarded=places.words() | device_names(),
    )
