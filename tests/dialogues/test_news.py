"""The knowledge changes: who finished a guide or read something wrong is told, once, and can say no."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.editing.earlier import Earlier
from bot.editing.recalls import Preview, Recalls, Status
from bot.editing.revisions import Revisions
from bot.storage.engine import Database
from tests.knowledge.folders import OPT_OUT, write
from tests.support.databases import sqlite_url
from tests.support.transcript import MONDAY, Stage, on_stage

_CHANGED = OPT_OUT.replace("Turn the switch off.", "Turn both switches off.")
_RIGHT = "You can turn it off in the settings."
_WRONG = "You cannot turn it off."
_NOTICE = "Something has changed where you switched AI training off"


@pytest.fixture
def knowledge(tmp_path: Path) -> Path:
    """A small knowledge folder with one guide of two steps."""
    return write(tmp_path / "knowledge")


def _environ(knowledge: Path) -> dict[str, str]:
    return {"ADVISOR_KNOWLEDGE_DIR": str(knowledge)}


async def _finish(stage: Stage) -> None:
    await stage.do("/start linkedin_opt-out")
    for label in ("Show me the steps", "Done", "Done"):
        await stage.do(f"[{label}]")
    assert "Done: Turning AI training off" in stage.text


async def _until(stage: Stage, words: str) -> None:
    async with asyncio.timeout(90):
        while words not in stage.text:  # noqa: ASYNC110 - what is seen has no event of its own
            await asyncio.sleep(0.02)


async def test_who_finished_a_guide_is_told_when_it_changed_and_answers(
    tmp_path: Path, knowledge: Path
) -> None:
    async with on_stage(tmp_path, environ=_environ(knowledge)) as stage:
        await _finish(stage)
        write(knowledge, {"en/linkedin.yaml": _CHANGED})
        await stage.do(":restart")
        await _until(stage, _NOTICE)
        assert "you finished it on 23 November 2026" in stage.text
        await stage.do("[It is on again]")
        assert "Then switch it off again" in stage.text
        await stage.do("[Show the steps]")
        assert "step 1 of 2" in stage.text
        assert "This guide has changed" in stage.text
        await stage.do(":kill")
        await stage.do("/checkup")
        assert _NOTICE not in stage.text


async def test_do_not_tell_me_is_remembered(tmp_path: Path, knowledge: Path) -> None:
    async with on_stage(tmp_path, environ=_environ(knowledge)) as stage:
        await _finish(stage)
        write(knowledge, {"en/linkedin.yaml": _CHANGED})
        await stage.do(":restart")
        await _until(stage, _NOTICE)
        await stage.do("[Do not tell me]")
        assert "I do not tell you any more when a guide changes" in stage.text
        write(knowledge, {"en/linkedin.yaml": _CHANGED.replace("both", "all")})
        await stage.do(":restart")
        await stage.do(f":at {(MONDAY + timedelta(days=8)).isoformat()}")
        assert _NOTICE not in stage.text
        await stage.do("[Tell me again]")
        assert "at most once a week" in stage.text


async def test_corrections_are_off_until_asked_for_and_leave_nothing_when_ended(
    tmp_path: Path, knowledge: Path
) -> None:
    async with on_stage(tmp_path, environ=_environ(knowledge)) as stage:
        await stage.do("/start linkedin_opt-out")
        await stage.do("/mydata")
        assert "Answers that you read" not in stage.text
        await stage.do("/corrections")
        assert "It is off now" in stage.text
        await stage.do("[Yes, correct me]")
        assert "Corrections are on" in stage.text
        await stage.do("/start linkedin_opt-out")
        await stage.do("/mydata")
        assert "Answers that you read" in stage.text
        await stage.do("/corrections off")
        assert "It is off now" in stage.text
        await stage.do("/mydata")
        assert "Answers that you read" not in stage.text


async def test_who_read_what_was_wrong_gets_the_correction_once(tmp_path: Path, knowledge: Path) -> None:
    write(knowledge, {"en/linkedin.yaml": OPT_OUT.replace(_RIGHT, _WRONG)})
    async with on_stage(tmp_path, environ=_environ(knowledge)) as stage:
        await stage.do("/corrections on")
        await stage.do("/start linkedin_opt-out")
        assert _WRONG in stage.text
        await stage.do(":as 8")
        await stage.do("/start linkedin_opt-out")
        assert _WRONG in stage.text
        await stage.do(":as 7")
        write(knowledge)
        await stage.do(":restart")
        await stage.do("/start linkedin_opt-out")
        assert _RIGHT in stage.text
        await stage.do(":stop")
        await _recall(tmp_path / "data")
        await stage.do(":start")
        await _until(stage, "A correction: ")
        assert f"I said: – {_WRONG}" in stage.text
        assert f"This is right: – {_RIGHT}" in stage.text
        assert [line["to"] for line in stage.seen if "A correction" in str(line.get("text"))] == [7]
        await stage.do("[No corrections]")
        assert "It is off now" in stage.text
        await stage.do(f":at {(MONDAY + timedelta(days=8)).isoformat()}")
        assert "A correction: " not in stage.text


async def _recall(data: Path) -> None:
    """As an editor does with /recall, for the last revision but one."""
    database = Database(sqlite_url(data))
    try:
        revisions = Revisions(database)
        mended = await revisions.newest_number()
        found = await Recalls(database, Earlier(revisions)).recall(
            "linkedin.opt-out", mended - 1, "We misread the page.", mended=mended, now=MONDAY
        )
    finally:
        await database.close()
    assert found == Preview(Status.DONE, 1)
