"""An index as a file: arrays and one JSON text in numpy's own format, without pickle.

The file's name is a hash of everything that the index is built from and of the algorithm's version. So an
edit of a claim builds nothing anew, and a change of a phrasing, a synonym or this program never reads an old
file. A file that cannot be read is built again.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import numpy as np

from bot.matching.build import Material, build_index
from bot.matching.gate import NO_NAMES, Gate
from bot.matching.index import Index, Row, Thresholds, make_postings
from bot.matching.lexicon import restore_lexicon

ALGORITHM = "6"
"""To be raised with every change to what an index holds or how it is built."""

KEPT = 4
"""Files that are kept for one language; those that were not used for the longest time are removed."""


def load_or_build(material: Material, folder: Path | None) -> Index:
    """The index of `material`, from `folder` when it is there; one that cannot be written is no fault."""
    if folder is None:
        return build_index(material).index
    path = index_path(material, folder)
    with suppress(OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
        index = read_index(path, material)
        with suppress(OSError):
            os.utime(path)  # in use, so that the next one that is written does not push it out
        return index
    index = build_index(material).index
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        write_index(path, index)
        _remove_old(folder, material.language)
    return index


def index_path(material: Material, folder: Path) -> Path:
    """Where the index of `material` is kept in `folder`, once it was built."""
    return folder / f"match-{material.language}-{fingerprint(material)[:24]}.npz"


def fingerprint(material: Material) -> str:
    """SHA-256 (hex) over everything that shapes the index."""
    names = material.names or NO_NAMES
    said = [
        ALGORITHM,
        material.language,
        sorted((row.topic or "", row.text) for row in material.rows),
        material.synonyms,
        sorted(material.common),
        sorted(material.guarded),
        sorted(material.foreign),
        sorted(material.needs),
        sorted(
            (words, name.id, name.covered, name.service, name.word) for words, name in names.by_words.items()
        ),
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def write_index(path: Path, index: Index) -> None:
    """Writes `index` to `path` in one step: another process sees the whole file or none.

    Raises `OSError`.
    """
    said = {
        "topics": index.topics,
        "rows": [(row.text, row.topic) for row in index.rows],
        "counts": index.lexicon.counts,
        "stems": index.lexicon.stems,
        "neighbours": sorted(index.lexicon.neighbours),
        "guarded": sorted(index.lexicon.guarded),
        "concepts": [[list(stems), number] for stems, number in index.concepts.items()],
        "features": list(index.postings.vocabulary),
        "stemmed": list(index.postings.pieces),
        "needs": index.gate.needs,
        "about": index.gate.about,
        "beside": index.gate.beside,
        "thresholds": [index.thresholds.low, index.thresholds.high],
        "said": {stem: sorted(topics) for stem, topics in index.said.items()},
        "covered": index.covered,
        "by_feature": index.by_feature,
        "exact": index.exact,
    }
    text = np.frombuffer(json.dumps(said).encode("utf-8"), dtype=np.uint8)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with beside.open("wb") as file:
        np.savez(
            file,
            text=text,
            starts=index.postings.starts,
            rows=index.postings.rows,
            strengths=index.postings.weights,
            idf=index.postings.idf,
            weights=index.weights,
            named=index.named,
            row_topics=index.row_topics,
            leaning=index.leaning,
        )
    beside.replace(path)


def read_index(path: Path, material: Material) -> Index:
    """The index in `path`.

    Raises `OSError`, `ValueError`, `KeyError`, `TypeError`, `EOFError` or `zipfile.BadZipFile` when it is
    none.
    """
    with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
        said = json.loads(stored["text"].tobytes())
        features: list[str] = said["features"]
        postings = make_postings(
            {feature: at for at, feature in enumerate(features)},
            stored["starts"],
            stored["rows"],
            stored["strengths"],
            stored["idf"],
            size=len(said["rows"]),
            words=said["stemmed"],
        )
        low, high = said["thresholds"]
        return Index(
            language=material.language,
            topics=tuple(said["topics"]),
            rows=tuple(Row(text, topic) for text, topic in said["rows"]),
            row_topics=stored["row_topics"],
            lexicon=restore_lexicon(
                material.language,
                counts=said["counts"],
                stems=said["stems"],
                neighbours=frozenset(said["neighbours"]),
                guarded=frozenset(said["guarded"]),
                foreign=material.foreign,
            ),
            concepts={tuple(stems): number for stems, number in said["concepts"]},
            postings=postings,
            weights=stored["weights"],
            named=stored["named"],
            gate=Gate(tuple(said["needs"]), _tuples(said["about"]), _tuples(said["beside"])),
            names=material.names or NO_NAMES,
            thresholds=Thresholds(low, high),
            leaning=stored["leaning"],
            said={stem: frozenset(topics) for stem, topics in said["said"].items()},
            covered=said["covered"],
            by_feature=said["by_feature"],
            exact=said["exact"],
        )


def _tuples(said: Mapping[str, list[int]]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(numbers) for name, numbers in said.items()}


def _remove_old(folder: Path, language: str) -> None:
    files = sorted(
        folder.glob(f"match-{language}-*.npz"), key=lambda path: path.stat().st_mtime, reverse=True
    )
    for path in files[KEPT:]:
        path.unlink(missing_ok=True)
