"""A backup comes back: whole, only here, without those who were erased, and with late reminders settled."""

from __future__ import annotations

import asyncio
import base64
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from bot.members.erasures import ErasureRegister
from bot.members.keys import read_keys
from bot.members.service import UpdateRef
from bot.ops import failpoints
from bot.reminders.late import Late
from bot.reminders.model import Plan, State
from bot.reminders.rules import Once, from_text
from bot.reminders.service import Reminders
from bot.storage.backing_up import back_up, last_backup
from bot.storage.copying import copies_before_upgrades
from bot.storage.digests import Digest, differences, digest_tables
from bot.storage.engine import Database, normal_url, visiting_engine
from bot.storage.faults import StorageRefused
from bot.storage.locking import InUse
from bot.storage.manifest import BackupRefused, read_manifest, write_manifest
from bot.storage.tables import deliveries, leases, metadata, reminders
from bot.upkeep.restoring import Home, Restored, read_backup, restore
from tests.support.databases import NOW, opened
from tests.support.members import House, furnish
from tests.support.rows import fill_everything, row_of

ANNA, BEN = 111_222_333, 444_555_666
LATER = NOW + timedelta(days=1)


def home_of(url: str, data_dir: Path) -> Home:
    return Home(
        url=url,
        file=data_dir / "advisor.db" if url.startswith("sqlite") else None,
        keys=read_keys(data_dir.with_name("data.key")),
        register=ErasureRegister(data_dir.with_name("data.erased")),
        folder=data_dir,
    )


