"""What a change of the knowledge would do, found out before anybody sees it.

It runs in a process of its own with limits on memory and time, because what is checked may be an upload
that nobody trusts.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

from bot.editing.limited import Limits, hand_over, running
from bot.editing.revisions import Files
from bot.knowledge.diff import Change, Kind
from bot.knowledge.problems import Problem, Severity

BEFORE, AFTER = "before/", "after/"
"""How the files are told apart on their way."""
_LARGEST_ANSWER = 20_000_000
_PIECE = 1_000_000


@dataclass(frozen=True, slots=True)
class GoldenOutcome:
    """What a golden question gets."""

    outcome: str
    """answer, suggest or unknown."""
    entry: str | None
    """The first entry; None when there is none."""


@dataclass(frozen=True, slots=True)
class GoldenChange:
    """A golden question that would get another outcome or another first entry."""

    language: str
    question: str
    before: GoldenOutcome
    after: GoldenOutcome


@dataclass(frozen=True, slots=True)
class Leaning:
    """A phrasing that the other phrasings take for another entry."""

    language: str
    phrasing: str
    entry: str
    """The entry that it stands under."""
    other: str
    """The entry that it leans to."""


@dataclass(frozen=True, slots=True)
class Translated:
    """An entry in a language."""

    language: str
    entry: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a change does. With errors there is no `hash`, and only `problems` is filled."""

    hash: str | None
    """Of what the knowledge would say; None when it has errors."""
    problems: tuple[Problem, ...]
    """Errors and warnings that the change brings, with file, line and column; old warnings are left out."""
    differences: tuple[Change, ...] = ()
    entries: tuple[str, ...] = ()
    """Ids of the entries that differ in any language."""
    golden: tuple[GoldenChange, ...] = ()
    golden_asked: int = 0
    """How many golden questions were asked; 0 when nothing changed that answers depend on."""
    leaning: tuple[Leaning, ...] = ()
    """Only those that did not lean before."""
    guides: tuple[Translated, ...] = ()
    """Guides whose steps changed in substance: who walked them should be told."""
    stale: tuple[Translated, ...] = ()
    """Translations that would become older than their English text."""

    @property
    def errors(self) -> int:
        """How many problems keep it from being published."""
        return sum(problem.severity is Severity.ERROR for problem in self.problems)


DEFAULT_LIMITS = Limits(seconds=120.0)
"""A changed phrasing means that an index is built anew: seconds, and more of them when others work, too."""


async def check(before: Files, after: Files, *, cache: Path, limits: Limits = DEFAULT_LIMITS) -> Report:
    """What publishing `after` in place of `before` would do.

    Never raises for what stands in the files; a check that needed too much is a problem in the report. A
    cancelled check ends its process. The index of `after` is left in `cache`, so that adopting it is quick.

    Args:
        before: the files that are in force, or those of another revision.
        after: the files that would be.
        cache: folder of finished indexes.
        limits: what the process may use.
    """
    files = {f"{BEFORE}{path}": data for path, data in before.items()}
    files |= {f"{AFTER}{path}": data for path, data in after.items()}
    try:
        async with asyncio.timeout(limits.seconds), running("bot.editing.examining") as process:
            sending = asyncio.create_task(hand_over(process, _header(cache, limits), files))
            try:
                answer = await _read(process)
            finally:
                sending.cancel()
    except TimeoutError:
        return _refused(f"Checking it took longer than {limits.seconds:g} seconds.")
    try:
        return read_report(answer)
    except (ValueError, KeyError, TypeError, IndexError):
        return _refused("Checking it needed too much time or memory.")


async def _read(process: asyncio.subprocess.Process) -> bytes:
    """What the process prints until it ends, or more than any report has."""
    answer = b""
    while process.stdout is not None and (more := await process.stdout.read(_PIECE)):
        answer += more
        if len(answer) > _LARGEST_ANSWER:
            break
    return answer


def _header(cache: Path, limits: Limits) -> bytes:
    said = {"cache": str(cache.absolute()), "memory": limits.memory, "seconds": limits.seconds}
    return json.dumps(said).encode()


def _refused(message: str) -> Report:
    return Report(None, (Problem("", 1, 1, message, "Leave out what is not knowledge; divide large files."),))


def write_report(report: Report) -> bytes:
    """A report as JSON, for the way from the other process."""
    return json.dumps(dataclasses.asdict(report), ensure_ascii=False).encode("utf-8", "replace")


def read_report(data: bytes) -> Report:
    """A report from JSON.

    Raises:
        ValueError, KeyError, TypeError: it is none.
    """
    said = json.loads(data)
    return Report(
        hash=said["hash"],
        problems=tuple(Problem(**{**one, "severity": Severity(one["severity"])}) for one in said["problems"]),
        differences=tuple(Change(**{**one, "kind": Kind(one["kind"])}) for one in said["differences"]),
        entries=tuple(said["entries"]),
        golden=tuple(
            GoldenChange(
                one["language"],
                one["question"],
                GoldenOutcome(**one["before"]),
                GoldenOutcome(**one["after"]),
            )
            for one in said["golden"]
        ),
        golden_asked=int(said["golden_asked"]),
        leaning=tuple(Leaning(**one) for one in said["leaning"]),
        guides=tuple(Translated(**one) for one in said["guides"]),
        stale=tuple(Translated(**one) for one in said["stale"]),
    )
