"""Settings for a command, or one clear line for each problem and exit 1."""

from __future__ import annotations

import os
from typing import NoReturn

import typer

from bot.settings import Settings, SettingsError, load_settings


def settings_or_exit() -> Settings:
    """The settings of the environment; the command ends when they have problems."""
    try:
        return load_settings(os.environ)
    except SettingsError as error:
        stop(str(error))


def stop(message: str, code: int = 1) -> NoReturn:
    """End the command with `message` on standard error, every line marked."""
    for line in message.splitlines():
        typer.echo(f"advisor: {line}", err=True)
    raise typer.Exit(code) from None
