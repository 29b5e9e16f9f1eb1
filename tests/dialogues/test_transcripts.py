"""Dialogues, word by word, through the whole application on the Telegram in memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.transcript import play

_FOLDER = Path(__file__).parent / "transcripts"
TRANSCRIPTS = {path.stem: path.read_text(encoding="utf-8") for path in sorted(_FOLDER.glob("*.txt"))}


@pytest.mark.parametrize("name", TRANSCRIPTS)
async def test_it_goes_as_written(name: str, tmp_path: Path) -> None:
    await play(TRANSCRIPTS[name], tmp_path)
