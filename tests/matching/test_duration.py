"""How long it takes: a right has a deadline, a switch has none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.knowledge.model import Entry, KnowledgeBase
from bot.matching.duration import is_told_by, of_a_switch
from tests.matching.small import small_base


def changed(base: KnowledgeBase, *entries: Entry) -> KnowledgeBase:
    english = base.languages["en"]
    new = {**english.entries, **{entry.id: entry for entry in entries}}
    return replace(base, languages={**base.languages, "en": replace(english, entries=new)})


def found(entry_id: str) -> Entry:
    entry = small_base().entry(entry_id)
    assert entry is not None
    return entry


def test_an_opt_out_is_a_switch_and_so_is_a_service_alone() -> None:
    assert of_a_switch(small_base(), found("linkedin.opt-out"))
    assert of_a_switch(small_base(), None)


@pytest.mark.parametrize("entry_id", ["gdpr.access", "linkedin.purpose"])
def test_a_right_and_a_fact_are_no_switches(entry_id: str) -> None:
    assert not of_a_switch(small_base(), found(entry_id))


def test_an_opt_out_that_leads_to_the_deadline_is_a_right() -> None:
    assert not of_a_switch(small_base(), replace(found("meta.opt-out"), see=("gdpr.deadline",)))


def test_so_is_one_that_leads_there_over_what_its_service_says() -> None:
    refused = replace(found("meta.data-used"), see=("gdpr.deadline",))
    objection = replace(found("meta.opt-out"), see=("meta.data-used",))
    assert not of_a_switch(changed(small_base(), refused, objection), objection)


def test_a_switch_beside_a_form_with_its_own_guide_stays_one() -> None:
    form = replace(found("meta.opt-out"), id="linkedin.form", platform="linkedin", see=("gdpr.deadline",))
    switch = replace(found("linkedin.opt-out"), see=("linkedin.form",))
    assert of_a_switch(changed(small_base(), form, switch), switch)


@pytest.mark.parametrize(
    ("phrasing", "told"),
    [
        ("linkedin data download takes how long", True),
        ("wie lange dauert der linkedin datendownload", True),
        ("how long does linkedin keep my data", False),
        ("take my data out", False),
    ],
)
def test_an_entry_tells_it_when_people_ask_it_that(phrasing: str, told: bool) -> None:
    assert is_told_by(replace(found("linkedin.opt-out"), phrasings=(phrasing,))) is told
