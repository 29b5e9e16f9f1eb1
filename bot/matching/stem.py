"""Stems of words by Snowball; a language that it does not know keeps its words whole."""

from __future__ import annotations

from collections.abc import Iterable

import snowballstemmer

_ALGORITHMS = {
    "da": "danish", "de": "german", "en": "english", "es": "spanish", "fi": "finnish", "fr": "french",
    "hu": "hungarian", "it": "italian", "nl": "dutch", "no": "norwegian", "nb": "norwegian",
    "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip
_LONGEST = 25


def stem_all(words: Iterable[str], language: str) -> dict[str, str]:
    """Each of `words` with its stem.

    A stemmer is made for each call, because it holds state and threads must not share it; making one takes
    a microsecond, a stem thirty.
    """
    algorithm = _ALGORITHMS.get(language)
    if algorithm is None:
        return {word: word for word in words}
    stemmer = snowballstemmer.stemmer(algorithm)
    return {word: stemmer.stemWord(word) if len(word) <= _LONGEST else word for word in words}
