"""The bytes of a file as text, or why they are none."""

from __future__ import annotations

import re
import unicodedata

from bot.knowledge.problems import Position, Report

MAX_BYTES = 1_000_000
"""The largest knowledge file, in bytes; the real ones have less than a tenth of it."""
MAX_LINE = 10_000
"""Characters in one line; no text that members read comes near it."""


_LINE_BREAKS_NOBODY_SEES = "\x85\u2028\u2029"
_TEXT_DIRECTION = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_REFUSED = re.compile(
    f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{_LINE_BREAKS_NOBODY_SEES}{_TEXT_DIRECTION}\ufeff\ufffe\uffff]"
)


def decode(data: bytes, *, file: str, report: Report) -> str | None:
    """The text of a file, or None (and a problem) when it is too large, not UTF-8 or not text.

    A byte order mark at the beginning is dropped.
    """
    start = Position(file)
    if len(data) > MAX_BYTES:
        report.add(
            start,
            f"The file has more than {MAX_BYTES:,} bytes.",
            "Divide it into several files.",
        )
        return None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        report.add(start, "The file is stored as UTF-16.", "Save it as UTF-8.")
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        report.add(
            position_of(before, len(before), file),
            "The file is not UTF-8 from here on.",
            "Save it as UTF-8.",
        )
        return None
    text = text.removeprefix("\ufeff")
    refused = _REFUSED.search(text)
    if refused is None:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        return None if _has_endless_line(text, file, report) else text
    character = refused.group()
    name = unicodedata.name(character, f"U+{ord(character):04X}")
    report.add(
        position_of(text, refused.start(), file),
        f"An invisible character stands here ({name}, U+{ord(character):04X}).",
        "Delete it.",
    )
    return None


def _has_endless_line(text: str, file: str, report: Report) -> bool:
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > MAX_LINE:
            message = f"The line has {len(line):,} characters; at most {MAX_LINE:,} are read."
            report.add(Position(file, number), message, "Break it into several lines.")
            return True
    return False


def position_of(text: str, index: int, file: str) -> Position:
    before = text[:index]
    return Position(file, before.count("\n") + 1, index - (before.rfind("\n") + 1) + 1)
