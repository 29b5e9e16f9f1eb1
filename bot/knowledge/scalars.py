"""How a text is written in YAML: in the way that was there before, or in the plainest that holds it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence


def render(text: str, *, style: str | None, in_flow: bool, indent: int) -> Iterator[str]:
    """The ways to write a text, the likest to the old one first; whoever writes tries which one holds it.

    Args:
        text: what is to be read.
        style: how it was written before, as PyYAML says it: None plain, a quotation mark, `|` or `>`.
        in_flow: whether it stands inside brackets.
        indent: columns before the lines of a text in lines.
    """
    if "\n" in text and not in_flow:
        yield _in_lines(text, indent)
    single = "'" + text.replace("'", "''") + "'"
    fits = text.strip() == text and text.isprintable()
    if fits and style == "'":
        yield single
    if fits and style not in ("'", '"') and text not in ("", "~", "null"):
        yield text
    yield json.dumps(text, ensure_ascii=False)


def render_item(item: str | Mapping[str, str | Sequence[str]], *, indent: int) -> str:
    """An item of a list, with its dash, in whole lines.

    Args:
        item: a text, or a map of texts and lists of texts.
        indent: columns before the dash.
    """
    space = " " * indent
    if isinstance(item, str):
        return f"{space}- {_safe(item)}\n"
    lines = [
        f"{key}: {_safe(value, indent + 4)}"
        if isinstance(value, str)
        else f"{key}: [{', '.join(_safe(one, in_flow=True) for one in value)}]"
        for key, value in item.items()
    ]
    return "".join(f"{space}{'- ' if not number else '  '}{line}\n" for number, line in enumerate(lines))


def _safe(text: str, indent: int = 0, *, in_flow: bool = False) -> str:
    """A text so that it surely holds: plain when nothing in it could mean something, else in quotes."""
    if "\n" in text and indent and not in_flow:
        return _in_lines(text, indent)
    special = ",[]{}" if in_flow else ""
    is_plain = (
        text.strip() == text
        and text.isprintable()
        and text not in ("", "~", "null")
        and text[0] not in "[]{}&*!|>'\"%@`#,?:-"
        and ": " not in text
        and " #" not in text
        and not text.endswith(":")
        and not any(mark in text for mark in special)
    )
    return text if is_plain else json.dumps(text, ensure_ascii=False)


def _in_lines(text: str, indent: int) -> str:
    space = " " * indent
    body = text.removesuffix("\n")
    lines = "\n".join(space + line if line else "" for line in body.split("\n"))
    return f"{'|' if text.endswith(chr(10)) else '|-'}\n{lines}"
