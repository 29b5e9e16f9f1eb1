"""From phrasings to an index: a second a thousand phrasings, off the event loop, and then kept."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.matching.calibrate import LEAST_COVER_PERCENTILE, make_thresholds, named_scale
from bot.matching.features import FAMILIES, Weighted, features, make_concepts
from bot.matching.gate import Found, Gate, Names, make_gate
from bot.matching.index import Floats, Index, Integers, Postings, Question, Row, curve, make_postings
from bot.matching.lexicon import make_lexicon
from bot.matching.normalise import words
from bot.matching.solve import Solution, solve

SHARED = -2
"""In `Index.exact`: two topics claim the same phrasing."""


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


@dataclass(frozen=True, slots=True)
class Built:
    """An index with what it was calibrated from."""

    index: Index
    solution: Solution


def build_index(material: Material) -> Built:
    """Builds the index of `material`. Never raises for any text; no row at all gives an index without topics.

    The order of the rows changes nothing.
    """
    names = material.names or Names({}, {}, frozenset(), 1)
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
    )
    concepts = make_concepts(material.synonyms, material.language)
    questions = [Question(one.words, one, lexicon.hear(one.words, names=one.name_words)) for one in found]
    postings = collect([features(question.heard, concepts) for question in questions])
    kernel = _kernel(postings)
    gate = _gate(topics, material, row_topics.tolist(), found)
    allowed = np.array([gate.allowed(one) for one in found], dtype=np.bool_).reshape(len(rows), len(topics))
    solution = solve(kernel, row_topics, topics, gate.needs, [one.services for one in found], allowed)
    thresholds = make_thresholds(solution.bank, solution.near)
    named = solution.named * np.float32(named_scale(solution.named_bank, thresholds))
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
        named=named.astype(np.float32),
        gate=gate,
        names=names,
        thresholds=thresholds,
        leaning=_leaning(solution.left_out),
        said=_said(questions, row_topics.tolist()),
        covered=1.0,
        exact=exact,
    )
    index = replace(index, covered=_least_cover(index, questions))
    return Built(index, solution)


def collect(rows: Sequence[dict[str, Weighted]]) -> Postings:
    """The postings of rows, each given by its features."""
    size = len(rows)
    frequency: dict[str, int] = {}
    for row in rows:
        for feature in row:
            frequency[feature] = frequency.get(feature, 0) + 1
    vocabulary = {feature: at for at, feature in enumerate(sorted(frequency))}
    idf = np.array(
        [math.log((1 + size) / (1 + frequency[feature])) + 1 for feature in vocabulary], dtype=np.float32
    )
    numbers: list[int] = []
    holders: list[int] = []
    strengths: list[float] = []
    for holder, row in enumerate(rows):
        norms = dict.fromkeys(FAMILIES, 0.0)
        own: list[tuple[int, str, float]] = []
        for feature, weighted in row.items():
            strength = (1 + math.log(weighted.count)) * float(idf[vocabulary[feature]]) * weighted.weight
            norms[feature[0]] += strength * strength
            own.append((vocabulary[feature], feature[0], strength))
        for at, family, strength in own:
            numbers.append(at)
            holders.append(holder)
            strengths.append(FAMILIES[family] * strength / math.sqrt(norms[family]))
    feature_of = np.array(numbers, dtype=np.int32)
    order = np.argsort(feature_of, kind="stable")
    starts = np.zeros(len(vocabulary) + 1, dtype=np.int32)
    np.cumsum(np.bincount(feature_of, minlength=len(vocabulary)), out=starts[1:])
    return make_postings(
        vocabulary,
        starts,
        np.array(holders, dtype=np.int32)[order],
        np.array(strengths, dtype=np.float32)[order],
        idf,
        size=size,
    )


def _ordered(rows: Iterable[Row], language: str) -> tuple[Row, ...]:
    """The rows in an order of their own, without empty ones, each once (by its words and topic)."""
    kept: dict[tuple[str, tuple[str, ...]], Row] = {}
    for row in sorted(rows, key=lambda row: (row.topic or "", row.text)):
        plain = words(row.text, language)
        if plain:
            kept.setdefault((row.topic or "", plain), row)
    return tuple(kept.values())


def _kernel(postings: Postings) -> Floats:
    """The kernel between all rows. A row's own weights give the query side back, family by family."""
    size = postings.size
    family = np.array([FAMILIES[feature[0]] for feature in postings.vocabulary], dtype=np.float32)
    lengths = np.diff(postings.starts)
    many = postings.frequent >= 0
    total = (postings.dense.T / family[many]) @ postings.dense
    few = np.repeat(~many, lengths)
    columns = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    numbers = np.flatnonzero(few)
    numbers = numbers[np.argsort(postings.rows[numbers], kind="stable")]
    bounds = np.searchsorted(postings.rows[numbers], np.arange(size + 1))
    for row in range(size):
        own = numbers[bounds[row] : bounds[row + 1]]
        ids = columns[own]
        query = postings.weights[own] / family[ids]
        begins, counts = postings.starts[ids], lengths[ids]
        ends = np.cumsum(counts)
        if not ids.size:
            continue
        at = np.arange(ends[-1], dtype=np.int32) + np.repeat(begins - (ends - counts), counts)
        total[row] += np.bincount(
            postings.rows[at], weights=postings.weights[at] * np.repeat(query, counts), minlength=size
        )
    return curve(((total + total.T) / 2).astype(np.float32))


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


def _leaning(left_out: Floats) -> Integers:
    """For each row the topic that the other rows take it for; -1 where the gate leaves none."""
    if not left_out.size:
        return np.full(len(left_out), -1, dtype=np.int32)
    return np.where(np.isfinite(left_out.max(axis=1)), left_out.argmax(axis=1), -1).astype(np.int32)


def _gate(
    topics: Sequence[str], material: Material, row_topics: Sequence[int], found: Sequence[Found]
) -> Gate:
    needs = dict(material.needs)
    named = [(topic, one) for topic, one in zip(row_topics, found, strict=True) if topic >= 0]
    return make_gate(topics, [needs.get(topic) for topic in topics], named)
