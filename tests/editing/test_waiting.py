"""Who waits for an entry is told however it is published, and once."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from bot.deliveries.model import Kind
from bot.editing.earlier import Earlier
from bot.editing.waiting import Waiting
from bot.knowledge.load import load_files
from bot.knowledge.model import KnowledgeBase
from bot.storage.tables import deliveries
from tests.editing.folders import hash_of
from tests.editing.newsroom import ANNA, ENTRY, Newsroom, newsroom
from tests.editing.people import ref
from tests.knowledge.folders import TODAY

__all__ = ["newsroom"]


async def told(room: Newsroom) -> int:
    async with room.house.database.read() as connection:
        query = select(func.count()).where(deliveries.c.kind == Kind.ANSWER)
        return (await connection.execute(query)).scalar_one()


async def ask(room: Newsroom, number: int, entry: str) -> None:
    """A member sends a question, and an editor names what will answer it."""
    questions = room.office.questions
    await questions.send(
        70 + number, "how", message_id=None, language="en", nearest=None, chat_id=7, ref=ref(number)
    )
    await questions.answer(ANNA, number, entry, later=True, ref=None)


async def test_a_revision_that_came_another_way_tells_who_waited_for_what_it_changes(
    newsroom: Newsroom,
) -> None:
    room, clock = newsroom, newsroom.house.clock
    files = dict(await room.files())
    found: list[KnowledgeBase] = []

    def put_in_force() -> None:
        base = load_files(files, today=TODAY).base
        assert base is not None
        found[:] = [base]

    put_in_force()
    waiting = Waiting(
        room.house.database,
        room.office.questions,
        room.revisions,
        Earlier(room.revisions),
        in_force=lambda: found[0],
        clock=clock,
    )
    clock.instant += timedelta(minutes=1)
    await ask(room, 1, ENTRY)
    clock.instant += timedelta(minutes=1)
    await ask(room, 2, "linkedin.other")
    assert await waiting.look() == 0, "nothing has changed since"
    path = next(path for path, content in files.items() if f"id: {ENTRY}".encode() in content)
    title = next(entry.title for entry in found[0].languages["en"].entries.values() if entry.id == ENTRY)
    files[path] = files[path].replace(title.encode(), b"Another title", 1)
    newest = await room.revisions.newest()
    clock.instant += timedelta(minutes=1)
    async with room.house.database.write() as connection:
        await room.revisions.publish(
            connection,
            files,
            hash=hash_of(files),
            parent=newest.number,
            kind="merge",
            proposal=None,
            now=clock.now(),
        )
    put_in_force()
    assert await waiting.look() == 1
    assert await waiting.look() == 0
    assert await told(room) == 1
