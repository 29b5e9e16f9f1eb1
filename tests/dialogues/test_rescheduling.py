"""A reminder is changed by free words: in reply to its confirmation, after [Change], or right after it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.transcript import MONDAY, Stage, on_stage

USER = 7


async def _set(stage: Stage) -> int:
    """A reminder for LinkedIn; returns the number of the message that confirms it."""
    await stage.do("/timezone berlin")
    await stage.do("every 3 months linkedin")
    assert "Tuesday 23 February 2027, 10:00" in stage.text
    return max(number for chat, number in stage.telegram.messages if chat == USER)


async def _reply(stage: Stage, message: int, text: str) -> str:
    stage.seen.clear()
    stage.telegram.say(USER, text, reply_to=message)
    await stage.telegram.idle(within=90)
    return stage.text


@pytest.mark.parametrize(
    ("words", "then"),
    [
        ("change it to every 2 months at 9", "every 2 months, next: – Saturday 23 January 2027, 09:00"),
        ("every 2 months", "every 2 months, next: – Saturday 23 January 2027, 10:00"),
        ("please move it to friday at 18:00", "Friday 27 November 2026, 18:00"),
        ("at 9", "every 3 months, next: – Tuesday 23 February 2027, 09:00"),
        ("ändere es auf jeden Montag um 9 Uhr", "every Monday, next: – Monday 30 November 2026, 09:00"),
    ],
)
async def test_in_reply_to_its_confirmation(words: str, then: str, tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        confirmation = await _set(stage)
        said = await _reply(stage, confirmation, words)
        assert "Changed. I will remind you: Switch LinkedIn's AI training off" in said
        assert then in said
        await stage.do("/reminders")
        assert "1. " in stage.text
        assert "2. " not in stage.text


async def test_after_change_the_words_alone_will_do_also_after_a_kill(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        await _set(stage)
        await stage.do("[Change]")
        assert "write when" in stage.text
        await stage.do(":kill")
        await stage.do("every 2 months at 9")
        assert "Changed." in stage.text
        assert "23 January 2027, 09:00" in stage.text
        await stage.do("every month")
        assert "Changed." not in stage.text, "it was changed; these words are for a new one"


async def test_it_means_the_one_that_was_set_last_and_only_for_a_while(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        await _set(stage)
        await stage.do("/remind in 2 weeks meta")
        await stage.do("change it to tomorrow at 8")
        assert "Changed. I will remind you: Meta" in stage.text
        assert "Tuesday 24 November 2026, 08:00" in stage.text
        await stage.do(f":at {(MONDAY + timedelta(hours=2)).isoformat()}")
        await stage.do("change it to tomorrow at 8")
        assert "Changed." not in stage.text


async def test_two_readings_are_two_buttons_and_what_is_no_time_changes_nothing(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        confirmation = await _set(stage)
        said = await _reply(stage, confirmation, "change it to next friday at 18:00")
        assert "That can mean two things" in said
        await stage.do("[Fri 4 Dec]")
        assert "Changed." in stage.text
        assert "Friday 4 December 2026, 18:00" in stage.text
        said = await _reply(stage, confirmation, "change it to something nice")
        assert "I did not understand the time" in said
        await stage.do("change it to private")
        assert "Changed." not in stage.text
        assert "I did not understand the time" not in stage.text
        said = await _reply(stage, confirmation, "what data does linkedin use")
        assert "LinkedIn" in said
        assert "Changed." not in said


async def test_one_that_is_gone_is_said(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        confirmation = await _set(stage)
        await stage.do("/reminders")
        await stage.do("[#1]")
        await stage.do("[Delete]")
        said = await _reply(stage, confirmation, "change it to every 2 months")
        assert "not there any more" in said
