"""A revision names what is said, not how the files look."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.revision import canonical, entry_hash, guide_hash, revision_of, text_hash
from tests.knowledge.folders import OPT_OUT, SOURCES, WHOLE, base_with, claim, entry_text

MORE = {f"en/more-{name}.yaml": entry_text(claim(), entry_id=f"linkedin.{name}", word=name) for name in "abc"}


def test_it_is_64_hex_digits_and_covers_all_but_itself(tmp_path: Path) -> None:
    base = base_with(tmp_path)
    assert re.fullmatch(r"[0-9a-f]{64}", base.revision)
    assert revision_of(base) == base.revision
    assert canonical(replace(base, revision="x")) == canonical(base)


def test_comments_quotes_and_spacing_change_nothing(tmp_path: Path) -> None:
    before = base_with(tmp_path / "a")
    loud = "# a comment\n" + OPT_OUT.replace(
        "title: Turning AI training off", "title:   'Turning AI training off' # why"
    )
    assert base_with(tmp_path / "b", {"en/linkedin.yaml": loud}).revision == before.revision


@given(order=st.permutations(sorted(MORE)))
def test_the_order_and_split_of_entries_change_nothing(
    tmp_path_factory: pytest.TempPathFactory, order: list[str]
) -> None:
    apart = base_with(tmp_path_factory.mktemp("apart"), MORE)
    head = "platform: linkedin\nentries:\n"
    together = {"en/linkedin/all.yaml": head + "".join(MORE[name].removeprefix(head) for name in order)}
    assert base_with(tmp_path_factory.mktemp("together"), together).revision == apart.revision


def test_the_split_of_sources_changes_nothing(tmp_path: Path) -> None:
    one, two = SOURCES.removeprefix("sources:\n").split("  - id: paper")
    files = {
        "sources/linkedin.yaml": "sources:\n  - id: paper" + two,
        "sources/z.yaml": "sources:\n" + one,
    }
    assert base_with(tmp_path / "a", files).revision == base_with(tmp_path / "b").revision


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("en/linkedin.yaml", "You can turn", "You may turn"),
        ("en/linkedin.yaml", "2026-11-20", "2026-11-21"),
        ("en/linkedin.yaml", "wording a", "wording z"),
        ("en/linkedin.yaml", "Open the page.", "Open this page."),
        ("sources/linkedin.yaml", "An article", "One article"),
        ("platforms.yaml", "linked in", "linked inn"),
        ("regions.yaml", "deutschland", "allemagne"),
        ("helplines.yaml", '"112"', '"110"'),
        ("en/golden.yaml", "please end", "please stop"),
        ("en/alarm.yaml", "i want to die", "i wish to die"),
        ("en/common_words.txt", "the", "thee"),
    ],
)
def test_any_other_word_gives_another_revision(tmp_path: Path, file: str, old: str, new: str) -> None:
    changed = WHOLE[file].replace(old, new, 1)
    assert base_with(tmp_path / "a", {file: changed}).revision != base_with(tmp_path / "b").revision


def test_the_order_of_platforms_and_claims_is_seen_and_counts(tmp_path: Path) -> None:
    head, one, two, *rest = WHOLE["platforms.yaml"].splitlines(keepends=True)
    swapped = "".join([head, two, one, *rest])
    assert (
        base_with(tmp_path / "a", {"platforms.yaml": swapped}).revision != base_with(tmp_path / "b").revision
    )


def test_a_translation_is_not_stale_for_a_new_check_or_phrasing(tmp_path: Path) -> None:
    before = base_with(tmp_path / "a").entry("linkedin.opt-out")
    touched = OPT_OUT.replace("2026-11-20", "2026-11-22").replace("wording a", "wording z")
    after = base_with(tmp_path / "b", {"en/linkedin.yaml": touched}).entry("linkedin.opt-out")
    said = OPT_OUT.replace("Turn the switch off", "Switch it off")
    reworded = base_with(tmp_path / "c", {"en/linkedin.yaml": said}).entry("linkedin.opt-out")
    assert before is not None
    assert after is not None
    assert reworded is not None
    assert text_hash(after) == text_hash(before) != text_hash(reworded)
    assert entry_hash(after) != entry_hash(before)
    assert guide_hash(reworded) != guide_hash(before)
    assert guide_hash(after) == guide_hash(before), "who is on the way is not told of a new check"
    assert guide_hash(replace(before, guide=None)) == ""
