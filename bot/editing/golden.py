"""Golden questions asked of two states of the knowledge, to find the answers that change.

Asking a thousand takes seconds, so only languages are asked of which something changed that answers depend
on, and what a state answered is kept in the cache: the state after this check is the one before the next.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache as once
from pathlib import Path

import bot.matching
from bot.editing.checking import GoldenChange, GoldenOutcome
from bot.knowledge.model import GoldenQuestion, KnowledgeBase
from bot.matching.context import Context
from bot.matching.match import best_trace, decides_alone
from bot.matching.result import Answer, Suggestions
from bot.matching.snapshot import Snapshot

KEPT = 4
"""Files of outcomes that are kept for a language."""
_WORTH_SHARING = 100
"""Questions from which two processors are worth it."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Hashes of everything that a language's answers depend on."""

    whole: str
    own: str
    """Of what stands in the language itself: enough for a question that English was not asked about."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question got, and whether its own language alone decided."""

    outcome: GoldenOutcome
    alone: bool


Outcomes = dict[str, Asked]
"""By the question and what was talked about before it."""

_asked_of: Snapshot | None = None
"""For the processes that share the work: they are forked and find it here."""


def answer_keys(base: KnowledgeBase, prints: Mapping[str, str]) -> Mapping[str, Keys]:
    """For each language hashes of everything that its answers depend on.

    Args:
        base: the state.
        prints: the fingerprint of each language's index.
    """
    # English is asked beside every language.
    return {
        code: Keys(_key(base, prints, sorted({code, "en"} & set(base.languages))), _key(base, prints, [code]))
        for code in base.languages
    }


def changed_answers(
    old: Snapshot, new: Snapshot, keys: tuple[Mapping[str, Keys], Mapping[str, Keys]], *, cache: Path
) -> tuple[tuple[GoldenChange, ...], int]:
    """The golden questions that get another outcome or first entry, and how many were asked.

    Args:
        old: the state that is in force.
        new: the one that would be.
        keys: see `answer_keys`, for both.
        cache: folder for what was found.
    """
    changes: list[GoldenChange] = []
    asked = 0
    for code, language in new.base.languages.items():
        if code not in old.base.languages or keys[0][code] == keys[1][code]:
            continue
        was, now = keys[0][code], keys[1][code]
        questions = dict.fromkeys((*language.golden, *old.base.languages[code].golden))
        before = _outcomes(old, code, list(questions), cache / f"golden-{code}-{was.whole}.json", {})
        same = {name: one for name, one in before.items() if one.alone and was.own == now.own}
        after = _outcomes(new, code, list(questions), cache / f"golden-{code}-{now.whole}.json", same)
        asked += len(questions)
        changes += [
            GoldenChange(code, one.text, before[_name(one)].outcome, after[_name(one)].outcome)
            for one in questions
            if before[_name(one)].outcome != after[_name(one)].outcome
        ]
    return tuple(changes), asked


def _key(base: KnowledgeBase, prints: Mapping[str, str], codes: Sequence[str]) -> str:
    heard = [
        (entry.id, entry.platform, [(one.says, one.heard, one.verdict) for one in entry.disputed])
        for one_code in codes
        for entry in base.languages[one_code].entries.values()
        if entry.disputed
    ]
    regions = sorted(repr(region) for region in base.regions.values())
    platforms = [repr(platform) for platform in base.platforms.values()]
    said = [_program(), [prints.get(one) for one in codes], heard, regions, platforms]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, default=str).encode()).hexdigest()[:24]


@once
def _program() -> str:
    """The program that answers, so that another one's answers are not taken for its own."""
    folder = Path(bot.matching.__file__ or "").parent
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(folder.glob("*.py")))).hexdigest()


def _name(question: GoldenQuestion) -> str:
    return f"{question.context or ''}\n{question.text}"


def _outcomes(
    snapshot: Snapshot, code: str, questions: Sequence[GoldenQuestion], file: Path, same: Outcomes
) -> Outcomes:
    """What `questions` get: from `file`, from `same` (what cannot have changed), or by asking."""
    kept: Outcomes = {}
    with suppress(OSError, ValueError, TypeError, AttributeError):
        said = json.loads(file.read_bytes())
        kept = {name: Asked(GoldenOutcome(what, entry), alone) for name, (what, entry, alone) in said.items()}
        os.utime(file)  # in use, so that the next one that is written does not push it out
    known = same | kept
    missing = [one for one in questions if _name(one) not in known]
    if missing:
        known |= dict(zip(map(_name, missing), _ask(snapshot, code, missing), strict=True))
    if known != kept:
        _keep(file, code, known)
    return known


def _keep(file: Path, code: str, known: Outcomes) -> None:
    with suppress(OSError):
        beside = file.with_name(f".{file.name}.{os.getpid()}")
        said = {name: (one.outcome.outcome, one.outcome.entry, one.alone) for name, one in known.items()}
        beside.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
        beside.replace(file)
        others = sorted(file.parent.glob(f"golden-{code}-*.json"), key=lambda one: one.stat().st_mtime)
        for old in others[:-KEPT]:
            old.unlink(missing_ok=True)


def _ask(snapshot: Snapshot, code: str, questions: Sequence[GoldenQuestion]) -> list[Asked]:
    global _asked_of  # noqa: PLW0603 - what forked processes find without its being copied
    _asked_of = snapshot
    jobs = [(code, one.text, one.context) for one in questions]
    workers = min(2, os.cpu_count() or 1)
    if workers == 1 or len(jobs) < _WORTH_SHARING:
        return [_outcome(job) for job in jobs]
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("fork")) as pool:
        return list(pool.map(_outcome, jobs, chunksize=25))


def _outcome(job: tuple[str, str, str | None]) -> Asked:
    if _asked_of is None:
        raise RuntimeError("there is nothing to ask")
    code, text, context = job
    trace = best_trace(_asked_of, text, Context(language=code, entry=context))
    # An entry that was talked about may be the English one, when it is not translated.
    alone = trace is not None and context is None and decides_alone(trace, code)
    match trace.outcome if trace is not None else None:
        case Answer(entry=entry):
            return Asked(GoldenOutcome("answer", entry), alone)
        case Suggestions(entries=entries):
            return Asked(GoldenOutcome("suggest", entries[0] if entries else None), alone)
        case _:
            return Asked(GoldenOutcome("unknown", None), alone)
