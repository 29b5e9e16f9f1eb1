"""Which updates hold Telegram's offset: the arithmetic of receiving, without a clock or network of its own.

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

    def is_released(self, update_id: int) -> bool:
        """Whether this update is being worked on without holding the floor."""
        return update_id in self._released

    def take(self, ids: Iterable[int], *, asked: int, at: float) -> list[int]:
        """Receive the ids of one answer.

        Args:
            ids: as Telegram sent them.
            asked: the offset that was asked with; the floor may have moved since. An id below it means that
                Telegram began a new sequence, as it may after a week of silence.
            at: seconds, for `oldest` and `held`.

        Returns:
            The ids that are new, lowest first; they are open from now on.
        """
        received = sorted(set(ids))
        if not received:
            return []
        if received[0] < asked:
            self._seen = set(self._open) | self._released
            self._next, self._floor = 0, 0
        new = [number for number in received if number >= self._floor and number not in self._seen]
        for number in new:
            self._seen.add(number)
            self._open[number] = at
        self._next = max(self._next, received[-1] + 1)
        self._settle()
        return new

    def release(self, ids: Iterable[int]) -> None:
        """Let these no longer hold the floor; what is not open is left as it is."""
        for number in ids:
            if self._open.pop(number, None) is not None:
                self._released.add(number)
        self._settle()

    def finish(self, update_id: int) -> None:
        """This update is done with; what is not in work is left as it is."""
        self._released.discard(update_id)
        if self._open.pop(update_id, None) is not None:
            self._settle()

    def oldest(self) -> float | None:
        """When the update that holds the floor came; None when nothing is open."""
        return self._open[self._floor] if self._open else None

    def held(self, before: float) -> list[int]:
        """The updates that hold the floor one after the other and came before `before`, lowest first."""
        found: list[int] = []
        for number in sorted(self._open):
            if self._open[number] > before:
                break
            found.append(number)
        return found

    def _settle(self) -> None:
        """Move the floor to the lowest open update; forget what Telegram will not send again."""
        floor = self._floor
        if not self._open:
            floor = self._next
        elif floor not in self._open:
            floor = min(self._open)
        if floor != self._floor:
            self._floor = floor
            self._seen = {number for number in self._seen if number >= floor}
