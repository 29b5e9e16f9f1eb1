"""Yesterday's backup is put back, and whoever left in between is still unknown."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from tests.support.transcript import Stage, on_stage


async def advisor(stage: Stage, *words: str) -> str:
    """A command of the operator, in a process of its own; returns what it prints."""
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "bot", *words],
        env=os.environ | {"ADVISOR_DATA_DIR": str(stage.data)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


async def test_an_erased_member_stays_erased_after_yesterdays_backup_came_back(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        await stage.play(
            """
            > /region de
            > :as 8 lang=en
            > /region at
            > /timezone Vienna
            > /remind tomorrow at 18:00 linkedin
            """
        )
        assert "Backed up" in await advisor(stage, "db", "backup", str(tmp_path / "yesterday"))
        await stage.play(
            """
            > :at 2026-11-24T10:00:00+01:00
            > /forget
            > [Yes, erase]
            < Done.
            > /mydata
            < Nothing is kept about you
            """
        )
        await stage.session.stop()
        said = await advisor(stage, "db", "restore", str(tmp_path / "yesterday"), "--late", "skip")
        assert "erased since are gone again" in said
        await stage.session.start()
        await stage.play(
            """
            > /mydata
            < Nothing is kept about you
            > /reminders
            < You have no reminders
            > :as 7
            > /mydata
            < are kept about you
            """
        )
        assert "1" in await advisor(stage, "members", "count")
