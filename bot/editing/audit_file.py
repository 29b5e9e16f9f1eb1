"""The audit as a file: a JSON line for each row, and a last one with the head, each in its one form.

Every byte counts: a line that reads the same and is written otherwise is found too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.editing.audit_chain import NOTHING, Chain, Record, Verdict, canonical, head_text


class ExportRefused(Exception):  # noqa: N818 - what happened
    """The file cannot be written or read; the message says why."""


def lines_of(records: Iterable[Record]) -> Iterator[str]:
    """The lines of an export, without their ends."""
    number, digest = 0, NOTHING
    for record in records:
        number, digest = record.number, record.hash
        yield record.as_line()
    yield canonical({"head": head_text(number, digest), "rows": number})


def write_export(file: Path, records: Iterable[Record]) -> int:
    """Write a new file; returns how many rows are in it.

    Raises:
        ExportRefused: it is there already, or cannot be written.
    """
    try:
        with file.open("x", encoding="ascii", newline="\n") as stream:
            number = -1
            for line in lines_of(records):
                stream.write(f"{line}\n")
                number += 1
    except FileExistsError:
        raise ExportRefused(f"{file} is there already: give the name of a new file.") from None
    except OSError as fault:
        raise ExportRefused(f"{file} cannot be written ({fault.strerror}).") from fault
    return number


def verify_export(file: Path, *, expected: str | None = None) -> Verdict:
    """Check an export; see `bot.editing.audit_chain.Chain`.

    Args:
        file: made by `write_export`.
        expected: a head that was written down before, which must be in it.

    Raises:
        ExportRefused: it cannot be read.
    """
    try:
        content = file.read_bytes()
    except OSError as fault:
        raise ExportRefused(f"{file} cannot be read ({fault.strerror}).") from fault
    chain = Chain(expected)
    *lines, rest = content.split(b"\n")
    last = b"" if not lines or _read(lines[-1]) else lines.pop()
    for line in lines:
        record = _read(line)
        if record is None:
            chain.spoil("it cannot be read")
        elif not chain.add(record):
            break
    ending = canonical({"head": chain.head, "rows": chain.number}).encode("ascii")
    if rest or last != ending:
        chain.spoil("it is missing, or the end of the file was changed")
    return chain.verdict()


def _read(line: bytes) -> Record | None:
    """A row, if it is written exactly as we write rows."""
    try:
        fields = json.loads(line.decode("ascii"))
        record = Record(
            number=fields["number"],
            at=fields["at"],
            actor=fields["actor"],
            action=fields["action"],
            subject=fields["subject"],
            detail=fields["detail"],
            previous=fields["previous"],
            hash=fields["hash"],
        )
        return record if record.as_line().encode("ascii") == line else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
