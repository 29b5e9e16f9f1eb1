"""Letters to copy and fill in."""

from __future__ import annotations

from bot.chat import actions
from bot.chat.blocks import Heading, Preformatted, Screen, line
from bot.chat.screens.rows import home_row, press
from bot.chat.screens.viewer import Viewer
from bot.knowledge.model import Entry, Letter


def letter_screen(entry: Entry, letter: Letter, viewer: Viewer) -> Screen:
    """One letter, with its placeholders, and what to do with it."""
    _ = viewer.words.text
    back = press(_("Back to the answer"), actions.ShowEntry(entry.id))
    return Screen(
        blocks=(
            Heading(letter.title),
            line(
                _(
                    "Tap the text to copy it, and fill in what stands in square brackets. Do not "
                    "send it to me."
                )
            ),
            Preformatted(letter.text),
            line(
                _("Wording checked on {day}. No legal advice.").format(day=viewer.words.day(letter.checked))
            ),
        ),
        rows=((back,), home_row(viewer)),
    )
