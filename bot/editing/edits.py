"""The common changes of an entry, each as small a change of its file as can be. Pure.

They are made on the files and not on what was read from them, so that comments, order and quoting stay.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.editing.revisions import Files
from bot.editing.targets import CLAIM_DIGITS, KEYS, REMOVABLE, Field, Target
from bot.knowledge.blocks import cut
from bot.knowledge.entries import read_entries
from bot.knowledge.model import Entry, Strength, Surface
from bot.knowledge.nodes import Broken
from bot.knowledge.problems import Report
from bot.knowledge.reader import read
from bot.knowledge.scalars import render_item
from bot.knowledge.splice import CannotSplice, add_item, remove, set_block, set_text, text_at

_MOST: Final = 200
"""Items of one list that are looked through."""
_NEW_SOURCES: Final = "sources/more.yaml"
_ORDER: Final = ("text", "path", "link", "copy", "see")
REMOVE: Final = "-"
"""What an editor sends to take a part away that may be missing."""

Path = tuple[str | int, ...]
"""A place in a file; see `bot.knowledge.splice`."""


class NoSuchText(LookupError):  # noqa: N818 - what happened
    """The entry, step or claim is not there any more."""


@dataclass(frozen=True, slots=True)
class NewSource:
    """A source to be added; the check says what is wrong with it."""

    id: str
    publisher: str
    title: str
    date: str
    strength: str = Strength.PRESS.value
    url: str = ""


def entry_key(entry: str) -> str:
    """The name of an entry's block in its file."""
    return f"entries/{entry}"


def file_of(files: Files, entry: str, language: str) -> str | None:
    """The path of the file that holds an entry; None when there is none."""
    needle = entry.encode()
    for path, data in files.items():
        likely = path.startswith(f"{language}/") and path.endswith(".yaml") and needle in data
        if likely and any(block.key == entry_key(entry) for block in cut(data, name=path).blocks):
            return path
    return None


def languages_of(files: Files, entry: str) -> tuple[str, ...]:
    """The languages in which an entry is written, English first."""
    codes = sorted({path.partition("/")[0] for path in files if "/" in path} - {"sources"})
    found = [code for code in codes if file_of(files, entry, code)]
    return tuple(sorted(found, key=lambda code: (code != "en", code)))


def read_entry(files: Files, entry: str, language: str, *, today: date) -> Entry | None:
    """An entry as it stands in the files; None when it is not there or cannot be read."""
    path = file_of(files, entry, language)
    if path is None:
        return None
    report = Report(today)
    root = read(files[path], file=path, report=report)
    if root is None or isinstance(root, Broken):
        return None
    return next((one for one in read_entries(root, report, language=language) if one.id == entry), None)


def change_text(files: Files, entry: str, language: str, target: Target, text: str) -> Files:
    """One text of an entry changed.

    Args:
        files: the whole folder.
        entry: which.
        language: in which language.
        target: which text.
        text: the new one; `REMOVE` takes a part away that may be missing.

    Raises:
        NoSuchText: it is not there any more.
        CannotSplice: it cannot be written into the file as it stands.
    """
    path = file_of(files, entry, language)
    if path is None:
        raise NoSuchText(entry)
    return _edit(files, path, entry, lambda data: _changed(data, entry, target, text))


def mark_checked(files: Files, entry: str, languages: Collection[str], target: Target, day: date) -> Files:
    """An entry, or one claim or surface of it, was compared with its sources and is still right.

    Args:
        files: the whole folder.
        entry: which.
        languages: those whose text says the same; a claim is found there by its place.
        target: what was looked at, in the first of `languages`.
        day: when.

    Raises:
        NoSuchText: it is not there any more.
        CannotSplice: as `change_text`.
    """
    changed, number = files, None
    for language in languages:
        path = file_of(files, entry, language)
        if path is None:
            continue
        if target.claim is not None and number is None:
            number = _claim_number(files[path], ("entries", entry), target.claim)

        def dated(data: bytes, number: int | None = number) -> bytes:
            for place in _dates(data, entry, target, number):
                if text_at(data, place) is not None:
                    data = set_text(data, place, day.isoformat())
            return data

        changed = {**changed, **_edit(changed, path, entry, dated)}
    return changed


def add_source(files: Files, source: NewSource) -> Files:
    """A source added to the file of its kind.

    Raises:
        CannotSplice: as `change_text`.
    """
    said = {
        "id": source.id,
        "publisher": source.publisher,
        "title": source.title,
        "url": source.url,
        "date": source.date,
        "strength": source.strength,
    }
    item = {key: text for key, text in said.items() if text}
    kind = source.id.partition("-")[0]
    path = f"sources/{kind}.yaml"
    if path not in files:
        path = _NEW_SOURCES
    if path in files:
        return {**files, path: add_item(files[path], ("sources",), item)}
    begun = f"# Sources that were added from the chat.\nsources:\n{render_item(item, indent=2)}"
    return {**files, path: begun.encode()}


