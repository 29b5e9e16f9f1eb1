"""What Telegram finds in the texts that people type: commands, mentions, links, mail addresses.

Only what a bot can act on is found, and only as far as bots see it; `tests/offline/test_entities.py` compares
the commands with Telegram's own finder.
"""

from __future__ import annotations

import re
from typing import Final

from bot.offline.formatted import Entity, utf16_length

_COMMAND: Final = re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/@<>])")
_MENTION: Final = re.compile(r"(?<![\w/@])@[A-Za-z0-9_]{4,32}(?!\w)")
_MAIL: Final = re.compile(r"[\w.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\b", re.IGNORECASE)
_URL: Final = re.compile(
    r"(?<![\w@.])(?:https?://[^\s<>\"]+|(?:[a-z0-9-]+\.)+(?:com|org|net|eu|de|fr|uk|io|me|ai)\b(?:/[^\s<>\"]*)?)",
    re.IGNORECASE,
)


def find_entities(text: str) -> tuple[Entity, ...]:
    """The entities of a text that a person typed, by their place."""
    found: list[Entity] = []
    taken: list[tuple[int, int]] = []
    for kind, pattern in (("url", _URL), ("email", _MAIL), ("mention", _MENTION), ("bot_command", _COMMAND)):
        for match in pattern.finditer(text):
            begin, end = match.span()
            if kind == "url":
                end = begin + len(match[0].rstrip(".,;:!?)'"))
            if any(begin < other_end and other_begin < end for other_begin, other_end in taken):
                continue
            taken.append((begin, end))
            found.append(Entity(kind, utf16_length(text[:begin]), utf16_length(text[begin:end])))
    return tuple(sorted(found, key=lambda entity: entity.offset))


def commands_of(text: str) -> tuple[str, ...]:
    """The commands in `text`, such as `/start@some_bot`."""
    return tuple(match[0] for match in _COMMAND.finditer(text))
