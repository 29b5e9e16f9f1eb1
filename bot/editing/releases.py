"""The files that come with the program, taken into the line of revisions at start.

The first start imports them. A later release is merged with what was changed from the chat meanwhile: the
release before is the base, so what only one side changed is taken from it. Where both changed the same
entry the chat's text stays, and the conflict is kept for the editors with all three texts.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.editing.audit import Audit
from bot.editing.revisions import (
    Files,
    Kind,
    Manifest,
    NoRevision,
    Revision,
    Revisions,
    Superseded,
    manifest_of,
    read_manifest,
)
from bot.editing.shelf import load_kept
from bot.knowledge.files import read_folder
from bot.knowledge.load import load_files
from bot.knowledge.merge import Conflict, merge
from bot.knowledge.model import KnowledgeBase
from bot.knowledge.problems import Problem, Report, Severity
from bot.storage.engine import Database
from bot.storage.tables import merge_conflicts, revisions

log = structlog.get_logger(__name__)

UNUSABLE = "release"
"""Name of the block in a conflict about a whole release that could not be merged."""


class BrokenKnowledge(Exception):  # noqa: N818 - what is found
    """The files have errors and there is no revision to go on with."""

    def __init__(self, errors: int) -> None:
        super().__init__(f"the knowledge has {errors} errors")
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Taken:
    """What is in force after the start."""

    revision: Revision
    files: Files
    base: KnowledgeBase
    conflicts: int = 0
    """How many conflicts were found by this start."""


@dataclass(frozen=True, slots=True)
class _Line:
    """The newest revision, and every set of files that a release brought."""

    newest: Revision
    manifest: Manifest
    released: tuple[Manifest, ...]
    """The last one first."""


def read_deployed(folder: Path) -> tuple[Files, tuple[Problem, ...]]:
    """The knowledge files of a folder, and why some of them could not be read. Blocks."""
    report = Report(datetime.now(UTC).date())
    files = {file.name: file.data for file in read_folder(folder, report)}
    return files, tuple(one for one in report.sorted() if one.severity is Severity.ERROR)


class Releases:
    """Takes the deployed files into the line of revisions.

    Args:
        database: where revisions are.
        revisions: the line.
        audit: what was done is written there.
        cache: folder where what was read is kept; None keeps nothing.
    """

    def __init__(
        self, database: Database, revisions: Revisions, audit: Audit, *, cache: Path | None = None
    ) -> None:
        self._database = database
        self._revisions = revisions
        self._audit = audit
        self._cache = cache

    async def take(self, folder: Path, *, now: datetime) -> Taken:
        """What is in force: the newest revision, with the files of `folder` merged in when they are new.

        Raises:
            BrokenKnowledge: there is no revision yet and the files have errors.
            bot.storage.faults.StorageDown: the database does not answer.
        """
        deployed, unread = await asyncio.to_thread(read_deployed, folder)
        while True:
            try:
                return await self._take(deployed, unread, now)
            except Superseded:  # another process started at the same time
                continue

    async def _take(self, deployed: Files, unread: Sequence[Problem], now: datetime) -> Taken:
        line = await self._line()
        if line is None:
            return await self._first(deployed, unread, now)
        brought = manifest_of(deployed)
        if brought in line.released or unread:
            if unread:
                log.error("release_unreadable", problems=len(unread))
            elif brought != line.released[0]:
                log.warning("older_release", kept=line.newest.number)
            return await self._newest(line, deployed)
        base, ours = await self._contents(line)
        merged = merge(base, ours, deployed)
        found, _errors = await self._load(merged.files)
        if found is None:
            return await self._refuse(line, merged.files, deployed, now)
        kind: Kind = "release" if merged.files == deployed else "merge"
        async with self._database.write() as connection:
            revision = await self._publish(connection, merged.files, found, kind, line, deployed, now)
            await _note_conflicts(connection, revision.number, merged.conflicts, now)
            detail: dict[str, str | int] = {"hash": revision.hash, "conflicts": len(merged.conflicts)}
            await self._audit.note(connection, None, kind, f"revision {revision.number}", detail, now=now)
        log.info("release_taken", number=revision.number, kind=kind, conflicts=len(merged.conflicts))
        return Taken(revision, merged.files, found, len(merged.conflicts))

    async def _first(self, deployed: Files, unread: Sequence[Problem], now: datetime) -> Taken:
        found, errors = await self._load(deployed)
        if found is None or unread:
            raise BrokenKnowledge(errors + len(unread))
        async with self._database.write() as connection:
            revision = await self._publish(connection, deployed, found, "release", None, deployed, now)
            detail = {"hash": revision.hash}
            await self._audit.note(
                connection, None, "release", f"revision {revision.number}", detail, now=now
            )
        return Taken(revision, deployed, found)

    async def _newest(self, line: _Line, deployed: Files) -> Taken:
        """The newest revision as it stands."""
        files = deployed
        if manifest_of(deployed) != line.manifest:
            files = await self._revisions.files(line.newest.number)
        found, errors = await self._load(files)
        if found is None and files is not deployed:
            # An older program published it under weaker rules: better what came with this one than nothing.
            log.error("revision_unusable", number=line.newest.number, errors=errors)
            files = deployed
            found, errors = await self._load(files)
        if found is None:
            raise BrokenKnowledge(errors)
        return Taken(line.newest, files, found)

    async def _load(self, files: Files) -> tuple[KnowledgeBase | None, int]:
        return await asyncio.to_thread(load_kept, files, self._cache)

    async def _refuse(self, line: _Line, files: Files, deployed: Files, now: datetime) -> Taken:
        """Go on with the newest revision, and tell the editors that a release waits."""
        merged = await asyncio.to_thread(load_files, files)
        log.error("release_not_merged", number=line.newest.number, errors=len(merged.errors))
        taken = await self._newest(line, deployed)
        said = "".join(f"{problem}\n" for problem in merged.errors[:20])
        whole = Conflict("", UNUSABLE, None, None, said)
        async with self._database.write() as connection:
            asked = select(merge_conflicts.c.number).where(
                merge_conflicts.c.block == UNUSABLE,
                merge_conflicts.c.theirs == said,
                merge_conflicts.c.settled_at.is_(None),
            )
            if (await connection.execute(asked)).first() is None:
                await _note_conflicts(connection, line.newest.number, (whole,), now)
        return Taken(taken.revision, taken.files, taken.base, 1)

    async def _line(self) -> _Line | None:
        async with self._database.read() as connection:
            try:
                newest = await self._revisions.newest_in(connection)
            except NoRevision:
                return None
            asked = (
                select(revisions.c.released)
                .where(revisions.c.released.is_not(None))
                .order_by(revisions.c.number.desc())
            )
            released = [json.loads(text) for text in await connection.scalars(asked)]
            text = await connection.scalar(
                select(revisions.c.manifest).where(revisions.c.number == newest.number)
            )
        return _Line(newest, json.loads(text or "{}"), tuple(released))

    async def _contents(self, line: _Line) -> tuple[Files, Files]:
        async with self._database.read() as connection:
            base = await read_manifest(connection, line.released[0]) if line.released else {}
            return base, await read_manifest(connection, line.manifest)

    async def _publish(
        self,
        connection: AsyncConnection,
        files: Files,
        base: KnowledgeBase,
        kind: Kind,
        line: _Line | None,
        released: Files,
        now: datetime,
    ) -> Revision:
        return await self._revisions.publish(
            connection,
            files,
            hash=base.revision,
            parent=line.newest.number if line else None,
            kind=kind,
            proposal=None,
            now=now,
            released=released,
        )


async def _note_conflicts(
    connection: AsyncConnection, revision: int, conflicts: Sequence[Conflict], now: datetime
) -> None:
    for one in conflicts:
        await connection.execute(
            insert(merge_conflicts).values(
                revision=revision,
                path=one.path[:200],
                block=one.block[:120],
                base=one.base,
                ours=one.ours,
                theirs=one.theirs,
                made_at=now,
            )
        )
