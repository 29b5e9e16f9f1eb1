"""An answer says how old it is, and old steps are withheld."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.knowledge.freshness import (
    effective_date,
    entry_freshness,
    freshness,
    oldest,
    reported_by_users,
    walk_freshness,
)
from bot.knowledge.model import Claim, KnowledgeBase, Review
from tests.knowledge.folders import TODAY, base_with

NOTICE, PAPER = date(2026, 8, 22), date(2025, 9, 24)


@pytest.fixture
def base(tmp_path: Path) -> KnowledgeBase:
    return base_with(tmp_path)


def made(*sources: str, checked: date = TODAY, lasting: bool = False) -> Claim:
    return Claim("It is so.", sources, checked, lasting=lasting)


def test_the_date_is_the_older_of_the_check_and_the_newest_copy(base: KnowledgeBase) -> None:
    assert effective_date(made("notice"), base) == NOTICE
    assert effective_date(made("notice", "paper"), base) == NOTICE
    assert effective_date(made("paper"), base) == PAPER
    assert effective_date(made("notice", checked=date(2026, 1, 1)), base) == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("days", "overdue", "withheld"),
    [(0, False, False), (90, False, False), (91, True, False), (540, True, False), (541, True, True)],
)
def test_a_check_is_overdue_after_its_period_and_withheld_after_its_limit(
    base: KnowledgeBase, days: int, overdue: bool, withheld: bool
) -> None:
    found = freshness(made("notice"), Review(), base, NOTICE + timedelta(days=days))
    assert (found.days, found.overdue, found.withheld) == (days, overdue, withheld)


def test_a_date_of_tomorrow_is_no_day_ago(base: KnowledgeBase) -> None:
    assert freshness(made("notice"), Review(), base, NOTICE - timedelta(days=1)).days == 0


def test_a_lasting_claim_never_goes_stale(base: KnowledgeBase) -> None:
    found = freshness(made("paper", lasting=True), Review(), base, TODAY + timedelta(days=5000))
    assert (found.as_of, found.overdue, found.withheld) == (PAPER, False, False)


def test_the_oldest_statement_that_can_go_stale_counts(base: KnowledgeBase) -> None:
    old_event, fresh = made("paper", lasting=True), made("notice")
    found = oldest([old_event, fresh], Review(), base, TODAY)
    assert found is not None
    assert found.as_of == NOTICE
    alone = oldest([old_event], Review(), base, TODAY)
    assert alone is not None
    assert (alone.as_of, alone.overdue) == (PAPER, False)
    assert oldest([], Review(), base, TODAY) is None


def test_an_entry_and_its_steps_have_their_own_dates(base: KnowledgeBase) -> None:
    entry = base.entry("linkedin.opt-out")
    assert entry is not None
    assert entry.guide is not None
    said = entry_freshness(entry, base, TODAY)
    assert said is not None
    assert (said.as_of, said.overdue) == (NOTICE, True)
    late = replace(entry.guide.walks[0], checked=date(2025, 1, 1))
    assert walk_freshness(entry, late, base, TODAY).withheld


def test_steps_on_weak_sources_only_are_reported_by_users(base: KnowledgeBase) -> None:
    assert reported_by_users(made("paper"), base)
    assert not reported_by_users(made("paper", "notice"), base)
