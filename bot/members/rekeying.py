"""Moving all members to a new key: their names, and everything that is sealed.

A member's name is a keyed hash of the Telegram id, so a new key needs that id again. It stands in the sealed
number of the private chat, which is the same number, and comes out only in memory. Whoever has no such row
(a topic that was talked about in the last half hour by somebody who chose nothing) cannot be moved: such
rows end within hours anyway, and are deleted or untied as erasure would.

Each batch of members is one transaction, and a member who was moved is recognised by the number of the key
on their sealed chat: so it goes on where it was after a kill at any point. From the first batch on the
database says that it is under way, and no bot starts on it with either key until it is done. The register of
erasures is left as it is: its old lines are for backups from before, which carry the old names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.members import rekey_store as statements
from bot.members.identity import Identity, Unreadable
from bot.members.keys import Key, KeyRefused, Keys, known_fingerprint
from bot.members.registry import PERSONAL, Personal, Sealed
from bot.ops.failpoints import hit
from bot.storage.copying import copies_before_upgrades
from bot.storage.digests import Progress, silent
from bot.storage.engine import Database
from bot.storage.erasing import empty_log
from bot.storage.tables import REKEYING, installation, members

_BATCH = 200


@dataclass(frozen=True, slots=True)
class Rekeyed:
    """What was done.

    Attributes:
        moved: members (and editors without choices) that have their new name.
        dropped: rows of whoever could not be moved, by table.
        copies: copies from before upgrades that were deleted, since they carry the old names.
    """

    moved: int
    dropped: Mapping[str, int] = field(default_factory=dict)
    copies: int = 0


async def rekey(
    database: Database,
    keys: Keys,
    *,
    known_ids: Iterable[int] = (),
    drop_unreadable: bool = False,
    progress: Progress = silent,
) -> Rekeyed | None:
    """Move everybody to the newest key. The caller makes sure that no bot runs.

    Args:
        database: migrated.
        keys: the newest first; the database's own must be among them.
        known_ids: Telegram ids that the operator has written down, such as the editors'.
        drop_unreadable: erase members whose sealed chat opens with none of the keys.
        progress: told how many members are done.

    Returns:
        What was done; None when the database uses the newest key already.

    Raises:
        KeyRefused: there is nothing to move to, the old key is missing, or members cannot be opened.
        StorageDown: the database does not answer; run it again.
    """
    old = await _old_key(database, keys)
    if old is None:
        return None
    work = _Work(database, keys, old, tuple(known_ids))
    unreadable = await work.unreadable()
    if unreadable and not drop_unreadable:
        raise KeyRefused(
            f"{len(unreadable)} members cannot be opened with these keys and would be lost: add the key that"
            " sealed them, or run it again with --drop-unreadable. Nothing was changed."
        )
    await statements.mark(database, keys.newest)
    hit("rekey.begun")
    moved = await work.move_members(unreadable, progress)
    more, dropped = await work.move_the_rest()
    hit("rekey.moved")
    await statements.finish(database, keys.newest)
    hit("rekey.finished")
    await empty_log(database)
    copies = copies_before_upgrades(database.path) if database.path is not None else []
    for copy in copies:
        copy.unlink(missing_ok=True)
    return Rekeyed(moved=moved + more, dropped=dropped, copies=len(copies))


class _Work:
    """One run, with the old key's names and the new one's."""

    def __init__(self, database: Database, keys: Keys, old: Key, known_ids: Sequence[int]) -> None:
        self._database = database
        self._number = keys.newest.number
        self._new = Identity(keys)
        self._old = Identity(Keys((old, *(key for key in keys.ring if key is not old))))
        self._known_ids = known_ids

    async def unreadable(self) -> list[bytes]:
        """Members whose chat cannot be opened, and who so cannot be moved."""
        found: list[bytes] = []
        last = b""
        while True:
            async with self._database.read() as connection:
                rows = await statements.members_after(connection, last, limit=_BATCH)
            for member_id, sealed in rows:
                if self._telegram_id(member_id, sealed) is None and not self._is_new(sealed):
                    found.append(member_id)
            if not rows:
                return found
            last = rows[-1][0]

    async def move_members(self, unreadable: Sequence[bytes], progress: Progress) -> int:
        """All rows of everybody who has a row in `members`, a batch in a transaction."""
        async with self._database.write() as connection:
            total = (await connection.execute(select(func.count()).select_from(members))).scalar_one()
            for member_id in unreadable:
                for kind in PERSONAL:
                    await statements.give_up(connection, kind, kind.member_column == member_id)
        done, moved, last = 0, 0, b""
        while True:
            async with self._database.write() as connection:
                rows = await statements.members_after(connection, last, limit=_BATCH)
                names = {}
                for member_id, sealed in rows:
                    telegram_id = None if self._is_new(sealed) else self._telegram_id(member_id, sealed)
                    if telegram_id is not None:
                        names[member_id] = self._new.member_id(telegram_id)
                await self._rename(connection, names)
                hit("rekey.batch")
            if not rows:
                return moved
            moved += len(names)
            done += len(rows)
            last = rows[-1][0]
            progress("moving members", min(done, total), total)

    async def move_the_rest(self) -> tuple[int, dict[str, int]]:
        """Rows of whoever has none in `members`: by a chat of their own or a known id, else given up."""
        async with self._database.write() as connection:
            there = select(members.c.member_id)
            names: dict[bytes, bytes] = {}
            done: set[bytes] = set()
            for telegram_id in self._known_ids:
                names[self._old.member_id(telegram_id)] = self._new.member_id(telegram_id)
                done.add(self._new.member_id(telegram_id))
            strangers: dict[str, set[bytes]] = {}
            for kind in PERSONAL:
                if kind.table is members:
                    continue
                found = await self._strangers(connection, kind, kind.member_column.not_in(there), names, done)
                strangers[kind.table.name] = found
            mine = {old for found in strangers.values() for old in found} & names.keys()
            await self._rename(connection, {old: names[old] for old in mine})
            dropped: dict[str, int] = {}
            for kind in PERSONAL:
                lost = strangers.get(kind.table.name, set()) - names.keys() - done
                for member_id in lost:
                    count = await statements.give_up(connection, kind, kind.member_column == member_id)
                    dropped[kind.table.name] = dropped.get(kind.table.name, 0) + count
            return len(mine), dropped

    async def _strangers(
        self,
        connection: AsyncConnection,
        kind: Personal,
        where: ColumnElement[bool],
        names: dict[bytes, bytes],
        done: set[bytes],
    ) -> set[bytes]:
        """Whose rows these are; `names` and `done` learn what a sealed chat beside them says."""
        chats = [kind.table.c[name] for name, what in kind.sealed.items() if what is Sealed.CHAT]
        rows = await connection.execute(select(kind.member_column, *chats).where(where))
        found: set[bytes] = set()
        for member_id, *sealed in rows:
            if member_id is None:
                continue
            found.add(member_id)
            for box in sealed:
                if box is None:
                    continue
                if self._is_new(box):
                    done.add(member_id)
                elif (telegram_id := self._telegram_id(member_id, box)) is not None:
                    names[member_id] = self._new.member_id(telegram_id)
        return found

    async def _rename(self, connection: AsyncConnection, names: Mapping[bytes, bytes]) -> None:
        """Old names to new ones in every table; `members` first in its new form and last in its old one."""
        if not names:
            return
        await self._copy_members(connection, names)
        await statements.rename_keys(connection, names)
        for kind in PERSONAL:
            if kind.table is members:
                continue
            await self._reseal(connection, kind, names)
            await connection.execute(
                update(kind.table)
                .where(kind.member_column == bindparam("old_name"))
                .values({kind.member: bindparam("new_name")}),
                [{"old_name": old, "new_name": new} for old, new in names.items()],
            )
        await connection.execute(
            delete(members).where(members.c.member_id == bindparam("old_name")),
            [{"old_name": old} for old in names],
        )

    async def _copy_members(self, connection: AsyncConnection, names: Mapping[bytes, bytes]) -> None:
        (kind,) = (one for one in PERSONAL if one.table is members)
        found = await connection.execute(select(members).where(members.c.member_id.in_(list(names))))
        rows = [dict(row) for row in found.mappings()]
        for row in rows:
            old = row["member_id"]
            row |= self._sealed_anew(kind, row, old, names[old]) | {"member_id": names[old]}
        if rows:
            await connection.execute(insert(members), rows)

    async def _reseal(
        self, connection: AsyncConnection, kind: Personal, names: Mapping[bytes, bytes]
    ) -> None:
        """Everything sealed in a table, while its rows still have their old names."""
        if not kind.sealed:
            return
        keys = list(kind.table.primary_key.columns)
        columns = [kind.table.c[name] for name in kind.sealed]
        found = await connection.execute(
            select(kind.member_column.label("whose"), *keys, *columns).where(
                kind.member_column.in_(list(names))
            )
        )
        for row in found.mappings().all():
            values = self._sealed_anew(kind, row, row["whose"], names[row["whose"]])
            await connection.execute(statements.of_row(kind.table, row).values(values))

    def _sealed_anew(self, kind: Personal, row: Mapping[Any, Any], old: bytes, new: bytes) -> dict[str, Any]:
        """A box that nobody could open stays as it is; it is no more lost than before."""
        anew: dict[str, Any] = {}
        for name in kind.sealed:
            if row[name] is None:
                continue
            try:
                anew[name] = self._new.seal(new, self._old.unseal(old, row[name]))
            except Unreadable:
                continue
        return anew

    def _telegram_id(self, member_id: bytes, sealed: bytes) -> int | None:
        """The id behind a name, when this chat is the private one; None when it cannot be known."""
        try:
            chat_id = self._old.unseal_chat(member_id, sealed)
        except Unreadable:
            return None
        return chat_id if self._old.member_id(chat_id) == member_id else None

    def _is_new(self, sealed: bytes) -> bool:
        return sealed[:1] == bytes([self._number])


async def _old_key(database: Database, keys: Keys) -> Key | None:
    """The key that the database uses, None when it is the newest one and nothing is under way."""
    known = await known_fingerprint(database)
    if known is None or known == keys.newest.fingerprint:
        return None
    async with database.read() as connection:
        goal = await connection.scalar(select(installation.c.value).where(installation.c.name == REKEYING))
    if goal is not None and goal != keys.newest.fingerprint:
        raise KeyRefused(
            f"A change to another key ({goal}) was begun and not finished: put that key first and run it"
            " again."
        )
    for key in keys.ring[1:]:
        if key.fingerprint == known:
            return key
    raise KeyRefused(
        f"The database's key ({known}) is not among the keys: keep it in the key file, below the new one."
        " Nothing was changed."
    )
