"""`advisor members`: what can be said about and done for all members without naming one."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Annotated

import typer

from bot.cli.progress import shown_progress
from bot.cli.setting import settings_or_exit, stop
from bot.members import store
from bot.members.keys import KeyRefused, read_keys
from bot.members.rekeying import Rekeyed, rekey
from bot.settings import Settings
from bot.storage.digests import Progress
from bot.storage.engine import Database, bots_at_work
from bot.storage.faults import StorageDown, StorageRefused
from bot.storage.locking import InUse, ProcessLock
from bot.storage.migrating import migrate

app = typer.Typer(
    help="Count members, or move them to a new key.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


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


@app.command("rekey")
def move_to_the_newest_key(
    drop_unreadable: Annotated[
        bool, typer.Option("--drop-unreadable", help="Erase members that open with none of the keys.")
    ] = False,
) -> None:
    """Move all members to the first key of the key file. The bot must not run; the old key stays below.

    It may be interrupted: run it again and it goes on where it was.
    """
    settings = settings_or_exit()
    with ExitStack() as stack:
        progress = stack.enter_context(shown_progress())
        try:
            if settings.database_file is not None:
                stack.enter_context(ProcessLock(settings.database_file))
            done = asyncio.run(_rekey(settings, drop_unreadable, progress))
        except (StorageRefused, StorageDown) as fault:
            stop(str(fault))
    if done is None:
        typer.echo("Nothing to do: the database uses the first key.")
        return
    typer.echo(f"{done.moved} members have the first key now.")
    for table, rows in sorted(done.dropped.items()):
        typer.echo(f"{table}: {rows} rows of nobody who could be moved are gone or untied.")
    if done.copies:
        typer.echo(f"{done.copies} copies from before upgrades were deleted: they held the old names.")
    typer.echo("Make a backup now. Keep the old key for as long as backups from before are kept.")


async def _rekey(settings: Settings, drop_unreadable: bool, progress: Progress) -> Rekeyed | None:
    secret = settings.secret_key.get_secret_value() if settings.secret_key else None
    keys = read_keys(settings.key_file, secret)
    if keys is None:
        raise KeyRefused(f"There is no key: put the key file back as {settings.key_file}.")
    await migrate(settings.database_address, now=datetime.now(UTC))
    database = Database(settings.database_address)
    try:
        async with database.read() as connection:
            if await bots_at_work(connection):
                raise InUse("A bot is connected to this database: stop all of them first.")
        return await rekey(
            database,
            keys,
            known_ids=settings.editors | settings.owners,
            drop_unreadable=drop_unreadable,
            progress=progress,
        )
    finally:
        await database.close()


async def _count(database: Database) -> int:
    try:
        async with database.read() as connection:
            return await store.count(connection)
    finally:
        await database.close()
