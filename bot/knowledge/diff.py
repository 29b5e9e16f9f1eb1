"""The difference of two knowledge bases in words, for people who review it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum

from rapidfuzz.fuzz import ratio

from bot.knowledge.model import Claim, CoverageRow, Dispute, Entry, KnowledgeBase, Language, Letter, Walk

_SAME_STATEMENT = 55.0
"""Likeness (0 to 100) from which two texts are taken for two wordings of one statement."""


class Kind(StrEnum):
    """What happened to something."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference."""

    subject: str
    """What it is about: the id of an entry or source, or a name such as "refusals"."""
    language: str | None
    """The language of the text, None for what stands above languages."""
    part: str
    """Which part of the subject: "claim", "phrasing", "step web/open-setting"; "" for the whole."""
    kind: Kind
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        """One line: `linkedin.start-date (en): claim changed: “…” → “…”`."""
        where = f"{self.subject} ({self.language})" if self.language else self.subject
        said = f"{self.part} {self.kind}".strip()
        quoted = " → ".join(f"“{text}”" for text in (self.before, self.after) if text)
        return f"{where}: {said}: {quoted}" if quoted else f"{where}: {said}"


def diff(old: KnowledgeBase, new: KnowledgeBase) -> tuple[Change, ...]:
    """Every difference between two bases, entries first; empty when both say the same."""
    return tuple(_diff(old, new))


def changed_entries(old: KnowledgeBase, new: KnowledgeBase) -> frozenset[str]:
    """Ids of entries that differ in any language."""
    return frozenset(
        entry_id
        for code in {*old.languages, *new.languages}
        for entry_id in {*_entries(old, code), *_entries(new, code)}
        if _entries(old, code).get(entry_id) != _entries(new, code).get(entry_id)
    )


def _entries(base: KnowledgeBase, code: str) -> Mapping[str, Entry]:
    return base.languages[code].entries if code in base.languages else {}


def _diff(old: KnowledgeBase, new: KnowledgeBase) -> Iterator[Change]:
    for code in sorted({*old.languages, *new.languages}):
        before, after = _entries(old, code), _entries(new, code)
        for entry_id in sorted({*before, *after}):
            yield from diff_entry(before.get(entry_id), after.get(entry_id), language=code)
        yield from _diff_language(old.languages.get(code), new.languages.get(code), code)
    yield from _diff_named("platform", old.platforms, new.platforms)
    if list(old.platforms) != list(new.platforms) and set(old.platforms) == set(new.platforms):
        yield Change(
            "platforms", None, "order", Kind.CHANGED, ", ".join(old.platforms), ", ".join(new.platforms)
        )
    yield from _diff_named("region", old.regions, new.regions)
    yield from _diff_named("source", old.sources, new.sources)
    yield from _diff_lists("platforms known by name", None, "", old.known, new.known)
    numbers = [
        tuple(f"{name} {number}" for name, number in one.helplines.emergency.items()) for one in (old, new)
    ]
    yield from _diff_lists("helplines", None, "emergency", *numbers)
    for part in ("distress", "children", "images"):
        yield from _diff_lists(
            "helplines", None, part, getattr(old.helplines, part), getattr(new.helplines, part)
        )
    yield from _diff_named(
        "authority",
        {one.id: one for one in old.authorities},
        {one.id: one for one in new.authorities},
    )
    yield from _diff_lists("names", None, "", old.names, new.names)
    yield from _diff_lists("article", None, "claim", old.article, new.article)


def diff_entry(old: Entry | None, new: Entry | None, *, language: str) -> Iterator[Change]:
    """The differences of one entry; None stands for one that is not there."""
    if old == new:
        return
    if old is None or new is None:
        whole = new or old
        if whole is not None:
            title = whole.title
            yield (
                Change(whole.id, language, "entry", Kind.ADDED, after=title)
                if old is None
                else Change(whole.id, language, "entry", Kind.REMOVED, before=title)
            )
        return
    subject = new.id
    for name in ("platform", "title", "short", "no_opt_out", "review", "translates"):
        yield from _diff_value(
            subject, language, name.replace("_", " "), getattr(old, name), getattr(new, name)
        )
    yield from _diff_statements(subject, language, "claim", old.claims, new.claims)
    yield from _diff_statements(subject, language, "disputed", old.disputed, new.disputed)
    yield from _diff_lists(subject, language, "caveat", old.caveats, new.caveats)
    yield from _diff_lists(subject, language, "see", old.see, new.see)
    yield from _diff_guide(old, new, language)
    yield from _diff_statements(subject, language, "letter", old.letters, new.letters)
    yield from _diff_lists(subject, language, "phrasing", old.phrasings, new.phrasings)


def _diff_guide(old: Entry, new: Entry, language: str) -> Iterator[Change]:
    before, after = old.guide, new.guide
    if before is None or after is None:
        if before != after:
            kind = Kind.ADDED if before is None else Kind.REMOVED
            yield Change(new.id, language, "guide", kind)
        return
    yield from _diff_value(new.id, language, "guide result", before.result, after.result)
    yield from _diff_value(new.id, language, "official page", before.official, after.official)
    walks = {walk.surface: walk for walk in before.walks}, {walk.surface: walk for walk in after.walks}
    for surface in sorted({*walks[0], *walks[1]}):
        yield from _diff_walk(new.id, language, walks[0].get(surface), walks[1].get(surface))
    if [walk.surface for walk in before.walks] != [walk.surface for walk in after.walks]:
        orders = [", ".join(walk.surface for walk in guide.walks) for guide in (before, after)]
        yield Change(new.id, language, "surfaces", Kind.CHANGED, *orders)
    yield from _diff_statements(new.id, language, "coverage", before.coverage, after.coverage)


