"""Where a phrasing stands, for a warning that only the finished knowledge base can give.

Loading keeps no positions of what is well. An author's tool may read the files once more.
"""

from __future__ import annotations

import re
from pathlib import Path

from bot.knowledge.problems import Position

_ID = re.compile(r"^\s*-?\s*id:\s*(\S+)")


def locate(folder: Path, language: str, entry: str, phrasing: str | None = None) -> Position:
    """The line of `phrasing` in `entry`, or of the entry itself; the folder when neither is found."""
    for path in sorted((folder / language).rglob("*.yaml")):
        inside, start = False, 0
        file = path.relative_to(folder).as_posix()
        for number, line in enumerate(_lines(path), start=1):
            if found := _ID.match(line):
                if inside:
                    break
                inside, start = found.group(1).strip("'\"") == entry, number
            if inside and phrasing is not None and phrasing in line:
                return Position(file, number, line.index(phrasing) + 1)
        if start and inside:
            return Position(file, start)
    return Position(language)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
