"""What taps of editors ask for; each kind is an `OfEditors`, and nobody else gets more than an old button."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OfEditors:
    """A button that only editors are shown."""


@dataclass(frozen=True, slots=True)
class ShowEditors(OfEditors):
    """The list of editors."""


@dataclass(frozen=True, slots=True)
class ShowEditor(OfEditors):
    """One editor, by number."""

    number: str


@dataclass(frozen=True, slots=True)
class SetRole(OfEditors):
    """Another role for an editor."""

    number: str
    role: str


@dataclass(frozen=True, slots=True)
class RemoveEditor(OfEditors):
    """An editor is to go: `ask` or `yes`."""

    number: str
    answer: str


@dataclass(frozen=True, slots=True)
class Invite(OfEditors):
    """A link that makes somebody an editor; without a role, the choice of roles."""

    role: str = ""


@dataclass(frozen=True, slots=True)
class ShowQueue(OfEditors):
    """The work list; with a part, what is in it, page by page."""

    part: str = ""
    page: str = "0"


@dataclass(frozen=True, slots=True)
class ShowQuestion(OfEditors):
    """A question that somebody sent, by number."""

    number: str


@dataclass(frozen=True, slots=True)
class AnswerQuestion(OfEditors):
    """A question is answered by an entry: `now`, or `later`, when that is next published; `` asks which."""

    number: str
    entry: str
    when: str = ""


@dataclass(frozen=True, slots=True)
class CloseQuestion(OfEditors):
    """A question is not going to be answered: `ask` or `yes`."""

    number: str
    answer: str


@dataclass(frozen=True, slots=True)
class ShowConflict(OfEditors):
    """A text that a new release and the chat both changed, by number."""

    number: str


@dataclass(frozen=True, slots=True)
class SettleConflict(OfEditors):
    """An editor is done with a conflict."""

    number: str


@dataclass(frozen=True, slots=True)
class SetDigest(OfEditors):
    """The weekly digest `on` or `off`."""

    answer: str


@dataclass(frozen=True, slots=True)
class ShowStats(OfEditors):
    """What happened in the last two weeks."""


VERBS: dict[str, type[OfEditors]] = {
    "dl": ShowEditors,
    "de": ShowEditor,
    "dr": SetRole,
    "dx": RemoveEditor,
    "di": Invite,
    "dq": ShowQueue,
    "du": ShowQuestion,
    "da": AnswerQuestion,
    "dc": CloseQuestion,
    "dk": ShowConflict,
    "dz": SettleConflict,
    "dd": SetDigest,
    "ds": ShowStats,
}
"""As `bot.chat.buttons` writes them."""
