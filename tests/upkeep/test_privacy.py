"""The privacy notice says what is stored, of this installation, and PRIVACY.md is current."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer import Typer
from typer.testing import CliRunner

from bot.cli.privacy import privacy
from bot.members.registry import PERSONAL
from bot.upkeep.privacy import InForce, privacy_markdown, privacy_text

NOTICE = Path(__file__).parents[2] / "PRIVACY.md"


def test_the_notice_in_the_repository_is_current() -> None:
    assert NOTICE.read_text() == privacy_markdown(InForce()), (
        "run: .venv/bin/advisor privacy --markdown > PRIVACY.md (with no setting)"
    )


@pytest.mark.parametrize("write", [privacy_markdown, privacy_text])
def test_every_kind_of_row_is_in_it_with_purpose_and_end(write: object) -> None:
    assert callable(write)
    text = write(InForce())
    for kind in PERSONAL:
        for words in (kind.what, kind.purpose, kind.ends):
            assert words in text


def test_a_sign_that_would_break_the_table_is_escaped() -> None:
    rows = [line for line in privacy_markdown(InForce()).splitlines() if line.startswith("| ")]
    assert len(rows) == len(PERSONAL) + 2
    assert all(line.replace("\\|", "").count("|") == 4 for line in rows)


def test_the_command_names_the_operator_and_the_database_in_force() -> None:
    app = Typer()
    app.command()(privacy)
    env = {"ADVISOR_OPERATOR_NAME": "The Library", "ADVISOR_OPERATOR_CONTACT": "privacy@library.example"}
    said = CliRunner().invoke(app, ["--markdown"], env=env).output
    assert "The Library runs this bot and answers for the data: privacy@library.example" in said
    assert "write-ahead log" in said
    env["ADVISOR_DATABASE_URL"] = "postgresql://bot@127.0.0.1/bot"
    said = CliRunner().invoke(app, env=env).output
    assert "On PostgreSQL nobody can prove" in said
    assert "write-ahead log" not in said
    assert "|" not in said
