"""The common changes: each leaves every other line of its file as it is."""

from __future__ import annotations

from datetime import date
from difflib import unified_diff

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import buttons, proposal_actions
from bot.editing.edits import (
    NewSource,
    NoSuchText,
    add_source,
    change_text,
    languages_of,
    mark_checked,
    read_entry,
    roll_back,
)
from bot.editing.rebasing import merge_lines, rebase
from bot.editing.revisions import Files
from bot.editing.targets import Field, Target, claim_mark, current, read_target
from bot.knowledge.model import Surface
from tests.editing.folders import SMALL, titled, with_source
from tests.knowledge.folders import TODAY

ENTRY = "linkedin.opt-out"
DAY = date(2026, 11, 22)


def changed_lines(before: Files, after: Files) -> list[str]:
    """The lines that differ, with their sign."""
    found: list[str] = []
    for path in sorted({*before, *after}):
        old, new = (files.get(path, b"").decode().splitlines() for files in (before, after))
        diff = unified_diff(old, new, n=0, lineterm="")
        found += [line for line in diff if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    return [f"{line[0]}{line[1:].strip()}" for line in found]


def small_claim() -> str:
    entry = read_entry(SMALL, ENTRY, "en", today=TODAY)
    assert entry is not None
    return claim_mark(entry.claims[0])


@pytest.mark.parametrize(
    ("where", "text", "lines"),
    [
        ("s.w.open-setting.t", "Open it.", ["-text: Open the page.", "+text: Open it."]),
        ("s.w.turn-off.p", "A > B", ["+path: A > B"]),
        ("s.w.turn-off.s", "-", ["-see: It is grey."]),
        ("e.q", "kill the training", ["+- kill the training"]),
        ("e.n", "A title", ["-title: Turning AI training off", "+title: A title"]),
        ("w.w.k", "2026-11-22", ["-checked: 2026-11-20", "+checked: 2026-11-22"]),
    ],
)
def test_a_change_is_one_line(where: str, text: str, lines: list[str]) -> None:
    target = read_target(where)
    assert target is not None
    assert changed_lines(SMALL, change_text(SMALL, ENTRY, "en", target, text)) == lines


def test_a_claim_is_found_by_its_text_and_not_any_more_when_that_changes() -> None:
    target = Target(Field.TEXT, claim=small_claim())
    after = change_text(SMALL, ENTRY, "en", target, "You can switch it off.")
    assert changed_lines(SMALL, after) == [
        "-- text: You can turn it off in the settings.",
        "+- text: You can switch it off.",
    ]
    with pytest.raises(NoSuchText):
        change_text(after, ENTRY, "en", target, "Again.")


def test_a_source_goes_behind_the_others_of_a_claim() -> None:
    after = change_text(SMALL, ENTRY, "en", Target(Field.SOURCE, claim=small_claim()), "paper")
    assert changed_lines(SMALL, after) == ["-sources: [notice]", "+sources: [notice, paper]"]


def test_still_right_dates_everything_of_an_entry_and_nothing_else() -> None:
    after = mark_checked(SMALL, ENTRY, ["en"], Target(Field.CHECKED), DAY)
    lines = changed_lines(SMALL, after)
    assert set(lines) == {"-checked: 2026-11-20", "+checked: 2026-11-22"}
    entry = read_entry(after, ENTRY, "en", today=TODAY)
    assert entry is not None
    assert entry.guide is not None
    dated = [
        *(claim.checked for claim in entry.claims),
        *(dispute.checked for dispute in entry.disputed),
        *(letter.checked for letter in entry.letters),
        *(row.checked for row in entry.guide.coverage),
        *(walk.checked for walk in entry.guide.walks),
    ]
    assert set(dated) == {DAY}
    assert len(lines) == 2 * len(dated)


def test_still_right_for_one_claim_dates_that_alone() -> None:
    after = mark_checked(SMALL, ENTRY, ["en"], Target(Field.CHECKED, claim=small_claim()), DAY)
    assert changed_lines(SMALL, after) == ["-checked: 2026-11-20", "+checked: 2026-11-22"]


def test_a_new_source_goes_into_the_file_of_its_kind_or_a_file_of_its_own() -> None:
    made = NewSource("linkedin-help-2026", "LinkedIn Help", "A page", "2026-11-20", "official")
    assert len(changed_lines(SMALL, add_source(SMALL, made))) == 5
    other = add_source(SMALL, NewSource("other-2026", "Other", "A: page", "2026-11-20"))
    assert set(other) - set(SMALL) == {"sources/more.yaml"}
    twice = add_source(other, NewSource("third-2026", "Third", "A page", "2026-11-20"))
    assert twice["sources/more.yaml"].count(b"- id:") == 2


def test_going_back_restores_the_bytes_and_leaves_the_rest() -> None:
    later = with_source("Another article", titled("Another title"))
    back = roll_back(later, SMALL, ENTRY)
    assert back["en/linkedin.yaml"] == SMALL["en/linkedin.yaml"]
    assert back["sources/linkedin.yaml"] == later["sources/linkedin.yaml"]
    with pytest.raises(NoSuchText):
        roll_back(later, SMALL, "linkedin.nothing")


def test_an_entry_is_found_in_its_languages() -> None:
    assert languages_of(SMALL, ENTRY) == ("en",)
    assert languages_of(SMALL, "linkedin.opt") == ()


TARGETS = st.one_of(
    st.builds(
        Target,
        st.sampled_from([Field.TEXT, Field.PATH, Field.LINK, Field.COPY, Field.SEE]),
        surface=st.sampled_from(Surface),
        step=st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*", fullmatch=True),
    ),
    st.builds(
        Target,
        st.sampled_from([Field.TEXT, Field.CHECKED, Field.SOURCE]),
        claim=st.from_regex(r"[0-9a-f]{6}", fullmatch=True),
    ),
    st.sampled_from([Target(Field.TITLE), Target(Field.PHRASING), Target(Field.CHECKED)]),
)


@given(target=TARGETS)
def test_a_target_comes_back_from_its_word(target: Target) -> None:
    assert read_target(str(target)) == target


def test_the_longest_entry_and_step_fit_a_button() -> None:
    entry, step = "linkedin." + "a" * 31, "b" * 10
    assert len(entry) + len(step) == 50
    target = str(Target(Field.TEXT, surface=Surface.WEB, step=step))
    for action in (
        proposal_actions.EditText(entry, "en", target),
        proposal_actions.StillRight(entry, "en", target),
        proposal_actions.EditEntry(entry, "en", target.removesuffix(".t")),
    ):
        assert buttons.decode(buttons.encode(action)) == action


def test_what_is_not_set_is_empty_and_what_is_not_there_is_nothing() -> None:
    entry = read_entry(SMALL, ENTRY, "en", today=TODAY)
    assert entry is not None
    assert current(entry, Target(Field.PATH, surface=Surface.WEB, step="turn-off")) == ""
    assert current(entry, Target(Field.TEXT, surface=Surface.IOS, step="turn-off")) is None
    assert current(entry, Target(Field.TEXT, claim="000000")) is None


LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "d\n"]), max_size=8).map("".join)


@given(base=LINES, ours=LINES, theirs=LINES)
def test_lines_are_put_together_alike_from_both_sides(base: str, ours: str, theirs: str) -> None:
    assert merge_lines(base, ours, base) == ours
    assert merge_lines(base, base, theirs) == theirs
    assert merge_lines(base, ours, ours) in {ours, None}
    assert merge_lines(base, ours, theirs) == merge_lines(base, theirs, ours)


def test_changes_that_touch_are_not_put_together() -> None:
    assert merge_lines("a\nb\nc\nd\n", "A\nb\nc\nd\n", "a\nb\nc\nD\n") == "A\nb\nc\nD\n"
    assert merge_lines("a\nb\nc\n", "A\nb\nc\n", "a\nB\nc\n") is None


def test_what_only_one_side_changed_overlaps_nothing() -> None:
    rebased = rebase(SMALL, titled("Another title"), with_source("Another article"))
    assert rebased.files == with_source("Another article", titled("Another title"))
    assert not rebased.overlaps
    assert not rebased.conflicts
