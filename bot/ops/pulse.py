"""When Telegram last answered: a bot that is cut off looks as healthy as one that nobody writes to."""

from __future__ import annotations

import time
from collections.abc import Callable


class Pulse:
    """Told by whatever talks to Telegram, read by the health check and the watchdog.

    Args:
        clock: seconds that never go back.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._answered = self._stirred = clock()
        self._ever = False

    def answered(self) -> None:
        """Telegram gave an answer, whichever."""
        self._answered = self._stirred = self._clock()
        self._ever = True

    def unreachable(self) -> None:
        """Telegram could not be reached at all: it is the network, and a new start would mend nothing."""
        self._stirred = self._clock()

    @property
    def ever(self) -> bool:
        """Whether it has answered at all."""
        return self._ever

    @property
    def age(self) -> float:
        """Seconds since the last answer, or since the start."""
        return self._clock() - self._answered

    @property
    def silence(self) -> float:
        """Seconds for which everything that was sent went unanswered."""
        return self._clock() - self._stirred
