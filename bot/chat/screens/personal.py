"""What is kept about a person, who answers for it, and erasing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.chat import actions
from bot.chat.blocks import Block, Document, Heading, Items, Link, Screen, Strong, line
from bot.chat.screens.notices import repeat_mark
from bot.chat.screens.rows import home_row, press
from bot.chat.screens.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Operator:
    """Who runs this bot and answers for the data (Art. 13 GDPR); empty when nobody is named."""

    name: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class KeptKind:
    """One kind of row that may be kept, with its purpose and its end, in words."""

    what: str
    purpose: str
    ends: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Rows of one kind that are kept about this person."""

    what: str
    rows: int
    purpose: str
    ends: str


def privacy_screen(viewer: Viewer, operator: Operator, kinds: Sequence[KeptKind]) -> Screen:
    """Who answers for the data, purpose, basis, each kind of row with its period, rights, authority."""
    _ = viewer.words.text
    if operator.name and operator.contact:
        who = _("{name} runs this bot and answers for your data: {contact}").format(
            name=operator.name, contact=operator.contact
        )
    else:
        who = _("Whoever runs this bot has not named themselves yet. A published bot must.")
    return Screen(
        blocks=(
            line(who),
            line(
                Strong(_("Your questions are not stored.")),
                " ",
                _(
                    "A program reads them to answer, on the operator's machine; Telegram carries and "
                    "keeps the chat."
                ),
            ),
            line(
                _(
                    "Purpose: answering you. Basis: you ask for it (Art. 6(1)(b) GDPR). No "
                    "profiling, no advertising, "
                    "no training, nobody else receives anything."
                )
            ),
            line(_("What may be kept, and until when:")),
            Items(tuple((Strong(kind.what), f": {kind.purpose}. {kind.ends}.") for kind in kinds)),
            line(
                _(
                    "You can see it (/mydata), erase it (/forget), change it, and complain to your "
                    "data protection "
                    "authority."
                )
            ),
            line(Link(_("Telegram's own privacy policy"), "https://telegram.org/privacy")),
        ),
        rows=(
            (
                press(_("My data"), actions.ShowPage("mydata")),
                press(_("Erase"), actions.Forget("ask")),
            ),
            home_row(viewer),
        ),
    )


def mydata_screen(
    viewer: Viewer, kept: Sequence[Kept], *, settings: Sequence[str], document: Document
) -> Screen:
    """Everything that is kept about this person, in words and as a file."""
    _ = viewer.words.text
    total = sum(found.rows for found in kept)
    if total == 0:
        text = _("Nothing is kept about you. Telegram keeps this chat; you can delete it there.")
        return Screen(blocks=(line(text),), rows=(home_row(viewer),))
    blocks: list[Block] = [
        line(
            viewer.words.count("{number} row is kept about you:", "{number} rows are kept about you:", total)
        ),
        Items(
            tuple(
                (Strong(f"{found.what} ({found.rows})"), f": {found.purpose}. {found.ends}.")
                for found in kept
                if found.rows
            )
        ),
    ]
    if settings:
        blocks.append(line(_("Your choices: {choices}.").format(choices=", ".join(settings))))
    blocks.append(line(_("The file holds the same for a program. None of your words is in it.")))
    return Screen(
        blocks=tuple(blocks),
        rows=(
            (press(_("Corrections"), actions.ShowPage("corrections")),),
            (press(_("Erase my data"), actions.Forget("ask")),),
            home_row(viewer),
        ),
        documents=(document,),
    )


def forget_screen(viewer: Viewer) -> Screen:
    """Asks before everything is erased."""
    _ = viewer.words.text
    return Screen(
        blocks=(
            line(_("Erase everything that is kept about you here? Your language and country are forgotten.")),
            line(_("The chat itself is at Telegram: delete it there.")),
        ),
        rows=((press(_("Yes, erase"), actions.Forget("yes")), press(_("No"), actions.Forget("no"))),),
    )


def forgotten_screen(viewer: Viewer, *, rows: int) -> Screen:
    """Says what was erased, and what stays and why."""
    _ = viewer.words.text
    if rows:
        erased = viewer.words.count(
            "Done. {number} row was erased.", "Done. {number} rows were erased.", rows
        )
    else:
        erased = _("Nothing was kept about you, so there was nothing to erase.")
    blocks: list[Block] = [
        Heading(erased),
        line(
            _(
                "What stays: a code without your name, so that a restored backup forgets you "
                "again, and copies "
                "of the database that the operator made before, until they expire."
            )
        ),
        line(_("This chat is at Telegram; you can delete it there.")),
    ]
    return Screen(blocks=tuple(blocks))


def farewell_screen(viewer: Viewer, *, ends: date, repeat: bool) -> Screen:
    """Says that what is kept ends soon, unless the member says a word."""
    _ = viewer.words.text
    blocks: list[Block] = [
        line(
            _(
                "We have not spoken for almost a year. On {day} I forget what I keep about you: your "
                "language, your country, how far you are in guides."
            ).format(day=viewer.words.day(ends))
        ),
        line(_("If you want to keep it, tap the button or write anything. Otherwise you need do nothing.")),
    ]
    if repeat:
        blocks.append(line(repeat_mark(viewer)))
    return Screen(
        blocks=tuple(blocks),
        rows=(
            (press(_("Keep my settings"), actions.ShowPage("stay")),),
            (
                press(_("My data"), actions.ShowPage("mydata")),
                press(_("Erase now"), actions.Forget("ask")),
            ),
        ),
    )


def stay_screen(viewer: Viewer) -> Screen:
    """Confirms that everything stays."""
    text = viewer.words.text("Good, everything stays as it is. I ask again when a year has gone by.")
    return Screen(blocks=(line(text),), rows=(home_row(viewer),))


def kept_screen(viewer: Viewer) -> Screen:
    """Confirms that nothing was erased."""
    return Screen(blocks=(line(viewer.words.text("Nothing was erased.")),), rows=(home_row(viewer),))
