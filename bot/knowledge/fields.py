"""Reading one map of a knowledge file field by field, with every problem in the report.

A reader asks for what it needs and gets a value in any case; `failed` says afterwards whether one of them
was only a stand-in. So one wrong line costs one line, and everything around it is still read and checked.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from bot.knowledge import limits, prose
from bot.knowledge.model import WORLD
from bot.knowledge.nodes import Broken, Mapping, Node, Scalar, Sequence
from bot.knowledge.problems import Report

Choice = TypeVar("Choice", bound=StrEnum)

_LIKE = 0.7
"""Likeness (0 to 1) from which an unknown word is taken for a misspelling of a known one."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DAYS = re.compile(r"(\d{1,4}) days?")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ENTRY_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\.[a-z0-9]+(-[a-z0-9]+)*")


def nearest(word: str, known: list[str]) -> str | None:
    """The member of `known` that `word` was probably meant to be, or None."""
    if len(word) > limits.NAME or len(known) > limits.GUESSED_AMONG:
        return None
    found = extractOne(word, known, scorer=OSA.normalized_similarity, score_cutoff=_LIKE)
    return found[0] if found else None


def did_you_mean(word: str, known: list[str], *, otherwise: str) -> str:
    """A sentence that names the nearest known word, or `otherwise`."""
    guess = nearest(word, known)
    return f"Did you mean “{guess}”?" if guess else otherwise


