"""The file for helpers holds what helps, and nothing that names anybody or opens anything."""

from __future__ import annotations

import asyncio
import json
import zipfile
from pathlib import Path

import pytest
from typer import Typer
from typer.testing import CliRunner, Result

from bot.cli.diagnostics import diagnostics
from bot.members.service import UpdateRef
from bot.upkeep.diagnostics import scrub, tell_log
from tests.knowledge import folders
from tests.support.databases import opened, sqlite_url
from tests.support.members import furnish

TOKEN = "987654321:" + "CanaryCanaryCanaryCanaryCanary12345"
MEMBER, CHAT = 111_222_333, -1_001_234_567_890
WORDS = "is it too late for my wedding photographs"
NAME, MAIL, SECRET = "Erika Mustermann", "erika@example.org", "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0MTI="


def run(folder: Path, env: dict[str, str], *more: str) -> Result:
    app = Typer()
    app.command()(diagnostics)
    return CliRunner().invoke(app, [str(folder / "d.zip"), *more], env=env)


def contents(folder: Path) -> dict[str, str]:
    with zipfile.ZipFile(folder / "d.zip") as bundle:
        return {name: bundle.read(name).decode() for name in bundle.namelist()}


@pytest.fixture
def env(tmp_path: Path, data_dir: Path) -> dict[str, str]:
    """An installation with a member in it, whose settings hold every kind of secret."""

    async def live() -> None:
        async with opened(sqlite_url(data_dir)) as database:
            house = await furnish(database, data_dir)
            change = house.members.change
            await change(MEMBER, chat_id=CHAT, update=UpdateRef(1, 77_000_001), screen="s", language="de")

    asyncio.run(live())
    return {
        "ADVISOR_DATA_DIR": str(data_dir),
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": "http://127.0.0.1:1",
        "ADVISOR_EDITORS": str(MEMBER),
        "ADVISOR_OPERATOR_NAME": NAME,
        "ADVISOR_OPERATOR_CONTACT": MAIL,
        "ADVISOR_HEALTH_LISTEN": "127.0.0.1:1",
        "ADVISOR_KNOWLEDGE_DIR": str(folders.write(tmp_path / "knowledge")),
        "ADVISOR_CACHE_DIR": str(tmp_path / "cache"),
        "ADVISOR_LOG_LEVEL": "DEBUG",
    }


def write_log(path: Path) -> None:
    at = "2026-11-27T12:00:00.123456Z"
    lines = [
        {"event": "started", "level": "info", "logger": "bot.app", "timestamp": at, "bot": MEMBER},
        {
            "event": "handler_failed",
            "kind": "ValueError",
            "text": WORDS,
            "logger": "bot.chat",
            "timestamp": at,
        },
        {"event": f"user {MEMBER} said {WORDS}", "logger": "other.library", "level": "warning"},
        {
            "event": "uncaught",
            "timestamp": WORDS,
            "exception": [
                f"builtins.ValueError: {WORDS}",
                f"  /home/{NAME}/bot/app.py:12 start",
                f"  | {WORDS}",
                f"{MEMBER}",
            ],
        },
        {"event": {"of": WORDS}, "level": ["x"], "exception": WORDS},
        [WORDS],
    ]
    path.write_text("\n".join([json.dumps(line) for line in lines] + [f"Traceback: {WORDS} {TOKEN}", "{"]))


def test_nothing_personal_and_no_secret_is_in_it(env: dict[str, str], tmp_path: Path, data_dir: Path) -> None:
    write_log(tmp_path / "log")
    done = run(tmp_path, env, "--log", str(tmp_path / "log"))
    assert done.exit_code == 0, done.output
    text = "\n".join(f"{name}\n{content}" for name, content in contents(tmp_path).items())
    key = data_dir.with_name("data.key").read_text().split(":")[-1].strip()
    for canary in (
        TOKEN,
        TOKEN.partition(":")[2],
        str(MEMBER),
        str(CHAT),
        str(-CHAT),
        WORDS,
        "wedding",
        NAME,
        MAIL,
        key,
        "77000001",
        str(tmp_path),
        str(data_dir),
    ):
        assert canary not in text, canary


def test_what_helps_is_in_it_and_it_is_not_overwritten(env: dict[str, str], tmp_path: Path) -> None:
    write_log(tmp_path / "log")
    run(tmp_path, env, "--log", str(tmp_path / "log"))
    assert (tmp_path / "d.zip").stat().st_mode & 0o777 == 0o600
    again = run(tmp_path, env)
    assert again.exit_code == 1
    assert "exists already" in again.stderr
    found = contents(tmp_path)
    parts = {name.partition(".")[0]: json.loads(text) for name, text in found.items() if "json" in name}
    assert parts["program"]["packages"]["SQLAlchemy"]
    assert parts["settings"]["ADVISOR_EDITORS"] == "set (1)"
    assert parts["settings"]["TELEGRAM_BOT_TOKEN"] == "set"
    assert parts["settings"]["ADVISOR_LOG_LEVEL"] == "DEBUG"
    assert parts["settings"]["ADVISOR_SEND_RATE"] == 30
    assert parts["database"]["rows"]["members"] == 1
    assert parts["database"]["form"]
    assert len(parts["knowledge"]["revision"]) == 64
    assert {"settings", "key", "token"} <= {finding["check"] for finding in parts["findings"]}
    assert "no bot answers here" in found["metrics.txt"]
    assert [line.get("event") for line in parts["log"]][:2] == ["started", "handler_failed"]
    assert parts["log"][1]["kind"] == "ValueError"
    assert parts["log"][3]["exception"][:2] == ["builtins.ValueError", "  app.py:12 start"]


def test_it_works_with_wrong_settings_and_before_the_first_start(tmp_path: Path) -> None:
    env = {
        "ADVISOR_DATA_DIR": str(tmp_path / "none"),
        "ADVISOR_SEND_RATE": "canary",
        "ADVISOR_HEALTH_LISTEN": "off",
        "ADVISOR_KNOWLEDGE_DIR": str(tmp_path / "nothing"),
    }
    assert run(tmp_path, env).exit_code == 0
    found = contents(tmp_path)
    assert "canary" not in "".join(found.values())
    assert json.loads(found["database.json"]) == {"kind": "sqlite", "error": "not there yet"}


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("/srv/anna/data can be written.", "(path) can be written."),
        ("http://user:pw@host:1/x does not answer", "(address) does not answer"),
        ("Telegram knows it as @library_bot.", "Telegram knows it as (address)."),
        ("process 1234567 has it", "process (number) has it"),
        ("key 0123456789abcdef is another", "key (number) is another"),
        ("3 errors in 14 days", "3 errors in 14 days"),
    ],
)
def test_a_sentence_keeps_its_sense_and_loses_its_places(text: str, clean: str) -> None:
    assert scrub(text, []) == clean


def test_of_a_log_only_the_last_lines_are_looked_at() -> None:
    assert len(tell_log(["{}"] * 2000)) == 500
