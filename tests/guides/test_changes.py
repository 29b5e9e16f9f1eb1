"""Who finished a guide is told once when it has changed, and at most once a week."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from bot.deliveries.model import Delivery, Kind
from bot.guides.changes import AT_MOST_EVERY, ChangedGuide, Changes
from bot.guides.machine import Done, State
from bot.guides.service import Guides
from bot.knowledge.model import Guide, KnowledgeBase, Surface, Walk
from bot.knowledge.revision import guide_hash
from bot.members.service import UpdateRef
from bot.storage.tables import deliveries, installation, ways
from tests.support.knowledge import small_base
from tests.support.members import House

ANNA, BEN = 1001, 1002
FIRST, SECOND = "acme.opt-out", "acme.form"


def _with(
    base: KnowledgeBase, revision: str, *entries: str, change: Callable[[Guide], Guide]
) -> KnowledgeBase:
    english = base.languages["en"]
    changed = {}
    for key in entries:
        entry = english.entries[key]
        assert entry.guide is not None
        changed[key] = replace(entry, guide=change(entry.guide))
    new = replace(english, entries={**english.entries, **changed})
    return replace(base, revision=revision, languages={"en": new})


def _base() -> KnowledgeBase:
    """Two guides."""
    base = small_base()
    english = base.languages["en"]
    form = replace(english.entries[SECOND], guide=english.entries[FIRST].guide)
    return replace(base, languages={"en": replace(english, entries={**english.entries, SECOND: form})})


OLD = _base()


def _reworded(guide: Guide) -> Guide:
    return replace(guide, result="It is off for good.")


def _checked(guide: Guide) -> Guide:
    walks = tuple(replace(walk, checked=date(2026, 11, 26), sources=("paper",)) for walk in guide.walks)
    return replace(guide, walks=walks)


def _longer(guide: Guide) -> Guide:
    first: Walk = guide.walks[0]
    return replace(guide, walks=(replace(first, steps=first.steps[:1]), *guide.walks[1:]))


@pytest.fixture
def changes(house: House) -> Changes:
    """The change notices of a house."""
    return Changes(house.database, house.members)


async def _finish(house: House, user: int, *entries: str, base: KnowledgeBase = OLD) -> None:
    guides = Guides(house.database, house.identity, house.members, clock=house.clock)
    for number, key in enumerate(entries):
        entry = base.entry(key)
        assert entry is not None
        for step in ("open", "switch"):
            update_id = user * 100 + 10 * number + (step == "switch") + house.clock.instant.day * 10_000_000
            stored = await guides.take(
                user,
                Done(Surface.WEB, step, guide_hash(entry)[:4]),
                entry,
                chat_id=user,
                update=UpdateRef(1, update_id),
                guide_hash=guide_hash(entry),
            )
        assert stored is not None
        assert stored.way.state is State.DONE


async def _waiting(house: House) -> list[Delivery]:
    """Every change notice, as the dispatcher would hand it over."""
    async with house.database.read() as connection:
        rows = (
            await connection.execute(
                select(deliveries).where(deliveries.c.kind == Kind.CHANGE).order_by(deliveries.c.due)
            )
        ).all()
    return [
        Delivery(row.id, Kind.CHANGE, row.member_id, row.subject, row.due, b"", late=False, repeat=False)
        for row in rows
    ]


async def _sent(house: House) -> None:
    async with house.database.write() as connection:
        await connection.execute(
            update(deliveries).values(
                state="sent", first_try=house.clock.instant, ended_at=house.clock.instant
            )
        )


async def test_who_finished_a_guide_is_told_once_that_it_changed(house: House, changes: Changes) -> None:
    await _finish(house, ANNA, FIRST)
    await _finish(house, BEN, SECOND)
    new = _with(OLD, "1" * 64, FIRST, change=_reworded)
    now = house.clock.instant
    assert await changes.announce(OLD, new, now) == 1
    assert await changes.announce(OLD, new, now) == 0
    assert await Changes(house.database, house.members).announce(None, new, now) == 0
    (one,) = await _waiting(house)
    assert one.member_id == house.identity.member_id(ANNA)
    assert one.due == now
    assert await changes.of(one, new) == (ChangedGuide(FIRST, now),)


async def test_a_new_check_or_source_alone_is_no_change(house: House, changes: Changes) -> None:
    await _finish(house, ANNA, FIRST)
    assert await changes.announce(OLD, _with(OLD, "1" * 64, FIRST, change=_checked), house.clock.instant) == 0
    assert await _waiting(house) == []


async def test_who_is_on_the_way_is_told_there_and_not_here(house: House, changes: Changes) -> None:
    await _finish(house, ANNA, FIRST)
    async with house.database.write() as connection:
        await connection.execute(update(ways).values(state="walking"))
    assert await changes.announce(OLD, _with(OLD, "1" * 64, FIRST, change=_longer), house.clock.instant) == 0


async def test_several_changes_come_in_one_message(house: House, changes: Changes) -> None:
    await _finish(house, ANNA, FIRST, SECOND)
    new = _with(OLD, "1" * 64, FIRST, SECOND, change=_reworded)
    assert await changes.announce(OLD, new, house.clock.instant) == 1
    (one,) = await _waiting(house)
    assert [guide.entry for guide in await changes.of(one, new)] == [SECOND, FIRST]


async def test_what_changes_before_the_message_left_is_put_into_it(house: House, changes: Changes) -> None:
    await _finish(house, ANNA, FIRST, SECOND)
    middle = _with(OLD, "1" * 64, FIRST, change=_reworded)
    new = _with(middle, "2" * 64, SECOND, change=_reworded)
    await changes.announce(OLD, middle, house.clock.instant)
    await changes.announce(middle, new, house.clock.instant)
    (one,) = await _waiting(house)
    assert {guide.entry for guide in await changes.of(one, new)} == {FIRST, SECOND}


async def test_the_next_message_comes_a_week_after_the_last(house: House, changes: Changes) -> None:
    await _finish(house, ANNA, FIRST, SECOND)
    middle = _with(OLD, "1" * 64, FIRST, change=_reworded)
    new = _with(middle, "2" * 64, SECOND, change=_reworded)
    last = _with(new, "3" * 64, FIRST, change=_longer)
    await changes.announce(OLD, middle, house.clock.instant)
    await _sent(house)
    first = house.clock.instant
    house.clock.instant += timedelta(days=2)
    assert await changes.announce(middle, new, house.clock.instant) == 1
    house.clock.instant += timedelta(days=2)
    assert await changes.announce(new, last, house.clock.instant) == 1
    one, other = await _waiting(house)
    assert other.due == first + AT_MOST_EVERY
    assert {guide.entry for guide in await changes.of(other, last)} == {FIRST, SECOND}
    assert await changes.of(one, last) == ()


async def test_a_guide_that_is_as_it_was_when_it_was_finished_is_no_news(
    house: House, changes: Changes
) -> None:
    await _finish(house, ANNA, FIRST)
    new = _with(OLD, "1" * 64, FIRST, change=_reworded)
    await changes.announce(OLD, new, house.clock.instant)
    back = replace(OLD, revision="2" * 64)
    assert await changes.announce(new, back, house.clock.instant) == 0
    (one,) = await _waiting(house)
    assert await changes.of(one, back) == ()


async def test_who_does_not_want_to_be_told_is_not_and_may_change_their_mind(
    house: House, changes: Changes
) -> None:
    await _finish(house, ANNA, FIRST)

    async def want(quiet: bool, update_id: int) -> None:
        await house.members.change(
            ANNA, chat_id=ANNA, update=UpdateRef(1, update_id), screen="changes", quiet=quiet
        )

    await want(True, 1)
    middle = _with(OLD, "1" * 64, FIRST, change=_reworded)
    assert await changes.announce(OLD, middle, house.clock.instant) == 0
    await want(False, 2)
    new = _with(middle, "2" * 64, FIRST, change=_longer)
    assert await changes.announce(middle, new, house.clock.instant) == 1
    assert len(await _waiting(house)) == 1


async def test_an_announcement_that_was_cut_short_is_made_at_the_next_start(
    house: House, changes: Changes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.guides.changes._ROUND", 2)
    for number in range(5):
        await _finish(house, ANNA + number, FIRST)
    new = _with(OLD, "1" * 64, FIRST, change=_reworded)
    rounds = 0

    def crash(step: str) -> None:
        nonlocal rounds
        rounds += step == "changes.added"
        if rounds == 2:
            raise RuntimeError("the process ends here")

    monkeypatch.setattr("bot.guides.changes.hit", crash)
    with pytest.raises(RuntimeError):
        await changes.announce(OLD, new, house.clock.instant)
    assert len(await _waiting(house)) == 2, "the first round is committed, the second was rolled back"
    monkeypatch.undo()
    assert await changes.announce(None, new, house.clock.instant) == 3
    assert len({one.member_id for one in await _waiting(house)}) == 5
    async with house.database.read() as connection:
        value = await connection.scalar(
            select(installation.c.value).where(installation.c.name == "announced_revision")
        )
    assert value == new.revision


async def test_a_revision_that_was_skipped_while_the_program_stood_still_is_announced_too(
    house: House, changes: Changes
) -> None:
    await changes.announce(None, OLD, house.clock.instant)
    await _finish(house, ANNA, FIRST, SECOND)
    middle = _with(OLD, "1" * 64, FIRST, change=_reworded)
    new = _with(middle, "2" * 64, SECOND, change=_reworded)
    assert await changes.announce(middle, new, house.clock.instant) == 1
    (one,) = await _waiting(house)
    assert {guide.entry for guide in await changes.of(one, new)} == {FIRST, SECOND}


async def test_who_blocked_the_bot_gets_one_message_when_they_come_back(
    house: House, changes: Changes
) -> None:
    await _finish(house, ANNA, FIRST, SECOND)
    middle = _with(OLD, "1" * 64, FIRST, change=_reworded)
    new = _with(middle, "2" * 64, SECOND, change=_reworded)
    await changes.announce(OLD, middle, house.clock.instant)
    async with house.database.write() as connection:
        await connection.execute(
            update(deliveries).values(state="skipped", error="blocked", first_try=house.clock.instant)
        )
    await changes.announce(middle, new, house.clock.instant)
    (one,) = await _waiting(house)
    assert {guide.entry for guide in await changes.of(one, new)} == {FIRST, SECOND}


async def test_a_way_of_somebody_who_is_gone_holds_up_nobody(house: House, changes: Changes) -> None:
    await _finish(house, ANNA, FIRST)
    async with house.database.write() as connection:
        await connection.execute(update(ways).values(member_id=b"x" * 32))
    new = _with(OLD, "1" * 64, FIRST, change=_reworded)
    assert await changes.announce(OLD, new, house.clock.instant) == 0
    assert await _waiting(house) == []
