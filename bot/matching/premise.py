"""Refuted statements that a question takes for true: a date, a setting's name, a quotation.

A value counts as heard when its words stand in the question in that order; a date counts in whatever
spelling, and without its year.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.knowledge.model import Dispute, Entry
from bot.matching.normalise import every_word

_MONTHS = {
    "en": "january february march april may june july august september october november december",
    "short": "jan feb mar apr may jun jul aug sep oct nov dec",
    "de": "januar februar marz april mai juni juli august september oktober november dezember",
    "fr": "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia wrzesnia pazdziernika listopada "
    "grudnia",
    "pt": "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
}
_MONTH = {word: at + 1 for names in _MONTHS.values() for at, word in enumerate(names.split())} | {"sept": 9}
_BETWEEN = frozenset({"of", "the", "de", "del", "di", "do"})


@dataclass(frozen=True, slots=True, order=True)
class Day:
    """A date as far as it was said; year 0 and day 0 stand for "not said"."""

    year: int
    month: int
    day: int

    def meets(self, other: Day) -> bool:
        """True when a question with this date means `other`: the year may be left out, nothing else."""
        return (self.month, self.day) == (other.month, other.day) and (
            self.year == other.year or (self.year == 0 and self.day > 0)
        )


@dataclass(frozen=True, slots=True)
class Premise:
    """A dispute with the values that show that a question believes it."""

    entry: str
    platform: str
    dispute: Dispute
    phrases: tuple[tuple[str, ...], ...]
    days: frozenset[Day]


@dataclass(frozen=True, slots=True)
class Premises:
    """All premises of one language."""

    all: tuple[Premise, ...]
    by_word: Mapping[str, tuple[Premise, ...]]

    def heard_in(self, words: Sequence[str]) -> tuple[Premise, ...]:
        """Those that `words` contain, in the order of the knowledge base."""
        present = set(words)
        days = find_days(words)
        maybe = {id(premise) for word in present for premise in self.by_word.get(word, ())}
        return tuple(
            premise
            for premise in self.all
            if any(day.meets(other) for day in days for other in premise.days)
            or (id(premise) in maybe and any(contains(words, phrase) for phrase in premise.phrases))
        )


def make_premises(entries: Iterable[Entry], language: str) -> Premises:
    """The premises of `entries`."""
    found: list[Premise] = []
    by_word: dict[str, list[Premise]] = {}
    for entry in entries:
        for dispute in entry.disputed:
            phrases: list[tuple[str, ...]] = []
            days: set[Day] = set()
            for value in dispute.heard:
                words = every_word(value, language)
                exact = find_days(words)
                if exact and len(words) <= 5:
                    days |= exact
                elif words:
                    phrases.append(words)
            if phrases or days:
                premise = Premise(entry.id, entry.platform, dispute, tuple(phrases), frozenset(days))
                found.append(premise)
                for first in {phrase[0] for phrase in phrases}:
                    by_word.setdefault(first, []).append(premise)
    return Premises(tuple(found), {word: tuple(premises) for word, premises in by_word.items()})


def find_days(words: Sequence[str]) -> frozenset[Day]:
    """Every date in `words`, in words or digits; one that can be read in two ways is there in both."""
    found: set[Day] = set()
    for at, word in enumerate(words):
        if month := _MONTH.get(word):
            found |= _around(words, at, month)
        elif word.isdecimal():
            found |= _in_digits(words[at : at + 3])
    return frozenset(found)


def contains(words: Sequence[str], phrase: Sequence[str]) -> bool:
    """True when `phrase` stands in `words`, word for word."""
    size = len(phrase)
    return any(tuple(words[at : at + size]) == tuple(phrase) for at in range(len(words) - size + 1))


def _around(words: Sequence[str], at: int, month: int) -> set[Day]:
    """Dates with the month in words at `at`: "26 june 2024", "june 26th", "june 2024", "26th of june"."""
    before = [word for word in words[max(0, at - 3) : at] if word not in _BETWEEN]
    after = [word for word in words[at + 1 : at + 5] if word not in _BETWEEN]
    day = _day_number(before[-1]) if before else 0
    if day:
        return {Day(_year(after[0]) if after else 0, month, day)}
    day = _day_number(after[0]) if after else 0
    if day:
        return {Day(_year(after[1]) if len(after) > 1 else 0, month, day)}
    year = _year(after[0]) if after else 0
    return {Day(year, month, 0)} if year else set()


def _in_digits(three: Sequence[str]) -> set[Day]:
    """Dates in digits: "26 06 2024", "06 26 2024", "2024 06 26", "26 6 24"."""
    if len(three) < 3 or not all(word.isdecimal() and len(word) <= 4 for word in three):
        return set()
    a, b, c = (int(word) for word in three)
    if len(three[0]) == 4:
        return {Day(a, b, c)} if _possible(b, c) and 1900 < a < 2100 else set()
    year = c if len(three[2]) == 4 else 2000 + c if len(three[2]) == 2 else 0
    if not 1900 < year < 2100:
        return set()
    return {Day(year, month, day) for month, day in ((b, a), (a, b)) if _possible(month, day)}


def _possible(month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= 31


def _day_number(word: str) -> int:
    digits = word
    for ending in ("st", "nd", "rd", "th", "er"):
        digits = digits.removesuffix(ending)
    return (
        int(digits)
        if digits.isascii() and digits.isdecimal() and len(digits) <= 2 and 1 <= int(digits) <= 31
        else 0
    )


def _year(word: str) -> int:
    return (
        int(word) if word.isascii() and word.isdecimal() and len(word) == 4 and 1900 < int(word) < 2100 else 0
    )
