"""Words that not everybody knows, reviewed by hand, with what to write instead.

What stands in quotation marks is somebody else's wording, and what stands in brackets explains a plain word
before it: both pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

_PLAIN: Mapping[str, Mapping[str, str]] = {
    "en": {
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
    },
    "de": {
        "toggle": "Schalter",
        "toggles": "Schalter",
        "opt-out": "Widerspruch",
        "opt-outs": "Widersprüche",
        "setting": "Einstellung",
        "settings": "Einstellungen",
        "account": "Konto",
        "accounts": "Konten",
        "consent": "Einwilligung",
        "user": "Sie",
        "content": "Inhalte",
        "device": "Gerät",
        "devices": "Geräte",
        "feature": "Funktion",
        "features": "Funktionen",
        "controller": "Verantwortlicher",
        "default": "von selbst",
        "prompt": "Eingabe",
        "prompts": "Eingaben",
        "llm": "Sprachmodell",
        "llms": "Sprachmodelle",
        "dsfa": "Folgenabschätzung",
        "affiliates": "Unternehmen der Gruppe",
    },
}
"""Words for no text at all."""

_NOT_AT_FIRST: Mapping[str, tuple[str, ...]] = {
    "en": (
        "opt-out",
        "opt-outs",
        "opt-in",
        "opt out",
        "opts out",
        "opted out",
        "opting out",
        "prompt",
        "prompts",
        "affiliate",
        "affiliates",
        "third party",
        "third parties",
        "controller",
        "controllers",
        "processor",
        "pseudonymised",
        "scraping",
        "metadata",
        "fine-tuning",
    ),
    "de": (
        "opt-in",
        "scraping",
        "fine-tuning",
        "metadaten",
        "pseudonymisiert",
        "auftragsverarbeiter",
        "tool",
        "tools",
    ),
}
"""More words that may stand where there is room to explain, but not on a first screen."""

_ASIDE = re.compile(
    r"“[^”]*”|„[^“]*“|\"[^\"]*\"|‘[^’]*’|‚[^‘]*‘|'[^']{2,}'(?!\w)|«[^»]*»|\([^)]*\)|https?://\S+"
)


def hard_words(text: str, language: str) -> tuple[tuple[str, str], ...]:
    """Words of `text` that no text should have, each with a plain one."""
    plain = _PLAIN.get(language, {})
    return tuple((word, plain[word.casefold()]) for word in _found(text, language, first=False))


def jargon(text: str, language: str) -> tuple[str, ...]:
    """Words of `text` that a first screen should not have, in small letters."""
    return tuple(word.casefold() for word in _found(text, language, first=True))


def _found(text: str, language: str, *, first: bool) -> tuple[str, ...]:
    pattern = _pattern(language, first)
    return tuple(pattern.findall(_ASIDE.sub(" ", text))) if pattern else ()


@cache
def _pattern(language: str, first: bool) -> re.Pattern[str] | None:
    words: Iterable[str] = _PLAIN.get(language, {})
    if first:
        words = (*words, *_NOT_AT_FIRST.get(language, ()))
    listed = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{listed})(?![\w-])", re.IGNORECASE) if listed else None
