"""A PostgreSQL of one's own, to be stopped and started under the bot."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PLACES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def tools() -> Path | None:
    """Where initdb and pg_ctl are; None when they are not here."""
    found = shutil.which("pg_ctl")
    return Path(found).parent if found else next(iter(_PLACES), None)


class Cluster:
    """A server in a folder of its own.

    Args:
        folder: its data.
        port: on 127.0.0.1.
        bin: where its tools are.
    """

    def __init__(self, folder: Path, port: int, bin: Path) -> None:  # noqa: A002 - its usual name
        self._folder = folder
        self._port = port
        self._bin = bin

    @property
    def url(self) -> str:
        """Of its only database."""
        return f"postgresql://postgres@127.0.0.1:{self._port}/postgres"

    def make(self) -> None:
        """initdb, with the durability of a real one."""
        self._run("initdb", "-D", str(self._folder), "-U", "postgres", "-A", "trust", "-E", "UTF8")
        settings = f"port = {self._port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\n"
        with (self._folder / "postgresql.conf").open("a") as file:
            file.write(settings)

    def start(self) -> None:
        """Start, and wait until it answers."""
        log = self._folder / "log"
        self._run("pg_ctl", "-D", str(self._folder), "-l", str(log), "-w", "-t", "60", "start")

    def stop(self, *, mode: str = "immediate") -> None:
        """Stop: `immediate` is as a crash."""
        self._run("pg_ctl", "-D", str(self._folder), "-m", mode, "-w", "stop")

    def _run(self, tool: str, *options: str) -> None:
        command = [str(self._bin / tool), *options]
        if os.getuid() == 0:  # PostgreSQL does not run as root
            command = ["runuser", "-u", "postgres", "--", *command]
        subprocess.run(
            command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", timeout=120
        )


@contextmanager
def cluster(port: int) -> Iterator[Cluster]:
    """A running server, removed at the end.

    Raises:
        RuntimeError: PostgreSQL's tools are not here.
    """
    found = tools()
    if found is None:
        raise RuntimeError("initdb and pg_ctl are not here; on Debian: apt-get install postgresql")
    with tempfile.TemporaryDirectory(prefix="advisor-postgres-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if os.getuid() == 0:
            shutil.chown(folder, "postgres")
        made = Cluster(folder / "data", port, found)
        made.make()
        made.start()
        try:
            yield made
        finally:
            made.stop()
