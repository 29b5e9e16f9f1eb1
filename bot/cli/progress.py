"""How far long work is, in one line that is written over; nothing where nobody watches."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bot.storage.digests import Progress, silent

_EVERY = 0.1
_WIDTH = 60


@contextmanager
def shown_progress() -> Iterator[Progress]:
    """A line on standard error when that is a terminal, taken away at the end."""
    if not sys.stderr.isatty():
        yield silent
        return
    written = 0.0

    def show(what: str, done: int, total: int) -> None:
        nonlocal written
        if time.monotonic() - written < _EVERY:
            return
        written = time.monotonic()
        far = f" {100 * done // total} %" if total else (f" {done:,}" if done else "")
        sys.stderr.write(f"\r{(what + far)[:_WIDTH]:<{_WIDTH}}")
        sys.stderr.flush()

    try:
        yield show
    finally:
        sys.stderr.write(f"\r{'':<{_WIDTH}}\r")
        sys.stderr.flush()
