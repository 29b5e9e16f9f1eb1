"""The knowledge that comes with the program is whole, and answers what it was made for."""

from __future__ import annotations

import pytest

from bot.knowledge.load import LoadResult
from bot.knowledge.model import ELSEWHERE, KnowledgeBase, Surface, Verdict
from bot.knowledge.phrasings import same_words
from bot.knowledge.regions import NAMED_GROUPS, shown_claims, shown_coverage
from tests.support.knowledge import released

RELEASED = {
    "linkedin": (
        "opt-out opt-out-check opt-out-missing coverage objection-form data-used private-messages "
        "jobs-data connections sensitive-data start-date regions default-on legal-basis "
        "past-training opt-out-effect ai-features microsoft-sharing others-content delete-instead "
        "export retention minors organisations regulators concerns contact purpose hiring-ai"
    ),
    "microsoft": "opt-out data-used office past-training strategy",
    "google": "opt-out data-used gmail search youtube human-review past-training",
    "meta": (
        "opt-out data-used start-date private-messages whatsapp assistant refused accounts "
        "non-users outside-eu minors reason chain-letter legal-basis past-training"
    ),
    "openai": "opt-out data-used temporary-chat retention business personal-data past-training",
    "x": "opt-out data-used",
    "reddit": "opt-out data-used",
    "anthropic": "opt-out data-used",
    "github": "opt-out data-used",
    "tiktok": "opt-out data-used",
    "snapchat": "opt-out data-used",
    "pinterest": "opt-out data-used",
    "amazon": "opt-out data-used",
    "apple": "opt-out data-used",
    "deepseek": "opt-out data-used",
    "perplexity": "opt-out data-used",
    "slack": "opt-out data-used",
    "zoom": "opt-out data-used",
    "adobe": "opt-out data-used",
    "dropbox": "opt-out data-used",
    "wetransfer": "opt-out data-used",
    "telegram": "opt-out data-used",
    "xing": "opt-out data-used",
    "gdpr": (
        "scope legitimate-interest consent objection access rectification erasure restriction "
        "portability withdraw-consent automated-decisions special-data deadline refusal identity "
        "unlearning complaint authority complaint-course letter compensation dpia minors"
    ),
    "law": "ai-act digital-omnibus national uk switzerland us canada hong-kong brazil",
    "practice": (
        "audit sharing minimisation decide informed industry outlook what-is-training risk start "
        "work website scam"
    ),
    "bot": "help stored forget sources not-legal-advice human language reminders operator",
}
"""The topics of `topics.yaml` that are released, copied; an entry may be added, none may go."""

TOPICS = [f"{platform}.{name}" for platform, names in RELEASED.items() for name in names.split()]


@pytest.fixture(scope="module")
def result() -> LoadResult:
    return released()


@pytest.fixture(scope="module")
def base(result: LoadResult) -> KnowledgeBase:
    return result.draft


def test_it_loads_without_an_error(result: LoadResult) -> None:
    assert [str(problem) for problem in result.errors] == []


@pytest.mark.parametrize("topic", TOPICS)
def test_every_released_topic_has_an_entry(base: KnowledgeBase, topic: str) -> None:
    assert topic in base.languages["en"].entries


def test_every_claim_of_the_article_has_an_entry_that_answers_it(base: KnowledgeBase) -> None:
    entries = base.languages["en"].entries
    assert base.article
    assert [claim.number for claim in base.article if claim.entry not in entries] == []


def test_the_claims_of_the_article_are_counted_without_a_gap(base: KnowledgeBase) -> None:
    assert [claim.number for claim in base.article] == list(range(1, len(base.article) + 1))


def test_what_the_article_has_wrong_is_refuted_and_its_right_value_given(base: KnowledgeBase) -> None:
    entry = base.languages["en"].entries["linkedin.start-date"]
    refuted = [one for one in entry.disputed if one.verdict is Verdict.REFUTED]
    assert any("26 june 2024" in heard.casefold() for one in refuted for heard in one.heard)
    shown = " ".join(claim.text for claim in shown_claims(entry, None, base))
    assert "3 November 2025" in shown


def test_no_golden_question_is_a_phrasing(base: KnowledgeBase) -> None:
    for language in base.languages.values():
        phrasings = {same_words(text) for entry in language.entries.values() for text in entry.phrasings}
        assert [one.text for one in language.golden if same_words(one.text) in phrasings] == []


def test_every_entry_says_something_in_every_region(base: KnowledgeBase) -> None:
    regions = (None, *base.regions, *NAMED_GROUPS, ELSEWHERE)
    silent = [
        (entry.id, region)
        for entry in base.languages["en"].entries.values()
        for region in regions
        if not shown_claims(entry, region, base)
    ]
    assert silent == []


def test_the_linkedin_guide_leads_through_every_surface(base: KnowledgeBase) -> None:
    guide = base.languages["en"].entries["linkedin.opt-out"].guide
    assert guide is not None
    assert {walk.surface for walk in guide.walks} == set(Surface)
    assert all(walk.steps for walk in guide.walks)


def test_the_linkedin_coverage_map_differs_where_sharing_with_microsoft_does(base: KnowledgeBase) -> None:
    entry = base.languages["en"].entries["linkedin.opt-out"]
    assert len(shown_coverage(entry, "de", base)) >= 2
    assert shown_coverage(entry, "us", base) != shown_coverage(entry, "de", base)
