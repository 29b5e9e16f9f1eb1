"""The proof that a backup can be put back: it is, in a temporary place, and every table is compared."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL
from sqlalchemy import exc as sa

from bot.storage import postgres_tools
from bot.storage.backing_up import open_file, verify
from bot.storage.digests import Digest, Progress, differences, digest_tables, silent
from bot.storage.engine import normal_url, visiting_engine
from bot.storage.faults import StorageDown, StorageRefused, describe
from bot.storage.manifest import BackupRefused, Manifest
from bot.storage.migrating import migrate


async def prove(backup: Path, url: str, *, now: datetime, progress: Progress = silent) -> Manifest:
    """Restore a backup into a temporary place, bring it to this program's form, and compare before that.

    Args:
        backup: the file.
        url: of the database; on PostgreSQL the temporary one is made on its server.
        now: the present instant.
        progress: told how far it is.

    Raises:
        BackupRefused: it is damaged, or came back as something else.
        StorageRefused: there is no place for it.
        StorageDown: PostgreSQL does not answer.
    """
    manifest = await verify(backup, progress=progress)
    with tempfile.TemporaryDirectory(prefix="advisor-proof-") as folder:
        if manifest.database == "sqlite":
            place = Path(folder) / "advisor.db"
            await asyncio.to_thread(shutil.copyfile, backup, place)
            found = await asyncio.to_thread(_digest_file, place, progress)
            _compare(backup, manifest, found)
            await migrate(f"sqlite:///{place}", now=now, keep_copy=False)
        else:
            async with _temporary(normal_url(url)) as place_url:
                await postgres_tools.load_dump(place_url, backup, instead_of=(), scratch=Path(folder))
                _compare(backup, manifest, await _digest_postgres(place_url, progress))
                await migrate(place_url.render_as_string(hide_password=False), now=now)
    return manifest


def _compare(backup: Path, manifest: Manifest, found: dict[str, Digest]) -> None:
    if different := differences(manifest.tables, found):
        raise BackupRefused(f"{backup} came back as something else: {different[0]}. Take another backup.")


def _digest_file(place: Path, progress: Progress) -> dict[str, Digest]:
    with open_file(place) as connection:
        return digest_tables(connection, progress=progress)


async def _digest_postgres(url: URL, progress: Progress) -> dict[str, Digest]:
    engine = visiting_engine(url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(lambda sync: digest_tables(sync, progress=progress))
    finally:
        await engine.dispose()


@asynccontextmanager
async def _temporary(url: URL) -> AsyncIterator[URL]:
    """An empty database on the same server, which is dropped at the end."""
    name = f"advisor_proof_{uuid.uuid4().hex}"
    engine = visiting_engine(url)
    try:
        async with engine.connect() as first:
            number = int((await first.exec_driver_sql("SHOW server_version_num")).scalar_one())
        version = postgres_tools.server_version(number)
        await postgres_tools.require_tools("pg_restore", "psql", server=version)
        async with engine.connect() as plain:
            connection = await plain.execution_options(isolation_level="AUTOCOMMIT")
            await connection.exec_driver_sql(f"CREATE DATABASE {name}")
        try:
            yield url.set(database=name)
        finally:
            async with engine.connect() as plain:
                connection = await plain.execution_options(isolation_level="AUTOCOMMIT")
                await connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    except sa.DBAPIError as fault:
        if getattr(fault.orig, "sqlstate", None) == "42501":
            raise StorageRefused(
                "The database's user may not make a temporary database:"
                f' as an administrator, run ALTER ROLE "{url.username}" CREATEDB, or prove it elsewhere.'
            ) from fault
        raise StorageDown(describe(fault) or "the database does not answer as it should") from fault
    finally:
        await engine.dispose()
