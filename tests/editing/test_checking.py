"""What a change would do, found out in a process with limits."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from bot.editing import checking
from bot.editing.checking import (
    GoldenChange,
    GoldenOutcome,
    Leaning,
    Report,
    Translated,
    check,
    read_report,
    write_report,
)
from bot.editing.examining import examine
from bot.editing.limited import Limits, running
from bot.editing.revisions import Files
from bot.knowledge.diff import Change, Kind
from bot.knowledge.load import load_files
from bot.knowledge.problems import Problem, Severity
from bot.knowledge.revision import text_hash
from bot.knowledge.splice import set_text
from tests.editing.folders import ENTRY, PATH, SMALL, hash_of, titled
from tests.knowledge.folders import TODAY, claim, entry_text

STEP = (*ENTRY, "guide", "surfaces", "web", "steps", 0, "text")


def changed(text: str, *path: str | int, files: Files = SMALL) -> Files:
    return {**files, PATH: set_text(files[PATH], (*ENTRY, *path), text)}


def german(files: Files = SMALL) -> Files:
    base = load_files(files, today=TODAY).base
    assert base is not None
    entry = base.entry("linkedin.opt-out")
    assert entry is not None
    text = set_text(files[PATH], (*ENTRY, "translates"), text_hash(entry), after="title")
    caveats = files["en/caveats.yaml"]
    return {**files, "de/linkedin.yaml": text, "de/caveats.yaml": caveats}


async def test_a_changed_step_is_said_in_words_with_what_it_touches(tmp_path: Path) -> None:
    before = german()
    after = {**before, PATH: set_text(before[PATH], STEP, "Open the new page.")}
    report = await check(before, after, cache=tmp_path)
    assert report.hash == hash_of(after)
    assert report.errors == 0
    assert report.entries == ("linkedin.opt-out",)
    assert report.differences == (
        Change(
            "linkedin.opt-out",
            "en",
            "step web/open-setting text",
            Kind.CHANGED,
            "Open the page.",
            "Open the new page.",
        ),
    )
    assert report.guides == (Translated("en", "linkedin.opt-out"),)
    assert report.stale == (Translated("de", "linkedin.opt-out"),)
    assert (report.golden, report.golden_asked, report.leaning) == ((), 0, ())


async def test_errors_are_said_with_file_line_and_column_and_nothing_else(tmp_path: Path) -> None:
    after = {**SMALL, PATH: SMALL[PATH].replace(b"checked: 2026-11-20", b"checked: 2026-13-01", 1)}
    report = await check(SMALL, after, cache=tmp_path)
    assert report.hash is None
    assert report.errors == 1
    (problem,) = [one for one in report.problems if one.severity is Severity.ERROR]
    assert (problem.file, problem.line, problem.column) == (PATH, 22, 18)
    assert report.differences == ()


def test_only_warnings_that_the_change_brings_are_said(tmp_path: Path) -> None:
    alone = {**SMALL, "en/other.yaml": entry_text(claim() * 40).encode()}
    first = examine(SMALL, alone, cache=tmp_path)
    assert first.errors == 0
    assert [one.file for one in first.problems]
    assert examine(alone, titled("Other", alone), cache=tmp_path).problems == ()


def test_a_new_phrasing_shows_the_questions_that_get_another_answer(tmp_path: Path) -> None:
    other = entry_text(claim(), entry_id="linkedin.bread", word="how do i bake bread")
    after = {**SMALL, "en/bread.yaml": other.encode()}
    report = examine(SMALL, after, cache=tmp_path)
    assert report.golden_asked == 2
    assert report.hash == hash_of(after)
    moved = {one.question: (one.before, one.after) for one in report.golden}
    assert moved["how do i bake bread"][0] == GoldenOutcome("unknown", None)
    assert moved["how do i bake bread"][1].entry == "linkedin.bread"
    again = examine(SMALL, after, cache=tmp_path)
    assert again == report, "what was kept in the cache says the same"


def test_a_phrasing_that_the_others_take_for_another_entry_leans(tmp_path: Path) -> None:
    other = entry_text(claim(), entry_id="linkedin.other", word="please show my invoice")
    before = {**SMALL, "en/other.yaml": other.encode()}
    stray = b"      - please show my invoice question m\n"
    place = before[PATH].index(b"    claims:")
    after = {**before, PATH: before[PATH][:place] + stray + before[PATH][place:]}
    found = examine(before, after, cache=tmp_path).leaning
    assert Leaning("en", "please show my invoice question m", "linkedin.opt-out", "linkedin.other") in found


def test_a_new_check_or_source_is_no_change_of_a_guide(tmp_path: Path) -> None:
    after = changed("2026-11-21", "guide", "surfaces", "web", "checked")
    report = examine(SMALL, after, cache=tmp_path)
    assert report.entries == ("linkedin.opt-out",)
    assert report.guides == ()


def test_a_report_comes_back_from_json_as_it_was() -> None:
    report = Report(
        hash="0" * 64,
        problems=(Problem("a", 1, 2, "m ü", "mend", Severity.WARNING),),
        differences=(Change("a", None, "", Kind.ADDED),),
        entries=("a.b",),
        golden=(GoldenChange("en", "q", GoldenOutcome("unknown", None), GoldenOutcome("answer", "a.b")),),
        golden_asked=3,
        leaning=(Leaning("en", "p", "a.b", "a.c"),),
        guides=(Translated("en", "a.b"),),
        stale=(Translated("de", "a.b"),),
    )
    assert read_report(write_report(report)) == report


@pytest.mark.parametrize("limits", [Limits(seconds=0.001), Limits(memory=30_000_000)], ids=["time", "memory"])
async def test_a_check_that_needs_too_much_is_a_problem_and_ends(limits: Limits, tmp_path: Path) -> None:
    large = {f"en/{number}.yaml": b"#" * 900_000 for number in range(10)}
    report = await check(SMALL, {**SMALL, **large}, cache=tmp_path, limits=limits)
    assert report.hash is None
    assert report.errors == 1
    assert report.problems[0].mend


async def test_hostile_files_are_problems_and_no_faults(tmp_path: Path) -> None:
    for data in (
        b"[" * 500_000,
        b"\x00" * 1000,
        b"a: &a [x]\nb: [*a, *a]\n",
        b"a" * 999_999,
        b"- " * 400_000,
    ):
        report = await check(SMALL, {**SMALL, PATH: data}, cache=tmp_path)
        assert report.hash is None
        assert report.errors


async def test_a_cancelled_check_leaves_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: asyncio.Queue[int] = asyncio.Queue()

    async def hold(process: asyncio.subprocess.Process, header: bytes, files: Files) -> None:
        started.put_nowait(process.pid)
        await asyncio.Event().wait()  # the process waits for its input, the check for its output

    monkeypatch.setattr(checking, "hand_over", hold)
    task = asyncio.create_task(check(SMALL, SMALL, cache=tmp_path))
    pid = await started.get()
    os.kill(pid, 0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_the_process_does_not_get_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "secret")
    async with running("tests.editing.environment") as process:
        assert process.stdout is not None
        names = (await process.stdout.read()).decode().split()
    assert "PYTHONPATH" in names
    assert not [name for name in names if name.startswith(("TELEGRAM", "ADVISOR"))]
