"""Secrets that a person types by mistake. All of them are made up or are published examples."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.matching.secrets import Secret, find_secret


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("my password is hunter2", Secret.PASSWORD),
        ("My LinkedIn password is Sommer2024! can you turn it off for me", Secret.PASSWORD),
        ("password: abc123", Secret.PASSWORD),
        ("mein Passwort ist geheim123", Secret.PASSWORD),
        ("my card 4111 1111 1111 1111", Secret.CARD),
        ("378282246310005", Secret.CARD),
        ("DE89 3704 0044 0532 0130 00 is where you pay me", Secret.CARD),
        ("ssn 123-45-6789", Secret.IDENTITY),
        ("my Ausweis is T220001293", Secret.IDENTITY),
        ("529.982.247-25", Secret.IDENTITY),
        ("110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1", Secret.TOKEN),
        ("use sk-abcdefghijklmnopqrstuv1234", Secret.TOKEN),
        ("the code is 123456", Secret.CODE),
        ("482913 is my login code", Secret.CODE),
        ("my otp: G-482913", Secret.CODE),
    ],
)
def test_a_secret_is_recognised(text: str, secret: Secret) -> None:
    assert find_secret(text) is secret


@pytest.mark.parametrize(
    "text",
    [
        "is my password used for ai training",
        "my password is not working",
        "my password is stored by linkedin, is that safe",
        "what does linkedin do with passwords and credit cards",
        "did linkedin start on 26.06.2024 or 2025-11-03",
        "call me on +49 170 1234567",
        "my number is 0170 1234567",
        "order number 1234567890123456",
        "4111111111111112",
        "zip code 90210",
        "error code 4030",
        "is there a code of conduct since 2024",
        "article 21 gdpr, 20 million euro, 1000000000 members",
        "my passport expires on 12.05.2027",
        "",
    ],
)
def test_asking_about_secrets_and_plain_numbers_are_none(text: str) -> None:
    assert find_secret(text) is None


@given(st.text(max_size=1000) | st.text(alphabet="0123456789 -.:codepinmyDE", max_size=4096))
@settings(max_examples=100, deadline=None)
def test_any_text_whatever_is_read(text: str) -> None:
    find_secret(text)
