"""The values of a delivery, and the port through which it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

ON_TIME = timedelta(minutes=2)
"""What nobody calls late; the same as `bot.reminders.schedule.ON_TIME`, which this layer does not know."""


class Kind(StrEnum):
    """What is sent."""

    REMINDER = "reminder"
    CHANGE = "change"
    """A guide that the member finished has changed."""
    CORRECTION = "correction"
    """The member read something that was wrong."""
    ANSWER = "answer"
    """A question that the member sent to the editors is answered."""
    FAREWELL = "farewell"
    """What is kept about the member ends soon, since they were not heard of for a year."""
    DIGEST = "digest"
    """For editors: what waits, once a week."""
    PROPOSAL = "proposal"
    """For editors: a proposal waits for them, or something became of theirs."""


class State(StrEnum):
    """Where a delivery stands. Only one found in `SENDING` after a crash may have arrived."""

    DUE = "due"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"
    """Given up: the operator is told."""
    SKIPPED = "skipped"
    """Not to be sent, for a good reason: too late, blocked, taken back."""


class Why(StrEnum):
    """Why a delivery was skipped or is dead; any other word in that column is the name of a bug."""

    TOO_LATE = "too late"
    BLOCKED = "blocked"
    """The member blocked the bot or is gone; it comes to life when they return in time."""
    WITHDRAWN = "withdrawn"
    """What it was about was deleted, paused or changed."""
    REFUSED = "refused"
    """Telegram does not take this message."""
    UNCLEAR = "unclear"
    """It may have arrived more often than we may repeat it."""


class Fate(StrEnum):
    """What became of one attempt to send."""

    SENT = "sent"
    MOVED = "moved"
    """Sent, to the chat that this one has become."""
    GONE = "gone"
    """Blocked, deactivated or never there."""
    REFUSED = "refused"
    """Telegram does not take this message, and would not the next time."""
    UNCLEAR = "unclear"
    """It left, and no answer came: perhaps it arrived."""
    NOT_NOW = "not now"
    """It surely did not arrive; the next time it may."""
    WITHDRAWN = "withdrawn"
    """There is nothing left to say: what it is about is gone."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of one attempt.

    Attributes:
        fate: see `Fate`.
        message_id: of what was sent, when it is known.
        seconds: how long to wait at least, for `NOT_NOW`; 0 leaves it to the dispatcher.
        error: one word for the operator, for `REFUSED`: the class of the error, never its text.
    """

    fate: Fate
    message_id: int | None = None
    seconds: float = 0.0
    error: str | None = None


@dataclass(frozen=True, slots=True)
class New:
    """A delivery to be added.

    Attributes:
        kind: what is sent.
        key: what makes it one and the same, such as a reminder and its occurrence; at most 120 characters.
        member_id: to whom.
        subject: what it is about, in numbers and ids only; at most 96 characters.
        due: when; the dispatcher takes it up from then on.
        expires: after this it is not sent any more; None is never.
    """

    kind: Kind
    key: str
    member_id: bytes
    subject: str
    due: datetime
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that one dispatcher has for a while; the attempt fences it off from any other's."""

    id: int
    attempt: int
    kind: Kind
    member_id: bytes
    subject: str
    due: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """What `Send` gets: `sending` is committed, and the member was there and had not blocked the bot.

    Attributes:
        id: the row's number.
        kind, member_id, subject, due: as in `New`.
        sealed_chat: the member's chat, sealed for the member.
        late: that the message is to say when it was due.
        repeat: that an earlier one may have arrived, and that the message is to say so.
        until: seconds of `bot.storage.leases.steady`; sent later it might be another process's already.
    """

    id: int
    kind: Kind
    member_id: bytes
    subject: str
    due: datetime
    sealed_chat: bytes
    late: bool
    repeat: bool
    until: float = float("inf")


class Send(Protocol):
    """The port to Telegram."""

    async def __call__(self, delivery: Delivery) -> Outcome:
        """Send one message, and say what truly became of it.

        It must not send again what may have arrived: the dispatcher does, with a mark. It should not wait
        long for Telegram (429) or the network: `NOT_NOW` with the seconds frees the place for others, and a
        stop then leaves nothing unclear. An exception counts as unclear.

        Raises:
            StorageDown: what the message is made of could not be read, so that it was not sent.
        """
        ...


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits now.

    Attributes:
        due: deliveries whose time has come and which are not sent, skipped or dead.
        oldest: when the oldest of them was due; None when there is none.
    """

    due: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Last:
    """The last message of a kind that a member was or will be sent.

    Attributes:
        subject: as in `New`.
        at: when it was first tried, or is due.
        begun: that it was tried, so that nothing can be put into it any more.
    """

    subject: str
    at: datetime
    begun: bool


@dataclass(frozen=True, slots=True)
class Dead:
    """A delivery that was given up.

    Attributes:
        kind, subject, due: as in `New`.
        error: a `Why`, or the name of a bug.
    """

    kind: Kind
    subject: str
    due: datetime
    error: str
