"""What editors did, in rows that hold on to one another, so that a changed one is found.

Each row carries the SHA-256 of its own content and of the row before. The newest number and hash also stand
in one row of `installation`, which is locked while a row is added: so numbers have no gap, two writers form
one line on PostgreSQL too, and the removal of the last rows is found as well. Whoever may write to the
database can compute a whole new chain: keep what `advisor audit verify` prints (number and hash) elsewhere,
and it will be found out too.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from datetime import datetime

from sqlalchemy import BigInteger, Row, func, insert, select, true, type_coerce, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.editing.audit_chain import (
    EPOCH,
    MICROSECOND,
    NOTHING,
    Chain,
    Record,
    Verdict,
    canonical,
    head_text,
)
from bot.editing.roles import Actor
from bot.storage.tables import audit, installation

HEAD = "audit_head"
"""The row of `installation` with the newest number and hash."""
OPERATOR = "operator"
"""The actor of what was done at the command line or by the program itself."""

_ROWS_AT_ONCE = 500
_A = audit.c


class Audit:
    """Adds rows and reads them; time and transactions are the callers'."""

    async def note(
        self,
        connection: AsyncConnection,
        actor: Actor | None,
        action: str,
        subject: str,
        detail: Mapping[str, str | int],
        *,
        now: datetime,
    ) -> int:
        """Add a row in the caller's transaction; best as the last thing in it, for it makes others wait.

        Args:
            connection: a transaction that writes.
            actor: who did it; None for the operator.
            action: what, such as `publish`; at most 40 characters.
            subject: to what, such as `proposal 17`; at most 120 characters.
            detail: anything more, without a raw id, name or member's text.
            now: when.

        Returns:
            The row's number.
        """
        number, previous = await self._take_head(connection)
        record = Record(
            number=number + 1,
            at=(now - EPOCH) // MICROSECOND,
            actor=_clean(actor.label if actor else OPERATOR, 60),
            action=_clean(action, 40),
            subject=_clean(subject, 120),
            detail=canonical(dict(detail)),
            previous=previous,
            hash="",
        )
        digest = record.computed_hash()
        await connection.execute(
            insert(audit).values(
                number=record.number,
                at=now,
                actor=record.actor,
                action=record.action,
                subject=record.subject,
                detail=record.detail,
                previous_hash=previous,
                hash=digest,
            )
        )
        await connection.execute(
            update(installation)
            .where(installation.c.name == HEAD)
            .values(value=head_text(record.number, digest))
        )
        return record.number

    async def newest(
        self, connection: AsyncConnection, *, limit: int, subject: str | None = None
    ) -> list[Record]:
        """The newest rows, the newest first; only those about `subject` when given."""
        query = select(*_COLUMNS).order_by(_A.number.desc()).limit(limit)
        if subject is not None:
            query = query.where(_A.subject == subject)
        return [_record(row) for row in await connection.execute(query)]

    async def everything(
        self, connection: AsyncConnection
    ) -> AsyncGenerator[tuple[Record | None, str], None]:
        """Every row in order with the head, in one statement and so of one moment.

        A head without any row comes as one pair with None; nothing at all comes when there is no head.
        """
        statement = (
            select(installation.c.value, *_COLUMNS)
            .select_from(installation.outerjoin(audit, true()))
            .where(installation.c.name == HEAD)
            .order_by(_A.number)
            .execution_options(yield_per=_ROWS_AT_ONCE)
        )
        rows = await connection.stream(statement)
        async for row in rows:
            yield (None if row.number is None else _record(row)), row.value

    async def count(self, connection: AsyncConnection) -> int:
        """How many rows there are."""
        return (await connection.execute(select(func.count()).select_from(audit))).scalar_one()

    async def _take_head(self, connection: AsyncConnection) -> tuple[int, str]:
        """The newest number and hash, held until the end of the transaction."""
        query = select(installation.c.value).where(installation.c.name == HEAD).with_for_update()
        value = await connection.scalar(query)
        if value is None:
            make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
            first = make(installation).values(name=HEAD, value=head_text(0, NOTHING))
            await connection.execute(first.on_conflict_do_nothing())
            value = await connection.scalar(query)
        number, _, digest = str(value).partition(":")
        return int(number), digest


async def verify_stored(connection: AsyncConnection, log: Audit, *, expected: str | None = None) -> Verdict:
    """Check every row in the database; `expected` is a head that was written down before."""
    chain = Chain(expected)
    head: str | None = None
    async with aclosing(log.everything(connection)) as rows:
        async for record, value in rows:
            head = value
            if record is not None and not chain.add(record):
                return chain.verdict()
    if head is None and await log.count(connection):
        return Verdict(0, NOTHING, 1, "the head of the whole is missing")
    if head is None:
        return chain.verdict()
    if head != chain.head:
        return Verdict(chain.number, chain.hash, chain.number + 1, "it is missing at the end")
    return chain.verdict()


_COLUMNS = (
    _A.number,
    type_coerce(_A.at, BigInteger).label("at"),
    _A.actor,
    _A.action,
    _A.subject,
    _A.detail,
    _A.previous_hash,
    _A.hash,
)


def _record(row: Row[tuple[object, ...]]) -> Record:
    return Record(
        number=row.number,
        at=row.at,
        actor=row.actor,
        action=row.action,
        subject=row.subject,
        detail=row.detail,
        previous=row.previous_hash,
        hash=row.hash,
    )


def _clean(text: str, length: int) -> str:
    """What PostgreSQL takes, at most `length` characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")[:length]
