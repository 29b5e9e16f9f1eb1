"""`python -m tests.bench.match`: the matcher on the golden questions beside RapidFuzz's scorers, in one run.

Golden questions stand in no index and set no threshold. Each is asked as it was written and with a seeded
share of its letters mistyped. What must be refused counts as near when it names a platform or shares a word
of the subject, else as far. A peer takes the best phrasing or refusal by its scorer over the same normalised
words; it answers above the 95th and suggests above the 85th percentile of what the refusals score, as the
matcher's own bank does.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz, process

from bot.knowledge.load import load
from bot.knowledge.model import GoldenQuestion, KnowledgeBase
from bot.matching.context import Context
from bot.matching.match import match
from bot.matching.normalise import words
from bot.matching.result import Answer, Suggestions
from bot.matching.snapshot import Snapshot, build_snapshot

TYPOS = (0.0, 0.05, 0.10)
SEED = 20261125
BANK_LEAST, BANK_MOST = 85, 95

_SUBJECT = """
    ai data train training privacy gdpr opt object objection erasure letter complain complaint consent cookie
    cookies tracking camera cctv dashcam surveillance tracks policy protection breach processing
    ki daten datenschutz dsgvo training trainieren widersprechen widerspruch beschwerde einwilligung cookies
    kamera überwachung auskunft
"""
SUBJECT = frozenset(_SUBJECT.split())
_NEIGHBOURS = {
    "q": "wa", "w": "qes", "e": "wrd", "r": "etf", "t": "rzg", "y": "tu", "u": "yij", "i": "uok", "o": "ipl",
    "p": "ol", "a": "qsz", "s": "adw", "d": "sfe", "f": "dgr", "g": "fht", "h": "gjy", "j": "hku", "k": "jli",
    "l": "kop", "z": "xa", "x": "zcs", "c": "xvd", "v": "cbf", "b": "vng", "n": "bmh", "m": "nj",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reply:
    """What a matcher says: the entries it thinks of, best first, and whether it answers or suggests."""

    entries: tuple[str, ...]
    answers: bool = False
    suggests: bool = False


Matcher = Callable[[GoldenQuestion, str], Reply]


@dataclass(slots=True)
class Tally:
    """Counts over the golden questions."""

    inside: int = 0
    first: int = 0
    three: int = 0
    right: int = 0
    wrong: int = 0
    suggested: int = 0
    outside: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})
    false: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})
    took: list[float] = field(default_factory=list)


def mistype(text: str, share: float, chance: random.Random) -> str:
    """`text` with letters spoiled by the chance `share`: left out, doubled, swapped or a neighbour."""
    letters = list(text)
    at = 0
    typed: list[str] = []
    while at < len(letters):
        letter = letters[at]
        if not letter.isalpha() or chance.random() >= share:
            typed.append(letter)
            at += 1
            continue
        kind = chance.randrange(4)
        if kind == 0 and at + 1 < len(letters) and letters[at + 1].isalpha():
            typed += (letters[at + 1], letter)
            at += 1
        elif kind == 1:
            typed += (letter, letter)
        elif kind == 2:
            typed.append(chance.choice(_NEIGHBOURS.get(letter.lower(), letter)))
        at += 1
    return "".join(typed)


def advisor(snapshot: Snapshot, language: str) -> Matcher:
    """The matcher of this project."""

    def reply(question: GoldenQuestion, text: str) -> Reply:
        outcome = match(snapshot, text, Context(language=language, entry=question.context))
        entries = tuple(candidate.entry for candidate in outcome.reading.candidates)
        if isinstance(outcome, Answer):
            return Reply((outcome.entry, *(one for one in entries if one != outcome.entry)), answers=True)
        return Reply(entries, suggests=isinstance(outcome, Suggestions))

    return reply


def peer(base: KnowledgeBase, language: str, scorer: Callable[..., float]) -> Matcher:
    """The best phrasing by one of RapidFuzz's scorers."""
    spoken = base.languages[language]
    rows = [(text, entry.id) for entry in spoken.entries.values() for text in entry.phrasings]
    plain = [" ".join(words(text, language)) for text, _ in rows]
    refusals = [" ".join(words(text, language)) for text in spoken.refusals]
    bank = [process.extract(text, plain, scorer=scorer, limit=1)[0][1] for text in refusals]
    least, most = (float(np.percentile(bank, part)) for part in (BANK_LEAST, BANK_MOST))
    choices = plain + refusals

    def reply(question: GoldenQuestion, text: str) -> Reply:
        found = process.extract(" ".join(words(text, language)), choices, scorer=scorer, limit=60)
        entries: list[str] = []
        for _, _, at in found:
            if at < len(rows) and rows[at][1] not in entries:
                entries.append(rows[at][1])
        refused = not found or found[0][2] >= len(rows)
        score = found[0][1] if found else 0.0
        return Reply(
            tuple(entries[:3]),
            answers=not refused and score > most,
            suggests=not refused and least < score <= most,
        )

    return reply


