"""A member's own question to the editors: shown first, sent by a tap, and told when it is answered.

Nothing is kept before the tap on [Send]. The text is taken from the message to which the bot's own message is
the reply, which Telegram gives with every tap; it is masked anew each time, and the digits in the button say
whether it is still what the member was shown.
"""

from __future__ import annotations

import hashlib

from telegram import CallbackQuery, Message

from bot.chat import actions
from bot.chat.blocks import Screen
from bot.chat.handlers.services import Exchange
from bot.chat.notices import Written
from bot.chat.screens.editing import sending as screens
from bot.chat.screens.question import Heard, reply_to
from bot.chat.screens.viewer import Viewer
from bot.deliveries.model import Delivery
from bot.editing.masking import mask, says_something
from bot.editing.office import Office
from bot.editing.work import Count, Sending
from bot.matching.alarm import read_alarm
from bot.matching.context import Context
from bot.matching.match import match
from bot.matching.secrets import find_secret
from bot.members.followups import Topic

NEXT = "editors.next"
"""As a topic: the member's next message is a question for the editors. No entry has this id."""
SHOWN = "editors.shown"
"""As a topic: that message came and was shown; whatever comes after it is an ordinary question again."""
_MARK = 8


async def on_sending(exchange: Exchange, query: CallbackQuery, action: object) -> Screen | None:
    """The buttons on the way to the editors; None for all others."""
    match action:
        case actions.NotMeant(entry):
            known = exchange.viewer.entry(entry)
            exchange.services.office.counts.note(Count.NOT_HELPFUL, known.id if known else None)
            return screens.not_meant_screen(exchange.viewer)
        case actions.SendQuestion("no"):
            if (await exchange.topic()).entry == NEXT:
                await exchange.services.followups.end(exchange.user.id)
            return screens.not_sent_screen(exchange.viewer)
        case actions.SendQuestion(step, mark) if step in {"ask", "yes"}:
            message = _question_of(exchange, query)
            if message is None or message.text is None:
                await exchange.note_topic(Topic(NEXT))
                return screens.again_screen(exchange.viewer)
            shown = preview(exchange, message.text)
            if step == "ask" or isinstance(shown, Screen) or mark != _mark_of(shown):
                return shown if isinstance(shown, Screen) else _preview(shown, exchange)
            return await _send(exchange, shown, message)
        case _:
            return None


async def show_for_editors(exchange: Exchange, text: str) -> None:
    """Take the message that was asked for after [Send to the editors]: show what would be sent."""
    shown = preview(exchange, text)
    await exchange.reply(shown if isinstance(shown, Screen) else _preview(shown, exchange), cite=True)
    await exchange.note_topic(Topic(SHOWN), before=Topic(NEXT))


def preview(exchange: Exchange, text: str) -> Screen | str:
    """The text as editors would get it, or the screen that is shown instead of sending it.

    Secrets, distress and danger get their own screens, as they do when they are asked.
    """
    viewer = exchange.viewer
    if find_secret(text) or read_alarm(viewer.base, text, viewer.words.code):
        reply = reply_to(exchange.services.live.snapshot, text, viewer)
        return reply.screen if reply.heard in {Heard.SECRET, Heard.ALARM} else screens.not_sent_screen(viewer)
    masked = mask(text, screens.masks_for(viewer))
    if not says_something(masked, screens.masks_for(viewer)):
        return screens.nothing_left_screen(viewer)
    return masked


async def _send(exchange: Exchange, masked: str, message: Message) -> Screen:
    viewer = exchange.viewer
    result = match(
        exchange.services.live.snapshot, masked, Context(language=viewer.words.code, region=viewer.place)
    )
    candidates = result.reading.candidates
    outcome = await exchange.services.office.questions.send(
        exchange.user.id,
        masked,
        message_id=message.message_id,
        language=viewer.words.code,
        nearest=candidates[0].entry if candidates else None,
        chat_id=exchange.user.id,
        ref=exchange.ref,
    )
    if outcome is Sending.SENT:
        exchange.services.office.counts.note(Count.SENT, candidates[0].entry if candidates else None)
    return screens.sent_screen(outcome, viewer)


def _preview(masked: str, exchange: Exchange) -> Screen:
    return screens.preview_screen(masked, _mark_of(masked), exchange.viewer)


def _mark_of(masked: str) -> str:
    return hashlib.sha256(masked.encode()).hexdigest()[:_MARK]


def _question_of(exchange: Exchange, query: CallbackQuery) -> Message | None:
    """The member's own message to which the tapped one is the reply; None when it is gone or not theirs."""
    answered = query.message.reply_to_message if isinstance(query.message, Message) else None
    author = answered.from_user if answered else None
    theirs = author is not None and author.id == exchange.user.id and not author.is_bot
    return answered if theirs else None


async def write_answer(office: Office, delivery: Delivery, viewer: Viewer) -> Written | None:
    """Tells a member that a question is answered; None when it was erased meanwhile."""
    told = await office.questions.told(delivery.subject, delivery.member_id)
    if told is None:
        return None
    entry = viewer.entry(told.entry)
    screen = screens.answer_notice_screen(entry, told.asked_at, viewer, repeat=delivery.repeat)
    return Written(screen, told.message_id)
