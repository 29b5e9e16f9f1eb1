"""What must not stand in a text that members read."""

from __future__ import annotations

import re

from bot.knowledge.jargon import hard_words
from bot.knowledge.problems import Located, Report

LINK = re.compile(r"https://[A-Za-z0-9.-]+\.[A-Za-z]{2,}(:\d{1,5})?([/?#][^\s<>\"]*)?")
"""An https address with a name (no bare number, no user name)."""

_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_ENTITY = re.compile(r"&(?:[a-z]{2,8}|#\d{1,6});")
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f]")


def check(text: str, where: Located, report: Report, *, language: str | None) -> None:
    """Name markup (an error), pictures and jargon (warnings) in `text`, which stands at `where`."""
    if tag := _TAG.search(text):
        report.add(where, f"The markup {tag.group()[:40]} stands in a text.", "Write plain text.")
    elif entity := _ENTITY.search(text):
        report.add(where, f"The markup {entity.group()} stands in a text.", "Write the character itself.")
    if _EMOJI.search(text):
        report.warn(where, "A picture character stands in a text.", "Say it in words.")
    if "\n" in text:  # a letter is read by a company, and in its language
        return
    for word, plain in hard_words(text, language or ""):
        report.warn(where, f"“{word}” is not a word that everybody knows.", f"Write “{plain}”.")
