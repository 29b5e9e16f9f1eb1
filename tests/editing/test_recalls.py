"""Exactly those who read a wrong version are told, once, and a crash in the middle changes nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.deliveries.model import Delivery, Kind
from bot.editing.recalls import LONGEST_REASON, Corrected, Preview, Recalls, Status
from bot.knowledge.model import Entry, KnowledgeBase, Language
from bot.knowledge.revision import text_hash
from bot.members.receipts import Receipts
from bot.storage.tables import deliveries, recalls
from tests.support.knowledge import claim, small_base
from tests.support.members import House

ENTRY = "acme.form"
ANNA, BEN, CARL, DORA = 1001, 1002, 1003, 1004


def _say(base: KnowledgeBase, text: str, *, language: str = "en") -> KnowledgeBase:
    entry = replace(base.languages["en"].entries[ENTRY], claims=(claim(text),))
    spoken = base.languages.get(language) or Language(language, {}, {})
    changed = replace(spoken, entries={**spoken.entries, ENTRY: entry})
    return replace(base, languages={**base.languages, language: changed})


WRONG = _say(_say(small_base(), "There is no form."), "Es gibt kein Formular.", language="de")
MENDED = _say(WRONG, "There is a form.")
BOTH = _say(MENDED, "Es gibt ein Formular.", language="de")


class Past:
    """Three revisions: wrong, mended in English, mended in both languages."""

    async def base(self, number: int) -> KnowledgeBase:
        """The knowledge of a revision."""
        found = {1: WRONG, 2: MENDED, 3: BOTH}.get(number)
        if found is None:
            raise LookupError(number)
        return found


def _entry(base: KnowledgeBase, language: str) -> Entry:
    return base.languages[language].entries[ENTRY]


@pytest.fixture
async def machine(house: House) -> Recalls:
    """Anna read the wrong English text, Ben the wrong German one, Carl both, and Dora the right one."""
    receipts = Receipts(house.database, house.identity, clock=house.clock)
    for user in (ANNA, BEN, CARL, DORA):
        await house.choose(user, user)
    english, german = text_hash(_entry(WRONG, "en")), text_hash(_entry(WRONG, "de"))
    await receipts.note(ANNA, ENTRY, english)
    await receipts.note(BEN, ENTRY, german)
    await receipts.note(CARL, ENTRY, english)
    await receipts.note(CARL, ENTRY, german)
    await receipts.note(DORA, ENTRY, text_hash(_entry(MENDED, "en")))
    return Recalls(house.database, Past())


async def _told(house: House) -> list[Delivery]:
    async with house.database.read() as connection:
        rows = (await connection.execute(select(deliveries).order_by(deliveries.c.id))).all()
    return [
        Delivery(row.id, Kind(row.kind), row.member_id, row.subject, row.due, b"", late=False, repeat=False)
        for row in rows
    ]


def _ids(house: House, *users: int) -> set[bytes]:
    return {house.identity.member_id(user) for user in users}


async def test_exactly_those_who_read_the_wrong_version_are_told_once(house: House, machine: Recalls) -> None:
    now = house.clock.instant
    assert await machine.preview(ENTRY, 1, mended=3) == Preview(Status.DONE, 3)
    assert await _told(house) == []
    assert await machine.recall(ENTRY, 1, "We misread the page.", mended=3, now=now) == Preview(
        Status.DONE, 3
    )
    assert await machine.recall(ENTRY, 1, "Once more.", mended=3, now=now) == Preview(Status.DONE, 0)
    told = await _told(house)
    assert {one.member_id for one in told} == _ids(house, ANNA, BEN, CARL)
    assert len(told) == 3
    assert {one.kind for one in told} == {Kind.CORRECTION}


async def test_a_language_that_is_not_mended_yet_is_told_when_it_is(house: House, machine: Recalls) -> None:
    now = house.clock.instant
    assert (await machine.recall(ENTRY, 1, "Wrong.", mended=2, now=now)).members == 2
    assert {one.member_id for one in await _told(house)} == _ids(house, ANNA, CARL)
    assert (await machine.recall(ENTRY, 1, "Wrong.", mended=3, now=now)).members == 2
    assert {one.member_id for one in (await _told(house))[2:]} == _ids(house, BEN, CARL)


async def test_a_delivery_has_both_versions_and_the_reason(house: House, machine: Recalls) -> None:
    await machine.recall(ENTRY, 1, "  We misread\nthe page. ", mended=3, now=house.clock.instant)
    corrected = await machine.of((await _told(house))[0])
    assert isinstance(corrected, Corrected)
    assert (corrected.before, corrected.after) == (WRONG, BOTH)
    assert (corrected.recall.entry, corrected.recall.reason) == (ENTRY, "We misread the page.")


@pytest.mark.parametrize(
    ("entry", "wrong", "mended", "reason", "status"),
    [
        (ENTRY, 2, 2, "x", Status.SAME),
        (ENTRY, 7, 2, "x", Status.UNKNOWN),
        (ENTRY, 1, 7, "x", Status.UNKNOWN),
        ("acme.nothing", 1, 2, "x", Status.UNKNOWN),
        (ENTRY, 1, 2, "  ", Status.TOO_LONG),
        (ENTRY, 1, 2, "x" * (LONGEST_REASON + 1), Status.TOO_LONG),
    ],
)
async def test_what_cannot_be_recalled_is_said_and_tells_nobody(
    house: House, machine: Recalls, entry: str, wrong: int, mended: int, reason: str, status: Status
) -> None:
    found = await machine.recall(entry, wrong, reason, mended=mended, now=house.clock.instant)
    assert found == Preview(status)
    assert await _told(house) == []


@pytest.mark.parametrize("step", ["recalls.written", "recalls.added", "recalls.filled"])
async def test_a_recall_that_was_cut_short_is_finished_at_the_next_start(
    house: House, machine: Recalls, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def crash(name: str) -> None:
        if name == step and (step == "recalls.written" or seen):
            raise RuntimeError("the process ends here")
        seen.append(name)

    seen: list[str] = []
    monkeypatch.setattr("bot.editing.recalls._ROUND", 1)
    monkeypatch.setattr("bot.editing.recalls.hit", crash)
    now = house.clock.instant
    with pytest.raises(RuntimeError):
        await machine.recall(ENTRY, 1, "Wrong.", mended=3, now=now)
    monkeypatch.undo()
    again = Recalls(house.database, Past())
    if step == "recalls.written":  # its transaction was rolled back: nothing was asked for
        assert await again.resume(now) == 0
        await again.recall(ENTRY, 1, "Wrong.", mended=3, now=now)
    else:
        assert await again.resume(now) == 1
    assert sorted(one.member_id for one in await _told(house)) == sorted(_ids(house, ANNA, BEN, CARL))
    assert await again.resume(now) == 0
    async with house.database.read() as connection:
        assert await connection.scalar(select(recalls.c.filled_at)) == now
