"""A change is told in words, claim by claim."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.knowledge.diff import changed_entries, diff
from tests.knowledge.folders import OPT_OUT, WHOLE, base_with, claim, entry_text

EN = "en/linkedin.yaml"


def told(tmp_path: Path, files: dict[str, str]) -> list[str]:
    old, new = base_with(tmp_path / "old"), base_with(tmp_path / "new", files)
    return [str(change) for change in diff(old, new)]


def test_the_same_content_has_no_difference(tmp_path: Path) -> None:
    assert told(tmp_path, {}) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (
            EN,
            "You can turn it off in the settings.",
            "You can turn it off in the privacy settings.",
            "linkedin.opt-out (en): claim changed: “You can turn it off in the settings.” → “You can turn"
            " it off in the privacy settings.”",
        ),
        (EN, "regions: [eu]", "regions: [eu, gb]", "regions changed: “eu” → “eu, gb”"),
        (EN, "wording a\n", "wording z\n", "phrasing removed: “how do i stop linkedin training, wording a”"),
        (
            EN,
            "text: Open the page.",
            "text: Open it.",
            "step web/open-setting text changed: “Open the page.” → “Open it.”",
        ),
        (EN, "    caveats: [future-only]\n", "", "caveat removed: “future-only”"),
        (
            EN,
            "every: 90 days",
            "every: 30 days",
            "review changed: “every 90, limit 540” → “every 30, limit 540”",
        ),
        (EN, "verdict: refuted", "verdict: outdated", "verdict changed: “refuted” → “outdated”"),
        (EN, "how: this", "how: other", "coverage “AI that writes” how changed: “this” → “other”"),
        (EN, "I object.", "I object!", "text changed: “Dear LinkedIn,\nI object. [your name]”"),
        (EN, "mypreferences\n      surfaces", "here\n      surfaces", "official page changed"),
        (
            "sources/linkedin.yaml",
            "2026-08-22",
            "2026-09-22",
            "source notice: date changed: “2026-08-22” → “2026-09-22”",
        ),
        ("en/caveats.yaml", "stays used", "is gone", "caveat future-only (en): changed"),
        (
            "platforms.yaml",
            "aliases: [bsky]",
            "aliases: [blue sky]",
            "platforms known by name: added: “name Bluesky, aliases blue sky”",
        ),
        ("helplines.yaml", '"112"', '"110"', "helplines: emergency added: “eu 110”"),
        ("en/synonyms.yaml", "turn off", "stop", "synonyms (en): added: “opt out, stop”"),
        ("en/alarm.yaml", "i want to die", "i wish to die", "alarm words (en): wish to die added"),
        ("regions.yaml", "deutschland", "allemagne", "region de: aliases changed"),
    ],
)
def test_each_change_is_told(tmp_path: Path, file: str, old: str, new: str, expected: str) -> None:
    assert old in WHOLE[file]
    lines = told(tmp_path, {file: WHOLE[file].replace(old, new, 1)})
    assert any(expected in line for line in lines), lines
    assert len(lines) <= 2


def test_new_and_lost_entries_claims_and_steps_are_told(tmp_path: Path) -> None:
    extra = OPT_OUT.replace(
        "    disputed:", claim("Something else altogether.", place="more") + "    disputed:", 1
    ).replace(
        "            - id: turn-off",
        "            - id: scroll\n              text: Scroll.\n            - id: turn-off",
    )
    lines = told(tmp_path, {EN: extra, "en/other.yaml": entry_text(claim())})
    assert lines == [
        "linkedin.opt-out (en): claim added: “Something else altogether.”",
        "linkedin.opt-out (en): step web/scroll added: “Scroll.”",
        "linkedin.other (en): entry added: “Another”",
    ]


def test_a_change_of_order_alone_is_told(tmp_path: Path) -> None:
    head, one, two, *rest = WHOLE["platforms.yaml"].splitlines(keepends=True)
    assert told(tmp_path, {"platforms.yaml": "".join([head, two, one, *rest])}) == [
        "platforms: order changed: “linkedin, gdpr” → “gdpr, linkedin”"
    ]


def test_changed_entries_are_named_for_those_who_must_be_told(tmp_path: Path) -> None:
    old = base_with(tmp_path / "old", {"en/other.yaml": entry_text(claim())})
    new = base_with(
        tmp_path / "new", {EN: OPT_OUT.replace("You can", "You may"), "en/other.yaml": entry_text(claim())}
    )
    assert changed_entries(old, new) == {"linkedin.opt-out"}
    assert changed_entries(old, old) == frozenset()
