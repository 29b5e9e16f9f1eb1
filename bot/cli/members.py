"""`advisor members`: what can be said about members without naming one."""

from __future__ import annotations

import asyncio

import typer

from bot.cli.setting import settings_or_exit, stop
from bot.members import store
from bot.storage.engine import Database
from bot.storage.faults import StorageDown

app = typer.Typer(help="Count members.", no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.callback()
def _group() -> None:
    """What can be said about members without naming one."""


@app.command()
def count() -> None:
    """Print how many members there are."""
    settings = settings_or_exit()
    if settings.database_file is not None and not settings.database_file.is_file():
        typer.echo("0")
        return
    try:
        typer.echo(asyncio.run(_count(Database(settings.database_address))))
    except StorageDown as fault:
        stop(f"{fault}: `advisor doctor` says what to do.")


async def _count(database: Database) -> int:
    try:
        async with database.read() as connection:
            return await store.count(connection)
    finally:
        await database.close()
