"""A revision that another process published, and a release that is deployed: what members read then."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.editing import adoption
from bot.editing.revisions import Revisions
from bot.storage.engine import Database
from tests.editing.folders import PATH, SMALL, titled, with_source
from tests.editing.test_revisions import publish
from tests.knowledge.folders import write
from tests.support.databases import sqlite_url
from tests.support.transcript import Stage, on_stage

PATIENCE = 120.0
"""Seconds after which a test is a failure; nothing is measured by it."""


@pytest.fixture
async def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    monkeypatch.setattr(adoption, "EVERY", 0.05)
    environ = {"ADVISOR_KNOWLEDGE_DIR": str(write(tmp_path / "deployed"))}
    async with on_stage(tmp_path, environ=environ) as made:
        yield made


async def test_members_read_what_another_process_published(stage: Stage, tmp_path: Path) -> None:
    await stage.play("> how do i stop linkedin training, wording a\n< You can turn it off in the settings.")
    text = SMALL[PATH].replace(b"You can turn it off in the settings.", b"You can turn it off on one page.")
    database = Database(sqlite_url(tmp_path / "data"))
    await publish(database, {**SMALL, PATH: text}, parent=1)
    await database.close()
    async with asyncio.timeout(PATIENCE):
        while "on one page" not in stage.text:
            await stage.do("how do i stop linkedin training, wording a")
            await asyncio.sleep(0.05)
    await stage.play("> :restart\n> how do i stop linkedin training, wording a\n< on one page")


async def test_a_release_that_is_deployed_keeps_the_edits_of_the_chat(stage: Stage, tmp_path: Path) -> None:
    await stage.do(":stop")
    database = Database(sqlite_url(tmp_path / "data"))
    await publish(database, titled("From the chat"), parent=1)
    write(tmp_path / "deployed", with_source("Released"))
    await stage.do(":start")
    files = await Revisions(database).files(3)
    await database.close()
    assert files == titled("From the chat", with_source("Released"))
