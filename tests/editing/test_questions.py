"""Questions to the editors: sealed, few, gone in time, answered once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.deliveries.model import Kind
from bot.editing.questions import KEPT, MOST_A_DAY
from bot.editing.roles import NotAllowed, Role
from bot.editing.work import Answering, Question, Sending, State
from bot.storage.engine import Database
from bot.storage.tables import deliveries, questions
from tests.editing.people import OWNER, PUBLISHER, STRANGER, Bureau, bureau, ref

__all__ = ["bureau"]

MEMBER, OTHER = 7, 8
TEXT = "does acme zorblatt my [name] data"


async def send(bureau: Bureau, update: int, *, member: int = MEMBER, text: str = TEXT) -> Sending:
    return await bureau.office.questions.send(
        member,
        text,
        message_id=40 + update,
        language="en",
        nearest="linkedin.opt-out",
        chat_id=member,
        ref=ref(update),
    )


async def waiting(bureau: Bureau) -> list[Question]:
    return await bureau.office.questions.page(PUBLISHER, limit=10, offset=0)


async def told(database: Database) -> list[str]:
    async with database.read() as connection:
        rows = await connection.execute(select(deliveries.c.key).where(deliveries.c.kind == Kind.ANSWER))
        return list(rows.scalars())


async def test_an_editor_sees_the_text_and_nothing_of_whose_it_is(bureau: Bureau) -> None:
    assert await send(bureau, 1) is Sending.SENT
    (question,) = await waiting(bureau)
    assert (question.text, question.nearest, question.state) == (TEXT, "linkedin.opt-out", State.OPEN)
    shown = repr(question)
    assert bureau.house.identity.member_id(MEMBER).hex() not in shown
    assert "member" not in shown


async def test_the_text_is_sealed_at_rest(bureau: Bureau) -> None:
    await send(bureau, 1)
    async with bureau.house.database.read() as connection:
        row = (await connection.execute(select(questions))).one()
    assert b"zorblatt" not in row.sealed_text
    assert "zorblatt" not in str(tuple(row))


async def test_strangers_see_nothing_and_answer_nothing(bureau: Bureau) -> None:
    await send(bureau, 1)
    office = bureau.office
    with pytest.raises(NotAllowed):
        await office.questions.page(STRANGER, limit=9, offset=0)
    with pytest.raises(NotAllowed):
        await office.questions.get(STRANGER, 1)
    with pytest.raises(NotAllowed):
        await office.questions.answer(STRANGER, 1, "linkedin.opt-out", later=False, ref=None)
    with pytest.raises(NotAllowed):
        await office.questions.close(STRANGER, 1, ref=None)
    (question,) = await waiting(bureau)
    assert question.state is State.OPEN


async def test_a_repeated_tap_sends_once(bureau: Bureau) -> None:
    assert [await send(bureau, 1), await send(bureau, 1)] == [Sending.SENT, Sending.SENT]
    assert len(await waiting(bureau)) == 1


async def test_three_a_day_is_the_most_also_at_once(bureau: Bureau) -> None:
    sent = await asyncio.gather(*(send(bureau, update) for update in range(1, 7)))
    assert sorted(sent) == sorted([Sending.SENT] * MOST_A_DAY + [Sending.TOO_MANY] * 3)
    assert await send(bureau, 20, member=OTHER) is Sending.SENT
    bureau.house.clock.instant += timedelta(hours=24, seconds=1)
    assert await send(bureau, 21) is Sending.SENT


@pytest.mark.parametrize("text", ["", "x" * 501])
async def test_what_was_not_shown_is_not_kept(bureau: Bureau, text: str) -> None:
    with pytest.raises(ValueError, match="not what was shown"):
        await send(bureau, 1, text=text)
    assert await waiting(bureau) == []


async def test_an_answer_tells_the_member_once_and_erases_the_text(bureau: Bureau) -> None:
    await send(bureau, 1)
    office, member_id = bureau.office, bureau.house.identity.member_id(MEMBER)
    entry = "linkedin.regions"
    done = await office.questions.answer(PUBLISHER, 1, entry, later=False, ref=ref(50))
    assert done is Answering.DONE
    assert await office.questions.answer(PUBLISHER, 1, entry, later=False, ref=ref(50)) is Answering.REPEATED
    assert await office.questions.answer(OWNER, 1, entry, later=False, ref=ref(51)) is Answering.GONE
    assert await told(bureau.house.database) == ["answer:1"]
    message = await office.questions.told("1", member_id)
    assert message is not None
    assert (message.entry, message.message_id) == (entry, 41)
    assert await office.questions.told("1", b"x" * 32) is None
    async with bureau.house.database.read() as connection:
        assert (await connection.execute(select(questions.c.sealed_text))).scalar_one() is None
    assert await waiting(bureau) == []


async def test_an_answer_that_is_to_come_is_told_with_the_revision_that_publishes_it(bureau: Bureau) -> None:
    await send(bureau, 1)
    office, database, now = bureau.office, bureau.house.database, bureau.house.clock.now()
    await office.questions.answer(PUBLISHER, 1, "linkedin.regions", later=True, ref=None)
    assert await told(database) == []
    for entries, expected in (({"meta.opt-out"}, 0), (set[str](), 0), ({"linkedin.regions"}, 1)):
        async with database.write() as connection:
            assert await office.questions.published(connection, entries, now) == expected
    async with database.write() as connection:
        assert await office.questions.published(connection, {"linkedin.regions"}, now) == 0
    assert await told(database) == ["answer:1"]


async def test_a_publication_that_is_rolled_back_tells_nobody(bureau: Bureau) -> None:
    await send(bureau, 1)
    office, database = bureau.office, bureau.house.database
    await office.questions.answer(PUBLISHER, 1, "linkedin.regions", later=True, ref=None)

    async def publish() -> None:
        async with database.write() as connection:
            await office.questions.published(connection, {"linkedin.regions"}, bureau.house.clock.now())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await publish()
    assert await told(database) == []
    question = await office.questions.get(PUBLISHER, 1)
    assert question is not None
    assert (question.state, question.text) == (State.WAITING, TEXT)


async def test_a_closed_question_is_told_to_nobody(bureau: Bureau) -> None:
    await send(bureau, 1)
    assert await bureau.office.questions.close(PUBLISHER, 1, ref=None) is Answering.DONE
    assert await told(bureau.house.database) == []
    assert await bureau.office.questions.get(PUBLISHER, 1) is None


async def test_a_question_ends_after_90_days(bureau: Bureau) -> None:
    await send(bureau, 1)
    await bureau.office.prune(bureau.house.clock.now() + KEPT)
    assert len(await waiting(bureau)) == 1
    await bureau.office.prune(bureau.house.clock.now() + KEPT + timedelta(seconds=1))
    assert await waiting(bureau) == []


async def test_mydata_shows_it_and_forget_erases_it(bureau: Bureau) -> None:
    await send(bureau, 1)
    export = await bureau.house.members.export(MEMBER)
    (row,) = export.rows["questions"]
    assert row["text"] == TEXT
    await bureau.house.members.forget(MEMBER, update=None)
    assert await waiting(bureau) == []
    assert await bureau.office.questions.answer(OWNER, 1, "x.y", later=False, ref=None) is Answering.GONE


async def test_authors_see_the_work_list_too(bureau: Bureau) -> None:
    await bureau.add(55, Role.AUTHOR)
    assert await bureau.office.questions.page(55, limit=3, offset=0) == []
