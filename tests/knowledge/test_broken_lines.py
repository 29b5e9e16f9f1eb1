"""What one line has wrong is named with its file, line and column, and with the way to mend it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.knowledge.broken import EN, SRC, Case, assert_named, changed
from tests.knowledge.folders import OPT_OUT, SOURCES, load_with

BROKEN: list[Case] = [
    # The language of the files
    ("a tab for indenting", EN, changed(OPT_OUT, "    short:", "  ¦\tshort:"), "tab", "spaces"),
    (
        "a colon in a text",
        EN,
        changed(OPT_OUT, "You can turn", "Note¦: you can turn"),
        "colon",
        "double quotes",
    ),
    (
        "an open quotation mark",
        SRC,
        changed(SOURCES, "An article", '¦"An article'),
        "never closed",
        "Close it",
    ),
    ("an open bracket", SRC, "sources: ¦[{id: a}\n", "does not end", "Close"),
    (
        "a text that begins with @",
        EN,
        changed(OPT_OUT, "Turning AI", "¦@Turning AI"),
        "cannot begin",
        "quotes",
    ),
    ("an anchor", EN, changed(OPT_OUT, "[notice]", "¦&one [notice]"), "Anchors", "quotes"),
    ("an alias", EN, changed(OPT_OUT, "It is grey.", "¦*one"), "Aliases", "quotes"),
    ("a tag", EN, changed(OPT_OUT, "Turn it off", "¦!!str Turn it off"), "Tags", "quotes"),
    ("a doubled key", EN, changed(OPT_OUT, "    ask:", "    ¦short: Again\n    ask:"), "twice", "line 5"),
    ("a second document", SRC, SOURCES + "¦---\nsources: []\n", "second document", "file of its own"),
    ("a list as a key", SRC, "sources: []\n¦[a, b]: c\n", "where a key should be", "double quotes"),
    ("a key without colon", SRC, "sources: []\n¦more\n", "without its colon", "key: text"),
    ("a wrong escape", SRC, changed(SOURCES, "An article", '"An article ¦\\q"'), "backslash", "two"),
    (
        "an invisible character",
        EN,
        changed(OPT_OUT, "turn it off", "turn ¦\u200bit off".replace("\u200b", "\x07")),
        "invisible",
        "Delete",
    ),
    (
        "a turned text direction",
        EN,
        changed(OPT_OUT, "turn it off", "turn ¦\u202eit off"),
        "invisible",
        "Delete",
    ),
    ("a NUL", EN, changed(OPT_OUT, "turn it off", "turn ¦\x00it off"), "invisible", "Delete"),
    ("a list instead of fields", EN, "¦- a\n- b\n", "begins with fields", "platform:"),
    # Fields
    (
        "an unknown field",
        EN,
        changed(OPT_OUT, "        lasting:", "        ¦lastin:"),
        "no field of a claim",
        "“lasting”",
    ),
    (
        "a missing title",
        EN,
        changed(
            OPT_OUT,
            "  - id: linkedin.opt-out\n    title: Turning AI training off\n",
            "  - ¦id: linkedin.opt-out\n",
        ),
        "“title” is missing",
        "title:",
    ),
    (
        "an empty title",
        EN,
        changed(OPT_OUT, "title: Turning AI training off", "¦title:"),
        "“title” is missing",
        "title:",
    ),
    (
        "a list for a text",
        EN,
        changed(OPT_OUT, "It is grey.", "¦[It, is]"),
        "must be a text",
        "double quotes",
    ),
    (
        "a text for a list",
        EN,
        changed(OPT_OUT, "caveats: [future-only]", "caveats: ¦future-only"),
        "must be a list",
        "[one, two]",
    ),
    (
        "a text for a map",
        EN,
        changed(OPT_OUT, "{every: 90 days, limit: 540 days}", "¦90 days"),
        "named fields",
        "review:",
    ),
    (
        "a bad entry id",
        EN,
        changed(OPT_OUT, "id: linkedin.opt-out", "id: ¦LinkedIn.OptOut"),
        "no valid id",
        "small letters",
    ),
    (
        "a long entry id",
        EN,
        changed(OPT_OUT, "id: linkedin.opt-out", "id: ¦linkedin." + "a" * 32),
        "41 characters",
        "shorter",
    ),
    (
        "an id of another platform",
        EN,
        changed(OPT_OUT, "id: linkedin.opt-out", "id: ¦gdpr.opt-out"),
        "platform linkedin",
        "linkedin.",
    ),
    (
        "an entry twice",
        "en/more.yaml",
        changed(OPT_OUT, "id: linkedin.opt-out", "id: ¦linkedin.opt-out"),
        "defined twice",
        "en/linkedin.yaml:3",
    ),
    ("a long short title", EN, changed(OPT_OUT, "Turn it off", "¦" + "a" * 31), "at most 30", "shorter"),
    (
        "a long phrasing",
        EN,
        changed(OPT_OUT, "how do i stop linkedin training, wording a", "¦" + "why " * 60),
        "at most 200",
        "shorter",
    ),
    (
        "an unknown verdict",
        EN,
        changed(OPT_OUT, "verdict: refuted", "verdict: ¦refused"),
        "no verdict",
        "“refuted”",
    ),
    (
        "a wrong flag",
        EN,
        changed(OPT_OUT, "lasting: true", "lasting: ¦maybe"),
        "true or false",
        "lasting: true",
    ),
    (
        "a wrong number of days",
        EN,
        changed(OPT_OUT, "every: 90 days", "every: ¦quarterly"),
        "number of days",
        "90 days",
    ),
    (
        "a limit before the period",
        EN,
        changed(OPT_OUT, "{every: 90 days, limit: 540 days}", "¦{every: 90 days, limit: 30 days}"),
        "before the next",
        "longer",
    ),
    # Dates, links, texts
    (
        "a day that does not exist",
        EN,
        changed(OPT_OUT, "2026-11-20", "¦2026-02-30"),
        "does not exist",
        "2026-11-23",
    ),
    (
        "a date in other words",
        EN,
        changed(OPT_OUT, "2026-11-20", "¦20 November 2026"),
        "no date",
        "2026-11-23",
    ),
    (
        "a date in the future",
        EN,
        changed(OPT_OUT, "2026-11-20", "¦2026-11-25"),
        "in the future",
        "on which you looked",
    ),
    (
        "a source without date",
        SRC,
        changed(changed(SOURCES, "    date: 2026-08-22\n", ""), "id: notice", "¦id: notice"),
        "“date” is missing",
        "date:",
    ),
    (
        "a link without https",
        SRC,
        changed(SOURCES, "https://www", "¦http://www"),
        "no https address",
        "https://",
    ),
    (
        "a link with a script",
        EN,
        changed(OPT_OUT, "official: https", "official: ¦javascript:https"),
        "no https address",
        "https://",
    ),
    (
        "markup in a text",
        EN,
        changed(OPT_OUT, "You can turn it off", "¦You can <b>turn</b> it off"),
        "markup <b>",
        "plain text",
    ),
    (
        "a long text to paste",
        EN,
        changed(OPT_OUT, "see: It is grey.", "copy: ¦" + "a" * 257),
        "at most 256",
        "shorter",
    ),
]


@pytest.mark.parametrize("case", BROKEN, ids=[case[0] for case in BROKEN])
def test_names_the_place_and_the_way_to_mend_it(tmp_path: Path, case: Case) -> None:
    assert_named(tmp_path, case)


def test_the_unbroken_folder_has_no_problem_at_all(tmp_path: Path) -> None:
    assert load_with(tmp_path).problems == ()


def test_all_problems_of_all_files_are_named_at_once(tmp_path: Path) -> None:
    result = load_with(
        tmp_path,
        {
            EN: OPT_OUT.replace("2026-11-20", "2026-13-01").replace("[notice]", "[nothing-like-it]"),
            SRC: SOURCES.replace("official", "oficial"),
            "platforms.yaml": "platforms: [",
        },
    )
    assert {one.file for one in result.errors} >= {EN, SRC, "platforms.yaml"}
    assert sum("does not exist" in one.message for one in result.errors) == OPT_OUT.count("2026-11-20")


def test_a_problem_does_not_make_others_out_of_nothing(tmp_path: Path) -> None:
    """An entry with a wrong date still exists for those who refer to it."""
    result = load_with(tmp_path, {EN: OPT_OUT.replace("checked: 2026-11-20", "checked: soon", 1)})
    assert len(result.problems) == 1


def test_a_missing_file_is_named_once_and_not_for_each_of_its_ids(tmp_path: Path) -> None:
    result = load_with(tmp_path, {SRC: "sources: []\n"})
    assert sum("no source" in one.message for one in result.errors) == 1
