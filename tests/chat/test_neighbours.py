"""What is offered to a question that is not answered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.chat.blocks import Press
from bot.chat.screens.result import result_screen
from bot.chat.screens.viewer import Viewer
from bot.chat.wording import words_for
from bot.matching.result import Candidate, Reading, Unknown, UnknownReason
from tests.support.knowledge import TODAY, small_base

BASE = small_base()
VIEWER = Viewer(words=words_for("en"), base=BASE, today=TODAY, bot_name="advisor_bot")
SPOKEN = BASE.languages["en"]
OFTEN = replace(SPOKEN.entries["acme.opt-out"], id="linkedin.opt-out")


def offered(score: float) -> set[str]:
    """What the buttons do when acme.opt-out has this score, in knowledge with a topic often asked for."""
    spoken = replace(SPOKEN, entries={**SPOKEN.entries, OFTEN.id: OFTEN})
    viewer = replace(VIEWER, base=replace(BASE, languages={**BASE.languages, "en": spoken}))
    reading = Reading(candidates=(Candidate("acme.opt-out", score),))
    screen = result_screen(Unknown(UnknownReason.UNCLEAR, reading), viewer)
    return {button.data for row in screen.rows for button in row if isinstance(button, Press)}


@pytest.mark.parametrize("score", [0.0, 0.02, 0.119])
def test_an_odd_neighbour_is_not_offered_but_what_most_people_come_for(score: float) -> None:
    near, odd = offered(0.12), offered(score)
    assert any("acme.opt-out" in data for data in near)
    assert not any("acme.opt-out" in data for data in odd)
    assert any(OFTEN.id in data for data in near & odd)
