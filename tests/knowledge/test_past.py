"""What held on a day that is over is known only of claims with dates."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.knowledge.past import Days, held_claims
from bot.knowledge.regions import shown_claims
from tests.knowledge.folders import TODAY, base_with, claim, entry_text, load_with

FIRST, LAST = date(2025, 11, 3), date(2025, 11, 2)
CLAIMS = (
    claim("It was not so yet.", until="2025-11-02"),
    claim("It is so.", **{"from": "2025-11-03"}),
    claim("It is so in Germany.", regions="[de]", place="more", **{"from": "2026-01-01"}),
    claim("Nobody knows since when this is so."),
    claim("It will be otherwise.", **{"from": "2099-01-01"}),
)


def dated(*claims: str) -> dict[str, str]:
    return {"en/more.yaml": entry_text("".join(claims or CLAIMS))}


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (Days.of(LAST), ["It was not so yet."]),
        (Days.of(FIRST), ["It is so."]),
        (Days.of(date(2026, 1, 1)), ["It is so.", "It is so in Germany."]),
        (Days(date(2025, 11, 1), date(2025, 11, 30)), ["It was not so yet.", "It is so."]),
    ],
)
def test_dated_claims_hold_from_their_first_day_to_their_last(
    tmp_path: Path, days: Days, said: list[str]
) -> None:
    base = base_with(tmp_path, dated())
    entry = base.languages["en"].entries["linkedin.other"]
    assert [held.claim.text for held in held_claims(entry, "de", base, days)] == said


def test_a_change_inside_the_days_is_named_with_its_day(tmp_path: Path) -> None:
    base = base_with(tmp_path, dated())
    entry = base.languages["en"].entries["linkedin.other"]
    before, after = held_claims(entry, "us", base, Days(date(2025, 11, 1), date(2025, 11, 30)))
    assert (before.since, before.until) == (None, LAST)
    assert (after.since, after.until) == (FIRST, None)


def test_what_is_over_or_has_not_come_is_not_shown_today(tmp_path: Path) -> None:
    base = base_with(tmp_path, dated())
    entry = base.languages["en"].entries["linkedin.other"]
    shown = [claim.text for claim in shown_claims(entry, "us", base, today=TODAY)]
    assert shown == ["It is so.", "Nobody knows since when this is so."]
    then = [claim.text for claim in shown_claims(entry, "us", base, today=LAST)]
    assert then == ["It was not so yet.", "Nobody knows since when this is so."]


def test_a_claim_that_ends_before_it_begins_is_an_error(tmp_path: Path) -> None:
    wrong = claim("It was so.", until="2025-11-02", **{"from": "2025-11-03"})
    (problem,) = load_with(tmp_path, dated(wrong, CLAIMS[1])).errors
    assert problem.message == "It ends before it begins."


def test_an_entry_whose_claims_are_all_over_says_nothing_and_that_is_an_error(tmp_path: Path) -> None:
    messages = [problem.message for problem in load_with(tmp_path, dated(CLAIMS[0])).errors]
    assert any("says nothing to a member in" in message for message in messages)
