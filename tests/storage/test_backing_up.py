"""Backups: of one moment while others write, whole or not there, and a damaged one is found."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from bot.storage import postgres_tools
from bot.storage.backing_up import back_up, describe_file, last_backup, note_backup, open_file, verify
from bot.storage.digests import differences, digest_tables
from bot.storage.engine import Database, normal_url
from bot.storage.faults import StorageDown, StorageRefused
from bot.storage.manifest import BackupRefused, manifest_path, read_manifest, write_manifest
from bot.storage.tables import installation, receive_state
from bot.upkeep.proving import prove
from tests.support.databases import NOW, sqlite_url
from tests.support.rows import fill_everything


def address(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)


class Writers:
    """Three who write all the time, always both sides of a pair in one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stop = asyncio.Event()
        self._news = asyncio.Condition()
        self.pairs = 0

    async def until(self, pairs: int) -> None:
        """Wait until so many pairs are written."""
        async with self._news:
            await self._news.wait_for(lambda: self.pairs >= pairs)

    async def __aenter__(self) -> Writers:
        async with self._database.write() as connection:
            await connection.execute(insert(receive_state), [{"bot_id": bot} for bot in (100, 101, 102)])
        self._tasks = [asyncio.create_task(self._write(bot)) for bot in (100, 101, 102)]
        return self

    async def __aexit__(self, *fault: object) -> None:
        self._stop.set()
        await asyncio.gather(*self._tasks)

    async def _write(self, bot: int) -> None:
        number = 0
        while not self._stop.is_set():
            number += 1
            async with self._database.write() as connection:
                pair = [{"name": f"{side}{bot}.{number}", "value": "x"} for side in ("left", "right")]
                await connection.execute(insert(installation), pair)
                await connection.execute(
                    update(receive_state).where(receive_state.c.bot_id == bot).values(high_water=number)
                )
            async with self._news:
                self.pairs += 1
                self._news.notify_all()


def beside(backup: Path) -> list[str]:
    """The names of the files that begin like a backup's."""
    return sorted(path.name for path in backup.parent.glob(f"{backup.name}*"))


async def test_a_backup_under_load_comes_back_equal_to_what_the_database_had(
    database: Database, tmp_path: Path
) -> None:
    async with database.write() as connection:
        await fill_everything(connection, rows=20)
    async with Writers(database) as writers:
        await writers.until(9)
        made = await back_up(address(database), tmp_path / "backup", now=NOW)
        await writers.until(writers.pairs + 1)  # they go on afterwards
    assert made.tables["installation"].rows % 2 == 0, "a pair was torn apart"
    assert made.tables["installation"].rows >= 20 + 2 * 9
    assert await prove(tmp_path / "backup", address(database), now=NOW) == made


async def test_a_backup_says_what_it_is_and_holds_no_key(database: Database, tmp_path: Path) -> None:
    async with database.write() as connection:
        await connection.execute(insert(installation).values(name="key_fingerprint", value="00ff"))
    made = await back_up(address(database), tmp_path / "backup", now=NOW)
    read = read_manifest(tmp_path / "backup")
    assert read == made
    assert (read.made_at, read.key_fingerprint, read.tables["installation"].rows) == (NOW, "00ff", 1)
    assert beside(tmp_path / "backup") == ["backup", "backup.manifest.json"]
    assert {(tmp_path / name).stat().st_mode & 0o777 for name in beside(tmp_path / "backup")} == {0o600}


async def test_a_backup_can_be_opened_without_any_file_beside_it(
    sqlite_database: Database, tmp_path: Path
) -> None:
    made = await back_up(address(sqlite_database), tmp_path / "b", now=NOW)
    with open_file(tmp_path / "b") as connection:
        assert differences(made.tables, digest_tables(connection)) == []
    assert beside(tmp_path / "b") == ["b", "b.manifest.json"]


@pytest.mark.parametrize("place", [0, 0.3, 0.6, 0.999])
async def test_a_backup_with_one_wrong_byte_is_found(
    sqlite_database: Database, tmp_path: Path, place: float
) -> None:
    backup = tmp_path / "b"
    await back_up(address(sqlite_database), backup, now=NOW)
    await verify(backup)
    data = bytearray(backup.read_bytes())
    data[int(place * len(data))] ^= 1
    backup.write_bytes(data)
    with pytest.raises(BackupRefused, match="damaged"):
        await verify(backup)


async def test_a_backup_that_is_cut_off_or_without_manifest_is_found(
    database: Database, tmp_path: Path
) -> None:
    backup = tmp_path / "b"
    await back_up(address(database), backup, now=NOW)
    whole = backup.read_bytes()
    backup.write_bytes(whole[:-1])
    with pytest.raises(BackupRefused, match="should have"):
        await verify(backup)
    backup.write_bytes(whole)
    text = manifest_path(backup).read_text()
    for wrong in ("", "{", "[]", text.replace('"format": 1', '"format": 2'), text.replace("+00:00", "")):
        manifest_path(backup).write_text(wrong)
        with pytest.raises(BackupRefused):
            await verify(backup)
    manifest_path(backup).unlink()
    with pytest.raises(BackupRefused, match="is missing"):
        await verify(backup)


