"""`advisor db`: upgrade, back up, verify, restore, prove and copy the database."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Coroutine
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from bot.cli.progress import shown_progress
from bot.cli.setting import settings_or_exit, stop
from bot.reminders.late import Late
from bot.settings import Settings
from bot.storage.backing_up import back_up, note_backup
from bot.storage.backing_up import verify as verify_backup
from bot.storage.digests import Progress
from bot.storage.engine import normal_url, sqlite_path
from bot.storage.faults import StorageDown, StorageRefused
from bot.storage.locking import ProcessLock
from bot.storage.manifest import Manifest, manifest_path
from bot.storage.migrating import migrate

T = TypeVar("T")

app = typer.Typer(
    help="Upgrade, back up, verify, restore, prove and copy the database.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


@app.command()
def upgrade() -> None:
    """Make the database, or bring it to this program's form. The bot does so itself when it starts."""
    settings = settings_or_exit()
    with ExitStack() as stack:
        try:
            if settings.database_file is not None:
                stack.enter_context(ProcessLock(settings.database_file))
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
    file: Annotated[Path, typer.Argument(help="The new file for the backup; its manifest comes beside it.")],
) -> None:
    """Back up the database to FILE, also while the bot runs. The key is not in it."""
    settings = settings_or_exit()
    _require_database(settings)
    now = datetime.now(UTC)
    with shown_progress() as progress:
        made = _run(back_up(settings.database_address, file, now=now, progress=progress))
    try:
        asyncio.run(note_backup(settings.database_address, now))
    except StorageDown as fault:
        typer.echo(f"The backup is good; that it was made could not be noted ({fault}).", err=True)
    typer.echo(f"Backed up to {file}: {_described(made)}. Beside it: {manifest_path(file).name}")
    typer.echo(f"Its key is not in it: keep a copy of {_key_place(settings)} elsewhere.")


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="A backup, with its manifest beside it.")],
) -> None:
    """Look whether a backup is whole; exit 1 when it is damaged. Nothing is changed."""
    with shown_progress() as progress:
        found = _run(verify_backup(file, progress=progress))
    typer.echo(f"{file} is whole: {_described(found)}.")
    if found.key_fingerprint is not None:
        typer.echo(f"It needs the key {found.key_fingerprint}.")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A backup, with its manifest beside it.")],
    late: Annotated[
        Late | None,
        typer.Option(help="What becomes of reminders whose time has passed; asked when left out."),
    ] = None,
    without_manifest: Annotated[
        bool,
        typer.Option(
            "--without-manifest",
            help="Take an SQLite file that has none: a copy from before an upgrade, or Litestream's.",
        ),
    ] = False,
) -> None:
    """Put a backup in the place of the database. The bot must not run; what is there is kept beside it.

    Whoever was erased since is erased again.
    """
    from bot.cli.homes import home_of
    from bot.upkeep.restoring import read_backup
    from bot.upkeep.restoring import restore as put_back

    settings = settings_or_exit()
    now = datetime.now(UTC)
    with ExitStack() as stack:
        progress = stack.enter_context(shown_progress())
        try:
            home = home_of(settings)
            if home.file is not None:
                stack.enter_context(ProcessLock(home.file))
        except StorageRefused as fault:
            stop(str(fault))
        manifest = _run(read_backup(file, home, now=now, without_manifest=without_manifest))
        if home.file is None and late is None:  # there nothing can be undone once it is loaded
            late = _ask("Reminders may have become")
        done = _run(
            put_back(
                file,
                home,
                manifest,
                now=now,
                choose=lambda count: late or _ask(f"{count} reminders became"),
                progress=progress,
            )
        )
    typer.echo(f"Restored {file}: {_described(done.manifest)}.")
    if done.erased:
        typer.echo(f"{done.erased} rows of members who were erased since are gone again.")
    if done.rekeyed:
        typer.echo(f"{done.rekeyed} members were moved to the newest key.")
    if done.kept is not None:
        ends = "it goes after a week" if home.file is not None else "delete it when all is well"
        typer.echo(f"The database as it was: {done.kept} ({ends}).")


