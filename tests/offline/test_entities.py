"""The commands we find in plain texts against those that Telegram finds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.offline.entities import find_entities
from tests.support.referee import find_entities as find_theirs


def commands(text: str) -> list[tuple[int, int]]:
    return [(found.offset, found.length) for found in find_entities(text) if found.kind == "bot_command"]


def their_commands(text: str) -> list[tuple[int, int]]:
    return [
        (found["offset"], found["length"])
        for found in find_theirs(text)["entities"]
        if found["type"]["@type"] == "textEntityTypeBotCommand"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "/start",
        "/start payload",
        "/start@privacy_advisor_bot x",
        "say /help, or /ab.",
        "x/start",
        "//help",
        "/help/x",
        "(/help)",
        "</help>",
        ">/1",
        "/1<",
        "/a>",
        "/ab@x",
        "/hélp",
        "é/help",
        "🤖/help🤖",
        "/help-x",
        "_/help",
        "/" + "a" * 65,
        "/123\n/x",
    ],
)
def test_finds_the_commands_that_telegram_finds(text: str) -> None:
    assert commands(text) == their_commands(text)


@settings(max_examples=200, deadline=None)
@given(st.text("/ab_1 é🤖@.-\n<>", max_size=12))
def test_finds_the_same_commands_in_any_text(text: str) -> None:
    assert commands(text) == their_commands(text)


def test_finds_links_mentions_and_addresses() -> None:
    found = find_entities("see https://a.example/x. or linkedin.com, ask @advisor or me@example.org")
    assert [entity.kind for entity in found] == ["url", "url", "mention", "email"]
