"""A name that nobody has seen, a translation in another shape, and a hard word are warned of."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.knowledge.names import names_in, plain_name
from bot.knowledge.revision import text_hash
from tests.knowledge.folders import OPT_OUT, base_with, claim, entry_text, load_with

QUOTING = {"en/more.yaml": entry_text(claim("Turn off “Train on everything”."))}


def names(*known: str) -> dict[str, str]:
    base = "".join(f'  - {{name: "{name}", sources: [notice], checked: 2026-11-20}}\n' for name in known)
    return {"names.yaml": f"names:\n{base}"}


def warnings(folder: Path, files: dict[str, str]) -> list[str]:
    return [problem.message for problem in load_with(folder, files).warnings]


def test_a_quoted_name_without_a_source_is_warned_of(tmp_path: Path) -> None:
    entry = base_with(tmp_path / "all", QUOTING).languages["en"].entries["linkedin.opt-out"]
    others = tuple(dict.fromkeys(names_in(entry)))
    said = warnings(tmp_path / "without", {**QUOTING, **names(*others)})
    assert said == ["No source is known for the name “Train on everything”."]
    assert warnings(tmp_path / "with", {**QUOTING, **names(*others, "train on EVERYTHING.")}) == []


def test_a_folder_without_a_register_is_not_nagged(tmp_path: Path) -> None:
    assert warnings(tmp_path, QUOTING) == []


def test_a_name_stands_once_whatever_its_case(tmp_path: Path) -> None:
    problems = load_with(tmp_path, names("Data Settings", "data settings")).errors
    assert [problem.message for problem in problems] == [
        "The name of a setting “data settings” is defined twice."
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("AI at Meta", "ai at meta."),
        ("What’s new", "what's  new"),
        ("https://example.org/a/", "https://example.org/a"),
    ],
)
def test_names_are_compared_without_typography(one: str, other: str) -> None:
    assert plain_name(one) == plain_name(other)


def test_a_translation_with_other_regions_is_warned_of(tmp_path: Path) -> None:
    english = entry_text(claim("It is so.", regions="[eu]") + claim("It is otherwise.", **{"except": "[eu]"}))
    base = base_with(tmp_path / "english", {"en/more.yaml": english})
    now = text_hash(base.languages["en"].entries["linkedin.other"])
    german = entry_text(claim("So ist es.") + claim("Anders.", **{"except": "[eu]"}), word="anders")
    german = german.replace("    title:", f"    translates: {now}\n    title:")
    said = warnings(tmp_path / "both", {"en/more.yaml": english, "de/more.yaml": german})
    assert said == ["linkedin.other differs from the English entry in shape."]


@pytest.mark.parametrize(
    ("text", "word"), [("Der Toggle ist aus.", "Toggle"), ("Der Opt-out gilt.", "Opt-out")]
)
def test_a_hard_word_in_german_is_warned_of(tmp_path: Path, text: str, word: str) -> None:
    german = {"de/linkedin.yaml": OPT_OUT.replace("title: Turning AI training off", f'title: "{text}"')}
    assert f"“{word}” is not a word that everybody knows." in warnings(tmp_path, german)


@pytest.mark.parametrize("text", ["Der Schalter „Opt-out“ ist aus.", "Widerspruch (Opt-out) heißt Nein."])
def test_quoted_and_explained_words_pass(tmp_path: Path, text: str) -> None:
    german = {"de/linkedin.yaml": OPT_OUT.replace("title: Turning AI training off", f'title: "{text}"')}
    assert not [one for one in warnings(tmp_path, german) if one.startswith("“Opt-out”")]


def test_labels_are_read_for_a_language(tmp_path: Path) -> None:
    base = base_with(
        tmp_path, {"de/linkedin.yaml": OPT_OUT, "de/labels.yaml": 'labels: {"Your rights": "Ihre Rechte"}\n'}
    )
    assert base.languages["de"].labels == {"Your rights": "Ihre Rechte"}
