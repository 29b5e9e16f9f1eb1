"""Publishes proposals in processes that die: `python -m tests.editing.carrier URL DATA`.

Each line on standard input is a step (or `-`) and the number of a proposal. For each a child is forked, with
everything imported already, which publishes by the same update; its exit code is printed.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from bot.editing.desk import Asker
from bot.members.store import UpdateRef
from bot.ops import failpoints
from bot.storage.engine import Database
from tests.editing.newsroom import ANNA, BEN, CARL, OWNER, newsroom_in
from tests.support.members import furnish

UPDATE = 50_000
"""The update that asks for it, whatever became of it before, and the proposal's number."""


async def publish(url: str, data: Path, number: int) -> None:
    """Publish a proposal."""
    database = Database(url)
    room = newsroom_in(await furnish(database, data), editors=(ANNA, BEN, CARL), owners=(OWNER,))
    await room.publishing.publish(Asker(BEN, UpdateRef(bot_id=1, update_id=UPDATE + number)), number)
    await database.close()


def main() -> None:
    """Carry out the lines of standard input."""
    url, data = sys.argv[1], Path(sys.argv[2])
    for line in sys.stdin:
        step, number = line.split()
        child = os.fork()
        if child == 0:
            failpoints.arm(None if step == "-" else f"{step}:1")
            asyncio.run(publish(url, data, int(number)))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
