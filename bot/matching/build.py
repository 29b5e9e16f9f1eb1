"""From phrasings to an index: a second a thousand phrasings, off the event loop, and then kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.matching.calibrate import LEAST_COVER_PERCENTILE, make_thresholds, named_scale
from bot.matching.descent import EXACT_UP_TO, descend
from bot.matching.features import FAMILIES, Features, features, make_concepts, pieces
from bot.matching.gate import NO_NAMES, Found, Gate, Names, make_gate
from bot.matching.index import (
    Floats,
    Index,
    Integers,
    Meaning,
    Meanings,
    Postings,
    Question,
    Row,
    curve,
    make_postings,
    tally,
)
from bot.matching.lexicon import make_lexicon
from bot.matching.normalise import words
from bot.matching.solve import Solution, solve

SHARED = -2
"""In `Index.exact`: two topics claim the same phrasing."""

_ORDER = {family: at for at, family in enumerate(FAMILIES)}


@dataclass(frozen=True, slots=True)
class Material:
    """What an index is built from.

    `needs` names the platform that a topic needs in a question (absent: none).
    """

    language: str
    rows: tuple[Row, ...]
    synonyms: tuple[tuple[str, ...], ...] = ()
    common: frozenset[str] = frozenset()
    names: Names | None = None
    needs: tuple[tuple[str, str], ...] = ()
    guarded: frozenset[str] = frozenset()
    foreign: frozenset[str] = frozenset()
    """Common words of other languages."""


@dataclass(frozen=True, slots=True)
class Built:
    """An index with what it was calibrated from."""

    index: Index
    solution: Solution


def build_index(material: Material, *, encoder: Meaning | None = None) -> Built:
    """Builds the index of `material`. Never raises for any text; no row at all gives an index without topics.

    The order of the rows changes nothing. An `encoder` takes part where the kernel between all rows is solved
    (`bot.matching.descent.EXACT_UP_TO`), beyond that words alone count.
    """
    names = material.names or NO_NAMES
    rows = _ordered(material.rows, material.language)
    topics = tuple(sorted({row.topic for row in rows if row.topic is not None}))
    number = {topic: at for at, topic in enumerate(topics)}
    row_topics = np.array([-1 if row.topic is None else number[row.topic] for row in rows], dtype=np.int32)
    guarded = material.common | material.guarded
    found = [names.find(words(row.text, material.language), guarded=guarded) for row in rows]
    lexicon = make_lexicon(
        ((one.words, row.topic is not None) for one, row in zip(found, rows, strict=True)),
        material.language,
        guarded=guarded,
        foreign=material.foreign,
    )
    concepts = make_concepts(material.synonyms, material.language)
    questions = [Question(one.words, one, lexicon.hear(one.words, names=one.name_words)) for one in found]
    postings = collect([features(question.heard, concepts) for question in questions])
    gate = _gate(topics, material, row_topics.tolist(), found)
    services = [one.services for one in found]
    many = len(rows) > EXACT_UP_TO
    meanings = None
    if encoder is not None and not many:
        meanings = Meanings(encoder, encoder.encode([" ".join(one.heard.words) for one in questions]))
    if many:
        solution = descend(postings, row_topics, gate.needs, services)
        postings = postings.without_rows()
    else:
        allowed = np.array([gate.allowed(one) for one in found], dtype=np.bool_)
        allowed = allowed.reshape(len(rows), len(topics))
        solution = solve(_kernel(postings, meanings), row_topics, topics, gate.needs, services, allowed)
    thresholds = make_thresholds(solution.bank, solution.near)
    named = solution.named
    if any(gate.needs):
        named = (named * np.float32(named_scale(solution.named_bank, thresholds))).astype(np.float32)
    exact: dict[str, int] = {}
    for question, topic in zip(questions, row_topics.tolist(), strict=True):
        before = exact.setdefault(question.form, topic)
        if before != topic:
            exact[question.form] = SHARED if before >= 0 and topic >= 0 else max(before, topic)
    index = Index(
        language=material.language,
        topics=topics,
        rows=rows,
        row_topics=row_topics,
        lexicon=lexicon,
        concepts=concepts,
        postings=postings,
        weights=solution.weights,
        named=named,
        gate=gate,
        names=names,
        thresholds=thresholds,
        leaning=solution.leaning,
        said=_said(questions, row_topics.tolist()),
        covered=1.0,
        by_feature=many,
        exact=exact,
        meanings=meanings,
    )
    index = replace(index, covered=_least_cover(index, questions))
    return Built(index, solution)


def collect(rows: Sequence[Features]) -> Postings:
    """The postings of rows, each given by its features."""
    size = len(rows)
    words = sorted({word for row in rows for word in row.words})
    parts = {word: pieces(word) for word in words}
    names = {feature for row in rows for feature in row.found}
    names.update(piece for of_word in parts.values() for piece in of_word)
    vocabulary = {feature: at for at, feature in enumerate(sorted(names))}
    numbered = {
        word: np.array([vocabulary[piece] for piece in found], dtype=np.int32)
        for word, found in parts.items()
    }
    counted = [_numbered(row, vocabulary, numbered) for row in rows]
    lengths = [len(ids) for ids, _ in counted]
    ids = np.concatenate([ids for ids, _ in counted]) if counted else np.zeros(0, dtype=np.int32)
    raw = np.concatenate([raw for _, raw in counted]) if counted else np.zeros(0, dtype=np.float32)
    frequency = np.bincount(ids, minlength=len(vocabulary))
    idf = (np.log((1 + size) / (1 + frequency)) + 1).astype(np.float32)
    family = np.array([_ORDER[feature[0]] for feature in vocabulary], dtype=np.int32)
    share = np.array(list(FAMILIES.values()), dtype=np.float32)
    holders = np.repeat(np.arange(size, dtype=np.int32), lengths)
    strengths = raw * idf[ids]
    places = holders * len(FAMILIES) + family[ids]
    norms = np.bincount(places, weights=strengths * strengths, minlength=size * len(FAMILIES))
    strengths = (strengths * share[family[ids]] / np.sqrt(norms[places])).astype(np.float32)
    order = np.argsort(ids, kind="stable")
    starts = np.zeros(len(vocabulary) + 1, dtype=np.int32)
    np.cumsum(frequency, out=starts[1:])
    return make_postings(vocabulary, starts, holders[order], strengths[order], idf, size=size, words=words)


def _numbered(
    row: Features, vocabulary: Mapping[str, int], numbered: Mapping[str, Integers]
) -> tuple[Integers, Floats]:
    """The numbers of a row's features, and for each what it weighs before its idf."""
    said = row.found
    ids, counts, weights = tally(
        np.concatenate([numbered[word] for word in row.words]),
        np.repeat(row.weights, [len(numbered[word]) for word in row.words]),
    )
    counts = np.concatenate([np.array([count for count, _ in said.values()], dtype=np.int32), counts])
    weights = np.concatenate([np.array([weight for _, weight in said.values()], dtype=np.float32), weights])
    ids = np.concatenate([np.array([vocabulary[name] for name in said], dtype=np.int32), ids])
    return ids, ((1 + np.log(counts)) * weights).astype(np.float32)


