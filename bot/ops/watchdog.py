"""Ends a process that can no longer work, so that whatever runs it starts a new one.

It watches from a thread of its own: an event loop that stands still cannot notice that it does.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.ops.pulse import Pulse

EXIT_CODE = 1


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds.

    Attributes:
        loop: for which the event loop may stand still.
        silence: for which Telegram may accept what we send and never answer. More than the longest poll,
            which is 50, and its answer's 10; less than 90 with `farewell`.
        farewell: for an orderly end, after it was asked for.
        look: from one look to the next.
    """

    loop: float = 30.0
    silence: float = 75.0
    farewell: float = 12.0
    look: float = 1.0


USUAL_LIMITS = Limits()


class Watchdog:
    """Watches the event loop and Telegram.

    Args:
        pulse: when Telegram last answered.
        ask: called from the thread to ask for an orderly end, with the reason; must not wait.
        limits: durations.
        end: ends the process at once, with a code.
        clock: seconds that never go back.
    """

    def __init__(
        self,
        pulse: Pulse,
        ask: Callable[[str], None],
        *,
        limits: Limits = USUAL_LIMITS,
        end: Callable[[int], None] = os._exit,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pulse = pulse
        self._ask = ask
        self._limits = limits
        self._end = end
        self._clock = clock
        self._beat = self._seen = clock()
        self._asked: float | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._beat = self._seen = self._clock()
        self._thread.start()

    def beat(self) -> None:
        """The event loop runs; to be called there, more often than its limit."""
        self._beat = self._clock()

    def stop(self) -> None:
        """Watch no longer."""
        self._over.set()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join(5)

    def look(self) -> None:
        """Look once; called by the thread."""
        now = self._clock()
        slept, self._seen = now - self._seen > self._limits.loop / 2, now
        if slept:  # the whole process stood still, and not the loop alone: it gets its chance first
            self._beat = now
            self._pulse.unreachable()
            return
        if now - self._beat > self._limits.loop:
            self._finish(f"the event loop stood still for {self._limits.loop:g} seconds")
        elif self._asked is not None:
            if now - self._asked > self._limits.farewell:
                self._finish("it did not come to an end in time")
        elif self._pulse.silence > self._limits.silence:
            self._asked = now
            self._ask(f"Telegram accepted and did not answer for {self._limits.silence:g} seconds")

    def _watch(self) -> None:
        while not self._over.wait(self._limits.look):
            self.look()

    def _finish(self, reason: str) -> None:
        # Neither the logs nor a buffered stream: either may be what everything waits for.
        line = f"advisor: {reason}; ending, so that a new start can help.\n"
        os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, line.encode())
        self._over.set()
        self._end(EXIT_CODE)
