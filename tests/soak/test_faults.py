"""The fault plan in short; `make soak-faults` is the long form, on both databases, with a minute of delay."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.storage.engine import Database
from bot.storage.tables import deliveries
from tests.soak.faults import PLANS, Plan, all_at_once, staged, survive
from tests.support.databases import sqlite_url
from tests.support.double import Fault


@pytest.mark.slow
@pytest.mark.parametrize(
    "plan",
    [
        pytest.param(all_at_once, id="each kind"),
        pytest.param(PLANS["429 for all"], id="429 for all", marks=pytest.mark.long),
    ],
)
async def test_no_reminder_is_lost_and_no_copy_comes_without_a_mark(plan: Plan, tmp_path: Path) -> None:
    found = await survive(plan, tmp_path, members=8, patience=1.0, delay=3.0)
    assert found.faults > 0
    assert found.lost == 0
    assert found.most <= 2
    assert found.unmarked == 0


@pytest.mark.slow
async def test_a_stop_while_telegram_asks_to_wait_leaves_nothing_unclear(tmp_path: Path) -> None:
    async with staged(tmp_path, members=6) as house:
        before = house.double.calls["sendmessage"]
        house.double.faults.replace([Fault("retry_after", method="sendMessage", times=0, seconds=60)])
        await house.make_due()
        async with asyncio.timeout(90):
            while house.double.calls["sendmessage"] == before:  # noqa: ASYNC110 - others make the calls
                await asyncio.sleep(0.05)
        await house.advisor.stop()
        database = Database(sqlite_url(tmp_path / "data"))
        async with database.read() as connection:
            rows = (await connection.execute(select(deliveries.c.state, deliveries.c.repeats))).all()
        await database.close()
    assert rows
    assert {tuple(row) for row in rows} == {("due", 0)}
