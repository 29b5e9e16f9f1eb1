"""Greetings and thanks: a question is not the only thing that people write."""

from __future__ import annotations

import re

from bot.chat.blocks import Screen, line
from bot.chat.screens.start import start_screen
from bot.chat.screens.viewer import Viewer

_WORD = re.compile(r"[^\W_]+")
_LONGEST = 5
"""Words; what is longer is a question, however politely it begins."""


def courtesy_screen(text: str, viewer: Viewer) -> Screen | None:
    """The answer to a greeting or to thanks; None when `text` is anything else."""
    _ = viewer.words.text
    words = _WORD.findall(text.casefold())
    if not 0 < len(words) <= _LONGEST:
        return None
    greetings = set(_("hi hello hey hiya howdy good morning afternoon evening day there bot").split())
    thanks = set(
        _("thanks thank thx ty you very so much a lot ok okay great cool nice bye goodbye got it").split()
    )
    if set(words) <= greetings:
        return start_screen(viewer)
    if set(words) <= thanks:
        text = _("You are welcome. Settings change: please look again in a few months.")
        return Screen(blocks=(line(text),))
    return None
