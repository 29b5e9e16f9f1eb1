"""In which language somebody writes, when it is surely another than the one they read."""

from __future__ import annotations

from bot.knowledge.model import KnowledgeBase
from bot.matching.normalise import every_word

_AT_LEAST = 2
"""Words that only the other language has, below which nothing is sure."""

_ENGLISH = "what how are do does did my the i you to of they it this with who why when which can"
_GERMAN = "wie welche welcher ich das der werden wird kann meine mein nicht ist und wer warum"
_SMALL_WORDS = {"en": frozenset(_ENGLISH.split()), "de": frozenset(_GERMAN.split())}
"""Words that are borrowed by nobody: without one of them a text of nouns ("ki opt out") tells nothing."""


def other_tongue(base: KnowledgeBase, text: str, language: str) -> str | None:
    """The code of the language in which `text` is surely written, when that is not `language`; else None.

    Frequent words decide: some of them belong to the other language alone, half of the text at least, and
    none to the member's own alone.
    """
    words = every_word(text, "xx")
    own = base.languages.get(language)
    if own is None or not words:
        return None
    for code, other in base.languages.items():
        if code == language:
            continue
        theirs = [word for word in words if word in other.common_words and word not in own.common_words]
        ours = [word for word in words if word in own.common_words and word not in other.common_words]
        speaks = _SMALL_WORDS.get(code, frozenset()).intersection(words)
        if speaks and len(theirs) >= _AT_LEAST and 2 * len(theirs) >= len(words) and not ours:
            return code
    return None
