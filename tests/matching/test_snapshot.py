"""Building, keeping and loading."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.matching.cache import KEPT
from bot.matching.context import Context
from bot.matching.match import match
from bot.matching.snapshot import build_snapshot
from tests.matching.small import PHRASINGS, small_base, small_snapshot

ASKED = ("stop linkedin ai", "are my mesages read", "what about bread", "instagram photos ai", "why?")


def test_a_kept_index_answers_as_a_new_one(tmp_path: Path) -> None:
    build_snapshot(small_base(), cache=tmp_path)
    kept = build_snapshot(small_base(), cache=tmp_path)
    context = Context(entry="linkedin.opt-out", platform="linkedin")
    for text in ASKED:
        assert match(kept, text, context) == match(small_snapshot(), text, context)


def test_a_changed_phrasing_is_built_anew(tmp_path: Path) -> None:
    build_snapshot(small_base(), cache=tmp_path)
    changed = {**PHRASINGS, "bot.stored": ("whom do you tell about my secrets",)}
    snapshot = build_snapshot(small_base(changed), cache=tmp_path)
    assert (
        match(snapshot, "whom do you tell about my secrets", Context()).reading.candidates[0].entry
        == "bot.stored"
    )


def test_a_broken_file_is_built_anew(tmp_path: Path) -> None:
    build_snapshot(small_base(), cache=tmp_path)
    for path in tmp_path.iterdir():
        path.write_bytes(path.read_bytes()[:1000])
    assert build_snapshot(small_base(), cache=tmp_path).indexes["en"].topics
    for path in tmp_path.iterdir():
        path.write_bytes(b"")
    assert build_snapshot(small_base(), cache=tmp_path).indexes["en"].topics


def test_a_folder_that_cannot_be_written_is_no_fault(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    assert build_snapshot(small_base(), cache=blocked / "cache").indexes["en"].topics


def test_old_files_are_removed(tmp_path: Path) -> None:
    for number in range(KEPT + 3):
        build_snapshot(small_base({"bot.stored": (f"question number {number} about me",)}), cache=tmp_path)
    assert len(list(tmp_path.glob("match-en-*.npz"))) == KEPT


def test_what_is_read_counts_as_new(tmp_path: Path) -> None:
    build_snapshot(small_base(), cache=tmp_path)
    (first,) = tmp_path.glob("match-en-*.npz")
    os.utime(first, (1, 1))
    build_snapshot(small_base(), cache=tmp_path)
    assert first.stat().st_mtime > 1


def test_what_is_stored_is_not_computed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build_snapshot(small_base(), cache=tmp_path)

    def computed(*_: object, **__: object) -> None:
        raise AssertionError("it was there to be read")

    monkeypatch.setattr("bot.matching.cache.build_index", computed)
    assert build_snapshot(small_base(), cache=tmp_path).indexes["en"].topics


def test_thresholds_lie_in_order() -> None:
    limits = small_snapshot().indexes["en"].thresholds
    assert 0 < limits.low <= limits.high < 1
