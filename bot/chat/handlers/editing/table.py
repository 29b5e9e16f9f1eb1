"""Every command and every button of editors, in one place."""

from __future__ import annotations

from typing import TypeGuard

from bot.chat.editing_actions import OfEditors
from bot.chat.handlers.editing.door import EditorCommand, Tap
from bot.chat.handlers.editing.past import asof, history, on_past_tap, recall, rollback
from bot.chat.handlers.editing.people import editors_command, on_people
from bot.chat.handlers.editing.proposing import edit, on_entry_tap
from bot.chat.handlers.editing.reviewing import approve, on_proposal_tap, publish
from bot.chat.handlers.editing.sources import source
from bot.chat.handlers.editing.work import on_work, queue_command, stats_command
from bot.chat.wording import N_
from bot.editing.roles import Right

_ALL = (
    EditorCommand("edit", Right.PROPOSE, edit, N_("For editors: change an entry: /edit linkedin.start-date")),
    EditorCommand("source", Right.PROPOSE, source, N_("For editors: /source add, a new source")),
    EditorCommand("approve", Right.PROPOSE, approve, N_("For editors: approve a proposal by its number")),
    EditorCommand("publish", Right.PROPOSE, publish, N_("For editors: publish a proposal by its number")),
    EditorCommand("history", Right.PROPOSE, history, N_("For editors: what an entry said, and since when")),
    EditorCommand("asof", Right.PROPOSE, asof, N_("For editors: what an entry said on a day")),
    EditorCommand("rollback", Right.PROPOSE, rollback, N_("For editors: an entry as it was in a revision")),
    EditorCommand("recall", Right.PROPOSE, recall, N_("For editors: tell readers that an entry was wrong")),
    EditorCommand("queue", Right.SEE_QUEUE, queue_command, N_("For editors: what waits")),
    EditorCommand("stats", Right.SEE_QUEUE, stats_command, N_("For editors: numbers of two weeks")),
    EditorCommand("editors", Right.MANAGE_EDITORS, editors_command, N_("For owners: who is an editor")),
)

COMMANDS = {command.name: command for command in _ALL}
"""By name; no stranger gets to see that they exist."""

TAPS: tuple[Tap, ...] = (on_people, on_work, on_entry_tap, on_proposal_tap, on_past_tap)
"""Asked one after the other."""


def is_of_editors(action: object) -> TypeGuard[OfEditors]:
    """Whether a button is one of editors."""
    return isinstance(action, OfEditors)
