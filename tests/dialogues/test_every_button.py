"""Every button on every screen is tapped, as a stranger would who taps everything."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from pathlib import Path
from typing import Any, get_args

import pytest

from bot.chat import actions, buttons
from bot.chat.editing_actions import OfEditors
from bot.cli.script import Do
from tests.support.transcript import Stage, on_stage

_LOST = ("Something went wrong", "from an older version and did nothing", "leads nowhere")
_STEPS = "Data privacy > Data for Generative AI Improvement"
_TO_THE_END = ("[Show me the steps]", "[Computer (web)]", "[Done]", "[Done]", "[Done]")
USER = 7
_WHOLE = ("", "linkedin", "gdpr", "bot")
"""Platforms of which every button is tapped; those without a name are of none."""


def _presses(seen: list[dict[str, Any]]) -> dict[str, str]:
    """Data and label of every button that comes back to us."""
    return {
        button["data"]: button["label"]
        for line in seen
        for row in line.get("buttons", ())
        for button in row
        if "data" in button
    }


def _is_new(data: str, seen_kinds: set[tuple[str, str]], whole: Collection[str]) -> bool:
    """Every button of what is walked whole; of the rest one of each kind, in short for all together."""
    verb, *parts = data.split(":")
    platform = next((part.partition(".")[0] for part in parts if "." in part), "")
    if whole is not _WHOLE and platform not in _WHOLE:
        platform = "another"
    if platform in whole or (platform, verb) not in seen_kinds:
        seen_kinds.add((platform, verb))
        return True
    return False


async def _tap(stage: Stage, data: str) -> list[dict[str, Any]]:
    """Tap a button by its data, on the newest message of ours that has one."""
    stage.seen.clear()
    number = max(number for chat, number in stage.telegram.messages if chat == USER)
    stage.telegram.tap(USER, number, data)
    await stage.session.perform(Do("private"))  # does nothing here, and waits until all is said
    return list(stage.seen)


def _newest(stage: Stage) -> str:
    """What the newest message of ours says."""
    return stage.telegram.messages[max(key for key in stage.telegram.messages if key[0] == USER)].text


@pytest.mark.slow
@pytest.mark.parametrize(
    "whole", [("gdpr",), pytest.param(_WHOLE, marks=pytest.mark.long)], ids=["short", "all"]
)
async def test_each_of_them_is_answered_and_leads_somewhere(tmp_path: Path, whole: Collection[str]) -> None:
    async with on_stage(tmp_path) as stage:
        waiting = deque(_presses(await stage.do("/start")).items())
        for line in ("/privacy", "/region", "/checkup", "/plain on", "/plain off", "/start linkedin_opt-out"):
            waiting.extend(_presses(await stage.do(line)).items())
        for line in _TO_THE_END:  # tapped in any order they need not lead there
            waiting.extend(_presses(await stage.do(line)).items())
        known = dict(waiting)
        seen_kinds: set[tuple[str, str]] = set()
        while waiting:
            data, label = waiting.popleft()
            seen = await _tap(stage, data)
            assert any("callback_answer" in line for line in seen), f"[{label}] was not answered"
            said = stage.text or _newest(stage)  # an old button may show what is shown already
            assert said, f"[{label}] {data} shows nothing"
            assert not any(word in said for word in _LOST), f"[{label}] {data}: {said}"
            for found, name in _presses(seen).items():
                if found not in known and _is_new(found, seen_kinds, whole):
                    known[found] = name
                    waiting.append((found, name))
        verbs = {type(buttons.decode(data)) for data in known}
    assert actions.Outdated not in verbs
    elsewhere = {actions.Answered, actions.Snooze, actions.NewQuestion}  # under reminders and follow-ups
    elsewhere |= {actions.Found, actions.TellChanges, actions.WalkAgain}  # under what comes on its own
    elsewhere.add(actions.ShowEnglish)  # under a translation that is older than the English text
    elsewhere |= {actions.NotMeant, actions.SendQuestion}  # under answers to a question
    elsewhere.add(OfEditors)  # for editors alone
    assert verbs == set(get_args(actions.Action)) - elsewhere


async def test_the_steps_are_at_most_three_taps_from_the_start(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        await stage.do("/start")
        for label in ("Stop LinkedIn's AI training", "Show me the steps", "Android"):
            assert any(label in found for found in stage.labels), label
            await stage.do(f"[{label}]")
        assert _STEPS in stage.text
