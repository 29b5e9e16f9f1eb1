"""What a state of the knowledge answers is asked once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.editing import golden
from bot.editing.golden import Asked, Keys, answer_keys, changed_answers
from bot.editing.preparing import prints_of
from bot.editing.revisions import Files
from bot.knowledge.load import load_files
from bot.knowledge.model import GoldenQuestion
from bot.knowledge.splice import set_text
from bot.matching.snapshot import Snapshot, build_snapshot
from tests.editing.folders import ENTRY, PATH, SMALL, titled


def ready(files: Files) -> Snapshot:
    base = load_files(files).base
    assert base is not None
    return build_snapshot(base)


def keys(snapshot: Snapshot) -> dict[str, Keys]:
    return dict(answer_keys(snapshot.base, prints_of(snapshot.base)))


def test_another_title_changes_no_answer_and_another_phrasing_or_refuted_value_may() -> None:
    before = keys(ready(SMALL))
    assert keys(ready(titled("Other"))) == before
    for place in (("ask", 3), ("disputed", 0, "says")):
        changed = {**SMALL, PATH: set_text(SMALL[PATH], (*ENTRY, *place), "something else")}
        assert keys(ready(changed)) != before


def test_what_was_answered_before_is_not_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = ready(SMALL)
    new = ready({**SMALL, PATH: set_text(SMALL[PATH], (*ENTRY, "ask", 3), "please end that training")})
    first = changed_answers(old, new, (keys(old), keys(new)), cache=tmp_path)
    assert first[1] == 2

    def fail(*_: object) -> None:
        raise AssertionError("it was asked again")

    monkeypatch.setattr(golden, "_ask", fail)
    assert changed_answers(old, new, (keys(old), keys(new)), cache=tmp_path) == first
    for file in tmp_path.glob("golden-*.json"):
        file.write_text("{broken")
    with pytest.raises(AssertionError, match="asked again"):
        changed_answers(old, new, (keys(old), keys(new)), cache=tmp_path)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_many_questions_get_the_same_answers_from_two_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = "".join(
        f"  - {{ask: how do i stop linkedin training {number}, entry: null}}\n" for number in range(30)
    )
    files = {**SMALL, "en/golden.yaml": b"questions:\n" + asked.encode()}
    old, new = ready(SMALL), ready(files)
    alone = changed_answers(
        old, new, ({"en": Keys("a", "a")}, {"en": Keys("b", "b")}), cache=tmp_path / "one"
    )
    monkeypatch.setattr(golden, "_WORTH_SHARING", 10)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    shared = changed_answers(
        old, new, ({"en": Keys("a", "a")}, {"en": Keys("b", "b")}), cache=tmp_path / "two"
    )
    assert shared == alone
    assert alone[1] == 32


def two_languages(phrasing: str, other: str = "stoppe das training bei linkedin") -> Files:
    """English and German, each with three questions."""
    asked = (
        "questions:\n  - {{ask: {0}, entry: linkedin.opt-out}}\n  - {{ask: {1}, entry: linkedin.opt-out}}\n"
        "  - {{ask: {2}, entry: null}}\n"
    )
    german = SMALL[PATH].replace(b"stop linkedin training", other.encode())
    return {
        **SMALL,
        PATH: set_text(SMALL[PATH], (*ENTRY, "ask", 3), phrasing),
        "en/golden.yaml": asked.format(
            "please end the training", "stop it all", "how do i bake bread"
        ).encode(),
        "de/linkedin.yaml": german,
        "de/caveats.yaml": SMALL["en/caveats.yaml"],
        "de/golden.yaml": asked.format(
            "das training bei linkedin stoppe", "end that", "how do i bake bread"
        ).encode(),
    }


def test_what_is_asked_again_after_a_change_is_what_asking_everything_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = ready(two_languages("please end that training")), ready(two_languages("cease it at once"))
    assert keys(old)["de"].own == keys(new)["de"].own, "nothing of the German changed"
    asked: list[str] = []
    ask = golden._ask

    def heard(snapshot: Snapshot, code: str, questions: Sequence[GoldenQuestion]) -> list[Asked]:
        asked.extend(one.text for one in questions if code == "de" and snapshot is new)
        return ask(snapshot, code, questions)

    monkeypatch.setattr(golden, "_ask", heard)
    both = keys(old), keys(new)
    part = changed_answers(old, new, both, cache=tmp_path)
    assert "how do i bake bread" in asked, "English may answer it"
    assert "das training bei linkedin stoppe" not in asked, "German alone did, and it is the same"
    apart = tuple(
        {code: replace(one, own=side) for code, one in both[at].items()} for at, side in enumerate("ab")
    )
    asked.clear()
    assert changed_answers(old, new, (apart[0], apart[1]), cache=tmp_path / "none") == part
    assert "das training bei linkedin stoppe" in asked
