"""From screens to messages: the only place that writes HTML, escapes it and knows its length limits.

A message holds 4,096 UTF-16 units after Telegram has parsed it. What is longer is split between blocks,
and a block that is too long alone between lines, words, and at last anywhere, with every tag closed in
each part and opened anew in the next.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from telegram.constants import MessageLimit

from bot.chat.blocks import (
    Block,
    Button,
    Code,
    Document,
    Folded,
    Heading,
    Items,
    Link,
    Moment,
    Paragraph,
    Preformatted,
    Screen,
    Span,
    Strong,
)

_ROOM = int(MessageLimit.MAX_TEXT_LENGTH)
_HTML_BYTES = 30_000
"""Telegram refuses raw texts above 32,768 bytes before it parses them."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """One message, ready to be sent.

    Attributes:
        html: the text for `parse_mode=HTML`.
        plain: the same words without markup, for the terminal and for a refused HTML.
        keyboard: rows of buttons under it.
        documents: files that follow it.
        preview: whether Telegram may draw a preview of the first link.
    """

    html: str
    plain: str
    keyboard: tuple[tuple[Button, ...], ...] = ()
    documents: tuple[Document, ...] = ()
    preview: bool = False


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of text with one form, the smallest thing that is split."""

    text: str
    opening: str = ""
    closing: str = ""

    def html(self) -> str:
        return f"{self.opening}{html.escape(self.text, quote=False)}{self.closing}"


@dataclass(frozen=True, slots=True)
class _Part:
    """Pieces that are wrapped together (a quotation, a block of code)."""

    pieces: tuple[_Piece, ...]
    opening: str = ""
    closing: str = ""
    tight: bool = False

    @property
    def plain(self) -> str:
        return "".join(piece.text for piece in self.pieces)

    @property
    def html(self) -> str:
        return f"{self.opening}{''.join(piece.html() for piece in self.pieces)}{self.closing}"


def render(screen: Screen) -> tuple[Rendered, ...]:
    """The messages that show `screen`: one, or several when it is too long for one.

    Buttons and documents go with the last. A screen without any text becomes a single dash, since
    Telegram refuses an empty message.
    """
    groups = list(_fill(part for block in screen.blocks for part in _parts(block)))
    last = len(groups) - 1
    return tuple(
        Rendered(
            html=markup,
            plain=plain,
            keyboard=screen.rows if index == last else (),
            documents=screen.documents if index == last else (),
            preview=screen.preview,
        )
        for index, (markup, plain) in enumerate(groups)
    )


def utf16_length(text: str) -> int:
    """The length of `text` as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _fill(parts: Iterable[_Part]) -> Iterator[tuple[str, str]]:
    markup, plain = "", ""
    previous: _Part | None = None
    for part in chain.from_iterable(map(_split, parts)):
        gap = "" if previous is None else "\n" if previous.tight and part.tight else "\n\n"
        longer_plain, longer_markup = plain + gap + part.plain, markup + gap + part.html
        fits = utf16_length(longer_plain) <= _ROOM and len(longer_markup.encode()) <= _HTML_BYTES
        if previous is not None and not fits:
            yield markup, plain
            markup, plain = part.html, part.plain
        else:
            markup, plain = longer_markup, longer_plain
        previous = part
    yield (markup, plain) if plain.strip() else ("–", "–")


def _parts(block: Block) -> Iterator[_Part]:
    match block:
        case Heading(text):
            yield _Part((_Piece(_clean(text), "<b>", "</b>"),))
        case Paragraph(spans):
            yield _Part(tuple(_piece(span) for span in spans))
        case Items(items):
            for item in items:
                yield _Part((_Piece("– "), *(_piece(span) for span in item)), tight=True)
        case Folded(lines):
            pieces: list[_Piece] = []
            for index, line in enumerate(lines):
                pieces += [_Piece("\n")] if index else []
                pieces += [_piece(span) for span in line]
            yield _Part(tuple(pieces), "<blockquote expandable>", "</blockquote>")
        case Preformatted(text):
            yield _Part((_Piece(_clean(text)),), "<pre>", "</pre>")


def _piece(span: Span) -> _Piece:
    match span:
        case str():
            return _Piece(_clean(span))
        case Strong(text):
            return _Piece(_clean(text), "<b>", "</b>")
        case Code(text):
            return _Piece(_clean(text), "<code>", "</code>")
        case Moment(text, at):
            return _Piece(_clean(text), f'<tg-time unix="{int(at.timestamp())}" format="wDt">', "</tg-time>")
        case Link(text, url):
            return _Piece(_clean(text), f'<a href="{html.escape(url, quote=True)}">', "</a>")


def _clean(text: str) -> str:
    """Without what Telegram would refuse or draw strangely: NUL, lone surrogates, other controls."""
    kept = "".join(sign for sign in text if sign in "\n\t" or (sign >= " " and sign != "\x7f"))
    return kept.encode("utf-8", "ignore").decode("utf-8")


def _split(part: _Part) -> Iterator[_Part]:
    """`part`, or several of its kind that each fit into a message."""
    if _fits(part.plain):
        yield part
        return
    room: list[_Piece] = []
    for piece in part.pieces:
        for text in _cut(piece.text):
            smaller = _Piece(text, piece.opening, piece.closing)
            if room and not _fits("".join(p.text for p in room) + text):
                yield _Part(tuple(room), part.opening, part.closing, part.tight)
                room = []
            room.append(smaller)
    if room:
        yield _Part(tuple(room), part.opening, part.closing, part.tight)


def _fits(text: str) -> bool:
    return utf16_length(text) <= _ROOM and len(html.escape(text).encode()) <= _HTML_BYTES - 2_000


def _cut(text: str) -> Iterator[str]:
    """Stretches of `text` of at most a quarter of a message, cut at lines or words where there are any."""
    while len(text) > _ROOM // 4:
        window = text[: _ROOM // 4]
        at = max(window.rfind("\n") + 1, 0) or window.rfind(" ") + 1 or len(window)
        yield text[:at]
        text = text[at:]
    if text:
        yield text
