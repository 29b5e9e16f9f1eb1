"""Guides that change, messages that cannot be edited, taps that come twice: on the way nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.chat import actions, buttons
from tests.knowledge.folders import OPT_OUT, write
from tests.support.transcript import Stage, on_stage

USER = 7
_MORE = """\
            - id: check
              text: Load the page again.
"""
_LONGER = OPT_OUT.replace("      coverage:\n", _MORE + "      coverage:\n")


@pytest.fixture
def knowledge(tmp_path: Path) -> Path:
    """A small knowledge folder: one guide with the steps open-setting, turn-off and check."""
    return write(tmp_path / "knowledge", {"en/linkedin.yaml": _LONGER})


def _environ(knowledge: Path) -> dict[str, str]:
    return {"ADVISOR_KNOWLEDGE_DIR": str(knowledge)}


async def _begin(stage: Stage) -> None:
    await stage.do("/start linkedin_opt-out")
    await stage.do("[Show me the steps]")
    assert "step 1 of 3" in stage.text, "with one surface nobody is asked"


def _newest(stage: Stage, user: int = USER) -> int:
    return max(number for chat, number in stage.telegram.messages if chat == user)


async def _tap(stage: Stage, action: actions.Action, *, user: int = USER) -> str:
    """Tap a button that need not stand under the newest message; returns what is said."""
    stage.seen.clear()
    stage.telegram.tap(user, _newest(stage, user), buttons.encode(action))
    await stage.telegram.idle(within=90)
    return stage.text


async def test_a_guide_that_changed_shows_the_step_anew_before_it_goes_on(
    tmp_path: Path, knowledge: Path
) -> None:
    async with on_stage(tmp_path, environ=_environ(knowledge)) as stage:
        await _begin(stage)
        await stage.do("[Done]")
        write(knowledge, {"en/linkedin.yaml": _LONGER.replace("Turn the switch off", "Turn both off")})
        await stage.do(":restart")
        await stage.do("[Done]")
        assert "This guide has changed" in stage.text
        assert "Turn both off" in stage.text
        assert "step 2 of 3" in stage.text
        await stage.do("[Done]")
        assert "step 3 of 3" in stage.text


async def test_a_step_that_is_gone_leads_to_the_nearest_one(tmp_path: Path, knowledge: Path) -> None:
    async with on_stage(tmp_path, environ=_environ(knowledge)) as stage:
        await _begin(stage)
        await stage.do("[Done]")
        write(knowledge, {"en/linkedin.yaml": _LONGER.replace("id: turn-off", "id: turn-all-off")})
        await stage.do(":restart")
        await stage.do("[Done]")
        assert "your step is gone" in stage.text
        assert "step 2 of 3" in stage.text


async def test_a_new_check_alone_is_no_change(tmp_path: Path, knowledge: Path) -> None:
    async with on_stage(tmp_path, environ=_environ(knowledge)) as stage:
        await _begin(stage)
        write(knowledge, {"en/linkedin.yaml": _LONGER.replace("2026-11-20", "2026-11-22")})
        await stage.do(":restart")
        await stage.do("[Done]")
        assert "has changed" not in stage.text
        assert "step 2 of 3" in stage.text


async def test_a_finished_guide_that_changed_says_so(tmp_path: Path, knowledge: Path) -> None:
    async with on_stage(tmp_path, environ=_environ(knowledge)) as stage:
        await _begin(stage)
        for _ in range(3):
            await stage.do("[Done]")
        assert "Done: Turning AI training off" in stage.text
        write(knowledge, {"en/linkedin.yaml": _LONGER.replace("Turn the switch off", "Turn both off")})
        await stage.do(":restart")
        await stage.do("/start linkedin_opt-out")
        await stage.do("[Show me the steps]")
        assert "has changed since you finished it" in stage.text
        await stage.do("[Go through it again]")
        assert "step 1 of 3" in stage.text


async def test_it_goes_on_in_a_new_message_when_the_old_one_cannot_be_edited(
    tmp_path: Path, knowledge: Path
) -> None:
    async with on_stage(tmp_path, environ=_environ(knowledge)) as stage:
        await _begin(stage)
        number = _newest(stage)
        old = stage.telegram.messages[USER, number]
        stage.telegram.messages[USER, number] = replace(old, sender_id=USER)
        await stage.do("[Done]")
        assert "step 2 of 3" in stage.text
        assert _newest(stage) > number
        await stage.do("[Done]")
        assert "step 3 of 3" in stage.text


async def test_an_old_button_shows_where_the_member_is(tmp_path: Path, knowledge: Path) -> None:
    async with on_stage(tmp_path, environ=_environ(knowledge)) as stage:
        await _begin(stage)
        (first,) = (
            button["data"] for row in stage.seen[-1]["buttons"] for button in row if button["label"] == "Done"
        )
        await stage.do("[Done]")
        action = buttons.decode(first)
        assert isinstance(action, actions.WalkDone)
        said = await _tap(stage, action)
        assert "That button was for another step" in said
        assert "step 2 of 3" in said
        for _ in range(2):
            await stage.do("[Done]")
        assert "You finished this guide" in await _tap(stage, action)


async def test_after_forget_an_old_button_goes_on_where_it_says(tmp_path: Path, knowledge: Path) -> None:
    async with on_stage(tmp_path, environ=_environ(knowledge)) as stage:
        await _begin(stage)
        await stage.do("[Done]")
        data = next(
            button["data"] for row in stage.seen[-1]["buttons"] for button in row if button["label"] == "Done"
        )
        await stage.do("/forget")
        await stage.do("[Yes]")
        action = buttons.decode(data)
        assert isinstance(action, actions.WalkDone)
        assert "step 3 of 3" in await _tap(stage, action)


@pytest.mark.parametrize(
    "action",
    [
        actions.WalkDone("linkedin.opt-out", "z", "turn-off", "0000"),
        actions.WalkDone("linkedin.gone", "w", "turn-off", "0000"),
        actions.WalkDone("linkedin.opt-out", "w", "nowhere", "0000"),
        actions.WalkDiffers("linkedin.opt-out", "i", "turn-off", "0000"),
        actions.ShowSteps("linkedin.opt-out", "watch", "0000"),
        actions.ShowSteps("linkedin.opt-out", "ios", "0000"),
        actions.ChooseSurface("linkedin.gone"),
        actions.UsePlatform("nowhere", "yes"),
        actions.TakePack("astronaut"),
        actions.OfferReminder("linkedin.gone"),
        actions.SetPlain("perhaps"),
    ],
)
async def test_a_forged_button_does_no_harm(action: actions.Action, tmp_path: Path, knowledge: Path) -> None:
    async with on_stage(tmp_path, environ=_environ(knowledge)) as stage:
        await stage.do("/start")
        said = await _tap(stage, action)
        assert said
        assert "Something went wrong" not in said


async def test_three_members_put_a_step_in_doubt_and_the_next_one_is_told(
    tmp_path: Path, knowledge: Path
) -> None:
    warning = "Several people say that this step looks different"
    async with on_stage(tmp_path, environ=_environ(knowledge)) as stage:
        for user in (11, 12, 13):
            await stage.do(f":as {user}")
            await _begin(stage)
            assert warning not in stage.text
            await stage.do("[Looks different]")
            assert "noted without your name" in stage.text
        await stage.do(":as 14")
        await _begin(stage)
        assert warning in stage.text
        assert "Open the official page" in stage.labels or "Open the setting" in stage.labels
        await stage.do("[Done]")
        assert warning not in stage.text, "the other steps are in no doubt"
        await stage.do(":as 13")
        await stage.do("/forget")
        await stage.do("[Yes]")
        await stage.do(":as 14")
        await stage.do("[Back]")
        assert warning not in stage.text


async def test_steps_that_are_too_old_are_withheld_also_while_they_are_walked(
    tmp_path: Path, knowledge: Path
) -> None:
    async with on_stage(tmp_path, environ=_environ(knowledge)) as stage:
        await _begin(stage)
        await stage.do(":at 2028-11-23T10:00:00+01:00")
        await stage.do("[Done]")
        assert "too long ago to send you along" in stage.text
        assert "Open the official page" in stage.labels
        assert "Done" not in stage.labels
