"""From a draft to a revision: rights, redelivered updates, and nobody alone."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Final

import pytest
from sqlalchemy import select

from bot.editing.machine import Act, State, Why
from bot.editing.proposals import Workspace
from bot.editing.roles import NotAllowed, Role
from bot.storage.tables import deliveries, proposals
from tests.editing.newsroom import ANNA, BEN, CARL, ENTRY, OWNER, Newsroom, lone_newsroom, newsroom

__all__ = ["lone_newsroom", "newsroom"]

STRANGER: Final = 666
AUTHOR: Final = 904


async def test_two_people_publish_and_the_audit_tells_it_all(newsroom: Newsroom) -> None:
    made = await newsroom.approved(ANNA, BEN, "Open it now.")
    outcome = await newsroom.publish(BEN, made.number, mark=made.mark)
    assert outcome.why is None
    assert outcome.proposal is not None
    assert outcome.proposal.state is State.PUBLISHED
    assert outcome.proposal.revision == 2
    assert b"Open it now." in (await newsroom.files())["en/linkedin.yaml"]
    assert newsroom.adopted == [2]
    subject = f"proposal {made.number}"
    told = [action for action, about in await newsroom.audited() if about == subject]
    assert told == ["begin", "submit", "approve", "publish"]


async def test_an_author_cannot_approve_and_an_author_by_role_cannot_publish(newsroom: Newsroom) -> None:
    await newsroom.office.staff.add(OWNER, AUTHOR, Role.AUTHOR, ref=None)
    made = await newsroom.draft(AUTHOR, "Open it now.")
    await newsroom.act(AUTHOR, made.number, Act.SUBMIT)
    assert (await newsroom.act(AUTHOR, made.number, Act.APPROVE)).why is Why.NO_RIGHT
    assert (await newsroom.publish(AUTHOR, made.number)).why is Why.NO_RIGHT
    own = await newsroom.draft(ANNA, "Open it soon.")
    await newsroom.act(ANNA, own.number, Act.SUBMIT)
    assert (await newsroom.act(ANNA, own.number, Act.APPROVE)).why is Why.OWN
    assert (await newsroom.publish(ANNA, own.number)).why is Why.TOO_EARLY


async def test_a_stranger_can_do_nothing(newsroom: Newsroom) -> None:
    made = await newsroom.approved(ANNA, BEN, "Open it now.")
    for act in Act:
        with pytest.raises(NotAllowed):
            await newsroom.act(STRANGER, made.number, act)
    with pytest.raises(NotAllowed):
        await newsroom.publish(STRANGER, made.number)
    with pytest.raises(NotAllowed):
        await newsroom.draft(STRANGER, "Mine.")
    with pytest.raises(NotAllowed):
        await newsroom.proposals.expect(newsroom.asker(STRANGER), "source")
    with pytest.raises(NotAllowed):
        await newsroom.publishing.rebase(newsroom.asker(STRANGER), made.number)
    assert (await newsroom.proposals.get(made.number)) == made


async def test_an_update_that_comes_twice_changes_once(newsroom: Newsroom) -> None:
    first = newsroom.asker(ANNA, update=1)
    made = await newsroom.draft(ANNA, "Open it now.", asker=first)
    again = await newsroom.draft(ANNA, "Open it now.", asker=first)
    assert again.number == made.number
    asker = newsroom.asker(ANNA, update=2)
    for _ in range(2):
        outcome = await newsroom.proposals.act(asker, made.number, Act.SUBMIT)
        assert outcome.why is None
    approving = newsroom.asker(BEN, update=3)
    for _ in range(2):
        outcome = await newsroom.proposals.act(approving, made.number, Act.APPROVE)
        assert outcome.why is None
    publishing = newsroom.asker(BEN, update=4)
    for _ in range(2):
        outcome = await newsroom.publishing.publish(publishing, made.number)
        assert outcome.why is None
    assert (await newsroom.revisions.newest()).number == 2
    actions = [action for action, about in await newsroom.audited() if about == f"proposal {made.number}"]
    assert actions == ["begin", "submit", "approve", "publish"]


async def test_a_change_of_an_approved_proposal_takes_the_approval_away(newsroom: Newsroom) -> None:
    made = await newsroom.approved(ANNA, BEN, "Open it now.")
    await newsroom.proposals.reopen(newsroom.asker(ANNA), made.number)
    workspace = await newsroom.proposals.workspace(ANNA)
    assert workspace.draft is not None
    assert workspace.draft.number == made.number
    after = {**workspace.files, "en/linkedin.yaml": _with(workspace, b"It is grey.", b"It is dark.")}
    kept = await newsroom.keep(ANNA, workspace, after)
    assert kept.proposal is not None
    assert kept.proposal.state is State.DRAFT
    await newsroom.act(ANNA, made.number, Act.SUBMIT)
    assert (await newsroom.publish(BEN, made.number)).why is Why.TOO_EARLY
    stale = await newsroom.act(BEN, made.number, Act.APPROVE, mark=made.mark)
    assert stale.why is Why.CHANGED
    assert (await newsroom.act(BEN, made.number, Act.APPROVE, mark=kept.proposal.mark)).why is None


async def test_a_role_that_is_taken_ends_at_once_and_its_approvals_with_it(newsroom: Newsroom) -> None:
    await newsroom.office.staff.add(OWNER, AUTHOR, Role.PUBLISHER, ref=None)
    person = await _person(newsroom, AUTHOR)
    made = await newsroom.approved(ANNA, AUTHOR, "Open it now.")
    await newsroom.proposals.expect(newsroom.asker(AUTHOR), "source")
    assert person is not None
    await newsroom.office.staff.remove(OWNER, number=person, ref=None)
    assert await newsroom.proposals.dialogue(AUTHOR) is None
    with pytest.raises(NotAllowed):
        await newsroom.publish(AUTHOR, made.number)
    assert (await newsroom.publish(BEN, made.number)).why is Why.TOO_EARLY
    assert (await newsroom.revisions.newest()).number == 1


async def test_the_only_editor_publishes_and_the_audit_says_so(lone_newsroom: Newsroom) -> None:
    room = lone_newsroom
    made = await room.approved(ANNA, ANNA, "Open it now.")
    outcome = await room.publish(ANNA, made.number)
    assert outcome.proposal is not None
    assert outcome.proposal.state is State.PUBLISHED
    async with room.house.database.read() as connection:
        rows = await room.office.audit.newest(connection, limit=10)
    noted = {row.action: row.detail for row in rows}
    assert '"alone":1' in noted["approve"]
    assert '"alone":1' in noted["publish"]


@pytest.mark.parametrize("seed", range(3))
async def test_one_of_several_editors_never_publishes_whatever_they_try(
    newsroom: Newsroom, seed: int
) -> None:
    dice = random.Random(seed)
    made = await newsroom.draft(ANNA, "Open it now.")
    for _ in range(25):
        match dice.choice(["act", "publish", "reopen", "rebase", "change"]):
            case "act":
                await newsroom.act(ANNA, made.number, dice.choice(list(Act)[1:]))
            case "publish":
                await newsroom.publish(ANNA, made.number)
            case "reopen":
                await newsroom.proposals.reopen(newsroom.asker(ANNA), made.number)
            case "rebase":
                await newsroom.publishing.rebase(newsroom.asker(ANNA), made.number)
            case _:
                await newsroom.draft(ANNA, f"Open it {dice.random()}.")
    assert (await newsroom.revisions.newest()).number == 1
    async with newsroom.house.database.read() as connection:
        states = (await connection.scalars(select(proposals.c.state))).all()
    assert not {"approved", "scheduled", "published"} & set(states)


async def test_reviewers_are_told_once_and_the_author_is_not(newsroom: Newsroom) -> None:
    for who in (ANNA, BEN, CARL):  # only whoever has written to the bot can be written to
        await newsroom.house.choose(who, update_id=who)
    made = await newsroom.draft(ANNA, "Open it now.")
    await newsroom.act(ANNA, made.number, Act.SUBMIT)
    assert await _told(newsroom, f"{made.number}:open") == {BEN, CARL}
    await newsroom.act(BEN, made.number, Act.APPROVE)
    assert await _told(newsroom, f"{made.number}:approved") == {CARL}
    await newsroom.publish(CARL, made.number)
    assert await _told(newsroom, f"{made.number}:published") == {ANNA}


async def test_the_next_message_is_awaited_for_an_hour(newsroom: Newsroom) -> None:
    await newsroom.proposals.expect(newsroom.asker(ANNA), "text:linkedin.opt-out:en:e.n")
    dialogue = await newsroom.proposals.dialogue(ANNA)
    assert dialogue is not None
    assert dialogue.awaiting == "text:linkedin.opt-out:en:e.n"
    newsroom.house.clock.instant += timedelta(minutes=61)
    assert await newsroom.proposals.dialogue(ANNA) is None
    await newsroom.proposals.prune(newsroom.house.clock.now())


async def test_history_tells_who_changed_an_entry_and_what(newsroom: Newsroom) -> None:
    made = await newsroom.approved(ANNA, BEN, "Open it now.")
    await newsroom.publish(BEN, made.number)
    found = await newsroom.history.of(ENTRY)
    assert [past.revision.number for past in found] == [2, 1]
    assert found[0].author == made.author
    assert len(found[0].approvers) == 1
    (change,) = await newsroom.history.difference(ENTRY, 1, 2)
    assert (change.before, change.after) == ("Open the page.", "Open it now.")
    assert await newsroom.history.of("linkedin.nothing") == ()


def _with(workspace: Workspace, old: bytes, new: bytes) -> bytes:
    data = workspace.files["en/linkedin.yaml"]
    assert old in data
    return data.replace(old, new)


async def _person(room: Newsroom, telegram_id: int) -> int | None:
    async with room.house.database.read() as connection:
        people = await room.editors.people(connection)
    member_id = room.house.identity.member_id(telegram_id)
    return next((one.number for one in people if one.member_id == member_id), None)


async def _told(room: Newsroom, subject: str) -> set[int]:
    async with room.house.database.read() as connection:
        found = await connection.scalars(
            select(deliveries.c.member_id).where(deliveries.c.subject == subject)
        )
    names = {room.house.identity.member_id(who): who for who in (ANNA, BEN, CARL, OWNER)}
    return {names[member_id] for member_id in found}
