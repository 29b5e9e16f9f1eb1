"""An installed wheel finds its knowledge, its catalogues and its migrations without the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

_LOOK = """
import json
from pathlib import Path
import bot
from bot.chat.wording import available_languages
from bot.knowledge.load import load
from bot.knowledge.location import default_folder
from bot.storage.migrating import config
from alembic.script import ScriptDirectory
loaded = load(default_folder())
print(json.dumps({
    "bot": str(Path(bot.__file__).parent),
    "knowledge": str(default_folder()),
    "entries": len(loaded.base.languages["en"].entries),
    "languages": available_languages(),
    "migrations": len(list(ScriptDirectory.from_config(config()).walk_revisions())),
}))
"""


def _run(*command: str, cwd: Path, **extra: str) -> str:
    environment = {**os.environ, **extra}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.slow
def test_an_installed_wheel_needs_no_checkout(tmp_path: Path) -> None:
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "-q")
    offline = ("--no-deps", "--no-index")
    _run(*pip, "wheel", *offline, "--no-build-isolation", "-w", str(tmp_path), str(ROOT), cwd=tmp_path)
    (wheel,) = tmp_path.glob("*.whl")
    site = tmp_path / "site"
    _run(*pip, "install", *offline, "--target", str(site), str(wheel), cwd=tmp_path)
    found = json.loads(_run(sys.executable, "-c", _LOOK, cwd=tmp_path, PYTHONPATH=str(site)))
    assert Path(found["bot"]) == site / "bot"
    assert Path(found["knowledge"]).is_relative_to(site)
    assert found["entries"] >= 48
    assert found["languages"][0] == "en"
    assert found["migrations"] >= 1
    answer = _run(
        sys.executable,
        "-m",
        "bot",
        "ask",
        "how do i stop linkedin training ai on my posts",
        "--json",
        cwd=tmp_path,
        PYTHONPATH=str(site),
        ADVISOR_DATA_DIR=str(tmp_path / "data"),
    )
    assert json.loads(answer)["entries"][0] == "linkedin.opt-out"