def _ordered(rows: Iterable[Row], language: str) -> tuple[Row, ...]:
    """The rows in an order of their own, without empty ones, each once (by its words and topic)."""
    kept: dict[tuple[str, tuple[str, ...]], Row] = {}
    for row in sorted(rows, key=lambda row: (row.topic or "", row.text)):
        plain = words(row.text, language)
        if plain:
            kept.setdefault((row.topic or "", plain), row)
    return tuple(kept.values())


def _kernel(postings: Postings, meanings: Meanings | None) -> Floats:
    """The kernel between all rows. A row's own weights give the query side back, family by family."""
    size = postings.size
    family = np.array([FAMILIES[feature[0]] for feature in postings.vocabulary], dtype=np.float32)
    lengths = np.diff(postings.starts)
    many = postings.frequent >= 0
    few = np.repeat(~many, lengths)
    columns = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    numbers = np.flatnonzero(few)
    numbers = numbers[np.argsort(postings.rows[numbers], kind="stable")]
    bounds = np.searchsorted(postings.rows[numbers], np.arange(size + 1))
    half = np.zeros((size, size), dtype=np.float32)
    for row in range(size):
        own = numbers[bounds[row] : bounds[row + 1]]
        if not own.size:
            continue
        ids = columns[own]
        # A feature's rows stand in order, so from a row's own place on there are only later ones, and itself.
        counts = postings.starts[ids + 1] - own
        ends = np.cumsum(counts)
        at = np.arange(ends[-1]) + np.repeat(own - (ends - counts), counts)
        query = np.repeat(postings.weights[own] / family[ids], counts)
        half[row, row:] = np.bincount(
            postings.rows[at] - row, weights=postings.weights[at] * query, minlength=size - row
        )
    half[np.diag_indices(size)] /= 2
    total = half + half.T
    total += (postings.dense.T / family[many]) @ postings.dense
    if meanings is not None:
        total = (total + np.maximum(meanings.rows @ meanings.rows.T, 0)) / 2
    return curve(total.astype(np.float32))


def _said(questions: Sequence[Question], row_topics: Sequence[int]) -> dict[str, frozenset[int]]:
    said: dict[str, set[int]] = {}
    for question, topic in zip(questions, row_topics, strict=True):
        for stem in question.heard.stems if topic >= 0 else ():
            said.setdefault(stem, set()).add(topic)
    return {stem: frozenset(topics) for stem, topics in sorted(said.items())}


def _least_cover(index: Index, questions: Sequence[Question]) -> float:
    """What all but the oddest phrasings share with the other phrasings of their entry."""
    held = Counter(
        (topic, stem)
        for question, topic in zip(questions, index.row_topics.tolist(), strict=True)
        for stem in set(question.heard.stems)
    )
    covers: list[float] = []
    for question, topic in zip(questions, index.row_topics.tolist(), strict=True):
        if topic >= 0:
            alone = {stem for stem in question.heard.stems if held[topic, stem] == 1}
            covers.append(index.cover(question, topic, without=alone))
    return float(np.percentile(covers, LEAST_COVER_PERCENTILE)) if covers else 0.0


def _gate(
    topics: Sequence[str], material: Material, row_topics: Sequence[int], found: Sequence[Found]
) -> Gate:
    needs = dict(material.needs)
    named = [(topic, one) for topic, one in zip(row_topics, found, strict=True) if topic >= 0]
    return make_gate(topics, [needs.get(topic) for topic in topics], named)
