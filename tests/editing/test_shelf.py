"""Loaded knowledge that is kept: the same as reading it, or read again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.editing import shelf
from bot.editing.shelf import KEPT, keep, load_kept
from bot.knowledge.load import load_files
from tests.editing.folders import PATH, SMALL, titled


def stored(folder: Path) -> list[Path]:
    return sorted(folder.glob("*"))


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading files would be a failure."""

    def fail(files: object) -> None:
        raise AssertionError("it was read again")

    monkeypatch.setattr(shelf, "load_files", fail)


def test_what_is_kept_is_what_reading_gives(tmp_path: Path, unread: None) -> None:
    base = load_files(SMALL).base
    assert base is not None
    keep(SMALL, base, tmp_path)
    assert load_kept(SMALL, tmp_path) == (base, 0)


def test_another_byte_is_another_file(tmp_path: Path) -> None:
    first, _ = load_kept(SMALL, tmp_path)
    other, _ = load_kept(titled("Other"), tmp_path)
    moved, _ = load_kept({**SMALL, "en/x.yaml": SMALL[PATH][:0]}, tmp_path)
    assert first is not None
    assert other is not None
    assert first.revision != other.revision
    assert moved == first
    assert len(stored(tmp_path)) == 3


@pytest.mark.parametrize("damage", [b"", b"\x00" * 50, b"\xff" * 50, b"\x00\x00\x00\x04....", b"no parcel"])
def test_a_damaged_file_is_made_again(tmp_path: Path, damage: bytes) -> None:
    base, _ = load_kept(SMALL, tmp_path)
    (file,) = stored(tmp_path)
    whole = file.read_bytes()
    for bad in (damage, whole[:-3], whole[: len(whole) // 2], damage + whole):
        file.write_bytes(bad)
        assert load_kept(SMALL, tmp_path) == (base, 0)
        assert file.read_bytes() == whole


def test_knowledge_with_errors_is_not_kept(tmp_path: Path) -> None:
    broken = {**SMALL, PATH: SMALL[PATH].replace(b"2026-11-20", b"2026-02-30", 1)}
    assert load_kept(broken, tmp_path) == (None, 1)
    assert stored(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    base, errors = load_kept(SMALL, tmp_path / "file" / "cache")
    assert base is not None
    assert errors == 0
    assert load_kept(SMALL, None)[0] == base


def test_a_few_are_kept(tmp_path: Path) -> None:
    for number in range(KEPT + 2):
        load_kept(titled(f"Title {number}"), tmp_path)
    assert len(stored(tmp_path)) == KEPT


def test_what_is_read_counts_as_new(tmp_path: Path) -> None:
    load_kept(SMALL, tmp_path)
    (first,) = tmp_path.glob("base-*.parcel")
    os.utime(first, (1, 1))
    load_kept(SMALL, tmp_path)
    assert first.stat().st_mtime > 1
