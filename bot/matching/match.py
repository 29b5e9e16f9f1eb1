"""What a question means: an answer, suggestions, or that we do not know.

The language of the member and English are both asked and the surer one answers. In each, in this order: a
question that only changes one field of the last one, a bare "why?", a refuted statement, an exact phrasing,
and the scores of `bot.matching.index`. Any text whatever gets an outcome.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from bot.knowledge.model import Dispute, Entry
from bot.matching import followup
from bot.matching.build import SHARED
from bot.matching.context import Context
from bot.matching.decide import Decision, Verdict, buttons, decide
from bot.matching.gate import Name
from bot.matching.index import Floats, Index, Question
from bot.matching.normalise import words as normalise
from bot.matching.parts import LONG, questions, windows
from bot.matching.place import Device, find_device
from bot.matching.result import Answer, Candidate, Outcome, Reading, Suggestions, Unknown, UnknownReason
from bot.matching.snapshot import Snapshot

_OTHER_PLATFORM = 0.15
"""What an entry of another platform loses when one was talked about and none is named."""

_PREMISE_NEEDS = 0.6
"""Share of the lower threshold that a question without a name needs to be about us at all."""

_BETTER_PART = 0.05


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
    codes = codes or sorted(snapshot.indexes)[:1]
    traces = [_Reader(snapshot, snapshot.indexes[code], context).read(question) for code in codes]
    return max(traces, key=lambda trace: trace.score, default=None)


@dataclass(frozen=True, slots=True)
class _Said:
    """What the words of a question say beside its subject."""

    question: Question
    device: Device
    moved_to: str | None

    def reading(self, index: Index, candidates: tuple[Candidate, ...], *, followed: bool = False) -> Reading:
        services = self.question.found.services
        return Reading(
            candidates=candidates,
            language=index.language,
            platform=services[0] if services else None,
            surface=self.device.surface,
            followed=followed,
            moved_to=self.moved_to,
            repairs=self.question.heard.repairs,
            mobile=self.device.mobile,
        )


@dataclass(frozen=True, slots=True)
class _Reader:
    snapshot: Snapshot
    index: Index
    context: Context

    def read(self, text: str) -> Trace:
        plain = normalise(text, self.index.language)
        question = self.index.hear_words(plain)
        zeros = np.zeros(len(self.index.rows), dtype=np.float32)
        none = np.full(len(self.index.topics), -np.inf, dtype=np.float32)
        said = self._listen(question)
        if not plain:
            outcome = Unknown(UnknownReason.EMPTY, said.reading(self.index, ()))
            return Trace(self.index, question, outcome, -1.0, zeros, none)
        if (change := self._change(said)) is not None:
            return Trace(self.index, question, change, 1.5, zeros, none)
        return self._scored(said, plain)

    def _listen(self, question: Question) -> _Said:
        places, words = self.snapshot.places, question.heard.words
        region = places.lived_in(words)
        return _Said(question, find_device(words), places.news(region, known=self.context.region))

    # --- what was talked about -------------------------------------------------------------------

    def _last(self) -> Entry | None:
        last = self.context.entry
        return self.snapshot.base.entry(last, language=self.index.language) if last else None

    def _platform(self) -> Name | None:
        """The service that was talked about, as a name."""
        last = self._last()
        platform = self.context.platform or (last.platform if last else None)
        for name in self.snapshot.names.by_words.values():
            if name.id == platform and name.covered and name.service:
                return name
        return None

    def _change(self, said: _Said) -> Outcome | None:
        """The outcome of a question that only changes a field of the last one, or only says "why?"."""
        last = self._last()
        if last is None:
            return None
        words, found = said.question.heard.words, said.question.found
        change = followup.only_changes(
            words,
            names=found.name_words,
            device=said.device.mobile or said.device.surface is not None,
            places=self.snapshot.places.words(),
        )
        if change is not None:
            return self._moved(said, last, change)
        if found.names:
            return None
        suffixes = followup.short_question(words)
        for platform in dict.fromkeys((last.platform, "gdpr")):
            for suffix in suffixes:
                entry = f"{platform}.{suffix}"
                if entry != last.id and entry in self._entries():
                    candidates = (Candidate(entry, 1.0),)
                    return Answer(entry, said.reading(self.index, candidates, followed=True))
        return None

    def _moved(self, said: _Said, last: Entry, change: followup.Change) -> Outcome | None:
        found = said.question.found
        if change.name and found.services:
            target = found.services[0]
            if target == last.platform:
                return Answer(last.id, said.reading(self.index, (Candidate(last.id, 1.0),), followed=True))
            return self._sibling(said, last, target)
        if change.name and found.foreign:
            return Unknown(
                UnknownReason.FOREIGN, said.reading(self.index, (), followed=True), found.foreign[0]
            )
        if change.device and not change.place and last.guide is None:
            return None
        if change.place:
            region = self._region(said.question.heard.words)
            said = replace(said, moved_to=self.snapshot.places.news(region, known=self.context.region))
        return Answer(last.id, said.reading(self.index, (Candidate(last.id, 1.0),), followed=True))

    def _region(self, words: tuple[str, ...]) -> str | None:
        for at in range(len(words)):
            if place := self.snapshot.places.at(words, at):
                return place[0]
        return None

    def _sibling(self, said: _Said, last: Entry, platform: str) -> Outcome | None:
        """What was asked last, for another platform."""
        same = f"{platform}.{last.id.partition('.')[2]}"
        if same in self._entries():
            return Answer(same, said.reading(self.index, (Candidate(same, 1.0),), followed=True))
        name = next(name for name in said.question.found.names if name.id == platform)
        text = normalise(last.phrasings[0] if last.phrasings else last.title, self.index.language)
        asked = self.index.hear_words(text)
        kept = tuple(word for word in asked.words if word not in asked.found.name_words)
        scores = self.index.score(self.index.hear_words((*kept, name.word)))
        needs = np.array([need == platform for need in self.index.gate.needs], dtype=np.bool_)
        topics = np.where(needs, scores.topics, -np.inf).astype(np.float32)
        decision = decide(self.index, topics, np.zeros_like(scores.kernel))
        reading = said.reading(self.index, decision.candidates, followed=True)
        if decision.verdict is Verdict.ANSWER:
            return Answer(decision.candidates[0].entry, reading)
        return Suggestions(buttons(decision.candidates), reading) if decision.candidates else None

    def _entries(self) -> frozenset[str]:
        return frozenset(self.index.topics)

    # --- scores ----------------------------------------------------------------------------------

    def _scored(self, said: _Said, plain: tuple[str, ...]) -> Trace:
        question, index = said.question, self.index
        alone = index.score(question)
        topics, kernel, followed = self._with_context(question, alone.topics), alone.kernel, False
        exact = index.exact.get(question.form)
        if exact is not None and exact >= 0 and np.isfinite(topics[exact]):
            topics = np.minimum(topics, np.float32(0.9))
            topics[exact] = 1.0
        elif exact != SHARED and len(question.words) > LONG:
            topics, kernel = self._best_part(question, topics, kernel)
        foreign = question.found.foreign if not question.found.services else ()
        decision = decide(index, topics, kernel, strict=bool(foreign))
        if exact == -1:
            decision = Decision(Verdict.REFUSED, decision.candidates)
        if topics is not alone.topics and decision.candidates:
            first = decide(index, alone.topics, alone.kernel)
            needed = index.gate.needs[index.topics.index(decision.candidates[0].entry)]
            followed = (
                self._uses_context(question)
                and needed is not None
                and (
                    first.verdict is not Verdict.ANSWER
                    or first.candidates[0].entry != decision.candidates[0].entry
                )
            )
        outcome = self._conclude(said, decision, foreign, followed=followed)
        if premise := self._premise(said, plain, topics, decision):
            return Trace(index, question, premise, 2.0, kernel, topics)
        if exact is None and isinstance(outcome, Answer | Suggestions) and not foreign:
            outcome = self._two_parts(said, outcome)
        return Trace(index, question, outcome, decision.top, kernel, topics)

    def _uses_context(self, question: Question) -> bool:
        return not question.found.names and self._platform() is not None

    def _with_context(self, question: Question, alone: Floats) -> Floats:
        """The scores when the platform that was talked about is named in the question's place."""
        name = self._platform()
        if name is None or question.found.names:
            return alone
        named = self.index.score(self.index.hear_words((*question.words, name.word))).topics
        needs = self.index.gate.needs
        own = np.array([need == name.id for need in needs], dtype=np.bool_)
        free = np.array([need is None for need in needs], dtype=np.bool_)
        elsewhere = np.where(free, alone, alone - np.float32(_OTHER_PLATFORM))
        return np.where(own, np.maximum(alone, named), elsewhere).astype(np.float32)

    def _best_part(self, question: Question, topics: Floats, kernel: Floats) -> tuple[Floats, Floats]:
        """The scores of the part of a long text that is surest, when it is surer than the whole."""
        allowed = self.index.gate.allowed(question.found)
        best, best_kernel = topics, kernel
        for part in windows(question.words):
            scores = self.index.score(self._named(part, question), allowed=allowed)
            if scores.topics.size and scores.topics.max() > best.max() + _BETTER_PART:
                best, best_kernel = scores.topics, scores.kernel
        return best, best_kernel

    def _named(self, part: tuple[str, ...], whole: Question) -> Question:
        """A part of a question, with the platform that the whole names when the part names none."""
        heard = self.index.hear_words(part)
        services = [name for name in whole.found.names if name.covered and name.service]
        if heard.found.names or not services:
            return heard
        return self.index.hear_words((*part, services[0].word))

    def _two_parts(self, said: _Said, outcome: Answer | Suggestions) -> Answer | Suggestions:
        """Both answers when the question asks two things and each part is sure."""
        parts = questions(said.question.words)
        if len(parts) < 2:
            return outcome
        sure: list[str] = []
        for part in parts:
            heard = self._named(part, said.question)
            scores = self.index.score(heard)
            topics = self._with_context(heard, scores.topics)
            decision = decide(self.index, topics, scores.kernel)
            if decision.verdict is Verdict.ANSWER and decision.candidates[0].entry not in sure:
                sure.append(decision.candidates[0].entry)
        if len(sure) < 2:
            return outcome
        order = [candidate.entry for candidate in outcome.reading.candidates]
        scores_of = {candidate.entry: candidate.score for candidate in outcome.reading.candidates}
        kept = [*sure[:2], *(entry for entry in order if entry not in sure[:2])][:3]
        candidates = tuple(
            Candidate(entry, scores_of.get(entry, self.index.thresholds.high)) for entry in kept
        )
        return Answer(sure[0], replace(outcome.reading, candidates=candidates), also=sure[1])

    # --- outcomes --------------------------------------------------------------------------------

    def _premise(
        self, said: _Said, plain: tuple[str, ...], topics: Floats, decision: Decision
    ) -> Answer | None:
        """The answer to a question that takes a refuted statement for true."""
        premises = self.snapshot.premises.get(self.index.language)
        heard = premises.heard_in(plain) if premises else ()
        if not heard:
            return None
        found = said.question.found
        last = self._platform()
        number = {topic: at for at, topic in enumerate(self.index.topics)}

        def score(entry: str) -> float:
            return float(topics[number[entry]]) if entry in number else float("-inf")

        services = {platform.id for platform in self.snapshot.base.platforms.values() if platform.service}
        fitting = [
            premise
            for premise in heard
            if premise.platform not in services or premise.platform in found.services or not found.names
        ]
        about_us = bool(found.services) or last is not None
        if not fitting or not (about_us or decision.top >= _PREMISE_NEEDS * self.index.thresholds.low):
            return None
        if last is not None and not found.names:
            fitting = [one for one in fitting if one.platform == last.id] or fitting
        entry = max(fitting, key=lambda premise: score(premise.entry)).entry
        disputes: tuple[Dispute, ...] = tuple(one.dispute for one in fitting if one.entry == entry)
        others = tuple(candidate for candidate in decision.candidates if candidate.entry != entry)
        also = others[0].entry if others and others[0].score > self.index.thresholds.high else None
        candidates = (Candidate(entry, 1.0), *others)[:3]
        followed = self._uses_context(said.question)
        return Answer(entry, said.reading(self.index, candidates, followed=followed), disputes, also)

    def _conclude(
        self, said: _Said, decision: Decision, foreign: tuple[str, ...], *, followed: bool
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