class Fields:
    """The fields of one map."""

    def __init__(self, node: Mapping, report: Report, *, what: str, language: str | None = None) -> None:
        """`what` names the thing in problems, as in "a claim"; `language` that of its texts, if any."""
        self.node = node
        self.report = report
        self.failed = False
        self._what = what
        self.language = language
        self._values = {name.text: value for name, value in node.pairs}
        self._names = {name.text: name for name, _ in node.pairs}
        self._asked: set[str] = set()

    def fail(self, where: Node, message: str, mend: str) -> None:
        """Note an error and that a value is missing for it."""
        self.failed = True
        if not isinstance(where, Broken):
            self.report.add(where, message, mend)

    def raw(self, key: str) -> Node | None:
        """The value as it stands; None when it is absent or empty."""
        self._asked.add(key)
        value = self._values.get(key)
        return None if isinstance(value, Scalar) and value.empty else value

    def required(self, key: str, example: str) -> Node | None:
        """As `raw`, with a problem when there is none."""
        value = self.raw(key)
        if value is None:
            self.failed = True
            where = self._names.get(key, self.node)
            line = f"{key}: {example}".strip()
            self.report.add(where, f"“{key}” is missing in {self._what}.", f"Write `{line}`.")
        return value

    def optional_text(
        self, key: str, *, longest: int = limits.TEXT, is_prose: bool = False, lines: bool = False
    ) -> str | None:
        """A text, or None. Prose is what members read as sentences: it is checked for markup and jargon.

        `lines` keeps line breaks; without it they become spaces.
        """
        value = self.raw(key)
        if value is None:
            return None
        return self.text_of(value, key, longest=longest, is_prose=is_prose, lines=lines) or None

    def text(
        self, key: str, *, longest: int = limits.TEXT, is_prose: bool = False, lines: bool = False
    ) -> str:
        """A text that must be there; "" (and `failed`) when it is not."""
        value = self.required(key, "…")
        if value is None:
            return ""
        text = self.text_of(value, key, longest=longest, is_prose=is_prose, lines=lines)
        if not text and not isinstance(value, Broken):
            self.fail(value, f"“{key}” is empty.", "Write the text, or delete the line.")
        return text

    def text_of(
        self, value: Node, key: str, *, longest: int, is_prose: bool = False, lines: bool = False
    ) -> str:
        """The text of `value`; "" (and `failed`) when it is a list or a map."""
        if not isinstance(value, Scalar):
            mend = 'Write one text; put it in double quotes if it contains ": " or begins with [ or {.'
            self.fail(value, f"“{key}” must be a text.", mend)
            return ""
        text = value.text.strip() if lines else " ".join(value.text.split())
        if len(text) > longest:
            self.fail(value, f"“{key}” has {len(text)} characters; at most {longest} fit.", "Say it shorter.")
        if is_prose:
            prose.check(text, value, self.report, language=self.language)
        return text

    def name(self, key: str, *, longest: int = limits.NAME) -> str:
        """An id of one part: small letters, digits, hyphens."""
        return self._matching(key, _NAME, longest, "linkedin-help-2026")

    def entry_id(self, key: str) -> str:
        """The id of an entry: `platform.name`."""
        return self._matching(key, _ENTRY_ID, limits.ENTRY_ID, "linkedin.opt-out")

    def _matching(self, key: str, pattern: re.Pattern[str], longest: int, example: str) -> str:
        value = self.required(key, example)
        if value is None:
            return ""
        text = self.text_of(value, key, longest=longest)
        if text and not pattern.fullmatch(text):
            mend = f"Write it with small letters, digits and hyphens, as in `{example}`."
            self.fail(value, f"“{text}” is no valid {key}.", mend)
        return text

    def day(self, key: str, *, ahead: bool = False) -> date:
        """A date that is real and, unless `ahead`, not in the future; `date.min` (and `failed`) otherwise."""
        value = self.required(key, self.report.today.isoformat())
        if value is None:
            return date.min
        text = self.text_of(value, key, longest=limits.TEXT)
        mend = f"Write year, month and day, as in {self.report.today.isoformat()}."
        if not text:
            return date.min
        if not _DATE.fullmatch(text):
            self.fail(value, f"“{text}” is no date.", mend)
            return date.min
        try:
            day = date.fromisoformat(text)
        except ValueError:
            self.fail(value, f"The day {text} does not exist.", mend)
            return date.min
        if not ahead and day > self.report.today + timedelta(days=1):
            self.fail(value, f"The date {text} is in the future.", "Write the day on which you looked.")
        return day

    def optional_day(self, key: str, *, ahead: bool = False) -> date | None:
        """A date as `day`, or None when there is none."""
        return None if self.raw(key) is None else self.day(key, ahead=ahead)

    def flag(self, key: str) -> bool:
        """True or false; false when absent."""
        value = self.raw(key)
        if value is None:
            return False
        text = self.text_of(value, key, longest=limits.TEXT).casefold()
        if text not in {"true", "false", "yes", "no"}:
            self.fail(value, f"“{key}” must be true or false.", f"Write `{key}: true`, or delete the line.")
        return text in {"true", "yes"}

    def days(self, key: str, default: int) -> int:
        """A number of days, written "90 days"."""
        value = self.raw(key)
        if value is None:
            return default
        text = self.text_of(value, key, longest=limits.TEXT)
        found = _DAYS.fullmatch(text)
        if found is None or int(found[1]) == 0:
            self.fail(value, f"“{text}” is no number of days.", f"Write `{key}: {default} days`.")
            return default
        return int(found[1])

    def number(self, key: str) -> int:
        """A whole number above 0."""
        value = self.required(key, "1")
        if value is None:
            return 0
        text = self.text_of(value, key, longest=limits.TEXT)
        if not re.fullmatch(r"[0-9]{1,6}", text) or int(text) == 0:
            self.fail(value, f"“{text}” is no number above 0.", f"Write `{key}: 1`.")
            return 0
        return int(text)

    def choice(self, key: str, kind: type[Choice], *, default: Choice | None = None) -> Choice:
        """One word of an enumeration; `default` when absent, an error when there is no default."""
        words = [member.value for member in kind]
        fallback = default if default is not None else next(iter(kind))
        value = self.raw(key) if default is not None else self.required(key, words[0])
        if value is None:
            return fallback
        text = self.text_of(value, key, longest=limits.TEXT)
        if text in words:
            return kind(text)
        mend = did_you_mean(text, words, otherwise=f"Write one of: {', '.join(words)}.")
        self.fail(value, f"“{text}” is no {key} that we know.", mend)
        return fallback

    def link(self, key: str, *, required: bool = False) -> str | None:
        """An https address."""
        value = self.required(key, "https://…") if required else self.raw(key)
        if value is None:
            return None
        text = self.text_of(value, key, longest=limits.LINK)
        if text and (not prose.LINK.fullmatch(text)):
            mend = "Write the whole address, beginning with https:// and without spaces."
            self.fail(value, f"“{text}” is no https address.", mend)
        return text or None

    def items(self, key: str) -> tuple[Node, ...]:
        """The members of a list; a problem when it is something else; empty when absent."""
        value = self.raw(key)
        if value is None:
            return ()
        if not isinstance(value, Sequence):
            mend = f"Write `{key}: [one, two]`, or each on a line of its own that begins with -."
            self.fail(value, f"“{key}” must be a list.", mend)
            return ()
        if len(value.items) > limits.ITEMS:
            self.fail(value, f"“{key}” has {len(value.items)} members.", f"At most {limits.ITEMS} are read.")
            return ()
        return value.items

    def texts(self, key: str, *, longest: int = limits.TEXT, is_prose: bool = False) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(text for text, _ in self.placed_texts(key, longest=longest, is_prose=is_prose))

    def placed_texts(
        self, key: str, *, longest: int = limits.TEXT, is_prose: bool = False
    ) -> list[tuple[str, Node]]:
        """A list of texts with their nodes; an empty one is a problem."""
        found: list[tuple[str, Node]] = []
        for item in self.items(key):
            text = self.text_of(item, key, longest=longest, is_prose=is_prose)
            if text:
                found.append((text, item))
            elif isinstance(item, Scalar):
                self.fail(item, f"An empty text stands in “{key}”.", "Delete the line.")
        return found

    def refs(self, key: str, kind: str, *, at_least: int = 0, why: str = "") -> tuple[str, ...]:
        """A list of ids that other places define; `why` says what is missing below `at_least`."""
        found: dict[str, Node] = {}
        for text, item in self.placed_texts(key):
            if text in found:
                self.report.warn(item, f"“{text}” stands twice in “{key}”.", "Delete one of them.")
            elif kind:
                self.report.refer(kind, text, item)
            found.setdefault(text, item)
        if len(found) < at_least:
            where = self.raw(key) or self.node
            self.fail(where, why, f"Add `{key}: [an-id]`.")
        return tuple(found)

    def sources(self, key: str = "sources", *, at_least: int = 1) -> tuple[str, ...]:
        """Ids of sources."""
        return self.refs(key, "source", at_least=at_least, why=f"There is no source for {self._what}.")

    def regions(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Where something holds, and what is taken away from it (`except`)."""
        return self.refs("regions", "region") or (WORLD,), self.refs("except", "region")

    def ref(self, key: str, kind: str, *, required: bool = True) -> str | None:
        """One id that another place defines."""
        value = self.required(key, "an-id") if required else self.raw(key)
        if value is None:
            return None
        text = self.text_of(value, key, longest=limits.TEXT)
        if text:
            self.report.refer(kind, text, value)
        return text or None

    def maps(self, key: str, *, what: str) -> list[Mapping]:
        """A list of maps; every other member is a problem."""
        found: list[Mapping] = []
        for item in self.items(key):
            if isinstance(item, Mapping):
                found.append(item)
            else:
                self.fail(item, f"{what.capitalize()} must have named fields.", "Write `- name: text` lines.")
        return found

    def map(self, key: str, *, what: str) -> Mapping | None:
        """A map, or None."""
        value = self.raw(key)
        if value is None or isinstance(value, Mapping):
            return value
        self.fail(value, f"{what.capitalize()} must have named fields.", f"Write them indented under {key}:.")
        return None

    def close(self) -> None:
        """Name every field that nobody asked for, with the nearest one that exists."""
        for name, value in self.node.pairs:
            if name.text not in self._asked and not self.report.full:
                known = sorted(self._asked)
                mend = did_you_mean(name.text, known, otherwise=f"Fields here are: {', '.join(known)}.")
                self.failed = self.failed or isinstance(value, Broken)
                self.report.add(name, f"“{name.text}” is no field of {self._what}.", mend)
