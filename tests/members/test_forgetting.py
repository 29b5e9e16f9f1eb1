"""Erasure: complete, provable on SQLite, remembered for backups, and harmless when repeated."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, select

from bot.members import service, store
from bot.members.erasures import KEPT, Erasure, ErasureRegister
from bot.members.followups import NOTHING, Followups, Topic
from bot.members.profile import Profile
from bot.members.registry import PERSONAL, Sealed
from bot.members.service import UpdateRef
from bot.storage.copying import copy_database, name_before_upgrade
from bot.storage.engine import Database
from bot.storage.erasing import empty_log
from bot.storage.faults import StorageDown
from bot.storage.tables import handled, metadata
from tests.support.databases import NOW, opened, sqlite_url
from tests.support.members import House, furnish
from tests.support.rows import fill_about

ANNA, BEN = 111_222_333, 444_555_666


def traces(folder: Path, house: House, telegram_id: int) -> dict[str, int]:
    """How often a member stands in each file of a folder: raw id, as bytes or text, or member id."""
    member_id = house.identity.member_id(telegram_id)
    words = [member_id, member_id.hex().encode(), str(telegram_id).encode(), telegram_id.to_bytes(8, "big")]
    words.append(telegram_id.to_bytes(8, "little"))
    counts = {
        path.name: sum(path.read_bytes().count(word) for word in words)
        for path in folder.rglob("*")
        if path.is_file()
    }
    return {name: number for name, number in counts.items() if number}


async def fill(house: House, telegram_id: int, seed: int) -> dict[str, int]:
    """Rows of a member of every kind that there is; returns how many, by table."""
    await house.choose(telegram_id, seed)
    await house.members.change(
        telegram_id, chat_id=telegram_id, update=UpdateRef(1, seed + 1), screen="s", region="de"
    )
    followups = Followups(house.database, house.identity, clock=house.clock)
    await followups.note(telegram_id, UpdateRef(1, seed), Topic("linkedin.opt-out"), before=NOTHING)
    member_id = house.identity.member_id(telegram_id)
    boxes = {
        Sealed.CHAT: house.identity.seal_chat(member_id, telegram_id),
        Sealed.PROFILE: house.identity.seal(member_id, Profile().to_bytes()),
        Sealed.TEXT: house.identity.seal(member_id, b"a question"),
    }
    counts: dict[str, int] = {}
    async with house.database.write() as connection:
        for kind in reversed(PERSONAL):
            rows = await store.rows_of(connection, kind, member_id)
            if not rows:
                await fill_about(connection, kind, member_id, seed, boxes)
                rows = await store.rows_of(connection, kind, member_id)
            counts[kind.table.name] = len(rows)
    assert all(counts.values())
    return counts


def test_every_table_with_a_member_in_it_is_in_the_registry() -> None:
    listed = {(kind.table.name, kind.member) for kind in PERSONAL}
    for table in metadata.tables.values():
        for column in table.columns:
            points = any(key.column.table.name == "members" for key in column.foreign_keys)
            if "member" in column.name or "editor" in column.name or points:
                assert (table.name, column.name) in listed, (
                    f"{table.name}.{column.name} is missing in PERSONAL"
                )
            elif column.info.get("of_nobody"):
                continue
            elif isinstance(column.type, LargeBinary) or "sealed" in column.name:
                kind = next((one for one in PERSONAL if one.table is table), None)
                assert kind is not None, f"{table.name}.{column.name} holds bytes of nobody known"
                assert column.name in kind.sealed, f"{table.name}.{column.name} cannot be exported"


def test_every_kind_of_row_says_its_purpose_and_its_end() -> None:
    for kind in PERSONAL:
        assert kind.what
        assert kind.purpose
        assert kind.ends
        assert kind.born.table is kind.table
        assert not any(text.endswith(".") for text in (kind.what, kind.purpose, kind.ends))


def test_what_points_at_members_is_erased_before_them() -> None:
    assert PERSONAL[-1].table.name == "members"


async def test_after_forget_no_row_of_that_member_is_left_and_all_of_others(house: House) -> None:
    filled = await fill(house, ANNA, 10)
    of_ben = await fill(house, BEN, 20)
    assert filled.keys() == {kind.table.name for kind in PERSONAL}
    forgotten = await house.members.forget(ANNA, update=UpdateRef(1, 30))
    assert forgotten.first
    assert forgotten.rows == filled
    assert (await house.members.export(ANNA)).rows == {}
    assert await house.members.profile(ANNA) == Profile()
    assert {name: len(rows) for name, rows in (await house.members.export(BEN)).rows.items()} == of_ben


async def test_after_forget_no_byte_of_that_member_is_in_any_file(
    sqlite_database: Database, data_dir: Path
) -> None:
    house = await furnish(sqlite_database, data_dir)
    for number in range(30):
        await house.choose(ANNA, 100 + number, f"l{number}")
    await empty_log(sqlite_database)
    await fill(house, ANNA, 10)
    await fill(house, BEN, 20)
    assert len(traces(data_dir, house, ANNA)) >= 2, "the database and its log, else this test shows nothing"
    forgotten = await house.members.forget(ANNA, update=UpdateRef(1, 30))
    assert forgotten.log_emptied
    assert traces(data_dir, house, ANNA) == {}
    assert traces(data_dir, house, BEN) != {}


async def test_forget_reaches_the_copies_that_upgrades_left(
    sqlite_database: Database, data_dir: Path
) -> None:
    house = await furnish(sqlite_database, data_dir)
    await fill(house, ANNA, 10)
    await fill(house, BEN, 20)
    assert sqlite_database.path is not None
    copy = name_before_upgrade(sqlite_database.path, "0001", NOW)
    await copy_database(sqlite_database.path, copy)
    broken = name_before_upgrade(sqlite_database.path, "0000", NOW)
    broken.write_bytes(b"not a database, but perhaps once" + house.identity.member_id(ANNA))
    assert copy.name in traces(data_dir, house, ANNA)
    await house.members.forget(ANNA, update=None)
    assert traces(data_dir, house, ANNA) == {}
    assert not broken.exists()
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT count(*) FROM members").fetchone() == (1,)
        assert connection.execute("SELECT count(*) FROM handled").fetchone() == (4,)


async def test_forgetting_again_is_as_good_as_once(house: House) -> None:
    await fill(house, ANNA, 10)
    await house.members.forget(ANNA, update=UpdateRef(1, 30))
    again = await house.members.forget(ANNA, update=UpdateRef(1, 30))
    assert not again.first
    assert sum(again.rows.values()) == 0
    assert sum((await house.members.forget(BEN, update=UpdateRef(1, 31))).rows.values()) == 0


async def test_an_update_from_before_forget_that_comes_again_brings_nobody_back(house: House) -> None:
    await house.choose(ANNA, 10)
    await house.members.forget(ANNA, update=UpdateRef(1, 11))
    assert not await house.choose(ANNA, 10)
    assert await house.members.count() == 0


async def test_whoever_comes_back_after_forget_is_a_new_member(house: House) -> None:
    await house.choose(ANNA, 10)
    await house.members.forget(ANNA, update=UpdateRef(1, 11))
    house.clock.instant = NOW + timedelta(seconds=1)
    await house.choose(ANNA, 12, "fr")
    assert await house.members.replay_erasures() == 0, "what was made later is not erased"
    assert await house.members.profile(ANNA) == Profile(language="fr")


async def test_an_erasure_is_done_again_after_a_backup_was_put_back(data_dir: Path, tmp_path: Path) -> None:
    async with opened(sqlite_url(data_dir)) as database:
        house = await furnish(database, data_dir)
        filled = await fill(house, ANNA, 10)
        await fill(house, BEN, 20)
        assert database.path is not None
        await copy_database(database.path, tmp_path / "backup")
        house.clock.instant = NOW + timedelta(minutes=1)
        await house.members.forget(ANNA, update=UpdateRef(1, 30))
    shutil.copy(tmp_path / "backup", data_dir / "advisor.db")
    async with opened(sqlite_url(data_dir)) as database:
        house = await furnish(database, data_dir)
        assert traces(data_dir, house, ANNA) != {}
        assert await house.members.replay_erasures() == sum(filled.values())
        assert traces(data_dir, house, ANNA) == {}
        assert await house.members.count() == 1
        async with database.read() as connection:
            assert len((await connection.execute(select(handled))).all()) == 4


async def test_an_erasure_that_cannot_be_written_down_is_not_done(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled = await fill(house, ANNA, 10)
    house.register.path.mkdir()
    with pytest.raises(StorageDown, match="register"):
        await house.members.forget(ANNA, update=UpdateRef(1, 30))
    assert len((await house.members.export(ANNA)).rows) == len(filled)
    house.register.path.rmdir()
    assert (await house.members.forget(ANNA, update=UpdateRef(1, 30))).first


async def test_a_member_who_ended_by_time_leaves_no_byte(sqlite_database: Database, data_dir: Path) -> None:
    house = await furnish(sqlite_database, data_dir)
    await fill(house, ANNA, 10)
    await house.members.set_blocked(ANNA, True)  # else they would be told first
    await house.members.prune(NOW + service.MEMBERS_KEPT + timedelta(days=1))
    assert traces(data_dir, house, ANNA) == {}


def test_a_torn_line_in_the_register_costs_no_other_line(tmp_path: Path) -> None:
    register = ErasureRegister(tmp_path / "data.erased")
    first, second = Erasure(bytes(32), NOW), Erasure(bytes([1] * 32), NOW)
    register.add(first)
    with register.path.open("ab") as file:
        file.write(b"00ff tor")
    register.add(second)
    assert register.read() == [first, second]


def test_the_register_is_for_its_owner_alone_and_holds_no_raw_id(tmp_path: Path) -> None:
    register = ErasureRegister(tmp_path / "data.erased")
    register.add(Erasure(bytes(32), NOW))
    assert register.path.stat().st_mode & 0o777 == 0o600
    assert register.path.read_text() == f"{'00' * 32} 2026-11-27T12:00:00+00:00\n"


def test_the_register_forgets_what_no_backup_can_bring_back(tmp_path: Path) -> None:
    register = ErasureRegister(tmp_path / "data.erased")
    assert register.drop_old(NOW) == 0
    old, young = Erasure(bytes(32), NOW), Erasure(bytes([1] * 32), NOW + timedelta(days=30))
    register.add(old)
    register.add(young)
    assert register.drop_old(NOW + KEPT) == 0
    assert register.drop_old(NOW + KEPT + timedelta(days=1)) == 1
    assert register.read() == [young]
