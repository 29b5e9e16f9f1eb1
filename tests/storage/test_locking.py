"""One process on an SQLite file, whatever becomes of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.storage.faults import StorageRefused
from bot.storage.locking import InUse, ProcessLock

_HOLD = """
import sys, time
from pathlib import Path
from bot.storage.locking import ProcessLock
ProcessLock(Path(sys.argv[1])).take()
print("held", flush=True)
time.sleep(60)
"""


def test_a_second_holder_is_told_who_has_it(tmp_path: Path) -> None:
    with ProcessLock(tmp_path / "advisor.db"), pytest.raises(InUse, match=f"process {os.getpid()}"):
        ProcessLock(tmp_path / "advisor.db").take()


def test_a_released_lock_can_be_taken_again(tmp_path: Path) -> None:
    lock = ProcessLock(tmp_path / "advisor.db")
    for _ in range(2):
        with lock:
            assert lock.path.exists()
    lock.release()


def test_a_killed_process_leaves_no_lock_behind(tmp_path: Path) -> None:
    database = tmp_path / "advisor.db"
    command = [sys.executable, "-c", _HOLD, str(database)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(InUse, match=f"process {holder.pid}"):
            ProcessLock(database).take()
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        with ProcessLock(database):
            pass


def test_the_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    with ProcessLock(tmp_path / "new" / "advisor.db"):
        assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageRefused, match="ADVISOR_DATA_DIR"):
        ProcessLock(tmp_path / "file" / "advisor.db").take()
