"""Names and links have a source, the article is answered, and nothing refuted stands unmarked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.chat.wording import available_languages, words_for
from bot.knowledge.load import LoadResult
from bot.knowledge.model import Entry, KnowledgeBase, Verdict
from bot.knowledge.names import names_in, plain_name
from bot.knowledge.stats import behind
from tests.catalogues import messages
from tests.support.knowledge import released

ARTICLE_CLAIMS = 34
"""What the reading of the article came to."""

_MARKS = re.compile(
    r"\b(paused?|plan\w*|confirmed|complained|withdrawn|not|never|ausgesetzt|setzte|angehalten|bestätigt|"
    r"beschwert|zurückgezogen|nicht|nie|kein\w*)\b",
    re.IGNORECASE,
)
"""Words by which a text that holds a refuted value says that nothing came of it, or means something else."""
_VALUE = re.compile(r"\d{4}|\w+ \w+ \w+")
"""A refuted value that can be looked for: with a year, or of three words."""


@pytest.fixture(scope="module")
def result() -> LoadResult:
    return released()


@pytest.fixture(scope="module")
def base(result: LoadResult) -> KnowledgeBase:
    return result.draft


def texts_of(entry: Entry) -> Iterator[str]:
    """Everything an entry says as its own, and not as what others say."""
    yield entry.title
    yield from (claim.text for claim in entry.claims)
    yield from (letter.text for letter in entry.letters)
    if entry.guide:
        yield entry.guide.result
        for walk in entry.guide.walks:
            for step in walk.steps:
                yield from (part for part in (step.text, step.path, step.see) if part)
        yield from (f"{row.what} {row.detail or ''}" for row in entry.guide.coverage)


def test_nothing_is_wrong_with_it_not_even_a_warning(result: LoadResult) -> None:
    assert [str(problem) for problem in result.problems] == []


def test_every_name_and_link_that_a_member_looks_for_is_in_a_source_record(base: KnowledgeBase) -> None:
    known = {plain_name(one.name) for one in base.names}
    known |= {plain_name(one.url) for one in base.sources.values() if one.url}
    unknown = [
        (entry.id, name)
        for entry in base.languages["en"].entries.values()
        if base.platforms[entry.platform].service
        for name in names_in(entry)
        if plain_name(name) not in known
    ]
    assert unknown == []


def test_the_register_of_names_holds_only_what_is_used(base: KnowledgeBase) -> None:
    used = {plain_name(name) for entry in base.languages["en"].entries.values() for name in names_in(entry)}
    assert [one.name for one in base.names if plain_name(one.name) not in used] == []


def test_only_a_few_words_in_paths_describe_instead_of_naming(base: KnowledgeBase) -> None:
    described = [one.name for one in base.names if not one.sources]
    assert len(described) < 8, described


def test_translated_guides_lead_to_the_same_pages(base: KnowledgeBase) -> None:
    english = base.languages["en"].entries

    def links(entry: Entry) -> list[object]:
        if entry.guide is None:
            return []
        steps = [[(step.id, step.link) for step in walk.steps] for walk in entry.guide.walks]
        return [entry.guide.official, *steps]

    for code, language in base.languages.items():
        differ = [entry.id for entry in language.entries.values() if links(entry) != links(english[entry.id])]
        assert differ == [], code


def test_no_translation_is_stale_or_missing(base: KnowledgeBase) -> None:
    late = {code: behind(base, code) for code in base.languages if code != "en"}
    assert late
    assert [code for code, one in late.items() if one.any] == []


def test_every_claim_of_the_article_is_placed(base: KnowledgeBase) -> None:
    assert [claim.number for claim in base.article] == list(range(1, ARTICLE_CLAIMS + 1))
    for claim in base.article:
        entry = base.languages["en"].entries[claim.entry]
        if claim.verdict in {Verdict.REFUTED, Verdict.OUTDATED}:
            assert claim.verdict in {dispute.verdict for dispute in entry.disputed}, claim


def unmarked(base: KnowledgeBase) -> list[tuple[str, str, str]]:
    """Language, entry and text of every refuted or outdated value that stands without a mark."""
    disputes = [
        dispute
        for language in base.languages.values()
        for entry in language.entries.values()
        for dispute in entry.disputed
        if dispute.verdict in {Verdict.REFUTED, Verdict.OUTDATED}
    ]
    values = {heard.casefold() for dispute in disputes for heard in dispute.heard if _VALUE.search(heard)}
    wrong = re.compile(r"(?<!\w)(" + "|".join(map(re.escape, sorted(values))) + r")(?!\w)", re.IGNORECASE)
    said = [
        (code, entry.id, text)
        for code, language in base.languages.items()
        for entry in language.entries.values()
        for text in texts_of(entry)
    ]
    said += [
        (code, name, caveat.claim.text)
        for code, language in base.languages.items()
        for name, caveat in language.caveats.items()
    ]
    said += [
        (code, "interface", words_for(code).text(one)) for code in available_languages() for one in messages()
    ]
    return [one for one in said if wrong.search(one[2]) and not _MARKS.search(one[2])]


def test_nothing_that_is_refuted_stands_unmarked_in_any_language(base: KnowledgeBase) -> None:
    assert unmarked(base) == []


@pytest.mark.parametrize(
    "text",
    [
        "LinkedIn has trained since 26 June 2024.",
        "Open “Managing your data for AI”.",
        "LinkedIn trainiert seit dem 26. Juni 2024.",
    ],
)
def test_a_refuted_statement_would_be_found(base: KnowledgeBase, text: str) -> None:
    german = base.languages["de"]
    entry = german.entries["linkedin.start-date"]
    wrong = replace(entry, claims=(replace(entry.claims[0], text=text), *entry.claims[1:]))
    spoilt = replace(german, entries={**german.entries, entry.id: wrong})
    found = unmarked(replace(base, languages={**base.languages, "de": spoilt}))
    assert found == [("de", "linkedin.start-date", text)]


def test_every_claim_was_compared_with_a_source(base: KnowledgeBase) -> None:
    undated = [
        entry.id
        for language in base.languages.values()
        for entry in language.entries.values()
        for claim in entry.claims
        if not claim.sources or claim.checked.year < 2026
    ]
    assert undated == []


_ENGLISH_WORDS = re.compile(
    r"\b(of the|reported by|copied by|United|Commissioner|Authority|Court|person|public|others)\b"
)


def test_publishers_that_are_described_are_described_in_every_language(base: KnowledgeBase) -> None:
    described = {one.publisher for one in base.sources.values() if _ENGLISH_WORDS.search(one.publisher)}
    assert len(described) > 20
    for code, language in base.languages.items():
        if code != "en":
            assert sorted(described - language.labels.keys()) == [], code
