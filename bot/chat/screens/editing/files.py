"""Why a file is not taken, said to the editor who sent it."""

from __future__ import annotations

from bot.chat.blocks import Screen, line
from bot.chat.screens.viewer import Viewer


def too_large_screen(most: int, viewer: Viewer) -> Screen:
    """It is larger than what is fetched."""
    text = viewer.words.text("It is too large: I take at most {limit} kB. I did not open it.")
    return Screen(blocks=(line(text.format(limit=most // 1000)),))


def refused_screen(why: str, name: str, limit: int, viewer: Viewer) -> Screen:
    """It is no knowledge file, or none that can be taken.

    Args:
        why: the reason, a value of `bot.editing.uploads.Why`.
        name: the file that it is about, as it can be shown.
        limit: the number that was passed; 0 for none.
        viewer: the editor.
    """
    said = _words(why, viewer).format(name=name or viewer.words.text("The file"), limit=limit)
    nothing = viewer.words.text("Nothing was changed.")
    return Screen(blocks=(line(f"{said} {nothing}"),))


def _words(why: str, viewer: Viewer) -> str:
    _ = viewer.words.text
    return {
        "empty": _("There is nothing in it."),
        "too large": _("{name} is too large: at most {limit} bytes are taken."),
        "wrong kind": _("{name} is no knowledge file: send .yaml files, alone or in a .zip."),
        "damaged": _("It is damaged or no .zip file: pack it once more."),
        "encrypted": _("{name} has a password: pack it without one."),
        "too many": _("There are too many files in it: at most {limit} are taken."),
        "unpacks too large": _("Unpacked it would be too large: at most {limit} bytes are taken."),
        "bad name": _("The name {name} leads out of the knowledge folder or cannot be used."),
        "link": _("{name} is a link: put the file itself there."),
        "nested": _("{name} is a packed file in a packed file: unpack it first."),
        "twice": _("{name} is in it twice: leave one out."),
        "no place": _(
            "{name} takes the place of none of our files: write its path under it, as en/linkedin/new.yaml."
        ),
        "several places": _("{name} could be one of several files: write the path under it."),
        "same": _("It says what we have already, letter by letter."),
    }[why]
