"""A text with what its markup said. Offsets and lengths count UTF-16 units, as the Bot API counts."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Entity:
    """A stretch of text with a form or a meaning.

    Attributes:
        kind: the `type` of the Bot API's MessageEntity.
        offset: of the first sign, in UTF-16 units.
        length: in UTF-16 units.
        url: of a `text_link`.
        user_id: of a `text_mention`.
        language: of a `pre`.
        emoji_id: of a `custom_emoji`.
    """

    kind: str
    offset: int
    length: int
    url: str | None = None
    user_id: int | None = None
    language: str | None = None
    emoji_id: str | None = None


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text without markup and what the markup said."""

    text: str
    entities: tuple[Entity, ...] = ()


def utf16_length(text: str) -> int:
    """The length of `text` in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def trim(formatted: Formatted) -> Formatted:
    """Without white space at both ends, entities moved and shortened accordingly."""
    text = formatted.text.strip()
    if text == formatted.text:
        return formatted
    cut = utf16_length(formatted.text) - utf16_length(formatted.text.lstrip())
    room = utf16_length(text)
    entities = []
    for entity in formatted.entities:
        begin = max(entity.offset - cut, 0)
        end = min(entity.offset + entity.length - cut, room)
        if end > begin:
            entities.append(replace(entity, offset=begin, length=end - begin))
    return Formatted(text, tuple(entities))
