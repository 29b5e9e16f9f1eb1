"""The door to everything that only editors may do: commands and taps pass here, rights are checked inside.

Whoever has no right to a command is answered exactly as for an unknown one, and only a number goes up.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from telegram import CallbackQuery

from bot.chat.blocks import Screen
from bot.chat.editing_actions import OfEditors
from bot.chat.handlers.services import Exchange
from bot.editing.roles import Actor, NotAllowed, Right
from bot.ops.metrics import EDITING_REFUSED

Run = Callable[[Exchange, Actor, str], Awaitable[Screen | None]]
"""What a command does; the text is what follows it. None when it has answered by itself."""
Tap = Callable[[Exchange, Actor, CallbackQuery, OfEditors], Awaitable[Screen | None]]
"""What a button of editors does; None when it is not its own."""


@dataclass(frozen=True, slots=True)
class EditorCommand:
    """A command of editors.

    Attributes:
        name: without the slash.
        right: whoever lacks it gets the answer for an unknown command.
        run: what it does.
        about: its line in an editor's menu, in English.
    """

    name: str
    right: Right
    run: Run
    about: str


def is_plain_message(exchange: Exchange) -> bool:
    """Whether a person wrote it just now in private: no edit, no forward, no channel, no other bot."""
    message = exchange.update.message
    return (
        message is not None
        and exchange.viewer.private
        and message.forward_origin is None
        and message.sender_chat is None
        and message.via_bot is None
        and message.from_user is not None
        and not message.from_user.is_bot
    )


async def on_editor_command(exchange: Exchange, name: str, text: str) -> bool:
    """Run a command of editors; False when it is none, or not for this person."""
    from bot.chat.handlers.editing.table import COMMANDS

    command = COMMANDS.get(name)
    if command is None:
        return False
    actor = await exchange.services.office.editors.actor(exchange.user.id)
    if actor is None or not actor.may(command.right) or not is_plain_message(exchange):
        EDITING_REFUSED.labels(what=name).inc()
        return False
    await exchange.services.office.staff.welcome(exchange.user.id)
    exchange.services.bureau.doorman.note(exchange.user.id)
    try:
        screen = await command.run(exchange, actor, text)
    except NotAllowed:  # taken away a moment ago
        EDITING_REFUSED.labels(what=name).inc()
        return False
    if screen is not None:
        await exchange.reply(screen)
    return True


async def on_editor_tap(exchange: Exchange, query: CallbackQuery, action: object) -> Screen | None:
    """What a button of editors shows; None when it is none, or not for this person."""
    from bot.chat.handlers.editing.table import TAPS, is_of_editors

    if not is_of_editors(action):
        return None
    actor = await exchange.services.office.editors.actor(exchange.user.id)
    kind = type(action).__name__
    if actor is None:
        EDITING_REFUSED.labels(what=kind).inc()
        return None
    exchange.services.bureau.doorman.note(exchange.user.id)
    try:
        for tap in TAPS:
            screen = await tap(exchange, actor, query, action)
            if screen is not None:
                return screen
    except NotAllowed:
        EDITING_REFUSED.labels(what=kind).inc()
    return None
