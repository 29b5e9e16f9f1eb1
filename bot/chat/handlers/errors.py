"""What happens when a handler fails: the outcome is recorded, the member is told, no word is logged."""

from __future__ import annotations

import secrets
import traceback
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import structlog
from telegram import Update
from telegram.ext import CallbackContext

from bot.chat.handlers.services import Exchange, Services
from bot.chat.outcome import Outcome, record
from bot.chat.screens.notices import bug_screen

log = structlog.get_logger(__name__)

ErrorCallback = Callable[[object, CallbackContext[Any, Any, Any, Any]], Coroutine[Any, Any, None]]


def on_error(services: Services) -> ErrorCallback:
    """The error handler of the application."""

    async def handle(update: object, context: CallbackContext[Any, Any, Any, Any]) -> None:
        error = context.error
        if error is None or not isinstance(update, Update):
            return
        if record(error) is not Outcome.BUG:
            log.warning("transient_fault", kind=type(error).__name__)
            return
        mark = secrets.token_hex(3)
        log.error("bug", mark=mark, kind=type(error).__name__, where=places(error))
        try:
            exchange = await Exchange.of(update, services)
            await exchange.reply(bug_screen(exchange.viewer, mark=mark))
        except Exception as again:  # the apology is a courtesy; its failure changes nothing
            log.warning("apology_failed", mark=mark, kind=type(again).__name__)

    return handle


def places(error: BaseException) -> list[str]:
    """Where an exception passed, innermost last; never its message, which may hold a person's words."""
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{Path(frame.filename).name}:{frame.lineno}:{frame.name}" for frame in frames]
