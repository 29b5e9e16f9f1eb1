"""Which updates hold Telegram's offset: the arithmetic of receiving, without time or network of its own.

Telegram forgets every update below the offset of a `getUpdates`, and shows at most a hundred from there on.
So the offset is the lowest update that is not done (the floor), and everything above it comes again with
each answer until the floor has passed it.
"""

from __future__ import annotations

from collections.abc import Iterable


class Window:
    """The updates between what Telegram may forget and the newest that was received.

    An update is taken once, then it is open (it holds the floor), perhaps released (still being worked
    on, but no longer holding), and finished.
    """

    __slots__ = ("_floor", "_next", "_open", "_released", "_seen")

    def __init__(self) -> None:
        self._open: dict[int, float] = {}
        self._released: set[int] = set()
        self._seen: set[int] = set()
        self._next = 0
        self._floor = 0

    @property
    def floor(self) -> int:
        """The offset to ask with: Telegram may forget everything below. 0 before the first update."""
        return self._floor

    @property
    def open(self) -> int:
        """How many updates hold the floor, or would."""
        return len(self._open)

    @property
    def released(self) -> int:
        """How many are being worked on without holding the floor."""
        return len(self._released)

    @property
    def unfinished(self) -> int:
        """How many are being worked on."""
        return len(self._open) + len(self._released)

    def is_open(self, update_id: int) -> bool:
        """Whether this update holds the floor, or would."""
        return update_id in self._open

    def take(self, ids: Iterable[int], *, asked: int, at: float) -> list[int]:
        """Receive the ids of one answer.

        Args:
            ids: as Telegram sent them.
            asked: the offset that was asked with. An id below it means that Telegram began a new sequence,
                as it may after a week of silence.
            at: seconds, for `oldest`.

        Returns:
            The ids that are new, lowest first; they are open from now on.
        """
        received = sorted(set(ids))
        if received and received[0] < asked:
            self._seen = set(self._open) | self._released
            self._next = 0
        new = [update_id for update_id in received if update_id not in self._seen]
        for update_id in new:
            self._seen.add(update_id)
            self._open[update_id] = at
        if received:
            self._next = max(self._next, received[-1] + 1)
            self._settle()
        return new

    def release(self, ids: Iterable[int]) -> None:
        """Let these no longer hold the floor; what is not open is left as it is."""
        for update_id in ids:
            if self._open.pop(update_id, None) is not None:
                self._released.add(update_id)
        self._settle()

    def finish(self, update_id: int) -> None:
        """This update is done with; what is not in work is left as it is."""
        self._released.discard(update_id)
        if self._open.pop(update_id, None) is not None:
            self._settle()

    def head(self) -> tuple[int, float] | None:
        """The open update that holds the floor, and when it came; None when nothing is open."""
        if not self._open:
            return None
        update_id = self._floor if self._floor in self._open else min(self._open)
        return update_id, self._open[update_id]

    def _settle(self) -> None:
        before = self._floor
        if not self._open:
            self._floor = self._next
        elif self._floor not in self._open:
            self._floor = min(self._open)
        if self._floor > before:
            self._seen = {update_id for update_id in self._seen if update_id >= self._floor}
