"""The files of a knowledge folder, read with limits and only from inside the folder."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.knowledge.decoding import MAX_BYTES
from bot.knowledge.problems import Position, Report

MAX_FILES = 2000
MAX_ALL_BYTES = 20_000_000
"""All files of a folder together, in bytes."""

_LANGUAGE = re.compile(r"[a-z]{2}")
_TOP = frozenset(
    f"{name}.yaml"
    for name in ("platforms", "regions", "sources", "helplines", "authorities", "names", "article")
)


@dataclass(frozen=True, slots=True)
class KnowledgeFile:
    """One file with its bytes."""

    name: str
    """Its path inside the folder, with `/`."""
    data: bytes
    language: str | None

    @property
    def part(self) -> str:
        """What is in it: `entries`, `sources`, or the name of a special file without its ending."""
        folders, _, last = self.name.rpartition("/")
        stem = last.rpartition(".")[0]
        if self.language is None:
            return "sources" if folders else stem
        special = {"caveats", "synonyms", "refusals", "alarm", "golden", "labels", "common_words"}
        return stem if folders == self.language and stem in special else "entries"


def read_folder(folder: Path, report: Report) -> Iterator[KnowledgeFile]:
    """Every knowledge file of `folder`, in the order of names; what cannot be read is a problem.

    Hidden files, README files and what lies outside the layout are passed over, the last with a warning.
    """
    try:
        root = folder.resolve(strict=True)
    except OSError as error:
        report.add(
            Position(str(folder)), f"The folder cannot be opened ({error.strerror}).", "Check its name."
        )
        return
    if not root.is_dir():
        report.add(Position(str(folder)), "This is no folder.", "Name the folder that has platforms.yaml.")
        return
    seen = _Seen(report)
    for path in _walk(root, report):
        name = _printable(path.relative_to(root).as_posix())
        language = _belongs(name, report)
        if language is None:
            continue
        if not seen.one_more(name):
            return
        data = _read_file(path, root, name, report)
        if data is None:
            continue
        if not seen.bytes_more(name, data):
            return
        yield KnowledgeFile(name, data, language or None)


def sort_files(files: Mapping[str, bytes], report: Report) -> Iterator[KnowledgeFile]:
    """As `read_folder`, for files that are in memory: the path of each inside the folder, and its bytes."""
    seen = _Seen(report)
    for path in sorted(files):
        name = _printable(path)
        language = _belongs(name, report)
        if language is None:
            continue
        if not (seen.one_more(name) and seen.bytes_more(name, files[path])):
            return
        yield KnowledgeFile(name, files[path], language or None)


@dataclass(slots=True)
class _Seen:
    """Counts files and bytes up to the limits of a folder."""

    report: Report
    count: int = 0
    total: int = 0

    def one_more(self, name: str) -> bool:
        """False, with a problem, when there are too many files."""
        self.count += 1
        if self.count > MAX_FILES:
            self.report.add(Position(name), f"There are more than {MAX_FILES} files.", "Join some of them.")
        return self.count <= MAX_FILES

    def bytes_more(self, name: str, data: bytes) -> bool:
        """False, with a problem, when all files together are too large."""
        self.total += len(data)
        if self.total > MAX_ALL_BYTES:
            message = f"All files together have more than {MAX_ALL_BYTES:,} bytes."
            self.report.add(Position(name), message, "Leave out what is not needed.")
        return self.total <= MAX_ALL_BYTES


def _walk(root: Path, report: Report) -> Iterator[Path]:
    def complain(error: OSError) -> None:
        report.add(
            Position(str(error.filename)), f"It cannot be read ({error.strerror}).", "Allow reading it."
        )

    for current, folders, names in os.walk(root, onerror=complain):
        folders[:] = sorted(one for one in folders if not one.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                yield Path(current, name)


def _printable(name: str) -> str:
    """A name that can be shown and stored: file systems allow any bytes."""
    shown = name.encode("utf-8", "replace").decode()
    return "".join(character if character.isprintable() else "?" for character in shown)


def _belongs(name: str, report: Report) -> str | None:
    """The language of a file, "" for one that is above languages, None for one that is not ours."""
    parts = name.split("/")
    if parts[-1].endswith(".md"):
        return None
    if _LANGUAGE.fullmatch(parts[0]) and len(parts) > 1:
        if name.endswith(".yaml") or parts[1:] == ["common_words.txt"]:
            return parts[0]
    elif name in _TOP or (parts[0] == "sources" and len(parts) > 1 and name.endswith(".yaml")):
        return ""
    mend = "Knowledge files end in .yaml and lie in sources/ or in the folder of a language, such as en/."
    report.warn(Position(name), "This file is not read.", mend)
    return None


def _read_file(path: Path, root: Path, name: str, report: Report) -> bytes | None:
    try:
        real = path.resolve(strict=True)
        if not real.is_relative_to(root):
            report.add(Position(name), "This link leads out of the folder.", "Put the file itself here.")
            return None
        if not stat.S_ISREG(real.stat().st_mode):
            report.add(Position(name), "This is no ordinary file.", "Put a text file here.")
            return None
        with real.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "a link that leads to itself"
        report.add(Position(name), f"The file cannot be read ({reason}).", "Allow reading it.")
        return None
