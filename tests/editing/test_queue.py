"""The work list: all that waits, without a member in it; and the digest, once a week at most."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select

from bot.deliveries.model import Kind
from bot.editing.digest import Digest, due_at, week_of
from bot.editing.queue import due, stale
from bot.editing.roles import NotAllowed, Role
from bot.editing.work import Count, Item, Part
from bot.storage.tables import deliveries, merge_conflicts, proposals, revisions, step_reports
from tests.editing.people import OWNER, PUBLISHER, STRANGER, Bureau, bureau, ref
from tests.support.databases import NOW
from tests.support.knowledge import small_base

__all__ = ["bureau"]
MONDAY = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)


async def fill(bureau: Bureau) -> None:
    """Something of each part that rows make."""
    office, now = bureau.office, bureau.house.clock.now()
    for number in range(7):
        office.counts.note(Count.REFUSED, "linkedin.opt-out")
        if number < 2:
            office.counts.note(Count.SUGGESTED, "linkedin.opt-out")
            office.counts.note(Count.ON_AGAIN, "meta.opt-out")
    await office.counts.flush()
    await office.questions.send(
        7, "how about zorblatt", message_id=1, language="en", nearest="meta.opt-out", chat_id=7, ref=ref(1)
    )
    async with bureau.house.database.write() as connection:
        reports = [
            {
                "member_id": bytes([number]) * 32,
                "entry": "linkedin.opt-out",
                "surface": "web",
                "step": "open",
                "guide_hash": "0" * 64,
                "at": now - timedelta(days=15 if number == 3 else 1),
            }
            for number in range(4)
        ]
        await connection.execute(insert(step_reports), reports)
        await connection.execute(
            insert(revisions).values(number=1, hash="0" * 64, kind="release", made_at=now, manifest="{}")
        )
        await connection.execute(
            insert(merge_conflicts),
            [
                {
                    "revision": 1,
                    "path": "en/meta.yaml",
                    "block": "meta.opt-out",
                    "made_at": now,
                    "settled_at": None,
                },
                {"revision": 1, "path": "x", "block": "y", "made_at": now, "settled_at": now},
            ],
        )
        for state in ("draft", "open", "approved", "published", "conflicting"):
            await connection.execute(
                insert(proposals).values(
                    base=1,
                    author="editor 1",
                    state=state,
                    kind="edit",
                    changes="{}",
                    entries="[]",
                    summary="{}",
                    made_at=now,
                    changed_at=now,
                )
            )


async def test_the_list_counts_and_names_what_waits(bureau: Bureau) -> None:
    await fill(bureau)
    base = small_base()
    counts = await bureau.office.queue.overview(PUBLISHER, base)
    assert {part: counts[part] for part in Part if part not in {Part.DUE, Part.STALE}} == {
        Part.PROPOSALS: 3,
        Part.CONFLICTS: 1,
        Part.QUESTIONS: 1,
        Part.DIFFERENT: 1,
        Part.ON_AGAIN: 1,
        Part.UNCLEAR: 1,
        Part.PHRASES: 1,
    }
    items = {part: await bureau.office.queue.items(PUBLISHER, base, part) for part in Part}
    assert [item.extra for item in items[Part.PROPOSALS]] == ["open", "approved", "conflicting"]
    assert items[Part.CONFLICTS] == [Item("1", extra="meta.opt-out (en/meta.yaml)")]
    assert items[Part.QUESTIONS] == [Item("1", extra="meta.opt-out", days=0)]
    assert items[Part.DIFFERENT] == [Item("linkedin.opt-out", 3, "web, open")]
    assert items[Part.ON_AGAIN] == [Item("meta.opt-out", 2)]
    assert items[Part.UNCLEAR] == [Item("linkedin.opt-out", 9, "7 2 0")]
    assert items[Part.PHRASES] == [Item("meta.opt-out", 1)]
    assert {part: len(found) for part, found in items.items()} == counts


async def test_no_item_holds_a_member_or_a_text(bureau: Bureau) -> None:
    await fill(bureau)
    base = small_base()
    shown = repr([await bureau.office.queue.items(OWNER, base, part) for part in Part])
    assert "zorblatt" not in shown
    assert bureau.house.identity.member_id(7).hex() not in shown
    assert repr(bytes([1]) * 32) not in shown


async def test_a_conflict_is_shown_with_both_texts_and_settled_once(bureau: Bureau) -> None:
    await fill(bureau)
    conflicts = bureau.office.conflicts
    clash = await conflicts.get(PUBLISHER, 1)
    assert clash is not None
    assert (clash.block, clash.ours, clash.theirs) == ("meta.opt-out", None, None)
    await bureau.add(55, Role.AUTHOR)
    for telegram_id in (55, STRANGER):
        with pytest.raises(NotAllowed):
            await conflicts.settle(telegram_id, 1, ref=None)
    assert await conflicts.settle(PUBLISHER, 1, ref=ref(70))
    assert await conflicts.settle(PUBLISHER, 1, ref=ref(70))
    assert not await conflicts.settle(PUBLISHER, 1, ref=ref(71))
    assert await conflicts.get(PUBLISHER, 1) is None
    assert (await bureau.office.queue.overview(OWNER, small_base()))[Part.CONFLICTS] == 0


async def test_strangers_do_not_see_it(bureau: Bureau) -> None:
    with pytest.raises(NotAllowed):
        await bureau.office.queue.overview(STRANGER, small_base())
    with pytest.raises(NotAllowed):
        await bureau.office.queue.items(STRANGER, small_base(), Part.DUE)


def test_entries_come_due_with_time() -> None:
    base = small_base()
    assert [item.subject for item in due(base, NOW)] == ["acme.opt-out"]
    later = due(base, NOW + timedelta(days=400))
    assert len(later) > 1
    assert [item.days for item in later] == sorted((item.days or 0 for item in later), reverse=True)
    assert all(item.extra != "en" for item in stale(base))


@pytest.mark.parametrize(
    ("now", "week"),
    [
        (MONDAY, "2026-w49"),
        (MONDAY - timedelta(hours=8), "2026-w48"),
        (datetime(2027, 1, 1, tzinfo=UTC), "2026-w53"),
    ],
)
def test_a_week_has_a_name(now: datetime, week: str) -> None:
    assert week_of(now) == week


def test_the_digest_is_due_on_monday_morning_by_the_editors_own_clock() -> None:
    assert due_at(MONDAY, "Europe/Berlin") == datetime(2026, 11, 30, 8, tzinfo=UTC)
    assert due_at(MONDAY + timedelta(days=6), "Asia/Tokyo") == datetime(2026, 11, 30, 0, tzinfo=UTC)
    assert due_at(datetime(2027, 3, 29, tzinfo=UTC), "Europe/Berlin") == datetime(2027, 3, 29, 7, tzinfo=UTC)


async def test_each_editor_who_wrote_gets_one_message_a_week(bureau: Bureau) -> None:
    office, clock = bureau.office, bureau.house.clock
    await bureau.add(55, Role.AUTHOR)
    await office.staff.welcome(PUBLISHER)
    clock.instant = MONDAY
    assert await office.digest.feed() == 1, "whoever never wrote may not be written to"
    assert await office.digest.feed() == 0
    assert await Digest(office.editors).feed() == 1, "another process asks again"
    await office.staff.welcome(55)
    clock.instant = MONDAY + timedelta(days=7)
    assert await office.digest.feed() == 2
    async with bureau.house.database.read() as connection:
        rows = (await connection.execute(select(deliveries).order_by(deliveries.c.id))).all()
    assert [row.kind for row in rows] == [Kind.DIGEST] * 3
    assert [row.subject for row in rows] == ["2026-w49", "2026-w50", "2026-w50"]
    assert len({row.key for row in rows}) == 3


async def test_in_the_middle_of_a_week_no_digest_is_begun(bureau: Bureau) -> None:
    await bureau.office.staff.welcome(PUBLISHER)
    bureau.house.clock.instant = MONDAY + timedelta(days=1)
    assert await bureau.office.digest.feed() == 0


async def test_the_digest_can_be_stopped_and_begun_again(bureau: Bureau) -> None:
    digest, member_id = bureau.office.digest, bureau.house.identity.member_id(PUBLISHER)
    await bureau.office.staff.welcome(PUBLISHER)
    assert await digest.reader(member_id) is not None
    assert await digest.stop(PUBLISHER)
    assert await digest.reader(member_id) is None
    bureau.house.clock.instant = MONDAY
    assert await digest.feed() == 0
    assert await digest.stop(PUBLISHER, wanted=True)
    assert await digest.reader(member_id) is not None
    assert not await digest.stop(STRANGER)


async def test_whoever_is_removed_reads_no_digest(bureau: Bureau) -> None:
    await bureau.add(55, Role.AUTHOR)
    member_id = bureau.house.identity.member_id(55)
    assert await bureau.office.digest.reader(member_id) is not None
    await bureau.office.staff.remove(OWNER, ref=None, telegram_id=55)
    assert await bureau.office.digest.reader(member_id) is None
