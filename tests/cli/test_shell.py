"""`advisor shell` as a command: its lines, its exit codes, and that it is the whole bot."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

from tests.support.transcript import on_stage


async def advisor(*arguments: str, said: str = "", folder: Path) -> tuple[int, list[str], str]:
    """Run `advisor`; returns its exit code, its lines and what stood on standard error."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "ADVISOR_DATA_DIR": str(folder / "data")},
    )
    out, err = await process.communicate(said.encode())
    assert process.returncode is not None
    return process.returncode, out.decode().splitlines(), err.decode()


async def test_a_script_prints_a_json_line_for_everything_the_bot_sends(tmp_path: Path) -> None:
    code, lines, errors = await advisor("shell", "--script", "-", said="/start\n[#1]\n", folder=tmp_path)
    assert (code, errors) == (0, "")
    start, answer, edit = map(json.loads, lines)
    assert start["to"] == 1
    assert len(start["text"].splitlines()) <= 12
    assert start["buttons"]
    assert "callback_answer" in answer
    assert edit["edited"] is True


async def test_a_kept_folder_goes_on_with_new_ids(tmp_path: Path) -> None:
    ids = []
    for _ in range(2):
        _, lines, _ = await advisor("shell", "--script", "-", said="/start\n", folder=tmp_path)
        ids.append(json.loads(lines[0])["message_id"])
    assert ids[0] < ids[1]


async def test_wrong_lines_of_a_file_are_told_before_anything_is_done(tmp_path: Path) -> None:
    script = tmp_path / "script.txt"
    script.write_text("/start\n:nonsense\n:at never\n")
    code, lines, errors = await advisor("shell", "--script", str(script), folder=tmp_path)
    assert (code, lines) == (2, [])
    assert f"{script}:2: there is no :nonsense" in errors
    assert f"{script}:3: 'never' is no instant" in errors


async def test_a_tap_at_nothing_ends_a_script_with_2(tmp_path: Path) -> None:
    code, _, errors = await advisor("shell", "--script", "-", said="\n[Nope]\n", folder=tmp_path)
    assert code == 2
    assert errors == (
        "advisor: standard input:2: no button contains “Nope”; the newest keyboard has no buttons at all\n"
    )


async def test_without_input_the_terminal_chat_ends_well(tmp_path: Path) -> None:
    code, lines, errors = await advisor("shell", folder=tmp_path)
    assert (code, errors) == (0, "")
    assert "whole bot, without a network" in lines[0]


async def test_numbers_and_labels_tap_in_the_terminal(tmp_path: Path) -> None:
    said = "/start\n1\n:help\n:nonsense\n:quit\nnever said\n"
    picture = tmp_path / "dialogue.svg"
    code, lines, _ = await advisor("shell", "--export-svg", str(picture), said=said, folder=tmp_path)
    shown = "\n".join(lines)
    assert code == 0
    assert "edited" in shown
    assert ":inline TEXT" in shown
    assert "there is no :nonsense" in shown
    assert await asyncio.to_thread(picture.stat)


async def test_the_whole_application_plays_transcripts(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        await stage.play("""
            # a newcomer
            > /start
            < no legal advice
            < not
              end-to-end encrypted
            ! password reset
            ! [Nonsense]
            > :block
            < nothing
        """)
