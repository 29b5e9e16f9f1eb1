"""What members chose: known, changed once, shown, ended."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.members import store
from bot.members.profile import Profile
from bot.members.service import MARKS_KEPT, UpdateRef
from bot.storage.engine import Database
from bot.storage.faults import StorageDown
from bot.storage.tables import handled, members, overdue
from tests.support.databases import NOW, hidden
from tests.support.members import House, furnish

ANNA, BEN = 111_222_333, 444_555_666


async def test_whoever_chose_nothing_has_an_empty_profile_and_no_row(house: House) -> None:
    assert await house.members.profile(ANNA) == Profile()
    await house.members.touch(ANNA)
    await house.members.set_blocked(ANNA, True)
    assert await house.members.count() == 0


async def test_a_choice_is_kept_beside_the_earlier_ones(house: House) -> None:
    await house.choose(ANNA, 1, "de")
    assert await house.members.profile(ANNA) == Profile(language="de")
    await house.members.change(
        ANNA, chat_id=ANNA, update=UpdateRef(1, 2), screen="s", region="us-ca", plain=True
    )
    await house.members.change(ANNA, chat_id=ANNA, update=None, screen="s", language=None)
    assert await house.members.profile(ANNA) == Profile(region="us-ca", plain=True)
    assert await house.members.profile(BEN) == Profile()
    assert await house.members.count() == 1


async def test_a_repeated_update_changes_nothing_and_its_screen_is_known(house: House) -> None:
    assert await house.choose(ANNA, 7, "de")
    assert await house.choose(ANNA, 8, "fr")
    assert not await house.choose(ANNA, 7, "de")
    assert await house.members.profile(ANNA) == Profile(language="fr")
    assert await house.members.screen_of(UpdateRef(1, 7)) == "language"
    assert await house.members.screen_of(UpdateRef(1, 9)) is None


async def test_a_repeated_update_makes_no_member(house: House) -> None:
    await house.choose(ANNA, 7)
    assert not await house.choose(BEN, 7)
    assert await house.members.count() == 1


async def test_another_bot_counts_its_own_updates(house: House) -> None:
    assert await house.choose(ANNA, 7, "de")
    assert await house.members.change(ANNA, chat_id=ANNA, update=UpdateRef(2, 7), screen="s", language="fr")


async def test_changes_at_the_same_moment_lose_none(house: House) -> None:
    """PostgreSQL shows the race that SQLite hides: the first row of a member, made twice at once."""
    changes = [
        house.members.change(ANNA, chat_id=ANNA, update=UpdateRef(1, 1), screen="s", language="de"),
        house.members.change(ANNA, chat_id=ANNA, update=UpdateRef(1, 2), screen="s", region="de"),
        house.members.change(ANNA, chat_id=ANNA, update=UpdateRef(1, 3), screen="s", zone="Europe/Berlin"),
        house.members.change(ANNA, chat_id=ANNA, update=UpdateRef(1, 4), screen="s", plain=True),
    ]
    assert await asyncio.gather(*changes) == [True] * 4
    wanted = Profile(language="de", region="de", zone="Europe/Berlin", plain=True)
    assert await house.members.profile(ANNA) == wanted


async def test_the_same_update_twice_at_once_is_made_once(house: House) -> None:
    assert sorted(await asyncio.gather(*(house.choose(ANNA, 1) for _ in range(5)))) == [False] * 4 + [True]


async def test_choices_survive_a_restart(house: House) -> None:
    await house.choose(ANNA)
    again = await furnish(house.database, house.data_dir)
    assert await again.members.profile(ANNA) == Profile(language="de")


async def test_no_choice_and_no_id_is_readable_in_the_database(house: House) -> None:
    await house.members.change(
        ANNA, chat_id=ANNA, update=UpdateRef(1, 1), screen="s", zone="America/Argentina/Ushuaia"
    )
    async with house.database.read() as connection:
        row = (await connection.execute(select(members))).one()
    shown = repr(tuple(row)).encode() + b"".join(value for value in row if isinstance(value, bytes))
    assert b"Ushuaia" not in shown
    assert str(ANNA).encode() not in shown
    assert ANNA.to_bytes(8, "big") not in shown
    assert row.seen_on == NOW.replace(hour=0)


async def test_a_profile_that_cannot_be_opened_is_an_empty_one(house: House) -> None:
    await house.choose(ANNA)
    async with house.database.write() as connection:
        await connection.execute(update(members).values(sealed_profile=b"\x01" + bytes(40)))
    again = await furnish(house.database, house.data_dir)
    assert await again.members.profile(ANNA) == Profile()
    assert await again.choose(ANNA, 2, "fr")
    assert await again.members.profile(ANNA) == Profile(language="fr")


async def test_the_last_day_is_noted_once_a_day(house: House) -> None:
    await house.choose(ANNA)

    async def day() -> object:
        async with house.database.read() as connection:
            return await connection.scalar(select(members.c.seen_on))

    house.clock.instant = NOW + timedelta(hours=11)
    await house.members.touch(ANNA)
    assert await day() == NOW.replace(hour=0)
    house.clock.instant = NOW + timedelta(days=3)
    await house.members.touch(ANNA)
    await house.members.touch(ANNA)
    assert await day() == NOW.replace(hour=0) + timedelta(days=3)
    house.clock.instant = NOW
    await house.members.touch(ANNA)
    assert await day() == NOW.replace(hour=0) + timedelta(days=3), "a clock set back takes no day away"


async def test_the_language_of_the_app_is_known_when_nobody_is_writing(house: House) -> None:
    await house.members.touch(ANNA, spoken="de")
    assert await house.members.profile(ANNA) == Profile(), "who chose nothing leaves nothing"
    await house.choose(ANNA)
    await house.members.touch(ANNA, spoken="de")
    assert (await house.members.profile(ANNA)).spoken == "de"
    await house.members.touch(ANNA)
    assert (await house.members.profile(ANNA)).spoken == "de"
    await house.members.touch(ANNA, spoken="en")
    assert (await house.members.profile(ANNA)).spoken == "en"


async def test_a_blocked_bot_is_noted_and_unnoted(house: House) -> None:
    await house.choose(ANNA)
    for blocked in (True, False):
        await house.members.set_blocked(ANNA, blocked)
        export = await house.members.export(ANNA)
        assert export.rows["members"][0]["blocked"] == int(blocked)


async def test_an_export_holds_every_row_opened_and_nobody_elses(house: House) -> None:
    await house.choose(ANNA, 1, "de")
    await house.choose(BEN, 2, "fr")
    anna = house.identity.member_id(ANNA)
    async with house.database.write() as connection:
        sealed = house.identity.seal_chat(anna, ANNA)
        values = {"bot_id": 1, "update_id": 5, "member_id": anna, "sealed_chat": sealed, "at": NOW}
        await connection.execute(insert(overdue).values(**values))
    export = await house.members.export(ANNA)
    assert {name: len(rows) for name, rows in export.rows.items()} == {
        "members": 1,
        "handled": 1,
        "overdue": 1,
    }
    member = export.rows["members"][0]
    assert (member["chat"], member["language"]) == (ANNA, "de")
    assert export.rows["overdue"][0]["chat"] == ANNA
    assert house.identity.member_id(BEN).hex() not in repr(export)
    assert all({"purpose", "ends", "rows"} <= set(kind) for kind in export.as_json().values())  # type: ignore[call-overload]


async def test_marks_end_after_two_days_and_members_after_a_year(house: House) -> None:
    await house.choose(ANNA, 1)
    house.clock.instant = NOW + timedelta(days=300)
    await house.choose(BEN, 2)
    async with house.database.write() as connection:
        anna = house.identity.member_id(ANNA)
        for number in range(1200):
            values = {"bot_id": 2, "update_id": number, "member_id": anna, "screen": "s", "at": NOW}
            await connection.execute(insert(handled).values(**values))
    await house.members.prune(NOW + MARKS_KEPT)
    assert len((await house.members.export(ANNA)).rows["handled"]) == 1201
    await house.members.prune(NOW + timedelta(days=366))
    assert (await house.members.export(ANNA)).rows.keys() == {"members"}, "exactly a year is not over it"
    await house.members.set_blocked(ANNA, True)  # else they would be told first
    await house.members.prune(NOW + timedelta(days=367))
    assert (await house.members.export(ANNA)).rows == {}
    assert await house.members.profile(ANNA) == Profile()
    assert await house.members.profile(BEN) == Profile(language="de")


async def test_nothing_is_remembered_that_was_changed_while_it_was_read(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.choose(ANNA, 1, "de")
    found, go_on = asyncio.Event(), asyncio.Event()
    find = store.find

    async def slow(connection: AsyncConnection, member_id: bytes, *, lock: bool = False) -> object:
        row = await find(connection, member_id, lock=lock)
        if not lock:
            found.set()
            await go_on.wait()
        return row

    monkeypatch.setattr(store, "find", slow)
    reading = asyncio.create_task(house.members.profile(ANNA))
    await found.wait()
    await house.choose(ANNA, 2, "fr")
    go_on.set()
    assert await reading == Profile(language="de"), "it was so when it was read"
    assert await house.members.profile(ANNA) == Profile(language="fr")


async def test_while_storage_is_down_a_change_is_refused_and_later_made(
    sqlite_database: Database, data_dir: Path
) -> None:
    house = await furnish(sqlite_database, data_dir)
    assert sqlite_database.path is not None
    await house.choose(ANNA, 1, "de")
    assert await house.members.profile(ANNA) == Profile(language="de")
    with hidden(sqlite_database.path):
        with pytest.raises(StorageDown):
            await house.choose(ANNA, 2, "fr")
        with pytest.raises(StorageDown):
            await house.members.forget(ANNA, update=UpdateRef(1, 3))
        assert not house.register.path.exists()
    assert await house.choose(ANNA, 2, "fr")
    assert await house.members.profile(ANNA) == Profile(language="fr")
