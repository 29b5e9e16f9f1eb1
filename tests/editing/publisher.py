"""A process that publishes one revision and ends; ADVISOR_FAILPOINT ends it earlier.

`python -m tests.editing.publisher URL TITLE`
"""

from __future__ import annotations

import asyncio
import sys

from bot.editing.audit import Audit
from bot.editing.revisions import Revisions
from bot.storage.engine import Database
from tests.editing.folders import hash_of, titled
from tests.support.databases import NOW


async def publish(url: str, title: str) -> None:
    """Publish on whatever is the newest revision, with a row in the audit."""
    database = Database(url)
    revisions = Revisions(database)
    parent = (await revisions.newest()).number
    files = titled(title)
    digest = hash_of(files)
    async with database.write() as connection:
        made = await revisions.publish(
            connection, files, hash=digest, parent=parent, kind="edit", proposal=None, now=NOW
        )
        await Audit().note(connection, None, "publish", f"revision {made.number}", {"hash": digest}, now=NOW)
    await database.close()


if __name__ == "__main__":
    asyncio.run(publish(sys.argv[1], sys.argv[2]))
