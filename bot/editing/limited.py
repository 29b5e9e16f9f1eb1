"""A process of our own with limits, that gets one parcel and gives back bytes.

It starts without our environment, so without a token, in a group of its own that is ended as a whole.
"""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_NICER = 5
"""Who answers goes first on the processor."""
_FILE_SIZE = 64_000_000
"""Bytes of the largest file that such a process may write: an index of the cache."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What such a process may use."""

    memory: int = 1_200_000_000
    """Bytes of address space; building an index of 4,200 phrasings takes 580 million (measured)."""
    seconds: float = 60.0
    """Of the clock; of the processor twice as many, for it may use two."""


@asynccontextmanager
async def running(module: str) -> AsyncIterator[Process]:
    """`python -m module` with pipes at both ends; it is ended with all its children when the block is left.

    Args:
        module: one of ours that calls `limit` first.
    """
    root = Path(__file__).parents[2]
    environment = {
        "PATH": os.defpath,
        "PYTHONPATH": str(root),
        "PYTHONDONTWRITEBYTECODE": "1",
        # Measured on a busy machine: with two threads of algebra they wait for each other, and an index takes
        # twice the time.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        stdin=PIPE,
        stdout=PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd="/",
        env=environment,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        await asyncio.shield(process.wait())


async def hand_over(process: Process, header: bytes, files: Mapping[str, bytes]) -> None:
    """Write one line and some files to a process; one that ended before is no fault here."""
    stdin = process.stdin
    if stdin is None:
        return
    with suppress(BrokenPipeError, ConnectionResetError):
        stdin.write(header + b"\n" + str(len(files)).encode() + b"\n")
        for name, data in files.items():
            encoded = name.encode("utf-8", "surrogatepass")
            stdin.write(f"{len(encoded)} {len(data)}\n".encode() + encoded + data)
            await stdin.drain()


def take_files() -> dict[str, bytes]:
    """In the process: the files that were handed over, after the line before them."""
    source = sys.stdin.buffer
    files = {}
    for _ in range(int(source.readline())):
        name, size = source.readline().split()
        path = source.read(int(name)).decode("utf-8", "surrogatepass")
        files[path] = source.read(int(size))
    return files


def limit(limits: Limits) -> None:
    """In the process: bound what it may use, before anything that is not ours is looked at."""
    os.nice(_NICER)
    seconds = max(1, int(2 * limits.seconds))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE_SIZE, _FILE_SIZE))
