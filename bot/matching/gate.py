"""Names of platforms in a question, and which topics they leave.

A question that names a platform is answered with topics of that platform, topics that need no name (rights,
laws, this bot), and topics that speak about it themselves ("does linkedin share with microsoft"). A question
that names only platforms which we do not cover is refused with that name, unless a topic speaks about it.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.knowledge.model import KnownPlatform, Platform
from bot.matching.normalise import every_word
from bot.matching.place import device_names

_FUZZY_FROM = 6
_SLIPS_FROM = 4
_TWO_ERRORS_FROM = 8
_SPELLING = 0.7
_SPEAKS_ABOUT = 0.3
_BEFORE_A_NOUN = frozenset({"a", "an", "the", "my", "your", "this", "that", "these", "any", "no", "every"})
_BEFORE_A_DEVICE = _BEFORE_A_NOUN | frozenset(
    {"on", "in", "via", "using", "for", "with", "and", "or", "from", "about", "auf"}
)
_DEVICES = device_names() | {"windows", "mac", "linux"}


@dataclass(frozen=True, slots=True)
class Name:
    """A platform that a question can name."""

    id: str
    """A platform's id when it is covered, else its name."""
    covered: bool
    service: bool
    word: str
    """The name as one word; other spellings of it are read as this."""


@dataclass(frozen=True, slots=True)
class Found:
    """The names in a question, in order, and its words with other spellings of a name made one."""

    words: tuple[str, ...]
    names: tuple[Name, ...] = ()
    name_words: frozenset[str] = frozenset()

    def part(self, words: tuple[str, ...]) -> Found:
        """The names whose words stand among `words`."""
        present = frozenset(words)
        names = tuple(name for name in self.names if name.word in present)
        return Found(words, names, self.name_words & present)

    @property
    def services(self) -> tuple[str, ...]:
        """Ids of covered services, first named first."""
        return tuple(name.id for name in self.names if name.covered and name.service)

    @property
    def foreign(self) -> tuple[str, ...]:
        """Names of platforms that are not covered, first named first."""
        return tuple(name.id for name in self.names if not name.covered)


@dataclass(frozen=True, slots=True)
class Names:
    """Everything that can be named, by its words."""

    by_words: Mapping[tuple[str, ...], Name]
    fuzzy: Mapping[str, Name]
    """Names of one long word, or written as one."""
    spellings: frozenset[tuple[str, ...]]
    """Aliases that are another spelling of the name and not another word for it."""
    longest: int
    slips: Mapping[str, Name]
    """Misspellings of covered names that are too short to be guessed at: see `_slips`."""
    long_names: tuple[str, ...]
    """The keys of `fuzzy`."""

    def service(self, platform: str) -> Name | None:
        """The name of a covered service; None when `platform` is none."""
        names = self.by_words.values()
        return next((name for name in names if name.id == platform and name.covered and name.service), None)

    def words(self) -> frozenset[str]:
        """All words that stand in a name."""
        return frozenset(word for words in self.by_words for word in words)

    def find(
        self, words: Sequence[str], *, known: Container[str] = (), guarded: Container[str] = ()
    ) -> Found:
        """The names in `words`. A word of `known` or `guarded` is never taken for a misspelt name."""
        kept: list[str] = []
        names: list[Name] = []
        name_words: set[str] = set()
        at = 0
        while at < len(words):
            size, name, read = self._at(words, at, known, guarded)
            if name is None:
                kept.append(words[at])
                at += 1
                continue
            kept.extend(read)
            name_words.update(read)
            if name not in names:
                names.append(name)
            at += size
        return Found(tuple(kept), tuple(names), frozenset(name_words))

    def _at(
        self, words: Sequence[str], at: int, known: Container[str], guarded: Container[str]
    ) -> tuple[int, Name | None, tuple[str, ...]]:
        """How many words are a name, which one, and the words that they are read as."""
        for size in range(min(self.longest, len(words) - at), 0, -1):
            part = tuple(words[at : at + size])
            if (name := self.by_words.get(part)) and (
                name.covered or not _is_ordinary(words, at, size, guarded)
            ):
                return size, name, self._read_as(part, name)
        for size in (2, 1):
            part = tuple(words[at : at + size])
            joined = "".join(part)
            if len(part) < size or len(joined) < _SLIPS_FROM:
                continue
            if size == 2:
                if name := self.fuzzy.get(joined):
                    return size, name, (name.word,) if (joined,) in self.spellings else part
            elif joined in known or joined in guarded or joined.removesuffix("s") in guarded:
                continue
            elif name := self.slips.get(joined):
                return size, name, (name.word,)
            elif meant := self._misspelt(joined):
                name = self.fuzzy[meant]
                is_known = (meant,) in self.by_words
                return size, name, self._read_as((meant,), name) if is_known else (name.word,)
        return 1, None, ()

    def _read_as(self, words: tuple[str, ...], name: Name) -> tuple[str, ...]:
        """A spelling of the name is read as the name, another word for it ("whatsapp") as itself."""
        return (name.word,) if words in self.spellings else words

    def _misspelt(self, word: str) -> str | None:
        """The long name that `word` was meant to be."""
        if len(word) < _FUZZY_FROM - 1:
            return None
        best: tuple[float, str] | None = None
        for candidate, distance, _ in process.extract(
            word, self.long_names, scorer=OSA.distance, score_cutoff=2, limit=None
        ):
            same_start = candidate[0] == word[0]
            long = len(candidate) >= _TWO_ERRORS_FROM and len(word) >= _FUZZY_FROM
            allowed = 2 if same_start and long and self.fuzzy[candidate].covered else 1
            other_start = self.fuzzy[candidate].covered and len(word) >= _FUZZY_FROM
            if distance > allowed or not (same_start or other_start):
                continue
            if best is None or (distance, candidate) < best:
                best = (distance, candidate)
        return best[1] if best else None


