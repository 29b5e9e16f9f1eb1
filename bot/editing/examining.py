"""What `checking.check` does in its own process: loads both states, and finds what the one changes.

Nothing here is called from the process that answers.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bot.editing.checking import AFTER, BEFORE, GoldenChange, Leaning, Report, Translated, write_report
from bot.editing.golden import answer_keys, changed_answers
from bot.editing.limited import Limits, limit, take_files
from bot.editing.preparing import prints_of
from bot.editing.shelf import keep, load_warned
from bot.knowledge.diff import changed_entries, diff
from bot.knowledge.load import load_files
from bot.knowledge.model import Entry, KnowledgeBase
from bot.knowledge.problems import Problem, Severity
from bot.knowledge.revision import guide_hash, text_hash
from bot.matching.index import Index
from bot.matching.snapshot import Snapshot, build_snapshot

MAX_TOLD = 200
"""Problems, changes, questions, phrasings that are handed back; a reviewer reads fewer."""


def examine(before: Mapping[str, bytes], after: Mapping[str, bytes], *, cache: Path) -> Report:
    """See `bot.editing.checking.check`."""
    new = load_files(after)
    old, warned = load_warned(before, cache)
    problems = _new_problems(warned, new.problems)
    if new.base is None:
        return Report(None, problems)
    keep(after, new.base, cache, new.warnings)  # whoever adopts it need not read it again, nor the next check
    if old is None:
        build_snapshot(new.base, cache=cache, at_once=1)
        return Report(new.base.revision, problems, entries=_entries(new.base))
    golden: tuple[GoldenChange, ...] = ()
    leaning: tuple[Leaning, ...] = ()
    asked = 0
    prints = prints_of(old), prints_of(new.base)
    keys = answer_keys(old, prints[0]), answer_keys(new.base, prints[1])
    if keys[0] != keys[1]:
        after_it = build_snapshot(new.base, cache=cache, at_once=1)
        same = {code: one for code, one in after_it.indexes.items() if prints[0].get(code) == prints[1][code]}
        snapshots = build_snapshot(old, cache=cache, at_once=1, made=same), after_it
        golden, asked = changed_answers(*snapshots, keys, cache=cache)
        leaning = tuple(_leaning(*snapshots))
    return Report(
        hash=new.base.revision,
        problems=problems,
        differences=diff(old, new.base)[:MAX_TOLD],
        entries=tuple(sorted(changed_entries(old, new.base))),
        golden=golden[:MAX_TOLD],
        golden_asked=asked,
        leaning=leaning[:MAX_TOLD],
        guides=tuple(_guides(old, new.base)),
        stale=tuple(_stale(old, new.base)),
    )


def _new_problems(warned: Sequence[Problem], new: Sequence[Problem]) -> tuple[Problem, ...]:
    """All errors, and the warnings that were not there before, wherever they stood."""
    known = {(one.file, one.message) for one in warned}
    errors = [one for one in new if one.severity is Severity.ERROR]
    brought = (
        one for one in new if one.severity is not Severity.ERROR and (one.file, one.message) not in known
    )
    return (*errors, *brought)[:MAX_TOLD]


def _entries(base: KnowledgeBase) -> tuple[str, ...]:
    return tuple(sorted({entry for language in base.languages.values() for entry in language.entries}))


def _pairs(old: KnowledgeBase, new: KnowledgeBase) -> Iterator[tuple[str, Entry, Entry]]:
    """Every entry that is in both, by language."""
    for code, language in new.languages.items():
        before = old.languages[code].entries if code in old.languages else {}
        for name, entry in language.entries.items():
            if name in before:
                yield code, before[name], entry


def _guides(old: KnowledgeBase, new: KnowledgeBase) -> Iterator[Translated]:
    for code, before, after in _pairs(old, new):
        if before.guide is not None and before != after and guide_hash(before) != guide_hash(after):
            yield Translated(code, after.id)


def _stale(old: KnowledgeBase, new: KnowledgeBase) -> Iterator[Translated]:
    """Translations that fitted their English text and no longer do."""
    was, now = ({} if "en" not in one.languages else one.languages["en"].entries for one in (old, new))
    for code, before, after in _pairs(old, new):
        if code == "en" or after.id not in was or after.id not in now or was[after.id] == now[after.id]:
            continue
        if before.translates == text_hash(was[after.id]) and after.translates != text_hash(now[after.id]):
            yield Translated(code, after.id)


def _leaning(old: Snapshot, new: Snapshot) -> Iterator[Leaning]:
    for code, index in new.indexes.items():
        before = set(_lean(old.indexes[code])) if code in old.indexes else set()
        for text, entry, other in _lean(index):
            if (text, entry, other) not in before:
                yield Leaning(code, text, entry, other)


def _lean(index: Index) -> Iterator[tuple[str, str, str]]:
    for row, other in zip(index.rows, index.leaning.tolist(), strict=True):
        if row.topic is not None and other >= 0 and index.topics[other] != row.topic:
            yield row.text, row.topic, index.topics[other]


def main() -> None:
    """The process: a header and files at its input, a report at its output."""
    header = json.loads(sys.stdin.buffer.readline())
    limit(Limits(int(header["memory"]), float(header["seconds"])))
    files = take_files()
    sides = [
        {path.removeprefix(mark): data for path, data in files.items() if path.startswith(mark)}
        for mark in (BEFORE, AFTER)
    ]
    answer = write_report(examine(*sides, cache=Path(header["cache"])))
    written = 0
    while written < len(answer):
        written += os.write(sys.stdout.fileno(), answer[written:])


if __name__ == "__main__":
    main()