def files_with(name: bytes, folder: Path) -> list[str]:
    """In which files a name stands; dumps are packed, and out of reach anyway."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if name in path.read_bytes()]


def files_named(word: str, folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if word in path.name]


def copy_files(source: Path, target: Path) -> None:
    target.mkdir(exist_ok=True)
    for path in source.glob("advisor.db*"):
        shutil.copy(path, target / path.name)


def damage(backup: Path) -> None:
    backup.write_bytes(backup.read_bytes()[:-7] + b"damaged")


def never(count: int) -> Late:
    raise AssertionError("nothing became late, so nobody is to be asked")


@asynccontextmanager
async def living(url: str, data_dir: Path, at: datetime = NOW) -> AsyncIterator[House]:
    """The installation while a bot has it."""
    async with opened(url) as database:
        house = await furnish(database, data_dir)
        house.clock.instant = at
        yield house


async def put_back(
    backup: Path, url: str, data_dir: Path, *, late: Late | None = None, now: datetime = LATER
) -> Restored:
    home = home_of(url, data_dir)
    manifest = await read_backup(backup, home, now=now)
    return await restore(
        backup, home, manifest, now=now, choose=never if late is None else lambda count: late
    )


async def tables_of(url: str) -> dict[str, Digest]:
    engine = visiting_engine(normal_url(url))
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(digest_tables)
    finally:
        await engine.dispose()


async def test_what_comes_back_is_what_was_backed_up(
    database_url: str, data_dir: Path, tmp_path: Path
) -> None:
    backup = tmp_path / "b"
    async with living(database_url, data_dir) as house:
        await house.choose(ANNA, 1)
        async with house.database.write() as connection:
            await fill_everything(connection, rows=3, without=[])
        made = await back_up(database_url, backup, now=NOW)
        await house.choose(BEN, 2)
    done = await put_back(backup, database_url, data_dir)
    found = await tables_of(database_url)
    processes = {table.name for table in metadata.sorted_tables if table.info.get("of_a_process")}
    expected = {name: digest for name, digest in made.tables.items() if name not in processes}
    left_out = processes | {"installation"}  # which remembers the backup
    assert not differences(
        {name: expected[name] for name in expected.keys() - left_out},
        {name: found[name] for name in found.keys() - left_out},
    )
    async with living(database_url, data_dir, LATER) as house:
        assert (await house.members.profile(ANNA)).language == "de"
        assert (await house.members.profile(BEN)).language is None
        assert await last_backup(house.database) == NOW
        async with house.database.read() as connection:
            assert (await connection.execute(select(leases))).all() == []
    assert done.kept is not None
    assert done.kept.exists()


async def test_an_erased_member_stays_erased_after_an_older_backup_came_back(
    database_url: str, data_dir: Path, tmp_path: Path
) -> None:
    async with living(database_url, data_dir) as house:
        await house.choose(ANNA, 1)
        await house.choose(BEN, 2)
        await back_up(database_url, tmp_path / "b", now=NOW)
    async with living(database_url, data_dir, NOW + timedelta(hours=1)) as house:
        await house.members.forget(ANNA, update=UpdateRef(1, 3))
    done = await put_back(tmp_path / "b", database_url, data_dir)
    assert done.erased == 2  # the member, and the mark of the update that made them
    async with living(database_url, data_dir, LATER) as house:
        assert (await house.members.export(ANNA)).rows == {}
        assert await house.members.count() == 1
        name = house.identity.member_id(ANNA)
    assert not files_with(name, data_dir)


async def test_the_kept_copy_is_within_reach_of_later_erasures(
    sqlite_database: Database, data_dir: Path, tmp_path: Path
) -> None:
    url = f"sqlite:///{data_dir / 'advisor.db'}"
    house = await furnish(sqlite_database, data_dir)
    await house.choose(ANNA, 1)
    await back_up(url, tmp_path / "b", now=NOW)
    await sqlite_database.close()
    done = await put_back(tmp_path / "b", url, data_dir)
    assert copies_before_upgrades(data_dir / "advisor.db") == [done.kept]
    async with living(url, data_dir, LATER) as house:
        await house.members.forget(ANNA, update=None)
        name = house.identity.member_id(ANNA)
    assert not files_with(name, data_dir)


async def _remind(house: House, rule: str, wall: datetime, update_id: int) -> int:
    service = Reminders(house.database, house.identity, house.members, clock=house.clock)
    plan = Plan("linkedin", from_text(rule) if rule else Once(), wall, "UTC")
    made = await service.make(ANNA, plan, chat_id=ANNA, update=UpdateRef(1, update_id))
    assert made.reminder is not None
    return made.reminder.id


@pytest.mark.parametrize("late", list(Late))
async def test_reminders_that_became_late_are_sent_with_a_mark_or_passed_over(
    database_url: str, data_dir: Path, tmp_path: Path, late: Late
) -> None:
    wall = NOW.replace(tzinfo=None) + timedelta(hours=2)
    async with living(database_url, data_dir) as house:
        once = await _remind(house, "", wall, 1)
        weekly = await _remind(house, "1w:fr", wall, 2)
        future = await _remind(house, "", wall + timedelta(days=30), 3)
        waiting = row_of(deliveries, 500) | {
            "kind": "reminder",
            "member_id": house.identity.member_id(ANNA),
            "state": "due",
            "repeats": 0,
            "subject": str(weekly),
        }
        async with house.database.write() as connection:
            await connection.execute(insert(deliveries).values(waiting))
        await back_up(database_url, tmp_path / "b", now=NOW)
    asked: list[int] = []
    home = home_of(database_url, data_dir)
    manifest = await read_backup(tmp_path / "b", home, now=LATER)

    def choose(count: int) -> Late:
        asked.append(count)
        return late

    done = await restore(tmp_path / "b", home, manifest, now=LATER, choose=choose)
    assert asked == [3] == [done.late]
    async with opened(database_url) as database, database.read() as connection:
        rows = (await connection.execute(select(deliveries))).all()
        states = {row.id: row for row in (await connection.execute(select(reminders))).all()}
    assert len(rows) == 3
    if late is Late.SEND:
        assert {row.state for row in rows} == {"due"}
        assert {row.repeats for row in rows} == {1}, "it may have been sent after the backup, and says so"
    else:
        assert {(row.state, row.error) for row in rows} == {("skipped", "too late")}
    assert states[once].state == State.ENDED
    assert (states[weekly].state, states[weekly].next_due) == (
        State.ACTIVE,
        NOW + timedelta(days=7, hours=2),
    )
    assert states[future].next_due == NOW + timedelta(days=30, hours=2)


async def test_a_damaged_backup_changes_nothing(database_url: str, data_dir: Path, tmp_path: Path) -> None:
    async with living(database_url, data_dir) as house:
        await back_up(database_url, tmp_path / "b", now=NOW)
        await house.choose(ANNA, 1)
    damage(tmp_path / "b")
    with pytest.raises(BackupRefused, match="damaged"):
        await put_back(tmp_path / "b", database_url, data_dir)
    async with living(database_url, data_dir) as house:
        assert await house.members.count() == 1


async def test_a_backup_of_another_key_or_a_newer_program_is_refused(
    database_url: str, data_dir: Path, tmp_path: Path
) -> None:
    async with living(database_url, data_dir):
        made = await back_up(database_url, tmp_path / "b", now=NOW)
    write_manifest(tmp_path / "b", replace(made, schema="9999"))
    with pytest.raises(BackupRefused, match="newer Privacy Advisor"):
        await put_back(tmp_path / "b", database_url, data_dir)
    write_manifest(tmp_path / "b", made)
    key = data_dir.with_name("data.key")
    key.write_text("1:" + base64.b64encode(bytes(32)).decode())
    with pytest.raises(BackupRefused, match="belongs to another key"):
        await put_back(tmp_path / "b", database_url, data_dir)
    key.unlink()
    with pytest.raises(BackupRefused, match="belongs to another key"):
        await put_back(tmp_path / "b", database_url, data_dir)


async def test_a_backup_of_the_other_kind_of_database_is_refused(
    database_url: str, data_dir: Path, tmp_path: Path
) -> None:
    async with living(database_url, data_dir):
        await back_up(database_url, tmp_path / "b", now=NOW)
    home = home_of(database_url, data_dir)
    other = replace(home, file=None if home.file is not None else data_dir / "advisor.db")
    with pytest.raises(BackupRefused, match="advisor db copy"):
        await read_backup(tmp_path / "b", other, now=NOW)


async def test_a_backup_of_the_old_key_comes_back_under_the_new_one(
    database_url: str, data_dir: Path, tmp_path: Path
) -> None:
    async with living(database_url, data_dir) as house:
        await house.choose(ANNA, 1)
        await house.choose(BEN, 2)
        await back_up(database_url, tmp_path / "b", now=NOW)
    async with living(database_url, data_dir, NOW + timedelta(hours=1)) as house:
        await house.members.forget(BEN, update=None)
    key = data_dir.with_name("data.key")
    key.write_text(f"2:{base64.b64encode(bytes(32)).decode()}\n{key.read_text()}")
    done = await put_back(tmp_path / "b", database_url, data_dir)
    assert done.rekeyed == 1
    async with living(database_url, data_dir, LATER) as house:
        assert (await house.members.profile(ANNA)).language == "de"
        assert await house.members.count() == 1


@pytest.mark.postgres
async def test_on_postgresql_a_connected_bot_is_noticed(
    postgres_only: Database, data_dir: Path, tmp_path: Path
) -> None:
    url = postgres_only.url.render_as_string(hide_password=False)
    await furnish(postgres_only, data_dir)
    await back_up(url, tmp_path / "b", now=NOW)
    async with postgres_only.read():
        with pytest.raises(InUse, match="stop all of them first"):
            await put_back(tmp_path / "b", url, data_dir)


@pytest.mark.postgres
async def test_on_postgresql_a_dump_that_cannot_be_loaded_leaves_everything(
    postgres_only: Database, data_dir: Path, tmp_path: Path
) -> None:
    url = postgres_only.url.render_as_string(hide_password=False)
    house = await furnish(postgres_only, data_dir)
    await back_up(url, tmp_path / "b", now=NOW)
    await house.choose(ANNA, 1)
    async with postgres_only.write() as connection:  # not ours, and in the way of the dump
        await connection.exec_driver_sql("CREATE TABLE theirs (a int)")
        await connection.exec_driver_sql("CREATE INDEX theirs_a ON theirs (a)")
    await postgres_only.close()
    made = read_manifest(tmp_path / "b")
    async with opened(url) as database, database.write() as connection:
        await connection.exec_driver_sql("ALTER INDEX ix_members_seen_on RENAME TO other")
        await connection.exec_driver_sql("ALTER INDEX theirs_a RENAME TO ix_members_seen_on")
    with pytest.raises(StorageRefused, match="psql fails"):
        await put_back(tmp_path / "b", url, data_dir)
    async with opened(url, migrated=False) as database:
        assert await (await furnish(database, data_dir)).members.count() == 1
    assert made.tables["members"].rows == 0


async def test_a_copy_from_before_an_upgrade_can_be_put_back_without_a_manifest(
    sqlite_database: Database, data_dir: Path, tmp_path: Path
) -> None:
    url = f"sqlite:///{data_dir / 'advisor.db'}"
    house = await furnish(sqlite_database, data_dir)
    await house.choose(ANNA, 1)
    await sqlite_database.close()
    shutil.copy(data_dir / "advisor.db", tmp_path / "b")
    (data_dir / "advisor.db").write_bytes(b"no database any more" * 1000)
    home = home_of(url, data_dir)
    manifest = await read_backup(tmp_path / "b", home, now=NOW, without_manifest=True)
    done = await restore(tmp_path / "b", home, manifest, now=NOW, choose=never)
    assert done.kept is not None
    assert done.kept.read_bytes().startswith(b"no database any more")
    async with living(url, data_dir) as house:
        assert await house.members.count() == 1


async def test_a_log_that_was_left_by_a_crash_is_not_played_into_what_comes_back(
    sqlite_database: Database, data_dir: Path, tmp_path: Path
) -> None:
    url = f"sqlite:///{data_dir / 'advisor.db'}"
    house = await furnish(sqlite_database, data_dir)
    await house.choose(ANNA, 1)
    await back_up(url, tmp_path / "b", now=NOW)
    for number in range(20):
        await house.choose(BEN + number, 10 + number)
    copy_files(data_dir, tmp_path / "crashed")  # as after kill -9, with its log
    await sqlite_database.close()
    copy_files(tmp_path / "crashed", data_dir)
    done = await put_back(tmp_path / "b", url, data_dir)
    async with living(url, data_dir, LATER) as house:
        assert await house.members.count() == 1
    assert done.kept is not None
    with closing(sqlite3.connect(done.kept)) as kept:
        assert kept.execute("SELECT count(*) FROM members").fetchone() == (21,), "what was there is whole"
        assert kept.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.slow
async def test_a_restore_that_is_killed_leaves_one_or_the_other_and_can_be_done_again(
    sqlite_database: Database, data_dir: Path, tmp_path: Path
) -> None:
    url = f"sqlite:///{data_dir / 'advisor.db'}"
    house = await furnish(sqlite_database, data_dir)
    await house.choose(ANNA, 1)
    await back_up(url, tmp_path / "b", now=NOW)
    await house.choose(BEN, 2)
    await sqlite_database.close()
    for step, members in (("restore.prepared", 2), ("restore.kept", 2), ("restore.done", 1)):
        killed = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "bot", "db", "restore", str(tmp_path / "b")],
            env=os.environ | {"ADVISOR_DATA_DIR": str(data_dir), "ADVISOR_FAILPOINT": f"{step}:1"},
            capture_output=True,
            check=False,
        )
        assert killed.returncode == failpoints.EXIT_CODE, killed.stderr
        async with living(url, data_dir) as house:
            assert await house.members.count() == members, step
    done = await put_back(tmp_path / "b", url, data_dir)
    assert done.kept is not None
    assert not files_named("restoring", data_dir)
    async with living(url, data_dir) as house:
        assert await house.members.count() == 1
