"""Revisions: every state that the knowledge base has had, in one line, each a whole folder of files.

The number of a revision is that of its parent and one; it is the row's key, and a parent has one child at
most. So when several publish on the same parent at once the database lets one of them win, whatever they
read before, and the others learn that they are `Superseded`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from sqlalchemy import Row, Select, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.editing.blobs import blob_name, load_blobs, store_blobs
from bot.ops.failpoints import hit
from bot.storage.engine import Database
from bot.storage.tables import revisions

Files = Mapping[str, bytes]
"""A whole knowledge folder: the path of each file inside it, with `/`, and its bytes."""
Manifest = Mapping[str, str]
"""The path of each file and the name of its content (see `bot.editing.blobs`)."""
Kind = Literal["release", "edit", "rollback", "merge"]
"""Files that came with the program, an editor's change, going back, or a release merged with edits."""

CHANNEL = "advisor_revision"
"""On PostgreSQL a new revision's number is told here (NOTIFY), when its transaction is committed."""
SHORT_HASH = 12
"""Digits of a hash that are shown."""
_PREFIX = re.compile(r"[0-9a-f]{4,64}")


class NoRevision(LookupError):  # noqa: N818 - what happened
    """There is no such revision."""


class Superseded(Exception):  # noqa: N818 - what happened
    """The parent is not the newest revision any more: another was published meanwhile; this was not."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One immutable state of the whole knowledge base."""

    number: int
    """What editors see; counted from 1 without gaps."""
    hash: str
    """Of what is said in it (`bot.knowledge.revision.revision_of`), in hex."""
    parent: int | None
    kind: Kind
    proposal: int | None
    made_at: datetime

    @property
    def short(self) -> str:
        """The hash as it is shown."""
        return self.hash[:SHORT_HASH]


