"""One word before what is kept about a member ends: who is told, and what.

The row of the member says that they were told, in the transaction that adds the message, so that a crash
tells nobody twice, and nobody ends untold.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from bot.chat.notices import Written
from bot.chat.screens.personal import farewell_screen
from bot.chat.screens.viewer import Viewer
from bot.deliveries import store as deliveries
from bot.deliveries.model import Delivery, Kind, New
from bot.members import store
from bot.members.service import MEMBERS_KEPT, WARNED_AHEAD
from bot.ops.clock import Clock
from bot.storage.engine import Database

_EVERY = timedelta(hours=1)
_BATCH = 50
"""How many are told at a time: they share the sending rate with reminders."""


class Farewells:
    """Tells members who were not heard of for almost a year.

    Args:
        database: migrated.
        clock: what time it is.
    """

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._looked: datetime | None = None

    async def feed(self) -> int:
        """For the dispatcher, which asks every second: looks once an hour; returns how many are told."""
        now = self._clock.now()
        if self._looked is not None and timedelta(0) <= now - self._looked < _EVERY:
            return 0
        before = store.day_of(now - (MEMBERS_KEPT - WARNED_AHEAD))
        async with self._database.write() as connection:
            found = await store.unwarned(connection, before, limit=_BATCH)
            await deliveries.add(connection, [_farewell(member_id, now) for member_id in found], now)
            await store.note_warned(connection, found, now)
        if len(found) < _BATCH:
            self._looked = now
        return len(found)

    async def write(self, delivery: Delivery, viewer: Viewer) -> Written | None:
        """The words; None for whoever was heard of in the meantime."""
        async with self._database.read() as connection:
            if not await store.still_warned(connection, delivery.member_id):
                return None
        ends = (delivery.due + WARNED_AHEAD + timedelta(days=1)).date()
        return Written(farewell_screen(viewer, ends=ends, repeat=delivery.repeat))


def _farewell(member_id: bytes, now: datetime) -> New:
    day = f"{now:%Y-%m-%d}"
    return New(
        kind=Kind.FAREWELL,
        key=f"farewell:{hashlib.sha256(member_id).hexdigest()[:32]}:{day}",
        member_id=member_id,
        subject=day,
        due=now,
        expires=now + WARNED_AHEAD,
    )
