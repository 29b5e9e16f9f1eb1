"""Dialogues, word by word, through the whole application on the Telegram in memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.transcript import play

TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))


@pytest.mark.parametrize("transcript", TRANSCRIPTS, ids=lambda path: path.stem)
async def test_it_goes_as_written(transcript: Path, tmp_path: Path) -> None:
    await play(transcript.read_text(encoding="utf-8"), tmp_path)
