"""What Telegram shows of the bot before anybody writes: commands and descriptions, in every language."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
from telegram import Bot, BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats
from telegram.error import TelegramError

from bot.chat.handlers.commands import menu
from bot.chat.wording import SOURCE_LANGUAGE, Words, words_for

log = structlog.get_logger(__name__)


async def furnish(bot: Bot, languages: tuple[str, ...]) -> None:
    """Set commands and descriptions; a failure is logged and harms nothing, the next start tries again."""
    for code in languages:
        words = words_for(code)
        tag = None if code == SOURCE_LANGUAGE else code
        for set_one in _furnishings(bot, words, tag):
            try:
                await set_one()
            except TelegramError as error:
                log.warning("storefront_not_set", language=code, kind=type(error).__name__)
                return


def _furnishings(bot: Bot, words: Words, tag: str | None) -> list[Callable[[], Awaitable[bool]]]:
    _ = words.text
    private = [BotCommand(name, about) for name, about in menu(words, private=True)]
    groups = [BotCommand(name, about) for name, about in menu(words, private=False)]
    long = _(
        "Ask me what platforms do with your posts to train AI, how to stop it, and which rights you have.\n\n"
        "A program answers, from checked texts with sources. No legal advice. "
        "Bot chats are not end-to-end encrypted. Never send a password or code."
    )
    short = _("What platforms do with your data to train AI, how to stop it, and your rights.")
    return [
        lambda: bot.set_my_commands(private, scope=BotCommandScopeAllPrivateChats(), language_code=tag),
        lambda: bot.set_my_commands(groups, scope=BotCommandScopeAllGroupChats(), language_code=tag),
        lambda: bot.set_my_description(long, language_code=tag),
        lambda: bot.set_my_short_description(short, language_code=tag),
    ]
