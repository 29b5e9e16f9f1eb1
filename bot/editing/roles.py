"""Who may do what with the knowledge: four roles, each of which may do all that the ones before may."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What an editor is, from the least to the most."""

    AUTHOR = "author"
    """Proposes changes and sees the work list."""
    REVIEWER = "reviewer"
    """Approves what others proposed."""
    PUBLISHER = "publisher"
    """Publishes, goes back to an older state, recalls."""
    OWNER = "owner"
    """Says who is an editor."""

    def may(self, right: Right) -> bool:
        """Whether this role has `right`."""
        return self.rank >= _NEEDS[right].rank

    @property
    def rank(self) -> int:
        """0 for an author, 3 for an owner."""
        return _ORDER.index(self)


class Right(StrEnum):
    """What is asked before something is done."""

    PROPOSE = "propose"
    SEE_QUEUE = "see queue"
    REVIEW = "review"
    PUBLISH = "publish"
    ROLL_BACK = "roll back"
    RECALL = "recall"
    MANAGE_EDITORS = "manage editors"


_ORDER = tuple(Role)
_NEEDS = {
    Right.PROPOSE: Role.AUTHOR,
    Right.SEE_QUEUE: Role.AUTHOR,
    Right.REVIEW: Role.REVIEWER,
    Right.PUBLISH: Role.PUBLISHER,
    Right.ROLL_BACK: Role.PUBLISHER,
    Right.RECALL: Role.PUBLISHER,
    Right.MANAGE_EDITORS: Role.OWNER,
}


def least_role(right: Right) -> Role:
    """The least role that has `right`."""
    return _NEEDS[right]


@dataclass(frozen=True, slots=True)
class Actor:
    """An editor who does something.

    Attributes:
        member_id: the keyed hash that stands for the person.
        role: what they are at this moment.
        label: how the audit and other editors name them, such as `editor 3 (9f2c41d0)`; never a raw id.
    """

    member_id: bytes
    role: Role
    label: str

    def may(self, right: Right) -> bool:
        """Whether this actor has `right`."""
        return self.role.may(right)


class NotAllowed(Exception):  # noqa: N818 - what it is, not that it is an error
    """Somebody without the right asked for something; nothing was changed.

    Attributes:
        right: what was asked for.
        role: what they are; None for whoever is no editor, who is answered like anybody else.
    """

    def __init__(self, right: Right, role: Role | None) -> None:
        super().__init__(f"not allowed: {right}")
        self.right = right
        self.role = role
