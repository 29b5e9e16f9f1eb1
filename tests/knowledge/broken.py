"""Saying how a knowledge file is broken and where that must be named.

In each case `¦` stands where the problem must be named; it is taken out before the file is written.
"""

from __future__ import annotations

from pathlib import Path

from bot.knowledge.problems import Severity
from tests.knowledge.folders import load_with

EN = "en/linkedin.yaml"
SRC = "sources/linkedin.yaml"

Case = tuple[str, str, str, str, str]
"""What is broken, the file, its text with the mark, words of the message, words of the way to mend it."""


def changed(text: str, old: str, new: str) -> str:
    """`text` with the first `old` replaced, which must be there."""
    assert old in text, old
    return text.replace(old, new, 1)


def assert_named(folder: Path, case: Case) -> None:
    """Write the whole folder with the broken file; the error must stand at the mark."""
    name, file, marked, message, mend = case
    before = marked[: marked.index("¦")]
    line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
    result = load_with(folder, {file: marked.replace("¦", "", 1)})
    errors = [one for one in result.problems if one.severity is Severity.ERROR]
    assert result.base is None
    found = [one for one in errors if (one.file, one.line, one.column) == (file, line, column)]
    assert found, f"{name} must stand at {line}:{column}: {[str(one) for one in errors]}"
    assert any(message in one.message and mend in one.mend for one in found), [str(one) for one in found]
