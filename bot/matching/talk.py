"""A question in the light of what was talked about last."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from bot.knowledge.model import Entry
from bot.matching import duration, followup
from bot.matching.context import Context
from bot.matching.decide import Decision, Verdict, buttons, decide
from bot.matching.gate import Name
from bot.matching.index import Floats, Index, Question
from bot.matching.listen import Said
from bot.matching.normalise import words as normalise
from bot.matching.parts import TOO_LONG
from bot.matching.result import Answer, Candidate, Outcome, Suggestions, Unknown, UnknownReason
from bot.matching.snapshot import Snapshot

OTHER_PLATFORM = 0.15
"""What an entry of another platform loses when one was talked about and none is named."""


@dataclass(frozen=True, slots=True)
class Talk:
    """The last entry and platform, for one index; a platform alone after suggestions about it."""

    snapshot: Snapshot
    index: Index
    last: Entry | None
    name: Name | None
    """The service that was talked about."""
    region: str | None

    def applies(self, question: Question) -> bool:
        """True when a question names no platform and so is about the one that was talked about."""
        return self.name is not None and not question.found.names

    def change(self, said: Said) -> Outcome | None:
        """The outcome of a question that only changes a field of the last one, or only says "why?"."""
        if self.last is None and self.name is None:
            return None
        words, found = said.question.heard.words, said.question.found
        change = followup.only_changes(
            words,
            names=found.name_words,
            device=said.device.mobile or said.device.surface is not None,
            places=self.snapshot.places.words(),
        )
        if change is not None:
            return self._moved(said, self.last, change) if self.last else self._of_service(said, change)
        if found.names:
            return None
        short = followup.short_questions(words)
        if short == (followup.TAKES,) and duration.of_a_switch(self.snapshot.base, self.last):
            return self._taking(said)
        asked = [self._asked_for(ids) for ids in short]
        entries = [entry for entry in dict.fromkeys(asked) if entry]
        if not entries or None in asked:
            return None
        candidates = tuple(Candidate(entry, 1.0) for entry in entries)
        reading = said.reading(self.index, candidates, followed=True)
        return Answer(entries[0], reading, also=entries[1] if len(entries) > 1 else None)

    def _asked_for(self, ids: tuple[str, ...]) -> str | None:
        """The first of `ids` that there is; None when there is none."""
        there = self._there(ids)
        if ids == followup.PURPOSE and self.last and self.last.id in there[:-1]:
            there = there[there.index(self.last.id) + 1 :]
        return there[0] if there else None

    def _there(self, ids: tuple[str, ...]) -> list[str]:
        """The entries that `ids` of `bot.matching.followup` stand for, of what was talked about first."""
        named = (self.last.platform if self.last else None, self.name.id if self.name else None)
        platforms = [platform for platform in dict.fromkeys(named) if platform]
        full = [f"{platform}.{one}" for platform in platforms for one in ids if "." not in one]
        return [entry for entry in (*full, *ids) if entry in self.index.topics]

    def _taking(self, said: Said) -> Answer | Suggestions | None:
        """How long a switch takes: what its service says of that, else what may be meant."""
        if self.last and duration.is_told_by(self.last):
            return self._sure(said, self.last.id)
        if own := self._there(duration.OWN):
            return self._sure(said, own[0])
        return self._suggested(said, (*self._there(duration.NEAR)[:2], *self._there(duration.RIGHTS)))

    def _of_service(self, said: Said, change: followup.Change) -> Outcome | None:
        """A device or a place, after suggestions about one service: what it has to say on that."""
        if change.name:
            return None
        ids = followup.IN_PLACES if change.place else followup.ON_DEVICES
        return self._suggested(self._placed(said) if change.place else said, tuple(self._there(ids)))

    def scores(self, question: Question, alone: Floats) -> Floats:
        """The scores when the platform that was talked about is named in the question's place.

        A question that names a platform keeps its own scores (`alone`), unless it names only one that we do
        not cover and the platform talked about has an entry on the two ("is it shared with microsoft?").
        """
        if self.name is None or question.found.services:
            return alone
        if len(question.heard.words) > TOO_LONG:
            return alone
        needs = self.index.gate.needs
        own = np.array([need == self.name.id for need in needs], dtype=np.bool_)
        named = self.index.plus(question, self.name)
        if question.found.foreign:
            own &= self.index.gate.speaking_of(question.found.foreign, platform=self.name.id)
            if not own.any():
                return alone
            return np.where(own, self.index.score(named).topics, alone).astype(np.float32)
        free = np.array([need is None for need in needs], dtype=np.bool_)
        elsewhere = np.where(free, alone, alone - np.float32(OTHER_PLATFORM))
        return np.where(own, np.maximum(alone, self.index.score(named).topics), elsewhere).astype(np.float32)

    def _moved(self, said: Said, last: Entry, change: followup.Change) -> Outcome | None:
        found = said.question.found
        if change.name and found.services and found.services[0] != last.platform:
            return self._sibling(said, last, found.services[0])
        if change.name and not found.services:
            reading = said.reading(self.index, (), followed=True)
            return Unknown(UnknownReason.FOREIGN, reading, found.foreign[0])
        if change.device and not change.place and not change.name and last.guide is None:
            return None
        if change.place:
            named = self._places(said.question.heard.words)
            said = self._placed(said)
            if law := self._law(said, last, named):
                return law
        return self._sure(said, last.id)

    def _placed(self, said: Said) -> Said:
        """`said` with the place that it names, when that is news."""
        named = self._places(said.question.heard.words)
        if said.moved_to is not None or not named:
            return said
        return replace(said, moved_to=self.snapshot.places.news(named[0][0], known=self.region))

    def _places(self, words: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
        """Regions that `words` name, with the words that name them."""
        found = ((self.snapshot.places.at(words, at), at) for at in range(len(words)))
        return [(place[0], words[at : at + place[1]]) for place, at in found if place]

    def _law(
        self, said: Said, last: Entry, named: list[tuple[str, tuple[str, ...]]]
    ) -> Answer | Suggestions | None:
        """What the title of `last` says with the place that is named; None when it tells of no place.

        An entry on one country's law is no answer for another country; one on a service is.
        """
        platform = self.snapshot.base.platforms.get(last.platform)
        title = normalise(last.title, self.index.language)
        old = {word for _, words in self._places(title) for word in words}
        if not old or not named or platform is None or platform.service:
            return None
        region, typed = named[0]
        groups = (self.snapshot.base.regions.get(key) for key in self.snapshot.places.groups.get(region, ()))
        around = [normalise(group.name, self.index.language) for group in groups if group]
        kept = tuple(word for word in title if word not in old)
        decisions: list[Decision] = []
        for place in (typed, *around):
            scores = self.index.score(self.index.hear_words((*kept, *place)))
            decisions.append(decide(self.index, scores.topics, scores.kernel))
            if decisions[-1].verdict is Verdict.ANSWER:
                return self._sure(said, decisions[-1].candidates[0].entry)
        found = decisions[-1].candidates
        return Suggestions(buttons(found), said.reading(self.index, found, followed=True)) if found else None

    def _sibling(self, said: Said, last: Entry, platform: str) -> Outcome | None:
        """What was asked last, for another platform."""
        same = f"{platform}.{last.id.partition('.')[2]}"
        if same in self.index.topics:
            return self._sure(said, same)
        name = next(name for name in said.question.found.names if name.id == platform)
        text = normalise(last.phrasings[0] if last.phrasings else last.title, self.index.language)
        asked = self.index.hear_words(text)
        kept = tuple(word for word in asked.words if word not in asked.found.name_words)
        scores = self.index.score(self.index.hear_words((*kept, name.word)))
        own = np.array([need == platform for need in self.index.gate.needs], dtype=np.bool_)
        topics = np.where(own, scores.topics, -np.inf).astype(np.float32)
        decision = decide(self.index, topics, np.zeros_like(scores.kernel))
        reading = said.reading(self.index, decision.candidates, followed=True)
        if decision.verdict is Verdict.ANSWER:
            return Answer(decision.candidates[0].entry, reading)
        return Suggestions(buttons(decision.candidates), reading) if decision.candidates else None

    def _suggested(self, said: Said, entries: tuple[str, ...]) -> Suggestions | None:
        candidates = tuple(Candidate(entry, self.index.thresholds.low) for entry in entries)
        return Suggestions(entries, said.reading(self.index, candidates, followed=True)) if entries else None

    def _sure(self, said: Said, entry: str) -> Answer:
        return Answer(entry, said.reading(self.index, (Candidate(entry, 1.0),), followed=True))


def talk(snapshot: Snapshot, index: Index, context: Context) -> Talk:
    """The talk that `context` tells of; an entry or a platform that is no more counts as none."""
    last = snapshot.base.entry(context.entry, language=index.language) if context.entry else None
    platform = context.platform or (last.platform if last else None)
    name = snapshot.names.service(platform) if platform else None
    return Talk(snapshot, index, last, name, context.region)
