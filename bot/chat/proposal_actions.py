"""What taps of editors on entries and proposals ask for; kinds of `OfEditors`, as `editing_actions`."""

from __future__ import annotations

from dataclasses import dataclass

from bot.chat.editing_actions import OfEditors


@dataclass(frozen=True, slots=True)
class EditEntry(OfEditors):
    """What of an entry can be changed.

    Attributes:
        entry: which.
        language: the language of the text.
        part: `steps`, `w`, `i` or `a` for the steps on one surface, `claims`, `links`, `dates`; "" for all.
    """

    entry: str
    language: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class EditText(OfEditors):
    """One text of an entry is to be changed; the next message brings it.

    Attributes:
        entry: which.
        language: the language of the text.
        target: see `bot.editing.targets`.
    """

    entry: str
    language: str
    target: str


@dataclass(frozen=True, slots=True)
class StillRight(OfEditors):
    """It was checked today and is still right; `target` as in `EditText`."""

    entry: str
    language: str
    target: str


@dataclass(frozen=True, slots=True)
class SendFile(OfEditors):
    """How to send a file; the files of an entry come along."""

    entry: str


@dataclass(frozen=True, slots=True)
class NeverMind(OfEditors):
    """The next message is a question again."""


@dataclass(frozen=True, slots=True)
class OnProposal(OfEditors):
    """Something is done with a proposal.

    Attributes:
        number: of the proposal.
        what: a word of `bot.chat.handlers.editing.reviewing`.
        mark: the first digits of the content that was looked at.
    """

    number: str
    what: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class PublishAt(OfEditors):
    """A proposal is to be published at `wall`, `YYYYMMDDHHMM` by the editor's own clock."""

    number: str
    wall: str
    mark: str


@dataclass(frozen=True, slots=True)
class ShowHistory(OfEditors):
    """The revisions that changed an entry, page by page."""

    entry: str
    page: str = "0"


@dataclass(frozen=True, slots=True)
class ShowDifference(OfEditors):
    """What an entry said in two revisions."""

    entry: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RollBack(OfEditors):
    """An entry is to say again what it said in a revision: `ask` or `yes`."""

    entry: str
    revision: str
    answer: str


@dataclass(frozen=True, slots=True)
class Recall(OfEditors):
    """Members are told that an entry was wrong; the reason stands in the editor's own message."""

    entry: str
    revision: str


VERBS: dict[str, type[OfEditors]] = {
    "ze": EditEntry,
    "zt": EditText,
    "zc": StillRight,
    "zf": SendFile,
    "zn": NeverMind,
    "zp": OnProposal,
    "za": PublishAt,
    "zh": ShowHistory,
    "zd": ShowDifference,
    "zr": RollBack,
    "zk": Recall,
}
"""As `bot.chat.buttons` writes them."""
