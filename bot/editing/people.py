"""The values of who is an editor; free of storage, so that screens may know them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.editing.roles import Actor, Role


@dataclass(frozen=True, slots=True)
class Person:
    """An editor, as owners see them.

    Attributes:
        label: as in the audit.
        number: of the row; None for somebody whom only the settings name and who has not written yet.
        member_id: the keyed hash.
        role: in force.
        by_settings: what the settings give; None for nothing.
        since: when they were added; None without a row.
        sealed_chat: sealed for the member; None without a row.
        wants_digest: whether the weekly digest may be sent.
    """

    label: str
    number: int | None
    member_id: bytes
    role: Role
    by_settings: Role | None
    since: datetime | None
    sealed_chat: bytes | None
    wants_digest: bool = True

    @property
    def actor(self) -> Actor:
        """The person as somebody who does something."""
        return Actor(self.member_id, self.role, self.label)


class Change(StrEnum):
    """What became of a change of editors."""

    DONE = "done"
    SAME = "same"
    """It is so already."""
    REPEATED = "repeated"
    """The same message asked for it before."""
    UNKNOWN = "unknown"
    """There is no such editor."""
    LAST_OWNER = "last owner"
    FROM_SETTINGS = "from settings"
    """The operator's settings give this role; only the operator can take it."""
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Changed:
    """The end of a change.

    Attributes:
        change: what became of it.
        person: as they are now; None when there is none.
    """

    change: Change
    person: Person | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that was made; the token is shown once and kept nowhere.

    Attributes:
        token: 22 characters of base64url.
        role: what it gives.
        expires: until when.
    """

    token: str
    role: Role
    expires: datetime
