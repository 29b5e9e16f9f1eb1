"""Real databases for tests: SQLite in a temporary folder, PostgreSQL in a database of its own.

The server is ADVISOR_TEST_POSTGRES. Without one the tests on it are skipped, unless CI=true or
ADVISOR_REQUIRE_POSTGRES=1 says that it must be there.
"""

from __future__ import annotations

import asyncio
import functools
import os
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import URL, make_url

from bot.storage.engine import Database
from tests.support.moulds import cast, plain

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


def server() -> URL:
    """The PostgreSQL server for tests."""
    default = "postgresql+asyncpg://postgres@127.0.0.1:5432/postgres"
    return make_url(os.environ.get("ADVISOR_TEST_POSTGRES", default))


@functools.cache
def _absent() -> list[str]:
    """Why the server does not answer; remembered, so that only the first test waits for it."""
    return []


async def _connect(url: URL) -> asyncpg.Connection:
    if not _absent():
        try:
            return await asyncpg.connect(plain(url), timeout=3)
        except (OSError, TimeoutError, asyncpg.PostgresError) as fault:
            _absent().append(type(fault).__name__)
    reason = f"no PostgreSQL answers at {url.host}:{url.port} ({_absent()[0]}); set ADVISOR_TEST_POSTGRES"
    if os.environ.get("CI") == "true" or os.environ.get("ADVISOR_REQUIRE_POSTGRES") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@asynccontextmanager
async def postgres_database() -> AsyncIterator[URL]:
    """An empty database on the server, dropped afterwards whoever still uses it."""
    name = f"advisor_test_{uuid.uuid4().hex}"
    connection = await _connect(server())
    try:
        await connection.execute(f"CREATE DATABASE {name}")
        try:
            yield server().set(database=name)
        finally:
            await connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    finally:
        await connection.close()


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """An installation's data folder; the key file and the register come beside it."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture(params=BOTH)
async def database_url(request: pytest.FixtureRequest, data_dir: Path) -> AsyncIterator[str]:
    """The URL of an empty database, once for each kind."""
    if request.param == "sqlite":
        yield sqlite_url(data_dir)
        return
    async with postgres_database() as url:
        yield url.render_as_string(hide_password=False)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A migrated database, once for each kind."""
    async with opened(database_url) as made:
        yield made


@pytest.fixture
async def sqlite_database(data_dir: Path) -> AsyncIterator[Database]:
    """A migrated SQLite database."""
    async with opened(sqlite_url(data_dir)) as made:
        yield made


@pytest.fixture
async def postgres_only(data_dir: Path) -> AsyncIterator[Database]:
    """A migrated PostgreSQL database; mark the test with `postgres`."""
    async with postgres_database() as url, opened(url.render_as_string(hide_password=False)) as made:
        yield made


def sqlite_url(data_dir: Path) -> str:
    """The URL of the database in a data folder."""
    return f"sqlite:///{data_dir / 'advisor.db'}"


@asynccontextmanager
async def opened(url: str, *, migrated: bool = True) -> AsyncIterator[Database]:
    """Bring a database to its form, open it, and close it again; `migrated=False` leaves it as it is."""
    if migrated:
        await cast(url, now=NOW)
    database = Database(url)
    try:
        yield database
    finally:
        await database.close()


@contextmanager
def hidden(path: Path) -> Iterator[None]:
    """Move a file away for a while."""
    aside = path.with_name(path.name + ".aside")
    path.rename(aside)
    try:
        yield
    finally:
        aside.rename(path)


class Wire:
    """A TCP connection to a server that can be cut and mended, as a network is.

    Args:
        host: of the server.
        port: of the server.
    """

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0

    async def mend(self) -> None:
        """Listen, on the same port as before."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Stop listening and break every connection."""
        if self._server is not None:
            self._server.close()
            for writer in list(self._writers):
                writer.transport.abort()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await self._server.wait_closed()
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(*self._target)
        self._writers |= {writer, back}
        for source, sink in ((reader, back), (there, writer)):
            task = asyncio.create_task(self._pass(source, sink))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pass(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65_536):
                sink.write(data)
                await sink.drain()
        sink.close()
        self._writers.discard(sink)
