"""Ways, reports and lists on both databases: changed once an update, gone with their member."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import func, insert, select, update

from bot.guides.checkup import Setting
from bot.guides.machine import MARK, ChangeSurface, Done, Event, Later, LooksDifferent, Notice, Resume, State
from bot.guides.service import DOUBT_AFTER, RECENT, REPORTS_KEPT, Guides, StoredWay
from bot.knowledge.model import Entry, Surface, Walk
from bot.knowledge.revision import guide_hash
from bot.members.store import UpdateRef
from bot.storage.tables import journal, members, step_reports, ways
from tests.support.databases import NOW
from tests.support.knowledge import small_base
from tests.support.members import House

ANNA, BEN = 1001, 1002
BASE = small_base()
OPT_OUT = BASE.languages["en"].entries["acme.opt-out"]
HASH = guide_hash(OPT_OUT)
WEB = Surface.WEB
OPEN, SWITCH = Done(WEB, "open", HASH[:MARK]), Done(WEB, "switch", HASH[:MARK])
BEGIN = ChangeSurface(WEB)


def web(entry: Entry = OPT_OUT) -> Walk:
    assert entry.guide is not None
    return entry.guide.walks[0]


def guides_of(house: House) -> Guides:
    """As after a restart."""
    return Guides(house.database, house.identity, house.members, clock=house.clock)


async def tap(
    house: House, update_id: int, event: Event, *, who: int = ANNA, message_id: int | None = 50
) -> StoredWay:
    stored = await guides_of(house).take(
        who,
        event,
        OPT_OUT,
        chat_id=who,
        update=UpdateRef(1, update_id),
        guide_hash=HASH,
        message_id=message_id,
    )
    assert stored is not None
    return stored


async def test_progress_is_kept_and_found_after_a_restart(house: House) -> None:
    await tap(house, 1, BEGIN)
    await tap(house, 2, OPEN)
    stored = await guides_of(house).way(ANNA, "acme.opt-out")
    assert stored is not None
    assert (stored.way.step, stored.way.passed, stored.way.state) == ("switch", ("open",), State.WALKING)
    assert (stored.message_id, stored.at, stored.done_at) == (50, NOW, None)
    assert await guides_of(house).way(BEN, "acme.opt-out") is None


async def test_a_repeated_update_changes_nothing_and_shows_the_same(house: House) -> None:
    await tap(house, 1, BEGIN)
    first = await tap(house, 2, OPEN)
    assert await tap(house, 2, OPEN) == first
    reported = await tap(house, 3, LooksDifferent(WEB, "switch", HASH[:MARK]))
    assert reported.notice is Notice.REPORTED
    assert await tap(house, 3, LooksDifferent(WEB, "switch", HASH[:MARK])) == reported
    end = await tap(house, 4, SWITCH)
    assert (await tap(house, 4, SWITCH)).way.state is end.way.state is State.DONE


async def test_the_same_update_twice_at_once_moves_one_step(house: House) -> None:
    await tap(house, 1, BEGIN)
    await asyncio.gather(*(tap(house, 2, OPEN) for _ in range(4)))
    stored = await guides_of(house).way(ANNA, "acme.opt-out")
    assert stored is not None
    assert (stored.way.step, stored.way.state) == ("switch", State.WALKING)


async def test_an_update_from_before_forget_brings_no_way_back(house: House) -> None:
    await tap(house, 1, BEGIN)
    await house.members.forget(ANNA, update=UpdateRef(1, 2))
    again = await guides_of(house).take(
        ANNA, BEGIN, OPT_OUT, chat_id=ANNA, update=UpdateRef(1, 1), guide_hash=HASH
    )
    assert again is None
    assert await house.members.count() == 0


async def test_the_day_of_the_end_stays_while_the_guide_is_walked_again(house: House) -> None:
    walked: tuple[Event, ...] = (BEGIN, OPEN, SWITCH)
    for number, event in enumerate(walked, 1):
        await tap(house, number, event)
    house.clock.instant = NOW + timedelta(days=2)
    stale = await tap(house, 4, OPEN)
    assert (stale.at, stale.done_at, stale.notice) == (NOW, NOW, Notice.STALE)
    again = await tap(house, 5, BEGIN)
    assert (again.way.state, again.done_at) == (State.WALKING, NOW)


async def test_another_message_may_show_the_guide(house: House) -> None:
    await tap(house, 1, BEGIN)
    await guides_of(house).note_message(ANNA, "acme.opt-out", 77)
    assert (await tap(house, 2, Resume(), message_id=None)).message_id == 77


async def test_the_surface_is_remembered_from_guides_that_have_several(house: House) -> None:
    guides = guides_of(house)
    assert await guides.surface(ANNA, BASE) is None
    await tap(house, 1, ChangeSurface(Surface.IOS))
    assert await guides.surface(ANNA, BASE) is Surface.IOS
    single = replace(OPT_OUT, guide=replace(OPT_OUT.guide, walks=(web(),)))  # type: ignore[type-var]
    english = replace(BASE.languages["en"], entries={"acme.opt-out": single})
    assert await guides.surface(ANNA, replace(BASE, languages={"en": english})) is None


async def test_only_a_recent_walk_is_meant_by_again(house: House) -> None:
    guides = guides_of(house)
    await tap(house, 1, BEGIN)
    found = await guides.walking(ANNA)
    assert found is not None
    assert found.way.entry == "acme.opt-out"
    house.clock.instant = NOW + RECENT + timedelta(seconds=1)
    assert await guides.walking(ANNA) is None
    house.clock.instant = NOW
    await tap(house, 2, Later(WEB, "open", HASH[:MARK]))
    assert await guides.walking(ANNA) is None


async def test_three_members_put_a_step_in_doubt_and_one_alone_never(house: House) -> None:
    differs = LooksDifferent(WEB, "open", HASH[:MARK])
    guides = guides_of(house)
    for number in range(1, 6):
        await tap(house, number, differs)
    assert await guides.in_doubt("acme.opt-out", web(), guide_hash=HASH) == frozenset()
    for who in range(1, DOUBT_AFTER):
        await tap(house, 10 + who, differs, who=BEN + who)
    assert await guides.in_doubt("acme.opt-out", web(), guide_hash=HASH) == {"open"}
    assert await guides.reports("acme.opt-out", web(), guide_hash=HASH) == {"open": DOUBT_AFTER}
    assert await guides.in_doubt("acme.opt-out", web(), guide_hash="f" * 64) == frozenset()
    checked = replace(web(), checked=(NOW + timedelta(days=1)).date())
    assert await guides.in_doubt("acme.opt-out", checked, guide_hash=HASH) == frozenset()


async def test_doubt_ends_after_two_weeks_with_forget_and_when_an_editor_looked(house: House) -> None:
    differs = LooksDifferent(WEB, "open", HASH[:MARK])
    guides = guides_of(house)
    for who in range(DOUBT_AFTER):
        await tap(house, 10 + who, differs, who=ANNA + who)
    house.clock.instant = NOW + REPORTS_KEPT + timedelta(seconds=1)
    assert await guides.in_doubt("acme.opt-out", web(), guide_hash=HASH) == frozenset()
    house.clock.instant = NOW
    await house.members.forget(ANNA, update=None)
    assert await guides.in_doubt("acme.opt-out", web(), guide_hash=HASH) == frozenset()
    assert await guides.clear_reports("acme.opt-out") == DOUBT_AFTER - 1
    await tap(house, 20, differs)
    await guides.prune(NOW + REPORTS_KEPT)
    await guides.prune(NOW + REPORTS_KEPT + timedelta(seconds=1))
    async with house.database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(step_reports)) == 0


async def test_platforms_go_on_the_list_and_off_it(house: House) -> None:
    guides = guides_of(house)
    for number in (1, 1):
        await guides.use(ANNA, ["acme", "other"], used=True, chat_id=ANNA, update=UpdateRef(1, number))
    assert (await guides.kept(ANNA)).platforms == {"acme", "other"}
    await guides.use(ANNA, ["other"], used=False, chat_id=ANNA, update=UpdateRef(1, 2))
    await guides.use(ANNA, ["acme", "other"], used=True, chat_id=ANNA, update=UpdateRef(1, 1))
    assert (await guides.kept(ANNA)).platforms == {"acme"}
    await tap(house, 3, BEGIN, who=BEN)
    assert (await guides.kept(BEN)).platforms == {"acme"}, "whoever begins a guide uses the platform"


async def test_what_reminders_asked_is_part_of_what_is_kept(house: House) -> None:
    member_id = house.identity.member_id(ANNA)
    async with house.database.write() as connection:
        for name, state in (("acme.opt-out", "on"), ("acme", "unknown")):
            row = {"member_id": member_id, "points_at": name, "state": state}
            await connection.execute(insert(journal).values(**row, at=NOW))
    (seen,) = (await guides_of(house).kept(ANNA)).seen
    assert (seen.points_at, seen.setting, seen.at) == ("acme.opt-out", Setting.ON, NOW)


async def test_a_row_of_another_version_is_no_way(house: House) -> None:
    await tap(house, 1, BEGIN)
    async with house.database.write() as connection:
        await connection.execute(update(ways).values(surface="watch"))
    assert await guides_of(house).way(ANNA, "acme.opt-out") is None
    assert (await tap(house, 2, OPEN)).way.step == "switch", "the button says where they are"


async def test_a_member_who_walks_is_seen_by_retention(house: House) -> None:
    """A walk makes the member, of whom memory may hold that there is none."""
    await house.members.profile(ANNA)
    await tap(house, 1, BEGIN)
    house.clock.instant = NOW + timedelta(days=3)
    await house.members.touch(ANNA)
    async with house.database.read() as connection:
        seen_on = await connection.scalar(select(members.c.seen_on))
    assert seen_on == NOW.replace(hour=0) + timedelta(days=3)
