"""The example in the guide for authors is real: the check says of it what the guide prints."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import yaml

from bot.knowledge.limits import PHRASINGS
from bot.knowledge.location import default_folder
from tests.knowledge.folders import PLATFORMS, SOURCES, load_with

GUIDE = (default_folder() / "README.md").read_text(encoding="utf-8")
EXAMPLE = GUIDE.partition("## From a question to a published entry")[2].partition("\n## ")[0]
BLOCKS = [textwrap.dedent(block) for block in re.findall(r"```(?:yaml)?\n(.*?)```", EXAMPLE, re.DOTALL)]
PLATFORM = re.search(r"`- (\{id: .*?\})`", EXAMPLE)


def files(entry: str) -> dict[str, str]:
    assert PLATFORM is not None
    return {
        "platforms.yaml": PLATFORMS.replace("platforms:\n", f"platforms:\n  - {PLATFORM[1]}\n"),
        "sources/linkedin.yaml": SOURCES,
        "sources/wetransfer.yaml": BLOCKS[0],
        "en/wetransfer.yaml": entry,
    }


def test_the_check_says_of_the_example_what_the_guide_prints(tmp_path: Path) -> None:
    said = [str(problem) for problem in load_with(tmp_path, files(BLOCKS[1])).problems]
    assert said == BLOCKS[2].splitlines()


def test_mended_as_the_check_says_it_loads(tmp_path: Path) -> None:
    asked = "".join(f"      - wetransfer and ai, wording {number}\n" for number in range(PHRASINGS))
    mended = BLOCKS[1].replace("wetransfer-press-2025-07", "wetransfer-terms-2026")
    mended = re.sub(r"      # … [^\n]*\n", asked, mended)
    result = load_with(tmp_path, files(mended))
    assert [str(problem) for problem in result.problems] == []
    assert result.base is not None
    assert "wetransfer.data-used" in result.base.languages["en"].entries


def test_the_guide_names_every_field_of_the_files() -> None:
    for name in ("platforms", "regions", "helplines", "authorities", "names", "article"):
        assert f"`{name}.yaml`" in GUIDE
        text = (default_folder() / f"{name}.yaml").read_text(encoding="utf-8")
        fields = {
            key
            for items in yaml.safe_load(text).values()
            if isinstance(items, list)
            for item in items
            for key in item
        }
        assert [key for key in sorted(fields) if f"{key}:" not in GUIDE and f"{key}," not in GUIDE] == [], (
            name
        )
