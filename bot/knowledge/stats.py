"""How much there is, and how much of it needs care."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bot.knowledge.freshness import Freshness, entry_freshness, walk_freshness
from bot.knowledge.model import Entry, KnowledgeBase, Language
from bot.knowledge.revision import text_hash


@dataclass(frozen=True, slots=True)
class LanguageStats:
    """One language."""

    entries: int
    phrasings: int
    stale: int
    """Translations that are older than the English text they translate; 0 for English."""
    missing: int
    """English entries that this language does not have."""
    overdue: int
    """Entries that were not compared with their sources for longer than their review allows."""


@dataclass(frozen=True, slots=True)
class Stats:
    """The whole base; the first four are counted in English."""

    entries: int
    claims: int
    claims_without_source: int
    guides: int
    sources: int
    platforms: int
    languages: dict[str, LanguageStats]


def count(base: KnowledgeBase, today: date) -> Stats:
    """Count a base. Claims are those of entries and caveats."""
    english = base.languages.get("en", Language("en", {}, {}))
    claims = [claim for entry in english.entries.values() for claim in entry.claims]
    claims.extend(caveat.claim for caveat in english.caveats.values())
    return Stats(
        entries=len(english.entries),
        claims=len(claims),
        claims_without_source=sum(base.sources.keys().isdisjoint(claim.sources) for claim in claims),
        guides=sum(entry.guide is not None for entry in english.entries.values()),
        sources=len(base.sources),
        platforms=len(base.platforms),
        languages={
            code: _count_language(base, language, english, today) for code, language in base.languages.items()
        },
    )


def _count_language(base: KnowledgeBase, language: Language, english: Language, today: date) -> LanguageStats:
    return LanguageStats(
        entries=len(language.entries),
        phrasings=sum(len(entry.phrasings) for entry in language.entries.values()),
        stale=sum(is_stale(entry, english) for entry in language.entries.values())
        if language.code != "en"
        else 0,
        missing=len(english.entries.keys() - language.entries.keys()),
        overdue=sum(1 for entry in language.entries.values() if overdue(entry, base, today)),
    )


def is_stale(translation: Entry, english: Language) -> bool:
    """Whether a translated entry was made from another text than the English one of today."""
    original = english.entries.get(translation.id)
    return original is not None and translation.translates != text_hash(original)


@dataclass(frozen=True, slots=True)
class Behind:
    """Where a language is behind the English one: ids, in order."""

    stale: tuple[str, ...]
    missing: tuple[str, ...]
    caveats: tuple[str, ...]
    """Caveats that it does not have."""
    labels: tuple[str, ...]
    """Names of subjects, and words about helplines, that it does not have in its own words."""

    @property
    def any(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.stale or self.missing or self.caveats or self.labels)


_SAME_EVERYWHERE = re.compile(r"[\d\W]*|WhatsApp [\d ()-]+|\d+ [A-Z][\w]+")
"""Words about helplines that need no translation: numbers and names."""


def behind(base: KnowledgeBase, code: str) -> Behind:
    """What the language `code` lacks, or has from an older English text."""
    language, english = base.languages[code], base.languages["en"]
    helplines = (*base.helplines.distress, *base.helplines.children, *base.helplines.images)
    wanted = [one.name for one in base.platforms.values() if not one.service]
    wanted += [text for one in helplines for text in (one.hours, one.text) if text]
    return Behind(
        stale=tuple(sorted(one.id for one in language.entries.values() if is_stale(one, english))),
        missing=tuple(sorted(english.entries.keys() - language.entries.keys())),
        caveats=tuple(sorted(english.caveats.keys() - language.caveats.keys())),
        labels=tuple(
            sorted({one for one in wanted if not _SAME_EVERYWHERE.fullmatch(one)} - language.labels.keys())
        ),
    )


def overdue(entry: Entry, base: KnowledgeBase, today: date) -> Freshness | None:
    """The freshness of the oldest part of an entry (claims, steps) when its check is overdue, else None."""
    found = [walk_freshness(entry, walk, base, today) for walk in (entry.guide.walks if entry.guide else ())]
    if (claims := entry_freshness(entry, base, today)) is not None:
        found.append(claims)
    late = [one for one in found if one.overdue]
    return min(late, key=lambda one: one.as_of, default=None)
