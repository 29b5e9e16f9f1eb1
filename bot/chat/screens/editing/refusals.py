"""Why something with a proposal was not done, said to editors."""

from __future__ import annotations

from bot.chat.blocks import Screen, line
from bot.chat.screens.editing.people import role_name
from bot.chat.screens.viewer import Viewer
from bot.editing.machine import Act, Why
from bot.editing.roles import Right, least_role


def why_words(why: Why, act: Act, right: Right, viewer: Viewer) -> str:
    """One or two sentences: what is so, and what to do.

    Args:
        why: the rule.
        act: what was asked for.
        right: what that needs.
        viewer: the editor.
    """
    _ = viewer.words.text
    match why:
        case Why.NO_RIGHT:
            role = role_name(least_role(right), viewer)
            return _("That needs another role: {role}. An owner gives roles, with /editors.").format(
                role=role
            )
        case Why.NOT_YOURS:
            return _("Only its author can do that.")
        case Why.OWN:
            return _("This is your own proposal: somebody else has to look at it.")
        case Why.ENDED:
            return _("It has ended; nothing can be done with it any more.")
        case Why.ALREADY:
            return _("That is done already.")
        case Why.CHANGED:
            return _("It was changed since you looked. Here it is as it is now.")
        case _ if act in {Act.PUBLISH, Act.SCHEDULE}:
            return _("It is not approved yet: a reviewer other than its author has to approve it first.")
        case _:
            return _("That is not its turn yet.")


def needs_screen(right: Right, viewer: Viewer) -> Screen:
    """An editor's role is too small for a command."""
    return Screen(blocks=(line(why_words(Why.NO_RIGHT, Act.PUBLISH, right, viewer)),))
