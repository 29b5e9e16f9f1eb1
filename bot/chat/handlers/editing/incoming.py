"""Messages of editors that are no command: a text that was asked for. Files are `files`.

Everybody's messages pass here, so that the first question is a cheap one; whoever is no editor, and whatever
was forwarded, edited or written elsewhere, goes on as if there were no editing.
"""

from __future__ import annotations

from bot.chat.blocks import Screen
from bot.chat.handlers.editing.awaiting import NewText, Reason, SourceForm, Time, read_awaited
from bot.chat.handlers.editing.checking import already_done
from bot.chat.handlers.editing.door import is_plain_message
from bot.chat.handlers.editing.proposing import new_text
from bot.chat.handlers.editing.reviewing import reason_came, time_came
from bot.chat.handlers.editing.sources import form_came
from bot.chat.handlers.services import Exchange
from bot.editing.roles import NotAllowed
from bot.ops.metrics import EDITING_REFUSED


async def on_editor_text(exchange: Exchange, text: str) -> bool:
    """Take a text that an editor was asked for; False when it is a question like any other."""
    bureau = exchange.services.bureau
    if not is_plain_message(exchange) or not await bureau.doorman.may_be_editor(exchange.user.id):
        return False
    try:
        screen = await _taken(exchange, text)
    except NotAllowed:  # taken away a moment ago
        EDITING_REFUSED.labels(what="text").inc()
        return False
    if screen is not None:
        await exchange.reply(screen)
    return screen is not None


async def _taken(exchange: Exchange, text: str) -> Screen | None:
    if (done := await already_done(exchange)) is not None:
        return done
    dialogue = await exchange.services.bureau.proposals.dialogue(exchange.user.id)
    match read_awaited(dialogue.awaiting) if dialogue else None:
        case NewText() as awaited:
            return await new_text(exchange, awaited, text)
        case Reason() as awaited:
            return await reason_came(exchange, awaited, text)
        case Time() as awaited:
            return await time_came(exchange, awaited, text)
        case SourceForm():
            return await form_came(exchange, text)
        case _:
            return None
