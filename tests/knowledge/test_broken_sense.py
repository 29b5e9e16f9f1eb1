"""What only comparing shows is named with its file, line and column, and with the way to mend it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.knowledge.broken import EN, SRC, Case, assert_named, changed
from tests.knowledge.folders import (
    CAVEATS,
    GOLDEN,
    HELPLINES,
    OPT_OUT,
    PHRASINGS,
    PLATFORMS,
    REFUSALS,
    REGIONS,
    SOURCES,
)

BROKEN: list[Case] = [
    # What stands behind it
    (
        "a claim without source",
        EN,
        changed(
            OPT_OUT,
            "      - text: You can turn it off in the settings.\n        sources: [notice]\n",
            "      - ¦text: You can turn it off in the settings.\n",
        ),
        "no source for a claim",
        "sources:",
    ),
    (
        "an unknown source",
        EN,
        changed(OPT_OUT, "sources: [notice]", "sources: [¦notise]"),
        "no source “notise”",
        "“notice”",
    ),
    (
        "an unknown caveat",
        EN,
        changed(OPT_OUT, "caveats: [future-only]", "caveats: [¦futur-only]"),
        "no caveat",
        "“future-only”",
    ),
    (
        "an unknown region",
        EN,
        changed(OPT_OUT, "regions: [eu]", "regions: [¦germany]"),
        "no region “germany”",
        "regions.yaml",
    ),
    (
        "an unknown platform",
        EN,
        changed(OPT_OUT, "platform: linkedin", "platform: ¦linkedn"),
        "no platform",
        "“linkedin”",
    ),
    (
        "an unknown entry in see",
        EN,
        changed(OPT_OUT, "    caveats:", "    see: [¦linkedin.optout]\n    caveats:"),
        "no entry",
        "“linkedin.opt-out”",
    ),
    (
        "an unknown group",
        "regions.yaml",
        changed(REGIONS, "groups: [eu]", "groups: [¦ue]"),
        "no region “ue”",
        "",
    ),
    (
        "a source twice",
        SRC,
        changed(SOURCES, "id: paper", "id: ¦notice"),
        "defined twice",
        "sources/linkedin.yaml:2",
    ),
    (
        "a caveat twice",
        "en/caveats.yaml",
        CAVEATS + changed(CAVEATS.removeprefix("caveats:\n"), "future-only", "¦future-only"),
        "defined twice",
        "en/caveats.yaml:2",
    ),
    (
        "a name of two platforms",
        "platforms.yaml",
        changed(PLATFORMS, "- {name: Bluesky", "- ¦{name: Linked In"),
        "defined twice",
        "platforms.yaml:2",
    ),
    # Guides
    (
        "a guide without official page",
        EN,
        changed(
            changed(OPT_OUT, "      official: https://www.linkedin.com/mypreferences\n", ""),
            "result: The switch",
            "¦result: The switch",
        ),
        "“official” is missing",
        "official:",
    ),
    (
        "a guide without steps",
        EN,
        changed(
            OPT_OUT,
            OPT_OUT[OPT_OUT.index("            - id: open-setting") : OPT_OUT.index("      coverage:")],
            "",
        ).replace("          steps:", "          ¦steps:"),
        "“steps” is missing",
        "steps:",
    ),
    ("an unknown surface", EN, changed(OPT_OUT, "        web:", "        ¦wep:"), "no surface", "web"),
    (
        "a step twice",
        EN,
        changed(OPT_OUT, "- id: turn-off", "- ¦id: open-setting"),
        "stands twice",
        "another id",
    ),
    ("an unknown way of coverage", EN, changed(OPT_OUT, "how: this", "how: ¦thsi"), "no how", "“this”"),
    ("a long step id", EN, changed(OPT_OUT, "id: turn-off", "id: ¦" + "a" * 35), "at most 34", "shorter"),
    # What compares
    (
        "too few phrasings",
        EN,
        changed(OPT_OUT, PHRASINGS, "      ¦- how do i stop it\n"),
        "has 1 phrasings; it needs 12",
        "Add 11",
    ),
    (
        "a phrasing of two entries",
        "en/more.yaml",
        changed(
            changed(OPT_OUT, "linkedin.opt-out", "linkedin.more").replace("wording", "manner"),
            "how do i stop linkedin training, manner c",
            "¦How do I stop LinkedIn training – wording C?",
        ),
        "already asks for linkedin.opt-out",
        "en/linkedin.yaml:9",
    ),
    (
        "a phrasing that is refused",
        "en/refusals.yaml",
        changed(
            REFUSALS, "how do i delete a linkedin connection", "¦how do i stop linkedin training wording b"
        ),
        "refused here",
        "en/linkedin.yaml:8",
    ),
    (
        "a golden question that is a phrasing",
        "en/golden.yaml",
        changed(
            GOLDEN, "{ask: please end the training,", "¦{ask: how do i stop linkedin training wording d,"
        ),
        "is a phrasing",
        "must not train",
    ),
    (
        "a golden question that is a refusal",
        "en/golden.yaml",
        changed(GOLDEN, "{ask: how do i bake bread,", "¦{ask: what is the weather?,"),
        "in the refusals",
        "must not train",
    ),
    (
        "a golden question without answer",
        "en/golden.yaml",
        changed(
            GOLDEN,
            "{ask: please end the training, entry: linkedin.opt-out}",
            "¦{ask: please end the training}",
        ),
        "“entry” is missing",
        "null",
    ),
    (
        "a golden question for nothing",
        "en/golden.yaml",
        changed(GOLDEN, "entry: linkedin.opt-out", "entry: ¦linkedin.optout"),
        "no entry",
        "“linkedin.opt-out”",
    ),
    (
        "no way out, with a guide",
        EN,
        changed(
            changed(OPT_OUT, "    short:", "    no_opt_out: true\n    short:"),
            "id: linkedin.opt-out",
            "id: ¦linkedin.opt-out",
        ),
        "no way out",
        "guide",
    ),
    (
        "silence in a region",
        EN,
        changed(
            changed(
                OPT_OUT,
                "        checked: 2026-11-20\n      - text: In",
                "        checked: 2026-11-20\n        regions: [eu]\n      - text: In",
            ),
            "id: linkedin.opt-out",
            "id: ¦linkedin.opt-out",
        ),
        "says nothing",
        "Add a claim",
    ),
    (
        "far too much at once",
        EN,
        changed(
            changed(OPT_OUT, "You can turn it off in the settings.", "a b c " * 49), "In the EU", "w " * 30
        ).replace("id: linkedin.opt-out", "id: ¦linkedin.opt-out"),
        "words at once",
        "60",
    ),
    (
        "a letter that asks too much",
        EN,
        changed(
            changed(OPT_OUT, "[your name]", "[your date of birth]"),
            "id: linkedin.opt-out",
            "id: ¦linkedin.opt-out",
        ),
        "asks for [your date of birth]",
        "Ask for nothing",
    ),
    (
        "a contact nobody can reach",
        "helplines.yaml",
        changed(
            HELPLINES,
            '{region: de, name: TelefonSeelsorge, phone: "0800 1110111", ',
            "¦{region: de, name: TelefonSeelsorge, ",
        ),
        "no way to reach",
        "phone",
    ),
    (
        "an emergency number in words",
        "helplines.yaml",
        changed(HELPLINES, '"112"', "¦police"),
        "no emergency number",
        "112",
    ),
]


@pytest.mark.parametrize("case", BROKEN, ids=[case[0] for case in BROKEN])
def test_names_the_place_and_the_way_to_mend_it(tmp_path: Path, case: Case) -> None:
    assert_named(tmp_path, case)
