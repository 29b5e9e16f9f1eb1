"""A small picture of bars, drawn and packed here: two numbers a day need no library of their own.

An indexed PNG (PNG specification, RFC 2083): a palette of a few colours, one byte a point, packed with zlib.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

_WHITE, _GREY, _PALE, _STRONG, _BLACK = range(5)
_PALETTE = bytes(
    value
    for colour in ((255, 255, 255), (214, 218, 224), (158, 186, 222), (31, 88, 158), (40, 44, 52))
    for value in colour
)
_WIDTH, _HEIGHT = 700, 320
_LEFT, _BOTTOM, _TOP, _RIGHT = 64, 40, 20, 16
_SCALE = 2
"""How large a point of a digit is drawn."""
_DIGITS = {
    "0": (0b111, 0b101, 0b101, 0b101, 0b111),
    "1": (0b010, 0b110, 0b010, 0b010, 0b111),
    "2": (0b111, 0b001, 0b111, 0b100, 0b111),
    "3": (0b111, 0b001, 0b111, 0b001, 0b111),
    "4": (0b101, 0b101, 0b111, 0b001, 0b001),
    "5": (0b111, 0b100, 0b111, 0b001, 0b111),
    "6": (0b111, 0b100, 0b111, 0b101, 0b111),
    "7": (0b111, 0b001, 0b001, 0b010, 0b010),
    "8": (0b111, 0b101, 0b111, 0b101, 0b111),
    "9": (0b111, 0b101, 0b111, 0b001, 0b111),
}


def draw_bars(pairs: Sequence[tuple[int, int]], *, labels: Sequence[str]) -> bytes:
    """Bars of pairs of numbers: the first pale behind, the second strong in front.

    Args:
        pairs: from left to right, none of them negative.
        labels: digits under each bar.

    Returns:
        A PNG of 700 by 320 points.
    """
    points = [bytearray([_WHITE]) * _WIDTH for _ in range(_HEIGHT)]
    top = round_up(max((max(pair) for pair in pairs), default=0))
    floor, height = _HEIGHT - _BOTTOM, _HEIGHT - _BOTTOM - _TOP
    for part in range(5):
        y = floor - height * part // 4
        _fill(points, _LEFT, y, _WIDTH - _RIGHT, y + 1, _GREY if part else _BLACK)
        text = str(top * part // 4)
        _write(points, text, _LEFT - 8 - _length(text), y - 5)
    room = (_WIDTH - _RIGHT - _LEFT) / max(len(pairs), 1)
    for index, ((behind, front), label) in enumerate(zip(pairs, labels, strict=True)):
        left = round(_LEFT + index * room + room * 0.15)
        right = round(_LEFT + (index + 1) * room - room * 0.15)
        _fill(points, left, floor - height * behind // top, right, floor, _PALE)
        inset = (right - left) // 5
        _fill(points, left + inset, floor - height * front // top, right - inset, floor, _STRONG)
        _write(points, label, (left + right - _length(label)) // 2, floor + 12)
    return _png(points)


def round_up(number: int) -> int:
    """The end of an axis that holds `number`: 4, 8, 20, 40, 80, 200 and so on."""
    end = 4
    while end < number:
        end = end * 5 // 2 if str(end)[0] == "8" else end * 2
    return end


def _fill(points: list[bytearray], left: int, top: int, right: int, bottom: int, colour: int) -> None:
    for y in range(top, bottom):
        points[y][left:right] = bytes([colour]) * (right - left)


def _length(text: str) -> int:
    return len(text) * 4 * _SCALE - _SCALE


def _write(points: list[bytearray], text: str, left: int, top: int) -> None:
    for sign in text:
        for row, bits in enumerate(_DIGITS.get(sign, ())):
            for column in range(3):
                if bits & (0b100 >> column):
                    x, y = left + column * _SCALE, top + row * _SCALE
                    _fill(points, x, y, x + _SCALE, y + _SCALE, _BLACK)
        left += 4 * _SCALE


def _png(points: list[bytearray]) -> bytes:
    raw = b"".join(b"\0" + bytes(row) for row in points)
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 3, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"PLTE", _PALETTE), (b"IDAT", zlib.compress(raw, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
