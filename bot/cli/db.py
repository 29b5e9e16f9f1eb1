"""`advisor db`: upgrade and back up the database."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.setting import settings_or_exit, stop
from bot.storage.copying import copy_database
from bot.storage.faults import StorageDown, StorageRefused
from bot.storage.locking import ProcessLock
from bot.storage.migrating import migrate

app = typer.Typer(
    help="Upgrade and back up the database.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


@app.command()
def upgrade() -> None:
    """Make the database, or bring it to this program's form. The bot does so itself when it starts."""
    settings = settings_or_exit()
    with ExitStack() as held:
        try:
            if settings.database_file is not None:
                held.enter_context(ProcessLock(settings.database_file))
            done = asyncio.run(migrate(settings.database_address, now=datetime.now(UTC)))
        except (StorageRefused, StorageDown) as fault:
            stop(str(fault))
    if done.before == done.after:
        typer.echo(f"Nothing to do: the database has form {done.after}.")
        return
    typer.echo(f"Upgraded from {done.before or 'nothing'} to {done.after}.")
    if done.copy is not None:
        typer.echo(f"The database as it was: {done.copy}")


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The new file for the copy.")],
) -> None:
    """Copy the SQLite database to FILE, also while the bot runs. The key is not in it."""
    settings = settings_or_exit()
    if settings.database_file is None:
        stop("PostgreSQL is backed up with its own pg_dump.", 2)
    if not settings.database_file.is_file():
        stop(f"There is no database at {settings.database_file} yet.")
    try:
        asyncio.run(copy_database(settings.database_file, file))
    except StorageRefused as fault:
        stop(str(fault))
    typer.echo(f"Copied to {file}. Its key {settings.key_file} is not in it: keep a copy of that elsewhere.")
