"""A member is shown what holds where they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.knowledge.model import Entry, KnowledgeBase, Place
from bot.knowledge.regions import chain, differs_by_region, find_region, holds, is_of_use, shown_claims
from tests.knowledge.folders import WHOLE, base_with, claim, entry_text
from tests.support.knowledge import small_base


@pytest.fixture
def base(tmp_path: Path) -> KnowledgeBase:
    return base_with(tmp_path)


@pytest.mark.parametrize(
    ("region", "around"),
    [
        ("de", ("de", "eu")),
        ("eu", ("eu",)),
        ("us-ca", ("us-ca", "us")),
        ("us-ny", ("us-ny", "us")),
        (None, ("eu",)),
        ("zz", ("zz",)),
    ],
)
def test_a_region_lies_in_its_groups(
    base: KnowledgeBase, region: str | None, around: tuple[str, ...]
) -> None:
    assert chain(base, region) == around


@pytest.mark.parametrize(
    ("regions", "excluded", "region", "expected"),
    [
        (("world",), (), "jp", True),
        (("world",), ("eu",), "de", False),
        (("world",), ("eu",), None, False),
        (("world",), ("eu",), "jp", True),
        (("eu",), (), "fr", True),
        (("eu",), (), "eu", True),
        (("eu",), (), None, True),
        (("eu",), (), "gb", False),
        (("de",), (), "eu", False),
        (("eu",), ("fr",), "fr", False),
        (("eu",), ("fr",), "de", True),
        (("us-ca",), (), "us", False),
        (("us",), ("us-ca",), "us-ca", False),
        (("elsewhere",), (), "jp", True),
        (("elsewhere",), (), "zz", True),
        (("elsewhere",), (), "de", False),
        (("elsewhere",), (), None, False),
        (("us", "elsewhere"), (), "us-ny", True),
        (("world",), ("elsewhere",), "jp", False),
    ],
)
def test_a_claim_holds_where_its_regions_reach(
    base: KnowledgeBase,
    regions: tuple[str, ...],
    excluded: tuple[str, ...],
    region: str | None,
    expected: bool,
) -> None:
    assert holds(regions, excluded, region, base) is expected


def test_a_region_that_is_in_a_circle_of_groups_is_no_endless_loop(tmp_path: Path) -> None:
    circle = (
        "regions:\n  - {id: aa, name: A, groups: [bb]}\n  - {id: bb, name: B, groups: [aa]}\n"
        "  - {id: de, name: Germany, groups: [eu]}\n"
    )
    base = base_with(tmp_path, {"regions.yaml": circle})
    assert chain(base, "aa") == ("aa", "bb")


def other(base: KnowledgeBase) -> Entry:
    entry = base.entry("linkedin.other")
    assert entry is not None
    return entry


def test_shown_claims_keep_their_order_and_place(tmp_path: Path) -> None:
    texts = claim("One.", regions="[us]") + claim("Two.") + claim("Three.", regions="[us]", place="more")
    base = base_with(tmp_path, {"en/other.yaml": entry_text(texts)})
    entry = other(base)
    assert [one.text for one in shown_claims(entry, "us", base)] == ["One.", "Two."]
    assert [one.text for one in shown_claims(entry, None, base)] == ["Two."]
    assert [one.text for one in shown_claims(entry, "us", base, place=Place.MORE)] == ["Three."]
    assert len(shown_claims(entry, "us", base, place=None)) == 3


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (claim("Same."), False),
        (claim("Same.") + claim("There.", regions="[us]"), True),
        (claim("Same.") + claim("Not there.", **{"except": "[hk]"}), True),
        (claim("Same.") + claim("Folded.", regions="[de]", place="more"), True),
        (claim("All.", regions="[eu, gb, ch, us, ca, hk, br, elsewhere]"), False),
    ],
)
def test_an_entry_differs_when_two_regions_read_different_things(
    tmp_path: Path, texts: str, expected: bool
) -> None:
    base = base_with(tmp_path, {"en/other.yaml": entry_text(texts)})
    assert differs_by_region(other(base), base) is expected


def test_a_caveat_of_one_region_makes_an_entry_differ(tmp_path: Path) -> None:
    caveats = WHOLE["en/caveats.yaml"] + "    regions: [eu]\n"
    files = {
        "en/caveats.yaml": caveats,
        "en/other.yaml": entry_text(claim(), rest="    caveats: [future-only]\n"),
    }
    base = base_with(tmp_path, files)
    assert differs_by_region(other(base), base)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("de", "de"),
        ("US-CA", "us-ca"),
        (" Germany ", "de"),
        ("germny", "de"),
        ("Deutschlnad", "de"),
        ("the united kingdom", "gb"),
        ("uk", "gb"),
        ("Unitd States", "us"),
        ("calfornia", "us-ca"),
        ("eu", "eu"),
        ("European Union", "eu"),
        ("ux", None),
        ("narnia", None),
        ("", None),
        ("🙂", None),
    ],
)
def test_a_region_is_found_by_any_of_its_names_and_with_typing_errors(
    base: KnowledgeBase, words: str, expected: str | None
) -> None:
    found = find_region(base, words)
    assert (found.id if found else None) == expected


def test_steps_that_stop_nothing_here_are_of_no_use_here() -> None:
    base = small_base()
    entry = base.languages["en"].entries["acme.opt-out"]
    assert entry.guide is not None
    switch, *others = entry.guide.coverage
    only_us = replace(switch, regions=("us",))
    local = replace(entry, guide=replace(entry.guide, coverage=(only_us, *others)))
    assert [is_of_use(local, region, base) for region in ("us", "de", None)] == [True, False, False]
    assert is_of_use(replace(entry, guide=replace(entry.guide, coverage=tuple(others))), "de", base)
    assert not is_of_use(base.languages["en"].entries["acme.form"], "de", base)
