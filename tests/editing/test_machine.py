"""The rules of review, tried in every order."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.editing.machine import ENDED, Act, Standing, State, Why, decide
from bot.editing.roles import Actor, Role

ANNA, BEN, CARL = (bytes([number]) * 32 for number in (1, 2, 3))


def actor(who: bytes, role: Role = Role.PUBLISHER) -> Actor:
    return Actor(who, role, "editor")


@dataclass(slots=True)
class Desk:
    """A proposal and what is done with it, as the service does it."""

    standing: Standing = field(default_factory=lambda: Standing(State.DRAFT, ANNA, "a0"))
    touched: set[bytes] = field(default_factory=set)
    version: int = 0

    def do(self, act: Act, who: Actor, *, alone: bool = False, content: str | None = None) -> State | Why:
        came = decide(self.standing, act, who, alone=alone, content=content)
        if isinstance(came, Why):
            return came
        self.touched.add(who.member_id)
        self.standing = replace(self.standing, state=came)
        if act is Act.CHANGE:
            self.version += 1
            self.standing = replace(self.standing, content=f"a{self.version}", approvals=frozenset())
        if act is Act.APPROVE:
            approvals = self.standing.approvals | {who.member_id}
            self.standing = replace(self.standing, approvals=approvals)
        return came


ACTS = st.lists(st.sampled_from(tuple(Act)), max_size=30)


@given(acts=ACTS, role=st.sampled_from(tuple(Role)))
def test_no_sequence_of_acts_of_one_editor_publishes(acts: list[Act], role: Role) -> None:
    desk = Desk()
    for act in acts:
        desk.do(act, actor(ANNA, role))
        assert desk.standing.state not in {State.APPROVED, State.SCHEDULED, State.PUBLISHED}


@given(acts=ACTS)
def test_the_only_editor_can_publish_and_only_what_they_approved(acts: list[Act]) -> None:
    desk = Desk()
    for act in [*acts, Act.CHANGE, Act.SUBMIT, Act.APPROVE, Act.PUBLISH]:
        desk.do(act, actor(ANNA), alone=True)
        if desk.standing.state is State.PUBLISHED:
            assert ANNA in desk.standing.approvals
    assert desk.standing.state in ENDED


STEPS = st.lists(
    st.tuples(st.sampled_from(tuple(Act)), st.sampled_from([ANNA, BEN, CARL]), st.sampled_from(tuple(Role))),
    max_size=40,
)


@given(steps=STEPS)
def test_what_is_published_was_approved_as_it_is_by_another_than_its_author(
    steps: list[tuple[Act, bytes, Role]],
) -> None:
    desk = Desk()
    for act, who, role in steps:
        came = desk.do(act, actor(who, role))
        if came in {State.SCHEDULED, State.PUBLISHED}:
            assert desk.standing.approvals - {ANNA}
            assert len(desk.touched) > 1


@given(steps=STEPS)
def test_nothing_leads_out_of_an_end(steps: list[tuple[Act, bytes, Role]]) -> None:
    desk = Desk()
    for act, who, role in steps:
        before = desk.standing
        desk.do(act, actor(who, role))
        if before.state in ENDED:
            assert desk.standing == before


def test_the_way_of_two_people() -> None:
    desk = Desk()
    assert desk.do(Act.SUBMIT, actor(ANNA, Role.AUTHOR)) is State.OPEN
    assert desk.do(Act.APPROVE, actor(BEN, Role.REVIEWER)) is State.APPROVED
    assert desk.do(Act.PUBLISH, actor(BEN, Role.PUBLISHER)) is State.PUBLISHED


@pytest.mark.parametrize("act", [Act.APPROVE, Act.REJECT])
def test_an_author_does_not_judge_their_own(act: Act) -> None:
    desk = Desk(Standing(State.OPEN, ANNA, "a0"))
    assert desk.do(act, actor(ANNA, Role.OWNER)) is Why.OWN


def test_an_author_may_publish_what_another_approved() -> None:
    desk = Desk(Standing(State.APPROVED, ANNA, "a0", frozenset({BEN})))
    assert desk.do(Act.PUBLISH, actor(ANNA)) is State.PUBLISHED


def test_an_approval_of_whoever_may_not_review_any_more_does_not_count() -> None:
    desk = Desk(Standing(State.APPROVED, ANNA, "a0", frozenset()))
    assert desk.do(Act.PUBLISH, actor(CARL)) is Why.TOO_EARLY


def test_nobody_approves_what_they_have_not_seen() -> None:
    desk = Desk(Standing(State.OPEN, ANNA, "beef1234"))
    assert desk.do(Act.APPROVE, actor(BEN), content="dead") is Why.CHANGED
    assert desk.do(Act.APPROVE, actor(BEN), content="beef") is State.APPROVED


@pytest.mark.parametrize(
    ("act", "role"),
    [(Act.APPROVE, Role.AUTHOR), (Act.PUBLISH, Role.REVIEWER), (Act.SCHEDULE, Role.REVIEWER)],
)
def test_a_role_that_is_too_small_is_refused(act: Act, role: Role) -> None:
    desk = Desk(Standing(State.APPROVED, ANNA, "a0", frozenset({BEN})))
    assert desk.do(act, actor(BEN, role)) is Why.NO_RIGHT


def test_a_second_tap_is_told_that_it_is_done() -> None:
    desk = Desk(Standing(State.APPROVED, ANNA, "a0", frozenset({BEN})))
    assert desk.do(Act.APPROVE, actor(BEN)) is Why.ALREADY
