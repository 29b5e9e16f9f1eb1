"""PostgreSQL's own programs: pg_dump makes a backup, pg_restore and psql put it back.

Where and who goes by the environment, so that no password stands in a list of processes.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from sqlalchemy import URL

from bot.storage.digests import Progress
from bot.storage.faults import StorageRefused

_LOOK = 0.5
"""Seconds between two looks at how far a dump is."""
_SAID = 300
"""Of what a program complains, so many characters are repeated."""
_SSL = {"true": "require", "false": "disable"}


async def require_tools(*names: str, server: int) -> None:
    """Make sure that these programs are there and not older than the server.

    Args:
        names: pg_dump, pg_restore or psql.
        server: the major version of the server, such as 15.

    Raises:
        StorageRefused: one is missing or too old; the message says what to install.
    """
    for name in names:
        package = f"postgresql-client-{server} or newer (Debian, Ubuntu; others call it postgresql{server})"
        if shutil.which(name) is None:
            raise StorageRefused(f"{name} is missing: install {package}.")
        said = await _run([name, "--version"], os.environ)
        found = re.search(r"\b(\d+)(?:\.\d+|beta|rc|devel)", said)
        if found is None or int(found[1]) < server:
            version = found[1] if found else "an unknown version"
            raise StorageRefused(
                f"{name} is of version {version} and the server of version {server}: install {package}."
            )


def server_version(number: int) -> int:
    """The major version of `server_version_num` (150020 is 15)."""
    return number // 10_000


async def dump(url: URL, target: Path, *, snapshot: str, progress: Progress) -> None:
    """Dump what `snapshot` sees into `target`, in pg_dump's custom format.

    Raises:
        StorageRefused: pg_dump fails; the message says why.
    """
    command = ["pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--no-password"]
    command += [f"--snapshot={snapshot}", f"--file={target}"]
    watching = asyncio.create_task(_watch(target, progress))
    try:
        await _run(command, _environment(url))
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def list_dump(dump_file: Path) -> str:
    """The table of contents of a dump.

    Raises:
        StorageRefused: pg_restore is missing, or cannot read the file.
    """
    if shutil.which("pg_restore") is None:
        raise StorageRefused("pg_restore is missing: install the client programs of PostgreSQL.")
    return await _run(["pg_restore", "--list", str(dump_file)], os.environ)


async def load_dump(url: URL, dump_file: Path, *, instead_of: Sequence[str], scratch: Path) -> None:
    """Put a dump into a database, in one transaction: all of it or nothing.

    Args:
        url: of the database.
        dump_file: from `dump`.
        instead_of: tables that are dropped first.
        scratch: a folder for the script, which is as large as the data.

    Raises:
        StorageRefused: it fails; the database is as it was.
    """
    before, script = scratch / "before.sql", scratch / "restore.sql"
    quoted = ('"' + name.replace('"', '""') + '"' for name in instead_of)
    before.write_text("".join(f"DROP TABLE IF EXISTS {name} CASCADE;\n" for name in quoted))
    command = ["pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(dump_file)]
    await _run(command, os.environ)
    command = ["psql", "--no-psqlrc", "--quiet", "--no-password", "--single-transaction"]
    command += ["--set=ON_ERROR_STOP=1", "--output=/dev/null", f"--file={before}", f"--file={script}"]
    await _run(command, _environment(url) | {"PGOPTIONS": "-c client_min_messages=warning"})


def _environment(url: URL) -> dict[str, str]:
    """The address of a database as libpq reads it."""
    query = {name: value for name, value in url.query.items() if isinstance(value, str)}
    said = {
        "PGHOST": url.host or query.get("host"),
        "PGPORT": str(url.port) if url.port else query.get("port"),
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
        "PGSSLMODE": query.get("sslmode") or _SSL.get(query.get("ssl", ""), query.get("ssl")),
        "PGAPPNAME": "privacy-advisor-upkeep",
        "PGCONNECT_TIMEOUT": "10",
    }
    return dict(os.environ) | {name: str(value) for name, value in said.items() if value}


async def _run(command: Sequence[str], environment: Mapping[str, str]) -> str:
    """Run a program to its end, or end it when we are told to stop. Returns what it says."""
    process = await asyncio.create_subprocess_exec(
        *command,
        env=dict(environment),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, complaint = await process.communicate()
    except BaseException:
        if process.returncode is None:
            process.terminate()
        await process.wait()
        raise
    if process.returncode:
        lines = complaint.decode("utf-8", "replace").strip().splitlines()
        said = next((line for line in lines if "error" in line.lower()), lines[-1] if lines else "")
        raise StorageRefused(
            f"{command[0]} fails ({said[:_SAID] or process.returncode}). Nothing was changed."
        )
    return out.decode("utf-8", "replace")


async def _watch(target: Path, progress: Progress) -> None:
    while True:
        await asyncio.sleep(_LOOK)
        with suppress(OSError):
            progress("writing", (await asyncio.to_thread(target.stat)).st_size, 0)
