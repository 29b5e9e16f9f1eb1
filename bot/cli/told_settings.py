"""`advisor settings`: every setting, what it must be and whether it is set; or an env.example."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap
from typing import Annotated

import typer
from pydantic import SecretStr

from bot.settings import Settings, SettingsError, load_settings

_HEAD = """\
# All settings of a Privacy Advisor. Made by `advisor settings --env-example`; a test keeps it current.
# Copy it to .env (or name it with ADVISOR_ENV_FILE) and take away the # before what you set.
# For each NAME there is NAME_FILE too: a file that holds the value. Secrets belong there.
"""
_WIDTH = 110


def settings(
    env_example: Annotated[
        bool, typer.Option("--env-example", help="Print a file with every setting and its default.")
    ] = False,
) -> None:
    """Name all settings and say which are set; no value is shown."""
    if env_example:
        typer.echo(env_example_text(), nl=False)
        return
    try:
        found, faulty = load_settings(os.environ), frozenset[str]()
    except SettingsError as error:
        found, faulty = error.usable, error.faulty
    for name, field_name in _names():
        set_ = field_name in found.model_fields_set
        state = "WRONG" if name in faulty else "set" if set_ else "default"
        typer.echo(f"{state:8} {name}")


def env_example_text() -> str:
    """Every setting in the order of `Settings`, commented out, with its default where it has one."""
    parts = [_HEAD]
    for name, field_name in _names():
        field = Settings.model_fields[field_name]
        words = f"{name} is {field.description}."
        parts.append("\n".join(f"# {line}" for line in wrap(words, _WIDTH - 2, break_long_words=False)))
        parts.append(f"#{name}={_default(field.default)}\n")
    return "\n".join(parts)


def _names() -> Iterator[tuple[str, str]]:
    for field_name, field in Settings.model_fields.items():
        yield str(field.validation_alias), field_name


def _default(value: object) -> str:
    match value:
        case None | SecretStr() | frozenset():
            return ""
        case float():
            return f"{value:g}"
        case Path():
            return f"./{value}"
        case _:
            return str(value)
