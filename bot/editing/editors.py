"""Who is an editor: those whom the operator's settings name, and those whom an owner added.

Settings give at least their role and cannot be undone from the chat; a row may give more. Rights are read in
the transaction that uses them, and on PostgreSQL the row is held until its end: a removal takes effect at
once, and never in the middle of a change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.editing.audit import Audit
from bot.editing.people import Person
from bot.editing.roles import Actor, NotAllowed, Right, Role
from bot.members.identity import Identity
from bot.ops.clock import Clock
from bot.storage.engine import Database
from bot.storage.tables import editing_dialogues, editors

SETTINGS = "settings"
"""The role in the row of somebody whom only the settings name: nothing beyond what they say."""
STILL_COUNTED = timedelta(days=7)
"""How long somebody whose right to approve was taken still counts: nobody becomes the only editor at once."""

_E = editors.c

__all__ = ["SETTINGS", "STILL_COUNTED", "Editors", "Person"]


class Editors:
    """All editors of one installation.

    Every method raises `StorageDown` when the database does not answer.

    Args:
        database: migrated.
        identity: names the member.
        clock: for what was changed lately.
        editors: Telegram ids in ADVISOR_EDITORS, publishers.
        owners: Telegram ids in ADVISOR_OWNERS.
        audit: where changes are noted.
    """

    def __init__(
        self,
        database: Database,
        identity: Identity,
        *,
        clock: Clock,
        editors: Iterable[int] = (),
        owners: Iterable[int] = (),
        audit: Audit | None = None,
    ) -> None:
        self.database = database
        self.identity = identity
        self.clock = clock
        self.audit = audit or Audit()
        self.by_settings: dict[bytes, Role] = {
            **{identity.member_id(one): Role.PUBLISHER for one in editors},
            **{identity.member_id(one): Role.OWNER for one in owners},
        }

    async def actor(self, telegram_id: int) -> Actor | None:
        """The editor with this Telegram id, None for everybody else; to show things by, not to change any."""
        async with self.database.read() as connection:
            return await self.find(connection, self.identity.member_id(telegram_id), lock=False)

    async def require(
        self, connection: AsyncConnection, telegram_id: int, right: Right, *, lock: bool = True
    ) -> Actor:
        """The editor with this Telegram id, who has `right` until the end of the transaction.

        Args:
            connection: the transaction in which the right is used.
            telegram_id: who.
            right: to do what.
            lock: False in a transaction that only reads.

        Raises:
            NotAllowed: they have not.
        """
        actor = await self.find(connection, self.identity.member_id(telegram_id), lock=lock)
        if actor is None or not actor.may(right):
            raise NotAllowed(right, actor.role if actor else None)
        return actor

    async def find(self, connection: AsyncConnection, member_id: bytes, *, lock: bool) -> Actor | None:
        """The editor with this member id; `lock` holds the row until the end of the transaction."""
        query = select(editors).where(_E.member_id == member_id)
        if lock:
            query = query.with_for_update(read=True)
        row = (await connection.execute(query)).one_or_none()
        person = self._person(row) if row else self._named(member_id)
        return person.actor if person else None

    async def count_publishing(self, connection: AsyncConnection) -> int:
        """How many people could approve a proposal, now or within the last week.

        Whoever lost the right in that week counts: else an owner could remove the others and be alone.
        """
        since = self.clock.now() - STILL_COUNTED
        able = {one.member_id for one in await self.people(connection) if one.role.may(Right.REVIEW)}
        lately = await connection.execute(
            select(_E.member_id, _E.role_before).where(_E.changed_at > since, _E.role_before.is_not(None))
        )
        able |= {row.member_id for row in lately if (was := _role(row.role_before)) and was.may(Right.REVIEW)}
        return len(able)

    async def people(self, connection: AsyncConnection) -> list[Person]:
        """Every editor, those with rows first, in the order of their numbers."""
        rows = (await connection.execute(select(editors).order_by(_E.number))).all()
        found = [person for row in rows if (person := self._person(row))]
        known = {row.member_id for row in rows}
        named = [self._named(member_id) for member_id in sorted(self.by_settings) if member_id not in known]
        return [*found, *(person for person in named if person)]

    async def numbered(self, connection: AsyncConnection, number: int) -> Person | None:
        """The editor with this number; None when there is none, or no longer."""
        row = (await connection.execute(select(editors).where(_E.number == number))).one_or_none()
        return self._person(row) if row else None

    async def put(
        self,
        connection: AsyncConnection,
        member_id: bytes,
        role: Role | str,
        *,
        chat_id: int | None,
        by: str,
    ) -> Actor:
        """Give somebody a role in the caller's transaction, whose rights the caller has checked.

        Args:
            connection: a transaction that writes.
            member_id: whom.
            role: which; `SETTINGS` for a row that gives nothing beyond the settings.
            chat_id: their private chat, which is their Telegram id; None for somebody who has a row.
            by: the label of whoever gives it.
        """
        now = self.clock.now()
        values: dict[str, object] = {
            "role": str(role),
            "added_by": by,
            "changed_at": now,
            "removed_at": None,
        }
        if chat_id is not None:
            values["sealed_chat"] = self.identity.seal_chat(member_id, chat_id)
        row = (
            await connection.execute(select(editors).where(_E.member_id == member_id).with_for_update())
        ).one_or_none()
        if row is None:
            await connection.execute(insert(editors).values(member_id=member_id, added_at=now, **values))
        else:
            values["role_before"] = self._before(row, now)
            await connection.execute(update(editors).where(_E.number == row.number).values(**values))
        actor = await self.find(connection, member_id, lock=False)
        assert actor is not None  # noqa: S101 - it was just made
        return actor

    async def take_away(self, connection: AsyncConnection, person: Person) -> None:
        """End the rights of somebody with a row, and what they are in the middle of."""
        now = self.clock.now()
        row = (
            await connection.execute(select(editors).where(_E.number == person.number).with_for_update())
        ).one()
        await connection.execute(
            update(editors)
            .where(_E.number == row.number)
            .values(role_before=self._before(row, now), changed_at=now, removed_at=now)
        )
        await connection.execute(
            delete(editing_dialogues).where(editing_dialogues.c.member_id == row.member_id)
        )

    async def set_digest(self, connection: AsyncConnection, member_id: bytes, wanted: bool) -> None:
        """Whether the weekly digest may be sent; nothing for whoever has no row."""
        await connection.execute(
            update(editors).where(_E.member_id == member_id).values(digest_off=int(not wanted))
        )

    def label(self, number: int | None, member_id: bytes) -> str:
        """How the audit names somebody: a number, and some digits that are no id and lead to none."""
        short = hashlib.sha256(b"label:" + member_id).hexdigest()[:8]
        return f"editor {number} ({short})" if number is not None else f"editor ({short})"

    def _person(self, row: Row[Any]) -> Person | None:
        """The person of a row; None for one without any right."""
        by_settings = self.by_settings.get(row.member_id)
        by_row = _role(row.role) if row.removed_at is None else None
        role = max((role for role in (by_settings, by_row) if role), key=lambda one: one.rank, default=None)
        if role is None:
            return None
        return Person(
            label=self.label(row.number, row.member_id),
            number=row.number,
            member_id=row.member_id,
            role=role,
            by_settings=by_settings,
            since=row.added_at,
            sealed_chat=row.sealed_chat,
            wants_digest=not row.digest_off,
        )

    def _named(self, member_id: bytes) -> Person | None:
        """Somebody whom only the settings name."""
        role = self.by_settings.get(member_id)
        if role is None:
            return None
        return Person(self.label(None, member_id), None, member_id, role, role, None, None)

    def _before(self, row: Row[Any], now: datetime) -> str | None:
        """The most that somebody could do within the week that still counts."""
        roles = [_role(row.role) if row.removed_at is None else None]
        if now - row.changed_at < STILL_COUNTED:
            roles.append(_role(row.role_before))
        best = max((role for role in roles if role), key=lambda one: one.rank, default=None)
        return best.value if best else None


def _role(text: str | None) -> Role | None:
    return Role(text) if text in set(Role) else None
