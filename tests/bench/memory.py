"""`python -m tests.bench.memory`: time to the first answer, and memory over many questions, beside a peer.

Every question is a golden one from the knowledge base, in turn and from ever other people; the peer is
python-telegram-bot as its documentation shows it, which says "answer". Memory is what the process holds
(VmRSS); it must not grow in the second half.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from bot.knowledge.load import load
from bot.knowledge.location import default_folder
from tests.bench.chat import BOTS, say
from tests.e2e.running import running
from tests.support.double import Remote, spawn

MOST = 150.0
"""MiB that the bot may hold at the end."""
GROWTH = 0.05
"""Share by which the second half may add to it: what an allocator does not give back is no leak."""
COLUMNS = (
    ("first answer", 13),
    ("at start", 11),
    ("at half", 11),
    ("at the end", 12),
    ("questions", 11),
    ("a second", 10),
)
_BATCH = 400


@dataclass(frozen=True, slots=True)
class Held:
    """What one bot held.

    Attributes:
        first_answer: seconds from its start to the first answer.
        begun, half, end: MiB after the first answer, after half of the questions, after all.
        asked: questions.
        rate: of them a second.
    """

    first_answer: float
    begun: float
    half: float
    end: float
    asked: int
    rate: float


def questions() -> tuple[str, ...]:
    """Every golden question in English."""
    base = load(default_folder()).base
    assert base is not None
    return tuple(one.text for one in base.languages["en"].golden)


def measure(kind: str, *, asked: int, texts: tuple[str, ...]) -> Held:
    """Start a bot, ask `asked` questions, and look at what it holds."""
    with tempfile.TemporaryDirectory() as folder, spawn() as double:
        began = time.monotonic()
        with running(kind, double, Path(folder) / "data", rate=0) as process:
            _ask(double, ["is it too late to opt out"], first=1)
            _wait(double, 1, process)
            first_answer = time.monotonic() - began
            begun = resident(process)
            half, at = begun, time.monotonic()
            said = cycle(texts)
            for done in range(0, asked, _BATCH):
                now = double.state()["journal"]
                _ask(double, [next(said) for _ in range(_BATCH)], first=1000 + done)
                _wait(double, now + _BATCH, process)
                if done < asked // 2:
                    half = resident(process)
            rate = asked / (time.monotonic() - at)
            held = Held(first_answer, begun, half, resident(process), asked, rate)
            if kind == "plain":
                process.kill()
        return held


def _ask(double: Remote, texts: list[str], *, first: int) -> None:
    for number, text in enumerate(texts):
        double.ask("POST", "/flood", {"count": 1, "members": 1, "first_member": first + number, "text": text})


def _wait(double: Remote, count: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 120
    while double.state()["journal"] < count:
        if process.poll() is not None:
            raise RuntimeError(f"the bot ended with {process.returncode}")
        if time.monotonic() > end:
            raise TimeoutError("the bot does not answer")
        time.sleep(0.01)


def resident(process: subprocess.Popen[bytes]) -> float:
    """MiB that a process holds in memory."""
    for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("the process is gone")


def main() -> int:
    """Print the table; exit 1 when the bot holds too much, or more and more."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.memory", description=__doc__)
    parser.add_argument("--questions", type=int, default=20_000)
    options = parser.parse_args()
    texts = questions()
    heads = (f"{name:>{width}}" for name, width in COLUMNS)
    say(f"{'':<42}{''.join(heads)}")
    wrong = False
    for kind in ("plain", "advisor"):
        held = measure(kind, asked=options.questions, texts=texts)
        say(
            f"{BOTS[kind]:<42}{held.first_answer:>11.1f} s{held.begun:>7.0f} MiB{held.half:>7.0f} MiB"
            f"{held.end:>8.0f} MiB{held.asked:>11}{held.rate:>10.0f}"
        )
        wrong |= kind == "advisor" and (held.end > MOST or held.end > held.half * (1 + GROWTH))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
