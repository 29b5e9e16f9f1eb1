"""Several editors at one entry: nothing lost, nothing overwritten in silence; and publishing at a time."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.editing.machine import Act, State, Why
from bot.editing.proposal import Kind
from bot.editing.proposals import Workspace
from bot.editing.roles import Role
from tests.editing.folders import with_source
from tests.editing.newsroom import ANNA, BEN, CARL, OWNER, Newsroom, newsroom

__all__ = ["newsroom"]


async def test_another_entry_that_was_published_meanwhile_stays_and_the_approval_holds(
    newsroom: Newsroom,
) -> None:
    files = await newsroom.files()
    source = await newsroom.keep(CARL, Workspace(1, files, files), with_source("Another article"))
    assert source.proposal is not None
    await newsroom.act(CARL, source.proposal.number, Act.SUBMIT)
    await newsroom.act(BEN, source.proposal.number, Act.APPROVE)
    made = await newsroom.approved(ANNA, BEN, "Open it now.")
    await newsroom.publish(BEN, made.number)
    outcome = await newsroom.publish(BEN, source.proposal.number)
    assert outcome.proposal is not None
    assert outcome.proposal.state is State.PUBLISHED
    now = await newsroom.files()
    assert b"Another article" in now["sources/linkedin.yaml"]
    assert b"Open it now." in now["en/linkedin.yaml"]


async def test_another_place_of_the_same_entry_is_put_together_and_reviewed_again(newsroom: Newsroom) -> None:
    first = await newsroom.approved(ANNA, BEN, "Open it now.")
    second = await newsroom.approved(CARL, BEN, "Switch it off.", where="s.w.turn-off.t")
    await newsroom.publish(BEN, first.number)
    outcome = await newsroom.publish(BEN, second.number)
    assert outcome.proposal is not None
    assert outcome.proposal.state is State.OPEN
    assert (await newsroom.revisions.newest()).number == 2
    await newsroom.act(BEN, second.number, Act.APPROVE)
    done = await newsroom.publish(BEN, second.number)
    assert done.proposal is not None
    assert done.proposal.state is State.PUBLISHED
    now = (await newsroom.files())["en/linkedin.yaml"]
    assert b"Open it now." in now
    assert b"Switch it off." in now


async def test_the_same_text_is_a_conflict_that_shows_both_and_its_author_settles(newsroom: Newsroom) -> None:
    first = await newsroom.approved(ANNA, BEN, "Open it now.")
    second = await newsroom.approved(CARL, BEN, "Open it soon.")
    await newsroom.publish(BEN, first.number)
    outcome = await newsroom.publish(BEN, second.number)
    assert outcome.proposal is not None
    assert outcome.proposal.state is State.CONFLICTING
    (conflict,) = await newsroom.publishing.conflicts(outcome.proposal)
    assert conflict.ours is not None
    assert conflict.theirs is not None
    assert "Open it soon." in conflict.ours
    assert "Open it now." in conflict.theirs
    assert b"Open it now." in (await newsroom.files())["en/linkedin.yaml"]
    assert (await newsroom.publishing.rebase(newsroom.asker(ANNA), second.number)).why is Why.NOT_YOURS
    settled = await newsroom.publishing.rebase(newsroom.asker(CARL), second.number)
    assert settled.proposal is not None
    assert settled.proposal.state is State.DRAFT
    assert settled.proposal.base == 2
    await newsroom.act(CARL, second.number, Act.SUBMIT)
    assert (await newsroom.publish(BEN, second.number)).why is Why.TOO_EARLY
    await newsroom.act(BEN, second.number, Act.APPROVE)
    await newsroom.publish(BEN, second.number)
    assert b"Open it soon." in (await newsroom.files())["en/linkedin.yaml"]


async def test_ten_editors_at_one_entry_at_once_lose_and_overwrite_nothing(newsroom: Newsroom) -> None:
    people = list(range(910, 920))
    for who in people:
        await newsroom.office.staff.add(OWNER, who, Role.PUBLISHER, ref=None)
    drafts = await asyncio.gather(*(newsroom.draft(who, f"Open it, says {who}.") for who in people))
    await asyncio.gather(
        *(newsroom.act(who, made.number, Act.SUBMIT) for who, made in zip(people, drafts, strict=True))
    )
    await asyncio.gather(*(newsroom.act(BEN, made.number, Act.APPROVE) for made in drafts))
    outcomes = await asyncio.gather(*(newsroom.publish(BEN, made.number) for made in drafts))
    states = [outcome.proposal.state for outcome in outcomes if outcome.proposal is not None]
    assert states.count(State.PUBLISHED) == 1
    assert states.count(State.CONFLICTING) == 9
    assert (await newsroom.revisions.newest()).number == 2
    for made in drafts:
        found = await newsroom.proposals.get(made.number)
        assert found is not None
        text = (await newsroom.proposals.files(found))["en/linkedin.yaml"]
        assert f"Open it, says {people[drafts.index(made)]}.".encode() in text


async def test_a_mark_of_something_older_publishes_nothing(newsroom: Newsroom) -> None:
    made = await newsroom.approved(ANNA, BEN, "Open it now.")
    assert (await newsroom.publish(BEN, made.number, mark="00000000")).why is Why.CHANGED
    assert (await newsroom.revisions.newest()).number == 1


async def test_a_scheduled_one_is_published_when_its_time_comes_and_not_before(newsroom: Newsroom) -> None:
    made = await newsroom.approved(ANNA, BEN, "Open it now.")
    at = newsroom.house.clock.now() + timedelta(hours=2)
    outcome = await newsroom.publishing.schedule(newsroom.asker(BEN), made.number, at, "Europe/Berlin")
    assert outcome.proposal is not None
    assert outcome.proposal.state is State.SCHEDULED
    assert await newsroom.publishing.publish_due() == 0
    newsroom.house.clock.instant = at
    assert await newsroom.publishing.publish_due() == 1
    found = await newsroom.proposals.get(made.number)
    assert found is not None
    assert found.state is State.PUBLISHED
    assert newsroom.adopted == [2]
    assert await newsroom.publishing.publish_due() == 0


async def test_two_watchers_publish_it_once(newsroom: Newsroom) -> None:
    made = await newsroom.approved(ANNA, BEN, "Open it now.")
    at = newsroom.house.clock.now() + timedelta(hours=2)
    await newsroom.publishing.schedule(newsroom.asker(BEN), made.number, at, "Europe/Berlin")
    newsroom.house.clock.instant = at
    await asyncio.gather(newsroom.publishing.publish_due(), newsroom.publishing.publish_due())
    assert (await newsroom.revisions.newest()).number == 2


async def test_a_scheduled_one_waits_again_when_who_scheduled_it_has_lost_the_right(
    newsroom: Newsroom,
) -> None:
    await newsroom.office.staff.add(OWNER, 904, Role.PUBLISHER, ref=None)
    made = await newsroom.approved(ANNA, BEN, "Open it now.")
    at = newsroom.house.clock.now() + timedelta(hours=2)
    await newsroom.publishing.schedule(newsroom.asker(904), made.number, at, "Europe/Berlin")
    await newsroom.office.staff.remove(OWNER, telegram_id=904, ref=None)
    newsroom.house.clock.instant = at
    await newsroom.publishing.publish_due()
    found = await newsroom.proposals.get(made.number)
    assert found is not None
    assert found.state is State.APPROVED
    assert (await newsroom.revisions.newest()).number == 1


async def test_going_back_is_a_proposal_that_only_a_publisher_makes_and_another_approves(
    newsroom: Newsroom,
) -> None:
    made = await newsroom.approved(ANNA, BEN, "Open it now.")
    await newsroom.publish(BEN, made.number)
    old, now = await newsroom.revisions.files(1), await newsroom.files()
    outcome = await newsroom.keep(BEN, Workspace(2, now, now), old, kind=Kind.ROLLBACK)
    assert outcome.proposal is not None
    number = outcome.proposal.number
    await newsroom.act(BEN, number, Act.SUBMIT)
    assert (await newsroom.act(BEN, number, Act.APPROVE)).why is Why.OWN
    await newsroom.act(ANNA, number, Act.APPROVE)
    await newsroom.publish(BEN, number)
    newest = await newsroom.revisions.newest()
    assert (newest.number, newest.kind) == (3, "rollback")
    assert newest.hash == (await newsroom.revisions.get(1)).hash
    assert await newsroom.files() == old
