"""Questions that members sent to the editors by a tap: sealed, for 90 days or until they are answered.

What is stored is what the member was shown: masked, at most 500 characters. Who is told once, by a delivery
that is written in the transaction which answers: a crash loses it as little as it doubles it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.deliveries import store as deliveries
from bot.deliveries.model import Kind, New
from bot.editing.editors import Editors
from bot.editing.masking import MAX_CHARACTERS
from bot.editing.roles import Right
from bot.editing.work import Answering, Question, Sending, State, Told
from bot.members.identity import Unreadable
from bot.members.service import Members
from bot.members.store import Repeated, UpdateRef
from bot.storage.tables import questions

KEPT = timedelta(days=90)
"""How long a question is kept at most."""
MOST_A_DAY = 3
"""How many one member may send within 24 hours."""
MOST_WAITING = 1000
"""How many may wait for all editors together."""
_TOLD_WITHIN = timedelta(days=30)
_Q = questions.c


class Questions:
    """The questions of one installation; every method may raise `StorageDown`.

    Args:
        people: who is an editor.
        members: for the row of the member who sends.
    """

    def __init__(self, people: Editors, members: Members) -> None:
        self._people = people
        self._members = members

    async def send(
        self,
        telegram_id: int,
        masked: str,
        *,
        message_id: int | None,
        language: str,
        nearest: str | None,
        chat_id: int,
        ref: UpdateRef | None,
    ) -> Sending:
        """Keep a question for the editors, once for each update.

        Raises:
            ValueError: the text is empty or longer than `MAX_CHARACTERS`.
        """
        if not masked or len(masked) > MAX_CHARACTERS:
            raise ValueError("not what was shown to the member")
        try:
            async with self._members.transaction(
                telegram_id, chat_id=chat_id, update=ref, screen="question"
            ) as held:  # which holds the member's row, so that nobody sends two at once
                mine = (_Q.member_id == held.member_id) & (_Q.made_at > held.now - timedelta(days=1))
                if await _number(held.connection, mine) >= MOST_A_DAY:
                    return Sending.TOO_MANY
                if await _number(held.connection, _Q.state == State.OPEN) >= MOST_WAITING:
                    return Sending.FULL
                await held.connection.execute(
                    insert(questions).values(
                        member_id=held.member_id,
                        sealed_text=self._people.identity.seal(held.member_id, masked.encode()),
                        message_id=message_id,
                        language=language,
                        nearest=nearest,
                        state=State.OPEN,
                        made_at=held.now,
                    )
                )
        except Repeated:
            return Sending.SENT
        return Sending.SENT

    async def page(self, by: int, *, limit: int, offset: int) -> list[Question]:
        """Open questions, the longest waiting first.

        Raises:
            NotAllowed: whoever asks does not see the work list.
        """
        async with self._people.database.read() as connection:
            await self._people.require(connection, by, Right.SEE_QUEUE, lock=False)
            rows = await connection.execute(
                select(questions)
                .where(_Q.state == State.OPEN)
                .order_by(_Q.number)
                .limit(limit)
                .offset(offset)
            )
            return [self._question(row) for row in rows]

    async def get(self, by: int, number: int) -> Question | None:
        """One question that is open or waiting.

        Raises:
            NotAllowed: as `page`.
        """
        async with self._people.database.read() as connection:
            await self._people.require(connection, by, Right.SEE_QUEUE, lock=False)
            row = (
                await connection.execute(
                    select(questions).where(_Q.number == number, _Q.state.in_([State.OPEN, State.WAITING]))
                )
            ).one_or_none()
            return self._question(row) if row else None

    async def count_open(self, connection: AsyncConnection) -> int:
        """How many wait for an editor."""
        return await _number(connection, _Q.state == State.OPEN)

    async def answer(
        self, by: int, number: int, entry: str, *, later: bool, ref: UpdateRef | None
    ) -> Answering:
        """Name the entry that answers a question; the member is told now, or once it is next published.

        Raises:
            NotAllowed: as `page`.
        """
        return await self._settle(by, number, entry, State.WAITING if later else State.ANSWERED, ref)

    async def close(self, by: int, number: int, *, ref: UpdateRef | None) -> Answering:
        """Be done with a question without an answer; the member hears nothing, the text is gone.

        Raises:
            NotAllowed: as `page`.
        """
        return await self._settle(by, number, None, State.CLOSED, ref)

    async def published(
        self,
        connection: AsyncConnection,
        entries: Collection[str],
        now: datetime,
        *,
        named_at: datetime | None = None,
    ) -> int:
        """A revision with these changed entries is published: tell everybody who waited for one of them.

        Args:
            connection: the transaction that publishes.
            entries: ids of what changed.
            now: when.
            named_at: only those whose entry was named at that instant.

        Returns:
            How many are told.
        """
        if not entries:
            return 0
        query = select(_Q.number, _Q.member_id).where(
            _Q.state == State.WAITING, _Q.answered_entry.in_(sorted(entries))
        )
        if named_at is not None:
            query = query.where(_Q.answered_at == named_at)
        rows = await connection.execute(query.order_by(_Q.number).with_for_update())
        found = rows.all()
        for row in found:
            await self._tell(connection, row.number, row.member_id, now)
        return len(found)

    async def waited_for(self) -> list[tuple[str, datetime]]:
        """Entries that somebody waits for, each with when an editor named it."""
        async with self._people.database.read() as connection:
            rows = await connection.execute(
                select(_Q.answered_entry, _Q.answered_at)
                .where(_Q.state == State.WAITING)
                .distinct()
                .order_by(_Q.answered_at)
            )
            return [(entry, at) for entry, at in rows if entry is not None and at is not None]

    async def told(self, subject: str, member_id: bytes) -> Told | None:
        """What a delivery says; None when the question is gone."""
        if not subject.isdecimal():
            return None
        async with self._people.database.read() as connection:
            row = (
                await connection.execute(
                    select(questions).where(
                        _Q.number == int(subject), _Q.member_id == member_id, _Q.state == State.ANSWERED
                    )
                )
            ).one_or_none()
        if row is None or row.answered_entry is None:
            return None
        return Told(row.answered_entry, row.message_id, row.made_at)

    async def prune(self, now: datetime) -> None:
        """Delete what was sent more than 90 days ago."""
        async with self._people.database.write() as connection:
            await connection.execute(delete(questions).where(_Q.made_at < now - KEPT))

    async def _settle(
        self, by: int, number: int, entry: str | None, state: State, ref: UpdateRef | None
    ) -> Answering:
        try:
            async with self._members.transaction(by, chat_id=by, update=ref, screen="queue") as held:
                actor = await self._people.require(held.connection, by, Right.SEE_QUEUE)
                row = (
                    await held.connection.execute(
                        select(_Q.member_id)
                        .where(_Q.number == number, _Q.state.in_([State.OPEN, State.WAITING]))
                        .with_for_update()
                    )
                ).one_or_none()
                if row is None:
                    return Answering.GONE
                await held.connection.execute(
                    update(questions)
                    .where(_Q.number == number)
                    .values(state=state, answered_entry=entry, answered_at=held.now)
                )
                if state is State.ANSWERED:
                    await self._tell(held.connection, number, row.member_id, held.now)
                elif state is State.CLOSED:
                    await _end(held.connection, number, State.CLOSED, held.now)
                await self._people.audit.note(
                    held.connection,
                    actor,
                    f"question {state.value}",
                    f"question {number}",
                    {"entry": entry or ""},
                    now=held.now,
                )
        except Repeated:
            return Answering.REPEATED
        return Answering.DONE

    async def _tell(self, connection: AsyncConnection, number: int, member_id: bytes, now: datetime) -> None:
        await _end(connection, number, State.ANSWERED, now)
        new = New(
            kind=Kind.ANSWER,
            key=f"answer:{number}",
            member_id=member_id,
            subject=str(number),
            due=now,
            expires=now + _TOLD_WITHIN,
        )
        await deliveries.add(connection, [new], now)

    def _question(self, row: Row[Any]) -> Question:
        text = None
        if row.sealed_text is not None:
            try:
                text = self._people.identity.unseal(row.member_id, row.sealed_text).decode()
            except (Unreadable, UnicodeDecodeError):
                text = None
        return Question(
            number=row.number,
            text=text,
            language=row.language,
            nearest=row.nearest,
            state=State(row.state),
            made_at=row.made_at,
            entry=row.answered_entry,
        )


async def _end(connection: AsyncConnection, number: int, state: State, now: datetime) -> None:
    """The text goes at once; the row stays so that the member can be told which question it was."""
    await connection.execute(
        update(questions).where(_Q.number == number).values(state=state, sealed_text=None, answered_at=now)
    )


async def _number(connection: AsyncConnection, where: ColumnElement[bool]) -> int:
    return (await connection.execute(select(func.count()).select_from(questions).where(where))).scalar_one()
