"""A file for whoever helps an operator: what there is and how it goes, and nothing about anybody.

Nothing is copied and then cleaned where it can be chosen instead: of settings numbers and levels show, all
else only whether it is set; of a log line its time, level, place and name; of an exception its classes and
places. Findings are sentences that hold paths and addresses, so those are taken out.
"""

from __future__ import annotations

import json
import os
import platform
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import distributions
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy import exc as sa

from bot import __version__
from bot.ops.logs import redactor
from bot.storage.digests import count_rows
from bot.storage.engine import normal_url, sqlite_path, visiting_engine

LINES = 500
"""Of a log the last so many lines are looked at."""

_NAME = re.compile(r"[a-z][a-z0-9_.-]{0,60}")
_PATH = re.compile(r"(?:[A-Za-z]:)?(?:/[^\s/:;,'\"()]+)+/?")
_ADDRESS = re.compile(r"[a-z+]+://[^\s,;)]+|[^\s@]+@[^\s@]+|@\w+", re.IGNORECASE)
_LONG = re.compile(r"\b[0-9a-fA-F]{16,}\b|-?\d{5,}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)?")


def describe_settings(values: Mapping[str, object], given: Iterable[str]) -> dict[str, object]:
    """Settings without what they say, but for numbers and levels.

    Args:
        values: by name.
        given: the names that were set.
    """
    there = frozenset(given)
    return {name: _described(name, value, name in there) for name, value in sorted(values.items())}


def describe_program() -> dict[str, object]:
    """Versions of the program, of Python, of the system and of what is installed."""
    packages = {one.metadata["Name"]: one.version for one in distributions() if one.metadata["Name"]}
    return {
        "privacy-advisor": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "packages": dict(sorted(packages.items())),
    }


async def describe_database(url: str) -> dict[str, object]:
    """Its kind, version, form and how many rows each table has; why not, when it does not answer."""
    parsed = normal_url(url)
    path = sqlite_path(parsed)
    about: dict[str, object] = {"kind": "sqlite" if path is not None else "postgresql"}
    engine = visiting_engine(parsed)
    try:
        async with engine.connect() as connection:
            about |= await connection.run_sync(_look)
    except (sa.SQLAlchemyError, OSError) as fault:
        about["error"] = type(fault).__name__
    finally:
        await engine.dispose()
    return about


def tell_log(lines: Sequence[str]) -> list[dict[str, object]]:
    """Of each line what the program itself wrote: when, how bad, where, which event."""
    told: list[dict[str, object]] = []
    for line in lines[-LINES:]:
        try:
            record = json.loads(line)
        except ValueError:
            record = None
        told.append(_told(record) if isinstance(record, dict) else {"line": "(not the program's)"})
    return told


def scrub(text: str, private: Iterable[str]) -> str:
    """A sentence without paths, addresses, long numbers, tokens, and without the texts in `private`."""
    for word in sorted(filter(None, private), key=len, reverse=True):
        text = text.replace(word, "(left out)")
    text = redactor(None)(text)
    for pattern, instead in ((_ADDRESS, "(address)"), (_PATH, "(path)"), (_LONG, "(number)")):
        text = pattern.sub(instead, text)
    return text


def write_bundle(file: Path, parts: Mapping[str, object]) -> None:
    """The zip file, one entry a part: texts as they are, all else as JSON.

    Raises:
        FileExistsError: the file exists; it is not overwritten.
        OSError: it cannot be written.
    """
    with (
        os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw,
        zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as bundle,
    ):
        for name, part in parts.items():
            text = part if isinstance(part, str) else json.dumps(part, indent=1, ensure_ascii=False)
            bundle.writestr(f"{name}.{'txt' if isinstance(part, str) else 'json'}", text)


def _described(name: str, value: object, given: bool) -> object:
    if isinstance(value, bool | int | float) or name == "ADVISOR_LOG_LEVEL":
        return value
    if isinstance(value, frozenset) and value:
        return f"set ({len(value)})"
    return "set" if given else "default"


def _look(connection: Connection) -> dict[str, object]:
    about: dict[str, object] = {"rows": count_rows(connection)}
    about["version"] = ".".join(str(part) for part in connection.dialect.server_version_info or ())
    if connection.dialect.has_table(connection, "alembic_version"):
        about["form"] = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return about


def _told(record: Mapping[str, object]) -> dict[str, object]:
    told: dict[str, object] = {}
    for name in ("timestamp", "level", "logger", "event", "kind"):
        value = record.get(name)
        if not isinstance(value, str):
            continue
        fits = _TIME if name == "timestamp" else _NAME
        known = fits.fullmatch(value) or (name == "kind" and value.isidentifier())
        told[name] = value if known else "(left out)"
    trace = record.get("exception")
    if isinstance(trace, list):
        told["exception"] = [_place(str(line)) for line in trace]
    return told


def _place(line: str) -> str:
    """A line of a traceback: the class of the exception, or file, line and function."""
    words = line.strip(" |")
    if found := re.fullmatch(r".*?([\w.-]+\.py):(\d+) (\w+|<\w+>)", words):
        return f"  {found[1]}:{found[2]} {found[3]}"
    kind = words.partition(":")[0]
    return kind if re.fullmatch(r"[A-Za-z_][\w.]*", kind) else "(left out)"
