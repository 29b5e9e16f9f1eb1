"""`advisor audit`: whether what editors did stands as it was written, and a copy of it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from bot.cli.setting import settings_or_exit, stop
from bot.editing.audit import Audit, verify_stored
from bot.editing.audit_chain import NOTHING, Record, Verdict, head_text
from bot.editing.audit_file import ExportRefused, verify_export, write_export
from bot.storage.engine import Database
from bot.storage.faults import StorageDown

T = TypeVar("T")

app = typer.Typer(
    help="Verify and export what editors did.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


@app.callback()
def _group() -> None:
    """Whether what editors did stands as it was written, and a copy of it."""


@app.command()
def verify(
    file: Annotated[Path | None, typer.Argument(help="An export; left out, the database.")] = None,
    expect: Annotated[
        str | None, typer.Option(help="A head (NUMBER:HASH) that was printed before and must be in it.")
    ] = None,
) -> None:
    """Look for a row that was changed, removed or moved; exit 1 names the first."""
    if expect is not None and not re.fullmatch(r"\d{1,9}:[0-9a-f]{64}", expect):
        stop("--expect must be NUMBER:HASH, as this command prints it.", 2)
    if file is not None:
        try:
            verdict = verify_export(file, expected=expect)
        except ExportRefused as refused:
            stop(str(refused), 2)
    else:
        verdict = _on_database(lambda database: _verify(database, expect)) or Verdict(0, NOTHING)
    if verdict.bad is not None:
        typer.echo(f"Row {verdict.bad}: {verdict.why}. The {verdict.rows} rows before it are well.")
        raise typer.Exit(1)
    typer.echo(f"All well: {verdict.rows} rows, head {head_text(verdict.rows, verdict.hash)}")
    typer.echo("Keep this head elsewhere: `advisor audit verify --expect HEAD` finds a chain made anew.")


@app.command()
def export(file: Annotated[Path, typer.Argument(help="The new file for the JSON lines.")]) -> None:
    """Write every row as a JSON line; `advisor audit verify FILE` checks it. No Telegram id is in it."""
    records = _on_database(_read)
    try:
        rows = write_export(file, records or [])
    except ExportRefused as refused:
        stop(str(refused), 2)
    typer.echo(f"Wrote {rows} rows to {file}.")


def _on_database(work: Callable[[Database], Awaitable[T]]) -> T | None:
    """What `work` finds in the database; None when there is none yet."""
    settings = settings_or_exit()
    if settings.database_file is not None and not settings.database_file.is_file():
        return None

    async def run() -> T:
        database = Database(settings.database_address)
        try:
            return await work(database)
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except StorageDown as fault:
        stop(f"{fault}: `advisor doctor` says what to do.")


async def _verify(database: Database, expect: str | None) -> Verdict:
    async with database.read() as connection:
        return await verify_stored(connection, Audit(), expected=expect)


async def _read(database: Database) -> list[Record]:
    async with database.read() as connection:
        return [record async for record, _ in Audit().everything(connection) if record is not None]
