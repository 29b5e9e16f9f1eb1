"""The values that screens make and `render` turns into a message: blocks, buttons, a whole screen.

A screen is what is to be said, free of markup, of Telegram and of any limit. Texts are plain; whatever a
person typed may stand in them, for `render` escapes everything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Strong:
    """A piece of text that stands out."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """A piece of text that is typed or copied exactly."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A piece of text that opens `url`."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A time in words that Telegram shows in the reader's own zone where it can.

    Attributes:
        text: the words for everybody else.
        at: the instant, aware.
    """

    text: str
    at: datetime


Span: TypeAlias = str | Strong | Code | Link | Moment


@dataclass(frozen=True, slots=True)
class Heading:
    """The title line of a screen."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line or sentence, made of spans."""

    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """Lines that belong together, each with a dash."""

    items: tuple[tuple[Span, ...], ...]


@dataclass(frozen=True, slots=True)
class Folded:
    """Lines that Telegram shows after a tap."""

    lines: tuple[tuple[Span, ...], ...]


@dataclass(frozen=True, slots=True)
class Preformatted:
    """A text to copy as it is, such as a letter."""

    text: str


Block: TypeAlias = Heading | Paragraph | Items | Folded | Preformatted


@dataclass(frozen=True, slots=True)
class Press:
    """A button that comes back to us with `data` (made by `bot.chat.buttons`, at most 64 bytes)."""

    label: str
    data: str


@dataclass(frozen=True, slots=True)
class Open:
    """A button that opens a link."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Copy:
    """A button that copies a text (at most 256 characters)."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Share:
    """A button that lets a person pick a chat and sends an inline query there."""

    label: str
    query: str


Button: TypeAlias = Press | Open | Copy | Share


@dataclass(frozen=True, slots=True)
class Document:
    """A file that goes with a screen."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Screen:
    """Everything that one answer shows: blocks first, then rows of buttons."""

    blocks: tuple[Block, ...]
    rows: tuple[tuple[Button, ...], ...] = ()
    documents: tuple[Document, ...] = field(default=())
    preview: bool = False
    """True when Telegram may draw a preview of the first link."""


def line(*spans: Span) -> Paragraph:
    """A paragraph of `spans`."""
    return Paragraph(spans)
