"""One change in a knowledge file that leaves every other byte: comments, order, quoting, line ends.

A place is a path from the top: keys of maps, and for an item of a list its id (or its text, or its number
from 0): `("entries", "linkedin.opt-out", "claims", 0, "text")`. After each change the file is read again:
what was to change has its new value and everything else its old one, or the change is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import yaml

from bot.knowledge.blocks import WHOLE, Block, cut, item_name, join
from bot.knowledge.marks import compose, last_line, lines_of
from bot.knowledge.scalars import render, render_item

Path = tuple[str | int, ...]
Item = str | Mapping[str, "str | Sequence[str]"]
"""What can be added to a list: a text, or a map of texts and lists of texts."""


class CannotSplice(ValueError):  # noqa: N818 - what happened
    """The place is not there, or the change cannot be written into the file as it stands."""


def text_at(data: bytes, path: Path) -> str | None:
    """The text at a place, None when there is none."""
    file = _File(data)
    node = file.find(path)
    return str(node.value) if isinstance(node, yaml.ScalarNode) else None


def set_text(data: bytes, path: Path, text: str, *, after: str | None = None) -> bytes:
    """Write another text at a place; a key that its map does not have yet is added.

    Args:
        data: the file.
        path: where.
        text: the new text.
        after: the key behind which a new key goes; at the end of the map when left out or not there.

    Raises:
        CannotSplice: there is no such place, or something else stands there than a text.
    """
    file = _File(data)
    node = file.find(path)
    if node is None:
        home = file.find(path[:-1])
        if not isinstance(home, yaml.MappingNode) or not isinstance(path[-1], str):
            raise CannotSplice(f"there is no {_said(path)}")
        return _checked(file, file.new_key(home, path[-1], text, after), path, text)
    if not isinstance(node, yaml.ScalarNode):
        raise CannotSplice(f"{_said(path)} is no text")
    return _checked(file, file.new_scalar(node, text, in_flow=file.in_flow(path)), path, text)


def add_item(data: bytes, path: Path, item: Item, *, at: int | None = None) -> bytes:
    """Add an item to the list at a place; a list that its map does not have yet is begun.

    Args:
        data: the file.
        path: the list.
        item: a text, or a map with its keys in order.
        at: before which item, counted from 0; at the end when left out.

    Raises:
        CannotSplice: there is no such place, or no list there.
    """
    file = _File(data)
    node = file.find(path)
    if node is None or (isinstance(node, yaml.ScalarNode) and not node.value):
        home = file.find(path[:-1])
        if node is not None or not isinstance(home, yaml.MappingNode) or not isinstance(path[-1], str):
            raise CannotSplice(f"there is no list {_said(path)}")
        return _checked(file, file.new_list(home, path[-1], item), path, None)
    if not isinstance(node, yaml.SequenceNode):
        raise CannotSplice(f"{_said(path)} is no list")
    return _checked(file, file.new_item(node, item, at), path, None)


def remove(data: bytes, path: Path) -> bytes:
    """Take out an item of a list or a key of a map; the comments above it stay.

    Raises:
        CannotSplice: it is not there, or it is the only item, or the first key of an item.
    """
    file = _File(data)
    node, home = file.find(path), file.find(path[:-1])
    if node is None or not isinstance(home, yaml.MappingNode | yaml.SequenceNode):
        raise CannotSplice(f"there is no {_said(path)}")
    if len(home.value) == 1:
        raise CannotSplice(f"{_said(path)} is the only one there: take out the whole instead")
    return _checked(file, file.without(home, node), path, None)


def set_block(data: bytes, name: str, key: str, text: str | None) -> bytes:
    """Write a whole block anew, add it behind the last one of its list, or take it out.

    Args:
        data: the file.
        name: its path.
        key: of the block, such as `entries/linkedin.opt-out`; see `bot.knowledge.blocks`.
        text: its lines with their indentation; None takes the block out.

    Raises:
        CannotSplice: the file cannot be cut, or it has no such list.
    """
    parts = cut(data, name=name)
    blocks = list(parts.blocks)
    places = [at for at, block in enumerate(blocks) if block.key == key]
    if any(block.key == WHOLE for block in blocks) or (text is None and not places):
        raise CannotSplice(f"there is no {key} in {name}")
    new = [] if text is None else [Block(key, text if text.endswith("\n") else text + "\n")]
    if not places:
        section = key.partition("/")[0]
        same = [at for at, block in enumerate(blocks) if block.key.partition("/")[0] == section]
        if not same:
            raise CannotSplice(f"there is no list {section} in {name}")
        places = [same[-1] + 1]
        blocks[places[0] : places[0]] = new
    else:
        blocks[places[0] : places[0] + 1] = new
    return join(type(parts)(tuple(blocks), parts.ended, parts.marked, parts.encoding))


class _File:
    """A file, its nodes and its lines."""

    def __init__(self, data: bytes) -> None:
        self.marked = data.startswith(b"\xef\xbb\xbf")
        try:
            self.text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise CannotSplice("the file is no text") from None
        root = compose(self.text)
        if root is None:
            raise CannotSplice("the file cannot be read as YAML")
        self.root = root
        self.lines = lines_of(self.text)
        self.line_end = "\r\n" if self.lines and self.lines[0].endswith("\r\n") else "\n"
        self._starts = [0]
        for line in self.lines:
            self._starts.append(self._starts[-1] + len(line))

    def find(self, path: Path) -> yaml.Node | None:
        """The node at a place."""
        node: yaml.Node | None = self.root
        for part in path:
            if node is None:
                return None
            node = _inside(node, part)
        return node

    def in_flow(self, path: Path) -> bool:
        """Whether a place is inside brackets."""
        around = (self.find(path[:length]) for length in range(len(path)))
        return any(bool(getattr(node, "flow_style", False)) for node in around)

    def offset(self, mark: yaml.Mark) -> int:
        """Where in the text a mark is."""
        return self._starts[min(mark.line, len(self.lines))] + mark.column

    def replaced(self, start: int, end: int, text: str) -> str:
        """The text with another piece in it."""
        return self.text[:start] + text.replace("\n", self.line_end) + self.text[end:]

    def with_lines(self, at: int, text: str) -> str:
        """The text with whole lines before line `at`."""
        start = self._starts[at]
        before = self.text[:start]
        if before and not before.endswith(("\n", "\r")):
            before += self.line_end
        return before + text.replace("\n", self.line_end) + self.text[start:]

    def new_scalar(self, node: yaml.ScalarNode, text: str, *, in_flow: bool) -> Iterator[str]:
        """The text with another scalar, in each way in which it may be written."""
        start, end = self.offset(node.start_mark), self.offset(node.end_mark)
        if node.style in ("|", ">"):  # its end lies behind the empty lines that follow
            end = start + len(self.text[start:end].rstrip())
        line = self.lines[node.start_mark.line]
        indent = len(line) - len(line.lstrip(" -")) + 2
        gap = " " if start and self.text[start - 1] in ":-" else ""
        for said in render(text, style=node.style, in_flow=in_flow, indent=indent):
            yield self.replaced(start, end, gap + said)

    def new_key(self, home: yaml.MappingNode, key: str, text: str, after: str | None) -> Iterator[str]:
        """The text with one more key in a map."""
        if home.flow_style:
            end = self.offset(home.end_mark) - 1
            comma = ", " if home.value else ""
            for said in render(text, style=None, in_flow=True, indent=0):
                yield self.replaced(end, end, f"{comma}{key}: {said}")
            return
        column, line = self._behind(home, after)
        for said in render(text, style=None, in_flow=False, indent=column + 2):
            yield self.with_lines(line, f"{' ' * column}{key}: {said}\n")

    def new_list(self, home: yaml.MappingNode, key: str, item: Item) -> Iterator[str]:
        """The text with a list that has one item, at the end of a map."""
        if home.flow_style:
            raise CannotSplice(f"there is no list {key}, and none can be begun inside braces")
        column, line = self._behind(home, None)
        lines = render_item(item, indent=column + 2)
        yield self.with_lines(line, f"{' ' * column}{key}:\n{lines}")

    def new_item(self, node: yaml.SequenceNode, item: Item, at: int | None) -> Iterator[str]:
        """The text with one more item in a list."""
        place = len(node.value) if at is None else max(0, min(at, len(node.value)))
        if node.flow_style:
            if not isinstance(item, str):
                raise CannotSplice("a list in brackets holds texts alone")
            yield from self._into_flow(node, item, place)
            return
        first = node.value[0]
        column = self.lines[self._dash(first)].index("-")
        line = self._dash(first) if place == 0 else last_line(node.value[place - 1]) + 1
        yield self.with_lines(line, render_item(item, indent=column))

    def _into_flow(self, node: yaml.SequenceNode, item: str, place: int) -> Iterator[str]:
        for said in render(item, style=None, in_flow=True, indent=0):
            if place < len(node.value):
                start = self.offset(node.value[place].start_mark)
                yield self.replaced(start, start, f"{said}, ")
            else:
                start = self.offset(node.value[-1].end_mark if node.value else node.start_mark)
                start += 0 if node.value else 1
                yield self.replaced(start, start, f", {said}" if node.value else said)

    def without(self, home: yaml.CollectionNode, node: yaml.Node) -> Iterator[str]:
        """The text without a part of a list or map."""
        if isinstance(home, yaml.SequenceNode):
            begins = [(one, one) for one in home.value]
        else:
            begins = list(home.value)
        at = next(number for number, pair in enumerate(begins) if pair[1] is node)
        begin = begins[at][0]
        if home.flow_style:
            if at + 1 < len(begins):
                start, end = self.offset(begin.start_mark), self.offset(begins[at + 1][0].start_mark)
            else:
                start, end = self.offset(begins[at - 1][1].end_mark), self.offset(node.end_mark)
            yield self.replaced(start, end, "")
            return
        line = self._dash(begin) if isinstance(home, yaml.SequenceNode) else begin.start_mark.line
        if isinstance(home, yaml.MappingNode) and self.lines[line][: begin.start_mark.column].strip():
            raise CannotSplice("the first key of an item cannot be taken out")
        end_line = max(line, last_line(node))
        yield self.text[: self._starts[line]] + self.text[self._starts[end_line + 1] :]

    def _behind(self, home: yaml.MappingNode, after: str | None) -> tuple[int, int]:
        """In which column the keys of a map begin, and the line before which one more goes."""
        pairs = home.value
        at = next((number for number, pair in enumerate(pairs) if pair[0].value == after), len(pairs) - 1)
        key, value = pairs[at]
        return pairs[0][0].start_mark.column, max(key.start_mark.line, last_line(value)) + 1

    def _dash(self, item: yaml.Node) -> int:
        line = item.start_mark.line
        while line and not self.lines[line].lstrip(" ").startswith("-"):
            line -= 1
        return line


def _inside(node: yaml.Node, part: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == part), None)
    if not isinstance(node, yaml.SequenceNode):
        return None
    if isinstance(part, int):
        return node.value[part] if 0 <= part < len(node.value) else None
    return next((item for item in node.value if item_name(item) == part), None)


def _checked(file: _File, tries: Iterator[str], path: Path, text: str | None) -> bytes:
    """The first try that says what it should and leaves all else; `text` None: only the place may differ."""
    before = dict(_leaves(file.root, ()))
    for changed in tries:
        root = compose(changed)
        if root is None:
            continue
        after = dict(_leaves(root, ()))
        place = path if text is not None else path[:-1]
        differ = {where for where in {*before, *after} if before.get(where) != after.get(where)}
        numbered = _numbered(file.root, place)
        if all(where[: len(numbered)] == numbered for where in differ) and (
            text is None or after.get(numbered) == text
        ):
            return (b"\xef\xbb\xbf" if file.marked else b"") + changed.encode("utf-8")
    raise CannotSplice(f"{_said(path)} cannot be changed where it stands: send the whole file")


def _leaves(node: yaml.Node, path: Path) -> Iterator[tuple[Path, str]]:
    """Every text with its place, items of lists by number."""
    if isinstance(node, yaml.ScalarNode):
        yield path, node.value
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            yield from _leaves(item, (*path, number))
    else:
        for key, value in node.value:
            yield from _leaves(value, (*path, key.value))


def _numbered(root: yaml.Node, path: Path) -> Path:
    """A path with the items of lists by number."""
    found: list[str | int] = []
    node: yaml.Node | None = root
    for part in path:
        inside = _inside(node, part) if node is not None else None
        if isinstance(node, yaml.SequenceNode) and isinstance(part, str) and inside is not None:
            found.append(next(number for number, item in enumerate(node.value) if item is inside))
        else:
            found.append(part)
        node = inside
    return tuple(found)


def _said(path: Path) -> str:
    return " › ".join(str(part) for part in path)
