"""What waits for editors, as values; free of storage, so that screens may know them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Part(StrEnum):
    """One kind of what waits, in the order in which it is shown."""

    PROPOSALS = "proposals"
    CONFLICTS = "conflicts"
    QUESTIONS = "questions"
    DIFFERENT = "different"
    ON_AGAIN = "on-again"
    DUE = "due"
    STALE = "stale"
    UNCLEAR = "unclear"
    """Refused and doubtful questions and unhelpful answers, by the nearest entry."""
    PHRASES = "phrases"


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a part.

    Attributes:
        subject: an entry's id, or a number as text.
        count: how many; 0 where it is not counted.
        extra: anything more: a language code, a step, a state, a file.
        days: how many days ago; None where it does not matter.
    """

    subject: str
    count: int = 0
    extra: str = ""
    days: int | None = None


class State(StrEnum):
    """Where a question stands."""

    OPEN = "open"
    WAITING = "waiting"
    """An editor named the entry that will answer it once it is published."""
    ANSWERED = "answered"
    CLOSED = "closed"


class Sending(StrEnum):
    """What became of a question that was to be sent."""

    SENT = "sent"
    """Now, or by an earlier delivery of the same tap."""
    TOO_MANY = "too many"
    """The member sent as many as a day has room for."""
    FULL = "full"
    """More wait already than editors can read."""


class Answering(StrEnum):
    """What became of an editor's answer."""

    DONE = "done"
    REPEATED = "repeated"
    GONE = "gone"
    """It is answered, closed, erased or too old."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question, as an editor sees it: nothing says whose it is.

    Attributes:
        number: of the row.
        text: masked; None when it cannot be opened or is gone.
        language: in which it was asked.
        nearest: the entry that was nearest, None for none.
        state: see `State`.
        made_at: when it was sent.
        entry: what answers it, or will.
    """

    number: int
    text: str | None
    language: str
    nearest: str | None
    state: State
    made_at: datetime
    entry: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What a member is told about their question.

    Attributes:
        entry: what answers it.
        message_id: of the member's own message, so that Telegram shows which one; None when not known.
        asked_at: when it was sent.
    """

    entry: str
    message_id: int | None
    asked_at: datetime


class Count(StrEnum):
    """What is counted; the subject is the entry that was nearest, where there is one."""

    ASKED = "asked"
    ANSWERED = "answered"
    SUGGESTED = "suggested"
    """Doubtful: topics were offered."""
    REFUSED = "refused"
    """No answer was given."""
    NOT_HELPFUL = "not helpful"
    """[Not what I meant] was tapped."""
    STALE = "stale"
    """The answer was overdue for a check, and said so."""
    SENT = "sent"
    """A question went to the editors."""
    FINISHED = "finished"
    """A guide was walked to its end."""
    ON_AGAIN = "on again"
    """A setting was found on again, after a reminder."""
    DIFFERENT = "different"
    """A step looked different."""


@dataclass(frozen=True, slots=True)
class Clash:
    """A text that a new release and the chat both changed.

    Attributes:
        number: of the row.
        path: the file.
        block: which entry or item of it.
        base: the text in the release before; None: it was not there.
        ours: the chat's, which was kept; None: deleted.
        theirs: the new release's; None: deleted.
    """

    number: int
    path: str
    block: str
    base: str | None
    ours: str | None
    theirs: str | None
