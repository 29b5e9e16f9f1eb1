"""A YAML text as PyYAML's nodes, which know where they begin and end; for changing a file in its own words.

Only for that: knowledge is read by `bot.knowledge.reader`. Composing is recursive in C, so the depth is
looked at first, event by event.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from bot.knowledge.reader import MAX_DEPTH, MAX_NODES

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
_BREAKS_OF_YAML_ALONE = re.compile("[\x85\u2028\u2029\ufeff]")


def compose(text: str) -> yaml.MappingNode | None:
    """The map that a knowledge file is, or None for anything else, as for broken YAML. Never raises."""
    if _BREAKS_OF_YAML_ALONE.search(text):  # lines would be counted otherwise than here
        return None
    try:
        if not _harmless(text):
            return None
        root = yaml.compose(text, Loader=_LOADER)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    return root if isinstance(root, yaml.MappingNode) else None


def lines_of(text: str) -> list[str]:
    """The lines of a text as YAML counts them, each with its end."""
    return _LINE.findall(text)


def last_line(node: yaml.Node) -> int:
    """The line (from 0) in which the content of a node ends.

    The end of a block as PyYAML gives it lies at the next token, behind comments; the last leaf's is exact.
    """
    line, column = _end(node)
    return line - 1 if column == 0 and line > node.start_mark.line else line


def _end(node: yaml.Node) -> tuple[int, int]:
    while isinstance(node, yaml.MappingNode | yaml.SequenceNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(node, yaml.MappingNode) else last
    return node.end_mark.line, node.end_mark.column


def _harmless(text: str) -> bool:
    depth = 0
    for count, event in enumerate(_events(text)):
        match event:
            case yaml.AliasEvent():
                return False
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                depth += 1
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                depth -= 1
            case _:
                pass
        if depth > MAX_DEPTH or count > 2 * MAX_NODES:
            return False
    return True


def _events(text: str) -> Iterator[yaml.Event]:
    yield from yaml.parse(text, Loader=_LOADER)
