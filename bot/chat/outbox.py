"""The only place that calls Telegram to say something, and that knows what its errors mean.

Every call ends in one of three ways: a `Sent` that says what became of it for good, `NotNow` when it
surely did not arrive and is to be tried again later, or an exception that is a bug. What may have arrived
is never sent again here: a reply that is `UNCLEAR` counts as given. Edits and answers to buttons change
nothing when they are repeated, so those are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from functools import partial
from typing import TypeVar

import structlog
from telegram import Bot
from telegram.constants import CallbackQueryLimit, InlineQueryLimit
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.chat.drafts import Card, Draft, edit_message, inline_result, post_document, post_message
from bot.chat.errors import NetworkDown, NotNow, NotSent, Paused, TokenRefused
from bot.chat.outcome import note_spoken
from bot.chat.pacing import Pacing, Turn
from bot.chat.permits import check
from bot.chat.refusals import Refusal, read
from bot.chat.render import Rendered

log = structlog.get_logger(__name__)

T = TypeVar("T")
OnGone = Callable[[int], Awaitable[None]]

NETWORK_PATIENCE = 15.0
"""Seconds that a message which surely was not sent is tried again before the update goes back to wait."""
FLOOD_PATIENCE = 60.0
"""Seconds of Telegram's own asking (429) that are waited for."""
DELIVERY_PATIENCE = 2.0
"""Seconds that a delivery waits for its turn. It is tried again by whoever keeps it, so that a stop, which
waits for a few seconds, never meets one that stands in a queue and looks as if it might have been sent."""
_TRIES = 3
"""How often what may safely be repeated is, after an unclear send."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 3.0
_INLINE_CACHE = 60
"""Seconds that Telegram may keep an inline answer for the same person."""


class Kind(StrEnum):
    """What became of a message, for good."""

    DELIVERED = "delivered"
    MOVED = "moved"
    """Delivered, to the supergroup that the group has become: `Sent.chat_id` is its id from now on."""
    GONE = "gone"
    """Blocked, deactivated, removed, or never there: nothing can be sent until they come back."""
    REFUSED = "refused"
    """Telegram does not take this message; it would not the next time either."""
    UNCLEAR = "unclear"
    """It left, and no answer came back: perhaps it arrived."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The end of one message.

    Attributes:
        kind: see `Kind`.
        message_id: of the message that is now shown, when it is known.
        chat_id: where; another than asked for when the group moved.
    """

    kind: Kind
    message_id: int | None = None
    chat_id: int | None = None

    @property
    def arrived(self) -> bool:
        """Whether a person surely sees it."""
        return self.kind in {Kind.DELIVERED, Kind.MOVED}


class _Unclear(Exception):  # noqa: N818 - a state
    """Perhaps sent, and not to be tried again."""


class Outbox:
    """Sends, edits and answers.

    Args:
        bot: initialised, on our transport or on the Telegram in memory.
        pacing: how fast.
        on_gone: told the id of a chat that can not be reached any more; its faults are logged and dropped.
        network_patience: seconds, see `NETWORK_PATIENCE`.
    """

    def __init__(
        self,
        bot: Bot,
        pacing: Pacing,
        *,
        on_gone: OnGone | None = None,
        network_patience: float = NETWORK_PATIENCE,
    ) -> None:
        self._bot = bot
        self._pacing = pacing
        self._patience = network_patience
        self.on_gone = on_gone

    async def send(
        self,
        chat_id: int,
        rendered: Rendered,
        *,
        reply_to: int | None = None,
        thread: int | None = None,
        repeat: bool = False,
        turn: Turn = Turn.REPLY,
    ) -> Sent:
        """Send `rendered` and the documents that go with it.

        A delivery (see `turn`) is never waited for: it raises `NotNow` where a reply is tried again here.

        Args:
            chat_id: where.
            rendered: one message.
            reply_to: the message that it answers; left out when that is gone.
            thread: the forum topic; left out when that is gone.
            repeat: that it may repeat an earlier one. The words that say so are the screen's; it is logged.
            turn: replies go before deliveries.

        Raises:
            NotNow: it surely did not arrive; try the whole update again later.
            TokenRefused: Telegram does not know us any more.
        """
        if repeat:
            log.info("reply_perhaps_repeated")
        draft = Draft(chat_id, rendered, reply_to=reply_to, thread=thread)
        sent, draft = await self._deliver(draft, partial(post_message, self._bot), turn)
        if not sent.arrived:
            return sent
        for document in rendered.documents:
            enclosed, draft = await self._deliver(draft, partial(post_document, self._bot, document), turn)
            if not enclosed.arrived:
                return enclosed
        return sent

    async def edit(
        self, chat_id: int, message_id: int, rendered: Rendered, *, thread: int | None = None
    ) -> Sent:
        """Show `rendered` in the place of a message of ours; sent anew when that can not be edited.

        Raises:
            NotNow, TokenRefused: as `send`.
        """
        draft = Draft(chat_id, rendered, thread=thread)
        while True:
            try:
                await self._insist(
                    partial(edit_message, self._bot, message_id, draft), chat_id=chat_id, repeatable=True
                )
            except _Unclear:
                return Sent(Kind.UNCLEAR, message_id, chat_id)
            except Forbidden:
                return await self._gone(chat_id)
            except ChatMigrated as fault:
                return await self.send(fault.new_chat_id, rendered)
            except BadRequest as fault:
                refusal = read(fault)
                if refusal is Refusal.UNCHANGED:
                    break
                if refusal is Refusal.NOT_EDITABLE:
                    return await self.send(chat_id, rendered, thread=thread)
                if refusal is Refusal.GONE:
                    return await self._gone(chat_id)
                simpler = draft.without(refusal)
                if simpler is None:
                    return _refused(refusal, chat_id)
                log.warning("message_simplified", refusal=refusal.value)
                draft = simpler
            else:
                break
        note_spoken()
        return Sent(Kind.DELIVERED, message_id, chat_id)

    async def fetch(self, file_id: str, *, most: int) -> bytes | None:
        """The content of a file that a person sent; None when it is larger than `most` bytes.

        The size that Telegram says is looked at first, and what comes is given up as soon as it is larger.

        Raises:
            NotNow, TokenRefused: as `send`.
        """

        async def carry() -> bytes | None:
            file = await self._bot.get_file(file_id)
            if file.file_size is not None and file.file_size > most:
                return None
            return bytes(await file.download_as_bytearray())

        try:
            content = await self._insist(carry, repeatable=True)
        except BadRequest:  # Telegram gives out nothing above 20 MB, and our transport stops at its own limit
            return None
        except _Unclear as fault:
            raise NetworkDown("the file did not come") from fault
        return None if content is None or len(content) > most else content

    async def answer_callback(self, query_id: str, text: str | None = None, *, alert: bool = False) -> None:
        """Answer a tap: at once, outside of every queue. Too late is no fault.

        Args:
            query_id: of the callback query.
            text: shown above the chat, cut to what Telegram takes.
            alert: show it until the person closes it.

        Raises:
            NotNow, TokenRefused: as `send`.
        """
        cut = text[: int(CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH)] if text else None
        await self._answer(partial(self._bot.answer_callback_query, query_id, text=cut, show_alert=alert))

    async def answer_inline(self, query_id: str, cards: Sequence[Card], *, personal: bool = True) -> None:
        """Answer an inline query. Too late is no fault.

        Args:
            query_id: of the inline query.
            cards: at most 50; what is more is left out.
            personal: that Telegram may show the answer to the one who asked alone. It has to be when the
                answer is in that person's language.

        Raises:
            NotNow, TokenRefused: as `send`.
        """
        results = [inline_result(card) for card in cards[: int(InlineQueryLimit.RESULTS)]]
        await self._answer(
            partial(
                self._bot.answer_inline_query,
                query_id,
                results,
                cache_time=_INLINE_CACHE,
                is_personal=personal,
            )
        )

    async def strip(self, chat_id: int, message_id: int) -> None:
        """Take the buttons off a message of ours; a courtesy, which may fail."""
        carry = partial(self._bot.edit_message_reply_markup, chat_id=chat_id, message_id=message_id)
        try:
            await self._answer(carry)
        except (Forbidden, ChatMigrated, NotNow, TokenRefused):
            log.info("buttons_not_taken_off")

    async def leave(self, chat_id: int) -> None:
        """Leave a group; no fault when we are out of it already.

        Raises:
            NotNow, TokenRefused: as `send`.
        """
        try:
            await self._answer(partial(self._bot.leave_chat, chat_id))
        except (Forbidden, ChatMigrated):
            log.info("left_already")

    async def _deliver(
        self, draft: Draft, carry: Callable[[Draft], Awaitable[int]], turn: Turn
    ) -> tuple[Sent, Draft]:
        """Send one message, simpler where Telegram asks for it; with the draft as it went out."""
        kind = Kind.DELIVERED
        while True:
            try:
                number = await self._insist(partial(carry, draft), chat_id=draft.chat_id, turn=turn)
            except _Unclear:
                note_spoken()
                return Sent(Kind.UNCLEAR, chat_id=draft.chat_id), draft
            except Forbidden:
                return await self._gone(draft.chat_id), draft
            except ChatMigrated as fault:
                if kind is Kind.MOVED:
                    return _refused(Refusal.OTHER, draft.chat_id), draft
                kind = Kind.MOVED
                draft = replace(draft, chat_id=fault.new_chat_id, reply_to=None, thread=None)
            except BadRequest as fault:
                refusal = read(fault)
                if refusal is Refusal.GONE:
                    return await self._gone(draft.chat_id), draft
                simpler = draft.without(refusal)
                if simpler is None:
                    return _refused(refusal, draft.chat_id), draft
                log.warning("message_simplified", refusal=refusal.value)
                draft = simpler
            else:
                note_spoken()
                return Sent(kind, number, draft.chat_id), draft

    async def _answer(self, carry: Callable[[], Awaitable[object]]) -> None:
        try:
            await self._insist(carry, repeatable=True)
        except _Unclear:
            log.warning("answer_unclear")
        except BadRequest as fault:
            refusal = read(fault)
            if refusal is not Refusal.TOO_LATE:
                log.warning("answer_refused", refusal=refusal.value)

    async def _insist(
        self,
        carry: Callable[[], Awaitable[T]],
        *,
        chat_id: int | None = None,
        turn: Turn = Turn.REPLY,
        repeatable: bool = False,
    ) -> T:
        """Call until it is clear what became of it.

        Args:
            carry: one request.
            chat_id: whose pace is kept; None goes at once.
            turn: see `send`.
            repeatable: whether it may be carried out twice.

        Raises:
            Forbidden, ChatMigrated, BadRequest: Telegram's answer.
            NotNow, TokenRefused: as `send`.
            _Unclear: perhaps carried out.
        """
        now = asyncio.get_running_loop().time
        began, waited, tries, pause = now(), 0.0, 0, _FIRST_PAUSE
        while True:
            if chat_id is not None:
                await self._queue(chat_id, turn)
            check()
            try:
                return await carry()
            except RetryAfter as fault:
                seconds = _seconds(fault)
                if chat_id is not None:
                    self._pacing.pause(chat_id, seconds)
                waited += seconds
                if waited > FLOOD_PATIENCE or turn is Turn.DELIVERY:
                    raise Paused("Telegram asks to wait", seconds=seconds) from fault
                log.warning("asked_to_wait", seconds=seconds)
                if chat_id is None:
                    await asyncio.sleep(seconds)
            except (Forbidden, ChatMigrated, BadRequest):
                raise
            except InvalidToken as fault:
                raise TokenRefused("Telegram does not accept the bot's token any more") from fault
            except NotSent as fault:
                if now() - began + pause > self._patience or turn is Turn.DELIVERY:
                    raise NetworkDown("Telegram cannot be reached") from fault
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            except TelegramError as fault:  # PerhapsSent, and whatever another transport calls it
                tries += 1
                if not repeatable or tries >= _TRIES:
                    log.warning("send_unclear", fault=type(fault).__name__)
                    raise _Unclear from fault
                await asyncio.sleep(pause)

    async def _queue(self, chat_id: int, turn: Turn) -> None:
        """Wait for a place; a delivery only for a short one.

        Raises:
            Paused: it would take a delivery too long.
        """
        if turn is not Turn.DELIVERY:
            await self._pacing.turn(chat_id, turn)
            return
        delay = self._pacing.delay(chat_id)
        if delay > DELIVERY_PATIENCE:
            raise Paused("it is not the turn of this chat", seconds=delay)
        try:
            async with asyncio.timeout(DELIVERY_PATIENCE):
                await self._pacing.turn(chat_id, turn)
        except TimeoutError as fault:
            raise Paused("replies go first", seconds=1.0) from fault

    async def _gone(self, chat_id: int) -> Sent:
        log.info("chat_gone")
        if self.on_gone is not None:
            try:
                await self.on_gone(chat_id)
            except Exception as fault:
                log.warning("gone_not_noted", fault=type(fault).__name__)
        return Sent(Kind.GONE, chat_id=chat_id)


def _refused(refusal: Refusal, chat_id: int) -> Sent:
    log.error("message_refused", refusal=refusal.value)
    return Sent(Kind.REFUSED, chat_id=chat_id)


def _seconds(fault: RetryAfter) -> float:
    wait = fault.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


__all__ = ["Card", "Kind", "OnGone", "Outbox", "Sent"]