class Revisions:
    """Reads and publishes revisions.

    Args:
        database: where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def newest(self) -> Revision:
        """The revision that is in force.

        Raises:
            NoRevision: none was published yet.
        """
        async with self._database.read() as connection:
            return await self.newest_in(connection)

    async def newest_in(self, connection: AsyncConnection) -> Revision:
        """As `newest`, as the caller's transaction sees it."""
        row = (await connection.execute(_facts().order_by(revisions.c.number.desc()).limit(1))).one_or_none()
        if row is None:
            raise NoRevision("no revision was published yet")
        return _revision(row)

    async def newest_number(self) -> int:
        """The newest revision's number, 0 when there is none: cheap, for asking every other second."""
        async with self._database.read() as connection:
            return await connection.scalar(select(func.max(revisions.c.number))) or 0

    async def get(self, number: int) -> Revision:
        """The revision with this number.

        Raises:
            NoRevision: there is none.
        """
        async with self._database.read() as connection:
            return await self._get(connection, number)

    async def list(self, *, limit: int = 20, before: int | None = None) -> tuple[Revision, ...]:
        """Revisions, newest first, at most `limit`, only those with a number below `before`."""
        asked = _facts().order_by(revisions.c.number.desc()).limit(limit)
        if before is not None:
            asked = asked.where(revisions.c.number < before)
        async with self._database.read() as connection:
            return tuple(_revision(row) for row in await connection.execute(asked))

    async def by_hash_prefix(self, text: str) -> tuple[Revision, ...]:
        """Revisions whose hash begins with `text` (at least four hex digits), newest first.

        Several have one hash when the knowledge went back to what it was; then they say the same. Anything
        that is no beginning of a hash is found nowhere.
        """
        if not _PREFIX.fullmatch(text):
            return ()
        asked = _facts().where(revisions.c.hash.startswith(text)).order_by(revisions.c.number.desc())
        async with self._database.read() as connection:
            return tuple(_revision(row) for row in await connection.execute(asked))

    async def as_of(self, instant: datetime) -> Revision:
        """The revision that was in force at `instant`.

        Raises:
            NoRevision: there was none yet.
        """
        asked = _facts().where(revisions.c.made_at <= instant).order_by(revisions.c.number.desc()).limit(1)
        async with self._database.read() as connection:
            row = (await connection.execute(asked)).one_or_none()
        if row is None:
            raise NoRevision("there was no revision yet")
        return _revision(row)

    async def manifest(self, number: int) -> Manifest:
        """The path and content name of each file of a revision.

        Raises:
            NoRevision: there is no such revision.
        """
        async with self._database.read() as connection:
            return await self._manifest(connection, number)

    async def files(self, number: int) -> Files:
        """All files of a revision.

        Raises:
            NoRevision: there is no such revision.
            bot.editing.blobs.BlobDamaged: the database was changed from outside.
        """
        async with self._database.read() as connection:
            return await self.files_in(connection, number)

    async def files_in(self, connection: AsyncConnection, number: int) -> Files:
        """As `files`, as the caller's transaction sees it."""
        return await read_manifest(connection, await self._manifest(connection, number))

    async def publish(
        self,
        connection: AsyncConnection,
        files: Files,
        *,
        hash: str,  # noqa: A002 - it is the revision's hash
        parent: int | None,
        kind: Kind,
        proposal: int | None,
        now: datetime,
        released: Files | None = None,
    ) -> Revision:
        """Make `files` the newest revision, in the caller's write transaction.

        Args:
            connection: a write transaction; when it is rolled back nothing was published.
            files: the whole folder, checked before (`bot.editing.checking.check`).
            hash: of what is said in them, as the check reported it.
            parent: the revision on which the change was made; None when there is none yet.
            kind: where the change comes from.
            proposal: whose change it is, when it is one of a proposal.
            now: when.
            released: for a release or a merge, the files that came with the program.

        Raises:
            Superseded: another revision is the newest one. Leave the transaction by letting this pass.
        """
        contents = [*files.values(), *(released or {}).values()]
        await store_blobs(connection, contents)
        hit("editing.contents-stored")
        newest = await connection.scalar(select(func.max(revisions.c.number)))
        if newest != parent:
            raise Superseded(f"revision {newest} is the newest one, not {parent}")
        number = (parent or 0) + 1
        values = {
            "number": number,
            "hash": hash,
            "parent": parent,
            "kind": kind,
            "proposal": proposal,
            "made_at": now,
            "manifest": _written(files),
            "released": None if released is None else _written(released),
        }
        insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
        made = insert(revisions).values(values).on_conflict_do_nothing().returning(revisions.c.number)
        # PostgreSQL waits here for another transaction that adds the same number.
        if (await connection.execute(made)).one_or_none() is None:
            raise Superseded(f"another revision {number} was published at the same time")
        hit("editing.revision-written")
        if connection.dialect.name == "postgresql":
            await connection.execute(select(func.pg_notify(CHANNEL, str(number))))
        hit("editing.told")
        return Revision(number, hash, parent, kind, proposal, now)

    async def _get(self, connection: AsyncConnection, number: int) -> Revision:
        row = (await connection.execute(_facts().where(revisions.c.number == number))).one_or_none()
        if row is None:
            raise NoRevision(f"there is no revision {number}")
        return _revision(row)

    async def _manifest(self, connection: AsyncConnection, number: int) -> Manifest:
        asked = select(revisions.c.manifest).where(revisions.c.number == number)
        text = await connection.scalar(asked)
        if text is None:
            raise NoRevision(f"there is no revision {number}")
        return read_written(text)


def manifest_of(files: Files) -> Manifest:
    """The path and content name of each of `files`: equal for the same bytes under the same paths."""
    return {path: blob_name(files[path]) for path in sorted(files)}


async def read_manifest(connection: AsyncConnection, manifest: Manifest) -> Files:
    """The files that a manifest names.

    Raises:
        bot.editing.blobs.BlobDamaged: one of them is missing or damaged.
    """
    contents = await load_blobs(connection, set(manifest.values()))
    return {path: contents[name] for path, name in manifest.items()}


def read_written(text: str) -> Manifest:
    """A manifest as it stands in a row."""
    return cast(dict[str, str], json.loads(text))


def _written(files: Files) -> str:
    return json.dumps(manifest_of(files), ensure_ascii=False, separators=(",", ":"))


def _facts() -> Select[tuple[int, str, int | None, str, int | None, datetime]]:
    row = revisions.c
    return select(row.number, row.hash, row.parent, row.kind, row.proposal, row.made_at)


def _revision(row: Row[tuple[int, str, int | None, str, int | None, datetime]]) -> Revision:
    return Revision(
        number=row.number,
        hash=row.hash,
        parent=row.parent,
        kind=cast(Kind, row.kind),
        proposal=row.proposal,
        made_at=row.made_at,
    )