def measure(
    matcher: Matcher, golden: Sequence[GoldenQuestion], share: float, *, near: Callable[[str], bool]
) -> Tally:
    """Ask all of `golden` with `share` of the letters mistyped, the same letters for every matcher."""
    chance = random.Random(SEED)
    tally = Tally()
    for question in golden:
        text = mistype(question.text, share, chance) if share else question.text
        started = time.perf_counter()
        reply = matcher(question, text)
        tally.took.append((time.perf_counter() - started) * 1000)
        if question.entry is None:
            kind = near(question.text)
            tally.outside[kind] += 1
            tally.false[kind] += reply.answers
            continue
        tally.inside += 1
        is_first = reply.entries[:1] == (question.entry,)
        tally.first += is_first
        tally.three += question.entry in reply.entries[:3]
        tally.right += reply.answers and is_first
        tally.wrong += reply.answers and not is_first
        tally.suggested += reply.suggests and question.entry in reply.entries[:3]
    return tally


def line(name: str, share: float, tally: Tally) -> str:
    """One row of the table."""
    of = tally.inside or 1
    parts = [
        f"{name:<16}{share:>6.0%}",
        *(
            f"{100 * count / of:>9.1f}"
            for count in (tally.first, tally.three, tally.right, tally.wrong, tally.suggested)
        ),
        *(f"{100 * tally.false[kind] / (tally.outside[kind] or 1):>9.1f}" for kind in (True, False)),
        *(f"{np.percentile(tally.took, part):>8.2f}" for part in (50, 99)),
    ]
    return "".join(parts)


def say(text: str) -> None:
    """Write a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--language", default="en")
    parser.add_argument("--knowledge", type=Path, default=Path("knowledge"))
    parser.add_argument("--ours", action="store_true", help="without the peers")
    chosen = parser.parse_args()
    base = load(chosen.knowledge).base
    if base is None:
        sys.exit(f"{chosen.knowledge} has problems: see `advisor knowledge check`.")
    spoken = base.languages[chosen.language]
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        snapshot = build_snapshot(base, cache=Path(folder))
        built = time.perf_counter() - started
        started = time.perf_counter()
        build_snapshot(base, cache=Path(folder))
        loaded = time.perf_counter() - started
    names = snapshot.names

    def is_near(text: str) -> bool:
        plain = words(text, chosen.language)
        return bool(names.find(plain).names) or not SUBJECT.isdisjoint(plain)

    matchers: dict[str, Matcher] = {"advisor": advisor(snapshot, chosen.language)}
    if not chosen.ours:
        matchers["WRatio"] = peer(base, chosen.language, fuzz.WRatio)
        matchers["token_set_ratio"] = peer(base, chosen.language, fuzz.token_set_ratio)
    outside = [question.text for question in spoken.golden if question.entry is None]
    near = sum(map(is_near, outside))
    phrasings = sum(len(entry.phrasings) for entry in spoken.entries.values())
    say(
        f"{chosen.language}: {len(spoken.entries)} entries, {phrasings} phrasings, {len(spoken.refusals)} "
        f"refusals; {len(spoken.golden) - len(outside)} golden questions, and {near} near and "
        f"{len(outside) - near} far ones to refuse"
    )
    say(
        f"built in {built:.1f} s, loaded from the cache in {loaded:.2f} s ({len(snapshot.indexes)} languages)"
    )
    say(
        f"{'':<16}{'typos':>6}{'recall@1':>9}{'recall@3':>9}{'right':>9}{'wrong':>9}{'suggest.':>9}"
        f"{'near':>9}{'far':>9}{'p50 ms':>8}{'p99 ms':>8}"
    )
    for share in TYPOS:
        for name, matcher in matchers.items():
            say(line(name, share, measure(matcher, spoken.golden, share, near=is_near)))
    say("In percent. Right, wrong, suggested: of what an entry answers; near, far: answered, of the others.")


if __name__ == "__main__":
    main()
