"""`python -m tests.bench.flood`: what one member who sends a thousand messages a second costs the others.

Twenty people a second ask, each once, first by themselves and then beside that one member. Shown is how
long they wait, from the question to the answer's arrival at Telegram, which takes 60 ms a call; and how
often the one member was told that one message at a time is enough.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.e2e.running import running, wait_for_polls
from tests.support.double import Remote, spawn

LATENCY = 0.06
FLOODER = 13
_FIRST = 100_000
_STEP = 0.1
QUESTION = "how do i stop linkedin training ai on my posts"


@dataclass(frozen=True, slots=True)
class Waits:
    """How long people waited.

    Attributes:
        half, most, last: seconds for half of them, for 99 of 100, and for the last.
        sent: messages of the one member.
        told: messages that this one got, answers and notices.
    """

    half: float
    most: float
    last: float
    sent: int
    told: int


def measure(kind: str, *, seconds: float, a_second: int, flood: int) -> Waits:
    """Let people ask for `seconds`.

    Args:
        kind: see `tests.e2e.running.command`.
        seconds: how long.
        a_second: questions of the others.
        flood: messages of the one member, a second.
    """
    with (
        tempfile.TemporaryDirectory() as folder,
        spawn("--latency", f"{LATENCY}") as double,
        running(kind, double, Path(folder) / "data") as process,
    ):
        wait_for_polls(double, 0, process)
        double.do("say", user=_FIRST - 1, text=QUESTION)
        double.idle(within=60, quiet=0.5)
        over = threading.Event()
        sent = [0]
        flooding = threading.Thread(target=_flood, args=(double, flood, over, sent))
        flooding.start()
        asked: dict[int, float] = {}
        try:
            for number in range(int(seconds * a_second)):
                asked[_FIRST + number] = time.time()
                double.do("say", user=_FIRST + number, text=QUESTION)
                time.sleep(max(0.0, 1 / a_second - (time.time() - asked[_FIRST + number])))
        finally:
            over.set()
            flooding.join()
        double.idle(within=120, quiet=1)
        journal = double.journal()
    waits, told = [], 0
    for entry in journal:
        if entry["method"].lower() == "sendmessage":
            chat = int(entry["chat_id"])
            told += chat == FLOODER
            if since := asked.pop(chat, None):
                waits.append(datetime.fromisoformat(entry["at"]).timestamp() - since)
    if asked:
        raise RuntimeError(f"{len(asked)} were not answered")
    waits.sort()
    return Waits(waits[len(waits) // 2], waits[len(waits) * 99 // 100], waits[-1], sent[0], told)


def _flood(double: Remote, a_second: int, over: threading.Event, sent: list[int]) -> None:
    began = time.monotonic()
    while a_second and not over.wait(_STEP / 2):
        due = int((time.monotonic() - began) * a_second) - sent[0]
        if due > 0:
            people = {"count": due, "members": 1, "first_member": FLOODER, "text": "and again {n}"}
            double.ask("POST", "/flood", people)
            sent[0] += due


def main() -> int:
    """Print the table; exit 1 when the others' 99 % more than doubles."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.flood", description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--a-second", type=int, default=20, help="questions of the others")
    parser.add_argument("--flood", type=int, default=1000, help="messages of the one member, a second")
    parser.add_argument("--bots", nargs="+", default=["advisor", "advisor-hooked"])
    options = parser.parse_args()
    failed = False
    say(f"{'':<20}{'one member sends':>18}{'half':>9}{'99 %':>9}{'last':>9}{'told':>7}   (ms)")
    for kind in options.bots:
        calm = measure(kind, seconds=options.seconds, a_second=options.a_second, flood=0)
        loud = measure(kind, seconds=options.seconds, a_second=options.a_second, flood=options.flood)
        for waits in (calm, loud):
            half, most, last = (1000 * one for one in (waits.half, waits.most, waits.last))
            say(f"{kind:<20}{waits.sent:>18}{half:>9.0f}{most:>9.0f}{last:>9.0f}{waits.told:>7}")
        failed |= loud.most > 2 * calm.most
    return 1 if failed else 0


def say(line: str) -> None:
    """A line for the terminal, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
