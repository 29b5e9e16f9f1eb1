"""The reader gives back what stands in a file, and no file does it harm."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.decoding import MAX_BYTES
from bot.knowledge.nodes import Mapping, Node, Scalar, Sequence
from bot.knowledge.problems import Report
from bot.knowledge.reader import MAX_DEPTH, read
from tests.knowledge.folders import TODAY, WHOLE, load_with


def parse(text: str | bytes) -> tuple[Node | None, Report]:
    report = Report(TODAY)
    data = text.encode() if isinstance(text, str) else text
    return read(data, file="a.yaml", report=report), report


def plain(node: Node | None) -> object:
    match node:
        case Scalar():
            return node.text
        case Sequence():
            return [plain(item) for item in node.items]
        case Mapping():
            return {name.text: plain(value) for name, value in node.pairs}
        case _:
            return None


def test_every_value_is_the_text_that_stands_there() -> None:
    node, report = parse("a: no\nb: 2026-08-22\nc: 007\nd: 1e3\ne: null\nf: [yes, ~, 'x']\n")
    assert report.problems == []
    assert plain(node) == {
        "a": "no",
        "b": "2026-08-22",
        "c": "007",
        "d": "1e3",
        "e": "null",
        "f": ["yes", "~", "x"],
    }


def test_a_quoted_null_is_a_word_and_a_bare_one_is_nothing() -> None:
    node, _ = parse("a: null\nb: 'null'\nc:\n")
    assert isinstance(node, Mapping)
    emptiness = [value.empty for _, value in node.pairs if isinstance(value, Scalar)]
    assert emptiness == [True, False, True]


def test_positions_count_characters_from_one() -> None:
    node, _ = parse("é: [ü, ö]\n")
    assert isinstance(node, Mapping)
    key, value = node.pairs[0]
    assert isinstance(value, Sequence)
    assert (key.position.line, key.position.column) == (1, 1)
    assert [item.position.column for item in value.items] == [5, 8]


def test_a_byte_order_mark_and_windows_line_ends_are_no_problem() -> None:
    node, report = parse(b"\xef\xbb\xbfa: b\r\nc: d\r\n")
    assert (plain(node), report.problems) == ({"a": "b", "c": "d"}, [])


def test_a_block_keeps_its_lines() -> None:
    node, _ = parse("a: |\n  Dear Sir,\n\n  no.\n")
    assert plain(node) == {"a": "Dear Sir,\n\nno.\n"}


HOSTILE: dict[str, bytes] = {
    "100,000 square brackets": b"[" * 100_000,
    "100,000 square brackets on lines": b"[\n" * 100_000,
    "100,000 braces": b"{" * 100_000,
    "100,000 nested pairs": b"{a: " * 100_000,
    "100,000 dashes": b"- " * 100_000,
    "100,000 questions": b"? " * 100_000,
    "an alias bomb": b"a: &a [x, x]\n"
    + b"".join(b"%c: &%c [*%c, *%c, *%c]\n" % (n, n, n - 1, n - 1, n - 1) for n in range(98, 122)),
    "10 MB": b"a: " + b"b" * 10_000_000,
    "an endless line": b"a" * (MAX_BYTES - 10),
    "an endless indent": b" " * (MAX_BYTES - 10) + b"a: b",
    "UTF-16": "a: b".encode("utf-16"),
    "UTF-32": "a: b".encode("utf-32"),
    "Latin-1": "a: é".encode("latin-1"),
    "a lone surrogate": b"a: \xed\xa0\x80",
    "NUL bytes": b"a: b\x00c",
    "too many texts": b"- a\n" * 110_000,
    "too many keys": b"".join(b"k%d: v\n" % n for n in range(60_000)),
    "a Python object": b"a: !!python/object/apply:os.system [id]",
    "a merge key": b"a: {<<: *b}",
    "a directive": b"%YAML 9.9\n---\na: b",
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=list(HOSTILE))
def test_a_hostile_file_is_refused_quickly(data: bytes) -> None:
    started = time.process_time()
    node, report = parse(data)
    assert report.problems or not isinstance(node, Mapping)
    assert time.process_time() - started < 20, "seconds of work; unguarded it is minutes"


@pytest.mark.parametrize("data", HOSTILE.values(), ids=list(HOSTILE))
def test_a_folder_with_a_hostile_file_is_refused_with_a_word_about_that_file(
    tmp_path: Path, data: bytes
) -> None:
    result = load_with(tmp_path, {"en/hostile.yaml": data})
    assert result.base is None
    assert any(problem.file == "en/hostile.yaml" for problem in result.errors)


def test_nesting_up_to_the_limit_is_read() -> None:
    _, fine = parse("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    _, deep = parse("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))
    assert (len(fine.problems), len(deep.problems)) == (0, 1)


@given(st.one_of(st.text(), st.text(alphabet="ab:-[]{}&*!|>'\"%@#\n\t ,?")))
def test_any_text_gives_a_node_or_a_problem_and_never_raises(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    node, report = parse(data)
    for problem in report.problems:
        assert problem.line >= 1
        assert problem.column >= 1
        assert problem.message
        assert problem.mend
        assert problem.line <= max(1, len(text.splitlines()) + 1)
    assert node is not None or report.problems or _says_nothing(text)


def _says_nothing(text: str) -> bool:
    lines = text.removeprefix("\ufeff").replace("\r", "\n").split("\n")
    return all(not line.partition("#")[0].strip(" \t-.") for line in lines)


@given(st.binary())
def test_any_bytes_give_a_node_or_problems_and_never_raise(data: bytes) -> None:
    parse(data)


@given(name=st.sampled_from(sorted(WHOLE)), data=st.data())
def test_a_damaged_file_never_raises(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    text = WHOLE[name]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 30)))
    put = data.draw(st.text(alphabet="ab: -[]{}\n,'\"", max_size=8))
    folder = tmp_path_factory.mktemp("damaged")
    result = load_with(folder, {name: text[:start] + put + text[end:]})
    assert (result.base is None) == bool(result.errors)
    assert all(problem.mend for problem in result.problems)
