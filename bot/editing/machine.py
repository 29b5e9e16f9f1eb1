"""What may become of a proposal, by whom: pure, so that a test can try every sequence.

The one rule that everything else serves: what one editor wrote, another one has seen before members read it;
unless the installation has a single editor.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from bot.editing.roles import Actor, Right


class State(StrEnum):
    """Where a proposal stands."""

    DRAFT = "draft"
    """Its author works on it; nobody else sees it."""
    OPEN = "open"
    """It waits for a reviewer."""
    APPROVED = "approved"
    """It waits for a publisher."""
    SCHEDULED = "scheduled"
    """It is published when its time comes."""
    PUBLISHED = "published"
    REJECTED = "rejected"
    """A reviewer said no; its author may change it and send it again."""
    WITHDRAWN = "withdrawn"
    CONFLICTING = "conflicting"
    """Meanwhile somebody changed the same text; its author has to choose."""


ENDED: Final = frozenset({State.PUBLISHED, State.WITHDRAWN})
"""States that nothing leads out of."""


class Act(StrEnum):
    """What somebody does with a proposal."""

    CHANGE = "change"
    """Another text goes into it, or it is laid on a newer revision with the author's own choice."""
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    REJECT = "reject"
    PUBLISH = "publish"
    SCHEDULE = "schedule"
    UNSCHEDULE = "unschedule"


NEEDED: Final[Mapping[Act, Right]] = MappingProxyType(
    {
        Act.CHANGE: Right.PROPOSE,
        Act.SUBMIT: Right.PROPOSE,
        Act.WITHDRAW: Right.PROPOSE,
        Act.APPROVE: Right.REVIEW,
        Act.REJECT: Right.REVIEW,
        Act.PUBLISH: Right.PUBLISH,
        Act.SCHEDULE: Right.PUBLISH,
        Act.UNSCHEDULE: Right.PUBLISH,
    }
)
"""The right that each act needs, asked in the transaction that carries it out."""


class Why(StrEnum):
    """Why an act is refused; nothing has changed then."""

    NO_RIGHT = "no right"
    NOT_YOURS = "not yours"
    """Only its author may do this."""
    OWN = "own"
    """Its author may not do this."""
    ENDED = "ended"
    TOO_EARLY = "too early"
    """A step before it is missing, such as the approval."""
    ALREADY = "already"
    """It stands there already."""
    CHANGED = "changed"
    """It is not what was looked at any more."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is asked about a proposal before something is done with it.

    Attributes:
        state: where it stands.
        author: whose it is; None after they left.
        content: the hash of what it changes.
        approvals: who approved exactly that and may still review.
    """

    state: State
    author: bytes | None
    content: str
    approvals: frozenset[bytes] = frozenset()


_FROM: Final[Mapping[Act, frozenset[State]]] = MappingProxyType(
    {
        Act.CHANGE: frozenset(State) - ENDED,
        Act.SUBMIT: frozenset({State.DRAFT}),
        Act.WITHDRAW: frozenset(State) - ENDED,
        Act.APPROVE: frozenset({State.OPEN}),
        Act.REJECT: frozenset({State.OPEN, State.APPROVED, State.SCHEDULED, State.CONFLICTING}),
        Act.PUBLISH: frozenset({State.APPROVED, State.SCHEDULED}),
        Act.SCHEDULE: frozenset({State.APPROVED, State.SCHEDULED}),
        Act.UNSCHEDULE: frozenset({State.SCHEDULED}),
    }
)
_TO: Final[Mapping[Act, State]] = MappingProxyType(
    {
        Act.CHANGE: State.DRAFT,
        Act.SUBMIT: State.OPEN,
        Act.WITHDRAW: State.WITHDRAWN,
        Act.APPROVE: State.APPROVED,
        Act.REJECT: State.REJECTED,
        Act.PUBLISH: State.PUBLISHED,
        Act.SCHEDULE: State.SCHEDULED,
        Act.UNSCHEDULE: State.APPROVED,
    }
)
_AUTHORS: Final = frozenset({Act.CHANGE, Act.SUBMIT, Act.WITHDRAW})
_OTHERS: Final = frozenset({Act.APPROVE, Act.REJECT})
_SEEN: Final = frozenset({Act.APPROVE, Act.PUBLISH, Act.SCHEDULE})
"""Acts that rest on what was looked at."""


def decide(
    standing: Standing, act: Act, actor: Actor, *, alone: bool, content: str | None = None
) -> State | Why:
    """Where an act leads, or why it is refused.

    Args:
        standing: the proposal.
        act: what is asked for.
        actor: by whom, with the role of this moment.
        alone: whether nobody else could approve: then an author may approve their own.
        content: of what was looked at, at least its first digits; None when that is not known.
    """
    if not actor.may(NEEDED[act]):
        return Why.NO_RIGHT
    own = standing.author == actor.member_id
    if act in _AUTHORS and not own:
        return Why.NOT_YOURS
    if act in _OTHERS and own and not alone:
        return Why.OWN
    if standing.state is _TO[act] and act is not Act.SCHEDULE and act is not Act.CHANGE:
        return Why.ALREADY
    if standing.state in ENDED:
        return Why.ENDED
    if standing.state not in _FROM[act]:
        return Why.ALREADY if act is Act.APPROVE and _is_approved(standing) else Why.TOO_EARLY
    if act in _SEEN and content is not None and not standing.content.startswith(content):
        return Why.CHANGED
    if act in {Act.PUBLISH, Act.SCHEDULE} and not is_seen(standing, alone=alone):
        return Why.TOO_EARLY
    return _TO[act]


def is_seen(standing: Standing, *, alone: bool) -> bool:
    """Whether somebody else than its author approved what it is now; when alone, the author will do."""
    others = standing.approvals - {standing.author} if standing.author else standing.approvals
    return bool(standing.approvals if alone else others)


def _is_approved(standing: Standing) -> bool:
    return standing.state in {State.APPROVED, State.SCHEDULED}
