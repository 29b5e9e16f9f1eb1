"""What the bot sends on its own: a delivery becomes a screen, and the screen's fate an outcome.

This is `bot.deliveries.model.Send`: it tells the dispatcher what truly became of a message, and never sends
again what may have arrived.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog

from bot.chat.blocks import Screen
from bot.chat.errors import NotNow, TokenRefused
from bot.chat.outbox import Kind as SentKind
from bot.chat.outbox import Outbox
from bot.chat.pacing import Turn
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


class Notices:
    """Sends deliveries.

    Args:
        outbox: the way to Telegram.
        reminders: what a delivery of a reminder is about.
        members: for the member's language and country.
        identity: opens the sealed chat.
        viewer_of: the reader with a profile.
    """

    def __init__(
        self,
        outbox: Outbox,
        reminders: Reminders,
        members: Members,
        identity: Identity,
        *,
        viewer_of: ViewerOf,
    ) -> None:
        self._outbox = outbox
        self._reminders = reminders
        self._members = members
        self._identity = identity
        self._viewer_of = viewer_of

    async def __call__(self, delivery: Delivery) -> Outcome:
        """Send one delivery; see `bot.deliveries.model.Send`."""
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
        return await self._send(chat_id, screen, reminder.plan.replies_to)

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
