"""The referee lets right calls pass and objects to wrong ones."""

from __future__ import annotations

import json

import pytest

from bot.offline.model import Upload
from tests.support.referee import objections


def test_right_calls_pass() -> None:
    keyboard = {"inline_keyboard": [[{"text": "Start", "callback_data": "1s"}]]}
    form = {
        "chat_id": "7",
        "text": "<b>Off</b>",
        "parse_mode": "HTML",
        "reply_markup": json.dumps(keyboard),
        "disable_notification": "true",
    }
    assert list(objections("sendMessage", form)) == []
    as_json = form | {"chat_id": 7, "reply_markup": keyboard, "disable_notification": True}
    assert list(objections("sendMessage", as_json)) == []
    assert list(objections("sendDocument", {"chat_id": "7"}, {"document": Upload("a.ics", b"x")})) == []
    assert list(objections("getUpdates", {"offset": "5", "allowed_updates": '["message"]'})) == []


@pytest.mark.parametrize(
    ("method", "values", "words"),
    [
        ("sendMesage", {}, "there is no such method"),
        ("sendMessage", {"chat_id": "7"}, "text: Field required"),
        ("sendMessage", {"chat_id": "7", "text": "x", "colour": "red"}, "takes no colour"),
        (
            "sendMessage",
            {"chat_id": "7", "text": "x", "reply_markup": '{"inline_keyboard": [{}]}'},
            "reply_markup",
        ),
        ("sendMessage", {"chat_id": "7", "text": "<b>x", "parse_mode": "HTML"}, "Can't find end tag"),
        ("editMessageText", {"text": "x", "message_id": "one"}, "message_id"),
    ],
)
def test_wrong_calls_do_not(method: str, values: dict[str, object], words: str) -> None:
    assert any(words in objection for objection in objections(method, values))
