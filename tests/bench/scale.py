"""`python -m tests.bench.scale`: the matcher beside five others on 150 made-up topics, in one run.

Sets of 100 to 100,000 phrasings come from `tests.bench.topics`. Each matcher gets the same phrasings, the
refusals where it can read them (as one more class, or as rows of no topic), and the same questions, one after
another on one thread. "right at 5 %" puts each matcher's threshold where 5 % of what must be refused would be
answered. Times are of one question; memory is what the process grew by while building.

Each matcher runs in a process of its own. bm25s and scikit-learn belong to no lock: with `--install` they are
put into a folder that is thrown away afterwards; without it, and where they cannot be had, their rows say so.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.bench.match import say
from tests.bench.topics import TOPICS, Asked, Set, make

SIZES = (100, 1000, 10_000, 100_000)
PEERS = ("advisor", "token_set_ratio", "WRatio", "bm25s", "tfidf", "svc")
NAMES = {"tfidf": "TF-IDF nearest", "svc": "LinearSVC"}
PACKAGES = {"bm25s": "bm25s", "tfidf": "scikit-learn", "svc": "scikit-learn"}
MODULES = {"bm25s": "bm25s", "tfidf": "sklearn", "svc": "sklearn"}
QUESTIONS = 400
SLOW_AFTER = 150
"""Seconds after which a matcher is asked no more; what it was asked counts."""

Reply = tuple[str | None, float]
"""The topic (None: a refusal is nearest) and a score."""


def advisor(made: Set) -> Callable[[str], Reply]:
    """The matcher of this project."""
    from bot.cli.evaluate import common_words
    from bot.matching.build import Material, build_index
    from bot.matching.index import Row

    rows = tuple(Row(one.text, one.label) for one in (*made.train, *made.refusals))
    index = build_index(Material(language="en", rows=rows, common=common_words())).index

    def ask(text: str) -> Reply:
        scores = index.score(index.hear(text)).topics
        at = int(scores.argmax())
        return index.topics[at], float(scores[at])

    return ask


def rapidfuzz(scorer: str) -> Callable[[Set], Callable[[str], Reply]]:
    """The nearest phrasing by one of RapidFuzz's scorers."""

    def build(made: Set) -> Callable[[str], Reply]:
        from rapidfuzz import fuzz, process

        rows = [*made.train, *made.refusals]
        choices = [one.text for one in rows]
        by = getattr(fuzz, scorer)

        def ask(text: str) -> Reply:
            _, score, at = process.extractOne(text, choices, scorer=by)
            return rows[at].label, float(score)

        return ask

    return build


def bm25s(made: Set) -> Callable[[str], Reply]:
    """The nearest phrasing by BM25."""
    module = importlib.import_module("bm25s")
    rows = [*made.train, *made.refusals]
    retriever = module.BM25()
    retriever.index(module.tokenize([one.text for one in rows], show_progress=False), show_progress=False)

    def ask(text: str) -> Reply:
        found, scores = retriever.retrieve(
            module.tokenize([text], show_progress=False), k=1, show_progress=False, n_threads=0
        )
        return rows[int(found[0, 0])].label, float(scores[0, 0])

    return ask


def tfidf(made: Set) -> Callable[[str], Reply]:
    """The nearest phrasing by TF-IDF over pieces of words, three to five letters."""
    text_features = importlib.import_module("sklearn.feature_extraction.text")
    rows = [*made.train, *made.refusals]
    vectorizer = text_features.TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    matrix = vectorizer.fit_transform([one.text for one in rows]).T.tocsr()

    def ask(text: str) -> Reply:
        scores = (vectorizer.transform([text]) @ matrix).toarray()[0]
        at = int(scores.argmax())
        return rows[at].label, float(scores[at])

    return ask


def svc(made: Set) -> Callable[[str], Reply]:
    """A linear support vector machine over words and pieces of words, refusals as one more class."""
    text_features = importlib.import_module("sklearn.feature_extraction.text")
    pipeline = importlib.import_module("sklearn.pipeline")
    machines = importlib.import_module("sklearn.svm")
    rows = [*made.train, *made.refusals]
    both = pipeline.make_union(
        text_features.TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True),
        text_features.TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
    )
    machine = machines.LinearSVC()
    machine.fit(both.fit_transform([one.text for one in rows]), [one.label or "" for one in rows])

    def ask(text: str) -> Reply:
        scores = machine.decision_function(both.transform([text]))[0]
        at = int(scores.argmax())
        return machine.classes_[at] or None, float(scores[at])

    return ask


