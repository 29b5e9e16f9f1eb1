"""What the chat may do with members: know, change, show, erase."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Unpack

import structlog
from sqlalchemy import RowMapping

from bot.members import copies, store
from bot.members.erasures import Erasure, ErasureRegister
from bot.members.identity import Identity, Unreadable
from bot.members.profile import Choices, Profile
from bot.members.registry import PERSONAL, Personal, Sealed
from bot.members.store import UpdateRef
from bot.members.transaction import MemberTransaction, member_transaction
from bot.ops.clock import Clock
from bot.storage.copying import drop_old_copies
from bot.storage.engine import Database
from bot.storage.erasing import empty_log

__all__ = ["Export", "Forgotten", "Members", "UpdateRef"]

log = structlog.get_logger(__name__)

MARKS_KEPT: Final = timedelta(hours=48)
"""Telegram keeps an update for 24 hours; this is twice that."""
MEMBERS_KEPT: Final = timedelta(days=366)
"""Twelve months after the last message, of which only the day is known."""
WARNED_AHEAD: Final = timedelta(days=21)
"""How long before that a member is told, and has to say a word."""
_REMEMBERED = 10_000
_BATCH = 500

Value = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Export:
    """Every row about one member, opened, by table; tables without a row are not in it."""

    rows: Mapping[str, tuple[Mapping[str, Value], ...]]

    def as_json(self) -> dict[str, object]:
        """For a file: each table with its purpose, its end and its rows."""
        return {
            kind.table.name: {
                "what": kind.what,
                "purpose": kind.purpose,
                "ends": kind.ends,
                "rows": [dict(row) for row in self.rows.get(kind.table.name, ())],
            }
            for kind in PERSONAL
        }


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What an erasure did.

    Attributes:
        rows: how many rows, by table; all 0 for a repeated update and for whoever was unknown.
        first: False when this update was handled before.
        log_emptied: whether the deleted bytes are out of the write-ahead log too.
    """

    rows: Mapping[str, int]
    first: bool
    log_emptied: bool


@dataclass(frozen=True, slots=True)
class _Known:
    """What is remembered of a member for a while; `seen_on` is None for whoever has no row."""

    profile: Profile
    seen_on: datetime | None


