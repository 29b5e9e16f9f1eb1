"""`advisor evaluate`: measure the matcher on questions of your own, with or without a knowledge base."""

from __future__ import annotations

import dataclasses
import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.setting import stop
from bot.knowledge.location import default_folder
from bot.knowledge.words import read_common_words
from bot.matching.encoder import EncoderMissingError, load_encoder
from bot.matching.evaluate import Asked
from bot.matching.evaluate import evaluate as measure
from bot.matching.frequent import ENGLISH
from bot.matching.index import Row


class Semantic(StrEnum):
    """Whether an encoder takes part."""

    NONE = "none"
    USE = "use"


def evaluate(
    train: Annotated[Path, typer.Option(help='JSON lines {"text","label"}; label null: must be refused.')],
    test: Annotated[Path, typer.Option(help="The same, to be asked.")],
    refusals: Annotated[
        Path | None, typer.Option(help="More sentences that must be refused, to build with.")
    ] = None,
    semantic: Annotated[
        Semantic, typer.Option(help="An encoder beside the words; up to 6,000 rows.")
    ] = Semantic.NONE,
) -> None:
    """Build an index of one file, ask it another, and print one JSON object of measures."""
    encoder = None
    if semantic is Semantic.USE:
        try:
            encoder = load_encoder()
        except EncoderMissingError as error:
            stop(f"{error} Or leave out --semantic use.", 2)
    rows = [Row(text, label) for text, label in _read(train)]
    rows += [Row(text, None) for text, _ in _read(refusals)] if refusals else []
    asked = [Asked(text, label) for text, label in _read(test)]
    typer.echo(json.dumps(dataclasses.asdict(measure(rows, asked, common=common_words(), encoder=encoder))))


def _read(path: Path) -> list[tuple[str, str | None]]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        stop(f"{path} cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8'}.", 2)
    rows: list[tuple[str, str | None]] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            stop(f"{path}:{number}: this is no JSON.", 1)
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            stop(f'{path}:{number}: a line is {{"text": "…", "label": "…" or null}}.', 1)
        label = row.get("label")
        rows.append((row["text"], None if label is None else str(label)))
    return rows


def common_words() -> frozenset[str]:
    """Everyday English words, from the knowledge that comes with the program."""
    path = default_folder() / "en" / "common_words.txt"
    try:
        return read_common_words(path.read_text(encoding="utf-8")) | ENGLISH
    except OSError:
        return ENGLISH
