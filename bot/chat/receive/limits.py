"""The durations and bounds of receiving, each with its measured default."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """Every duration, in seconds.

    Attributes:
        poll: how long Telegram may hold an empty answer; it allows 50.
        hold: how long one update may hold back the others. With writing it down and asking anew nobody waits
            more than 2 seconds longer.
        stall: how long nothing at all may become confirmable before something is let go. While the floor
            moves nobody is held back by one update; they are merely many, and letting go would risk them.
        soon: from an answer to the next question when the floor moved but not all is done. Less makes more
            questions with fewer new updates each: 433 instead of 545 updates a second at 60 ms.
        idle: between two questions when it did not move; sooner, Telegram gives one update.
        grace: to finish what is in work when the bot stops.
        retry: the first and the longest pause before a transient fault is tried again.
        back_off: the first and the longest pause after Telegram could not be asked.
        trial: how long one update is tried alone, in a crash loop, before the next is.
        notice: for which a person who was told to send one at a time is not told again.
        look: from one look at what dead processes left to the next, by webhook.
        give_up: how long an update that came by webhook and cannot be let go keeps its connection. Telegram
            brings it again, and meets the one in work.
    """

    poll: int = 50
    hold: float = 1.75
    stall: float = 0.5
    soon: float = 0.2
    idle: float = 0.55
    grace: float = 8.0
    retry: tuple[float, float] = (0.1, 5.0)
    back_off: tuple[float, float] = (0.5, 15.0)
    trial: float = 30.0
    notice: float = 60.0
    look: float = 2.0
    give_up: float = 10.0


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much may be let go before the floor waits and the backlog stays with Telegram.

    Attributes:
        per_person: released and unfinished updates of one person.
        overall: of all.
    """

    per_person: int = 20
    overall: int = 256


USUAL_TIMING = Timing()
USUAL_BOUNDS = Bounds()
