"""Why a question was understood so: the phrasings that voted, the words they share, the thresholds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.matching.context import Context
from bot.matching.features import features
from bot.matching.index import Index
from bot.matching.match import Trace, best_trace
from bot.matching.result import Answer, Outcome, Suggestions, UnknownReason
from bot.matching.snapshot import Snapshot

SHOWN_VOTES = 3
"""Phrasings that are shown for each entry, those with the largest votes."""


@dataclass(frozen=True, slots=True)
class Vote:
    """What one phrasing gave to an entry's score."""

    phrasing: str
    entry: str | None
    """The entry of the phrasing itself; None for a sentence that must not be answered."""
    weight: float
    shared: tuple[str, ...]
    """Stems and pairs of stems that it shares with the question."""


@dataclass(frozen=True, slots=True)
class Voted:
    """A candidate with its largest votes."""

    entry: str
    score: float
    votes: tuple[Vote, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The whole way from a question to its outcome, for one index."""

    question: str
    outcome: Outcome
    language: str
    words: tuple[str, ...]
    stems: tuple[str, ...]
    repairs: tuple[tuple[str, str], ...]
    platforms: tuple[str, ...]
    foreign: tuple[str, ...]
    shut_out: int
    """Entries that the named platforms leave out."""
    low: float
    high: float
    voted: tuple[Voted, ...]


def explain(snapshot: Snapshot, question: str, context: Context) -> Explanation | None:
    """Explains what `match` says to the same question; None when there is no index at all."""
    trace = best_trace(snapshot, question, context)
    if trace is None:
        return None
    index, heard = trace.index, trace.question
    return Explanation(
        question=question,
        outcome=trace.outcome,
        language=index.language,
        words=heard.heard.words,
        stems=heard.heard.stems,
        repairs=trace.outcome.reading.repairs,
        platforms=heard.found.services,
        foreign=heard.found.foreign,
        shut_out=int((~index.gate.allowed(heard.found)).sum()),
        low=index.thresholds.low,
        high=index.thresholds.high,
        voted=tuple(
            Voted(candidate.entry, candidate.score, _votes(trace, candidate.entry))
            for candidate in trace.outcome.reading.candidates
        ),
    )


def _votes(trace: Trace, entry: str) -> tuple[Vote, ...]:
    index = trace.index
    if entry not in index.topics or index.by_feature:
        return ()
    votes = trace.kernel * index.weights_for(trace.question)[:, index.topics.index(entry)]
    largest = np.argsort(-np.abs(votes), kind="stable")[:SHOWN_VOTES]
    asked = set(features(trace.question.heard, index.concepts).found)
    return tuple(
        Vote(index.rows[at].text, index.rows[at].topic, round(float(votes[at]), 3), _shared(index, at, asked))
        for at in largest.tolist()
        if abs(votes[at]) > 0.001
    )


def _shared(index: Index, row: int, asked: set[str]) -> tuple[str, ...]:
    own = set(features(index.hear(index.rows[row].text).heard, index.concepts).found)
    return tuple(_readable(feature, index) for feature in sorted(own & asked))


def _readable(feature: str, index: Index) -> str:
    """A feature as words: a concept is shown by one of its synonyms in angle brackets."""
    names: dict[str, str] = {}
    for stems, number in index.concepts.items():
        names.setdefault(f"\x1f{number}", "<" + " ".join(stems) + ">")
    parts = [names.get(part, part) for part in feature[1:].split(" ")]
    return " + ".join(parts) if feature[0] == "p" else parts[0]


def in_words(explanation: Explanation) -> str:
    """`explanation` in plain words, several lines."""
    outcome = explanation.outcome
    lines = [
        f"Asked: {explanation.question}",
        f"Read as ({explanation.language}): {' '.join(explanation.words)}",
    ]
    lines += [f"  “{typed}” was read as “{meant}”." for typed, meant in explanation.repairs]
    if explanation.platforms:
        named = ", ".join(explanation.platforms)
        lines.append(f"It names {named}, which leaves out {explanation.shut_out} entries of other platforms.")
    elif explanation.foreign:
        lines.append(f"It names {', '.join(explanation.foreign)}, which is not covered.")
    else:
        lines.append("It names no platform.")
    reading = outcome.reading
    if reading.followed:
        lines.append("What was talked about before was needed to understand it.")
    if reading.surface or reading.mobile:
        lines.append(f"Device: {reading.surface or 'a phone, which one is not said'}.")
    if reading.moved_to:
        lines.append(f"It says where the person is now: {reading.moved_to}. To be asked.")
    lines.append(
        f"Answered above {explanation.high:.3f}, suggested above {explanation.low:.3f} "
        "(both from the knowledge base)."
    )
    for voted in explanation.voted:
        lines.append(f"{voted.score:6.3f}  {voted.entry}")
        for vote in voted.votes:
            own = "must not be answered" if vote.entry is None else vote.entry
            lines.append(f"        {vote.weight:+.3f}  {vote.phrasing}  [{own}]")
            if vote.shared:
                lines.append(f"                shares: {', '.join(vote.shared)}")
    lines.append(f"Outcome: {_said(outcome)}")
    return "\n".join(lines)


def _said(outcome: Outcome) -> str:
    if isinstance(outcome, Answer):
        premise = (
            " It takes a refuted statement for true, which is corrected first." if outcome.premises else ""
        )
        also = f" The second part is answered by {outcome.also}." if outcome.also else ""
        return f"answered with {outcome.entry}.{premise}{also}"
    if isinstance(outcome, Suggestions):
        return f"suggested: {', '.join(outcome.entries)}."
    return {
        UnknownReason.FOREIGN: f"not answered: {outcome.foreign} is not covered.",
        UnknownReason.REFUSED: "not answered: it nearly is a sentence that must not be answered.",
        UnknownReason.UNCLEAR: "not answered: nothing is near enough.",
        UnknownReason.EMPTY: "not answered: it holds no word.",
    }[outcome.reason]
