"""The knowledge in force: the newest revision with the deployed files at start, and each new one after it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import structlog

from bot.app.news import News
from bot.app.opening import StartError
from bot.chat.handlers.services import Live
from bot.editing.adoption import Adoption
from bot.editing.audit import Audit
from bot.editing.preparing import CannotPrepare, Prepared, prepare, prints_of
from bot.editing.releases import BrokenKnowledge, Releases, Taken
from bot.editing.revisions import Revisions
from bot.knowledge.location import default_folder
from bot.knowledge.model import KnowledgeBase
from bot.matching.snapshot import Snapshot, build_snapshot, is_built
from bot.ops.clock import Clock
from bot.settings import Settings
from bot.storage.engine import Database

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Knowing:
    """What the bot knows, now and later.

    Attributes:
        live: what answers are made from.
        adoption: puts each new revision there; `adoption.run` follows them.
    """

    live: Live
    adoption: Adoption


async def open_knowledge(
    settings: Settings, database: Database, revisions: Revisions, clock: Clock, *, news: News
) -> Knowing:
    """Take in the deployed files and put the newest revision in force.

    Args:
        settings: where the files and the finished indexes are.
        database: where revisions are.
        revisions: their line.
        clock: when the files were taken in.
        news: tells members what a later revision changes for them.

    Raises:
        StartError: there is no revision yet and the files have errors.
        bot.storage.faults.StorageDown: the database does not answer.
    """
    folder = settings.knowledge_dir or default_folder()
    try:
        taken = await Releases(database, revisions, Audit(), cache=settings.cache_folder).take(
            folder, now=clock.now()
        )
    except BrokenKnowledge as fault:
        raise StartError(
            f"The knowledge in {folder} has {fault.errors} errors: run advisor knowledge check {folder}"
        ) from fault
    prepared = await _prepared(taken, settings.cache_folder)
    live = Live(prepared.snapshot)
    telling: set[asyncio.Task[None]] = set()

    def assign(snapshot: Snapshot) -> None:
        before, live.snapshot = live.snapshot.base, snapshot
        task = asyncio.create_task(news.tell(before, snapshot.base), name="news")
        telling.add(task)
        task.add_done_callback(telling.discard)

    adoption = Adoption(
        database,
        revisions,
        cache=settings.cache_folder,
        revision=taken.revision,
        prepared=prepared,
        assign=assign,
    )
    return Knowing(live, adoption)


async def _prepared(taken: Taken, cache: Path) -> Prepared:
    """The knowledge ready for questions.

    What must be built is built in a process of its own: it takes several hundred megabytes for some seconds,
    which this one would keep.
    """
    if not await asyncio.to_thread(is_built, taken.base, cache):
        try:
            return await prepare(taken.files, cache=cache, present=None)
        except CannotPrepare as fault:
            log.warning("prepared_here", reason=str(fault))  # a small machine may not let it have so much
    return await asyncio.to_thread(_prepare, taken.base, cache)


def _prepare(base: KnowledgeBase, cache: Path) -> Prepared:
    return Prepared(build_snapshot(base, cache=cache), prints_of(base))
