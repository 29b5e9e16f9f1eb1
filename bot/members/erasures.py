"""The register of erasures: a file outside the database, so that a restored backup can be cleaned again.

A line is a member id and the instant of the erasure. It names nobody without the key, and goes after 400
days: what a backup holds of that member is then older than the year after which members end anyway.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.storage.faults import StorageDown

KEPT = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Erasure:
    """Rows of this member that were made up to this instant are to be gone."""

    member_id: bytes
    at: datetime


class ErasureRegister:
    """The file, which is made with the first erasure, mode 600.

    Args:
        path: `<data>.erased`, beside the data folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, erasure: Erasure) -> None:
        """Write a line and wait until the disk has it.

        Raises:
            StorageDown: it could not be written; the erasure is then not to be confirmed.
        """
        line = _line(erasure)
        with self._locked() as descriptor:
            end = os.fstat(descriptor).st_size
            if end and os.pread(descriptor, 1, end - 1) != b"\n":
                line = b"\n" + line  # a crash tore the last line
            os.write(descriptor, line)
            os.fsync(descriptor)

    def read(self) -> list[Erasure]:
        """All erasures; a torn line is left out, since its erasure was not confirmed.

        Raises:
            StorageDown: the file is there and cannot be read.
        """
        try:
            lines = self.path.read_bytes().splitlines()
        except FileNotFoundError:
            return []
        except OSError as fault:
            raise StorageDown(f"the register of erasures cannot be read ({fault.strerror})") from fault
        found = []
        for line in lines:
            with suppress(ValueError):
                member, at = line.decode("ascii").split(" ")
                erasure = Erasure(member_id=bytes.fromhex(member), at=datetime.fromisoformat(at))
                if len(erasure.member_id) == 32 and erasure.at.tzinfo is not None:
                    found.append(erasure)
        return found

    def drop_old(self, now: datetime) -> int:
        """Take out what is older than `KEPT`; returns how many lines went."""
        if not self.path.exists():
            return 0
        with self._locked():
            erasures = self.read()
            young = [erasure for erasure in erasures if now - erasure.at <= KEPT]
            if len(young) < len(erasures):
                self._replace(young)
        return len(erasures) - len(young)

    def _replace(self, erasures: Iterable[Erasure]) -> None:
        partial = self.path.with_name(self.path.name + ".partial")
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.writelines(_line(erasure) for erasure in erasures)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(self.path)

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """The open file, locked against other threads and processes, and still the one of that name."""
        descriptor = -1
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            while descriptor < 0:
                descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                if os.fstat(descriptor).st_ino != self.path.stat().st_ino:
                    os.close(descriptor)
                    descriptor = -1
            yield descriptor
        except OSError as fault:
            raise StorageDown(f"the register of erasures cannot be written ({fault.strerror})") from fault
        finally:
            if descriptor >= 0:
                os.close(descriptor)


def _line(erasure: Erasure) -> bytes:
    return f"{erasure.member_id.hex()} {erasure.at.isoformat()}\n".encode("ascii")
