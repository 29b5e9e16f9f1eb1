"""`python -m tests.bench.chat`: updates a second and CPU an update, against python-telegram-bot, in one run.

Every bot answers the same messages of many people; the double runs on another core and takes no, or 60 ms
for each call. Ours confirms an update only after it was answered, by polling and by webhook; the others, by
polling, confirm it before.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.running import cpu_seconds, running, wait_for_polls
from tests.support.double import spawn

BOTS = {
    "plain": "python-telegram-bot, httpx",
    "plain-concurrent": "the same, 32 updates at a time",
    "plain-transport": "the same, 256 at a time, our transport",
    "ours": "our receiving and sending, an echo",
    "ours-hooked": "the same by webhook, 100 connections",
    "advisor": "Privacy Advisor, answering questions",
    "advisor-hooked": "the same by webhook, 100 connections",
}
QUESTIONS = (
    "how do i stop linkedin training ai on my posts",
    "since when does linkedin use my data",
    "can i object under gdpr",
    "how do i bake bread",
)


@dataclass(frozen=True, slots=True)
class Speed:
    """What one bot did.

    Attributes:
        done: messages sent.
        seconds: it took.
        cpu: seconds of CPU that it used.
    """

    done: int
    seconds: float
    cpu: float


def measure(kind: str, *, latency: float, messages: int, longest: float) -> Speed:
    """Let people write `messages` at once and count for at most `longest` seconds.

    Args:
        kind: see `tests.e2e.running.command`.
        latency: seconds that a call to Telegram takes.
        messages: from as many people.
        longest: seconds.
    """
    with tempfile.TemporaryDirectory() as folder, spawn("--latency", f"{latency}") as double:
        with running(kind, double, Path(folder) / "data", rate=0) as process:
            wait_for_polls(double, 0, process)
            time.sleep(1.0)
            _flood(double.ask, 200, first=1000)
            double.idle(within=20, quiet=0.3)
            before, cpu = len(double.journal()), cpu_seconds(process)
            _flood(double.ask, messages, first=100_000)
            began = time.monotonic()
            done = 0
            while done < messages and time.monotonic() - began < longest:
                time.sleep(0.02)
                done = double.state()["journal"] - before
            speed = Speed(done, time.monotonic() - began, cpu_seconds(process) - cpu)
            if kind.startswith("plain"):
                process.kill()
        return speed


def _flood(ask: object, count: int, *, first: int) -> None:
    assert callable(ask)
    share = count // len(QUESTIONS)
    for number, text in enumerate(QUESTIONS):
        people = {"count": share, "members": share, "first_member": first + number * share, "text": text}
        ask("POST", "/flood", people)


def main() -> int:
    """Print the table; exit 1 when ours at 60 ms is slower than 500 a second, or 900 by webhook."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.chat", description=__doc__)
    parser.add_argument("--messages", type=int, default=4000)
    parser.add_argument("--longest", type=float, default=12.0, help="seconds for one measurement")
    parser.add_argument("--bots", nargs="+", default=list(BOTS))
    options = parser.parse_args()
    slow = False
    say(f"{'':<42}{'API':>7}{'updates/s':>12}{'CPU ms/update':>16}{'updates':>10}")
    for latency in (0.0, 0.06):
        for kind in options.bots:
            speed = measure(kind, latency=latency, messages=options.messages, longest=options.longest)
            rate, cpu = speed.done / speed.seconds, 1000 * speed.cpu / max(1, speed.done)
            say(f"{BOTS[kind]:<42}{1000 * latency:>4.0f} ms{rate:>12.0f}{cpu:>16.2f}{speed.done:>10}")
            slow |= latency > 0 and rate < {"ours": 500, "ours-hooked": 900}.get(kind, 0)
    return 1 if slow else 0


def say(line: str) -> None:
    """A line for the terminal, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
