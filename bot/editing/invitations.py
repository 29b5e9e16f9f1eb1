"""Links that make somebody an editor: each works once, and for a day.

A link holds 128 random bits, of which only the hash is kept, and it gives what its maker may still give when
it is taken: an owner who was removed leaves no way back.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.editing.editors import Editors
from bot.editing.people import Change, Changed, Invitation
from bot.editing.roles import Actor, NotAllowed, Right, Role
from bot.editing.staff import Staff
from bot.members import store as members_store
from bot.members.service import Members
from bot.members.store import Repeated, UpdateRef
from bot.storage.tables import invitations

LASTS = timedelta(hours=24)
"""How long a link works."""
MOST_OPEN = 20
"""Links that may wait at the same time."""
KEPT = timedelta(days=30)
"""How long the row of a link stays."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
_I = invitations.c


class Invitations:
    """Links for people who are to become editors.

    Args:
        people: who is an editor.
        staff: holds the owners while one of them invites.
        members: for the row of the member who asks.
    """

    def __init__(self, people: Editors, staff: Staff, members: Members) -> None:
        self._people = people
        self._staff = staff
        self._members = members

    async def invite(self, by: int, role: Role, *, ref: UpdateRef | None) -> Invitation | Changed:
        """Make a link for somebody who becomes an editor by it.

        Raises:
            NotAllowed: whoever asks is no owner.
        """
        token = secrets.token_urlsafe(16)
        try:
            async with self._members.transaction(by, chat_id=by, update=ref, screen="invite") as held:
                actor = await self._staff.begin(held.connection, by)
                if role.rank > actor.role.rank:
                    raise NotAllowed(Right.MANAGE_EDITORS, actor.role)
                waiting = select(func.count()).where(_I.used_at.is_(None), _I.expires_at > held.now)
                if (await held.connection.execute(waiting)).scalar_one() >= MOST_OPEN:
                    return Changed(Change.FULL)
                expires = held.now + LASTS
                await held.connection.execute(
                    insert(invitations).values(
                        token_hash=_hash(token),
                        member_id=actor.member_id,
                        role=role,
                        made_by=actor.label,
                        made_at=held.now,
                        expires_at=expires,
                    )
                )
                await self._people.audit.note(
                    held.connection, actor, "invite", role.value, {"hours": 24}, now=held.now
                )
                return Invitation(token, role, expires)
        except Repeated:
            return Changed(Change.REPEATED)

    async def accept(self, telegram_id: int, token: str, *, ref: UpdateRef | None) -> Actor | None:
        """Become an editor by a link; None when it is none, was used, is over, or gives nothing more.

        A repeated message gets the role that it gave.
        """
        if not _TOKEN.fullmatch(token):
            return None
        now = self._people.clock.now()
        if not await self._any_open(now):
            return None
        member_id = self._people.identity.member_id(telegram_id)
        try:
            async with self._people.database.write() as connection:
                return await self._accept(connection, telegram_id, token, ref, now)
        except Repeated:
            async with self._people.database.read() as connection:
                return await self._people.find(connection, member_id, lock=False)

    async def prune(self, now: datetime) -> None:
        """Delete the rows of links that have long ended."""
        async with self._people.database.write() as connection:
            await connection.execute(delete(invitations).where(_I.made_at < now - KEPT))

    async def _any_open(self, now: datetime) -> bool:
        """Whether a link waits at all: whoever makes links up takes no write lock."""
        async with self._people.database.read() as connection:
            waiting = select(_I.token_hash).where(_I.used_at.is_(None), _I.expires_at > now).limit(1)
            return await connection.scalar(waiting) is not None

    async def _accept(
        self,
        connection: AsyncConnection,
        telegram_id: int,
        token: str,
        ref: UpdateRef | None,
        now: datetime,
    ) -> Actor | None:
        member_id = self._people.identity.member_id(telegram_id)
        # Every waiting link is compared, each in constant time, so that how long it takes tells nothing.
        rows = await connection.execute(
            select(invitations).where(_I.used_at.is_(None), _I.expires_at > now).with_for_update()
        )
        given = _hash(token)
        matching = [row for row in rows.all() if hmac.compare_digest(row.token_hash, given)]
        if not matching:
            return None
        (row,) = matching
        role = Role(row.role)
        maker = await self._people.find(connection, row.member_id, lock=True)
        before = await self._people.find(connection, member_id, lock=False)
        can_give = maker is not None and maker.may(Right.MANAGE_EDITORS) and role.rank <= maker.role.rank
        if not can_give or (before is not None and before.role.rank >= role.rank):
            return None
        if ref is not None:
            await members_store.mark_handled(connection, ref, member_id=None, screen="invitation", now=now)
        await connection.execute(
            update(invitations).where(_I.token_hash == row.token_hash).values(used_at=now)
        )
        actor = await self._people.put(connection, member_id, role, chat_id=telegram_id, by=row.made_by)
        await self._people.audit.note(
            connection, actor, "invitation taken", actor.label, {"role": role.value}, now=now
        )
        return actor


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("ascii")).hexdigest()
