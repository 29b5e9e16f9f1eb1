"""What the bot sends on its own: a delivery becomes a screen, and the screen's fate an outcome.

This is `bot.deliveries.model.Send`: it tells the dispatcher what truly became of a message, and never sends
again what may have arrived.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import structlog

from bot.chat.blocks import Screen
from bot.chat.errors import NotNow, TokenRefused
from bot.chat.outbox import Kind as SentKind
from bot.chat.outbox import Outbox
from bot.chat.pacing import Turn
from bot.chat.permits import under
from bot.chat.render import render
from bot.chat.screens.reminders import Planned, due_screen
from bot.chat.screens.viewer import Viewer
from bot.deliveries.model import Delivery, Fate, Outcome
from bot.deliveries.model import Kind as DeliveryKind
from bot.members.identity import Identity
from bot.members.profile import Profile
from bot.members.service import Members
from bot.reminders.model import Reminder, State
from bot.reminders.schedule import upcoming
from bot.reminders.service import Reminders
from bot.storage.leases import steady

log = structlog.get_logger(__name__)

_FATES = {
    SentKind.DELIVERED: Fate.SENT,
    SentKind.MOVED: Fate.MOVED,
    SentKind.GONE: Fate.GONE,
    SentKind.REFUSED: Fate.REFUSED,
    SentKind.UNCLEAR: Fate.UNCLEAR,
}
_TOKEN_PAUSE = 60.0
"""Seconds until a delivery is tried again after Telegram refused the bot's token."""

ViewerOf = Callable[[Profile], Viewer]


@dataclass(frozen=True, slots=True)
class Written:
    """What a delivery says.

    Attributes:
        screen: one message.
        reply_to: the member's own message that it answers; None for none.
    """

    screen: Screen
    reply_to: int | None = None


Writer = Callable[[Delivery, Viewer], Awaitable[Written | None]]
"""Makes the words of one kind of delivery; None when there is nothing left to say."""


@dataclass(frozen=True, slots=True)
class _Claimed:
    """The permit of a delivery: its claim lasts until then."""

    until: float
    unsure: bool = False

    @property
    def held(self) -> bool:
        return steady() < self.until


class Notices:
    """Sends deliveries.

    Args:
        outbox: the way to Telegram.
        reminders: what a delivery of a reminder is about.
        members: for the member's language and country.
        identity: opens the sealed chat.
        viewer_of: the reader with a profile.
        writers: what is said for each kind but reminders.
    """

    def __init__(
        self,
        outbox: Outbox,
        reminders: Reminders,
        members: Members,
        identity: Identity,
        *,
        viewer_of: ViewerOf,
        writers: Mapping[DeliveryKind, Writer] | None = None,
    ) -> None:
        self._writers = dict(writers or {})
        self._outbox = outbox
        self._reminders = reminders
        self._members = members
        self._identity = identity
        self._viewer_of = viewer_of

    async def __call__(self, delivery: Delivery) -> Outcome:
        """Send one delivery; see `bot.deliveries.model.Send`."""
        if writer := self._writers.get(delivery.kind):
            return await self._written(delivery, writer)
        if delivery.kind is not DeliveryKind.REMINDER:
            return Outcome(Fate.REFUSED, error="unknown_kind")
        reminder = await self._reminders.of(delivery)
        if reminder is None:
            return Outcome(Fate.WITHDRAWN)
        chat_id = self._identity.unseal_chat(delivery.member_id, delivery.sealed_chat)
        viewer = self._viewer_of(await self._members.profile(chat_id))
        screen = due_screen(
            planned(reminder, viewer), delivery.due, viewer, late=delivery.late, repeat=delivery.repeat
        )
        with under(_Claimed(delivery.until)):
            return await self._send(chat_id, screen, reminder.plan.replies_to)

    async def _written(self, delivery: Delivery, writer: Writer) -> Outcome:
        chat_id = self._identity.unseal_chat(delivery.member_id, delivery.sealed_chat)
        viewer = self._viewer_of(await self._members.profile(chat_id))
        written = await writer(delivery, viewer)
        if written is None:
            return Outcome(Fate.WITHDRAWN)
        with under(_Claimed(delivery.until)):
            return await self._send(chat_id, written.screen, written.reply_to)

    async def _send(self, chat_id: int, screen: Screen, reply_to: int | None) -> Outcome:
        (message,) = render(screen)
        try:
            sent = await self._outbox.send(chat_id, message, reply_to=reply_to, turn=Turn.DELIVERY)
        except NotNow as fault:
            return Outcome(Fate.NOT_NOW, seconds=fault.seconds)
        except TokenRefused:  # nothing was sent; the operator has to mend it first
            return Outcome(Fate.NOT_NOW, seconds=_TOKEN_PAUSE)
        return Outcome(_FATES[sent.kind], message_id=sent.message_id)


def planned(reminder: Reminder, viewer: Viewer, *, count: int = 3) -> Planned:
    """A reminder as screens need it, with its next due times."""
    plan = reminder.plan
    dues = [reminder.next_due] if reminder.next_due else []
    if reminder.next_due and count > 1:
        dues += upcoming(plan.rule, plan.wall, plan.zone, reminder.next_due, count=count - 1)
    return Planned(
        number=reminder.series or reminder.id if reminder.state is State.ENDED else reminder.id,
        points_at=plan.points_at,
        rule=plan.rule,
        zone=plan.zone,
        dues=tuple(dues),
        paused=reminder.state is State.PAUSED,
        missed=reminder.missed,
    )
