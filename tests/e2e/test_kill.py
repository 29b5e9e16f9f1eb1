"""The kill loop in short; `make kill` is the long form, with the whole bot."""

from __future__ import annotations

import pytest

from tests.e2e.kill_loop import kill_rounds, one_slow


@pytest.mark.slow
@pytest.mark.parametrize("rounds", [1, pytest.param(3, marks=pytest.mark.long)])
def test_kill_9_loses_nothing_and_a_repeat_says_so(rounds: int) -> None:
    losses = kill_rounds("ours", rounds=rounds)
    assert losses.unanswered == 0
    assert losses.unmarked == 0


@pytest.mark.long
def test_the_same_kill_makes_plain_python_telegram_bot_lose() -> None:
    """That the measurement can see a loss at all."""
    assert kill_rounds("plain", rounds=1).unanswered > 50


@pytest.mark.long
def test_one_slow_update_holds_the_others_two_seconds_at_most() -> None:
    without, with_one = (
        one_slow("ours", questions=1000, slow=False),
        one_slow("ours", questions=1000, slow=True),
    )
    busy = 5.0  # of other work on the same machine; held by the slow one, all would come after ten seconds
    assert with_one.last < without.last + 2.0 + busy
