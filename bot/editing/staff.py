"""Owners say who is an editor: added, given another role, removed; each noted in the audit.

Whoever the operator's settings name stays what they say, and the last owner stays an owner.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.editing.editors import SETTINGS, Editors
from bot.editing.people import Change, Changed, Person
from bot.editing.roles import Actor, Right, Role
from bot.members import store as members_store
from bot.members.identity import Unreadable
from bot.members.service import Members
from bot.members.store import Repeated, UpdateRef
from bot.members.transaction import MemberTransaction
from bot.storage.tables import editors


class Staff:
    """Changes of who is an editor.

    Every method but `welcome` and `telegram_id` raises `NotAllowed` for whoever is no owner; all of them
    may raise `StorageDown`.

    Args:
        people: who is an editor.
        members: for the row of the member who asks.
    """

    def __init__(self, people: Editors, members: Members) -> None:
        self._people = people
        self._members = members

    async def list(self, by: int) -> list[Person]:
        """Every editor."""
        async with self._people.database.read() as connection:
            await self._people.require(connection, by, Right.MANAGE_EDITORS, lock=False)
            return await self._people.people(connection)

    async def show(self, by: int, number: int) -> Person | None:
        """One editor by number."""
        async with self._people.database.read() as connection:
            await self._people.require(connection, by, Right.MANAGE_EDITORS, lock=False)
            return await self._people.numbered(connection, number)

    async def add(self, by: int, telegram_id: int, role: Role, *, ref: UpdateRef | None) -> Changed:
        """Make somebody an editor by their Telegram id; somebody who is one gets the role."""
        try:
            async with self._transaction(by, ref) as held:
                actor = await self.begin(held.connection, by)
                member_id = self._people.identity.member_id(telegram_id)
                before = await self._people.find(held.connection, member_id, lock=True)
                if before is not None and (refused := await self._refused(held.connection, before, role)):
                    return await self._ended(held.connection, member_id, refused)
                await self._people.put(held.connection, member_id, role, chat_id=telegram_id, by=actor.label)
                return await self._noted(held, actor, member_id, "editor add", before, role)
        except Repeated:
            return Changed(Change.REPEATED)

    async def set_role(
        self,
        by: int,
        role: Role,
        *,
        ref: UpdateRef | None,
        telegram_id: int | None = None,
        number: int | None = None,
    ) -> Changed:
        """Give an editor another role; named by Telegram id or by number."""
        try:
            async with self._transaction(by, ref) as held:
                actor = await self.begin(held.connection, by)
                person = await self._person(held.connection, telegram_id, number)
                if person is None:
                    return Changed(Change.UNKNOWN)
                if refused := await self._refused(held.connection, person.actor, role):
                    return Changed(refused, person)
                await self._people.put(
                    held.connection, person.member_id, role, chat_id=telegram_id, by=actor.label
                )
                return await self._noted(held, actor, person.member_id, "editor role", person.actor, role)
        except Repeated:
            return Changed(Change.REPEATED)

    async def remove(
        self,
        by: int,
        *,
        ref: UpdateRef | None,
        telegram_id: int | None = None,
        number: int | None = None,
    ) -> Changed:
        """End an editor's rights at once, with whatever they are in the middle of."""
        try:
            async with self._transaction(by, ref) as held:
                actor = await self.begin(held.connection, by)
                person = await self._person(held.connection, telegram_id, number)
                if person is None:
                    return Changed(Change.UNKNOWN)
                if refused := await self._refused(held.connection, person.actor, None):
                    return Changed(refused, person)
                await self._people.take_away(held.connection, person)
                await self._people.audit.note(
                    held.connection,
                    actor,
                    "editor remove",
                    person.label,
                    {"role": person.role.value},
                    now=held.now,
                )
                return Changed(Change.DONE, person)
        except Repeated:
            return Changed(Change.REPEATED)

    async def welcome(self, telegram_id: int) -> None:
        """Make the rows of an editor who writes for the first time, so that the digest finds them."""
        member_id = self._people.identity.member_id(telegram_id)
        async with self._people.database.read() as connection:
            known = await members_store.find(connection, member_id)
            row = await connection.scalar(select(editors.c.number).where(editors.c.member_id == member_id))
        if known is not None and row is not None:
            return
        async with self._members.transaction(
            telegram_id, chat_id=telegram_id, update=None, screen="editor"
        ) as held:
            actor = await self._people.find(held.connection, member_id, lock=True)
            if actor is not None and row is None:
                await self._people.put(held.connection, member_id, SETTINGS, chat_id=telegram_id, by=SETTINGS)

    def telegram_id(self, person: Person) -> int | None:
        """The Telegram id of an editor with a row, for owners; None when it cannot be opened."""
        if person.sealed_chat is None:
            return None
        try:
            return self._people.identity.unseal_chat(person.member_id, person.sealed_chat)
        except Unreadable:
            return None

    def _transaction(self, by: int, ref: UpdateRef | None) -> AbstractAsyncContextManager[MemberTransaction]:
        return self._members.transaction(by, chat_id=by, update=ref, screen="editors")

    async def begin(self, connection: AsyncConnection, by: int) -> Actor:
        """The owner who asks; all owners' rows are held, so that two cannot remove each other."""
        await connection.execute(
            select(editors.c.number)
            .where(editors.c.role == Role.OWNER)
            .order_by(editors.c.number)
            .with_for_update()
        )
        return await self._people.require(connection, by, Right.MANAGE_EDITORS)

    async def _person(
        self, connection: AsyncConnection, telegram_id: int | None, number: int | None
    ) -> Person | None:
        everybody = await self._people.people(connection)
        if telegram_id is not None:
            member_id = self._people.identity.member_id(telegram_id)
            return next((one for one in everybody if one.member_id == member_id), None)
        return next((one for one in everybody if number is not None and one.number == number), None)

    async def _refused(self, connection: AsyncConnection, actor: Actor, role: Role | None) -> Change | None:
        """Why an editor cannot get `role` (None: be removed)."""
        if role is actor.role:
            return Change.SAME
        given = self._people.by_settings.get(actor.member_id)
        if given is not None and (role is None or role.rank < given.rank):
            return Change.FROM_SETTINGS
        if actor.role is Role.OWNER:
            everybody = await self._people.people(connection)
            if sum(one.role is Role.OWNER for one in everybody) == 1:
                return Change.LAST_OWNER
        return None

    async def _ended(self, connection: AsyncConnection, member_id: bytes, change: Change) -> Changed:
        everybody = await self._people.people(connection)
        return Changed(change, next((one for one in everybody if one.member_id == member_id), None))

    async def _noted(
        self,
        held: MemberTransaction,
        actor: Actor,
        member_id: bytes,
        action: str,
        before: Actor | None,
        role: Role,
    ) -> Changed:
        done = await self._ended(held.connection, member_id, Change.DONE)
        await self._people.audit.note(
            held.connection,
            actor,
            action,
            done.person.label if done.person else "",
            {"role": role.value, "before": before.role.value if before else "none"},
            now=held.now,
        )
        return done
