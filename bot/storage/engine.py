"""One class for both databases: who writes, who reads, and what a fault looks like to the caller.

SQLite gets two engines, because every transaction of the writer takes the write lock at its begin
(`BEGIN IMMEDIATE`; else a read that becomes a write fails at once, whatever the timeout says). PostgreSQL
gets one. Settings and measurements: foundations, section 2 and S4.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, event, make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, NullPool

from bot.ops.failpoints import hit
from bot.storage.faults import StorageDown, describe, is_readonly

BUSY_TIMEOUT = 5000
"""Milliseconds that SQLite waits for a lock."""

BOT_NAME = "privacy-advisor"
"""What PostgreSQL is told who connects."""

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
    "PRAGMA temp_store=MEMORY",
)
_POOL_TIMEOUT = 10.0


class Database:
    """The database of one installation. Opening nothing yet; connections are made when first needed.

    Args:
        url: `sqlite+aiosqlite:///path` or `postgresql+asyncpg://…`; `sqlite:` and `postgresql:` do too.

    Raises:
        ValueError: the URL is of another kind of database, or of SQLite in memory.
    """

    def __init__(self, url: str) -> None:
        self.url = normal_url(url)
        self.path = sqlite_path(self.url)
        self._file: tuple[int, int] | None = None
        if self.path is None:
            self._writer = _postgres_engine(self.url, lock_timeout=5)
            self._reader = self._writer.execution_options(postgresql_readonly=True)
        else:
            self._writer = _sqlite_engine(self.path, begin="BEGIN IMMEDIATE", size=1)
            self._reader = _sqlite_engine(self.path, begin="BEGIN", size=4, query_only=True)

    @property
    def is_sqlite(self) -> bool:
        """Whether one process owns this database as a file."""
        return self.path is not None

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that may write; committed at the end, rolled back by any exception.

        Not to be nested: SQLite has one writer, so the inner one would wait for the outer one.

        Raises:
            StorageDown: the database is locked, gone, full or too slow. Nothing was changed.
        """
        async with self._transaction(self._writer) as connection:
            hit("storage.begun")
            yield connection
            hit("storage.before-commit")
        hit("storage.committed")

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that only reads; several run beside the writer.

        Raises:
            StorageDown: the database is gone or too slow.
        """
        async with self._transaction(self._reader, reading=True) as connection:
            yield connection

    @asynccontextmanager
    async def driver(self) -> AsyncIterator[Any]:
        """The writer's aiosqlite connection outside any transaction, for PRAGMAs that need that.

        Raises:
            StorageDown: as `write`.
        """
        try:
            await self._look_at_the_file()
            async with self._writer.connect() as connection:
                yield (await connection.get_raw_connection()).driver_connection
        except Exception as fault:
            _raise_if_down(fault)
            raise

    async def close(self) -> None:
        """Close every connection; SQLite empties its write-ahead log with the last one."""
        await self._reader.dispose()
        await self._writer.dispose()

    @asynccontextmanager
    async def _transaction(
        self, engine: AsyncEngine, *, reading: bool = False
    ) -> AsyncIterator[AsyncConnection]:
        try:
            await self._look_at_the_file()
            async with engine.begin() as connection:
                yield connection
        except Exception as fault:
            if not (reading and is_readonly(fault)):
                _raise_if_down(fault)
            raise

    async def _look_at_the_file(self) -> None:
        """SQLite goes on writing into a file that was deleted or replaced under it; we do not."""
        if self.path is None:
            return
        try:
            found = self.path.stat()
        except OSError as fault:
            raise StorageDown("the database file is gone") from fault
        file = (found.st_dev, found.st_ino)
        if self._file is not None and self._file != file:
            await self.close()
        self._file = file


def normal_url(url: str) -> URL:
    """The URL with the driver that we use.

    Raises:
        ValueError: another kind of database, or SQLite in memory.
    """
    scheme, _, path = url.partition(":///")
    if scheme in ("sqlite", "sqlite+aiosqlite") and path and not path.startswith((":", "file:")):
        # Taken as it stands: `make_url` would read %20 in a folder's name as a space.
        return URL.create("sqlite+aiosqlite", database=path.partition("?")[0])
    try:
        parsed = make_url(url)
    except Exception:
        raise ValueError("it is not the address of a database") from None
    if parsed.drivername.partition("+")[0] in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+asyncpg")
    raise ValueError("it must be sqlite:/// with the path of a file, or postgresql://")


def sqlite_path(url: URL) -> Path | None:
    """Where the file of an SQLite URL is, or None for PostgreSQL."""
    return Path(url.database or "").absolute() if url.drivername.startswith("sqlite") else None


def migrating_engine(url: URL) -> AsyncEngine:
    """An engine for one upgrade: foreign keys off on SQLite, else rebuilding a table deletes its children."""
    path = sqlite_path(url)
    if path is None:
        return _postgres_engine(url, lock_timeout=60, poolclass=NullPool)
    return _sqlite_engine(path, begin="BEGIN IMMEDIATE", foreign_keys=False, poolclass=NullPool)


def visiting_engine(url: URL, *, write: bool = False) -> AsyncEngine:
    """An engine for long work beside the bot or in its place: one connection, one snapshot, no hurry.

    A transaction of it sees one moment of the database from its first read on. On PostgreSQL it goes by
    another name than the bot's, so that `bots_at_work` does not count it.
    """
    path = sqlite_path(url)
    if path is not None:
        return _sqlite_engine(path, begin="BEGIN IMMEDIATE" if write else "BEGIN", poolclass=NullPool)
    return create_async_engine(
        url,
        hide_parameters=True,
        isolation_level="READ COMMITTED" if write else "REPEATABLE READ",
        connect_args={"timeout": 5, "server_settings": {"application_name": f"{BOT_NAME}-upkeep"}},
        poolclass=NullPool,
    )


async def bots_at_work(connection: AsyncConnection) -> int:
    """How many connections of bots there are to this PostgreSQL database; 0 on SQLite, which has a lock."""
    if connection.dialect.name != "postgresql":
        return 0
    found = await connection.execute(
        text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name = :name AND pid <> pg_backend_pid()"
        ),
        {"name": BOT_NAME},
    )
    return int(found.scalar_one())


def _sqlite_engine(
    path: Path,
    *,
    begin: str,
    size: int | None = None,
    query_only: bool = False,
    foreign_keys: bool = True,
    poolclass: type[NullPool] | None = None,
) -> AsyncEngine:
    """`mode=rw`: a file that is not there is a fault and not a new, empty database."""
    url = URL.create(
        "sqlite+aiosqlite", database="file:" + quote(str(path)), query={"mode": "rw", "uri": "true"}
    )
    pool: dict[str, Any] = (
        {"poolclass": poolclass}
        if poolclass is not None
        else {
            "poolclass": AsyncAdaptedQueuePool,
            "pool_size": size,
            "max_overflow": 0,
            "pool_timeout": _POOL_TIMEOUT,
        }
    )
    engine = create_async_engine(url, hide_parameters=True, connect_args={"isolation_level": None}, **pool)

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT}")
        cursor.execute(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")
        for pragma in _PRAGMAS:
            cursor.execute(pragma)
        if query_only:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _postgres_engine(url: URL, *, lock_timeout: int, poolclass: type[NullPool] | None = None) -> AsyncEngine:
    """`lock_timeout` in seconds; a connection is tried before use, so a restarted server is no fault."""
    pool: dict[str, Any] = (
        {"poolclass": poolclass}
        if poolclass is not None
        else {"pool_size": 5, "max_overflow": 5, "pool_timeout": _POOL_TIMEOUT, "pool_pre_ping": True}
    )
    settings = {
        "application_name": BOT_NAME,
        "lock_timeout": f"{lock_timeout}s",
        "idle_in_transaction_session_timeout": "60s",
    }
    return create_async_engine(
        url,
        hide_parameters=True,
        connect_args={"timeout": 5, "command_timeout": lock_timeout + 5, "server_settings": settings},
        **pool,
    )


def _raise_if_down(fault: Exception) -> None:
    """Raise `StorageDown` for a transient fault; return for any other."""
    words = describe(fault)
    if words is not None and not isinstance(fault, StorageDown):
        raise StorageDown(words) from fault
