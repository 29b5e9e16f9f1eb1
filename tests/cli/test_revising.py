"""`advisor knowledge` on revisions: history, diff, publish, rollback, export."""

from __future__ import annotations

import difflib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.knowledge import app
from bot.storage.locking import ProcessLock
from tests.editing.folders import PATH, SMALL, hash_of, titled
from tests.knowledge.folders import write
from tests.support.cache import CACHE

ENTRY = "linkedin.opt-out"


class Host:
    """A machine with deployed knowledge and a data folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.deployed = write(folder / "deployed")
        self.data = folder / "data"
        self.environment = {
            "ADVISOR_DATA_DIR": str(self.data),
            "ADVISOR_KNOWLEDGE_DIR": str(self.deployed),
            "ADVISOR_CACHE_DIR": str(CACHE),
        }

    def run(self, *arguments: str, code: int = 0) -> str:
        result = CliRunner().invoke(app, list(arguments), env=self.environment)
        assert result.exit_code == code, result.output
        if code:
            assert result.stderr.strip()
        return result.stderr if code else result.stdout

    def numbers(self) -> list[tuple[int, str]]:
        return [(one["number"], one["kind"]) for one in json.loads(self.run("history", "--json"))]

    def exported(self, name: str, *options: str) -> Mapping[str, bytes]:
        target = self.folder / name
        self.run("export", str(target), *options)
        return {path.relative_to(target).as_posix(): path.read_bytes() for path in target.rglob("*.*")}

    def file(self, name: str, data: bytes) -> str:
        (self.folder / name).write_bytes(data)
        return str(self.folder / name)


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    monkeypatch.chdir(tmp_path)
    return Host(tmp_path)


def test_a_file_is_published_shown_and_taken_back(host: Host) -> None:
    said = host.run("publish", host.file("linkedin.yaml", titled("New")[PATH]))
    assert f"{ENTRY} (en): title changed: “Turning AI training off” → “New”" in said
    assert f"Published as revision 2, {hash_of(titled('New'))}" in said
    assert host.numbers() == [(2, "edit"), (1, "release")]
    assert host.run("diff", "1", hash_of(titled("New"))[:10]) == (
        f"{ENTRY} (en): title changed: “Turning AI training off” → “New”\n"
    )
    assert "Published as revision 3" in host.run("rollback", "1")
    assert host.run("diff", "1", "3") == "Both say the same.\n"
    assert host.numbers()[0] == (3, "rollback")
    assert host.exported("out") == SMALL
    assert host.exported("two", "--revision", "2") == titled("New")


def test_one_entry_goes_back_and_the_rest_stays(host: Host) -> None:
    host.run("publish", host.file("linkedin.yaml", titled("New")[PATH]))
    host.run("publish", host.file("golden.yaml", SMALL["en/golden.yaml"] + b"# more\n"))
    host.run("rollback", ENTRY, "1")
    assert host.exported("out") == {**SMALL, "en/golden.yaml": SMALL["en/golden.yaml"] + b"# more\n"}


def test_a_folder_and_an_archive_are_published(host: Host) -> None:
    host.run("publish", str(write(host.folder / "new", {PATH: titled("Folder")[PATH]})))
    assert host.exported("one") == titled("Folder")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(PATH, titled("Archive")[PATH])
    host.run("publish", host.file("new.zip", buffer.getvalue()))
    assert host.exported("two") == titled("Archive")


def test_an_export_has_the_same_hash_and_a_changed_word_is_one_line(host: Host) -> None:
    host.run("publish", host.file("linkedin.yaml", titled("Turning AI training on")[PATH]))
    before, after = host.exported("before", "--revision", "1"), host.exported("after")
    assert [path for path in before if before[path] != after[path]] == [PATH]
    sides = [side[PATH].decode().splitlines() for side in (before, after)]
    lines = [
        line
        for line in difflib.unified_diff(sides[0], sides[1], n=0)
        if not line.startswith(("---", "+++", "@@"))
    ]
    assert lines == ["-    title: Turning AI training off", "+    title: Turning AI training on"]
    assert hash_of(titled("Turning AI training on")) in host.run(
        "check", str(host.folder / "after"), "--json"
    )


def test_an_export_into_a_working_copy_touches_only_what_differs(host: Host) -> None:
    copy = write(host.folder / "copy", {"en/old.yaml": "entries: []\n", "README.md": "for authors\n"})
    host.run("publish", host.file("linkedin.yaml", titled("New")[PATH]))
    assert "is not empty" in host.run("export", str(copy), code=2)
    untouched = (copy / "regions.yaml").stat().st_mtime_ns
    host.run("export", str(copy), "--update")
    assert (copy / PATH).read_bytes() == titled("New")[PATH]
    assert not (copy / "en/old.yaml").exists()
    assert (copy / "README.md").read_text() == "for authors\n"
    assert (copy / "regions.yaml").stat().st_mtime_ns == untouched


def test_without_a_database_the_files_of_the_program_are_exported(host: Host) -> None:
    target = host.folder / "out"
    host.run("export", str(target), "--dir", str(host.deployed))
    assert (target / PATH).read_bytes() == SMALL[PATH]
    assert "There is no database" in host.run("history", code=1)


def test_errors_and_refused_files_publish_nothing(host: Host) -> None:
    broken = SMALL[PATH].replace(b"2026-11-20", b"2026-02-30", 1)
    said = host.run("publish", host.file("linkedin.yaml", broken), code=1)
    assert "en/linkedin.yaml:22:18: The day 2026-02-30 does not exist." in said
    assert "Nothing was published: 1 errors." in said
    assert "is no knowledge file" in host.run("publish", host.file("linkedin.exe", b"x"), code=1)
    assert "There is no file or folder" in host.run("publish", str(host.folder / "nowhere"), code=2)
    assert host.numbers() == [(1, "release")]


def test_a_dry_run_says_what_would_change_and_publishes_nothing(host: Host) -> None:
    said = host.run("publish", "--dry-run", host.file("linkedin.yaml", titled("New")[PATH]))
    assert "title changed" in said
    assert host.numbers() == [(1, "release")]


def test_what_says_the_same_is_not_published_again(host: Host) -> None:
    assert "Nothing to publish: revision 1" in host.run("publish", str(host.deployed))
    assert host.numbers() == [(1, "release")]


def test_while_the_bot_runs_publishing_is_refused_and_reading_goes_on(host: Host) -> None:
    host.run("publish", host.file("linkedin.yaml", titled("New")[PATH]))
    with ProcessLock(host.data / "advisor.db"):
        said = host.run("publish", host.file("linkedin.yaml", titled("Newer")[PATH]), code=1)
        assert "The bot is running on this database: stop it first, or publish from the chat" in said
        assert host.numbers() == [(2, "edit"), (1, "release")]


def test_revisions_that_there_are_not_are_said_to_be_none(host: Host) -> None:
    host.run("publish", "--dry-run", str(host.deployed))
    assert "There is no revision 7" in host.run("diff", "1", "7", code=1)
    assert "There is no folder and no revision abcdef" in host.run("diff", "1", "abcdef", code=2)
    assert "There is no folder" in host.run("diff", "1", "no/where", code=2)
    assert "There is no entry linkedin.nothing in revision 1" in host.run(
        "rollback", "linkedin.nothing", "1", code=1
    )
    assert "Name a revision" in host.run("rollback", ENTRY, code=2)
