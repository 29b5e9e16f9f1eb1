"""A folder that nobody trusts is checked in a process that may die, and the asker lives on."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from bot.knowledge.guarded import MAX_QUOTED, MAX_TOLD, check_guarded
from tests.knowledge.folders import OPT_OUT, base_with, write
from tests.knowledge.test_reader import HOSTILE


def test_a_whole_folder_has_the_revision_that_it_has_outside(tmp_path: Path) -> None:
    base = base_with(tmp_path)
    result = check_guarded(tmp_path)
    assert (result.revision, result.problems) == (base.revision, ())


def test_problems_come_back_with_their_places(tmp_path: Path) -> None:
    folder = write(tmp_path, {"en/linkedin.yaml": OPT_OUT.replace("2026-11-20", "2026-02-30", 1)})
    result = check_guarded(folder)
    assert result.revision is None
    assert [(one.file, one.line, one.column) for one in result.problems] == [("en/linkedin.yaml", 22, 18)]


@pytest.mark.parametrize("data", HOSTILE.values(), ids=list(HOSTILE))
def test_a_hostile_file_is_refused_without_hurting_the_asker(tmp_path: Path, data: bytes) -> None:
    folder = write(tmp_path, {"en/hostile.yaml": data})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result = check_guarded(folder)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert result.revision is None
    assert any(one.file == "en/hostile.yaml" for one in result.problems)
    assert all(len(one.message) <= MAX_QUOTED for one in result.problems)
    assert grown < 20_000, "kilobytes"


def test_a_process_without_memory_is_a_problem_and_no_exception(tmp_path: Path) -> None:
    result = check_guarded(write(tmp_path), max_memory=30_000_000)
    assert result.revision is None
    assert "too much time or memory" in result.problems[0].message


def test_a_process_without_time_is_ended(tmp_path: Path) -> None:
    result = check_guarded(write(tmp_path), timeout=0.01)
    assert "longer than 0.01 seconds" in result.problems[0].message


def test_thousands_of_problems_come_back_as_some_with_errors_first(tmp_path: Path) -> None:
    many = "sources:\n" + "".join(f"  - {{id: s{number}}}\n" for number in range(3000))
    result = check_guarded(write(tmp_path, {"sources/many.yaml": many}))
    assert len(result.problems) == MAX_TOLD


def test_the_process_gets_no_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "canary")
    monkeypatch.setenv("PYTHONSTARTUP", "/nowhere")
    monkeypatch.setenv("PYTHONWARNINGS", "error::DeprecationWarning")
    folder = write(tmp_path)
    assert check_guarded(folder).problems == ()
