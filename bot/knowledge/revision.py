"""The name of a state of the knowledge base: a hash over what it says, not over how its files look.

The canonical form is JSON with sorted keys; what has an id is sorted by it, so that the order and the split
of files, comments and the way of quoting change nothing. Orders that a reader sees (claims, steps,
platforms) belong to what is said and stay.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date

from bot.knowledge.model import Entry, KnowledgeBase

_Plain = str | int | bool | None | list["_Plain"] | dict[str, "_Plain"]

_NOT_DONE = frozenset({"checked", "sources"})
_NOT_TRANSLATED = frozenset({"checked", "sources", "evidence", "phrasings", "heard", "translates", "review"})


def canonical(base: KnowledgeBase) -> bytes:
    """The canonical form of everything but `revision` itself, in UTF-8."""
    content = _plain(base, leave_out=frozenset({"revision"}))
    # Platforms are shown in the order of their file, and sorting keys would hide that order.
    return _json([content, list(base.platforms)])


def revision_of(base: KnowledgeBase) -> str:
    """SHA-256 over the canonical form, 64 hex digits."""
    return hashlib.sha256(canonical(base)).hexdigest()


def entry_hash(entry: Entry) -> str:
    """SHA-256 over one entry, 64 hex digits: it changes with anything in the entry."""
    return hashlib.sha256(_json(_plain(entry))).hexdigest()


def guide_hash(entry: Entry) -> str:
    """SHA-256 over the guide of an entry, 64 hex digits; buttons carry its first four. "" without a guide.

    It changes with what a member does, sees and gets, and not with a new check or source: who is on the way
    would be told of a change that is none.
    """
    if entry.guide is None:
        return ""
    return hashlib.sha256(_json(_plain(entry.guide, leave_out=_NOT_DONE))).hexdigest()


def text_hash(entry: Entry) -> str:
    """12 hex digits over what a translator translates: the texts and steps, not dates, sources, phrasings."""
    return hashlib.sha256(_json(_plain(entry, leave_out=_NOT_TRANSLATED))).hexdigest()[:12]


def _json(value: _Plain) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _plain(value: object, *, leave_out: frozenset[str] = frozenset()) -> _Plain:
    """`value` as what JSON knows. Fields that are in `leave_out` or empty are left out.

    Leaving empty fields out keeps old revisions valid when the model gets a new optional field.
    """
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(one, leave_out=leave_out) for key, one in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_plain(one, leave_out=leave_out) for one in value]
    if is_dataclass(value):
        named = ((one.name, getattr(value, one.name)) for one in fields(value) if one.name not in leave_out)
        return {
            name: _plain(one, leave_out=leave_out) for name, one in named if one not in (None, (), {}, "")
        }
    raise TypeError(f"{type(value).__name__} has no canonical form")