BUILDERS: dict[str, Callable[[Set], Callable[[str], Reply]]] = {
    "advisor": advisor,
    "token_set_ratio": rapidfuzz("token_set_ratio"),
    "WRatio": rapidfuzz("WRatio"),
    "bm25s": bm25s,
    "tfidf": tfidf,
    "svc": svc,
}


def measure(peer: str, size: int) -> dict[str, float]:
    """Build and ask one matcher, in this process."""
    import numpy as np

    made = make(size, topics=min(TOPICS, size // 5), questions=QUESTIONS)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    ask = BUILDERS[peer](made)
    built = time.perf_counter() - started
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    questions: Sequence[Asked] = sorted(made.test, key=lambda one: one.text)
    for one in questions[:3]:
        ask(one.text)
    inside: list[tuple[bool, float]] = []
    outside: list[float] = []
    took: list[float] = []
    started = time.perf_counter()
    for one in questions:
        if time.perf_counter() - started > SLOW_AFTER:
            break
        begun = time.thread_time()
        topic, score = ask(one.text)
        took.append((time.thread_time() - begun) * 1000)
        if one.label is None:
            outside.append(score if topic is not None else float("-inf"))
        else:
            inside.append((topic == one.label, score))
    limit = sorted(outside, reverse=True)[len(outside) // 20]
    return {
        "recall1": sum(right for right, _ in inside) / len(inside),
        "right5": sum(right and score > limit for right, score in inside) / len(inside),
        "p50": float(np.percentile(took, 50)),
        "p99": float(np.percentile(took, 99)),
        "build": built,
        "memory": grown,
    }


def in_a_process(peer: str, size: int, packages: Path | None) -> dict[str, float] | None:
    """`measure` in a fresh process on one thread; None when the matcher cannot be had."""
    env = dict(os.environ, OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")
    if packages is not None:
        env["PYTHONPATH"] = str(packages)  # what is installed here comes first there, numpy with its own
    command = [sys.executable, "-m", "tests.bench.scale", "--one", peer, "--sizes", str(size)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        say(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"exit code {done.returncode}")
        return None
    found: dict[str, float] = json.loads(done.stdout)
    return found


def install(folder: Path) -> bool:
    """Put the peers of no lock into `folder`; False when an index does not give them."""
    wanted = sorted(set(PACKAGES.values()))
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    command += ["--only-binary", ":all:", "--target", str(folder), *wanted]
    return subprocess.run(command, check=False).returncode == 0


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=list(PEERS))
    parser.add_argument("--install", action="store_true", help="get bm25s and scikit-learn for this run")
    parser.add_argument("--one", choices=PEERS, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        sys.stdout.write(json.dumps(measure(chosen.one, chosen.sizes[0])))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) if chosen.install and install(Path(name)) else None
        say(
            f"{'phrasings':>9}  {'matcher':<16}{'recall@1':>9}{'right at 5 %':>14}{'p50 ms':>9}{'p99 ms':>9}"
            f"{'build s':>9}{'memory MB':>11}"
        )
        for size in chosen.sizes:
            for peer in chosen.peers:
                shown = NAMES.get(peer, peer)
                module = MODULES.get(peer)
                if module and folder is None and importlib.util.find_spec(module) is None:
                    say(f"{size:>9}  {shown:<16}not installed: run again with --install")
                    continue
                found = in_a_process(peer, size, folder if module else None)
                if found is None:
                    say(f"{size:>9}  {shown:<16}did not run")
                    continue
                say(
                    f"{size:>9}  {shown:<16}{100 * found['recall1']:>9.1f}{100 * found['right5']:>14.1f}"
                    f"{found['p50']:>9.2f}{found['p99']:>9.2f}{found['build']:>9.1f}{found['memory']:>11.0f}"
                )
    say("In percent; times are of one question, by the clock of its own thread.")


if __name__ == "__main__":
    main()
