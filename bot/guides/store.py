"""The statements about ways, reports and platforms; transactions and time are the service's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, Table, delete, func, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.guides.checkup import Seen, Setting
from bot.guides.machine import Notice, State, Way
from bot.knowledge.model import Surface
from bot.storage.tables import journal, step_reports, used_platforms, ways

_IS_DONE = text("ways.state = 'done'")
"""No parameter: only so does SQLite use the partial index."""


@dataclass(frozen=True, slots=True)
class StoredWay:
    """A way as it is kept.

    Attributes:
        way: how far the member is.
        notice: what was said beside the step.
        message_id: the message that shows the guide, None when it is not known.
        at: when the member was last there.
        done_at: when the guide was last finished, None when it never was.
    """

    way: Way
    notice: Notice | None
    message_id: int | None
    at: datetime
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FinishedWay:
    """A guide that a member finished.

    Attributes:
        entry: whose guide.
        guide_hash: the state of it that they finished.
        done_at: when.
        told_hash: the state of which they were told, None when they never were.
        told_with: the number of the message that tells it.
    """

    entry: str
    guide_hash: str
    done_at: datetime | None
    told_hash: str | None
    told_with: int | None


async def read_way(connection: AsyncConnection, member_id: bytes, entry: str) -> StoredWay | None:
    """The way of a member through one guide."""
    found = await connection.execute(select(ways).where(ways.c.member_id == member_id, ways.c.entry == entry))
    row = found.mappings().one_or_none()
    return None if row is None else _way(row)


async def read_ways(connection: AsyncConnection, member_id: bytes) -> tuple[StoredWay, ...]:
    """Every way of a member, the newest first."""
    found = await connection.execute(
        select(ways).where(ways.c.member_id == member_id).order_by(ways.c.at.desc(), ways.c.entry)
    )
    return tuple(way for row in found.mappings() if (way := _way(row)) is not None)


async def write_way(connection: AsyncConnection, member_id: bytes, stored: StoredWay) -> None:
    """Keep a way in the place of the one before."""
    way = stored.way
    values: dict[str, object] = {
        "member_id": member_id,
        "entry": way.entry,
        "surface": way.surface.value,
        "step": way.step,
        "passed": " ".join(way.passed),
        "guide_hash": way.guide_hash,
        "state": way.state.value,
        "notice": stored.notice.value if stored.notice else None,
        "message_id": stored.message_id,
        "at": stored.at,
        "done_at": stored.done_at,
    }
    await _upsert(connection, ways, [values])


async def outdated(
    connection: AsyncConnection, entry: str, guide_hash: str, *, limit: int
) -> Sequence[bytes]:
    """Members who finished another state of a guide and were not told of this one."""
    found = await connection.scalars(
        select(ways.c.member_id)
        .where(_IS_DONE, ways.c.entry == entry, ways.c.guide_hash != guide_hash)
        .where(or_(ways.c.told_hash.is_(None), ways.c.told_hash != guide_hash))
        .order_by(ways.c.member_id)
        .limit(limit)
    )
    return found.all()


async def finished(connection: AsyncConnection, member_id: bytes) -> tuple[FinishedWay, ...]:
    """The guides that a member finished, by the day on which they did."""
    found = await connection.execute(
        select(ways.c.entry, ways.c.guide_hash, ways.c.done_at, ways.c.told_hash, ways.c.told_with)
        .where(_IS_DONE, ways.c.member_id == member_id)
        .order_by(ways.c.done_at, ways.c.entry)
    )
    return tuple(
        FinishedWay(row.entry, row.guide_hash, row.done_at, row.told_hash, row.told_with) for row in found
    )


async def note_told(
    connection: AsyncConnection, member_id: bytes, entry: str, guide_hash: str, told_with: int | None
) -> None:
    """Note that a member is told of a state of a guide with a message; None: that they are not to be."""
    await connection.execute(
        update(ways)
        .where(ways.c.member_id == member_id, ways.c.entry == entry)
        .values(told_hash=guide_hash, told_with=told_with)
    )


async def note_setting(
    connection: AsyncConnection, member_id: bytes, entry: str, setting: Setting, now: datetime
) -> None:
    """Into the journal: how a member found a setting."""
    values: dict[str, object] = {"member_id": member_id, "points_at": entry, "state": setting, "at": now}
    await _upsert(connection, journal, [values])


async def write_message(connection: AsyncConnection, member_id: bytes, entry: str, message_id: int) -> None:
    """Note which message shows the guide now."""
    await connection.execute(
        update(ways).where(ways.c.member_id == member_id, ways.c.entry == entry).values(message_id=message_id)
    )


async def add_report(connection: AsyncConnection, member_id: bytes, way: Way, now: datetime) -> None:
    """Note that the step looks different for this member; again is as good as once."""
    values: dict[str, object] = {
        "member_id": member_id,
        "entry": way.entry,
        "surface": way.surface.value,
        "step": way.step,
        "guide_hash": way.guide_hash,
        "at": now,
    }
    await _upsert(connection, step_reports, [values])


async def reports(
    connection: AsyncConnection, entry: str, surface: Surface, *, guide_hash: str, since: datetime
) -> dict[str, int]:
    """How many members reported each step of one state of a guide since `since`, by step id."""
    rows = await connection.execute(
        select(step_reports.c.step, func.count().label("number"))
        .where(
            step_reports.c.entry == entry,
            step_reports.c.surface == surface.value,
            step_reports.c.guide_hash == guide_hash,
            step_reports.c.at >= since,
        )
        .group_by(step_reports.c.step)
    )
    return {row.step: row.number for row in rows}


async def drop_reports(connection: AsyncConnection, *, before: datetime) -> None:
    """Delete the reports that are older."""
    await connection.execute(delete(step_reports).where(step_reports.c.at < before))


async def clear_reports(connection: AsyncConnection, entry: str) -> int:
    """Delete every report about one guide; returns how many there were."""
    return (await connection.execute(delete(step_reports).where(step_reports.c.entry == entry))).rowcount


async def platforms(connection: AsyncConnection, member_id: bytes) -> frozenset[str]:
    """What the member wants to look through."""
    found = await connection.scalars(
        select(used_platforms.c.platform).where(used_platforms.c.member_id == member_id)
    )
    return frozenset(found.all())


async def add_platforms(
    connection: AsyncConnection, member_id: bytes, chosen: Iterable[str], now: datetime
) -> None:
    """Put platforms on the member's list."""
    rows = [{"member_id": member_id, "platform": name, "at": now} for name in sorted(set(chosen))]
    if rows:
        await _upsert(connection, used_platforms, rows)


