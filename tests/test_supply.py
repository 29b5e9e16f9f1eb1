"""What the program is made of: time zones from the pinned package, and a bill of materials from the lock."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
import zoneinfo
from pathlib import Path
from typing import Any

import yaml

import bot

ROOT = Path(__file__).parents[1]
SBOM = runpy.run_path(str(ROOT / "requirements" / "sbom.py"))


def test_time_zones_come_from_the_pinned_package_and_not_from_the_machine(tmp_path: Path) -> None:
    assert bot.__version__
    assert zoneinfo.TZPATH == ()
    (tmp_path / "Europe").mkdir()
    (tmp_path / "Europe" / "Berlin").write_bytes(b"an old machine's own")
    program = (
        "import bot, zoneinfo, tzdata, datetime\n"
        "berlin = zoneinfo.ZoneInfo('Europe/Berlin')\n"
        "print(datetime.datetime(2026, 7, 1, tzinfo=berlin).utcoffset(), zoneinfo.TZPATH)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONTZPATH": str(tmp_path)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "2:00:00 ()\n", done.stderr


def test_every_package_of_the_lock_is_in_the_bill_with_its_hashes() -> None:
    lock = (ROOT / "requirements" / "run.txt").read_text()
    bill: dict[str, Any] = SBOM["bill"](
        lock, {"name": "privacy-advisor", "version": "1", "license": "Apache-2.0"}
    )
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    pinned = {line.split(" ")[0] for line in lock.splitlines() if "==" in line and line[0].isalnum()}
    assert {f"{one['name']}=={one['version']}" for one in bill["components"]} == pinned
    assert sum(len(one["hashes"]) for one in bill["components"]) == lock.count("--hash=sha256:")
    refs = {one["bom-ref"] for one in bill["components"]} | {bill["metadata"]["component"]["bom-ref"]}
    needs = {one["ref"]: one["dependsOn"] for one in bill["dependencies"]}
    assert needs.keys() == refs
    assert {ref for some in needs.values() for ref in some} <= refs
    assert any("aiohttp@" in ref for ref in needs["pkg:pypi/privacy-advisor@1"])


def test_the_same_lock_gives_the_same_bill() -> None:
    lock = (ROOT / "requirements" / "run.txt").read_text()
    project = {"name": "privacy-advisor", "version": "1", "license": "Apache-2.0"}
    first, second = (json.dumps(SBOM["bill"](lock, project)) for _ in range(2))
    assert first == second


def test_a_package_without_a_hash_is_refused() -> None:
    try:
        SBOM["read_lock"]("aiohttp==1.0\n")
    except ValueError as fault:
        assert "no hash" in str(fault)
    else:
        raise AssertionError("it was taken")


def test_the_sample_for_litestream_copies_the_database_of_the_unit_and_no_key() -> None:
    sample = yaml.safe_load((ROOT / "deploy" / "litestream.yml").read_text("utf-8"))
    unit = (ROOT / "deploy" / "privacy-advisor.service").read_text("utf-8")
    (database,) = sample["dbs"]
    folder, _, name = database["path"].rpartition("/")
    assert f"ADVISOR_DATA_DIR={folder} " in unit
    assert name == "advisor.db"
    assert all(replica["retention"] == "72h" for replica in database["replicas"])
