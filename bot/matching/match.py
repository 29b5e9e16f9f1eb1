"""What a question means: an answer, suggestions, or that we do not know.

The language of the member is asked, and English too unless the first is sure; the surer one answers. In
each, in this order: a question that only changes one field of the last one or only says "why?", a refuted
statement, an exact phrasing, and the scores of `bot.matching.index`. Any text whatever gets an outcome.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from bot.matching.build import SHARED
from bot.matching.context import Context
from bot.matching.decide import Decision, Verdict, buttons, decide
from bot.matching.index import Floats, Index, Question
from bot.matching.listen import Said, listen
from bot.matching.parts import LONG, MAX_PARTS, TOO_LONG, questions, stretches
from bot.matching.result import Answer, Candidate, Outcome, Reading, Suggestions, Unknown, UnknownReason
from bot.matching.snapshot import Snapshot
from bot.matching.talk import Talk, talk

_PREMISE_NEEDS = 0.6
"""Share of the lower threshold that a question without a name needs to be about us at all."""

_MENDED_ABROAD = 0.2
"""Share of words that may be repaired to read a question in a language that is not the member's."""

_STRANGE = 0.2
_BETTER_PART = 0.05
_BELOW_EXACT = 0.9


@dataclass(frozen=True, slots=True)
class Trace:
    """How one index came to its outcome."""

    index: Index
    question: Question
    outcome: Outcome
    score: float
    """By this the languages are compared."""
    kernel: Floats
    topics: Floats


def match(snapshot: Snapshot, question: str, context: Context) -> Answer | Suggestions | Unknown:
    """What `question` means to a member with `context`. Never raises, whatever the text."""
    trace = best_trace(snapshot, question, context)
    if trace is None:
        return Unknown(UnknownReason.UNCLEAR, Reading(language=context.language))
    return trace.outcome


def best_trace(snapshot: Snapshot, question: str, context: Context) -> Trace | None:
    """The trace of the language that is surest; None when there is no index at all."""
    codes = [code for code in dict.fromkeys((context.language, "en")) if code in snapshot.indexes]
    traces: list[Trace] = []
    for code in codes or sorted(snapshot.indexes)[:1]:
        index = snapshot.indexes[code]
        if traces and decides_alone(traces[0], context.language):
            break
        said = listen(snapshot, index, question, region=context.region)
        heard = said.question.heard
        if traces and len(heard.repairs) > _MENDED_ABROAD * len(heard.words):
            continue  # "wie wird das wetter" is no misspelt English
        traces.append(_Reader(snapshot, index, talk(snapshot, index, context)).read(said))
    return max(traces, key=lambda trace: trace.score, default=None)


def decides_alone(trace: Trace, language: str) -> bool:
    """True when `language` itself is so sure that no other is asked: it knows nearly all words as typed."""
    if trace.index.language != language or not isinstance(trace.outcome, Answer):
        return False
    heard, known = trace.question.heard, trace.index.lexicon.stems
    strange = sum(word not in known for word in heard.words) + len(heard.repairs)
    return strange <= _STRANGE * len(heard.words)


