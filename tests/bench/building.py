"""`python -m tests.bench.building`: how long answers take while new knowledge is made ready.

Fifty golden questions a second are asked on one event loop, first with nothing beside them, then while
`bot.editing.preparing` builds every index anew in its own process and sends it over, as it happens when an
editor publishes. Each question has its time to be asked; what it waits for the loop counts too.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from bot.editing.preparing import Prepared, prepare, prints_of
from bot.knowledge.load import load_files
from bot.knowledge.model import KnowledgeBase
from bot.matching.context import Context
from bot.matching.match import match
from bot.matching.snapshot import Snapshot, build_snapshot
from tests.bench.match import say

A_SECOND = 50


async def ask(snapshot: Snapshot, base: KnowledgeBase, ended: asyncio.Event) -> list[float]:
    """Ask until `ended`; milliseconds from the time a question was due to its answer."""
    asked = itertools.cycle(
        [(code, one.text) for code in base.languages for one in base.languages[code].golden]
    )
    took: list[float] = []
    started = time.perf_counter()
    for number, (code, text) in enumerate(asked):
        due = started + number / A_SECOND
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        match(snapshot, text, Context(language=code))
        took.append((time.perf_counter() - due) * 1000)
        if ended.is_set():
            break
    return took


def report(name: str, took: list[float]) -> None:
    """One line."""
    import numpy as np

    p50, p99, most = (float(np.percentile(took, part)) for part in (50, 99, 100))
    say(f"{name:<16}{len(took):>6} questions  p50 {p50:6.2f} ms  p99 {p99:6.2f} ms  longest {most:7.2f} ms")


async def measure(files: Mapping[str, bytes], seconds: float) -> None:
    """Two rounds of questions."""
    base = load_files(files).base
    if base is None:
        sys.exit("The knowledge has problems: see `advisor knowledge check`.")
    with tempfile.TemporaryDirectory() as name, tempfile.TemporaryDirectory() as empty:
        snapshot = build_snapshot(base, cache=Path(name))
        present = Prepared(snapshot, dict.fromkeys(prints_of(base), ""))  # so every index counts as new
        ended = asyncio.Event()
        asyncio.get_running_loop().call_later(seconds, ended.set)
        report("nothing beside", await ask(snapshot, base, ended))
        ended = asyncio.Event()

        async def build() -> float:
            begun = time.perf_counter()
            await prepare(files, cache=Path(empty), present=present)
            ended.set()
            return time.perf_counter() - begun

        took, built = await asyncio.gather(ask(snapshot, base, ended), build())
        report("while building", took)
        say(f"Built in {built:.1f} s: {', '.join(sorted(snapshot.indexes))}.")


def main() -> None:
    """Print two lines."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--knowledge", type=Path, default=Path("knowledge"))
    parser.add_argument("--seconds", type=float, default=10.0, help="of the round with nothing beside")
    chosen = parser.parse_args()
    files = {
        path.relative_to(chosen.knowledge).as_posix(): path.read_bytes()
        for path in sorted(chosen.knowledge.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }
    asyncio.run(measure(files, chosen.seconds))


if __name__ == "__main__":
    main()
