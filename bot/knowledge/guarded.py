"""Loading a folder that nobody trusts, in a process that may die of it.

`load` has limits of its own. This is the second wall, for what people upload: memory and time are capped by
the system, the child gets no environment (so no token), and the asker reads only a list of problems.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bot.knowledge.load import load
from bot.knowledge.problems import Problem, Severity

TIMEOUT = 10.0
"""Seconds of real time that a check may take; the real content takes a tenth of one."""
MAX_MEMORY = 1_000_000_000
"""Bytes of address space of the child."""
MAX_QUOTED = 300
"""Characters of one message: texts of the file are quoted in it."""
MAX_TOLD = 200
"""Problems that are handed back."""


@dataclass(frozen=True, slots=True)
class GuardedResult:
    """What a check in the limited process found."""

    revision: str | None
    """The revision that the folder would be; None when it has errors."""
    problems: tuple[Problem, ...]


def check_guarded(folder: Path, *, timeout: float = TIMEOUT, max_memory: int = MAX_MEMORY) -> GuardedResult:
    """Load `folder` in a limited process and hand back what is wrong with it.

    It blocks; call it in a thread from async code (`asyncio.to_thread`).

    Args:
        folder: A folder such as `load` takes.
        timeout: Seconds, of the clock and of the processor, after which the process is ended.
        max_memory: Bytes of address space.

    Returns:
        The problems. A process that ended early is a problem, too, at the folder itself. Never raises for
        what stands in the files.
    """
    command = [
        sys.executable,
        "-m",
        "bot.knowledge.guarded",
        str(folder.absolute()),
        str(timeout),
        str(max_memory),
    ]
    root = Path(__file__).parents[2]
    environment = {"PATH": os.defpath, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module, no shell
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=timeout,
            cwd="/",
            env=environment,
        )
    except subprocess.TimeoutExpired:
        return _refused(folder, f"Checking it took longer than {timeout:g} seconds.")
    if done.returncode != 0:
        return _refused(folder, "Checking it needed too much time or memory.")
    try:
        return _decode(done.stdout)
    except (ValueError, KeyError, TypeError):
        return _refused(folder, "Checking it ended without a result.")


def _refused(folder: Path, message: str) -> GuardedResult:
    mend = "Leave out what is not knowledge, and divide large files."
    return GuardedResult(None, (Problem(folder.name, 1, 1, message, mend),))


def _decode(data: bytes) -> GuardedResult:
    answer = json.loads(data)
    problems = tuple(
        Problem(
            file=str(one["file"]),
            line=int(one["line"]),
            column=int(one["column"]),
            message=str(one["message"]),
            mend=str(one["mend"]),
            severity=Severity(one["severity"]),
        )
        for one in answer["problems"]
    )
    revision = answer["revision"]
    return GuardedResult(str(revision) if revision else None, problems)


def _encode(problem: Problem) -> dict[str, str | int]:
    return {
        "file": problem.file[:MAX_QUOTED],
        "line": problem.line,
        "column": problem.column,
        "message": problem.message[:MAX_QUOTED],
        "mend": problem.mend[:MAX_QUOTED],
        "severity": problem.severity.value,
    }


def _limit(timeout: float, max_memory: int) -> None:
    seconds = max(1, int(timeout))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (max_memory, max_memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def main() -> None:
    """The limited process: FOLDER TIMEOUT MAX_MEMORY; prints one JSON object."""
    folder, timeout, max_memory = sys.argv[1:4]
    _limit(float(timeout), int(max_memory))
    result = load(Path(folder))
    ordered = (*result.errors, *result.warnings)[:MAX_TOLD]
    answer = {
        "revision": result.base.revision if result.base else None,
        "problems": [_encode(problem) for problem in ordered],
    }
    os.write(sys.stdout.fileno(), json.dumps(answer).encode())


if __name__ == "__main__":
    main()
