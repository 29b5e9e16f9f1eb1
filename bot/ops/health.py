"""Whether the bot is well, asked from outside: each part brings a probe, and here they are put together.

Two questions: is it alive (`/healthz`: would a new start help?) and can it serve now (`/readyz`)? A
database that is down makes it unready and impaired, but not dead: a new start would not bring the database
back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a part is."""

    WELL = "well"
    IMPAIRED = "impaired"
    """It does not serve as it should, and mends by itself or is mended outside."""
    FAILING = "failing"
    """It does not work, and a new start may help."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a probe found.

    Attributes:
        part: what was looked at, in a word.
        state: how it is.
        says: in plain words, without anything about a person.
    """

    part: str
    state: State
    says: str


@dataclass(frozen=True, slots=True)
class Report:
    """All findings."""

    findings: tuple[Finding, ...]

    @property
    def alive(self) -> bool:
        """Whether a new start is not called for."""
        return all(finding.state is not State.FAILING for finding in self.findings)

    @property
    def ready(self) -> bool:
        """Whether it serves as it should."""
        return all(finding.state is State.WELL for finding in self.findings)

    @property
    def line(self) -> str:
        """The worst of it in one line."""
        worse = [finding for finding in self.findings if finding.state is not State.WELL]
        return " ".join(finding.says for finding in worse) or "Everything works."

    def as_json(self) -> dict[str, object]:
        """For `/healthz` and `/readyz`."""
        state = State.WELL if self.ready else State.IMPAIRED if self.alive else State.FAILING
        parts = {one.part: {"state": one.state.value, "says": one.says} for one in self.findings}
        return {"status": state.value, "says": self.line, "parts": parts}


Probe = Callable[[], Awaitable[Finding]]


class Health:
    """Asks all probes.

    Args:
        probes: by the name of their part.
        patience: seconds for one probe; one that takes longer counts as impaired.
    """

    def __init__(self, probes: Sequence[tuple[str, Probe]], *, patience: float = 2.0) -> None:
        self._probes = tuple(probes)
        self._patience = patience

    async def look(self) -> Report:
        """Ask now."""
        return Report(tuple(await asyncio.gather(*(self._ask(part, probe) for part, probe in self._probes))))

    async def _ask(self, part: str, probe: Probe) -> Finding:
        try:
            async with asyncio.timeout(self._patience):
                return await probe()
        except TimeoutError:
            return Finding(part, State.IMPAIRED, f"The {part} did not answer in {self._patience:g} s.")
        except Exception as fault:
            return Finding(
                part, State.IMPAIRED, f"The {part} could not be looked at ({type(fault).__name__})."
            )
