"""What a question turned out to mean."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.knowledge.model import Dispute, Surface
from bot.matching.place import Device


class UnknownReason(StrEnum):
    """Why a question is not answered."""

    FOREIGN = "foreign"  # it is about a platform that we know by name and do not cover
    REFUSED = "refused"  # it nearly is a sentence that must not be answered
    UNCLEAR = "unclear"  # nothing is near enough
    EMPTY = "empty"  # it holds no word


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that a question may mean; the score is about a probability (0 to 1, sometimes above)."""

    entry: str
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood on the way, for every outcome."""

    candidates: tuple[Candidate, ...] = ()
    """Best first, at most three, also when the outcome is unknown."""
    language: str = "en"
    """The language of the index that won."""
    platform: str | None = None
    """Id of a covered platform that the question names."""
    surface: Surface | None = None
    """Where the person uses it, when they say so."""
    followed: bool = False
    """True when the question was understood only with what was talked about before."""
    moved_to: str | None = None
    """Region that a sentence of place implies. To be asked, never assumed."""
    repairs: tuple[tuple[str, str], ...] = ()
    """Words that were read as other words: (as typed, as read)."""
    mobile: bool = False
    """True for "on my phone" and "in the app": ios or android, the question does not say which."""

    @property
    def device(self) -> Device:
        """On what the person uses it, as far as they say."""
        return Device(self.surface, self.mobile)


@dataclass(frozen=True, slots=True)
class Answer:
    """One entry, surely enough to show it at once."""

    entry: str
    reading: Reading
    premises: tuple[Dispute, ...] = ()
    """Refuted statements that the question takes for true; to be corrected before anything else."""
    also: str | None = None
    """The entry for the second part of a question that has two."""


@dataclass(frozen=True, slots=True)
class Suggestions:
    """One to three entries, one of which is probably meant."""

    entries: tuple[str, ...]
    reading: Reading


@dataclass(frozen=True, slots=True)
class Unknown:
    """No entry is near enough."""

    reason: UnknownReason
    reading: Reading
    foreign: str | None = None
    """Name of the platform that the question is about and that is not covered."""


Outcome = Answer | Suggestions | Unknown