class Members:
    """All members of one installation.

    Every method raises `StorageDown` when the database does not answer; then nothing was changed.

    Args:
        database: migrated.
        identity: names and seals.
        clock: for days and ends.
        register: where erasures are written down.
    """

    def __init__(
        self, database: Database, identity: Identity, *, clock: Clock, register: ErasureRegister
    ) -> None:
        self._database = database
        self._identity = identity
        self._clock = clock
        self._register = register
        # Of several processes on PostgreSQL each would remember what another one changed.
        self._room = _REMEMBERED if database.is_sqlite else 0
        self._known: OrderedDict[bytes, _Known] = OrderedDict()
        self._changes = 0

    async def profile(self, telegram_id: int) -> Profile:
        """What the member chose; an empty profile for whoever is unknown."""
        return (await self._look_up(self._identity.member_id(telegram_id))).profile

    async def change(
        self,
        telegram_id: int,
        *,
        chat_id: int,
        update: UpdateRef | None,
        screen: str,
        **fields: Unpack[Choices],
    ) -> bool:
        """Change choices, once for each update, and make the member when needed.

        Args:
            telegram_id: who.
            chat_id: the private chat, sealed.
            update: what asked for it; None for a change that cannot come twice.
            screen: which screen answers, at most 64 characters.
            fields: the choices that change.

        Returns:
            False when this update was handled before; then nothing was changed.
        """
        try:
            async with self.transaction(telegram_id, chat_id=chat_id, update=update, screen=screen) as member:
                stored = self._open(member.member_id, member.sealed_profile or None)
                profile = replace(stored, **fields)
                await store.write(
                    member.connection,
                    member.member_id,
                    sealed_chat=member.sealed_chat,
                    sealed_profile=self._identity.seal(member.member_id, profile.to_bytes()),
                    now=member.now,
                )
        except store.Repeated:
            return False
        return True

    @asynccontextmanager
    async def transaction(
        self, telegram_id: int, *, chat_id: int, update: UpdateRef | None, screen: str
    ) -> AsyncIterator[MemberTransaction]:
        """A transaction in which other rows of a member change; see `member_transaction`.

        Raises:
            Repeated: the update changed something before; nothing is changed now.
        """
        try:
            async with member_transaction(
                self._database,
                self._identity,
                telegram_id,
                chat_id=chat_id,
                update=update,
                screen=screen,
                now=self._clock.now(),
            ) as member:
                yield member
        finally:
            self._drop(self._identity.member_id(telegram_id))

    async def screen_of(self, update: UpdateRef) -> str | None:
        """Which screen answered this update when it changed something; None when it did not."""
        async with self._database.read() as connection:
            return await store.screen_of(connection, update)

    async def set_blocked(self, telegram_id: int, blocked: bool) -> None:
        """Note that a member blocked the bot, or no longer does; whoever is unknown stays so."""
        async with self._database.write() as connection:
            await store.set_blocked(connection, self._identity.member_id(telegram_id), blocked)

    async def touch(self, telegram_id: int, *, spoken: str | None = None) -> None:
        """Note the day of a member's last message, and in which language their app is.

        At most once a day, and when the language is another one; whoever is unknown stays so.

        Args:
            telegram_id: who.
            spoken: code of a language of the interface; None when it is not known.
        """
        member_id = self._identity.member_id(telegram_id)
        now = self._clock.now()
        known = await self._look_up(member_id)
        if known.seen_on is None:
            return
        other = spoken is not None and spoken != known.profile.spoken
        if known.seen_on >= store.day_of(now) and not other:
            return
        async with self._database.write() as connection:
            row = await store.find(connection, member_id, lock=True)
            if row is not None and other:
                profile = replace(self._open(member_id, row.sealed_profile), spoken=spoken)
                sealed = self._identity.seal(member_id, profile.to_bytes())
                await store.reseal(connection, member_id, sealed_profile=sealed)
            await store.touch(connection, member_id, now)
        self._drop(member_id)

    async def export(self, telegram_id: int) -> Export:
        """Every row about a member, with what is sealed in it opened."""
        member_id = self._identity.member_id(telegram_id)
        found: dict[str, tuple[Mapping[str, Value], ...]] = {}
        async with self._database.read() as connection:
            for kind in PERSONAL:
                rows = await store.rows_of(connection, kind, member_id)
                if rows:
                    found[kind.table.name] = tuple(self._shown(kind, member_id, row) for row in rows)
        return Export(found)

    async def forget(self, telegram_id: int, *, update: UpdateRef | None) -> Forgotten:
        """Erase everything about a member, from the database, its log and the copies beside it.

        The register is written first: a crash in between leaves an erasure that was asked for to be done
        again, and never one that was done and not written down.
        """
        member_id = self._identity.member_id(telegram_id)
        now = self._clock.now()
        rows: Mapping[str, int] = dict.fromkeys((kind.table.name for kind in PERSONAL), 0)
        first = True
        try:
            async with self._database.write() as connection:
                await store.find(connection, member_id, lock=True)
                if update is not None:
                    await store.mark_handled(connection, update, member_id=None, screen="forget", now=now)
                rows = await store.erase(connection, member_id)
                if any(rows.values()):
                    await asyncio.to_thread(self._register.add, Erasure(member_id=member_id, at=now))
        except store.Repeated:
            first = False
        finally:
            self._drop(member_id)
        return Forgotten(rows=rows, first=first, log_emptied=await self._clean({member_id: now}))

    async def count(self) -> int:
        """How many members there are."""
        async with self._database.read() as connection:
            return await store.count(connection)

    async def replay_erasures(self) -> int:
        """Erase again what the register says, for a database that came from a backup; at every start.

        Returns:
            How many rows came back and are gone again.
        """
        latest: dict[bytes, datetime] = {}
        for erasure in await asyncio.to_thread(self._register.read):
            latest[erasure.member_id] = max(erasure.at, latest.get(erasure.member_id, erasure.at))
        total = 0
        for member_id, at in latest.items():
            async with self._database.write() as connection:
                total += sum((await store.erase(connection, member_id, until=at)).values())
            self._drop(member_id)
        if latest:
            await self._clean(latest)
        return total

    async def prune(self, now: datetime) -> None:
        """Delete what has come to its end: marks, members, the register's old lines, old copies.

        A member ends when nothing was heard of them for `MEMBERS_KEPT`, no reminder waits, and they were told
        `WARNED_AHEAD` before (`bot.app.farewells`), unless they blocked the bot.
        """
        gone: dict[bytes, datetime] = {}
        while True:
            async with self._database.write() as connection:
                marks = await store.drop_marks(connection, now - MARKS_KEPT, limit=_BATCH)
                ended = await store.unseen(
                    connection,
                    store.day_of(now - MEMBERS_KEPT),
                    warned_before=now - WARNED_AHEAD,
                    limit=_BATCH,
                )
                for member_id in ended:
                    await store.erase(connection, member_id)
            for member_id in ended:
                self._drop(member_id)
                gone[member_id] = now
            if not marks and not ended:
                break
        await asyncio.to_thread(self._register.drop_old, now)
        if self._database.path is not None:
            await asyncio.to_thread(drop_old_copies, self._database.path, now)
        if gone:
            log.info("members_ended", members=len(gone))
            await self._clean(gone)

    async def _clean(self, gone: Mapping[bytes, datetime]) -> bool:
        """Deleted bytes out of the log and out of the copies that upgrades left."""
        emptied = await empty_log(self._database)
        if not emptied:
            log.error("log_not_emptied", mend="another program keeps the database open; close it")
        if self._database.path is not None:
            await asyncio.to_thread(copies.erase_in_copies, self._database.path, gone)
        return emptied

    async def _look_up(self, member_id: bytes) -> _Known:
        known = self._known.get(member_id)
        if known is not None:
            self._known.move_to_end(member_id)
            return known
        changes = self._changes
        async with self._database.read() as connection:
            row = await store.find(connection, member_id)
        known = _Known(
            profile=self._open(member_id, row.sealed_profile if row else None),
            seen_on=row.seen_on if row else None,
        )
        # What was changed while we read is not to be remembered as it was before.
        if self._room and changes == self._changes:
            self._known[member_id] = known
            if len(self._known) > self._room:
                self._known.popitem(last=False)
        return known

    def _drop(self, member_id: bytes) -> None:
        self._changes += 1
        self._known.pop(member_id, None)

    def opened(self, member_id: bytes, sealed_profile: bytes) -> Profile:
        """The choices of a member whose row was read among others."""
        return self._open(member_id, sealed_profile)

    def _open(self, member_id: bytes, sealed: bytes | None) -> Profile:
        """A profile that cannot be opened is an empty one: the member chooses anew."""
        if sealed is None:
            return Profile()
        try:
            return Profile.from_bytes(self._identity.unseal(member_id, sealed))
        except (Unreadable, ValueError):
            log.warning("profile_unreadable", mend="put the database's key back, see `advisor doctor`")
            return Profile()

    def _shown(self, kind: Personal, member_id: bytes, row: RowMapping) -> Mapping[str, Value]:
        shown: dict[str, Value] = {}
        for name, value in row.items():
            sealed = kind.sealed.get(name)
            if sealed is not None and value is None:
                shown[name.removeprefix("sealed_")] = None
            elif sealed is Sealed.CHAT:
                shown["chat"] = self._chat(member_id, value)
            elif sealed is Sealed.TEXT:
                shown["text"] = self._text(member_id, value)
            elif sealed is Sealed.PROFILE:
                profile = self._open(member_id, value)
                shown |= {"language": profile.language, "app_language": profile.spoken}
                shown |= {"region": profile.region}
                shown |= {"zone": profile.zone, "plain": profile.plain}
                shown |= {"corrections": profile.corrections, "quiet": profile.quiet}
            elif isinstance(value, datetime):
                shown[name] = value.astimezone(UTC).isoformat()
            elif isinstance(value, bytes):
                shown[name] = value.hex()
            else:
                shown[name] = value
        return shown

    def _text(self, member_id: bytes, sealed: bytes) -> str | None:
        try:
            return self._identity.unseal(member_id, sealed).decode()
        except Unreadable:
            return None

    def _chat(self, member_id: bytes, sealed: bytes) -> int | None:
        try:
            return self._identity.unseal_chat(member_id, sealed)
        except Unreadable:
            return None
