"""`python -m tests.e2e.kill_loop`: what kill -9 costs, ours and plain python-telegram-bot in one run.

Before each round people leave a hundred questions, each person one. The bot is killed one second after it
began to receive, and started again. After the last round it may come to rest. Counted is who was never
answered, and who was answered twice without a word that this may be a repeat. Then: what one update of ten
seconds among 3,000 costs the others.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.e2e.bots import REPEAT
from tests.e2e.running import answers, polls, running, wait_for_polls
from tests.support.double import Fault, Remote, spawn

OURS = ("advisor", "ours")
MARKS = (REPEAT, "This may be a repeat")
LATENCY = 0.06
"""Seconds that a call to Telegram takes."""
_FIRST_MEMBER = 10_000


@dataclass(frozen=True, slots=True)
class Losses:
    """What became of the questions.

    Attributes:
        asked: how many there were, each by a person of its own.
        unanswered: never answered.
        twice: answered more than once.
        unmarked: answered more than once, and a later answer does not say so.
    """

    asked: int
    unanswered: int
    twice: int
    unmarked: int

    def line(self, name: str) -> str:
        """For the terminal."""
        return f"{name:<34}{self.asked:>7}{self.unanswered:>12}{self.twice:>10}{self.unmarked:>22}"


HEAD = f"{'':<34}{'asked':>7}{'unanswered':>12}{'twice':>10}{'twice, not marked':>22}"


def kill_rounds(
    kind: str, *, rounds: int, questions: int = 100, alive: float = 1.0, marks: tuple[str, ...] = MARKS
) -> Losses:
    """Kill a bot again and again.

    Args:
        kind: see `tests.e2e.running.command`.
        rounds: how often.
        questions: that wait before each start.
        alive: seconds from its first question to Telegram to the kill, give or take 0.15, so that the kills
            fall into different moments of sending.
        marks: words that say that an answer may be a repeat.
    """
    with tempfile.TemporaryDirectory() as folder, spawn("--latency", f"{LATENCY}") as double:
        data = Path(folder) / "data"
        for number in range(rounds):
            _ask(double, questions, first=_FIRST_MEMBER + number * questions)
            before = polls(double)
            with running(kind, double, data) as process:
                wait_for_polls(double, before, process)
                time.sleep(alive + 0.3 * (number / max(1, rounds - 1) - 0.5))
                process.kill()
        with running(kind, double, data) as process:
            wait_for_polls(double, polls(double), process)
            double.idle(within=120, quiet=1.0)
        sent = answers(double)
    members = range(_FIRST_MEMBER, _FIRST_MEMBER + rounds * questions)
    several = [texts for member in members if len(texts := [text for text, _ in sent.get(member, [])]) > 1]
    unmarked = [texts for texts in several if any(not any(m in text for m in marks) for text in texts[1:])]
    return Losses(
        asked=rounds * questions,
        unanswered=sum(member not in sent for member in members),
        twice=len(several),
        unmarked=len(unmarked),
    )


@dataclass(frozen=True, slots=True)
class Lateness:
    """How long people waited, in seconds from the question: half, nearly all, and the last."""

    half: float
    most: float
    last: float

    def __sub__(self, other: Lateness) -> Lateness:
        return Lateness(self.half - other.half, self.most - other.most, self.last - other.last)


def one_slow(kind: str, *, questions: int = 3000, slow: bool) -> Lateness:
    """Let many people ask at once, the answer to one of them taking ten seconds or not."""
    with tempfile.TemporaryDirectory() as folder, spawn("--latency", f"{LATENCY}") as double:
        data = Path(folder) / "data"
        with running(kind, double, data, rate=0) as process:
            wait_for_polls(double, 0, process)
            time.sleep(1.0)
            slow_one = _FIRST_MEMBER + 50
            if slow:
                double.plan(Fault("delay", method="sendMessage", chat_id=slow_one, seconds=9.9))
            began = datetime.fromisoformat(double.state()["now"])
            _ask(double, questions, first=_FIRST_MEMBER)
            double.idle(within=120, quiet=1.0)
            process.kill()
        waits = sorted(
            (datetime.fromisoformat(sent[0][1]) - began).total_seconds()
            for member, sent in answers(double).items()
            if member != slow_one
        )
    if len(waits) < questions - 1:
        raise RuntimeError(f"only {len(waits)} of {questions} were answered")
    return Lateness(waits[len(waits) // 2], waits[len(waits) * 99 // 100], waits[-1])


def _ask(double: Remote, count: int, *, first: int) -> None:
    double.ask(
        "POST",
        "/flood",
        {"count": count, "members": count, "first_member": first, "text": "how do i stop linkedin {n}"},
    )


def main() -> int:
    """Print both tables; exit 1 when ours lost something or repeated it without saying so."""
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.kill_loop", description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--bots", nargs="+", default=["advisor", "ours", "plain", "plain-concurrent"])
    options = parser.parse_args()
    names = {
        "advisor": "Privacy Advisor",
        "ours": "our receiving, an echo",
        "plain": "python-telegram-bot",
        "plain-concurrent": "python-telegram-bot, 32 at a time",
    }
    failed = False
    say(f"kill -9 about one second after receiving began, {options.rounds} times, 100 questions before each")
    say(HEAD)
    for kind in options.bots:
        losses = kill_rounds(kind, rounds=options.rounds)
        say(losses.line(names[kind]))
        failed |= kind in OURS and losses.unanswered + losses.unmarked > 0
    say("\none update of 10 seconds among 3,000: seconds until people are answered")
    say(f"{'':<34}{'half':>8}{'99 %':>8}{'last':>8}")
    for kind in OURS:
        if kind in options.bots:
            without, with_one = one_slow(kind, slow=False), one_slow(kind, slow=True)
            for name, waits in (("without", without), ("with", with_one), ("later by", with_one - without)):
                say(f"{names[kind] + ', ' + name:<34}{waits.half:>8.2f}{waits.most:>8.2f}{waits.last:>8.2f}")
    return 1 if failed else 0


def say(line: str) -> None:
    """A line for the terminal, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
