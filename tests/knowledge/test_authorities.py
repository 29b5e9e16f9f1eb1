"""Authorities are read, found, and compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.knowledge.authorities import (
    Remark,
    Remit,
    at_place,
    countries,
    for_public_bodies,
    states,
    with_remit,
)
from bot.knowledge.diff import diff
from tests.knowledge.folders import base_with, load_with

OFFICES = """\
authorities:
  - {id: france, place: fr, name: The French one, own_name: CNIL, languages: [fr], english: "no",
     form: https://example.org/form, remarks: [signed], sources: [notice], checked: 2026-11-20}
  - {id: bavaria, place: de-by, name: Companies, own_name: BayLDA, remit: companies, languages: [de],
     url: https://example.org/by, sources: [notice], checked: 2026-11-20}
  - {id: bavaria-state, place: de-by, name: Offices, own_name: BayLfD, remit: public, languages: [de],
     email: a@example.org, sources: [notice], checked: 2026-11-20}
  - {id: federal, place: de, name: Federal, own_name: BfDI, remit: federal, languages: [de],
     url: https://example.org/de, sources: [notice], checked: 2026-11-20}
"""


def test_the_authority_of_a_place_is_the_one_for_companies(tmp_path: Path) -> None:
    found = base_with(tmp_path, {"authorities.yaml": OFFICES}).authorities
    assert (france := at_place(found, "fr")) is not None
    assert france.remarks == (Remark.SIGNED,)
    assert (bavaria := at_place(found, "de-by")) is not None
    assert bavaria.id == "bavaria"
    assert (offices := for_public_bodies(found, "de-by")) is not None
    assert offices.id == "bavaria-state"
    assert at_place(found, "de") is None
    assert [one.id for one in with_remit(found, Remit.FEDERAL)] == ["federal"]
    assert (countries(found), states(found)) == (("de", "fr"), ("de-by",))


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("place: fr", "place: France", "“France” is no code of a place."),
        ("place: fr", "place: xx", "There is no region “xx”."),
        ("[signed]", "[sined]", "“sined” is no remark that we know."),
        ("remit: public", "remit: everybody", "“everybody” is no remit that we know."),
        ("form: https", "form: http", "“http://example.org/form” is no https address."),
        ("id: bavaria-state", "id: bavaria", "The authority “bavaria” is defined twice."),
        ("     email: a@example.org,", "    ", "There is no way to reach this authority."),
        ("own_name: CNIL, ", "", "“own_name” is missing in an authority."),
    ],
)
def test_what_is_wrong_with_one_is_named(tmp_path: Path, right: str, wrong: str, message: str) -> None:
    assert right in OFFICES
    problems = load_with(tmp_path, {"authorities.yaml": OFFICES.replace(right, wrong, 1)}).errors
    assert message in [problem.message for problem in problems]


def test_a_change_of_one_is_a_difference(tmp_path: Path) -> None:
    old = base_with(tmp_path / "a", {"authorities.yaml": OFFICES})
    new = base_with(tmp_path / "b", {"authorities.yaml": OFFICES.replace('english: "no"', 'english: "yes"')})
    assert [str(change) for change in diff(old, new)] == ["authority france: english changed: “no” → “yes”"]
    assert old.revision != new.revision
