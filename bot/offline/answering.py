"""The methods that answer taps and inline queries."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

from telegram.constants import CallbackQueryLimit, InlineQueryLimit, InlineQueryResultLimit

from bot.offline.arguments import Arguments
from bot.offline.checks import check_words, read_markup
from bot.offline.errors import bad_request
from bot.offline.model import CallbackAnswered, Card, InlineAnswered
from bot.offline.state import State

_TOO_OLD: Final = "query is too old and response timeout expired or query ID is invalid"
_START_PAYLOAD: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


def answer_callback_query(state: State, arguments: Arguments) -> bool:
    """answerCallbackQuery."""
    query_id = arguments.text("callback_query_id")
    user_id = _asker(state, state.taps, query_id)
    text = arguments.text("text")
    if len(text) > int(CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH):
        raise bad_request("MESSAGE_TOO_LONG")
    url = arguments.text("url") or None
    if url is not None and not url.startswith(("https://t.me/", "tg://")):
        raise bad_request("URL_INVALID")
    state.tell(CallbackAnswered(query_id, user_id, text or None, arguments.flag("show_alert"), url))
    return True


def answer_inline_query(state: State, arguments: Arguments) -> bool:
    """answerInlineQuery."""
    query_id = arguments.text("inline_query_id")
    user_id = _asker(state, state.inline_queries, query_id)
    results = arguments.json("results")
    if not isinstance(results, list):
        raise bad_request("can't parse results JSON object")
    if len(results) > int(InlineQueryLimit.RESULTS):
        raise bad_request("too many inline query results specified")
    if len(arguments.text("next_offset").encode()) > int(InlineQueryLimit.MAX_OFFSET_LENGTH):
        raise bad_request("NEXT_OFFSET_INVALID")
    button = arguments.json("button") or {}
    if "start_parameter" in button and not _START_PAYLOAD.fullmatch(str(button["start_parameter"])):
        raise bad_request("START_PARAM_INVALID")
    cards = tuple(_card(result) for result in results)
    if len({card.id for card in cards}) < len(cards):
        raise bad_request("RESULT_ID_DUPLICATE")
    state.cards[query_id] = cards
    state.tell(InlineAnswered(query_id, user_id, cards))
    return True


def _asker(state: State, queries: dict[str, tuple[int, datetime]], query_id: str) -> int:
    user_id, expires = queries.get(query_id, (0, None))
    if expires is None or expires <= state.now():
        raise bad_request(_TOO_OLD)
    return user_id


def _card(result: Any) -> Card:
    if not isinstance(result, dict) or not isinstance(result.get("id"), str):
        raise bad_request("can't parse inline query result: Can't find field \"id\"")
    most = int(InlineQueryResultLimit.MAX_ID_LENGTH)
    if not 1 <= len(result["id"].encode()) <= most:
        raise bad_request("RESULT_ID_INVALID")
    if result.get("type") != "article":
        raise bad_request("can't parse inline query result: unsupported type (this Telegram knows articles)")
    title = result.get("title")
    if not title:
        raise bad_request("can't parse inline query result: Can't find field \"title\"")
    content = result.get("input_message_content")
    if not isinstance(content, dict):
        raise bad_request("can't parse inline query result: Can't find field \"input_message_content\"")
    words, html = check_words(
        str(content.get("message_text", "")),
        str(content.get("parse_mode") or ""),
        entities=content.get("entities"),
    )
    markup, rows = read_markup(result.get("reply_markup"))
    return Card(
        id=result["id"],
        title=str(title),
        description=str(result.get("description") or ""),
        text=words.text,
        entities=words.entities,
        html=html,
        rows=rows,
        markup=markup,
    )
