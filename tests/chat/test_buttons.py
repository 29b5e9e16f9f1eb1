"""Buttons: every action comes back as it went, and nothing else comes back at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.constants import InlineKeyboardButtonLimit

from bot.chat import actions, buttons
from bot.knowledge.limits import BUTTON_PARTS
from bot.knowledge.model import MAX_ENTRY_ID

_ID = st.from_regex(r"[a-z0-9]{1,12}\.[a-z0-9-]{1,27}", fullmatch=True)
_SMALL = st.from_regex(r"[a-z0-9-]{1,6}", fullmatch=True)
_UnderAStep = actions.WalkDone | actions.WalkBack | actions.WalkLater | actions.WalkDiffers
_UNDER_A_STEP = (actions.WalkDone, actions.WalkBack, actions.WalkLater, actions.WalkDiffers)
_ACTION = st.one_of(
    st.just(actions.Home()),
    st.builds(actions.ShowEntry, _ID),
    st.builds(actions.ShowMore, _ID),
    st.builds(actions.ShowSources, _ID),
    st.builds(actions.ShowCoverage, _ID),
    st.builds(actions.ChooseSurface, _ID),
    st.builds(actions.ShowSteps, _ID, st.sampled_from(["web", "ios", "android"]), st.just("a1b2")),
    *(st.builds(tap, _ID, st.sampled_from("wia"), _SMALL, st.just("a1b2")) for tap in _UNDER_A_STEP),
    st.builds(actions.AskSurface, _ID),
    st.builds(actions.OfferReminder, _ID),
    st.builds(actions.UsePlatform, _SMALL, st.sampled_from(["yes", "no"])),
    st.builds(actions.TakePack, _SMALL),
    st.builds(actions.SetPlain, st.sampled_from(["on", "off"])),
    st.builds(actions.ShowLetter, _ID, _SMALL),
    st.builds(actions.ShowTopics, _SMALL, st.sampled_from(["0", "12"])),
    st.builds(actions.SetRegion, st.sampled_from(["eu", "us-ca", "unsaid"]), _ID),
    st.builds(actions.SetLanguage, st.just("de")),
    st.builds(actions.ShowPage, st.just("privacy")),
    st.builds(actions.Forget, st.just("yes")),
)


def test_the_room_in_a_button_is_telegrams() -> None:
    assert buttons.MAX_BYTES == InlineKeyboardButtonLimit.MAX_CALLBACK_DATA


@given(_ACTION)
def test_an_action_comes_back_as_it_went_and_fits(action: actions.Action) -> None:
    data = buttons.encode(action)
    assert len(data.encode()) <= 64
    assert buttons.decode(data) == action


@given(st.text(max_size=80))
def test_whatever_somebody_sends_does_no_harm(data: str) -> None:
    action = buttons.decode(data)
    assert isinstance(action, actions.Outdated) or buttons.decode(buttons.encode(action)) == action


def test_the_longest_entry_fits_the_longest_button() -> None:
    entry = "p." + "x" * (MAX_ENTRY_ID - 2)
    assert len(buttons.encode(actions.ShowSteps(entry, "android", "ffff"))) <= 64


@pytest.mark.parametrize("tap", _UNDER_A_STEP)
@pytest.mark.parametrize("longest", [4, MAX_ENTRY_ID])
def test_the_longest_step_fits_the_longest_button(tap: type[_UnderAStep], longest: int) -> None:
    entry = "p." + "x" * (longest - 2)
    step = "s" * (BUTTON_PARTS - len(entry))
    action = tap(entry, "a", step, "ffff")
    assert buttons.decode(buttons.encode(action)) == action


@pytest.mark.parametrize(
    "data", [None, "", "2h", "1z", "1e", "1e:a:b:c", "1h:extra", "1e:" + "x" * 70, "1e:A b"]
)
def test_old_forged_or_broken_data_is_outdated(data: str | None) -> None:
    assert buttons.decode(data) == actions.Outdated()


def test_an_id_that_no_button_can_carry_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="no button"):
        buttons.encode(actions.ShowEntry("Upper Case"))


@given(_ID)
def test_a_deep_link_names_its_entry(entry: str) -> None:
    payload = buttons.to_start_payload(entry)
    assert "." not in payload
    assert buttons.from_start_payload(payload) == entry
