"""/source add: a form to fill in, in one message."""

from __future__ import annotations

from bot.chat import proposal_actions as actions
from bot.chat.blocks import Button, Copy, Preformatted, Screen, line
from bot.chat.screens.rows import packed, press
from bot.chat.screens.viewer import Viewer

FORM = "\n".join(
    (
        "id: linkedin-help-2026-11",
        "publisher: LinkedIn Help",
        "title: …",
        "url: https://…",
        "date: 2026-11-20",
        "strength: official",
    )
)
"""As it is filled in; the keys are those of the files."""


def form_screen(viewer: Viewer, *, missing: str = "") -> Screen:
    """The form; the next message is the filled one.

    Args:
        viewer: the editor.
        missing: the first line that was missing in what was sent.
    """
    _ = viewer.words.text
    head = _("A line is missing: {name}.").format(name=missing) if missing else ""
    blocks = [line(head)] if head else []
    how = _("Copy the form, fill it in and send it to me. The date is that of the page that you read.")
    kinds = _("Strength: official (the platform, the law), authority, press or users.")
    row: list[Button] = [Copy(_("Copy the form"), FORM), press(_("Never mind"), actions.NeverMind())]
    return Screen(blocks=(*blocks, line(how), Preformatted(FORM), line(kinds)), rows=tuple(packed(row)))
