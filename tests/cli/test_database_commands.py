"""`advisor db` and `advisor members`."""

from __future__ import annotations

import base64
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import db, members
from bot.members.keys import parse_keys
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


def run(command: list[str], env: dict[str, str], *, stdin: str | None = None) -> Result:
    return CliRunner().invoke(db.app, command, env=env, input=stdin)


def test_a_backup_is_verified_proved_and_restored(env: dict[str, str], tmp_path: Path) -> None:
    run(["upgrade"], env)
    backup = str(tmp_path / "b")
    assert run(["backup", backup], env).exit_code == 0
    for command in (["verify", backup], ["prove", backup], ["prove"]):
        done = run(command, env)
        assert done.exit_code == 0, done.output
    done = run(["restore", backup], env)
    assert done.exit_code == 0
    assert "The database as it was" in done.output


def test_a_damaged_backup_ends_every_command_with_1_and_one_line(env: dict[str, str], tmp_path: Path) -> None:
    run(["upgrade"], env)
    backup = tmp_path / "b"
    run(["backup", str(backup)], env)
    backup.write_bytes(backup.read_bytes()[:-9] + b"something")
    for command in ("verify", "prove", "restore"):
        done = run([command, str(backup)], env)
        assert done.exit_code == 1
        assert "is damaged" in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_restore_is_refused_while_the_bot_runs(env: dict[str, str], tmp_path: Path) -> None:
    run(["upgrade"], env)
    run(["backup", str(tmp_path / "b")], env)
    with ProcessLock(tmp_path / "new" / "data" / "advisor.db"):
        done = run(["restore", str(tmp_path / "b")], env)
    assert done.exit_code == 1
    assert "stop that one first" in done.stderr


def make_late(database: Path) -> None:
    """A reminder whose time is long past."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(
            "INSERT INTO reminders (member_id, kind, points_at, rule, wall, zone, state, next_due, made_at,"
            " changed_at) VALUES (zeroblob(32), 'series', 'linkedin', '1d', '2020-01-01T09:00:00', 'UTC',"
            " 'active', 1577869200000000, 1, 1)"
        )
        connection.commit()


@pytest.mark.parametrize(
    ("options", "stdin", "code"),
    [
        (["--late", "skip"], None, 0),
        (["--late", "send"], None, 0),
        ([], "skip\n", 0),
        ([], "what?\nsend\n", 0),
        ([], "", 2),
    ],
)
def test_late_reminders_are_asked_about_and_scripts_say_it(
    env: dict[str, str], tmp_path: Path, options: list[str], stdin: str | None, code: int
) -> None:
    run(["upgrade"], env)
    make_late(tmp_path / "new" / "data" / "advisor.db")
    run(["backup", str(tmp_path / "b")], env)
    done = run(["restore", str(tmp_path / "b"), *options], env, stdin=stdin)
    assert done.exit_code == code
    assert ("1 reminders became late" in done.stderr) == (not options)
    if code:
        assert "--late send or --late skip" in done.stderr
        assert "Nothing was changed" in done.stderr
        assert not list((tmp_path / "new" / "data").glob("*restor*"))


def test_a_database_is_copied_and_the_target_is_not_overwritten(env: dict[str, str], tmp_path: Path) -> None:
    run(["upgrade"], env)
    make_late(tmp_path / "new" / "data" / "advisor.db")
    source = f"sqlite:///{tmp_path / 'new' / 'data' / 'advisor.db'}"
    (tmp_path / "url").write_text(f"sqlite:///{tmp_path / 'other.db'}\n")
    first, second = (run(["copy", source, f"@{tmp_path / 'url'}"], env) for _ in range(2))
    assert first.exit_code == 0
    assert "Copied: 1 rows" in first.output
    assert second.exit_code == 1
    assert "not empty" in second.stderr


@pytest.mark.parametrize(
    ("urls", "says"),
    [
        (("mysql://a", "sqlite:///b"), "no URL of a database"),
        (("@nowhere", "sqlite:///b"), "cannot be read"),
        (("sqlite:///b", "sqlite:///b"), "the same database"),
    ],
)
def test_copying_what_is_no_database_is_wrong_use(
    env: dict[str, str], urls: tuple[str, str], says: str
) -> None:
    done = run(["copy", *urls], env)
    assert done.exit_code == 2
    assert says in done.stderr


def test_copying_from_nothing_is_said(env: dict[str, str], tmp_path: Path) -> None:
    done = run(["copy", f"sqlite:///{tmp_path / 'none'}", f"sqlite:///{tmp_path / 'b'}"], env)
    assert done.exit_code == 1
    assert "no database at" in done.stderr


def test_members_are_moved_to_a_new_key_once(env: dict[str, str], tmp_path: Path) -> None:
    run(["upgrade"], env)
    key = tmp_path / "new" / "data.key"
    old, new = (base64.b64encode(bytes([number] * 32)).decode() for number in (1, 2))
    key.write_text(f"1:{old}\n")
    with closing(sqlite3.connect(tmp_path / "new" / "data" / "advisor.db")) as connection:
        fingerprint = parse_keys(f"1:{old}").newest.fingerprint
        connection.execute("INSERT INTO installation VALUES ('key_fingerprint', ?)", (fingerprint,))
        connection.commit()
    before = CliRunner().invoke(members.app, ["rekey"], env=env)
    key.write_text(f"2:{new}\n1:{old}\n")
    with ProcessLock(tmp_path / "new" / "data" / "advisor.db"):
        refused = CliRunner().invoke(members.app, ["rekey"], env=env)
    done = CliRunner().invoke(members.app, ["rekey"], env=env)
    assert (before.exit_code, refused.exit_code, done.exit_code) == (0, 1, 0)
    assert "Nothing to do" in before.output
    assert "in use by process" in refused.stderr
    assert "0 members have the first key now" in done.output
    assert "Keep the old key" in done.output


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
