"""A proposal as a value, and how it is written into its row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.editing.machine import State

Changes = Mapping[str, str | None]
"""Path of each changed file and the hash of its new content; None for one that is taken out."""

MAX_REASON: Final = 400
"""Characters of a reason."""
CONTENT_SHOWN: Final = 8
"""Hex digits of a content that a button carries."""


class Kind(StrEnum):
    """What a proposal is; the same word as the kind of the revision that publishes it."""

    EDIT = "edit"
    ROLLBACK = "rollback"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change of the knowledge that somebody proposed.

    Attributes:
        number: by which editors call it; never used again.
        kind: see `Kind`.
        base: the number of the revision that it was made on.
        state: where it stands.
        author_id: whose it is; None after they left.
        author: how others see them; no id.
        changes: what it changes in the files of `base`.
        entries: ids of the entries that it touches.
        summary: what the check found, as JSON; see `bot.editing.findings`.
        reason: the words of an editor: why it was rejected, or to which revision it goes back.
        publish_at: when it is scheduled.
        zone: in which that was said.
        revision: the number of the revision that published it.
        made_at: when it was begun.
        changed_at: when it changed last.
    """

    number: int
    kind: Kind
    base: int
    state: State
    author_id: bytes | None
    author: str
    changes: Changes
    entries: tuple[str, ...]
    summary: str
    reason: str | None
    publish_at: datetime | None
    zone: str | None
    revision: int | None
    made_at: datetime
    changed_at: datetime

    @property
    def content(self) -> str:
        """The hash of what it changes, in hex: an approval holds for it alone."""
        return content_of(self.changes)

    @property
    def mark(self) -> str:
        """The first digits of `content`, for buttons."""
        return self.content[:CONTENT_SHOWN]


def content_of(changes: Changes) -> str:
    """SHA-256 over the changes, in hex."""
    return hashlib.sha256(changes_text(changes).encode()).hexdigest()


def changes_text(changes: Changes) -> str:
    """The changes as they are stored."""
    return json.dumps(dict(changes), sort_keys=True, separators=(",", ":"))


def read_changes(text: str) -> Changes:
    """The reverse of `changes_text`."""
    read: dict[str, str | None] = json.loads(text)
    return read


@dataclass(frozen=True, slots=True)
class Dialogue:
    """What an editor is in the middle of.

    Attributes:
        awaiting: what their next message will be, as `bot.editing.awaiting` writes it; "" for nothing.
        proposal: the draft that further changes go into.
        at: when it was noted.
    """

    awaiting: str
    proposal: int | None
    at: datetime
