"""What a change of the knowledge touches: members on a guide, reminders, notices that would go out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import distinct, func, or_, select

from bot.storage.engine import Database
from bot.storage.tables import reminders, ways

FEW = 5
"""Below this a number is only called "fewer than five": editors must not learn what single people do."""


@dataclass(frozen=True, slots=True)
class Touched:
    """How many it would reach.

    Attributes:
        walking: members on the way through one of the guides, or who left it.
        finished: members who finished one of them and would be told that it changed.
        reminders: active reminders about one of the entries or its platform.
    """

    walking: int = 0
    finished: int = 0
    reminders: int = 0


async def count_touched(database: Database, entries: Collection[str], guides: Collection[str]) -> Touched:
    """Count what a change touches.

    Args:
        database: migrated.
        entries: ids of the entries that change.
        guides: ids of the entries whose steps change in substance.

    Raises:
        StorageDown: the database does not answer.
    """
    if not entries:
        return Touched()
    platforms = {entry.partition(".")[0] for entry in entries}
    members = select(func.count(distinct(ways.c.member_id))).where(ways.c.entry.in_(guides))
    async with database.read() as connection:
        walking = await connection.scalar(members.where(ways.c.state != "done"))
        finished = await connection.scalar(
            members.where(or_(ways.c.state == "done", ways.c.done_at.is_not(None)))
        )
        about = await connection.scalar(
            select(func.count())
            .select_from(reminders)
            .where(reminders.c.state == "active", reminders.c.points_at.in_({*entries, *platforms}))
        )
    return Touched(walking=walking or 0, finished=finished or 0, reminders=about or 0)
