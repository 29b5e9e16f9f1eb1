"""A second opinion on everything the bot sends: aiogram's method models and Telegram's own text parser.

Both come from people who do not know this project. What they object to is a complaint; tests end by asking
for none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import tdjson
from aiogram import methods
from aiogram.types import BufferedInputFile, InlineKeyboardMarkup
from pydantic import ValidationError

from bot.offline.html import HtmlProblem, read_html
from bot.offline.model import Upload

_MODELS: Final[Mapping[str, type[methods.TelegramMethod[Any]]]] = {
    model.__name__.lower(): model
    for name in methods.__all__
    if name != "TelegramMethod"
    and isinstance(model := getattr(methods, name), type)
    and issubclass(model, methods.TelegramMethod)
}
_TEXTS: Final = ("text", "caption")
_JSON: Final = frozenset(
    {
        "allowed_updates",
        "button",
        "caption_entities",
        "commands",
        "entities",
        "link_preview_options",
        "menu_button",
        "reply_markup",
        "reply_parameters",
        "results",
        "scope",
    }
)


def objections(
    method: str, values: Mapping[str, object], files: Mapping[str, Upload] | None = None
) -> Iterator[str]:
    """What aiogram and Telegram's parser have against a call.

    Args:
        method: its name, in any case.
        values: its arguments as they came, of a form (texts) or of JSON.
        files: parts of the body that are files.
    """
    model = _MODELS.get(method.lower())
    if model is None:
        yield f"{method}: there is no such method"
        return
    arguments: dict[str, object] = {name: _decoded(name, value) for name, value in values.items()}
    for name, file in (files or {}).items():
        if name in model.model_fields:
            arguments[name] = BufferedInputFile(file.content, filename=file.name)
    for name in arguments.keys() - model.model_fields.keys():
        yield f"{method}: it takes no {name}"
    try:
        model.model_validate(arguments)
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_input=False):
            yield f"{method}: {'.'.join(map(str, problem['loc']))}: {problem['msg']}"
    results = arguments.get("results")
    holders = [arguments, *(results if isinstance(results, list) else ())]
    for holder in holders:
        yield from (f"{method}: {complaint}" for complaint in _markup_objections(holder.get("reply_markup")))
    for text, mode in _texts(arguments):
        if mode.lower() == "html":
            yield from (f"{method}: {complaint}" for complaint in _text_objections(text))


def parse_html(text: str) -> dict[str, Any]:
    """What Telegram's own parser says of `text` as HTML: a `formattedText` or an `error`."""
    mode = {"@type": "textParseModeHTML"}
    return execute({"@type": "parseTextEntities", "text": text, "parse_mode": mode})


def find_entities(text: str) -> dict[str, Any]:
    """The entities that Telegram itself finds in a plain text."""
    return execute({"@type": "getTextEntities", "text": text})


def execute(request: Mapping[str, object]) -> dict[str, Any]:
    """Ask TDLib something that needs no login and no network."""
    answer = tdjson.td_execute(json.dumps(request).encode())
    result: dict[str, Any] = json.loads(answer or b"{}")
    return result


def _markup_objections(markup: object) -> Iterator[str]:
    """aiogram takes any object for some kind of markup, so an inline keyboard is looked at by itself."""
    if not isinstance(markup, dict) or "inline_keyboard" not in markup:
        return
    try:
        keyboard = InlineKeyboardMarkup.model_validate(markup)
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_input=False):
            yield f"reply_markup: {'.'.join(map(str, problem['loc']))}: {problem['msg']}"
        return
    for row in keyboard.inline_keyboard:
        for button in row:
            for name in button.model_extra or ():
                yield f"reply_markup: a button takes no {name}"


def _text_objections(text: str) -> Iterator[str]:
    theirs = parse_html(text)
    if theirs["@type"] == "error":
        yield theirs["message"]
        return
    try:
        ours = read_html(text)
    except HtmlProblem as problem:
        yield f"Telegram reads what we refuse: {problem}"
        return
    if ours.text != theirs["text"] or len(ours.entities) != len(theirs["entities"]):
        yield "Telegram reads the text in another way than we do"


def _texts(arguments: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    mode = str(arguments.get("parse_mode", ""))
    for name in _TEXTS:
        if name in arguments:
            yield str(arguments[name]), mode
    results = arguments.get("results")
    for result in results if isinstance(results, list) else ():
        content = result.get("input_message_content") or {}
        yield str(content.get("message_text", "")), str(content.get("parse_mode", ""))


def _decoded(name: str, value: object) -> object:
    if name in _JSON and isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


execute({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0})
