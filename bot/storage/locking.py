"""One process on an SQLite file: a second one would answer everybody twice.

The lock is the kernel's (`flock`), so it goes with its process, also after kill -9. The file stays: deleting
it would let two processes hold locks on two files of one name.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from bot.storage.faults import StorageRefused


class InUse(StorageRefused):
    """Another process has the database."""


class ProcessLock:
    """Holds `<database>.lock` from `take` to `release`; also a context manager.

    Args:
        database: the path of the SQLite file.
    """

    def __init__(self, database: Path) -> None:
        self.path = database.with_name(database.name + ".lock")
        self._descriptor: int | None = None

    def take(self) -> None:
        """Take the lock, or say who has it; the folder is made when it is not there.

        Raises:
            InUse: another process has it.
            StorageRefused: the file cannot be made.
        """
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as fault:
            raise StorageRefused(
                f"The lock file {self.path} cannot be made ({fault.strerror}): make its folder writable"
                " for this user, or set ADVISOR_DATA_DIR to another one."
            ) from fault
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
            os.close(descriptor)
            who = f"process {holder}" if holder.isdigit() else "another process"
            raise InUse(
                f"The database is in use by {who} (lock {self.path}): stop that one first,"
                " or give this one another ADVISOR_DATA_DIR."
            ) from fault
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode("ascii"), 0)
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the lock back; nothing happens when it is not held."""
        if self._descriptor is not None:
            with suppress(OSError):
                os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> ProcessLock:
        self.take()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