@dataclass(frozen=True, slots=True)
class _Reader:
    snapshot: Snapshot
    index: Index
    talk: Talk

    def read(self, said: Said) -> Trace:
        index, question = self.index, said.question
        kernel = np.zeros(len(index.rows), dtype=np.float32)
        topics = np.full(len(index.topics), -np.inf, dtype=np.float32)
        if not said.plain:
            reason = UnknownReason.UNCLEAR if said.only_orders else UnknownReason.EMPTY
            outcome: Outcome = Unknown(reason, said.reading(index, ()))
            return Trace(index, question, outcome, -1.0, kernel, topics)
        if (change := self.talk.change(said)) is not None:
            return Trace(index, question, change, 1.5, kernel, topics)
        short = len(question.heard.words) <= TOO_LONG
        alone = index.score(question) if short else index.nothing()
        topics, kernel = self.talk.scores(question, alone.topics), alone.kernel
        exact = index.exact.get(question.form)
        if exact is not None and exact >= 0 and np.isfinite(topics[exact]):
            topics = np.minimum(topics, np.float32(_BELOW_EXACT))
            topics[exact] = 1.0
        elif exact != SHARED and len(question.heard.words) > LONG:
            topics, kernel = self._best_part(question, topics, kernel)
        foreign = question.found.foreign if not question.found.services else ()
        decision = decide(index, topics, kernel, strict=bool(foreign))
        if decision.verdict is Verdict.ANSWER and exact is None and len(question.heard.words) <= LONG:
            first = index.topics.index(decision.candidates[0].entry)
            if index.cover(question, first) < index.covered:  # it resembles the entry by little but a name
                decision = Decision(Verdict.SUGGEST, decision.candidates)
        if exact == -1:
            decision = Decision(Verdict.REFUSED, decision.candidates)
        if premise := self._premise(said, topics, decision):
            return Trace(index, question, premise, 2.0, kernel, topics)
        followed = self._followed(question, alone.topics, alone.kernel, decision)
        outcome = self._conclude(said, decision, foreign, followed=followed)
        if exact is None and short and isinstance(outcome, Answer | Suggestions) and not foreign:
            outcome = self._two_parts(said, outcome)
        return Trace(index, question, outcome, decision.top, kernel, topics)

    def _followed(self, question: Question, alone: Floats, kernel: Floats, decision: Decision) -> bool:
        """True when the outcome rests on what was talked about: without that it would be another."""
        if self.talk.name is None or question.found.services or not decision.candidates:
            return False
        first = decision.candidates[0].entry
        if self.index.gate.needs[self.index.topics.index(first)] != self.talk.name.id:
            return False
        before = decide(self.index, alone, kernel)
        return before.verdict is not Verdict.ANSWER or before.candidates[0].entry != first

    def _best_part(self, question: Question, topics: Floats, kernel: Floats) -> tuple[Floats, Floats]:
        """The scores of the surest part of a long text, when the whole is not sure and the part is surer."""
        if decide(self.index, topics, kernel).verdict is Verdict.ANSWER:
            return topics, kernel
        allowed = self.index.gate.allowed(question.found)
        best, best_kernel = topics, kernel
        for start, end in stretches(question.heard.words, self.index.worth(question)):
            scores = self.index.score(self._named(question, start, end), allowed=allowed)
            if scores.topics.size and scores.topics.max() > best.max() + _BETTER_PART:
                best, best_kernel = scores.topics, scores.kernel
        return best, best_kernel

    def _named(self, whole: Question, start: int, end: int) -> Question:
        """A part of a question, with the platform that the whole names when the part names none."""
        part = whole.part(start, end)
        services = [name for name in whole.found.names if name.covered and name.service]
        return part if part.found.names or not services else self.index.plus(part, services[0])

    def _two_parts(self, said: Said, outcome: Answer | Suggestions) -> Answer | Suggestions:
        """Both answers when the question asks two things and each part is sure."""
        parts = questions(said.question.heard.words)
        if len(parts) < 2:
            return outcome
        sure: list[str] = []
        for start, end in parts[:MAX_PARTS]:
            heard = self._named(said.question, start, end)
            scores = self.index.score(heard)
            decision = decide(self.index, self.talk.scores(heard, scores.topics), scores.kernel)
            if decision.verdict is Verdict.ANSWER and decision.candidates[0].entry not in sure:
                sure.append(decision.candidates[0].entry)
        if len(sure) < 2:
            return outcome
        known = {candidate.entry: candidate.score for candidate in outcome.reading.candidates}
        kept = [*sure[:2], *(entry for entry in known if entry not in sure[:2])][:3]
        least = self.index.thresholds.high
        candidates = tuple(Candidate(entry, known.get(entry, least)) for entry in kept)
        return Answer(sure[0], replace(outcome.reading, candidates=candidates), also=sure[1])

    def _premise(self, said: Said, topics: Floats, decision: Decision) -> Answer | None:
        """The answer to a question that takes a refuted statement for true."""
        premises = self.snapshot.premises.get(self.index.language)
        heard = premises.heard_in(said.plain) if premises else ()
        if not heard:
            return None
        found, last = said.question.found, self.talk.name
        platforms = self.snapshot.base.platforms
        fitting = [
            premise
            for premise in heard
            if premise.platform in found.services
            or not found.names
            or ((platform := platforms.get(premise.platform)) and not platform.service)
        ]
        about_us = bool(found.services) or last is not None
        if not fitting or not (about_us or decision.top >= _PREMISE_NEEDS * self.index.thresholds.low):
            return None
        if last is not None and not found.names:
            fitting = [one for one in fitting if one.platform == last.id] or fitting
        scores = dict(zip(self.index.topics, topics.tolist(), strict=True))
        entry = max(fitting, key=lambda premise: scores.get(premise.entry, -1.0)).entry
        others = tuple(candidate for candidate in decision.candidates if candidate.entry != entry)
        also = others[0].entry if others and others[0].score > self.index.thresholds.high else None
        candidates = (Candidate(entry, 1.0), *others)[:3]
        return Answer(
            entry,
            said.reading(self.index, candidates, followed=self.talk.applies(said.question)),
            premises=tuple(one.dispute for one in fitting if one.entry == entry),
            also=also,
        )

    def _conclude(
        self, said: Said, decision: Decision, foreign: tuple[str, ...], *, followed: bool
    ) -> Outcome:
        reading = said.reading(self.index, decision.candidates, followed=followed)
        match decision.verdict:
            case Verdict.ANSWER:
                return Answer(decision.candidates[0].entry, reading)
            case Verdict.SUGGEST:
                return Suggestions(buttons(decision.candidates), reading)
            case _ if foreign:
                return Unknown(UnknownReason.FOREIGN, reading, foreign[0])
            case Verdict.REFUSED:
                return Unknown(UnknownReason.REFUSED, reading)
            case _:
                return Unknown(UnknownReason.UNCLEAR, reading)
