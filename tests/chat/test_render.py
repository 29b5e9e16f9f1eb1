"""Rendering: whatever stands in a screen, Telegram accepts it and reads the same words."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.blocks import (
    Block,
    Code,
    Folded,
    Heading,
    Items,
    Link,
    Paragraph,
    Preformatted,
    Press,
    Screen,
    Strong,
    line,
)
from bot.chat.render import render, utf16_length
from tests.support.referee import parse_html

_TEXT = st.text(max_size=300)
_SPAN = st.one_of(
    _TEXT,
    st.builds(Strong, _TEXT),
    st.builds(Code, _TEXT),
    st.builds(Link, _TEXT, st.just('https://example.org/?a=1&b="<2>"')),
)
_LINE = st.lists(_SPAN, min_size=1, max_size=4).map(tuple)
_BLOCK: st.SearchStrategy[Block] = st.one_of(
    st.builds(Heading, _TEXT),
    st.builds(Paragraph, _LINE),
    st.builds(Items, st.lists(_LINE, max_size=4).map(tuple)),
    st.builds(Folded, st.lists(_LINE, max_size=4).map(tuple)),
    st.builds(Preformatted, _TEXT),
)


@given(st.lists(_BLOCK, max_size=8).map(tuple))
def test_every_screen_becomes_messages_that_telegram_parses(blocks: tuple[Block, ...]) -> None:
    for message in render(Screen(blocks=blocks)):
        parsed = parse_html(message.html)
        assert parsed is not None, message.html
        assert 1 <= utf16_length(message.plain) <= 4096


@settings(max_examples=25, deadline=None)
@given(st.text(alphabet=st.sampled_from("aé😀 \n<&"), min_size=3000, max_size=20_000))
def test_long_texts_are_split_and_lose_no_word(text: str) -> None:
    messages = render(Screen(blocks=(line(Strong(text)),)))
    assert "".join(message.plain for message in messages).split() == text.split() or not text.strip()
    assert all(message.html.count("<b>") == message.html.count("</b>") for message in messages)


def test_what_a_person_typed_is_never_markup() -> None:
    (message,) = render(Screen(blocks=(line('<b>&amp;"x"</b>'),)))
    assert message.html == '&lt;b&gt;&amp;amp;"x"&lt;/b&gt;'
    assert message.plain == '<b>&amp;"x"</b>'


def test_buttons_stand_under_the_last_part_alone() -> None:
    screen = Screen(blocks=(line("word " * 3000),), rows=((Press("Go", "1h"),),))
    *earlier, last = render(screen)
    assert earlier
    assert all(not message.keyboard for message in earlier)
    assert last.keyboard == screen.rows


def test_an_empty_screen_is_still_a_message() -> None:
    (message,) = render(Screen(blocks=()))
    assert message.plain


def test_items_stand_close_and_paragraphs_apart() -> None:
    (message,) = render(Screen(blocks=(line("one"), Items((("a",), ("b",))), line("two"))))
    assert message.plain == "one\n\n– a\n– b\n\ntwo"
