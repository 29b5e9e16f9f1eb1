"""What must not stand in a text that members read."""

from __future__ import annotations

import re

from bot.knowledge.problems import Located, Report

LINK = re.compile(r"https://[A-Za-z0-9.-]+\.[A-Za-z]{2,}(:\d{1,5})?([/?#][^\s<>\"]*)?")
"""An https address with a name (no bare number, no user name)."""

_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_ENTITY = re.compile(r"&(?:[a-z]{2,8}|#\d{1,6});")
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f]")
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|‘[^’]*’|'[^']{2,}'(?!\w)|«[^»]*»")
_JARGON_IN_ENGLISH = {
    "toggle": "switch",
    "toggles": "switches",
    "llm": "language model",
    "llms": "language models",
    "genai": "AI that writes or draws",
    "pii": "data about you",
    "data subject": "person",
    "data subjects": "people",
    "the user": "you",
    "the user's": "your",
    "leverage": "use",
    "leverages": "uses",
    "utilize": "use",
    "utilise": "use",
    "opt-in regime": "asking first",
    "tos": "terms of use",
    "dpia": "impact assessment",
    "dsar": "request for your data",
    "modal": "window",
    "dropdown": "list",
}
_JARGON = re.compile(
    r"\b(" + "|".join(sorted(map(re.escape, _JARGON_IN_ENGLISH), key=len, reverse=True)) + r")\b",
    re.IGNORECASE,
)


def check(text: str, where: Located, report: Report, *, language: str | None) -> None:
    """Name markup (an error), pictures and jargon (warnings) in `text`, which stands at `where`.

    Jargon is known for English; what stands in quotation marks is somebody else's wording and passes.
    """
    if tag := _TAG.search(text):
        report.add(where, f"The markup {tag.group()[:40]} stands in a text.", "Write plain text.")
    elif entity := _ENTITY.search(text):
        report.add(where, f"The markup {entity.group()} stands in a text.", "Write the character itself.")
    if _EMOJI.search(text):
        report.warn(where, "A picture character stands in a text.", "Say it in words.")
    if language == "en" and (word := _JARGON.search(_QUOTED.sub(" ", text))):
        plain = _JARGON_IN_ENGLISH[word.group().lower()]
        report.warn(where, f"“{word.group()}” is not a word that everybody knows.", f"Write “{plain}”.")
