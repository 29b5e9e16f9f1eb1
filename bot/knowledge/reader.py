"""A YAML file as nodes that know where they stand, read so that no file can do harm.

Only libyaml's events are used, never its composer: composing is recursive in C and 100,000 nested brackets
end the process. The nodes are built here, without recursion, and reading stops at the first limit. What
YAML has beyond maps, lists and text (anchors, aliases, tags, several documents) is refused, and every
value is the text that stands in the file: `no` is a word, and a date is ten characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from bot.knowledge.decoding import decode, position_of
from bot.knowledge.nodes import Broken, Mapping, Node, Scalar, Sequence
from bot.knowledge.problems import Position, Report
from bot.knowledge.syntax import PLAIN_WORDS, SEEN_TOO_LATE

MAX_DEPTH = 20
"""Maps and lists inside each other; an entry needs eight."""
MAX_NODES = 100_000
"""Texts, lists and maps in one file."""
MAX_TAB_PROBLEMS = 10

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAB_INDENT = re.compile(r"^ *\t(?=[ \t]*\S)", re.MULTILINE)


@dataclass(slots=True)
class _Open:
    """A list or map whose end has not come yet."""

    position: Position
    is_map: bool
    items: list[Node] = field(default_factory=list)
    pairs: dict[str, tuple[Scalar, Node]] = field(default_factory=dict)
    key: Node | None = None


def read(data: bytes, *, file: str, report: Report) -> Node | None:
    """The root node of a YAML file.

    Args:
        data: The bytes of the file.
        file: How the file is called in problems.
        report: Gets every problem.

    Returns:
        The root, or None when the file is empty or cannot be read at all. Never raises.
    """
    text = decode(data, file=file, report=report)
    if text is None:
        return None
    tabs = list(_TAB_INDENT.finditer(text))
    for tab in tabs[:MAX_TAB_PROBLEMS]:
        report.add(
            position_of(text, tab.end() - 1, file),
            "A tab stands at the beginning of this line.",
            "Indent with spaces only.",
        )
    if tabs:
        return None
    return _Builder(file, report).build(text)


class _Builder:
    """Makes nodes of events, one after the other."""

    def __init__(self, file: str, report: Report) -> None:
        self._file = file
        self._report = report
        self._stack: list[_Open] = []
        self._root: Node | None = None
        self._documents = 0
        self._nodes = 0

    def build(self, text: str) -> Node | None:
        try:
            for event in self._events(text):
                if not self._take(event):
                    return None
        except yaml.MarkedYAMLError as error:
            self._syntax_problem(error, text)
            return None
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            self._report.add(
                Position(self._file), f"The file cannot be read as YAML ({error}).", "Check its beginning."
            )
            return None
        return self._root

    def _events(self, text: str) -> Iterator[yaml.Event]:
        yield from yaml.parse(text, Loader=_LOADER)

    def _at(self, event: yaml.Event) -> Position:
        mark = event.start_mark
        return Position(self._file, mark.line + 1, mark.column + 1) if mark else Position(self._file)

    def _take(self, event: yaml.Event) -> bool:
        """Use one event; False when reading must stop."""
        match event:
            case yaml.DocumentStartEvent():
                return self._begin_document(event)
            case yaml.AliasEvent():
                self._report.add(
                    self._at(event),
                    "Aliases (*) are not allowed.",
                    "Write the text out, in double quotes if it begins with *.",
                )
                return self._put(Broken(self._at(event)))
            case yaml.ScalarEvent():
                position = self._at(event)
                if not self._plain_node(event, position, "!" if event.style else None):
                    return self._put(Broken(position))
                return self._put(Scalar(event.value, position, not event.style))
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                position = self._at(event)
                self._plain_node(event, position, None)
                if len(self._stack) >= MAX_DEPTH:
                    self._report.add(
                        position,
                        "Lists and maps stand too deep inside each other.",
                        f"Stay below {MAX_DEPTH} levels.",
                    )
                    return False
                self._stack.append(_Open(position, isinstance(event, yaml.MappingStartEvent)))
                return True
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                return self._close()
            case _:
                return True

    def _begin_document(self, event: yaml.Event) -> bool:
        self._documents += 1
        if self._documents > 1:
            self._report.add(
                self._at(event), "A second document (---) begins here.", "Put it into a file of its own."
            )
            return False
        return True

    def _plain_node(self, event: yaml.NodeEvent, position: Position, implied: str | None) -> bool:
        """False, with a problem, when the node carries an anchor or a tag."""
        fine = True
        if event.anchor is not None:
            self._report.add(
                position,
                "Anchors (&) are not allowed.",
                "Write the text out, in double quotes if it begins with &.",
            )
            fine = False
        tag = getattr(event, "tag", None)
        if tag is not None and tag != implied:
            self._report.add(
                position, "Tags (!) are not allowed.", "Leave it out, or put the text in double quotes."
            )
            fine = False
        return fine

    def _close(self) -> bool:
        top = self._stack.pop()
        if top.is_map:
            return self._put(Mapping(tuple(top.pairs.values()), top.position))
        return self._put(Sequence(tuple(top.items), top.position))

    def _put(self, node: Node) -> bool:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self._report.add(
                node, f"The file has more than {MAX_NODES:,} texts.", "Divide it into several files."
            )
            return False
        if not self._stack:
            self._root = node
            return True
        top = self._stack[-1]
        if not top.is_map:
            top.items.append(node)
        elif top.key is None:
            top.key = node
        else:
            self._put_pair(top, top.key, node)
            top.key = None
        return True

    def _put_pair(self, top: _Open, key: Node, value: Node) -> None:
        if isinstance(key, Broken):
            return
        if not isinstance(key, Scalar):
            self._report.add(
                key,
                "A list or map stands where a key should be.",
                "Put a text that begins with [ or { in double quotes.",
            )
            return
        if (known := top.pairs.get(key.text)) is not None:
            self._report.add(
                key,
                f"The key “{key.text}” stands twice in the same place.",
                f"It also stands in line {known[0].position.line}. Keep one of them.",
            )
            return
        top.pairs[key.text] = (key, value)

    def _syntax_problem(self, error: yaml.MarkedYAMLError, text: str) -> None:
        said = f"{error.context or ''} {error.problem or ''}"
        mark = error.problem_mark or error.context_mark
        found = next((known for known in PLAIN_WORDS if known[0] in said), None)
        if found is not None and found[0] in SEEN_TOO_LATE:
            mark = error.context_mark or mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        last = text.count("\n") + 1
        if line > last:
            line, column = last, len(text) - (text.rfind("\n") + 1) + 1
        message, mend = (
            found[1:]
            if found
            else (f"This is no valid YAML ({error.problem}).", "Compare it with the lines around it.")
        )
        self._report.add(Position(self._file, line, column), message, mend)
