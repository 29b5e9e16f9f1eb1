"""`advisor knowledge` tells authors what is wrong and what there is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.knowledge import app
from bot.knowledge.location import default_folder
from tests.knowledge.folders import OPT_OUT, base_with, write

BROKEN = {"en/linkedin.yaml": OPT_OUT.replace("2026-11-20", "2026-02-30", 1)}


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.stdout, result.stderr


def test_check_is_content_with_a_whole_folder(tmp_path: Path) -> None:
    code, out, _ = run("check", str(write(tmp_path)))
    assert code == 0
    assert out.startswith("Fine: 1 entries, 3 claims, 2 sources, 0 warnings, revision ")


def test_check_names_problems_and_ends_with_1(tmp_path: Path) -> None:
    code, out, _ = run("check", str(write(tmp_path, BROKEN)))
    assert code == 1
    assert out.startswith("en/linkedin.yaml:22:18: The day 2026-02-30 does not exist. Write year, month")


def test_check_in_json_has_the_same(tmp_path: Path) -> None:
    code, out, _ = run("check", str(write(tmp_path, BROKEN)), "--json")
    answer = json.loads(out)
    assert (code, answer["ok"], answer["errors"]) == (1, False, 1)
    problem = answer["problems"][0]
    assert (problem["file"], problem["line"], problem["column"], problem["severity"]) == (
        "en/linkedin.yaml",
        22,
        18,
        "error",
    )


def test_a_folder_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    code, _, error = run("check", str(tmp_path / "nowhere"))
    assert (code, error.strip()) == (2, f"There is no folder {tmp_path / 'nowhere'}.")
    assert run("show")[0] == 2


def test_stats_count_in_json(tmp_path: Path) -> None:
    german = OPT_OUT.replace("title: Turning", "title: Turning ")
    code, out, _ = run("stats", str(write(tmp_path, {"de/linkedin.yaml": german})), "--json")
    answer = json.loads(out)
    assert code == 0
    assert {name: answer[name] for name in ("entries", "claims", "claims_without_source", "guides")} == {
        "entries": 1,
        "claims": 3,
        "claims_without_source": 0,
        "guides": 1,
    }
    assert answer["languages"]["en"]["phrasings"] == 12
    assert answer["languages"]["de"]["stale"] == 1
    assert answer["languages"]["de"]["missing"] == 0


def test_show_tells_an_entry(tmp_path: Path) -> None:
    folder = str(write(tmp_path))
    code, out, _ = run("show", "linkedin.opt-out", "--json", "--dir", folder)
    answer = json.loads(out)
    assert code == 0
    assert (answer["id"], answer["guide"], answer["no_opt_out"]) == ("linkedin.opt-out", True, False)
    assert answer["claims"][0]["sources"] == ["notice"]
    assert "1. Open the page." in run("show", "linkedin.opt-out", "--dir", folder)[1]
    code, _, error = run("show", "linkedin.nothing", "--dir", folder)
    assert (code, error.strip()) == (1, "There is no entry linkedin.nothing.")


def test_diff_says_what_is_different(tmp_path: Path) -> None:
    old = str(write(tmp_path / "old"))
    new = str(write(tmp_path / "new", {"en/linkedin.yaml": OPT_OUT.replace("You can", "You may")}))
    assert "claim changed" in run("diff", old, new)[1]
    assert run("diff", old, old) == (0, "Both say the same.\n", "")


def test_an_exported_copy_has_the_same_revision(tmp_path: Path) -> None:
    folder = write(tmp_path / "knowledge")
    copy = tmp_path / "copy"
    code, out, _ = run("export", str(copy), "--dir", str(folder))
    base = base_with(tmp_path / "again")
    assert (code, out.strip()) == (0, f"{copy}: revision {base.revision}")
    assert run("export", str(copy), "--dir", str(folder))[0] == 2


def test_stale_lists_what_must_be_checked_again(tmp_path: Path) -> None:
    old = OPT_OUT.replace("2026-11-20", "2024-01-01")
    code, out, _ = run("stale", str(write(tmp_path, {"en/linkedin.yaml": old})))
    assert code == 1
    assert out.startswith("linkedin.opt-out (en): as of 2024-01-01, ")
    assert out.strip().endswith("steps are withheld")


def test_the_packaged_copy_is_used_before_the_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert default_folder() == Path(__file__).parents[2] / "knowledge"
    monkeypatch.setattr("bot.knowledge.location.__file__", str(tmp_path / "location.py"))
    (tmp_path / "content").mkdir()
    assert default_folder() == tmp_path / "content"
