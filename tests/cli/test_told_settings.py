"""`advisor settings` and the env.example made from it."""

from __future__ import annotations

import io
from pathlib import Path

from dotenv import dotenv_values
from typer import Typer
from typer.testing import CliRunner

from bot.cli.told_settings import env_example_text, settings
from bot.settings import Settings, load_settings

EXAMPLE = Path(__file__).parents[2] / "deploy" / "env.example"
NAMES = [str(field.validation_alias) for field in Settings.model_fields.values()]


def test_the_example_is_current() -> None:
    assert EXAMPLE.read_text() == env_example_text(), (
        "run: .venv/bin/advisor settings --env-example > deploy/env.example"
    )


def test_the_example_names_every_setting_once_and_sets_none() -> None:
    text = env_example_text()
    assert [
        line[1:].partition("=")[0] for line in text.splitlines() if line[:1] == "#" and line[1:2] != " "
    ] == NAMES
    assert dotenv_values(stream=io.StringIO(text)) == {}


def test_the_example_with_every_line_taken_in_is_the_defaults(tmp_path: Path) -> None:
    lines = (
        line[1:] if line[:1] == "#" and line[1:2] != " " else line for line in env_example_text().splitlines()
    )
    (tmp_path / "env").write_text("\n".join(lines))
    taken_in = load_settings({"ADVISOR_ENV_FILE": str(tmp_path / "env")})
    (tmp_path / "none").touch()
    assert taken_in.model_dump() == load_settings({"ADVISOR_ENV_FILE": str(tmp_path / "none")}).model_dump()


def test_what_is_set_is_said_and_no_value_is_shown() -> None:
    app = Typer()
    app.command()(settings)
    env = {"ADVISOR_OPERATOR_NAME": "canary", "ADVISOR_SEND_RATE": "canary", "ADVISOR_EDITORS": "12345"}
    said = CliRunner().invoke(app, env=env).output
    lines = {line.split()[1]: line.split()[0] for line in said.splitlines()}
    assert list(lines) == NAMES
    assert lines["ADVISOR_OPERATOR_NAME"] == lines["ADVISOR_EDITORS"] == "set"
    assert lines["ADVISOR_SEND_RATE"] == "WRONG"
    assert "canary" not in said
    assert "12345" not in said
