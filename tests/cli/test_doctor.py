"""`advisor doctor` names each thing that is wrong with its mend, all at once."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import insert
from typer import Typer
from typer.testing import CliRunner

from bot.cli import checks
from bot.cli.checks import Finding, examine
from bot.cli.doctor import doctor
from bot.knowledge.load import load
from bot.storage import engine
from bot.storage.backing_up import note_backup
from bot.storage.tables import deliveries, installation
from tests.support.databases import opened, server, sqlite_url
from tests.support.members import furnish
from tests.support.rows import row_of

TOKEN = "1234567890:" + "AbCdEfGhIjKlMnOpQrStUvWxYz_-0123456"


class Api:
    """A Bot API server that knows one bot, with a clock of its own."""

    def __init__(self) -> None:
        self.off = timedelta()
        self.status = 200
        self.body = '{"ok":true,"result":{"id":1,"is_bot":true,"username":"advisor_bot"}}'
        self.server: TestServer

    async def answer(self, request: web.Request) -> web.Response:
        if request.path != f"/bot{TOKEN}/getMe":
            return web.json_response(
                {"ok": False, "error_code": 401, "description": "Unauthorized"}, status=401
            )
        date = format_datetime(datetime.now(UTC) + self.off, usegmt=True)
        return web.Response(status=self.status, text=self.body, headers={"Date": date})

    @property
    def url(self) -> str:
        return str(self.server.make_url("")).rstrip("/")


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    made = Api()
    application = web.Application()
    application.router.add_get("/{path:.*}", made.answer)
    made.server = TestServer(application)
    await made.server.start_server()
    yield made
    await made.server.close()


@pytest.fixture
def knowledge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A knowledge folder that is taken as free of errors."""
    folder = tmp_path / "knowledge"
    folder.mkdir()

    class Sound:
        errors = ()

    original = load
    monkeypatch.setattr(checks, "load", lambda path: Sound() if path == folder else original(path))
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def environ(knowledge: Path, data_dir: Path, api: Api) -> dict[str, str]:
    """Settings with which everything is well."""
    return {
        "ADVISOR_DATA_DIR": str(data_dir),
        "ADVISOR_KNOWLEDGE_DIR": str(knowledge),
        "ADVISOR_OPERATOR_NAME": "The Library",
        "ADVISOR_OPERATOR_CONTACT": "privacy@library.example",
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": api.url,
    }


def wrong(findings: list[Finding]) -> dict[str, str]:
    """What is wrong, by check, with the mend."""
    return {finding.check: f"{finding.says} {finding.mend}" for finding in findings if not finding.well}


def said(findings: list[Finding]) -> dict[str, str]:
    """What was found, by check."""
    return {finding.check: finding.says for finding in findings}


async def test_a_new_installation_is_well_before_its_first_start(environ: dict[str, str]) -> None:
    findings = await examine(environ)
    assert wrong(findings) == {}
    assert [finding.check for finding in findings] == [
        "settings",
        "data folder",
        "database",
        "key",
        "knowledge",
        "token",
        "clock",
        "operator",
    ]


async def test_an_installation_at_work_is_well(environ: dict[str, str], data_dir: Path) -> None:
    async with opened(sqlite_url(data_dir)) as database:
        await furnish(database, data_dir)
        findings = await examine(environ)
    assert wrong(findings) == {}
    assert any("@advisor_bot" in finding.says for finding in findings)


async def test_six_things_that_are_wrong_come_at_once(environ: dict[str, str], tmp_path: Path) -> None:
    make_broken_knowledge(tmp_path / "broken")
    (tmp_path / "file").touch()
    del environ["ADVISOR_OPERATOR_CONTACT"]
    environ |= {
        "TELEGRAM_BOT_TOKEN": "not-a-token",
        "ADVISOR_DATA_DIR": str(tmp_path / "file" / "data"),
        "ADVISOR_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "ADVISOR_KNOWLEDGE_DIR": str(tmp_path / "broken"),
        "ADVISOR_SEND_RATE": "quick",
    }
    findings = await examine(environ)
    assert wrong(findings).keys() == {"settings", "data folder", "database", "knowledge", "operator"}
    assert sum(not finding.well for finding in findings) == 6
    assert all(finding.mend or finding.check == "settings" for finding in findings if not finding.well)
    assert "not-a-token" not in repr(findings)


def make_broken_knowledge(folder: Path) -> None:
    folder.mkdir()
    (folder / "platforms.yaml").write_text("platforms: [\n")


async def test_a_token_that_telegram_refuses_is_said(environ: dict[str, str]) -> None:
    found = wrong(await examine(environ | {"TELEGRAM_BOT_TOKEN": TOKEN.replace("A", "B")}))
    assert "BotFather" in found["token"]


@pytest.mark.parametrize("body", ["<html>502</html>", '{"ok":true}', "[]", ""])
async def test_a_server_that_is_no_bot_api_is_said(environ: dict[str, str], api: Api, body: str) -> None:
    api.body = body
    assert "TELEGRAM_API_URL" in wrong(await examine(environ))["token"]


async def test_a_network_that_is_down_is_said_and_the_token_is_not_shown(environ: dict[str, str]) -> None:
    found = wrong(await examine(environ | {"TELEGRAM_API_URL": "http://127.0.0.1:1"}))
    assert "does not answer" in found["token"]
    assert TOKEN not in repr(found)


