"""What is wrong with a knowledge file, said so that its author can mend it.

A `Report` is carried through the whole loading of a folder. It collects problems instead of raising them, so
that an author sees all of them at once; it keeps what each file defines and refers to, because a reference
can only be judged when every file has been read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

MAX_PROBLEMS = 1000
"""Problems kept in one report; more of them help nobody and a hostile folder could make millions."""


MAX_SAID = 400
"""Characters of a message: it quotes what stands in the file."""


class Severity(StrEnum):
    """Whether a problem keeps the knowledge base from being used."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a file; line and column are counted from 1, the column in characters."""

    file: str
    """The path inside the knowledge folder, with `/` between its parts."""
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, where it stands, and how to mend it."""

    file: str
    line: int
    column: int
    message: str
    mend: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        """`file:line:column: message mend`, with the word "warning" where it is one."""
        mark = "warning: " if self.severity is Severity.WARNING else ""
        return f"{self.file}:{self.line}:{self.column}: {mark}{self.message} {self.mend}".rstrip()


class Located(Protocol):
    """Anything that knows where it stands."""

    @property
    def position(self) -> Position:
        """Where it stands."""
        ...


@dataclass(frozen=True, slots=True)
class Reference:
    """One id that a file names and that another place must define."""

    kind: str
    target: str
    position: Position


@dataclass(slots=True)
class Report:
    """The problems, definitions and references of one loading; filled as files are read."""

    today: date
    """No date in the files may be later than the day after this one (the world has time zones)."""
    problems: list[Problem] = field(default_factory=list)
    declared: dict[str, dict[str, Position]] = field(default_factory=dict)
    """Kind to id to where it is defined."""
    references: list[Reference] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    """Kinds of which a file could not be read: an id that is not known may well be in it."""
    damaged: set[tuple[str, str]] = field(default_factory=set)
    """Language and id of entries whose claims could not all be read: comparing them would mislead."""
    marks: dict[tuple[str | int, ...], Position] = field(default_factory=dict)
    """Where a part of the model stands, by its path, such as `("en", "linkedin.opt-out", "ask", 3)`."""

    def add(
        self,
        where: Position | Located,
        message: str,
        mend: str,
        *,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Note a problem at `where`; past `MAX_PROBLEMS` it is dropped."""
        position = where if isinstance(where, Position) else where.position
        if not self.full:
            said, advice = _short(message), _short(mend)
            self.problems.append(
                Problem(position.file, position.line, position.column, said, advice, severity)
            )

    @property
    def full(self) -> bool:
        """True when `MAX_PROBLEMS` are noted, so that looking for more is vain."""
        return len(self.problems) >= MAX_PROBLEMS

    def warn(self, where: Position | Located, message: str, mend: str) -> None:
        """Note a problem that keeps nothing from working."""
        self.add(where, message, mend, severity=Severity.WARNING)

    def declare(self, kind: str, name: str, where: Located) -> bool:
        """Note that `name` is defined at `where`; False, with a problem, when it already was."""
        known = self.declared.setdefault(kind, {})
        if (first := known.get(name)) is not None:
            self.add(
                where,
                f"The {kind} “{name}” is defined twice.",
                f"It also stands at {first.file}:{first.line}. Keep one of them, or give one another id.",
            )
            return False
        known[name] = where.position
        return True

    def refer(self, kind: str, target: str, where: Located) -> None:
        """Note that `target` is used at `where`; judged by `bot.knowledge.references`."""
        self.references.append(Reference(kind, target, where.position))

    def mark(self, path: tuple[str | int, ...], where: Located) -> None:
        """Remember where a part of the model stands."""
        self.marks.setdefault(path, where.position)

    def at(self, *path: str | int) -> Position:
        """Where a part of the model stands, or the nearest part around it that is known."""
        for end in range(len(path), 0, -1):
            if (found := self.marks.get(path[:end])) is not None:
                return found
        return Position("")

    def sorted(self) -> tuple[Problem, ...]:
        """The problems in the order of files and lines, each once."""
        unique = dict.fromkeys(self.problems)
        return tuple(sorted(unique, key=lambda one: (one.file, one.line, one.column, one.message)))


def _short(text: str) -> str:
    return text if len(text) <= MAX_SAID else text[: MAX_SAID - 1] + "…"
