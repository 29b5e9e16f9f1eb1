"""A file that an editor sends: which knowledge files it changes, or why it is refused. Pure, in memory alone.

One YAML file takes the place of the file with its name or with its entries. An archive (.zip) holds several;
files that are not in it stay. Nothing is ever written under a name that stands in an archive, and nothing is
unpacked that is larger than it says or than we take.
"""

from __future__ import annotations

import io
import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.editing.revisions import Files
from bot.knowledge.decoding import MAX_BYTES

MAX_ARCHIVE = 5_000_000
"""Bytes of an archive; the whole knowledge has a tenth of it."""
MAX_UNPACKED = 10_000_000
"""Bytes of everything in an archive; the whole knowledge has a fifth of it."""
MAX_FILES = 400
"""Files in an archive; the whole knowledge has about 115."""
MAX_NAME = 120
"""Characters of a path; the longest we have has 30."""

_CENTRAL = b"PK\x01\x02"
_ZIP = b"PK"
_PATH = re.compile(
    r"(?:[a-z]{2}|sources)(?:/[a-z0-9-]+)*/[a-z0-9_-]+\.yaml|[a-z]{2}/common_words\.txt|[a-z]+\.yaml"
)
_JUNK = re.compile(r"(?:^|/)(?:__MACOSX/.*|\.[^/]*|Thumbs\.db|desktop\.ini|[^/]*\.md)$", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2}")
_TELLING = 25
"""Bytes of a line that is hardly in another file by chance."""


class Why(StrEnum):
    """Why a file is refused."""

    EMPTY = "empty"
    TOO_LARGE = "too large"
    WRONG_KIND = "wrong kind"
    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    TOO_MANY = "too many"
    UNPACKS_TOO_LARGE = "unpacks too large"
    BAD_NAME = "bad name"
    LINK = "link"
    NESTED = "nested"
    TWICE = "twice"
    NO_PLACE = "no place"
    SEVERAL_PLACES = "several places"
    SAME = "same"


_SAID = {
    Why.EMPTY: "There is nothing in it.",
    Why.TOO_LARGE: "It is too large: at most {limit:,} bytes are taken.",
    Why.WRONG_KIND: "{name} is no knowledge file: send .yaml files, alone or in a .zip.",
    Why.DAMAGED: "It is damaged or no .zip file: pack it once more.",
    Why.ENCRYPTED: "{name} has a password: pack it without one.",
    Why.TOO_MANY: "There are too many files in it: at most {limit} are taken.",
    Why.UNPACKS_TOO_LARGE: "Unpacked it would be too large: at most {limit:,} bytes are taken.",
    Why.BAD_NAME: "The name {name} leads out of the knowledge folder or cannot be used.",
    Why.LINK: "{name} is a link: put the file itself there.",
    Why.NESTED: "{name} is a packed file in a packed file: unpack it first.",
    Why.TWICE: "{name} is in it twice: leave one out.",
    Why.NO_PLACE: "{name} replaces none of our files: write its path under it, as en/linkedin/new.yaml.",
    Why.SEVERAL_PLACES: "{name} could be one of several files: write the path under it.",
    Why.SAME: "It says what we have already, letter by letter.",
}


class Refused(ValueError):  # noqa: N818 - what happened
    """A file is not taken.

    Attributes:
        why: the reason.
        name: the file it is about, as it can be shown.
        limit: the number that was passed, where there is one.
        places: paths that the file could be meant for.
    """

    def __init__(self, why: Why, name: str = "", *, limit: int = 0, places: Sequence[str] = ()) -> None:
        self.why = why
        self.name = _shown(name)
        self.limit = limit
        self.places = tuple(places)
        super().__init__(_SAID[why].format(name=self.name or "The file", limit=limit))


@dataclass(frozen=True, slots=True)
class Upload:
    """What a file changes.

    Attributes:
        changed: path and new bytes of each knowledge file that becomes another.
    """

    changed: Files


def read_upload(name: str, data: bytes, base: Files, *, place: str = "") -> Upload:
    """What a file changes in the knowledge.

    Args:
        name: as its sender called it; only its last part counts.
        data: its bytes.
        base: the files that are in force.
        place: what its sender wrote under it: a path, or the two letters of a language; "" for nothing.

    Raises:
        Refused: with the reason, in plain words.
    """
    name = name.replace("\\", "/").rpartition("/")[2]
    if not data:
        raise Refused(Why.EMPTY, name)
    if name.lower().endswith(".zip"):
        found = dict(_archive(data, base))
    else:
        found = {_place(name, data, base, place.strip()): data}
    changed = {path: one for path, one in found.items() if base.get(path) != one}
    if not changed:
        raise Refused(Why.SAME, name)
    return Upload(changed)