def _slips(name: str) -> set[str]:
    """Slips that leave a short name clear: letters swapped or doubled, and of five letters one left out.

    Another letter in its place is none: "slick" is not Slack.
    """
    letters = range(len(name))
    found = {name[:at] + name[at + 1] + name[at] + name[at + 2 :] for at in letters[:-1]}
    found |= {name[:at] + name[at] + name[at:] for at in letters}
    if len(name) > _SLIPS_FROM:
        found |= {name[:at] + name[at + 1 :] for at in letters[1:]}
    return found - {name}


def _is_ordinary(words: Sequence[str], at: int, size: int, guarded: Container[str]) -> bool:
    """True when a name stands for the everyday thing: "the signal", "on android"."""
    if size > 1 or at == 0:
        return False
    if words[at] in _DEVICES:
        return words[at - 1] in _BEFORE_A_DEVICE
    return words[at] in guarded and words[at - 1] in _BEFORE_A_NOUN


def make_names(
    platforms: Iterable[Platform], known: Iterable[KnownPlatform], *, with_entries: Iterable[str]
) -> Names:
    """The names of `platforms` and `known`; a platform without entries counts as known, not covered."""
    covered = frozenset(with_entries)
    by_words: dict[tuple[str, ...], Name] = {}
    fuzzy: dict[str, Name] = {}
    spellings: set[tuple[str, ...]] = set()

    def add(name: Name, alias: str) -> None:
        parts = every_word(alias, "en")
        if not parts or parts in by_words:
            return
        by_words[parts] = name
        joined = "".join(parts)
        if OSA.normalized_similarity(joined, name.word) >= _SPELLING and (
            len(parts) > 1 or joined != name.word
        ):
            spellings.add(parts)
        if len(joined) >= _FUZZY_FROM:
            fuzzy.setdefault(joined, name)

    for platform in platforms:
        is_covered = platform.id in covered
        if not platform.service and not is_covered:
            continue
        word = "".join(every_word(platform.name, "en")) or platform.id
        name = Name(platform.id if is_covered else platform.name, is_covered, platform.service, word)
        if platform.service:
            for alias in (platform.name, *platform.aliases):
                add(name, alias)
    for foreign in known:
        word = "".join(every_word(foreign.name, "en"))
        for alias in (foreign.name, *foreign.aliases):
            add(Name(foreign.name, covered=False, service=True, word=word), alias)
    longest = max((len(words) for words in by_words), default=1)
    slips: dict[str, Name] = {}
    for parts, name in by_words.items():
        joined = "".join(parts)
        if name.covered and _SLIPS_FROM <= len(joined) < _FUZZY_FROM:
            slips.update(dict.fromkeys(_slips(joined) - fuzzy.keys(), name))
    for parts in by_words:
        slips.pop("".join(parts), None)
    return Names(by_words, fuzzy, frozenset(spellings), longest, slips, tuple(fuzzy))


NO_NAMES = Names({}, {}, frozenset(), 1, {}, ())
"""For an index in which nothing can be named."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Which topics of one index a question may mean, given the names in it."""

    needs: tuple[str | None, ...]
    """For each topic the platform that it needs; None for a topic that needs no name."""
    about: Mapping[str, tuple[int, ...]]
    """Topics with a phrasing that names a platform which is not covered, and no other, by that name."""
    beside: Mapping[str, tuple[int, ...]]
    """Topics whose phrasings often hold a name that is not covered, by that name."""

    def allowed(self, found: Found) -> npt.NDArray[np.bool_]:
        """One truth value a topic."""
        services, foreign = found.services, found.foreign
        if services:
            return np.array([need is None or need in services for need in self.needs], dtype=np.bool_)
        mask = np.full(len(self.needs), not foreign, dtype=np.bool_)
        for name in foreign:
            mask[list(self.about.get(name, ()))] = True
        return mask

    def speaking_of(self, names: Iterable[str], *, platform: str) -> npt.NDArray[np.bool_]:
        """Topics of `platform` that speak of one of `names`, which are not covered; a truth value a topic."""
        mask = np.zeros(len(self.needs), dtype=np.bool_)
        for name in names:
            for topic in self.beside.get(name, ()):
                mask[topic] = self.needs[topic] == platform
        return mask


def make_gate(topics: Sequence[str], needs: Sequence[str | None], rows: Iterable[tuple[int, Found]]) -> Gate:
    """The gate of an index: `needs` is a platform or None for each topic, `rows` its phrasings."""
    total = [0] * len(topics)
    named: dict[tuple[str, int], int] = {}
    about: dict[str, set[int]] = {}
    for topic, found in rows:
        total[topic] += 1
        for name in found.foreign:
            named[name, topic] = named.get((name, topic), 0) + 1
            if not found.services:
                about.setdefault(name, set()).add(topic)
    beside: dict[str, set[int]] = {}
    for (name, topic), count in named.items():
        if count >= _SPEAKS_ABOUT * total[topic]:
            beside.setdefault(name, set()).add(topic)
    return Gate(tuple(needs), _sorted(about), _sorted(beside))


def _sorted(topics: Mapping[str, set[int]]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(sorted(topics[name])) for name in sorted(topics)}
