"""Empty databases in this program's form, without migrating each: migrated once in a process, then cast.

On SQLite the migrated file is copied. On PostgreSQL the statements of the migrations are kept and carried out
again in one go. Whoever asks for a database that holds something gets the real migration.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import asyncpg
from sqlalchemy import URL, event
from sqlalchemy.engine import Engine

from bot.storage.engine import normal_url, sqlite_path
from bot.storage.migrating import migrate

_LONG_AGO: Final = datetime(2020, 1, 1, tzinfo=UTC)
"""For a name that is never given."""
_EMPTY: Final = "SELECT NOT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public')"


def plain(url: URL) -> str:
    """The URL as asyncpg itself reads it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


async def cast(url: str, *, now: datetime) -> None:
    """Make the database what `migrate` makes of it, by the short way when it is empty.

    Args:
        url: as for `Database`.
        now: as for `migrate`.
    """
    parsed = normal_url(url)
    path = sqlite_path(parsed)
    if path is None:
        await _cast_on_server(url, parsed, now)
    elif path.exists() and path.stat().st_size:
        await migrate(url, now=now)
    else:
        await cast_file(path)


async def cast_file(path: Path) -> None:
    """A migrated SQLite database at `path`, where nothing is yet; for its owner alone, as ours are."""
    mould = _folder() / "mould.db"
    if not mould.exists():
        await migrate(f"sqlite:///{mould}", now=_LONG_AGO)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with mould.open("rb") as source, os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as sink:
        shutil.copyfileobj(source, sink)


@cache
def _guard() -> tempfile.TemporaryDirectory[str]:
    """Removed with the process."""
    return tempfile.TemporaryDirectory(prefix="advisor-moulds-", ignore_cleanup_errors=True)


def _folder() -> Path:
    return Path(_guard().name)


_said: list[str] = []
"""What the migrations say to PostgreSQL, once they were carried out in this process."""


async def _cast_on_server(url: str, parsed: URL, now: datetime) -> None:
    if not _said:
        await _overhear(url, parsed, now)
        return
    connection = await asyncpg.connect(plain(parsed))
    try:
        if await connection.fetchval(_EMPTY):
            await connection.execute(";\n".join(("BEGIN", *_said, "COMMIT")))
            return
    finally:
        await connection.close()
    await migrate(url, now=now)


async def _overhear(url: str, parsed: URL, now: datetime) -> None:
    """Migrate, and keep what is said, unless there is nothing to say or it is not the same each time."""
    heard: list[tuple[str, Any]] = []

    def listen(connection: Any, _: object, statement: str, parameters: Any, *more: object) -> None:
        if connection.engine.url == parsed and not statement.lstrip().upper().startswith("SELECT"):
            heard.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", listen)
    try:
        migrated = await migrate(url, now=now)
    finally:
        event.remove(Engine, "before_cursor_execute", listen)
    if migrated.before is None and not any(parameters for _, parameters in heard):
        _said[:] = [statement for statement, _ in heard]
