"""What lies beside a backup and says what it must be: `FILE.manifest.json`. No key and no row is in it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from bot.storage.digests import Digest
from bot.storage.faults import StorageRefused

_FORMAT = 1
_PIECE = 1 << 20

Kind = Literal["sqlite", "postgresql"]


class BackupRefused(StorageRefused):
    """A backup is damaged, or not one of this installation's; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup is.

    Attributes:
        database: which kind it was made of.
        program: the version that made it.
        schema: the revision of its tables.
        made_at: the instant whose state it holds (aware).
        key_fingerprint: of the key it needs; None before the first start.
        bytes: its size.
        sha256: of the file, in hex.
        tables: rows and hash of each table, read from the database and not from the backup.
    """

    database: Kind
    program: str
    schema: str
    made_at: datetime
    key_fingerprint: str | None
    bytes: int
    sha256: str
    tables: dict[str, Digest]

    @property
    def rows(self) -> int:
        """Rows in all tables together."""
        return sum(digest.rows for digest in self.tables.values())


def manifest_path(backup: Path) -> Path:
    """Where the manifest of a backup lies."""
    return backup.with_name(backup.name + ".manifest.json")


def write_manifest(backup: Path, manifest: Manifest) -> None:
    """Put it beside its backup, as a whole or not at all, for its owner alone."""
    target = manifest_path(backup)
    partial = target.with_name(target.name + ".partial")
    values = {"format": _FORMAT} | asdict(manifest) | {"made_at": manifest.made_at.isoformat()}
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(values, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(target)


def read_manifest(backup: Path) -> Manifest:
    """The manifest of a backup.

    Raises:
        BackupRefused: it is missing, or cannot be understood.
    """
    path = manifest_path(backup)
    try:
        values = json.loads(path.read_text("utf-8"))
        if values["format"] != _FORMAT:
            raise BackupRefused(f"The manifest {path} is of a later program: install that one.")
        database: Kind = "postgresql" if values["database"] == "postgresql" else "sqlite"
        fingerprint = values["key_fingerprint"]
        return Manifest(
            database=database,
            program=str(values["program"]),
            schema=str(values["schema"]),
            made_at=_aware(values["made_at"]),
            key_fingerprint=None if fingerprint is None else str(fingerprint),
            bytes=int(values["bytes"]),
            sha256=str(values["sha256"]),
            tables={
                str(name): Digest(rows=int(one["rows"]), sha256=str(one["sha256"]))
                for name, one in values["tables"].items()
            },
        )
    except FileNotFoundError as fault:
        raise BackupRefused(
            f"The manifest {path} is missing, so nothing says whether {backup.name} is whole:"
            " put it back beside the backup."
        ) from fault
    except OSError as fault:
        raise BackupRefused(f"The manifest {path} cannot be read ({fault.strerror}).") from fault
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise BackupRefused(f"The manifest {path} is damaged: take another backup.") from fault


def file_hash(path: Path, *, at: Callable[[int], None] = lambda done: None) -> str:
    """SHA-256 of a file in hex; `at` is told how many bytes were read."""
    found = hashlib.sha256()
    done = 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            found.update(piece)
            done += len(piece)
            at(done)
    return found.hexdigest()


def _aware(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("an instant must be aware")
    return instant
