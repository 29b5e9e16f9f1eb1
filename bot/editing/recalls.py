"""Taking back what was wrong: exactly those who read a wrong version are told once, with before and after.

Who read what stands in the receipts of members who said yes to corrections (`bot.members.receipts`). A
recall is written down first and its deliveries after it, a few at a time. The transaction that adds a
delivery takes the receipt away, so that nobody is told twice of the same; a recall that a crash cut short
is finished at the next start.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Protocol

import structlog
from sqlalchemy import Row, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.deliveries import store as deliveries
from bot.deliveries.model import Delivery, Kind, New
from bot.knowledge.model import KnowledgeBase
from bot.knowledge.revision import text_hash
from bot.members.receipts import count_readers, take_readers
from bot.ops.failpoints import hit
from bot.storage.engine import Database
from bot.storage.tables import recalls

log = structlog.get_logger(__name__)

LONGEST_REASON: Final = 300
"""Characters of the reason that members read."""
WORTH: Final = timedelta(days=90)
"""After this a correction is not sent any more, to a member who comes back for example."""
_MOST_HASHES: Final = 15
_ROUND: Final = 100
"""Members in one transaction."""

_C = recalls.c


class Bases(Protocol):
    """Where the knowledge of an earlier revision comes from."""

    async def base(self, number: int) -> KnowledgeBase:
        """The knowledge base as it was in a revision.

        Raises:
            LookupError: there is no such revision.
        """
        ...


class Status(StrEnum):
    """What became of a wish to recall."""

    DONE = "done"
    SAME = "same"
    """Both revisions say the same about this entry: there is nothing to correct."""
    UNKNOWN = "unknown"
    """The wrong revision does not exist or has no such entry."""
    TOO_LONG = "too long"
    """The reason is empty or longer than `LONGEST_REASON`."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a recall would do.

    Attributes:
        status: see `Status`.
        members: how many would be told.
    """

    status: Status
    members: int = 0


@dataclass(frozen=True, slots=True)
class Recall:
    """What a correction is about.

    Attributes:
        number: its row's.
        entry: the entry's id.
        wrong: the revision that was wrong.
        mended: the one that is right.
        reason: an editor's words.
    """

    number: int
    entry: str
    wrong: int
    mended: int
    reason: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """A recall with what both of its revisions say."""

    recall: Recall
    before: KnowledgeBase
    after: KnowledgeBase


class Recalls:
    """All recalls of one installation.

    Every method raises `StorageDown` when the database does not answer.

    Args:
        database: migrated.
        bases: gives the knowledge of a revision.
    """

    def __init__(self, database: Database, bases: Bases) -> None:
        self._database = database
        self._bases = bases

    async def preview(self, entry: str, wrong: int, *, mended: int) -> Preview:
        """How many members read what was wrong and is told otherwise now; nothing is changed.

        Args:
            entry: the entry's id.
            wrong: the revision that was wrong.
            mended: the revision that is right, usually the newest.
        """
        found = await self._wrong_texts(entry, wrong, mended)
        if isinstance(found, Status):
            return Preview(found)
        async with self._database.read() as connection:
            return Preview(Status.DONE, await count_readers(connection, entry, found))

    async def recall(self, entry: str, wrong: int, reason: str, *, mended: int, now: datetime) -> Preview:
        """Tell everybody who read what was wrong, once; the same recall again only tells those it missed.

        Args:
            entry: the entry's id.
            wrong: the revision that was wrong.
            reason: what members are told, in one or two sentences.
            mended: the revision that is right, usually the newest.
            now: the present instant.

        Returns:
            As `preview`, with how many deliveries were added.
        """
        said = " ".join(reason.split())
        if not 0 < len(said) <= LONGEST_REASON:
            return Preview(Status.TOO_LONG)
        found = await self._wrong_texts(entry, wrong, mended)
        if isinstance(found, Status):
            return Preview(found)
        values = {
            "entry": entry,
            "wrong": wrong,
            "mended": mended,
            "hashes": " ".join(found),
            "reason": said,
            "made_at": now,
        }
        async with self._database.write() as connection:
            make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
            again = {"filled_at": None, "wrong": wrong, "mended": mended, "reason": said}
            made = (
                make(recalls)
                .values(values)
                .on_conflict_do_update(index_elements=[_C.entry, _C.hashes], set_=again)
            )
            number: int = (await connection.execute(made.returning(_C.id))).scalar_one()
            hit("recalls.written")
        return Preview(Status.DONE, await self._fill(number, entry, found, now))

    async def resume(self, now: datetime) -> int:
        """Finish the recalls that a crash cut short, at start; returns how many there were."""
        async with self._database.read() as connection:
            found = await connection.execute(
                select(_C.id, _C.entry, _C.hashes).where(_C.filled_at.is_(None)).order_by(_C.id)
            )
            rows = found.all()
        for row in rows:
            await self._fill(row.id, row.entry, row.hashes.split(), now)
        return len(rows)

    async def of(self, delivery: Delivery) -> Corrected | None:
        """What a delivery is about; None when one of the revisions is gone."""
        async with self._database.read() as connection:
            row = (
                await connection.execute(select(recalls).where(_C.id == int(delivery.subject)))
            ).one_or_none()
        if row is None:
            return None
        try:
            before, after = await self._bases.base(row.wrong), await self._bases.base(row.mended)
        except LookupError:
            log.error("recall_without_revision", recall=row.id)  # noqa: TRY400 - said in full
            return None
        return Corrected(_recall(row), before, after)

    async def _wrong_texts(self, entry: str, wrong: int, mended: int) -> list[str] | Status:
        """The hashes of the entry's text in the wrong revision, in each language in which it differs now."""
        try:
            before, after = await self._bases.base(wrong), await self._bases.base(mended)
        except LookupError:
            return Status.UNKNOWN
        old, new = _texts(before, entry), _texts(after, entry)
        if not old:
            return Status.UNKNOWN
        found = sorted({state for code, state in old.items() if new.get(code) != state})
        return found[:_MOST_HASHES] or Status.SAME

    async def _fill(self, number: int, entry: str, hashes: list[str], now: datetime) -> int:
        """A delivery for each reader."""
        total = 0
        while True:
            async with self._database.write() as connection:
                found = await take_readers(connection, entry, hashes, limit=_ROUND)
                if not found:
                    await self._close(connection, number, now)
                    hit("recalls.filled")
                    break
                await deliveries.add(connection, [_new(number, member_id, now) for member_id in found], now)
                hit("recalls.added")
            total += len(found)
        log.info("recalled", recall=number, members=total)
        return total

    async def _close(self, connection: AsyncConnection, number: int, now: datetime) -> None:
        await connection.execute(update(recalls).where(_C.id == number).values(filled_at=now))


def _texts(base: KnowledgeBase, entry: str) -> dict[str, str]:
    """By language, the hash of an entry's text; a language without the entry shows the English one."""
    found = ((code, language.entries.get(entry)) for code, language in base.languages.items())
    return {code: text_hash(one) for code, one in found if one is not None}


def _new(number: int, member_id: bytes, now: datetime) -> New:
    return New(
        kind=Kind.CORRECTION,
        key=f"correction:{number}:{member_id.hex()}",
        member_id=member_id,
        subject=str(number),
        due=now,
        expires=now + WORTH,
    )


def _recall(row: Row[Any]) -> Recall:
    return Recall(number=row.id, entry=row.entry, wrong=row.wrong, mended=row.mended, reason=row.reason)