def _place(name: str, data: bytes, base: Files, said: str) -> str:
    """The path of one file that was sent by itself."""
    stem, dot, ending = name.rpartition(".")
    if ending.lower() not in ("yaml", "yml", "txt") or data.startswith(_ZIP):
        raise Refused(Why.WRONG_KIND, name)
    if len(data) > MAX_BYTES:
        raise Refused(Why.TOO_LARGE, name, limit=MAX_BYTES)
    if said in base or _PATH.fullmatch(said):
        return said
    name = f"{stem}{dot}{'yaml' if ending.lower() == 'yml' else ending.lower()}"
    within = [path for path in base if not _LANGUAGE.fullmatch(said) or path.startswith(f"{said}/")]
    named = [path for path in within if path.rpartition("/")[2] == name]
    if len(named) == 1:
        return named[0]
    likest = _likest(data, named or [path for path in within if path.endswith(".yaml")], base)
    if likest is not None:
        return likest
    raise Refused(Why.SEVERAL_PLACES if named else Why.NO_PLACE, name, places=sorted(named))


def _likest(data: bytes, paths: Iterable[str], base: Files) -> str | None:
    """The file that has most of the long lines of the one that came; None when none or several do.

    Lines, because a file that nobody trusts is not parsed here, and because a language tells by its words.
    """
    ours = _lines(data)
    scores = sorted((len(ours & _lines(base[path])), path) for path in paths)
    if not scores or not scores[-1][0] or (len(scores) > 1 and scores[-1][0] == scores[-2][0]):
        return None
    return scores[-1][1]


def _lines(data: bytes) -> frozenset[bytes]:
    return frozenset(line for line in data.split(b"\n") if len(line) >= _TELLING)


def _archive(data: bytes, base: Files) -> Iterator[tuple[str, bytes]]:
    """Path and bytes of each file in an archive; every rule is looked at before anything is unpacked."""
    if len(data) > MAX_ARCHIVE:
        raise Refused(Why.TOO_LARGE, limit=MAX_ARCHIVE)
    # Before the list is read: it takes a hundred times the memory that it has in the file.
    if data.count(_CENTRAL) > MAX_FILES:
        raise Refused(Why.TOO_MANY, limit=MAX_FILES)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [
                one for one in archive.infolist() if not one.is_dir() and not _JUNK.search(one.filename)
            ]
            paths = _paths(members, base)
            total = 0
            for member, path in zip(members, paths, strict=True):
                content = _unpacked(archive, member)
                total += len(content)
                if total > MAX_UNPACKED:
                    raise Refused(Why.UNPACKS_TOO_LARGE, limit=MAX_UNPACKED)
                yield path, content
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ) as fault:
        if isinstance(fault, Refused):
            raise
        raise Refused(Why.DAMAGED) from fault


def _paths(members: Sequence[zipfile.ZipInfo], base: Files) -> list[str]:
    if not members:
        raise Refused(Why.EMPTY)
    if sum(one.file_size for one in members) > MAX_UNPACKED:
        raise Refused(Why.UNPACKS_TOO_LARGE, limit=MAX_UNPACKED)
    for one in members:
        _look_at(one)
    around = _around([one.filename for one in members], base)
    paths: list[str] = []
    seen: set[str] = set()
    for one in members:
        path = one.filename.removeprefix(around)
        same = unicodedata.normalize("NFC", path).casefold()
        if same in seen:
            raise Refused(Why.TWICE, path)
        seen.add(same)
        if path not in base and not _PATH.fullmatch(path):
            raise Refused(Why.WRONG_KIND, path)
        paths.append(path)
    return paths


def _look_at(member: zipfile.ZipInfo) -> None:
    """Refuse what no honest archive of knowledge files has."""
    name = member.filename
    parts = name.split("/")
    # `orig_filename` is what stands in the archive; zipfile cuts a name at a zero byte.
    if (
        name != member.orig_filename
        or not name.isprintable()
        or len(name) > MAX_NAME
        or name.startswith("/")
        or "\\" in name
        or ":" in name
        or any(part in ("", ".", "..") for part in parts)
    ):
        raise Refused(Why.BAD_NAME, member.orig_filename)
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind and kind != stat.S_IFREG:
        raise Refused(Why.LINK, name)
    if member.flag_bits & 0x1:
        raise Refused(Why.ENCRYPTED, name)
    if name.lower().endswith((".zip", ".gz", ".tar", ".7z", ".rar")):
        raise Refused(Why.NESTED, name)
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refused(Why.DAMAGED, name)
    if member.file_size > MAX_BYTES:
        raise Refused(Why.TOO_LARGE, name, limit=MAX_BYTES)


def _around(names: Sequence[str], base: Files) -> str:
    """The folder in which everything was packed, such as `knowledge/`; "" when there is none."""
    first, slash, _ = names[0].partition("/")
    around = first + slash
    if not slash or not all(name.startswith(around) for name in names):
        return ""
    inside = [name.removeprefix(around) for name in names]
    known = sum(name in base for name in names)
    return around if sum(name in base for name in inside) > known or not _PATH.fullmatch(names[0]) else ""


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """The bytes of one file, never more than it says; the check sum finds one that lies about its size."""
    with archive.open(member) as file:
        content = file.read(member.file_size + 1)
    if len(content) != member.file_size:
        raise Refused(Why.DAMAGED, member.filename)
    if content.startswith(_ZIP):
        raise Refused(Why.NESTED, member.filename)
    return content


def _shown(name: str) -> str:
    """A name that can be shown: it was made by whoever sent it."""
    clean = "".join(character if character.isprintable() else "?" for character in name)
    return clean if len(clean) <= MAX_NAME else clean[: MAX_NAME - 1] + "…"
