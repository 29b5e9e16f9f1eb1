"""Where a new release and the chat changed the same text: shown with both until an editor is done with it."""

from __future__ import annotations

from sqlalchemy import select, update

from bot.editing.editors import Editors
from bot.editing.roles import Right
from bot.editing.work import Clash
from bot.members.service import Members
from bot.members.store import Repeated, UpdateRef
from bot.storage.tables import merge_conflicts

_C = merge_conflicts.c


class Conflicts:
    """The conflicts of one installation; every method may raise `StorageDown`.

    Args:
        people: who is an editor.
        members: for the row of the editor who settles one.
    """

    def __init__(self, people: Editors, members: Members) -> None:
        self._people = people
        self._members = members

    async def get(self, by: int, number: int) -> Clash | None:
        """One that nobody is done with yet.

        Raises:
            NotAllowed: whoever asks does not see the work list.
        """
        async with self._people.database.read() as connection:
            await self._people.require(connection, by, Right.SEE_QUEUE, lock=False)
            row = (
                await connection.execute(
                    select(merge_conflicts).where(_C.number == number, _C.settled_at.is_(None))
                )
            ).one_or_none()
        if row is None:
            return None
        return Clash(row.number, row.path, row.block, base=row.base, ours=row.ours, theirs=row.theirs)

    async def settle(self, by: int, number: int, *, ref: UpdateRef | None) -> bool:
        """Be done with a conflict; it goes off the list and stays in the database. False when it was before.

        Raises:
            NotAllowed: whoever asks does not review.
        """
        try:
            async with self._members.transaction(by, chat_id=by, update=ref, screen="queue") as held:
                actor = await self._people.require(held.connection, by, Right.REVIEW)
                found = await held.connection.execute(
                    update(merge_conflicts)
                    .where(_C.number == number, _C.settled_at.is_(None))
                    .values(settled_at=held.now)
                    .returning(_C.block)
                )
                block = found.scalar_one_or_none()
                if block is None:
                    return False
                await self._people.audit.note(
                    held.connection,
                    actor,
                    "conflict settled",
                    f"conflict {number}",
                    {"block": block},
                    now=held.now,
                )
        except Repeated:
            pass
        return True
