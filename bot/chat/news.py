"""The words of change notices and corrections, as writers for `bot.chat.notices`.

What is sent is made from what is true when it leaves: a guide that is again as the member finished it is no
news, and whoever said in the meantime that they want no such message gets none.
"""

from __future__ import annotations

from bot.chat.notices import Writer, Written
from bot.chat.screens.news import change_screen, correction_screen
from bot.chat.screens.viewer import Viewer
from bot.deliveries.model import Delivery
from bot.editing.recalls import Recalls
from bot.guides.changes import Changes


def change_writer(changes: Changes) -> Writer:
    """Writes the messages about guides that have changed."""

    async def write(delivery: Delivery, viewer: Viewer) -> Written | None:
        if viewer.quiet:
            return None
        found = [
            (entry, guide.finished.date() if guide.finished else None)
            for guide in await changes.of(delivery, viewer.base)
            if (entry := viewer.entry(guide.entry))
        ]
        return Written(change_screen(found, viewer, repeat=delivery.repeat)) if found else None

    return write


def correction_writer(recalls: Recalls) -> Writer:
    """Writes the messages about answers that were wrong."""

    async def write(delivery: Delivery, viewer: Viewer) -> Written | None:
        corrected = await recalls.of(delivery) if viewer.corrections else None
        if corrected is None:
            return None
        screen = correction_screen(
            corrected.recall.entry,
            corrected.recall.reason,
            viewer,
            before=corrected.before,
            after=corrected.after,
            repeat=delivery.repeat,
        )
        return Written(screen) if screen else None

    return write