def _diff_walk(subject: str, language: str, old: Walk | None, new: Walk | None) -> Iterator[Change]:
    if old == new:
        return
    if old is None or new is None:
        surface = new.surface if new else old.surface if old else ""
        yield Change(subject, language, f"steps for {surface}", Kind.ADDED if old is None else Kind.REMOVED)
        return
    before, after = {step.id: step for step in old.steps}, {step.id: step for step in new.steps}
    for step_id in dict.fromkeys((*before, *after)):
        one, other = before.get(step_id), after.get(step_id)
        part = f"step {new.surface}/{step_id}"
        if one is None or other is None:
            kind = Kind.ADDED if one is None else Kind.REMOVED
            yield Change(subject, language, part, kind, one.text if one else "", other.text if other else "")
        else:
            for name in ("text", "path", "link", "copy", "see"):
                yield from _diff_value(
                    subject, language, f"{part} {name}", getattr(one, name), getattr(other, name)
                )
    if set(before) == set(after) and list(before) != list(after):
        yield Change(subject, language, f"order of steps {new.surface}", Kind.CHANGED)
    yield from _diff_value(subject, language, f"sources {new.surface}", old.sources, new.sources)
    yield from _diff_value(subject, language, f"checked {new.surface}", old.checked, new.checked)


_Statement = Claim | Dispute | CoverageRow | Letter


def _statement_text(statement: _Statement) -> str:
    match statement:
        case Claim():
            return statement.text
        case Dispute():
            return statement.says
        case CoverageRow():
            return statement.what
        case Letter():
            return statement.title


def _diff_statements(
    subject: str, language: str | None, part: str, old: Sequence[_Statement], new: Sequence[_Statement]
) -> Iterator[Change]:
    """Pairs equal statements first, then the likest, and names what is left."""
    left = [one for one in old if one not in new]
    for other in (one for one in new if one not in old):
        text = _statement_text(other)
        likeness, best = max(
            ((ratio(_statement_text(one), text), number) for number, one in enumerate(left)),
            default=(0.0, -1),
        )
        if likeness < _SAME_STATEMENT:
            yield Change(subject, language, part, Kind.ADDED, after=_said(other))
        else:
            yield from _diff_fields(subject, language, part, left.pop(best), other)
    for one in left:
        yield Change(subject, language, part, Kind.REMOVED, before=_said(one))
    if old != new and len(old) == len(new) and all(one in new for one in old):
        yield Change(subject, language, f"order of {part}s", Kind.CHANGED)


def _diff_fields(
    subject: str, language: str | None, part: str, old: _Statement, new: _Statement
) -> Iterator[Change]:
    first = fields(new)[0].name
    for one in fields(new):
        name = part if one.name == first else f"{part} “{_short(_statement_text(new))}” {one.name}"
        yield from _diff_value(subject, language, name, getattr(old, one.name), getattr(new, one.name))


def _diff_language(old: Language | None, new: Language | None, code: str) -> Iterator[Change]:
    empty = Language(code, {}, {})
    before, after = old or empty, new or empty
    for name in sorted({*before.caveats, *after.caveats}):
        claims = [[found.claim] if (found := one.caveats.get(name)) else [] for one in (before, after)]
        yield from _diff_statements(f"caveat {name}", code, "", claims[0], claims[1])
    yield from _diff_lists("synonyms", code, "", before.synonyms, after.synonyms)
    yield from _diff_lists("refusals", code, "", before.refusals, after.refusals)
    yield from _diff_lists("golden questions", code, "", before.golden, after.golden)
    yield from _diff_lists(
        "frequent words", code, "", sorted(before.common_words), sorted(after.common_words)
    )
    labels = [tuple(f"{name}: {text}" for name, text in one.labels.items()) for one in (before, after)]
    yield from _diff_lists("labels", code, "", *labels)
    for one in fields(after.alarm):
        lists = getattr(before.alarm, one.name), getattr(after.alarm, one.name)
        yield from _diff_lists("alarm words", code, one.name.replace("_", " "), *lists)


def _diff_named(kind: str, old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[Change]:
    for name in sorted({*old, *new}):
        one, other = old.get(name), new.get(name)
        subject = f"{kind} {name}"
        if one is None:
            yield Change(subject, None, "", Kind.ADDED)
        elif other is None:
            yield Change(subject, None, "", Kind.REMOVED)
        elif is_dataclass(other):
            for each in fields(other):
                values = getattr(one, each.name), getattr(other, each.name)
                yield from _diff_value(subject, None, each.name, *values)


def _diff_lists(
    subject: str, language: str | None, part: str, old: Sequence[object], new: Sequence[object]
) -> Iterator[Change]:
    before, after = set(old), set(new)
    for one in old:
        if one not in after:
            yield Change(subject, language, part, Kind.REMOVED, before=_said(one))
    for one in new:
        if one not in before:
            yield Change(subject, language, part, Kind.ADDED, after=_said(one))
    if before == after and tuple(old) != tuple(new):
        yield Change(subject, language, f"order of {part}".removesuffix(" of "), Kind.CHANGED)


def _diff_value(subject: str, language: str | None, part: str, old: object, new: object) -> Iterator[Change]:
    if old != new:
        yield Change(subject, language, part, Kind.CHANGED, _said(old) or "nothing", _said(new) or "nothing")


def _said(value: object) -> str:
    """A value as a reviewer reads it."""
    if isinstance(value, Claim | Dispute | CoverageRow | Letter):
        return _statement_text(value)
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(_said(one) for one in value)
    if is_dataclass(value):
        named = ((one.name, getattr(value, one.name)) for one in fields(value))
        return ", ".join(f"{name} {_said(one)}" for name, one in named if one not in (None, (), ""))
    return str(value)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39].rstrip() + "…"
