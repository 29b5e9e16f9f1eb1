"""The limits of what a bot may send: texts, keyboards, commands, with Telegram's words for each refusal."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from telegram.constants import (
    BotCommandLimit,
    InlineKeyboardButtonLimit,
    InlineKeyboardMarkupLimit,
    MessageLimit,
    ReplyLimit,
)

from bot.offline.arguments import Arguments
from bot.offline.errors import bad_request
from bot.offline.formatted import Entity, Formatted, trim, utf16_length
from bot.offline.html import HtmlProblem, checked_link, read_html
from bot.offline.model import Button, Json
from bot.offline.state import escaped

MOST_COMMANDS: Final = int(BotCommandLimit.MAX_COMMAND_NUMBER)
_RAW_BYTES: Final = 32_768
"""Above this many bytes a text is refused unread (tdlib/telegram-bot-api, Client.cpp)."""

_COMMAND: Final = re.compile(r"[a-z0-9_]+")
_LANGUAGE: Final = re.compile(r"(?:[a-z]{2})?")
_KINDS: Final = (
    "callback_data",
    "url",
    "copy_text",
    "switch_inline_query",
    "switch_inline_query_current_chat",
)
_OTHER_KINDS: Final = ("web_app", "login_url", "switch_inline_query_chosen_chat", "callback_game", "pay")


def read_words(arguments: Arguments, name: str, *, caption: bool = False) -> tuple[Formatted, str]:
    """A text or caption: its words with entities, and the same as HTML.

    Raises:
        Refused: too long, empty, or it cannot be parsed.
    """
    return check_words(
        arguments.text(name),
        arguments.text("parse_mode"),
        entities=arguments.json("entities"),
        caption=caption,
    )


def check_words(
    source: str, parse_mode: str, *, entities: Any = None, caption: bool = False
) -> tuple[Formatted, str]:
    """As `read_words`, for a text that stands somewhere else in the arguments."""
    if not source and not caption:
        raise bad_request("message text is empty")
    if len(source.encode("utf-8", "replace")) > _RAW_BYTES:
        raise bad_request("text is too long")
    match parse_mode.lower():
        case "html":
            try:
                formatted, html = read_html(source), source
            except HtmlProblem as problem:
                raise bad_request(f"can't parse entities: {problem}") from None
        case "" | "none":
            formatted, html = Formatted(source, tuple(_given(entities))), escaped(source)
        case _:
            raise bad_request(f"unsupported parse_mode (this Telegram reads HTML, not {parse_mode})")
    formatted = trim(formatted)
    if not formatted.text and not caption:
        raise bad_request("text must be non-empty")
    room = MessageLimit.CAPTION_LENGTH if caption else MessageLimit.MAX_TEXT_LENGTH
    if utf16_length(formatted.text) > int(room):
        raise bad_request("message caption is too long" if caption else "message is too long")
    return formatted, html


def read_markup(markup: Any) -> tuple[Json | None, tuple[tuple[Button, ...], ...]]:
    """The reply markup and, of an inline keyboard, its buttons.

    Raises:
        Refused: Telegram would not show it.
    """
    if not markup:
        return None, ()
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" not in markup:
        _check_other_keyboard(markup)
        return markup, ()
    rows = tuple(
        tuple(_button(button) for button in _array(row, "inline_keyboard"))
        for row in _array(markup["inline_keyboard"], "inline_keyboard")
    )
    total = sum(len(row) for row in rows)
    if total > int(InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER) or any(
        len(row) > int(InlineKeyboardMarkupLimit.BUTTONS_PER_ROW) for row in rows
    ):
        raise bad_request("reply markup is too long")
    return (markup if total else None), tuple(row for row in rows if row)


def read_commands(commands: Any) -> tuple[Json, ...]:
    """The commands of a menu.

    Raises:
        Refused: too many, or one is too long or has other signs than a-z, 0-9 and _.
    """
    if not isinstance(commands, list):
        raise bad_request("can't parse commands JSON object")
    if len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    checked = []
    for entry in commands:
        if not isinstance(entry, dict):
            raise bad_request("can't parse BotCommand: expected an Object")
        command = str(entry.get("command", "")).strip().removeprefix("/")
        description = str(entry.get("description", "")).strip()
        if not command:
            raise bad_request("command must be non-empty")
        if len(command) > int(BotCommandLimit.MAX_COMMAND):
            raise bad_request(f"command length must not exceed {int(BotCommandLimit.MAX_COMMAND)}")
        if not _COMMAND.fullmatch(command):
            raise bad_request("BOT_COMMAND_INVALID")
        if not description:
            raise bad_request("command description must be non-empty")
        if len(description) > int(BotCommandLimit.MAX_DESCRIPTION):
            raise bad_request(
                f"command description length must not exceed {int(BotCommandLimit.MAX_DESCRIPTION)}"
            )
        checked.append({"command": command, "description": description})
    return tuple(checked)


def read_language(arguments: Arguments) -> str:
    """The two letters of `language_code`, or nothing.

    Raises:
        Refused: it is something else.
    """
    code = arguments.text("language_code")
    if not _LANGUAGE.fullmatch(code):
        raise bad_request("invalid language code specified")
    return code


def _button(button: Any) -> Button:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: InlineKeyboardButton should be an Object")
    label = button.get("text")
    if not isinstance(label, str):
        problem = 'Field "text" must be of type String' if "text" in button else 'Can\'t find field "text"'
        raise bad_request(f"can't parse inline keyboard button: {problem}")
    if not label.strip():
        raise bad_request("REPLY_MARKUP_INVALID")
    kind = next((kind for kind in _KINDS if button.get(kind) is not None), None)
    if kind is None:
        if any(kind in button for kind in _OTHER_KINDS):
            return Button(label, "other", "")
        raise _unallowed()
    value = button[kind]
    if kind == "callback_data":
        least, most = InlineKeyboardButtonLimit.MIN_CALLBACK_DATA, InlineKeyboardButtonLimit.MAX_CALLBACK_DATA
        if value == "":
            raise _unallowed()
        if not int(least) <= len(str(value).encode()) <= int(most):
            raise bad_request("BUTTON_DATA_INVALID")
        return Button(label, "data", str(value))
    if kind == "url":
        if checked_link(str(value)) is None:
            raise bad_request(f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL")
        return Button(label, "url", str(value))
    if kind == "copy_text":
        text = str(value.get("text", "")) if isinstance(value, dict) else ""
        least, most = InlineKeyboardButtonLimit.MIN_COPY_TEXT, InlineKeyboardButtonLimit.MAX_COPY_TEXT
        if not int(least) <= len(text) <= int(most):
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
        return Button(label, "copy", text)
    return Button(label, "inline", str(value))


def _unallowed() -> Exception:
    return bad_request(
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
    )


def _check_other_keyboard(markup: Json) -> None:
    if "keyboard" in markup:
        for row in _array(markup["keyboard"], "keyboard"):
            for button in _array(row, "keyboard"):
                label = button.get("text") if isinstance(button, dict) else button
                if not isinstance(label, str) or not label:
                    raise bad_request('can\'t parse keyboard button: Field "text" must be of type String')
    elif not markup.get("remove_keyboard") and not markup.get("force_reply"):
        raise bad_request("can't parse reply keyboard markup JSON object")
    placeholder = str(markup.get("input_field_placeholder", ""))
    if len(placeholder) > int(ReplyLimit.MAX_INPUT_FIELD_PLACEHOLDER):
        raise bad_request("input field placeholder is too long")


def _array(value: Any, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise bad_request(f'field "{name}" of the InlineKeyboardMarkup should be an Array of Arrays')
    return value


def _given(entities: Any) -> Iterable[Entity]:
    for entity in entities if isinstance(entities, list) else ():
        yield Entity(
            kind=str(entity["type"]),
            offset=int(entity["offset"]),
            length=int(entity["length"]),
            url=entity.get("url"),
            language=entity.get("language"),
        )
