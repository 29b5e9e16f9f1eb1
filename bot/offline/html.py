"""Telegram's HTML, read as Telegram reads it: the words, their entities, and the same errors.

The rules were found by asking Telegram's own parser (tdjson, `parseTextEntities`), which
`tests/offline/test_html.py` does again on many inputs. Offsets and lengths count UTF-16 units, as the Bot
API counts; positions in errors count bytes of UTF-8.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from string import ascii_letters, digits
from typing import Final

from bot.offline.formatted import Entity, Formatted

_NAMED: Final = {b"lt": "<", b"gt": ">", b"amp": "&", b"quot": '"'}
_SPACE: Final = frozenset(b" \t\r\n\x00\x0b")
_TOKEN: Final = frozenset(b".-" + (ascii_letters + digits).encode())
_KIND: Final = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
    "a": "text_link",
    "pre": "pre",
    "code": "code",
    "blockquote": "blockquote",
}
_RANK: Final = {
    "blockquote": 0,
    "expandable_blockquote": 0,
    "pre": 11,
    "code": 20,
    "text_link": 49,
    "text_mention": 49,
    "bold": 90,
    "italic": 91,
    "underline": 92,
    "strikethrough": 93,
    "spoiler": 94,
    "date_time": 98,
    "custom_emoji": 99,
}
_MENTION: Final = re.compile(r"tg:(?://)?user/?\?(?:.*&)?id=([1-9][0-9]{0,18})(?:[&#].*)?", re.IGNORECASE)
_LINK: Final = re.compile(
    r"(?:(?P<scheme>[a-z][a-z0-9.+-]*)://)?(?P<host>[^/?#\s]*)(?P<rest>[/?#].*)?", re.IGNORECASE | re.DOTALL
)


class HtmlProblem(ValueError):  # noqa: N818 - named for what it says
    """A text that Telegram would not read; the words are Telegram's, without any prefix."""


@dataclass(slots=True)
class _Open:
    """A tag that waits for its end."""

    tag: str
    argument: str
    offset: int
    begin: int


@dataclass(slots=True)
class _Found:
    kind: str
    offset: int
    length: int
    argument: str = ""


