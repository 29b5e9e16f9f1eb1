"""A folder of YAML files as one knowledge base, or everything that is wrong with it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Protocol, TypeVar

from bot.knowledge import entries, references, registers, shared, words
from bot.knowledge.authorities import Authority
from bot.knowledge.check import check
from bot.knowledge.decoding import decode
from bot.knowledge.files import KnowledgeFile, read_folder, sort_files
from bot.knowledge.model import (
    AlarmWords,
    ArticleClaim,
    Caveat,
    Entry,
    GoldenQuestion,
    Helplines,
    KnowledgeBase,
    KnownPlatform,
    Language,
    Platform,
    Region,
    Source,
)
from bot.knowledge.names import Label
from bot.knowledge.nodes import Broken
from bot.knowledge.problems import Position, Problem, Report, Severity
from bot.knowledge.reader import read
from bot.knowledge.revision import revision_of


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What came of loading a folder."""

    base: KnowledgeBase | None
    """The knowledge base; None as soon as one problem is an error."""
    problems: tuple[Problem, ...]
    """Errors and warnings, in the order of files and lines."""
    draft: KnowledgeBase
    """What could be read in spite of errors; for authors' tools only, never to answer from."""

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep the knowledge base from being used."""
        return tuple(one for one in self.problems if one.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The problems that keep nothing from working."""
        return tuple(one for one in self.problems if one.severity is Severity.WARNING)


_KINDS = {
    "platforms": {"platform"},
    "regions": {"region"},
    "sources": {"source"},
    "entries": {"entry"},
    "caveats": {"caveat"},
}
"""What a file defines, by the part of the base that is in it."""


class _Named(Protocol):
    @property
    def id(self) -> str: ...


_N = TypeVar("_N", bound=_Named)


@dataclass(slots=True)
class _LanguageParts:
    entries: list[Entry] = field(default_factory=list)
    caveats: list[Caveat] = field(default_factory=list)
    synonyms: tuple[tuple[str, ...], ...] = ()
    refusals: tuple[str, ...] = ()
    golden: tuple[GoldenQuestion, ...] = ()
    common_words: frozenset[str] = frozenset()
    alarm: AlarmWords = field(default_factory=AlarmWords)
    labels: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Parts:
    platforms: list[Platform] = field(default_factory=list)
    known: list[KnownPlatform] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    helplines: Helplines = field(default_factory=lambda: Helplines({}, (), (), ()))
    article: list[ArticleClaim] = field(default_factory=list)
    authorities: list[Authority] = field(default_factory=list)
    names: list[Label] = field(default_factory=list)
    languages: dict[str, _LanguageParts] = field(default_factory=dict)


def load(folder: Path, *, today: date | None = None) -> LoadResult:
    """Read, resolve and check everything in `folder`.

    Args:
        folder: The knowledge folder; see `knowledge/README.md` for what lies in it.
        today: The day against which dates are judged; the present day in UTC when absent.

    Returns:
        The knowledge base and all problems. Never raises for what stands in the files.
    """
    report = Report(today or datetime.now(UTC).date())
    return _load(read_folder(folder, report), report, name=str(folder))


def load_files(files: Mapping[str, bytes], *, today: date | None = None) -> LoadResult:
    """As `load`, for a folder that is in memory: the path of each file inside it, and its bytes."""
    report = Report(today or datetime.now(UTC).date())
    return _load(sort_files(files, report), report, name="")


def _load(files: Iterable[KnowledgeFile], report: Report, *, name: str) -> LoadResult:
    parts = _Parts()
    for file in files:
        _take(file, parts, report)
    references.resolve(report)
    draft = _assemble(parts)
    if not draft.languages and not report.problems:
        report.add(Position(name), "There is no entry in this folder.", "Name the knowledge folder.")
    check(draft, report)
    problems = report.sorted()
    failed = any(one.severity is Severity.ERROR for one in problems)
    return LoadResult(None if failed else draft, problems, draft)


def _take(file: KnowledgeFile, parts: _Parts, report: Report) -> None:
    if file.part == "common_words":
        text = decode(file.data, file=file.name, report=report)
        _language(parts, file).common_words = words.read_common_words(text or "")
        return
    before = len(report.problems)
    root = read(file.data, file=file.name, report=report)
    if root is None or isinstance(root, Broken):
        if len(report.problems) > before:
            report.unread.update(_KINDS.get(file.part, ()))
        return
    match file.part:
        case "platforms":
            parts.platforms, parts.known = shared.read_platforms(root, report)
        case "regions":
            parts.regions = shared.read_regions(root, report)
        case "sources":
            parts.sources.extend(shared.read_sources(root, report))
        case "helplines":
            parts.helplines = shared.read_helplines(root, report)
        case "authorities":
            parts.authorities = registers.read_authorities(root, report)
        case "names":
            parts.names = registers.read_names(root, report)
        case "article":
            parts.article = shared.read_article(root, report)
        case "caveats":
            found = entries.read_caveats(root, report, language=file.language or "")
            _language(parts, file).caveats.extend(found)
        case "synonyms":
            _language(parts, file).synonyms = words.read_synonyms(root, report)
        case "refusals":
            _language(parts, file).refusals = words.read_refusals(root, report, language=file.language or "")
        case "golden":
            _language(parts, file).golden = words.read_golden(root, report, language=file.language or "")
        case "labels":
            _language(parts, file).labels = words.read_labels(root, report)
        case "alarm":
            _language(parts, file).alarm = words.read_alarm(root, report)
        case _:
            found_entries = entries.read_entries(root, report, language=file.language or "")
            _language(parts, file).entries.extend(found_entries)


def _language(parts: _Parts, file: KnowledgeFile) -> _LanguageParts:
    return parts.languages.setdefault(file.language or "", _LanguageParts())


def _by_id(values: Iterable[_N], *, is_sorted: bool = True) -> dict[str, _N]:
    found: dict[str, _N] = {}
    for value in values:
        found.setdefault(value.id, value)
    return dict(sorted(found.items())) if is_sorted else found


def _assemble(parts: _Parts) -> KnowledgeBase:
    base = KnowledgeBase(
        revision="",
        platforms=_by_id(parts.platforms, is_sorted=False),
        known=tuple(parts.known),
        regions=_by_id(parts.regions),
        sources=_by_id(parts.sources),
        languages={
            code: Language(
                code=code,
                entries=_by_id(one.entries),
                caveats=_by_id(one.caveats),
                synonyms=one.synonyms,
                refusals=one.refusals,
                common_words=one.common_words,
                golden=one.golden,
                alarm=one.alarm,
                labels=one.labels,
            )
            for code, one in sorted(parts.languages.items())
        },
        helplines=parts.helplines,
        article=tuple(parts.article),
        authorities=tuple(parts.authorities),
        names=tuple(parts.names),
    )
    return dataclasses.replace(base, revision=revision_of(base))
