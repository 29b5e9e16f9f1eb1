"""The rows of receiving, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.chat.receive_store import Overdue, ReceiveStore, Start
from bot.storage.engine import Database

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


def row(update_id: int) -> Overdue:
    return Overdue(update_id, b"m" * 32, b"sealed", NOW)


async def test_the_first_run_finds_nothing(database: Database) -> None:
    store = ReceiveStore(database)
    assert await store.begin(1) == Start(clean=True, high_water=-1, floor=-1, starts=0, trying=None)


async def test_a_run_that_did_not_stop_in_order_is_known(database: Database) -> None:
    store = ReceiveStore(database)
    await store.begin(1)
    await store.note_floor(1, 50, 2)
    await store.raise_high_water(1, 77)
    await store.note_trying(1, 60)
    assert await store.begin(1) == Start(clean=False, high_water=77, floor=50, starts=2, trying=60)
    await store.end(1)
    assert await store.begin(1) == Start(clean=True, high_water=77, floor=50, starts=0, trying=None)


async def test_every_bot_has_its_own_rows(database: Database) -> None:
    store = ReceiveStore(database)
    await store.begin(1)
    await store.raise_high_water(1, 77)
    await store.keep_overdue(1, [row(5)])
    assert (await store.begin(2)).high_water == -1
    assert await store.overdue(2) == ()


async def test_overdue_rows_come_and_go(database: Database) -> None:
    store = ReceiveStore(database)
    await store.keep_overdue(1, [row(6), row(5)])
    await store.keep_overdue(1, [row(6), row(7)])
    assert await store.overdue(1) == (row(5), row(6), row(7))
    await store.drop_overdue(1, [5, 7, 8])
    assert await store.overdue(1) == (row(6),)
