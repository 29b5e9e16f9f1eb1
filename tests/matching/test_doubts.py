"""Phrasings that lean to another entry are named to their author, with the line."""

from __future__ import annotations

from pathlib import Path

from bot.knowledge.locate import locate
from bot.matching.doubts import doubts
from tests.knowledge.folders import write
from tests.matching.small import PHRASINGS, small_base


def test_a_phrasing_that_stands_in_the_wrong_entry_is_named() -> None:
    astray = "how to turn off the ai training on linkedin"
    phrasings = {**PHRASINGS, "linkedin.purpose": (*PHRASINGS["linkedin.purpose"], astray)}
    found = [one for one in doubts(small_base(phrasings)) if one.phrasing is not None]
    assert [(one.phrasing, one.entry, one.other) for one in found] == [
        (astray, "linkedin.purpose", "linkedin.opt-out")
    ]


def test_two_entries_that_cannot_be_told_apart_are_named() -> None:
    phrasings = {
        "linkedin.one": ("stop the ai", "halt linkedin ai", "end ai training here", "no more ai on linkedin"),
        "linkedin.two": (
            "please stop the ai",
            "halt linkedin ai now",
            "end ai training",
            "no more ai linkedin",
        ),
        "linkedin.three": ("which country", "what region am i in", "countries of linkedin"),
    }
    pairs = {(one.entry, one.other) for one in doubts(small_base(phrasings)) if one.phrasing is None}
    assert pairs
    assert pairs <= {("linkedin.one", "linkedin.two"), ("linkedin.two", "linkedin.one")}


def test_the_line_of_a_phrasing_is_found(tmp_path: Path) -> None:
    folder = write(tmp_path / "knowledge")
    at = locate(folder, "en", "linkedin.opt-out")
    text = (folder / at.file).read_text(encoding="utf-8").splitlines()
    assert "linkedin.opt-out" in text[at.line - 1]
    assert locate(folder, "en", "no.such").file == "en"
