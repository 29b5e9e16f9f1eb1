"""The work list: everything that waits for an editor, in counts and in lines without any member in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.editing.counts import Count, Counts
from bot.editing.editors import Editors
from bot.editing.questions import Questions
from bot.editing.roles import Right
from bot.editing.work import Item, Part, State
from bot.knowledge.model import KnowledgeBase
from bot.knowledge.stats import is_stale, overdue
from bot.storage.tables import merge_conflicts, proposals, questions, step_reports

LOOKED_BACK = timedelta(days=30)
"""How far back refused, doubtful and "on again" are counted."""
REPORTS_KEPT = timedelta(days=14)
"""How long a step that looks different is kept, as `bot.guides` has it."""
_WAITING = ("open", "approved", "conflicting")
"""States of a proposal in which somebody has to do something."""
_PHRASES_FROM = 1


class Queue:
    """Reads what waits; it changes nothing. Every method may raise `StorageDown`.

    Args:
        people: who is an editor.
        questions_: what members sent.
        counts: the numbers.
    """

    def __init__(self, people: Editors, questions_: Questions, counts: Counts) -> None:
        self._people = people
        self._questions = questions_
        self._counts = counts

    async def overview(self, by: int, base: KnowledgeBase) -> Mapping[Part, int]:
        """How much waits of each part.

        Raises:
            NotAllowed: whoever asks does not see the work list.
        """
        await self._may(by)
        return {part: len(items) for part, items in (await self._everything(base)).items()}

    async def items(self, by: int, base: KnowledgeBase, part: Part) -> Sequence[Item]:
        """What waits of one part, the most pressing first.

        Raises:
            NotAllowed: as `overview`.
        """
        await self._may(by)
        return (await self._everything(base, only=part))[part]

    async def waiting(self, base: KnowledgeBase) -> Mapping[Part, int]:
        """As `overview`, for the digest, which asks by itself whether its reader may see it."""
        return {part: len(items) for part, items in (await self._everything(base)).items()}

    async def _may(self, by: int) -> None:
        async with self._people.database.read() as connection:
            await self._people.require(connection, by, Right.SEE_QUEUE, lock=False)

    async def _everything(self, base: KnowledgeBase, only: Part | None = None) -> dict[Part, list[Item]]:
        now = self._people.clock.now()
        parts = (only,) if only else tuple(Part)
        found: dict[Part, list[Item]] = {}
        async with self._people.database.read() as connection:
            for part in parts:
                match part:
                    case Part.PROPOSALS:
                        found[part] = await _proposals(connection)
                    case Part.CONFLICTS:
                        found[part] = await _conflicts(connection)
                    case Part.QUESTIONS:
                        found[part] = await _questions(connection, now)
                    case Part.PHRASES:
                        found[part] = await _phrases(connection)
                    case Part.DIFFERENT:
                        found[part] = await _different(connection, now)
                    case Part.DUE:
                        found[part] = due(base, now)
                    case Part.STALE:
                        found[part] = stale(base)
                    case _:
                        continue
        since = (now - LOOKED_BACK).date()
        if Part.ON_AGAIN in parts:
            again = await self._counts.by_subject((Count.ON_AGAIN,), since)
            found[Part.ON_AGAIN] = _by_count({subject: n for (subject, _), n in again.items()})
        if Part.UNCLEAR in parts:
            names = (Count.REFUSED, Count.SUGGESTED, Count.NOT_HELPFUL)
            unclear = await self._counts.by_subject(names, since)
            found[Part.UNCLEAR] = _unclear(unclear)
        return {part: found[part] for part in parts}


def due(base: KnowledgeBase, now: datetime) -> list[Item]:
    """Entries whose check is overdue, the oldest first; the count is how many days."""
    english = base.languages.get("en")
    late = [
        Item(entry.id, days=fresh.days)
        for entry in (english.entries.values() if english else ())
        if (fresh := overdue(entry, base, now.date()))
    ]
    return sorted(late, key=lambda item: (-(item.days or 0), item.subject))


def stale(base: KnowledgeBase) -> list[Item]:
    """Translations that are older than the English text, and English entries without one."""
    english = base.languages.get("en")
    if english is None:
        return []
    return [
        Item(entry.id, extra=language.code)
        for language in base.languages.values()
        if language.code != "en"
        for entry in language.entries.values()
        if is_stale(entry, english)
    ]


async def _proposals(connection: AsyncConnection) -> list[Item]:
    rows = await connection.execute(
        select(proposals.c.number, proposals.c.state)
        .where(proposals.c.state.in_(_WAITING))
        .order_by(proposals.c.number)
    )
    return [Item(str(row.number), extra=row.state) for row in rows]


async def _conflicts(connection: AsyncConnection) -> list[Item]:
    rows = await connection.execute(
        select(merge_conflicts.c.number, merge_conflicts.c.path, merge_conflicts.c.block)
        .where(merge_conflicts.c.settled_at.is_(None))
        .order_by(merge_conflicts.c.number)
    )
    return [Item(str(row.number), extra=f"{row.block} ({row.path})") for row in rows]


async def _questions(connection: AsyncConnection, now: datetime) -> list[Item]:
    rows = await connection.execute(
        select(questions.c.number, questions.c.nearest, questions.c.made_at)
        .where(questions.c.state == State.OPEN)
        .order_by(questions.c.number)
    )
    return [Item(str(row.number), extra=row.nearest or "", days=(now - row.made_at).days) for row in rows]


async def _phrases(connection: AsyncConnection) -> list[Item]:
    """Entries that sent questions came near to: perhaps another way to ask for them."""
    rows = await connection.execute(
        select(questions.c.nearest, func.count().label("n"))
        .where(questions.c.state == State.OPEN, questions.c.nearest.is_not(None))
        .group_by(questions.c.nearest)
    )
    return _by_count({row.nearest: row.n for row in rows if row.n >= _PHRASES_FROM})


async def _different(connection: AsyncConnection, now: datetime) -> list[Item]:
    rows = await connection.execute(
        select(step_reports.c.entry, step_reports.c.surface, step_reports.c.step, func.count().label("n"))
        .where(step_reports.c.at >= now - REPORTS_KEPT)
        .group_by(step_reports.c.entry, step_reports.c.surface, step_reports.c.step)
    )
    items = [Item(row.entry, row.n, f"{row.surface}, {row.step}") for row in rows]
    return sorted(items, key=lambda item: (-item.count, item.subject, item.extra))


def _by_count(numbers: Mapping[str, int]) -> list[Item]:
    return [
        Item(subject, count) for subject, count in sorted(numbers.items(), key=lambda one: (-one[1], one[0]))
    ]


def _unclear(numbers: Mapping[tuple[str, Count], int]) -> list[Item]:
    """One line an entry; `extra` has the numbers of refused, doubtful and not helpful."""
    subjects: Counter[str] = Counter()
    for (subject, _), number in numbers.items():
        subjects[subject] += number
    names = (Count.REFUSED, Count.SUGGESTED, Count.NOT_HELPFUL)
    return [
        Item(subject, total, " ".join(str(numbers.get((subject, name), 0)) for name in names))
        for subject, total in sorted(subjects.items(), key=lambda one: (-one[1], one[0]))
    ]
