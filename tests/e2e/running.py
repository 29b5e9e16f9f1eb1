"""Bots as processes, for the kill loop and the bench."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.offline.state import TOKEN
from tests.support.cache import CACHE
from tests.support.double import Remote

ROOT = Path(__file__).parents[2]
_TICKS = os.sysconf("SC_CLK_TCK")


def command(kind: str, double: Remote, data: Path) -> list[str]:
    """How a bot is started: `advisor` is the whole bot, the others are in `tests.e2e.bots`.

    One whose name ends in `-hooked` lets Telegram bring its updates.
    """
    if kind.startswith("advisor"):
        return [sys.executable, "-m", "bot", "run"]
    return [sys.executable, "-m", "tests.e2e.bots", kind, double.url, str(data)]


@contextmanager
def running(
    kind: str, double: Remote, data: Path, *, rate: float = 30.0
) -> Iterator[subprocess.Popen[bytes]]:
    """A bot, ended with SIGTERM when it still runs at the end.

    Args:
        kind: see `command`.
        double: its Telegram.
        data: its folder, kept from one run to the next.
        rate: messages a second, for ours; 0 is without limit.
    """
    data.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": double.url,
        "ADVISOR_DATA_DIR": str(data),
        "ADVISOR_SEND_RATE": f"{rate:g}",
        "ADVISOR_CHAT_RATE": "1" if rate else "0",
        "ADVISOR_OPERATOR_NAME": "Test",
        "ADVISOR_OPERATOR_CONTACT": "test@example.org",
        "ADVISOR_LOG_LEVEL": "ERROR",
        "ADVISOR_HEALTH_LISTEN": "off",
        "ADVISOR_CACHE_DIR": str(CACHE),
    }
    if kind.endswith("-hooked"):
        address = f"127.0.0.1:{free_port()}"
        environment |= {
            "ADVISOR_WEBHOOK_URL": f"http://{address}",
            "ADVISOR_WEBHOOK_SECRET": "secret-of-the-tests-0123456789",
            "ADVISOR_WEBHOOK_LISTEN": address,
        }
    process = subprocess.Popen(
        command(kind, double, data),
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(timeout=30)


def wait_for_polls(
    double: Remote, since: int, process: subprocess.Popen[bytes], within: float = 90.0
) -> None:
    """Wait until the bot asks for updates, with `since` calls of `getUpdates` before.

    Raises:
        RuntimeError: it ended, or did not ask in time.
    """
    ends = time.monotonic() + within
    while polls(double) <= since and not double.state()["webhook"]:
        if process.poll() is not None or time.monotonic() > ends:
            raise RuntimeError("the bot did not begin to receive")
        time.sleep(0.01)


def free_port() -> int:
    """A port that nobody has; somebody may take it, but not likely."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def polls(double: Remote) -> int:
    """How often updates were asked for."""
    return int(double.state()["calls"].get("getupdates", 0))


def cpu_seconds(process: subprocess.Popen[bytes]) -> float:
    """CPU time of a process so far, user and system (Linux)."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def answers(double: Remote) -> dict[int, list[tuple[str, str]]]:
    """What each chat was sent: text and instant, in order."""
    found: dict[int, list[tuple[str, str]]] = {}
    for entry in double.journal():
        if entry["method"].lower() == "sendmessage":
            found.setdefault(entry["chat_id"], []).append((entry["arguments"]["text"], entry["at"]))
    return found