@dataclass(slots=True)
class _Reader:
    source: bytes
    """The text in UTF-8 with a NUL at its end, as Telegram's parser sees it."""
    at: int = 0
    out: bytearray = field(default_factory=bytearray)
    units: int = 0
    surrogates: bool = False
    open: list[_Open] = field(default_factory=list)
    found: list[_Found] = field(default_factory=list)

    def read(self) -> Formatted:
        end = len(self.source) - 1
        while self.at < end:
            byte = self.source[self.at]
            if byte == ord("<"):
                if self.source[self.at + 1] == ord("/"):
                    self._end_tag()
                else:
                    self._start_tag()
            elif byte != ord("&") or not self._reference():
                self.out.append(byte)
                self.units += 0 if byte & 0xC0 == 0x80 else 2 if byte >= 0xF0 else 1
                self.at += 1
        if self.open:
            raise HtmlProblem(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        if self.surrogates:
            raise HtmlProblem(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )
        entities = sorted(
            (entity for found in self.found if (entity := _entity(found)) is not None),
            key=lambda entity: (entity.offset, -entity.length, _RANK[entity.kind]),
        )
        return Formatted(self.out.decode(), tuple(entities))

    def _reference(self) -> bool:
        code, after = _decode(self.source, self.at)
        if not code:
            return False
        self.at = after
        self.units += 2 if code > 0xFFFF else 1
        self.surrogates = self.surrogates or 0xD800 <= code <= 0xDFFF
        self.out += chr(code).encode("utf-8", "surrogatepass")
        return True

    def _start_tag(self) -> None:
        begin = self.at
        self.at += 1
        tag = self._name(begin + 1)
        if self.source[self.at] == 0:
            raise HtmlProblem(f"Unclosed start tag at byte offset {begin}")
        if tag not in _KIND:
            raise HtmlProblem(f'Unsupported start tag "{tag}" at byte offset {begin}')
        argument = ""
        while self.source[self.at] != ord(">"):
            self._spaces()
            if self.source[self.at] == ord(">"):
                break
            argument = self._attribute(tag, begin, argument)
        if tag == "span" and argument != "spoiler":
            raise HtmlProblem(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        self.open.append(_Open(tag, argument, self.units, len(self.out)))
        self.at += 1

    def _attribute(self, tag: str, begin: int, argument: str) -> str:
        start = self.at
        while self.source[self.at] not in _SPACE and self.source[self.at] not in b"=>/\"'":
            self.at += 1
        name = self.source[start : self.at].decode()
        if not name:
            raise HtmlProblem(f'Empty attribute name in the tag "{tag}" at byte offset {begin}')
        self._spaces()
        if self.source[self.at] != ord("="):
            if self.source[self.at] == 0:
                raise HtmlProblem(f'Unclosed start tag "{tag}" at byte offset {begin}')
            return "1" if (tag, name) == ("blockquote", "expandable") else argument
        self.at += 1
        self._spaces()
        if self.source[self.at] == 0:
            raise HtmlProblem(f'Unclosed start tag "{tag}" at byte offset {begin}')
        value = self._quoted() if self.source[self.at] in b"\"'" else self._token()
        if self.source[self.at] == 0:
            raise HtmlProblem(f"Unclosed start tag at byte offset {begin}")
        match tag, name:
            case ("a", "href") | ("tg-emoji", "emoji-id") | ("tg-time", "unix"):
                return value
            case ("code", "class") if value.startswith("language-"):
                return value.removeprefix("language-")
            case ("span", "class") if value.startswith("tg-"):
                return value.removeprefix("tg-")
            case ("blockquote", "expandable"):
                return "1"
        return argument

    def _token(self) -> str:
        start = self.at
        while chr(self.source[self.at]) in ".-" or (
            chr(self.source[self.at]).isascii() and (chr(self.source[self.at]).isalnum())
        ):
            self.at += 1
        if self.source[self.at] not in _SPACE and self.source[self.at] != ord(">"):
            raise HtmlProblem(f"Unexpected end of name token at byte offset {start}")
        return self.source[start : self.at].decode().lower()

    def _quoted(self) -> str:
        quote = self.source[self.at]
        self.at += 1
        value = bytearray()
        while self.source[self.at] not in (quote, 0):
            if self.source[self.at] == ord("&"):
                code, after = _decode(self.source, self.at)
                if code:
                    value += chr(code).encode("utf-8", "surrogatepass")
                    self.at = after
                    continue
            value.append(self.source[self.at])
            self.at += 1
        if self.source[self.at] == quote:
            self.at += 1
        return value.decode("utf-8", "replace")

    def _end_tag(self) -> None:
        begin = self.at
        if not self.open:
            raise HtmlProblem(f"Unexpected end tag at byte offset {begin}")
        self.at += 1
        name = self._name(begin + 2)
        self._spaces()
        if self.source[self.at] != ord(">"):
            raise HtmlProblem(f"Unclosed end tag at byte offset {begin}")
        tag = self.open.pop()
        if name and name != tag.tag:
            raise HtmlProblem(
                f'Unmatched end tag at byte offset {begin}, expected "</{tag.tag}>", found "</{name}>"'
            )
        self.at += 1
        if self.units > tag.offset:
            self._close(tag)

    def _close(self, tag: _Open) -> None:
        kind, argument = _KIND[tag.tag], tag.argument
        length = self.units - tag.offset
        last = self.found[-1] if self.found else None
        same = last is not None and (last.offset, last.length) == (tag.offset, length)
        if kind == "custom_emoji" and not re.fullmatch(r"-?0*[1-9][0-9]{0,18}", argument):
            raise HtmlProblem("Invalid custom emoji identifier specified")
        if last is not None and same and kind == "pre" and last.kind == "code" and last.argument:
            last.kind = "pre"
            return
        if last is not None and same and kind == "code" and last.kind == "pre" and argument:
            last.argument = last.argument or argument
            return
        if kind == "text_link":
            argument = argument or self.out[tag.begin :].decode("utf-8", "replace")
        self.found.append(_Found(kind, tag.offset, length, argument))

    def _name(self, start: int) -> str:
        while self.source[self.at] not in _SPACE and self.source[self.at] != ord(">"):
            self.at += 1
        return bytes(self.source[start : self.at]).lower().decode()

    def _spaces(self) -> None:
        while self.source[self.at] != 0 and self.source[self.at] in _SPACE:
            self.at += 1


def read_html(text: str) -> Formatted:
    """The words and entities of `text`.

    Raises:
        HtmlProblem: Telegram would refuse it.
    """
    if "<" not in text and "&" not in text:
        return Formatted(text)
    return _Reader(text.encode("utf-8", "replace") + b"\0").read()


def checked_link(url: str) -> str | None:
    """`url` as Telegram would keep it, or None when it is not a link to Telegram."""
    parts = _LINK.fullmatch(url.strip())
    if parts is None:
        return None
    scheme = (parts["scheme"] or "http").lower()
    host, rest = parts["host"].lower(), parts["rest"] or ""
    if scheme in ("tg", "ton", "tonsite"):
        return f"{scheme}://{host}{rest or ('/' if scheme != 'tg' else '')}" if host else None
    if scheme not in ("http", "https"):
        return None
    name = host.rpartition("@")[2].partition(":")[0]
    if "." not in name.strip(".") or ".." in name:
        return None
    rest = rest if rest.startswith("/") else f"/{rest}"
    return f"{scheme}://{host}{rest.replace(' ', '%20')}"


def _entity(found: _Found) -> Entity | None:
    kind, offset, length = found.kind, found.offset, found.length
    match kind:
        case "text_link":
            if mention := _MENTION.fullmatch(found.argument):
                return Entity("text_mention", offset, length, user_id=int(mention[1]))
            url = checked_link(found.argument)
            return Entity("text_link", offset, length, url=url) if url else None
        case "pre":
            return Entity("pre", offset, length, language=found.argument or None)
        case "blockquote" if found.argument:
            return Entity("expandable_blockquote", offset, length)
        case "custom_emoji":
            return Entity("custom_emoji", offset, length, emoji_id=found.argument)
        case "date_time":
            return Entity("date_time", offset, length) if found.argument else None
    return Entity(kind, offset, length)


def _decode(source: bytes, at: int) -> tuple[int, int]:
    """The sign that the reference at `at` stands for and where it ends; 0 when it is none."""
    end = at + 1
    if source[end] == ord("#"):
        end += 1
        base = 16 if source[end] == ord("x") else 10
        end += base == 16
        signs = b"0123456789abcdefABCDEF"[: 10 if base == 10 else 22]
        start = end
        while source[end] in signs:
            end += 1
        code = int(source[start:end] or b"0", base)
        if not 0 < code < 0x10FFFF or end - at >= 10:
            return 0, at
    else:
        while chr(source[end]).isascii() and chr(source[end]).isalpha():
            end += 1
        sign = _NAMED.get(bytes(source[at + 1 : end]))
        if sign is None:
            return 0, at
        code = ord(sign)
    return code, end + (source[end] == ord(";"))