def roll_back(newest: Files, old: Files, entry: str) -> Files:
    """An entry, in every language, as it was.

    Raises:
        NoSuchText: it was not there then.
        CannotSplice: its list is not there any more.
    """
    if not languages_of(old, entry):
        raise NoSuchText(entry)
    files = dict(newest)
    key = entry_key(entry)
    for language in {*languages_of(old, entry), *languages_of(newest, entry)}:
        was, now = file_of(old, entry, language), file_of(newest, entry, language)
        path = now or was
        if path is None:
            continue
        text = block_text(old, was, key) if was else None
        if path not in files:
            raise CannotSplice(f"there is no file {path} any more")
        files[path] = set_block(files[path], path, key, text)
    return files


def block_text(files: Files, path: str, key: str) -> str | None:
    """The text of a block; None when it is not there."""
    return next((block.text for block in cut(files[path], name=path).blocks if block.key == key), None)


def _edit(files: Files, path: str, entry: str, change: Callable[[bytes], bytes]) -> Files:
    """Change one entry apart from its file: reading a whole file at each step takes seconds."""
    text = block_text(files, path, entry_key(entry))
    if text is None:
        raise NoSuchText(entry)
    begin = b"entries:\n"
    changed = change(begin + text.encode()).removeprefix(begin).decode()
    return {**files, path: set_block(files[path], path, entry_key(entry), changed)}


def _changed(data: bytes, entry: str, target: Target, text: str) -> bytes:
    top: Path = ("entries", entry)
    if target.field is Field.PHRASING:
        return add_item(data, (*top, "ask"), text)
    place = _place(data, top, target)
    if target.field is Field.SOURCE:
        return add_item(data, place, text)
    if text == REMOVE and target.field in REMOVABLE:
        return remove(data, place)
    return set_text(data, place, text, after=_before(data, place))


def _place(data: bytes, top: Path, target: Target) -> Path:
    """Where a target stands in its file."""
    key = KEYS[target.field]
    if target.claim is not None:
        return (*top, "claims", _claim_number(data, top, target.claim), key)
    if target.surface is not None:
        surface: Path = _surface(str(top[1]), target.surface)
        if target.step is None:
            return (*surface, key)
        place = (*surface, "steps", target.step, key)
        if text_at(data, (*surface, "steps", target.step, "id")) is None:
            raise NoSuchText(target.step)
        return place
    if target.field in {Field.RESULT, Field.OFFICIAL}:
        return (*top, "guide", key)
    return (*top, key)


def _surface(entry: str, surface: Surface) -> Path:
    return ("entries", entry, "guide", "surfaces", surface.value)


def _claim_number(data: bytes, top: Path, mark: str) -> int:
    """The place of a claim, from 0.

    Raises:
        NoSuchText: none, or more than one, has this mark.
    """
    found = [
        number
        for number, text in _each(data, (*top, "claims"), "text")
        if hashlib.sha256(text.encode()).hexdigest()[:CLAIM_DIGITS] == mark
    ]
    if len(found) != 1:
        raise NoSuchText(mark)
    return found[0]


def _each(data: bytes, path: Path, key: str) -> Iterator[tuple[int, str]]:
    for number in range(_MOST):
        text = text_at(data, (*path, number, key))
        if text is None:
            return
        yield number, text


def _dates(data: bytes, entry: str, target: Target, claim: int | None) -> Iterator[Path]:
    """Every place of a target that says when it was checked; a target of nothing else is the whole entry."""
    top: Path = ("entries", entry)
    guide: Path = (*top, "guide")
    if claim is not None:
        yield (*top, "claims", claim, "checked")
    elif target.surface is not None:
        yield (*_surface(entry, target.surface), "checked")
    else:
        lists: Mapping[Path, str] = {
            (*top, "claims"): "text",
            (*top, "disputed"): "says",
            (*top, "letters"): "id",
            (*guide, "coverage"): "what",
        }
        for path, key in lists.items():
            for number, _ in _each(data, path, key):
                yield (*path, number, "checked")
        for surface in Surface:
            yield (*guide, "surfaces", surface.value, "checked")


def _before(data: bytes, place: Path) -> str | None:
    """Behind which key a new one of a step goes, so that steps look alike."""
    if "steps" not in place or place[-1] not in _ORDER:
        return None
    earlier = _ORDER[: _ORDER.index(str(place[-1]))]
    return next((key for key in reversed(earlier) if text_at(data, (*place[:-1], key)) is not None), None)


Make = Callable[[Files], Files]
"""A change of the files; it may raise `NoSuchText` and `CannotSplice`."""
