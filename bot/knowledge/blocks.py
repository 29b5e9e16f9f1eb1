"""A knowledge file cut into named blocks, each with its exact text, so that files can be merged by entry.

An entry, a source or a golden question is a block; so is what stands around them (`platform: linkedin`,
`entries:`). The comments and empty lines above something belong to it. The blocks one after the other are
the file, byte by byte, whatever its quoting, comments and line ends. A file that cannot be cut (broken YAML,
bytes that are no text) is one block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import yaml

from bot.knowledge.marks import compose, last_line, lines_of

WHOLE = "file"
"""Name of the only block of a file that cannot be cut."""
END = "end"
"""Name of what stands behind the last item: comments and empty lines."""

_BOM = b"\xef\xbb\xbf"
_DASH = re.compile(r" *-(?=[ \r\n])")
_NAMED_BY = ("id", "number", "ask", "region", "name", "says")
"""Fields that tell one item of a list from another, the surest first."""


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a file that is changed as a whole."""

    key: str
    """Its name, once in a file: `entries/linkedin.opt-out`, or `entries` for what begins the list."""
    text: str
    """Its exact text, with the comments above it and the end of its last line."""

    @property
    def item(self) -> str:
        """What it is called in its list, such as an id; "" when it is no item of a list."""
        return self.key.partition("/")[2]


@dataclass(frozen=True, slots=True)
class Cut:
    """A file as blocks."""

    blocks: tuple[Block, ...]
    ended: bool = True
    """Whether its last line has an end in the file; the last block always has one."""
    marked: bool = False
    """Whether a byte order mark stands at the beginning."""
    encoding: str = "utf-8"
    """latin-1 for bytes that are no text: a character for each."""


NOTHING = Cut(())
"""A file that is not there or is empty."""


def cut(data: bytes, *, name: str) -> Cut:
    """The blocks of a file; never raises.

    Args:
        data: its bytes.
        name: its path; one that ends in .txt is cut by lines.
    """
    marked = data.startswith(_BOM)
    try:
        text = data[len(_BOM) if marked else 0 :].decode("utf-8")
    except UnicodeDecodeError:
        return Cut((Block(WHOLE, data.decode("latin-1")),), encoding="latin-1")
    lines = lines_of(text)
    ended = not lines or lines[-1].endswith(("\n", "\r"))
    if not ended:
        lines[-1] += "\n"
    begins = _words(lines) if name.endswith(".txt") else _yaml(lines)
    if begins is None:
        return Cut((Block(WHOLE, "".join(lines)),), ended, marked)
    return Cut(tuple(_blocks(lines, begins)), ended, marked)


def join(parts: Cut) -> bytes:
    """The file again: `join(cut(data, name=…)) == data`."""
    text = "".join(block.text for block in parts.blocks)
    if not parts.ended:
        text = text.removesuffix("\n")
    return (_BOM if parts.marked else b"") + text.encode(parts.encoding)


@dataclass(frozen=True, slots=True)
class _Begin:
    """Where a block has its first line with something in it, and its last."""

    key: str
    first: int
    last: int


def _blocks(lines: Sequence[str], begins: Sequence[_Begin]) -> Iterator[Block]:
    used: dict[str, int] = {}
    start = 0
    for begin in begins:
        count = used[begin.key] = used.get(begin.key, 0) + 1
        key = begin.key if count == 1 else f"{begin.key} ({count})"
        yield Block(key, "".join(lines[start : begin.last + 1]))
        start = begin.last + 1
    if start < len(lines):
        yield Block(END, "".join(lines[start:]))


def _words(lines: Sequence[str]) -> list[_Begin]:
    return [
        _Begin(f"words/{line.strip()}", at, at)
        for at, line in enumerate(lines)
        if line.strip() and not line.lstrip().startswith("#")
    ]


def _yaml(lines: Sequence[str]) -> list[_Begin] | None:
    """Where the blocks of a YAML file begin, in order; None when it has another shape than ours."""
    root = compose("".join(lines))
    if root is None or root.flow_style:
        return None
    begins: list[_Begin] = []
    for key, value in root.value:
        if not isinstance(key, yaml.ScalarNode) or "/" in key.value or key.start_mark.column:
            return None
        first = key.start_mark.line
        if not _is_list(value):
            begins.append(_Begin(key.value, first, max(first, last_line(value))))
            continue
        begins.append(_Begin(key.value, first, first))
        for item in value.value:
            dash = _dash(lines, item, begins[-1].last)
            if dash is None:
                return None
            begins.append(_Begin(f"{key.value}/{item_name(item)}", dash, last_line(item)))
    in_order = all(one.last < other.first for one, other in pairwise(begins))
    return begins if in_order else None


def _is_list(node: yaml.Node) -> bool:
    return isinstance(node, yaml.SequenceNode) and not node.flow_style and bool(node.value)


def _dash(lines: Sequence[str], item: yaml.Node, after: int) -> int | None:
    """The line with the dash of an item; a dash may stand alone above it."""
    for line in range(item.start_mark.line, after, -1):
        if _DASH.match(lines[line]):
            return line
    return None


def item_name(item: yaml.Node) -> str:
    """What an item is called, so that it is known again in another state of the file."""
    if isinstance(item, yaml.ScalarNode):
        return str(item.value)
    if isinstance(item, yaml.SequenceNode):
        return item_name(item.value[0]) if item.value else ""
    texts = {
        key.value: value.value
        for key, value in item.value
        if isinstance(key, yaml.ScalarNode) and isinstance(value, yaml.ScalarNode)
    }
    named = next((name for name in _NAMED_BY if name in texts), None)
    if named == "region":
        return f"{texts[named]} {texts.get('name', '')}".rstrip()
    return str(texts[named]) if named else ""
