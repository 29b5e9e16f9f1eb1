"""`advisor db` and `advisor members`."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import db, members
from bot.storage.locking import ProcessLock


@pytest.fixture
def env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.chdir(tmp_path)
    return {"ADVISOR_DATA_DIR": str(tmp_path / "new" / "data")}


def test_upgrade_makes_the_database_and_does_nothing_the_second_time(env: dict[str, str]) -> None:
    first, second = (CliRunner().invoke(db.app, ["upgrade"], env=env) for _ in range(2))
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "Upgraded from nothing" in first.output
    assert "Nothing to do" in second.output


def test_upgrade_is_refused_while_the_bot_runs(env: dict[str, str], tmp_path: Path) -> None:
    CliRunner().invoke(db.app, ["upgrade"], env=env)
    with ProcessLock(tmp_path / "new" / "data" / "advisor.db"):
        result = CliRunner().invoke(db.app, ["upgrade"], env=env)
    assert result.exit_code == 1
    assert "in use by process" in result.stderr


def test_upgrade_says_when_the_folder_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = CliRunner().invoke(
        db.app, ["upgrade"], env={"ADVISOR_DATA_DIR": str(tmp_path / "file" / "data")}
    )
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1


def test_backup_copies_while_the_bot_runs_and_overwrites_nothing(env: dict[str, str], tmp_path: Path) -> None:
    CliRunner().invoke(db.app, ["upgrade"], env=env)
    target = tmp_path / "backup.db"
    with ProcessLock(tmp_path / "new" / "data" / "advisor.db"):
        good = CliRunner().invoke(db.app, ["backup", str(target)], env=env)
    assert good.exit_code == 0
    assert "key" in good.output
    with closing(sqlite3.connect(target)) as copy:
        assert copy.execute("SELECT count(*) FROM members").fetchone() == (0,)
    again = CliRunner().invoke(db.app, ["backup", str(target)], env=env)
    assert again.exit_code == 1
    assert "exists already" in again.stderr


def test_backup_of_nothing_is_said(env: dict[str, str], tmp_path: Path) -> None:
    result = CliRunner().invoke(db.app, ["backup", str(tmp_path / "b")], env=env)
    assert result.exit_code == 1
    assert "no database" in result.stderr


def test_backup_of_postgresql_is_left_to_its_own_tools(tmp_path: Path) -> None:
    env = {"ADVISOR_DATABASE_URL": "postgresql://bot@127.0.0.1/bot"}
    result = CliRunner().invoke(db.app, ["backup", str(tmp_path / "b")], env=env)
    assert result.exit_code == 2
    assert "pg_dump" in result.stderr


def test_members_are_counted_also_before_the_first_start(env: dict[str, str]) -> None:
    before = CliRunner().invoke(members.app, ["count"], env=env)
    CliRunner().invoke(db.app, ["upgrade"], env=env)
    after = CliRunner().invoke(members.app, ["count"], env=env)
    assert (before.output, after.output) == ("0\n", "0\n")


def test_members_of_a_database_that_is_gone_cannot_be_counted() -> None:
    env = {"ADVISOR_DATABASE_URL": "postgresql://bot@127.0.0.1:1/bot"}
    result = CliRunner().invoke(members.app, ["count"], env=env)
    assert result.exit_code == 1
    assert "advisor doctor" in result.stderr


def test_wrong_settings_end_a_command_with_a_line_each(env: dict[str, str]) -> None:
    wrong = env | {"ADVISOR_SEND_RATE": "x", "TELEGRAM_BOT_TOKEN": "canary"}
    result = CliRunner().invoke(db.app, ["upgrade"], env=wrong)
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 2
    assert "canary" not in result.stderr