@pytest.mark.parametrize(("seconds", "words"), [(-3600, "ahead of"), (90, "behind")])
async def test_a_clock_that_is_off_is_said(
    environ: dict[str, str], api: Api, seconds: int, words: str
) -> None:
    api.off = timedelta(seconds=seconds)
    assert words in wrong(await examine(environ))["clock"]


async def test_an_operator_without_name_or_contact_is_said_when_a_token_is_set(
    environ: dict[str, str],
) -> None:
    del environ["ADVISOR_OPERATOR_CONTACT"]
    assert "ADVISOR_OPERATOR_CONTACT not set" in wrong(await examine(environ))["operator"]
    del environ["TELEGRAM_BOT_TOKEN"]
    assert wrong(await examine(environ)) == {}


async def test_another_key_than_the_databases_is_said(environ: dict[str, str], data_dir: Path) -> None:
    async with opened(sqlite_url(data_dir)) as database:
        await furnish(database, data_dir)
    key = data_dir.with_name("data.key")
    text = key.read_text()
    key.write_text("1:" + "B" * 43 + "=\n")
    assert "another key" in wrong(await examine(environ))["key"]
    key.unlink()
    assert "is not there" in wrong(await examine(environ))["key"]
    key.write_text(text)
    key.chmod(0o644)
    assert "chmod 600" in wrong(await examine(environ))["key"]


async def test_a_database_of_a_newer_program_is_said(environ: dict[str, str], data_dir: Path) -> None:
    async with opened(sqlite_url(data_dir)) as database:
        await furnish(database, data_dir)
    with closing(sqlite3.connect(data_dir / "advisor.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    assert "newer than this program" in wrong(await examine(environ))["database"]


async def test_a_database_that_is_none_is_said(environ: dict[str, str], data_dir: Path) -> None:
    (data_dir / "advisor.db").write_bytes(b"shopping list\n" * 500)
    assert "not a database" in wrong(await examine(environ))["database"]


@pytest.mark.postgres
async def test_a_database_that_does_not_exist_is_said(environ: dict[str, str]) -> None:
    await asyncio.sleep(0)
    address = server().set(database="advisor_none").render_as_string(hide_password=False)
    assert "does not exist" in wrong(await examine(environ | {"ADVISOR_DATABASE_URL": address}))["database"]


async def test_what_waits_and_what_was_given_up_is_said(environ: dict[str, str], data_dir: Path) -> None:
    late = row_of(deliveries, 1) | {"kind": "reminder", "state": "due", "ended_at": None}
    given_up = row_of(deliveries, 2) | {"kind": "change", "state": "dead", "error": "refused"}
    ages = {"due": datetime.now(UTC) - timedelta(hours=3)}
    async with opened(sqlite_url(data_dir)) as database:
        await furnish(database, data_dir)
        assert "Nothing waits" in said(await examine(environ))["deliveries"]
        async with database.write() as connection:
            await connection.execute(insert(deliveries), [late | ages, given_up | ages])
    findings = await examine(environ)
    assert "1 wait to be sent, the oldest since 3 hours" in wrong(findings)["deliveries"]
    assert "a change of" in said(findings)["deliveries"]
    assert "(refused)" in said(findings)["deliveries"]


async def test_the_age_of_the_last_backup_is_said_when_it_is_known(
    environ: dict[str, str], data_dir: Path
) -> None:
    async with opened(sqlite_url(data_dir)) as database:
        await furnish(database, data_dir)
    assert "None is known of" in said(await examine(environ))["backup"]
    for days, well in ((3, True), (20, False)):
        await note_backup(sqlite_url(data_dir), datetime.now(UTC) - timedelta(days=days))
        findings = await examine(environ)
        assert f"{days} days old" in said(findings)["backup"]
        assert ("backup" not in wrong(findings)) == well


async def test_a_change_of_keys_that_is_not_finished_is_said(environ: dict[str, str], data_dir: Path) -> None:
    async with opened(sqlite_url(data_dir)) as database:
        await furnish(database, data_dir)
        async with database.write() as connection:
            await connection.execute(insert(installation).values(name="rekeying", value="00ff"))
    assert "advisor members rekey" in wrong(await examine(environ))["key"]


async def test_a_misspelt_setting_is_said(environ: dict[str, str]) -> None:
    assert "did you mean" in wrong(await examine(environ | {"ADVISOR_SENDRATE": "1"}))["settings"]


def test_the_command_ends_with_1_when_something_is_wrong_and_else_with_0(
    knowledge: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_TIMEOUT", 50)
    app = Typer()
    app.command()(doctor)
    well = {"ADVISOR_DATA_DIR": str(data_dir), "ADVISOR_KNOWLEDGE_DIR": str(knowledge)}
    good = CliRunner().invoke(app, env=well)
    assert good.exit_code == 0
    assert all(line.startswith("ok ") for line in good.output.splitlines())
    bad = CliRunner().invoke(app, env=well | {"ADVISOR_LOG_LEVEL": "LOUD", "ADVISOR_SEND_RATE": "x"})
    assert bad.exit_code == 1
    assert bad.output.count("WRONG") == 2
    assert "2 things are wrong" in bad.output
