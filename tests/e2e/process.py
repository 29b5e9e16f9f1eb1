"""`advisor run` as a process of its own, against a Bot API server on this machine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.support.cache import CACHE

TOKEN = "123456789:CANARYcanaryCANARYcanaryCANARYcan12"
"""Has the form of a real token, and words that a search finds."""


def environment(data: Path, api: str, **more: str) -> dict[str, str]:
    """What the process sees: nothing of this one's settings."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("ADVISOR_", "TELEGRAM_"))
    }
    return kept | {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": api,
        "ADVISOR_DATA_DIR": str(data),
        "ADVISOR_OPERATOR_NAME": "The testers",
        "ADVISOR_OPERATOR_CONTACT": "t@example.org",
        "ADVISOR_CACHE_DIR": str(CACHE),
        "ADVISOR_HEALTH_LISTEN": "off",
        "ADVISOR_SEND_RATE": "0",
        "ADVISOR_CHAT_RATE": "0",
        **more,
    }


@contextmanager
def running(environ: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The bot, from its start to SIGTERM; what it writes goes to `log`."""
    with log.open("ab") as sink:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"], env=dict(environ), stdout=sink, stderr=subprocess.STDOUT
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                raise
