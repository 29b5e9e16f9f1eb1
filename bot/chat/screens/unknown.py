"""What is said when a question was not understood, or not surely."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat import actions
from bot.chat.blocks import Block, Screen, line
from bot.chat.screens.editing.sending import send_button
from bot.chat.screens.rows import entry_buttons, home_row, packed, press
from bot.chat.screens.viewer import Viewer
from bot.knowledge.model import Entry

_NAMED = 5
"""Platforms that are named when somebody asks about another one; /topics has all of them."""


def suggestions_screen(entries: Sequence[Entry], viewer: Viewer, *, about: str | None = None) -> Screen:
    """Up to three topics that may be meant.

    Args:
        entries: likeliest first.
        viewer: who reads it.
        about: the platform that the question names; None when it names none.
    """
    _ = viewer.words.text
    if not viewer.private:
        return Screen(blocks=(line(_("I am not sure what you mean. Please say it in other words.")),))
    if len(entries) > 1:
        text = _("I am not sure what you mean. Is it one of these?")
    else:
        text = _("I am not sure what you mean. Is it this?")
    return Screen(
        blocks=(line(text),),
        rows=(
            *packed(entry_buttons(entries[:3], viewer, about=about)),
            (press(_("None of these"), actions.NotMeant(entries[0].id if entries else "")),),
        ),
    )


def unknown_screen(
    nearest: Sequence[Entry], viewer: Viewer, *, foreign: str | None = None, about: str | None = None
) -> Screen:
    """Says that there is no answer, names what is covered, and offers the nearest topics.

    Args:
        nearest: topics that come closest, at most three are shown.
        viewer: who reads it.
        foreign: a platform that the question names and that is not covered.
        about: one that it names and that is.
    """
    _ = viewer.words.text
    services = [found.name for found in viewer.base.platforms.values() if found.service]
    covered = ", ".join(services[:_NAMED])
    if len(services) > _NAMED:
        covered = _("{names} and {number} more").format(names=covered, number=len(services) - _NAMED)
    blocks: list[Block] = []
    if foreign:
        blocks += [
            line(
                _("I have nothing checked about {name} yet, so I would rather not guess.").format(
                    name=foreign
                )
            ),
            line(
                _("I cover: {names}. Your rights hold for every company; a letter works there too.").format(
                    names=covered
                )
            ),
        ]
    else:
        blocks += [
            line(
                _(
                    "I don't know this. I only answer what people have checked: AI training on your data, "
                    "how to stop it, and your rights."
                )
            ),
            line(_("Maybe other words help, or one of these topics.")),
        ]
    if not viewer.private:
        return Screen(blocks=tuple(blocks[:1]))
    shown = list(nearest[:3])
    letter = viewer.entry("gdpr.letter")
    if foreign and letter:
        shown = [letter]
    return Screen(
        blocks=tuple(blocks),
        rows=(
            *packed(entry_buttons(shown, viewer, about=about)),
            (send_button(viewer),),
            (press(_("All topics"), actions.ShowTopics()), *home_row(viewer)),
        ),
    )


def unknown_command_screen(viewer: Viewer, *, nearest: str | None) -> Screen:
    """Says that there is no such command; the nearest one is offered."""
    _ = viewer.words.text
    text = _("I don't know this command.")
    if nearest:
        text = f"{text} {_('Did you mean {command}?').format(command='/' + nearest)}"
    return Screen(blocks=(line(text), line(_("/help shows all of them. You can also just ask."))))
