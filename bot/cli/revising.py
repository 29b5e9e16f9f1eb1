"""The part of `advisor knowledge` that works on revisions: history, diff, publish, rollback, export.

Reading is possible while the bot runs. Publishing needs the database for itself when it is an SQLite file;
with PostgreSQL the bot may run and adopts what is published within seconds.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import ExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from bot.cli.setting import settings_or_exit, stop

if TYPE_CHECKING:
    from bot.editing.checking import Report
    from bot.editing.revisions import Files, Kind, Revision, Revisions
    from bot.settings import Settings
    from bot.storage.engine import Database

T = TypeVar("T")

_SHOWN = 40
"""Differences and problems that are printed."""


def history(
    limit: Annotated[int, typer.Option(min=1, help="How many, the newest first.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON list.")] = False,
) -> None:
    """List the revisions: number, kind, when, hash."""

    async def listed(revisions: Revisions) -> tuple[Revision, ...]:
        return await revisions.list(limit=limit)

    found = _reading(listed)
    if as_json:
        typer.echo(json.dumps([_as_json(one) for one in found]))
        return
    for one in found:
        proposal = f"  proposal {one.proposal}" if one.proposal is not None else ""
        typer.echo(f"{one.number:>5}  {one.kind:<8}  {one.made_at:%Y-%m-%d %H:%M} UTC  {one.short}{proposal}")
    if not found:
        typer.echo("No revision was published yet.")


def files_of(name: str) -> Mapping[str, bytes]:
    """The files of a folder, of a revision by its number, or of one by the beginning of its hash.

    The command ends with one clear line when there is none.
    """
    from bot.editing.releases import read_deployed

    if Path(name).is_dir():
        return read_deployed(Path(name))[0]

    async def read(revisions: Revisions) -> Files:
        return await revisions.files((await _named(revisions, name)).number)

    return _reading(read)


def publish(
    what: Annotated[Path, typer.Argument(metavar="DIR_OR_FILE", help="A knowledge folder, a .yaml or .zip.")],
    place: Annotated[
        str, typer.Option("--as", metavar="PATH", help="Which file a .yaml replaces, such as en/meta.yaml.")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what it would change.")] = False,
) -> None:
    """Check DIR or FILE against the newest revision and make it the newest one."""
    from bot.editing.uploads import Refused, read_upload

    if not what.exists():
        stop(f"There is no file or folder {what}.", 2)

    def changed(newest: Files) -> Files:
        if what.is_dir():
            return files_of(str(what))
        try:
            return {**newest, **read_upload(what.name, what.read_bytes(), newest, place=place).changed}
        except Refused as refused:
            stop(f"{what}: {refused}")
        except OSError as error:
            stop(f"{what} cannot be read: {error.strerror}.")

    _publishing(lambda revisions, newest, files: _now(changed(files)), kind="edit", dry_run=dry_run)


def rollback(
    what: Annotated[str, typer.Argument(metavar="NUMBER|ENTRY", help="A revision, or the id of an entry.")],
    number: Annotated[int | None, typer.Argument(help="With an entry: the revision.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what it would change.")] = False,
) -> None:
    """Go back to revision NUMBER, or with ENTRY only that entry: as a new revision, so nothing is lost."""
    if number is None and not what.isdecimal():
        stop(
            "Name a revision, or an entry and a revision: advisor knowledge rollback linkedin.opt-out 37.", 2
        )

    async def changed(revisions: Revisions, newest: Revision, files: Files) -> Files:
        from bot.editing.edits import NoSuchText, roll_back
        from bot.knowledge.splice import CannotSplice

        revision = await _named(revisions, what if number is None else str(number))
        old = await revisions.files(revision.number)
        if number is None:
            return old
        try:
            return roll_back(files, old, what)
        except NoSuchText:
            stop(f"There is no entry {what} in revision {number}.")
        except CannotSplice as fault:
            stop(f"The entry {what} has no place in the newest revision: {fault}.")

    _publishing(changed, kind="rollback", dry_run=dry_run)


def export_revision(target: Path, number: str | None, *, update: bool) -> bool:
    """Write a revision into a folder; False when there is none at all and none was asked for by its number.

    Args:
        target: a new or empty folder, or with `update` one with knowledge in it: there only files that
            differ are written, those that the revision does not have are deleted, and all else stays.
        number: of the revision; the newest one when None.
        update: see `target`.
    """
    if number is None and not _has_database(settings_or_exit()):
        return False

    async def read(revisions: Revisions) -> tuple[Revision, Files] | None:
        from bot.editing.revisions import NoRevision

        if number is None:
            try:
                revision = await revisions.newest()
            except NoRevision:
                return None
        else:
            revision = await _named(revisions, number)
        return revision, await revisions.files(revision.number)

    found = _reading(read)
    if found is None:
        return False
    revision, files = found
    _write(files, target, update=update)
    typer.echo(f"{target}: revision {revision.number}, {revision.hash}")
    return True


def _write(files: Files, target: Path, *, update: bool) -> None:
    from bot.editing.releases import read_deployed

    present: Mapping[str, bytes] = {}
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        if not update or not (target / "platforms.yaml").is_file():
            stop(f"{target} is not empty: name another folder, or --update for a folder of knowledge.", 2)
        present = read_deployed(target)[0]
    try:
        for path, data in files.items():
            if present.get(path) != data:
                file = target / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
        for path in present.keys() - files.keys():
            (target / path).unlink()
    except OSError as error:
        stop(f"{error.filename or target} cannot be written: {error.strerror}.")
    if read_deployed(target)[0] != dict(files):
        stop(f"What stands in {target} is not what was written; somebody changed it meanwhile.")


def _publishing(
    change: Callable[[Revisions, Revision, Files], Awaitable[Files]], *, kind: Kind, dry_run: bool
) -> None:
    """Take the newest revision, change it, check it, publish it."""

    async def work(settings: Settings, database: Database) -> None:
        from bot.editing.audit import Audit
        from bot.editing.checking import check
        from bot.editing.releases import BrokenKnowledge, Releases
        from bot.editing.revisions import Revisions, Superseded
        from bot.knowledge.location import default_folder

        revisions, audit, now = Revisions(database), Audit(), datetime.now(UTC)
        deployed = settings.knowledge_dir or default_folder()
        try:
            releases = Releases(database, revisions, audit, cache=settings.cache_folder)
            taken = await releases.take(deployed, now=now)
        except BrokenKnowledge as fault:
            stop(
                f"The knowledge in {deployed} has {fault.errors} errors: advisor knowledge check {deployed}."
            )
        newest = taken.revision
        before = await revisions.files(newest.number)
        after = await change(revisions, newest, before)
        report = await check(before, after, cache=settings.cache_folder)
        _tell(report)
        if report.hash is None:
            stop(f"Nothing was published: {report.errors} errors.")
        if dict(after) == dict(before):
            typer.echo(f"Nothing to publish: revision {newest.number} says the same.")
            return
        if dry_run:
            typer.echo("Nothing was published (--dry-run).")
            return
        try:
            async with database.write() as connection:
                revision = await revisions.publish(
                    connection,
                    after,
                    hash=report.hash,
                    parent=newest.number,
                    kind=kind,
                    proposal=None,
                    now=now,
                )
                detail: dict[str, str | int] = {"hash": revision.hash, "parent": newest.number}
                action = "publish" if kind == "edit" else kind
                await audit.note(connection, None, action, f"revision {revision.number}", detail, now=now)
        except Superseded:
            stop("Somebody published meanwhile: run this once more.")
        typer.echo(f"Published as revision {revision.number}, {revision.hash}")

    settings = settings_or_exit()
    from bot.storage.faults import StorageDown, StorageRefused
    from bot.storage.locking import InUse, ProcessLock

    with ExitStack() as held:
        try:
            if settings.database_file is not None:
                held.enter_context(ProcessLock(settings.database_file))
            asyncio.run(_opened(settings, work))
        except InUse:
            stop("The bot is running on this database: stop it first, or publish from the chat with /edit.")
        except (StorageRefused, StorageDown) as fault:
            stop(str(fault))


async def _opened(settings: Settings, work: Callable[[Settings, Database], Awaitable[None]]) -> None:
    from bot.storage.engine import Database
    from bot.storage.migrating import migrate

    await migrate(settings.database_address, now=datetime.now(UTC))
    database = Database(settings.database_address)
    try:
        await work(settings, database)
    finally:
        await database.close()


def _tell(report: Report) -> None:
    """What a check found, in lines."""
    for problem in report.problems[:_SHOWN]:
        typer.echo(str(problem), err=True)
    for change in report.differences[:_SHOWN]:
        typer.echo(str(change))
    if len(report.differences) > _SHOWN:
        typer.echo(f"… and {len(report.differences) - _SHOWN} more differences.")
    for golden in report.golden[:_SHOWN]:
        sides = (f"{one.outcome} {one.entry or ''}".strip() for one in (golden.before, golden.after))
        typer.echo(f"golden question ({golden.language}) “{golden.question}”: {' → '.join(sides)}")
    for one in report.leaning[:_SHOWN]:
        typer.echo(f"phrasing ({one.language}) “{one.phrasing}” of {one.entry} leans to {one.other}")
    for stale in report.stale:
        typer.echo(f"translation becomes older than its English text: {stale.entry} ({stale.language})")


def _has_database(settings: Settings) -> bool:
    return settings.database_file is None or settings.database_file.is_file()


def _reading(read: Callable[[Revisions], Awaitable[T]]) -> T:
    """Read revisions, also while the bot runs; the command ends with a clear line when that is impossible."""
    from bot.editing.blobs import BlobDamaged
    from bot.editing.revisions import NoRevision
    from bot.storage.faults import StorageDown

    settings = settings_or_exit()
    if not _has_database(settings):
        stop(f"There is no database at {settings.database_file} yet: it is made when the bot starts.")
    try:
        return asyncio.run(_read(settings, read))
    except (NoRevision, BlobDamaged) as fault:
        stop(f"{str(fault)[:1].upper()}{str(fault)[1:]}; advisor knowledge history lists them.")
    except StorageDown as fault:
        stop(f"{fault}: `advisor doctor` says what to do.")


async def _read(settings: Settings, read: Callable[[Revisions], Awaitable[T]]) -> T:
    from bot.editing.revisions import Revisions

    async with _database(settings) as database:
        return await read(Revisions(database))


@asynccontextmanager
async def _database(settings: Settings) -> AsyncIterator[Database]:
    from bot.storage.engine import Database

    database = Database(settings.database_address)
    try:
        yield database
    finally:
        await database.close()


async def _named(revisions: Revisions, name: str) -> Revision:
    """A revision by its number or the beginning of its hash."""
    if name.isdecimal() and len(name) < 9:
        return await revisions.get(int(name))
    found = await revisions.by_hash_prefix(name.lower())
    if not found:
        stop(f"There is no folder and no revision {name}.", 2)
    if len({one.hash for one in found}) > 1:
        stop(f"Several revisions begin with {name}: write more of the hash.", 2)
    return found[0]


async def _now(files: Files) -> Files:
    return files


def _as_json(revision: Revision) -> dict[str, object]:
    return {
        "number": revision.number,
        "hash": revision.hash,
        "parent": revision.parent,
        "kind": revision.kind,
        "proposal": revision.proposal,
        "made_at": revision.made_at.isoformat(),
    }
