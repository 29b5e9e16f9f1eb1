"""`advisor knowledge` tells authors what is wrong and what there is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.knowledge import app
from bot.knowledge.location import default_folder
from bot.knowledge.revision import text_hash
from tests.knowledge.folders import CAVEATS, OPT_OUT, base_with, claim, entry_text, write

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


def test_translations_names_what_is_stale_and_missing(tmp_path: Path) -> None:
    german = OPT_OUT.replace("title: Turning", "title: Turning ")
    more = entry_text(claim())
    folder = str(write(tmp_path, {"de/linkedin.yaml": german, "en/more.yaml": more}))
    code, out, _ = run("translations", folder)
    now = text_hash(base_with(tmp_path / "again").languages["en"].entries["linkedin.opt-out"])
    assert code == 1
    assert out.splitlines() == [
        f"de stale: linkedin.opt-out (once it fits: translates: {now})",
        "de missing: linkedin.other",
        "de missing: caveat future-only",
        "de missing: label “Your rights”",
        "de: 1 stale, 1 missing, 1 caveats and 1 labels missing, of 2 entries",
    ]
    answer = json.loads(run("translations", folder, "--json")[1])
    assert answer == {
        "de": {
            "stale": ["linkedin.opt-out"],
            "missing": ["linkedin.other"],
            "caveats": ["future-only"],
            "labels": ["Your rights"],
        }
    }
    assert run("translations", folder, "--lang", "fr")[0] == 2


def test_translations_is_content_when_all_are_of_today(tmp_path: Path) -> None:
    now = text_hash(base_with(tmp_path / "english").languages["en"].entries["linkedin.opt-out"])
    german = OPT_OUT.replace("    title:", f"    translates: {now}\n    title:", 1)
    labels = 'labels: {"Your rights": Ihre Rechte}\n'
    files = {"de/linkedin.yaml": german, "de/caveats.yaml": CAVEATS, "de/labels.yaml": labels}
    code, out, _ = run("translations", str(write(tmp_path / "both", files)))
    assert (code, out) == (0, "de: 0 stale, 0 missing, 0 caveats and 0 labels missing, of 1 entries\n")


def test_the_table_has_a_line_for_each_platform(tmp_path: Path) -> None:
    folder = str(write(tmp_path))
    code, out, _ = run("table", folder)
    head, linkedin, gdpr = (line.split() for line in out.splitlines())
    assert code == 0
    assert head == ["platform", "entries", "guides", "surfaces", "regions", "claims", "sources", "oldest"]
    assert linkedin[:3] == ["linkedin", "1", "1"]
    assert gdpr[:3] == ["gdpr", "0", "-"]
    rows = json.loads(run("table", folder, "--json")[1])
    assert rows[0]["platform"] == "linkedin"
    assert rows[0]["oldest"] == "2026-08-22"


def test_show_as_of_a_day_tells_what_held_then(tmp_path: Path) -> None:
    claims = claim("It was so.", until="2025-11-02") + claim("It is so.", **{"from": "2025-11-03"})
    folder = str(write(tmp_path, {"en/more.yaml": entry_text(claims)}))
    out = run("show", "linkedin.other", "--as-of", "2025-11-02", "--dir", folder)[1]
    assert "It was so." in out
    assert "until 2025-11-02" in out
    assert "It is so." not in out
    answer = json.loads(run("show", "linkedin.other", "--as-of", "2025-11-03", "--json", "--dir", folder)[1])
    assert [(one["text"], one["from"]) for one in answer["claims"]] == [("It is so.", "2025-11-03")]
    nothing = run("show", "linkedin.opt-out", "--as-of", "2020-01-01", "--dir", folder)[1]
    assert "what held then is not known" in nothing
    assert run("show", "linkedin.other", "--as-of", "2020-13-01", "--dir", folder)[0] == 2


def test_stale_names_entries_whose_check_is_overdue(tmp_path: Path) -> None:
    code, out, _ = run("stale", str(write(tmp_path)))
    assert code == 1
    assert out.startswith("linkedin.opt-out (en): as of 20")
