"""What an entry said, revision by revision: read from the files, so that no program version can retell it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.editing import proposal_store as store
from bot.editing.blobs import load_blobs
from bot.editing.edits import block_text, entry_key, file_of, read_entry
from bot.editing.revisions import Files, NoRevision, Revision, Revisions
from bot.knowledge.diff import Change, diff_entry
from bot.knowledge.model import Entry
from bot.storage.engine import Database

MOST_REVISIONS: Final = 300
"""How far back is looked; what is older is found by its number."""

Texts = Mapping[str, str]
"""The exact text of an entry by language."""


@dataclass(frozen=True, slots=True)
class Past:
    """A revision in which an entry changed.

    Attributes:
        revision: which.
        author: who proposed it, as in the audit; None for what came with the program.
        approvers: who approved it.
        gone: whether it took the entry away.
    """

    revision: Revision
    author: str | None = None
    approvers: tuple[str, ...] = ()
    gone: bool = False


class History:
    """The past of entries.

    Args:
        database: migrated.
        revisions: where it stands.
    """

    def __init__(self, database: Database, revisions: Revisions) -> None:
        self._database = database
        self._revisions = revisions

    async def of(self, entry: str) -> tuple[Past, ...]:
        """The revisions in which an entry changed, the newest first; empty when there never was one."""
        listed = await self._revisions.list(limit=MOST_REVISIONS)
        texts = await self._texts(entry, [one.number for one in listed])
        found: list[Past] = []
        for place, revision in enumerate(listed):
            now = texts[revision.number]
            before = texts[listed[place + 1].number] if place + 1 < len(listed) else {}
            if now != before:
                found.append(await self._past(revision, gone=not now))
        return tuple(found)

    async def difference(self, entry: str, before: int, after: int) -> tuple[Change, ...]:
        """What an entry says otherwise in `after`, in every language.

        Raises:
            NoRevision: there is no such revision.
        """
        made = (await self._revisions.get(after)).made_at
        old, new = await self._revisions.files(before), await self._revisions.files(after)
        return await asyncio.to_thread(_difference, entry, old, new, made)

    async def files(self, number: int) -> Files:
        """The files of a revision.

        Raises:
            NoRevision: there is no such revision.
        """
        return await self._revisions.files(number)

    async def as_of(self, instant: datetime) -> Revision | None:
        """The revision that was in force at `instant`; None when there was none yet."""
        try:
            return await self._revisions.as_of(instant)
        except NoRevision:
            return None

    async def _past(self, revision: Revision, *, gone: bool) -> Past:
        if revision.proposal is None:
            return Past(revision, gone=gone)
        async with self._database.read() as connection:
            proposal = await store.get(connection, revision.proposal)
            if proposal is None:
                return Past(revision, gone=gone)
            said = await store.verdicts(connection, proposal.number, store.APPROVE, proposal.content)
        return Past(revision, proposal.author, tuple(label for _, label in said), gone)

    async def _texts(self, entry: str, numbers: list[int]) -> Mapping[int, Texts]:
        """The entry's text in each revision; each content is read once, however many revisions have it."""
        manifests = {number: await self._revisions.manifest(number) for number in numbers}
        names: dict[str, str] = {}
        for manifest in manifests.values():
            names |= {name: path for path, name in manifest.items() if path.endswith(".yaml") and "/" in path}
        async with self._database.read() as connection:
            contents = await load_blobs(connection, names)
        holding = {name: data for name, data in contents.items() if entry.encode() in data}
        texts = await asyncio.to_thread(_blocks, entry, holding, names)
        found: dict[int, Texts] = {}
        for number, manifest in manifests.items():
            said = ((path.partition("/")[0], texts.get(name)) for path, name in manifest.items())
            found[number] = {language: text for language, text in said if text is not None}
        return found


def _blocks(entry: str, contents: Mapping[str, bytes], paths: Mapping[str, str]) -> Mapping[str, str]:
    """The entry's block by the name of the content that has it."""
    found: dict[str, str] = {}
    for name, data in contents.items():
        text = block_text({paths[name]: data}, paths[name], entry_key(entry))
        if text is not None:
            found[name] = text
    return found


def _difference(entry: str, old: Files, new: Files, made: datetime) -> tuple[Change, ...]:
    changes: list[Change] = []
    for language in sorted({path.partition("/")[0] for path in (*old, *new) if "/" in path} - {"sources"}):
        before, after = (_entry(files, entry, language, made) for files in (old, new))
        changes += diff_entry(before, after, language=language)
    return tuple(changes)


def _entry(files: Files, entry: str, language: str, made: datetime) -> Entry | None:
    if file_of(files, entry, language) is None:
        return None
    return read_entry(files, entry, language, today=made.date())
