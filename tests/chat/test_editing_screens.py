"""Screens of editors that are drawn and counted: the picture, the table, small numbers, long lists."""

from __future__ import annotations

import struct
import zlib
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.constants import MessageLimit

from bot.chat.render import render, utf16_length
from bot.chat.screens.editing.chart import draw_bars, round_up
from bot.chat.screens.editing.stats import DAYS, blurred, rounded, stats_screen
from bot.chat.screens.editing.work import conflict_screen, part_screen, question_screen, queue_screen
from bot.chat.screens.viewer import Viewer
from bot.chat.wording import available_languages, words_for
from bot.editing.work import Clash, Count, Item, Part, Question, State
from tests.support.databases import NOW
from tests.support.knowledge import small_base

TODAY = date(2026, 11, 23)


def viewer(code: str = "en") -> Viewer:
    return Viewer(words=words_for(code), base=small_base(), today=TODAY)


def unpack(png: bytes) -> tuple[int, int, bytes]:
    """Width, height and points of a picture, with every check sum looked at."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at, chunks = 8, dict[bytes, bytes]()
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", png, at + 8 + length)[0] == zlib.crc32(kind + data)
        chunks[kind] = data
        at += 12 + length
    assert list(chunks) == [b"IHDR", b"PLTE", b"IDAT", b"IEND"]
    width, height, depth, colours = struct.unpack_from(">IIBB", chunks[b"IHDR"])
    assert (depth, colours) == (8, 3)
    points = zlib.decompress(chunks[b"IDAT"])
    assert len(points) == height * (width + 1)
    assert max(points) < len(chunks[b"PLTE"]) // 3
    return width, height, points


@given(pairs=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), max_size=20))
def test_any_numbers_make_a_picture(pairs: list[tuple[int, int]]) -> None:
    width, height, _points = unpack(draw_bars(pairs, labels=["17"] * len(pairs)))
    assert (width, height) == (700, 320)


def test_a_higher_number_is_a_higher_bar() -> None:
    filled = [unpack(draw_bars([(100, number)], labels=["1"]))[2].count(3) for number in (0, 25, 50, 100)]
    assert filled == sorted(set(filled))


@pytest.mark.parametrize(
    ("number", "end"), [(0, 4), (4, 4), (5, 8), (9, 20), (21, 40), (81, 200), (201, 400)]
)
def test_the_axis_ends_at_a_round_number(number: int, end: int) -> None:
    assert round_up(number) == end


@pytest.mark.parametrize(("number", "shown"), [(0, "0"), (1, "<5"), (4, "<5"), (5, "5"), (123, "123")])
def test_small_numbers_are_blurred(number: int, shown: str) -> None:
    assert blurred(number) == shown


def test_a_blurred_part_cannot_be_reckoned_from_the_whole() -> None:
    def text(suggested: int) -> str:
        numbers = {
            (TODAY, Count.ASKED): 20 + suggested,
            (TODAY, Count.ANSWERED): 20,
            (TODAY, Count.SUGGESTED): suggested,
        }
        return render(stats_screen(numbers, viewer()))[0].plain

    assert len({text(number) for number in (1, 2, 3, 4)}) == 1
    assert rounded(24) == "20+"
    assert rounded(3) == "<5"


@pytest.mark.parametrize("code", available_languages())
def test_two_weeks_of_large_numbers_fit_into_a_message(code: str) -> None:
    numbers = {(TODAY - timedelta(days=ago), count): 9999 + ago for ago in range(DAYS + 3) for count in Count}
    (message,) = render(stats_screen(numbers, viewer(code)))
    assert utf16_length(message.plain) < MessageLimit.MAX_TEXT_LENGTH
    table = [line for line in message.plain.splitlines() if line[:2].isdecimal()]
    assert len(table) == DAYS
    assert {len(line) for line in table} == {37}
    unpack(message.documents[0].content)


@pytest.mark.parametrize("code", available_languages())
@pytest.mark.parametrize("part", list(Part))
def test_a_long_part_is_shown_page_by_page(part: Part, code: str) -> None:
    items = [Item(str(number), count=number, extra="1 2 3", days=number) for number in range(1, 100)]
    seen = ""
    for page in range(13):
        (message,) = render(part_screen(part, items, viewer(code), page=page))
        assert len(message.keyboard) <= 20
        seen += message.plain
    assert "99" in seen
    assert render(part_screen(part, items, viewer(code), page=99)) == render(
        part_screen(part, items, viewer(code), page=12)
    )


def test_an_empty_list_says_so() -> None:
    (message,) = render(queue_screen(dict.fromkeys(Part, 0), viewer(), digest=True))
    assert "Nothing. All is checked" in message.plain


def test_two_long_texts_of_a_conflict_fit_into_one_message() -> None:
    clash = Clash(1, "en/x.yaml", "x.y", base=None, ours="a" * 9000, theirs=None)
    (message,) = render(conflict_screen(clash, viewer()))
    assert "(deleted)" in message.plain


def test_a_text_that_cannot_be_opened_is_said_to_be_so() -> None:
    question = Question(3, None, "en", None, State.OPEN, NOW)
    (message,) = render(question_screen(question, (), viewer()))
    assert "cannot be opened" in message.plain
