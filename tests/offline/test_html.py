"""Our reader of Telegram's HTML against Telegram's own."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.offline.formatted import Entity, Formatted, trim, utf16_length
from bot.offline.html import HtmlProblem, read_html
from tests.support.referee import parse_html

_KIND = {
    "Bold": "bold",
    "Italic": "italic",
    "Underline": "underline",
    "Strikethrough": "strikethrough",
    "Spoiler": "spoiler",
    "Code": "code",
    "Pre": "pre",
    "PreCode": "pre",
    "TextUrl": "text_link",
    "MentionName": "text_mention",
    "BlockQuote": "blockquote",
    "ExpandableBlockQuote": "expandable_blockquote",
    "CustomEmoji": "custom_emoji",
    "DateTime": "date_time",
}


def theirs(text: str) -> object:
    answer = parse_html(text)
    if answer["@type"] == "error":
        return answer["message"]
    return answer["text"], sorted(
        (
            _KIND[entity["type"]["@type"].removeprefix("textEntityType")],
            entity["offset"],
            entity["length"],
            str(entity["type"].get("url")),
            str(entity["type"].get("user_id")),
            str(entity["type"].get("language")),
        )
        for entity in answer["entities"]
    )


def ours(text: str) -> object:
    try:
        read = read_html(text)
    except HtmlProblem as problem:
        return f"Can't parse entities: {problem}"
    return read.text, sorted(
        (
            entity.kind,
            entity.offset,
            entity.length,
            str(entity.url),
            str(entity.user_id),
            str(entity.language),
        )
        for entity in read.entities
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<b>bold</b> and <i>italic</i>",
        "<b><i>x</i></b>",
        "<b>a<i>b</b>c</i>",
        "<nope>a",
        "<b>a",
        "a</b>",
        "<b>a</i>",
        "a<",
        "a<>",
        "<b/>",
        "<br/>",
        "<b></",
        "<b>x</>",
        "<b>x</ b>",
        "<B >x</B >",
        "&amp;&lt;&gt;&quot;&nbsp;&#65;&#x41;&bogus;&amp",
        "&#0;&#1114111;&#00000065;&#65x&ltx",
        "&#55357;",
        "<a href='https://example.com/a?b=c#d'>x</a>",
        '<a href="EXAMPLE.com">x</a>',
        "<a href=https://x.y>x</a>",
        "<a href=x.y>x</a>",
        "<a>https://x.y</a>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href='tg://user?id=5'>x</a>",
        "<a href='tg://resolve?domain=x&amp;start=y'>x</a>",
        "<a href='http://x'>x</a>",
        "<a href='x.y",
        "<a href",
        "<a ",
        "<a =x>",
        '<pre><code class="language-py">x</code></pre>',
        "<code class='language-x'><pre>y</pre></code>",
        "<pre><code>x</code></pre>",
        "<blockquote>q\nw</blockquote>",
        "<blockquote expandable>q</blockquote>",
        '<span class="tg-spoiler">x</span><tg-spoiler>y</tg-spoiler>',
        "<span>x</span>",
        '<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>',
        "<tg-emoji>x</tg-emoji>",
        "🤖<b>🤖</b>é\u0301",
        "a\x00<b\x00>c</b>",
    ],
)
def test_reads_what_telegram_reads(text: str) -> None:
    assert ours(text) == theirs(text)


_TAGS = ["b", "i", "u", "s", "a", "code", "pre", "blockquote", "tg-spoiler", "span", "nope"]
_PIECES = st.sampled_from(
    [
        *(f"<{tag}>" for tag in _TAGS),
        *(f"</{tag}>" for tag in _TAGS),
        "<a href='x.y'>",
        '<a href="https://example.com/z">',
        "<code class='language-py'>",
        "<blockquote expandable>",
        "<span class='tg-spoiler'>",
        "<b a=1>",
        "<i b='c&quot;d'>",
        "</>",
        *("&amp;", "&lt;", "&#65;", "&#x1F600;", "&#xD800;", "&quot", "&", "<", ">", '"', "'", "=", "/"),
        *("x", "é", "🤖", "\u0301", "\x00", "<B", "</B>"),
        "<a href=",
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(_PIECES | st.text(max_size=3), max_size=10).map("".join))
def test_reads_any_text_as_telegram_does(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    assert ours(text) == theirs(text)


def test_trimming_moves_entities_along() -> None:
    trimmed = trim(read_html(" \n<b> 🤖 a</b>  "))
    assert trimmed == Formatted("🤖 a", (Entity("bold", 0, 4),))


def test_a_robot_counts_as_two_units() -> None:
    assert utf16_length("🤖" * 2048) == 4096