async def remove_platform(connection: AsyncConnection, member_id: bytes, platform: str) -> None:
    """Take a platform off the member's list."""
    await connection.execute(
        delete(used_platforms).where(
            used_platforms.c.member_id == member_id, used_platforms.c.platform == platform
        )
    )


async def seen(connection: AsyncConnection, member_id: bytes) -> tuple[Seen, ...]:
    """How the member found settings when they last looked, as reminders asked them."""
    rows = await connection.execute(
        select(journal.c.points_at, journal.c.state, journal.c.at).where(journal.c.member_id == member_id)
    )
    states = {setting.value: setting for setting in (Setting.ON, Setting.OFF)}
    return tuple(Seen(row.points_at, states[row.state], row.at) for row in rows if row.state in states)


def _way(row: RowMapping) -> StoredWay | None:
    """None for a row of another version of this program, which knew other surfaces or states."""
    try:
        way = Way(
            entry=row["entry"],
            surface=Surface(row["surface"]),
            step=row["step"],
            guide_hash=row["guide_hash"],
            passed=tuple(row["passed"].split()),
            state=State(row["state"]),
        )
        notice = Notice(row["notice"]) if row["notice"] else None
    except ValueError:
        return None
    return StoredWay(way, notice, row["message_id"], row["at"], row["done_at"])


async def _upsert(connection: AsyncConnection, table: Table, rows: Sequence[dict[str, object]]) -> None:
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = make(table)
    keys = [column.name for column in table.primary_key]
    changed = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), list(rows))
