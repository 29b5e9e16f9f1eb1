"""`advisor diagnostics`: a file to be sent to whoever helps, without personal data."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer
from pydantic.fields import FieldInfo

from bot.cli.setting import stop
from bot.settings import Settings, SettingsError, load_settings


def diagnostics(
    file: Annotated[Path, typer.Argument(help="The new zip file.")],
    log: Annotated[
        Path | None, typer.Option(help="A log of the bot; names of its last events are added, no words.")
    ] = None,
) -> None:
    """Write versions, settings without values, findings, counts and metrics into one file.

    Look through it before you send it: it is plain text.
    """
    from bot.upkeep.diagnostics import tell_log, write_bundle

    parts = asyncio.run(_gather())
    if log is not None:
        try:
            parts["log"] = tell_log(log.read_text("utf-8", "replace").splitlines())
        except OSError as fault:
            stop(f"The log {log} cannot be read ({fault.strerror}).")
    try:
        write_bundle(file, parts)
    except FileExistsError:
        stop(f"{file} exists already: name another file.")
    except OSError as fault:
        stop(f"{file} cannot be written ({fault.strerror}): name another place.")
    typer.echo(
        f"Written to {file}: {', '.join(parts)}. Nothing in it names a person; look before you send it."
    )


async def _gather() -> dict[str, object]:
    from bot.cli.checks import examine
    from bot.upkeep import diagnostics as told

    try:
        settings = load_settings(os.environ)
    except SettingsError as error:
        settings = error.usable
    private = [
        str(Path.home()),
        str(Path.cwd()),
        settings.operator_name or "",
        settings.operator_contact or "",
    ]
    findings = [
        {
            "check": finding.check,
            "well": finding.well,
            "says": told.scrub(finding.says, private),
            "mend": told.scrub(finding.mend, private),
        }
        for finding in await examine(os.environ)
    ]
    values = {str(field.validation_alias): getattr(settings, name) for name, field in _fields()}
    given = [str(field.validation_alias) for name, field in _fields() if name in settings.model_fields_set]
    return {
        "program": told.describe_program(),
        "settings": told.describe_settings(values, given),
        "findings": findings,
        "database": await _database(settings),
        "knowledge": await asyncio.to_thread(_knowledge, settings),
        "metrics": await _metrics(settings),
    }


def _fields() -> list[tuple[str, FieldInfo]]:
    return list(Settings.model_fields.items())


async def _database(settings: Settings) -> dict[str, object]:
    from bot.upkeep.diagnostics import describe_database

    if settings.database_file is not None and not settings.database_file.is_file():
        return {"kind": "sqlite", "error": "not there yet"}
    return await describe_database(settings.database_address)


def _knowledge(settings: Settings) -> dict[str, object]:
    from bot.knowledge.load import load
    from bot.knowledge.location import default_folder

    loaded = load(settings.knowledge_dir or default_folder())
    return {
        "own": settings.knowledge_dir is not None,
        "revision": loaded.base.revision if loaded.base is not None else None,
        "problems": len(loaded.problems),
    }


async def _metrics(settings: Settings) -> str:
    """What a running bot says of itself; its labels name nobody."""
    import aiohttp

    place = settings.metrics_listen or settings.health_listen
    if place == "off":
        return "off"
    try:
        timeout = aiohttp.ClientTimeout(total=3)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(f"http://{place}/metrics", allow_redirects=False) as answer,
        ):
            text = (await answer.content.read(1 << 20)).decode("utf-8", "replace")
            return text if answer.status == 200 else f"answered with {answer.status}"
    except (aiohttp.ClientError, OSError) as fault:
        return f"no bot answers here ({type(fault).__name__})"