async def test_a_backup_of_which_the_manifest_speaks_otherwise_does_not_prove(
    sqlite_database: Database, tmp_path: Path
) -> None:
    async with sqlite_database.write() as connection:
        await fill_everything(connection, rows=2)
    backup = tmp_path / "b"
    made = await back_up(address(sqlite_database), backup, now=NOW)
    other = replace(made.tables["members"], sha256="0" * 64)
    write_manifest(backup, replace(made, tables=dict(made.tables) | {"members": other}))
    with pytest.raises(BackupRefused, match="members has the same number of rows with other contents"):
        await prove(backup, address(sqlite_database), now=NOW)


async def test_nothing_is_overwritten(database: Database, tmp_path: Path) -> None:
    (tmp_path / "b").write_text("precious")
    with pytest.raises(StorageRefused, match="exists already"):
        await back_up(address(database), tmp_path / "b", now=NOW)
    assert (tmp_path / "b").read_text() == "precious"
    assert beside(tmp_path / "b") == ["b"]


async def test_a_folder_that_is_not_there_is_said(database: Database, tmp_path: Path) -> None:
    with pytest.raises(StorageRefused, match="name another place"):
        await back_up(address(database), tmp_path / "none" / "b", now=NOW)


async def test_a_database_without_tables_is_said(database_url: str, tmp_path: Path, data_dir: Path) -> None:
    (data_dir / "advisor.db").touch()
    with pytest.raises(StorageRefused, match="nothing to back up"):
        await back_up(database_url, tmp_path / "b", now=NOW)


async def test_a_database_that_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(StorageDown):
        await back_up(sqlite_url(tmp_path / "none"), tmp_path / "b", now=NOW)
    assert beside(tmp_path / "b") == []


async def test_an_interrupted_backup_leaves_nothing_and_the_next_one_is_whole(
    sqlite_database: Database, tmp_path: Path
) -> None:
    async with sqlite_database.write() as connection:
        big = {"name": "big", "value": "x" * 200}
        await connection.execute(insert(installation), [big | {"name": f"{n}"} for n in range(20_000)])
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()

    def told(what: str, done: int, total: int) -> None:
        if what == "copying" and done < total:
            loop.call_soon_threadsafe(begun.set)

    running = asyncio.create_task(back_up(address(sqlite_database), tmp_path / "b", now=NOW, progress=told))
    await begun.wait()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    if running.cancelled():  # else it was done before the wish came through
        assert beside(tmp_path / "b") == []
        await back_up(address(sqlite_database), tmp_path / "b", now=NOW)
    await verify(tmp_path / "b")


async def test_a_backup_that_was_killed_is_not_taken_for_one(
    sqlite_database: Database, data_dir: Path, tmp_path: Path
) -> None:
    await sqlite_database.close()
    for step in ("backup.copied", "backup.published"):
        backup = tmp_path / step
        env = {"ADVISOR_DATA_DIR": str(data_dir), "ADVISOR_FAILPOINT": f"{step}:1"}
        command = [sys.executable, "-m", "bot", "db", "backup", str(backup)]
        process = await asyncio.to_thread(
            subprocess.run, command, env=os.environ | env, capture_output=True, check=False
        )
        assert process.returncode == 137
        if step == "backup.copied":
            assert not backup.exists()
            await back_up(sqlite_url(data_dir), backup, now=NOW)
        await verify(backup)


async def test_the_database_remembers_its_last_backup(database: Database) -> None:
    assert await last_backup(database) is None
    for days in (0, 7):
        await note_backup(address(database), NOW + timedelta(days=days))
    assert await last_backup(database) == NOW + timedelta(days=7)


async def test_a_copy_without_manifest_is_described_from_itself(
    sqlite_database: Database, tmp_path: Path
) -> None:
    made = await back_up(address(sqlite_database), tmp_path / "b", now=NOW)
    assert describe_file(tmp_path / "b", NOW).tables == made.tables
    (tmp_path / "c").write_bytes(b"a letter to my aunt\n" * 100)
    with pytest.raises(BackupRefused, match="no database of ours"):
        describe_file(tmp_path / "c", NOW)


@pytest.mark.postgres
async def test_a_missing_or_old_pg_dump_is_said_with_the_package_to_install(
    postgres_only: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StorageRefused, match=r"pg_dump is missing: install postgresql-client-\d+"):
        await back_up(address(postgres_only), tmp_path / "b", now=NOW)
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n")
    old.chmod(0o755)
    with pytest.raises(StorageRefused, match="of version 9 and the server of version"):
        await back_up(address(postgres_only), tmp_path / "b", now=NOW)
    assert beside(tmp_path / "b") == []


def test_a_password_goes_by_the_environment_and_not_by_the_list_of_processes() -> None:
    found = postgres_tools._environment(normal_url("postgresql://u:canary@h:6/d?ssl=require"))
    named = {name: found[name] for name in found if name.startswith("PG")}
    assert named == {
        "PGHOST": "h",
        "PGPORT": "6",
        "PGUSER": "u",
        "PGPASSWORD": "canary",
        "PGDATABASE": "d",
        "PGSSLMODE": "require",
        "PGAPPNAME": "privacy-advisor-upkeep",
        "PGCONNECT_TIMEOUT": "10",
    }


async def test_the_manifest_is_plain_json(sqlite_database: Database, tmp_path: Path) -> None:
    await back_up(address(sqlite_database), tmp_path / "b", now=NOW)
    values = json.loads(manifest_path(tmp_path / "b").read_text())
    assert values["made_at"] == "2026-11-27T12:00:00+00:00"
    assert values["tables"]["members"].keys() == {"rows", "sha256"}
