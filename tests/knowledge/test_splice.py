"""One change in a file that leaves every other byte."""

from __future__ import annotations

import difflib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge.location import default_folder
from bot.knowledge.splice import CannotSplice, add_item, remove, set_block, set_text, text_at
from tests.knowledge.folders import OPT_OUT

DATA = OPT_OUT.encode()
ENTRY = ("entries", "linkedin.opt-out")
REAL = (default_folder() / "en" / "linkedin" / "opting-out.yaml").read_bytes()
_TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn", "Zl", "Zp")), min_size=1
)


def changes(before: bytes, after: bytes) -> list[str]:
    """The lines that a diff shows, with their signs."""
    sides = [side.decode().splitlines() for side in (before, after)]
    return [
        line
        for line in difflib.unified_diff(sides[0], sides[1], n=0, lineterm="")
        if not line.startswith(("---", "+++", "@@"))
    ]


def test_a_changed_word_is_one_line() -> None:
    title = text_at(REAL, (*ENTRY, "title"))
    assert title is not None
    changed = set_text(REAL, (*ENTRY, "title"), title.replace("off", "out"))
    assert [line[0] for line in changes(REAL, changed)] == ["-", "+"]


@settings(max_examples=60, deadline=None)
@given(
    _TEXTS, st.sampled_from([("title",), ("claims", 0, "text"), ("letters", "objection", "text"), ("ask", 3)])
)
def test_any_text_is_read_back_as_it_was_written(text: str, place: tuple[str | int, ...]) -> None:
    changed = set_text(DATA, (*ENTRY, *place), text)
    assert text_at(changed, (*ENTRY, *place)) == text
    if place != ("letters", "objection", "text"):
        assert len(changes(DATA, changed)) in (0, 2)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("plain words", "title: plain words"),
        ("with: a colon", 'title: "with: a colon"'),
        ("with # a mark", 'title: "with # a mark"'),
        ("[brackets]", 'title: "[brackets]"'),
        ("null", 'title: "null"'),
        ("two\nlines", "title: |-"),
    ],
)
def test_a_text_is_quoted_only_where_it_must_be(value: str, written: str) -> None:
    changed = set_text(DATA, (*ENTRY, "title"), value)
    assert written in changed.decode()
    assert text_at(changed, (*ENTRY, "title")) == value


def test_quotation_marks_and_comments_stay() -> None:
    data = b"a: 'it''s' # said\nb: \"x\"  # too\nc: |\n  one\n  two\n\n# end\nd:\n"
    data = set_text(data, ("a",), "it's not")
    data = set_text(data, ("b",), "y")
    data = set_text(data, ("c",), "three\nfour\n")
    data = set_text(data, ("d",), "new")
    assert data == b"a: 'it''s not' # said\nb: \"y\"  # too\nc: |\n  three\n  four\n\n# end\nd: new\n"


def test_windows_line_ends_and_a_missing_last_one_stay() -> None:
    data = b"\xef\xbb\xbfa: x\r\nlist:\r\n  - one"
    assert set_text(data, ("a",), "y") == b"\xef\xbb\xbfa: y\r\nlist:\r\n  - one"
    assert add_item(data, ("list",), "two") == b"\xef\xbb\xbfa: x\r\nlist:\r\n  - one\r\n  - two\r\n"


def test_items_are_added_and_taken_out_in_both_ways_of_writing_lists() -> None:
    added = add_item(DATA, (*ENTRY, "ask"), "how? so: now")
    assert changes(DATA, added) == ['+      - "how? so: now"']
    assert remove(added, (*ENTRY, "ask", "how? so: now")) == DATA
    first = add_item(DATA, (*ENTRY, "ask"), "first of all", at=0)
    assert changes(DATA, first) == ["+      - first of all"]
    flow = add_item(DATA, (*ENTRY, "claims", 1, "sources"), "third")
    assert changes(DATA, flow) == [
        "-        sources: [notice, paper]",
        "+        sources: [notice, paper, third]",
    ]
    assert remove(flow, (*ENTRY, "claims", 1, "sources", "third")) == DATA
    assert b"sources: [paper]" in remove(DATA, (*ENTRY, "claims", 1, "sources", 0))


def test_a_step_is_added_between_others() -> None:
    place = (*ENTRY, "guide", "surfaces", "web", "steps")
    changed = add_item(DATA, place, {"id": "sign-in", "text": "Sign in: first.", "path": "Me > In"}, at=1)
    assert changes(DATA, changed) == [
        "+            - id: sign-in",
        '+              text: "Sign in: first."',
        "+              path: Me > In",
    ]


def test_a_key_that_was_not_there_is_added_where_it_belongs() -> None:
    step = (*ENTRY, "guide", "surfaces", "web", "steps", "turn-off")
    changed = set_text(DATA, (*step, "link"), "https://example.org", after="text")
    assert changes(DATA, changed) == ["+              link: https://example.org"]
    assert text_at(changed, (*step, "see")) == "It is grey."
    assert changes(DATA, add_item(DATA, (*ENTRY, "see"), "gdpr.scope")) == [
        "+    see:",
        "+      - gdpr.scope",
    ]


def test_a_whole_entry_is_replaced_added_and_taken_out() -> None:
    new = "  - id: linkedin.new\n    title: New\n"
    added = set_block(DATA, "a.yaml", "entries/linkedin.new", new)
    assert added == DATA + new.encode()
    assert set_block(added, "a.yaml", "entries/linkedin.new", None) == DATA
    other = set_block(added, "a.yaml", "entries/linkedin.opt-out", "  - id: linkedin.opt-out\n")
    assert other == b"platform: linkedin\nentries:\n  - id: linkedin.opt-out\n" + new.encode()


@pytest.mark.parametrize(
    "change",
    [
        lambda: set_text(DATA, ("entries", "nothing", "title"), "x"),
        lambda: set_text(DATA, (*ENTRY, "claims"), "x"),
        lambda: set_text(b"a: [", ("a",), "x"),
        lambda: add_item(DATA, (*ENTRY, "title"), "x"),
        lambda: remove(DATA, (*ENTRY, "nothing")),
        lambda: remove(DATA, (*ENTRY, "id")),
        lambda: remove(DATA, (*ENTRY, "claims", 0, "sources", 0)),
        lambda: set_block(DATA, "a.yaml", "nothing/x", "  - id: x\n"),
        lambda: set_block(DATA, "a.yaml", "entries/linkedin.nothing", None),
    ],
)
def test_what_cannot_be_done_is_refused(change: object) -> None:
    with pytest.raises(CannotSplice):
        change()  # type: ignore[operator]