@app.command()
def prove(
    file: Annotated[Path | None, typer.Argument(help="A backup; left out, one is made and deleted.")] = None,
) -> None:
    """Restore a backup into a temporary place and compare every table with what the database had.

    Let a timer do it every week: docs/backups.md has one for systemd and one for cron.
    """
    from bot.upkeep.proving import prove as prove_backup

    settings = settings_or_exit()
    with shown_progress() as progress:
        if file is not None:
            found = _run(
                prove_backup(file, settings.database_address, now=datetime.now(UTC), progress=progress)
            )
        else:
            _require_database(settings)
            found = _run(_prove_now(settings.database_address, progress))
    typer.echo(f"Proved: {_described(found)}, the same after a restore.")


@app.command()
def copy(
    source: Annotated[
        str, typer.Argument(metavar="FROM", help="A database's URL, or @FILE with the URL in it.")
    ],
    target: Annotated[
        str, typer.Argument(metavar="TO", help="A new database's URL, or @FILE with the URL in it.")
    ],
) -> None:
    """Copy a whole database into an empty one, between SQLite and PostgreSQL or alike. The bot must not run.

    The key and the register of erasures belong to the data folder: take them along.
    """
    from bot.storage.transfer import transfer

    urls = [_url(text) for text in (source, target)]
    if urls[0] == urls[1]:
        stop("FROM and TO are the same database.", 2)
    with ExitStack() as stack:
        progress = stack.enter_context(shown_progress())
        try:
            for url in urls:
                path = sqlite_path(normal_url(url))
                if url == urls[0] and path is not None and not path.is_file():
                    stop(f"There is no database at {path}.")
                if path is not None:
                    stack.enter_context(ProcessLock(path))
        except StorageRefused as fault:
            stop(str(fault))
        _run(migrate(urls[1], now=datetime.now(UTC)))
        done = _run(transfer(urls[0], urls[1], progress=progress))
    typer.echo(f"Copied: {done.rows} rows in {len(done.tables)} tables, the same on both sides.")
    typer.echo(
        "Now set ADVISOR_DATABASE_URL to the new one; key and register of erasures stay where they are."
    )


async def _prove_now(url: str, progress: Progress) -> Manifest:
    from bot.upkeep.proving import prove as prove_backup

    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory(prefix="advisor-proof-") as folder:
        file = Path(folder) / "backup"
        await back_up(url, file, now=now, progress=progress)
        return await prove_backup(file, url, now=now, progress=progress)


def _run(work: Coroutine[object, object, T]) -> T:
    """Do it, or end the command with one clear line."""
    try:
        return asyncio.run(work)
    except (StorageRefused, StorageDown) as fault:
        stop(str(fault))


def _ask(became: str) -> Late:
    """What becomes of late reminders, asked on the terminal."""
    said = (
        f"{became} late meanwhile, and some may have been sent already. Send what is not too old, marked as"
        " late and perhaps repeated, or skip to the next time? [send/skip] "
    )
    while True:
        try:
            answer = typer.prompt(said, prompt_suffix="", err=True).strip().casefold()
        except typer.Abort:
            typer.echo("", err=True)
            stop("Nothing was changed: say --late send or --late skip.", 2)
        if answer in {late.value for late in Late}:
            return Late(answer)


def _require_database(settings: Settings) -> None:
    if settings.database_file is not None and not settings.database_file.is_file():
        stop(f"There is no database at {settings.database_file} yet.")


def _described(manifest: Manifest) -> str:
    made = manifest.made_at.astimezone(UTC)
    tables = len(manifest.tables)
    return f"{manifest.rows} rows in {tables} tables, form {manifest.schema}, of {made:%Y-%m-%d %H:%M} UTC"


def _key_place(settings: Settings) -> str:
    return "ADVISOR_SECRET_KEY" if settings.secret_key else str(settings.key_file)


def _url(text: str) -> str:
    try:
        found = Path(text[1:]).read_text("utf-8").strip() if text.startswith("@") else text
        normal_url(found)
    except OSError as fault:
        stop(f"The file with the URL cannot be read ({fault.strerror}).", 2)
    except ValueError as fault:
        stop(f"That is no URL of a database: {fault}.", 2)
    return found
