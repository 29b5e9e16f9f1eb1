"""What is known before a question is read."""

from __future__ import annotations

from dataclasses import dataclass

from bot.knowledge.model import Surface


@dataclass(frozen=True, slots=True)
class Context:
    """The member's language and region, and what was talked about last (design.md, Follow-ups)."""

    language: str = "en"
    region: str | None = None
    entry: str | None = None
    platform: str | None = None
    surface: Surface | None = None
