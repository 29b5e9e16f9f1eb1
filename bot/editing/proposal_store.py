"""The statements about proposals, approvals, dialogues; rights, rules, transactions are the services'."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import RowMapping, Select, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.editing.machine import State
from bot.editing.proposal import Changes, Dialogue, Kind, Proposal, changes_text, read_changes
from bot.storage.tables import approvals, editing_dialogues, proposals

_P = proposals.c
_A = approvals.c
_D = editing_dialogues.c

APPROVE, REJECT, PUBLISH = "approve", "reject", "publish"
"""Verdicts."""


async def add(
    connection: AsyncConnection,
    *,
    kind: Kind,
    base: int,
    author_id: bytes,
    author: str,
    changes: Changes,
    entries: Collection[str],
    summary: str,
    reason: str | None,
    now: datetime,
) -> int:
    """A new draft; returns its number."""
    made = await connection.execute(
        insert(proposals)
        .values(
            kind=kind.value,
            base=base,
            member_id=author_id,
            author=author,
            state=State.DRAFT.value,
            changes=changes_text(changes),
            entries=json.dumps(sorted(entries)),
            summary=summary,
            reason=reason,
            made_at=now,
            changed_at=now,
        )
        .returning(_P.number)
    )
    number: int = made.scalar_one()
    return number


async def get(connection: AsyncConnection, number: int, *, lock: bool = False) -> Proposal | None:
    """A proposal; `lock` takes its row until the end of the transaction."""
    query = select(proposals).where(_P.number == number)
    row = (await connection.execute(query.with_for_update() if lock else query)).mappings().one_or_none()
    return None if row is None else _proposal(row)


async def find(
    connection: AsyncConnection,
    *,
    states: Collection[State] = (),
    author_id: bytes | None = None,
    limit: int = 100,
) -> tuple[Proposal, ...]:
    """Proposals, the one that changed last first."""
    query: Select[tuple[object, ...]] = select(proposals)
    if states:
        query = query.where(_P.state.in_([state.value for state in states]))
    if author_id is not None:
        query = query.where(_P.member_id == author_id)
    query = query.order_by(_P.changed_at.desc(), _P.number.desc()).limit(limit)
    return tuple(_proposal(row) for row in (await connection.execute(query)).mappings())


async def due(connection: AsyncConnection, now: datetime) -> tuple[int, ...]:
    """Numbers of proposals whose time has come, the longest waiting first."""
    found = await connection.scalars(
        select(_P.number)
        .where(_P.state == State.SCHEDULED.value, _P.publish_at <= now)
        .order_by(_P.publish_at, _P.number)
    )
    return tuple(found.all())


async def set_state(
    connection: AsyncConnection,
    number: int,
    state: State,
    *,
    now: datetime,
    reason: str | None = None,
    publish_at: datetime | None = None,
    zone: str | None = None,
    revision: int | None = None,
) -> None:
    """A new state; a schedule goes with its state, a reason stays unless a new one comes."""
    values: dict[str, object] = {
        "state": state.value,
        "changed_at": now,
        "publish_at": publish_at,
        "zone": zone,
        "revision": revision,
    }
    if reason is not None:
        values["reason"] = reason
    await connection.execute(update(proposals).where(_P.number == number).values(values))


async def set_content(
    connection: AsyncConnection,
    number: int,
    *,
    base: int,
    changes: Changes,
    entries: Collection[str],
    summary: str,
    now: datetime,
) -> None:
    """Other changes, on another revision."""
    await connection.execute(
        update(proposals)
        .where(_P.number == number)
        .values(
            base=base,
            changes=changes_text(changes),
            entries=json.dumps(sorted(entries)),
            summary=summary,
            changed_at=now,
        )
    )


async def add_verdict(
    connection: AsyncConnection,
    number: int,
    *,
    member_id: bytes,
    reviewer: str,
    verdict: str,
    content: str,
    now: datetime,
) -> None:
    """What a reviewer or publisher said; again is as good as once."""
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    said = make(approvals).values(
        proposal=number, member_id=member_id, reviewer=reviewer, verdict=verdict, hash=content, at=now
    )
    await connection.execute(said.on_conflict_do_nothing())


async def carry_approvals(
    connection: AsyncConnection, number: int, *, old: str, new: str, now: datetime
) -> None:
    """What was approved stays so when it was laid on other files without a change of its own."""
    found = await connection.execute(select(approvals).where(_A.proposal == number, _A.hash == old))
    for row in found.mappings().all():
        if row["member_id"] is not None:
            await add_verdict(
                connection,
                number,
                member_id=row["member_id"],
                reviewer=row["reviewer"],
                verdict=row["verdict"],
                content=new,
                now=now,
            )


async def verdicts(
    connection: AsyncConnection, number: int, verdict: str, content: str
) -> Sequence[tuple[bytes, str]]:
    """Who said this about exactly this content, and how others see them; whoever left is not among them."""
    found = await connection.execute(
        select(_A.member_id, _A.reviewer)
        .where(_A.proposal == number, _A.verdict == verdict, _A.hash == content, _A.member_id.is_not(None))
        .order_by(_A.number)
    )
    return [(row.member_id, row.reviewer) for row in found]


async def read_dialogue(connection: AsyncConnection, member_id: bytes) -> Dialogue | None:
    """What an editor is in the middle of."""
    found = await connection.execute(select(_D.awaiting, _D.proposal, _D.at).where(_D.member_id == member_id))
    row = found.one_or_none()
    return None if row is None else Dialogue(row.awaiting, row.proposal, row.at)


async def write_dialogue(
    connection: AsyncConnection, member_id: bytes, *, awaiting: str, proposal: int | None, now: datetime
) -> None:
    """Note what an editor is in the middle of, in the place of what was noted before."""
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    values = {"awaiting": awaiting, "proposal": proposal, "at": now}
    await connection.execute(
        make(editing_dialogues)
        .values(member_id=member_id, **values)
        .on_conflict_do_update(index_elements=[_D.member_id], set_=values)
    )


async def end_awaiting(connection: AsyncConnection, member_id: bytes) -> None:
    """What was asked for has come; the draft stays the one that is being worked on."""
    await connection.execute(update(editing_dialogues).where(_D.member_id == member_id).values(awaiting=""))


async def drop_dialogues(connection: AsyncConnection, *, before: datetime) -> None:
    """Forget what was begun and not gone on with."""
    await connection.execute(delete(editing_dialogues).where(_D.at < before))


def _proposal(row: RowMapping) -> Proposal:
    return Proposal(
        number=row["number"],
        kind=Kind(row["kind"]),
        base=row["base"],
        state=State(row["state"]),
        author_id=row["member_id"],
        author=row["author"],
        changes=read_changes(row["changes"]),
        entries=tuple(json.loads(row["entries"])),
        summary=row["summary"],
        reason=row["reason"],
        publish_at=row["publish_at"],
        zone=row["zone"],
        revision=row["revision"],
        made_at=row["made_at"],
        changed_at=row["changed_at"],
    )
