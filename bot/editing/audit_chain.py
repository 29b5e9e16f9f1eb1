"""Rows that hold on to one another by hashes, and what is wrong with them; free of storage."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

NOTHING = "0" * 64
"""What the first row holds on to."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Record:
    """One row, exactly as it is stored.

    Attributes:
        number: from 1, without a gap.
        at: microseconds since 1970, UTC.
        actor: a label, never an id.
        action: what was done, in a word or two.
        subject: to what, such as an entry's id.
        detail: canonical JSON, as text.
        previous: the hash of the row before, 64 hex digits.
        hash: the hash of this row, 64 hex digits.
    """

    number: int
    at: int
    actor: str
    action: str
    subject: str
    detail: str
    previous: str
    hash: str

    def computed_hash(self) -> str:
        """What `hash` must be."""
        return hashlib.sha256(canonical(self._fields()).encode("ascii")).hexdigest()

    def as_line(self) -> str:
        """The row as one line of an export, without its end."""
        return canonical(self._fields() | {"hash": self.hash})

    @property
    def instant(self) -> datetime:
        """When, aware, in UTC."""
        return EPOCH + self.at * MICROSECOND

    def _fields(self) -> dict[str, object]:
        return {
            "number": self.number,
            "at": self.at,
            "actor": self.actor,
            "action": self.action,
            "subject": self.subject,
            "detail": self.detail,
            "previous": self.previous,
        }


def canonical(value: object) -> str:
    """JSON in the one form that is hashed: keys sorted, no white space, ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def head_text(number: int, digest: str) -> str:
    """Number and hash as `installation` and `advisor audit verify` write them."""
    return f"{number}:{digest}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found.

    Attributes:
        rows: how many are well, from the first.
        hash: of the last of them.
        bad: the number of the first that is not; None when all are well.
        why: what is wrong with it, for `bad`.
    """

    rows: int
    hash: str
    bad: int | None = None
    why: str = ""


class Chain:
    """Checks rows one after the other.

    Args:
        expected: a head that was written down before, and that the rows must have passed.
    """

    def __init__(self, expected: str | None = None) -> None:
        self.number = 0
        self.hash = NOTHING
        self._bad: str | None = None
        self._expected = expected

    @property
    def head(self) -> str:
        """Number and hash of the last good row."""
        return head_text(self.number, self.hash)

    def add(self, record: Record) -> bool:
        """Whether `record` is what must come now; after the first that is not, nothing is."""
        if self._bad is not None:
            return False
        if record.number != self.number + 1:
            self._bad = "it is missing or in the wrong place"
        elif record.previous != self.hash:
            self._bad = "it does not hold on to the row before"
        elif record.hash != record.computed_hash():
            self._bad = "it was changed"
        elif self._expected and _is_other(self._expected, record):
            self._bad = "it is another one than was written down"
        else:
            self.number, self.hash = record.number, record.hash
        return self._bad is None

    def spoil(self, why: str) -> None:
        """The next row cannot be read."""
        self._bad = self._bad or why

    def verdict(self) -> Verdict:
        """The finding so far."""
        if self._bad is None and self._expected and int(self._expected.partition(":")[0]) > self.number:
            self._bad = "it was there when it was written down, and is missing"
        bad = None if self._bad is None else self.number + 1
        return Verdict(self.number, self.hash, bad, self._bad or "")


def _is_other(expected: str, record: Record) -> bool:
    number, _, digest = expected.partition(":")
    return int(number) == record.number and digest != record.hash
