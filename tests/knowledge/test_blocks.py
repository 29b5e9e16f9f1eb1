"""Files cut into blocks: nothing is lost, and blocks are what authors think of as one thing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge.blocks import END, WHOLE, cut, join
from bot.knowledge.location import default_folder
from tests.knowledge.yaml_files import files

REAL = sorted(path for path in default_folder().rglob("*") if path.suffix in (".yaml", ".txt"))


@settings(max_examples=60, deadline=None)
@given(st.one_of(files(), st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_joining_what_was_cut_gives_the_same_bytes(data: bytes) -> None:
    for name in ("en/a.yaml", "en/common_words.txt"):
        assert join(cut(data, name=name)) == data


@settings(max_examples=60, deadline=None)
@given(files())
def test_every_key_is_there_once_and_every_block_ends_its_line(data: bytes) -> None:
    blocks = cut(data, name="en/a.yaml").blocks
    assert len({block.key for block in blocks}) == len(blocks)
    assert all(block.text.endswith(("\n", "\r")) for block in blocks)


def test_every_real_file_is_cut_by_its_entries_and_items() -> None:
    for path in REAL:
        parts = cut(path.read_bytes(), name=path.name)
        assert join(parts) == path.read_bytes()
        assert parts.blocks[0].key != WHOLE, path
        assert not [block.key for block in parts.blocks if block.key.endswith("/")], path


def test_comments_above_an_entry_belong_to_it_and_those_at_its_line_stay() -> None:
    text = "entries:\n  # one\n  - id: p.a # a\n    title: x\n\n  # two\n  - id: p.b\n# end\n"
    blocks = {block.key: block.text for block in cut(text.encode(), name="a.yaml").blocks}
    assert blocks == {
        "entries": "entries:\n",
        "entries/p.a": "  # one\n  - id: p.a # a\n    title: x\n",
        "entries/p.b": "\n  # two\n  - id: p.b\n",
        END: "# end\n",
    }


def test_what_looks_like_a_comment_in_a_text_is_none() -> None:
    text = "entries:\n  - id: p.a\n    text: |\n      one\n      # no comment\n\n  - id: p.b\n"
    blocks = {block.key: block.text for block in cut(text.encode(), name="a.yaml").blocks}
    assert "# no comment" in blocks["entries/p.a"]


@pytest.mark.parametrize(
    "data",
    [b"a: [", b"\xff\xfe", b"- a\n- b\n", b"a: &x 1\nb: *x\n", b"a: 1\n---\nb: 2\n", b"a: " + b"[" * 100_000],
    ids=["broken", "bytes", "list", "alias", "two documents", "deep"],
)
def test_a_file_that_is_none_of_ours_is_one_block(data: bytes) -> None:
    parts = cut(data, name="a.yaml")
    assert [block.key for block in parts.blocks] == [WHOLE]
    assert join(parts) == data


def test_items_without_an_id_are_known_by_what_they_say() -> None:
    text = "near:\n  - how much is it\n  - [a, b]\nclaims:\n  - {number: 3, says: x}\n"
    text += "lines:\n  - {region: at, name: N}\n"
    keys = [block.key for block in cut(text.encode(), name="a.yaml").blocks]
    assert keys == ["near", "near/how much is it", "near/a", "claims", "claims/3", "lines", "lines/at N"]
