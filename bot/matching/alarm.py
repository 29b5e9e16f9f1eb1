"""Words of distress or danger, read before a question is matched.

A knowledge base lists phrases by language: words in order, `*` for up to three words between them. An idiom
("this is killing me") is taken out first, so that it never triggers. A misspelt word of a phrase counts when
it is no everyday word and one letter away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import OSA

from bot.knowledge.model import AlarmWords, KnowledgeBase
from bot.matching.frequent import ENGLISH
from bot.matching.normalise import every_word

_ANY = "*"
_REACH = 3
_FORGIVEN_FROM = 5
_MAX_UNKNOWN = 200
_KEPT = 32


class Alarm(StrEnum):
    """What a text tells of, the gravest first."""

    WISH_TO_DIE = "wish_to_die"
    CHILDREN = "children"
    IMAGES = "images"
    DESPAIR = "despair"


@dataclass(frozen=True, slots=True)
class _Phrases:
    by_first: Mapping[str, tuple[tuple[Alarm, tuple[str, ...]], ...]]
    """Phrases with what they tell of, by their first word, the gravest first."""
    idioms: Mapping[str, tuple[tuple[str, ...], ...]]
    """By their first word."""
    words: frozenset[str]
    """All words of the phrases but `*`."""
    forgiven: Mapping[tuple[str, int], tuple[str, ...]]
    """Those long enough to be recognised with a wrong letter, by their first letter and length."""


def read_alarm(base: KnowledgeBase, question: str, language: str) -> Alarm | None:
    """The gravest thing that `question` tells of, or None.

    The phrases of every language are read: in distress people fall back into their own.
    """
    found = {
        alarm
        for code in dict.fromkeys((language, *base.languages))
        if (spoken := base.languages.get(code))
        and (alarm := _read(_phrases(spoken.alarm, code), question, code, spoken.common_words))
    }
    return next((alarm for alarm in Alarm if alarm in found), None)


_compiled: dict[tuple[int, str], tuple[AlarmWords, _Phrases]] = {}
"""By the identity of what was compiled, for its hash takes longer than reading a question; the newest few."""


def _phrases(alarm: AlarmWords, language: str) -> _Phrases:
    key = (id(alarm), language)
    kept = _compiled.get(key)
    if kept is None or kept[0] is not alarm:
        for old in list(_compiled)[: -_KEPT + 1]:
            _compiled.pop(old, None)
        kept = _compiled[key] = (alarm, _make_phrases(alarm, language))
    return kept[1]


def _make_phrases(alarm: AlarmWords, language: str) -> _Phrases:
    by_alarm = {
        Alarm.WISH_TO_DIE: _compile(alarm.wish_to_die, language),
        Alarm.CHILDREN: _compile(alarm.children, language),
        Alarm.IMAGES: _compile(alarm.images, language),
        Alarm.DESPAIR: _compile(alarm.despair, language),
    }
    phrases = [phrase for group in by_alarm.values() for phrase in group]
    by_first: dict[str, list[tuple[Alarm, tuple[str, ...]]]] = {}
    for kind, group in by_alarm.items():
        for phrase in group:
            by_first.setdefault(phrase[0], []).append((kind, phrase))
    idioms: dict[str, list[tuple[str, ...]]] = {}
    for idiom in _compile(alarm.idioms, language):
        idioms.setdefault(idiom[0], []).append(idiom)
    words = frozenset(word for phrase in phrases for word in phrase) - {_ANY}
    forgiven: dict[tuple[str, int], list[str]] = {}
    for word in sorted(words):
        if len(word) >= _FORGIVEN_FROM - 1:
            forgiven.setdefault((word[0], len(word)), []).append(word)
    return _Phrases(
        {first: tuple(group) for first, group in by_first.items()},
        {first: tuple(group) for first, group in idioms.items()},
        words,
        {key: tuple(group) for key, group in forgiven.items()},
    )


def _compile(phrases: Sequence[str], language: str) -> tuple[tuple[str, ...], ...]:
    compiled: list[tuple[str, ...]] = []
    for phrase in phrases:
        words: list[str] = []
        for at, part in enumerate(phrase.split(_ANY)):
            words.extend((_ANY,) if at else ())
            words.extend(every_word(part, language))
        while words and words[0] == _ANY:
            words.pop(0)
        while words and words[-1] == _ANY:
            words.pop()
        if words:
            compiled.append(tuple(words))
    return tuple(compiled)


def _read(phrases: _Phrases, question: str, language: str, common: frozenset[str]) -> Alarm | None:
    if not phrases.words:
        return None
    english = ENGLISH if language == "en" else frozenset[str]()
    words = _mended(every_word(question, language), phrases, (common, english))
    words = _without(words, phrases.idioms)
    present = set(words)
    found = {
        alarm
        for first in present
        for alarm, phrase in phrases.by_first.get(first, ())
        if all(word == _ANY or word in present for word in phrase) and _find(words, phrase) is not None
    }
    return next((alarm for alarm in Alarm if alarm in found), None)


def _mended(words: Sequence[str], phrases: _Phrases, everyday: tuple[frozenset[str], ...]) -> list[str]:
    """`words` with each one that is nearly a word of a phrase, and no everyday word, read as that."""
    mended: dict[str, str] = {}
    tried = 0
    for word in words:
        known = word in mended or word in phrases.words or any(word in some for some in everyday)
        if known or len(word) < _FORGIVEN_FROM - 1 or tried >= _MAX_UNKNOWN:
            continue
        tried += 1
        near = (
            meant
            for length in (len(word) - 1, len(word), len(word) + 1)
            for meant in phrases.forgiven.get((word[0], length), ())
        )
        mended[word] = min((meant for meant in near if _is_slip(word, meant)), default=word)
    return [mended.get(word, word) for word in words]


def _is_slip(word: str, meant: str) -> bool:
    """True when `word` is one letter away from `meant`; of four letters only two swapped count.

    Both begin with the same letter.
    """
    if OSA.distance(meant, word, score_cutoff=1) > 1:
        return False
    return len(meant) >= _FORGIVEN_FROM or sorted(meant) == sorted(word)


def _without(words: list[str], idioms: Mapping[str, tuple[tuple[str, ...], ...]]) -> list[str]:
    """`words` with every idiom replaced by one word that is part of no phrase."""
    present = set(words)
    for idiom in (one for first in sorted(present) for one in idioms.get(first, ())):
        if not all(word == _ANY or word in present for word in idiom):
            continue
        while (span := _find(words, idiom)) is not None:
            words = [*words[: span[0]], "", *words[span[1] :]]
    return words


def _find(words: Sequence[str], phrase: Sequence[str]) -> tuple[int, int] | None:
    """Where `phrase` stands in `words` (start and end), or None."""
    for start, word in enumerate(words):
        if word == phrase[0] and (end := _end(words, start + 1, phrase, 1)) is not None:
            return start, end
    return None


def _end(words: Sequence[str], at: int, phrase: Sequence[str], part: int) -> int | None:
    """The end of `phrase` from its word `part` on, in `words` from `at` on."""
    if part == len(phrase):
        return at
    if phrase[part] == _ANY:
        for skipped in range(_REACH + 1):
            if (end := _end(words, at + skipped, phrase, part + 1)) is not None:
                return end
        return None
    if at < len(words) and words[at] == phrase[part]:
        return _end(words, at + 1, phrase, part + 1)
    return None
