"""The database is locked or gone: questions are answered, nothing is lost, and no restart is needed."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest

from tests.support.transcript import Stage, on_stage

USER = 7
QUESTION = "how do i stop linkedin training ai on my posts"


@contextmanager
def _locked(stage: Stage) -> Iterator[None]:
    """Another program holds the write lock of the database."""
    with closing(sqlite3.connect(stage.data / "advisor.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def _gone(stage: Stage) -> Iterator[None]:
    """Somebody moved the database away."""
    hidden = stage.data / "hidden"
    hidden.mkdir()
    files = [file for file in stage.data.iterdir() if file.name.startswith("advisor.db")]
    for file in files:
        file.rename(hidden / file.name)
    yield
    for file in files:
        (hidden / file.name).rename(file)


async def _until(stage: Stage, words: str, *, within: float = 90.0) -> None:
    """Wait until `words` were seen."""
    async with asyncio.timeout(within):
        while words not in stage.text:  # noqa: ASYNC110 - what is seen has no event of its own
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("fault", [_locked, _gone])
@pytest.mark.slow
async def test_questions_are_answered_and_changes_wait_until_it_is_back(
    fault: Callable[[Stage], AbstractContextManager[None]], tmp_path: Path
) -> None:
    async with on_stage(tmp_path) as stage:
        await stage.do("/start")
        with fault(stage):
            stage.seen.clear()
            stage.telegram.say(USER, QUESTION)
            await _until(stage, "Data for Generative AI Improvement")
            stage.telegram.say(USER, "/help")
            await _until(stage, "Ask in your own words")
            stage.seen.clear()
            stage.telegram.say(USER, "/region Germany")
            await asyncio.sleep(1)
            assert "Germany" not in stage.text
            assert stage.telegram.updates.waiting, "what was not handled must not be acknowledged"
        await _until(stage, "From now on I answer for: Germany")
        await stage.telegram.idle(within=90)
        await stage.do("/mydata")
        assert "Your choices: English, Germany" in stage.text


async def test_a_bug_is_apologised_for_and_named_without_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(text: str) -> None:
        raise KeyError(text)

    monkeypatch.setattr("bot.chat.screens.question.find_secret", broken)
    async with on_stage(tmp_path) as stage:
        await stage.do("zanzibar quokka")
        assert "Something went wrong on my side" in stage.text
        await stage.do("/help")
        assert "Ask in your own words" in stage.text
    logged = capfd.readouterr().err
    assert '"event": "bug"' in logged
    assert "KeyError" in logged
    assert "zanzibar" not in logged


async def test_two_hundred_messages_in_a_second_are_slowed_down_politely(tmp_path: Path) -> None:
    async with on_stage(tmp_path, environ={"ADVISOR_CHAT_RATE": "0"}) as stage:
        stage.seen.clear()
        for number in range(200):
            stage.telegram.say(USER, f"what data does linkedin use {number}")
        stage.telegram.say(USER + 1, QUESTION)
        await _until(stage, "One at a time, please")
        await _until(stage, "Data for Generative AI Improvement")
        await stage.telegram.idle(within=90)
        answers = [line for line in stage.seen if line.get("to") == USER]
        assert len(answers) < 100, "most of them are turned away, not answered"


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("message", {"message_id": "x"}),
        ("message", {}),
        ("callback_query", {"id": 5, "from": "nobody", "data": ["1h"]}),
        ("something_new", {"a": 1}),
        ("my_chat_member", {"chat": None}),
    ],
)
async def test_an_update_that_cannot_be_read_holds_up_nobody(
    kind: str, payload: dict[str, object], tmp_path: Path
) -> None:
    async with on_stage(tmp_path) as stage:
        stage.telegram.inject(kind, payload)
        await stage.do(QUESTION)
        assert "Data for Generative AI Improvement" in stage.text
        assert not stage.telegram.updates.waiting


async def test_a_forged_button_and_one_of_somebody_else_do_no_harm(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        await stage.do("/start")
        (message,) = [number for chat, number in stage.telegram.messages if chat == USER and number > 1]
        for data in (
            "1r:atlantis:",
            "1f:yes:",
            "1g:linkedin.opt-out:web:0000",
            "9z",
            "1l:gdpr.letter:nothing",
            "x" * 64,
        ):
            stage.seen.clear()
            stage.telegram.tap(USER, message, data)
            await stage.telegram.idle(within=90)
            assert any("callback_answer" in line for line in stage.seen), data
            assert "Something went wrong" not in stage.text, data
        await stage.do("/region")
        assert "Now:" not in stage.text, "no forged country was kept"
