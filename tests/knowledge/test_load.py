"""A folder becomes one knowledge base."""

from __future__ import annotations

import os
import socket
from datetime import date
from pathlib import Path

import pytest

from bot.knowledge.load import load
from bot.knowledge.model import Coverage, GoldenQuestion, Place, Strength, Surface, Verdict
from tests.knowledge.folders import OPT_OUT, TODAY, WHOLE, base_with, claim, entry_text, load_with, write


def test_every_part_of_an_entry_arrives(tmp_path: Path) -> None:
    base = base_with(tmp_path)
    entry = base.entry("linkedin.opt-out")
    assert entry is not None
    assert (entry.platform, entry.short, len(entry.phrasings)) == ("linkedin", "Turn it off", 12)
    assert [one.regions for one in entry.claims] == [("world",), ("eu",)]
    assert [one.lasting for one in entry.claims] == [False, True]
    assert entry.claims[0].checked == date(2026, 11, 20)
    assert entry.claims[0].place is Place.ANSWER
    assert entry.disputed[0].verdict is Verdict.REFUTED
    assert entry.disputed[0].heard == ("26 june 2024",)
    assert entry.guide is not None
    walk = entry.guide.walk(Surface.WEB)
    assert walk is not None
    assert [step.id for step in walk.steps] == ["open-setting", "turn-off"]
    assert entry.guide.walk(Surface.IOS) is None
    assert entry.guide.coverage[0].how is Coverage.THIS
    assert entry.letters[0].text == "Dear LinkedIn,\nI object. [your name]"
    assert (entry.review.every, entry.review.limit) == (90, 540)


def test_what_stands_around_entries_arrives(tmp_path: Path) -> None:
    base = base_with(tmp_path)
    english = base.languages["en"]
    assert list(base.platforms) == ["linkedin", "gdpr"]
    assert not base.platforms["gdpr"].service
    assert base.known[0].aliases == ("bsky",)
    assert base.regions["de"].groups == ("eu",)
    assert base.sources["notice"].strength is Strength.OFFICIAL
    assert base.helplines.emergency == {"eu": "112", "us": "911"}
    assert base.helplines.distress[0].phone == "0800 1110111"
    assert base.article[0].entry == "linkedin.opt-out"
    assert english.caveats["future-only"].claim.text == "What was used before stays used."
    assert english.synonyms == (("opt out", "turn off"),)
    assert english.refusals == ("how do i delete a linkedin connection", "what is the weather")
    assert english.golden[1] == GoldenQuestion("how do i bake bread", None)
    assert english.alarm.wish_to_die == ("i want to die",)
    assert english.common_words == {"the", "and"}


def test_only_entries_and_what_they_refer_to_must_be_there(tmp_path: Path) -> None:
    kept = ("platforms.yaml", "sources/linkedin.yaml", "en/linkedin.yaml", "en/caveats.yaml")
    for name in kept:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(WHOLE[name])
    result = load(tmp_path, today=TODAY)
    assert result.base is not None
    assert result.base.regions == {}


def test_a_folder_that_is_not_there_or_empty_is_a_problem(tmp_path: Path) -> None:
    assert "cannot be opened" in load(tmp_path / "nowhere").problems[0].message
    assert "no entry" in load(tmp_path).problems[0].message
    (tmp_path / "file").write_text("x")
    assert "no folder" in load(tmp_path / "file").problems[0].message


def test_a_date_of_tomorrow_is_today_somewhere_on_earth(tmp_path: Path) -> None:
    later = {"en/linkedin.yaml": OPT_OUT.replace("2026-11-20", "2026-11-24", 1)}
    assert load_with(tmp_path, later).base is not None


def test_a_translation_falls_back_to_english_and_must_say_what_it_translates(tmp_path: Path) -> None:
    german = OPT_OUT.replace("title: Turning AI training off", "title: KI-Training abschalten")
    result = load_with(tmp_path, {"de/linkedin.yaml": german})
    assert result.base is not None
    assert any("does not say what it translates" in one.message for one in result.warnings)
    found = result.base.entry("linkedin.opt-out", language="de")
    assert found is not None
    assert found.title == "KI-Training abschalten"
    assert result.base.entry("linkedin.opt-out", language="fr") is not None


def test_a_translation_of_nothing_is_an_error(tmp_path: Path) -> None:
    alien = OPT_OUT.replace("id: linkedin.opt-out", "id: linkedin.nothing")
    assert any("no entry" in one.message for one in load_with(tmp_path, {"de/linkedin.yaml": alien}).errors)


def test_files_outside_the_layout_are_passed_over_with_a_word(tmp_path: Path) -> None:
    result = load_with(tmp_path, {"notes.txt": "x", "README.md": "x", ".hidden/a.yaml": "[", "en/a.yml": "["})
    assert result.base is not None
    assert [one.file for one in result.warnings] == ["en/a.yml", "notes.txt"]


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text("password: x\n")
    folder = write(tmp_path / "knowledge")
    (folder / "en/leak.yaml").symlink_to(secret)
    (folder / "en/loop.yaml").symlink_to("loop.yaml")
    result = load(folder, today=TODAY)
    assert {one.file for one in result.errors} == {"en/leak.yaml", "en/loop.yaml"}
    assert not any("password" in str(one) for one in result.problems)


def test_a_link_inside_the_folder_is_followed_as_kubernetes_needs_it(tmp_path: Path) -> None:
    folder = write(tmp_path / "knowledge")
    (folder / "..data").mkdir()
    (folder / "en/linkedin.yaml").rename(folder / "..data/linkedin.yaml")
    (folder / "en/linkedin.yaml").symlink_to("../..data/linkedin.yaml")
    assert load(folder, today=TODAY).base is not None


def test_a_pipe_or_socket_is_refused_and_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(tmp_path)
    os.mkfifo(folder / "en/pipe.yaml")
    monkeypatch.chdir(folder / "en")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("socket.yaml")
        result = load(folder, today=TODAY)
    assert {one.file for one in result.errors} == {"en/pipe.yaml", "en/socket.yaml"}


def test_a_claim_wider_than_its_sources_is_a_warning(tmp_path: Path) -> None:
    sources = WHOLE["sources/linkedin.yaml"] + "    regions: [eu]\n"
    wide = claim("It is so everywhere.", sources="[paper]")
    narrow = claim("It is so there.", sources="[paper]", regions="[de]", place="more")
    carried = claim("It is so by both.", sources="[paper, notice]", place="more")
    files = {
        "sources/linkedin.yaml": sources,
        "en/other.yaml": entry_text(wide + narrow + carried),
    }
    warnings = load_with(tmp_path, files).warnings
    assert [(one.line, "world" in one.message) for one in warnings] == [(19, True)]


def test_what_only_persons_report_must_be_said_to_be_so(tmp_path: Path) -> None:
    sources = WHOLE["sources/linkedin.yaml"].replace("strength: press", "strength: users")
    texts = claim("The switch is there.", sources="[paper]") + claim("Members report it.", sources="[paper]")
    files = {
        "sources/linkedin.yaml": sources,
        "en/other.yaml": entry_text(texts),
    }
    assert [one.line for one in load_with(tmp_path, files).warnings] == [19]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Turn the toggle off.", "“toggle” is not a word"),
        ("Turn it off ✅", "picture character"),
        (" ".join(["word"] * 80), "80 words at once"),
    ],
)
def test_hard_words_pictures_and_length_are_warnings(tmp_path: Path, text: str, word: str) -> None:
    result = load_with(tmp_path, {"en/other.yaml": entry_text(claim(f'"{text}"'))})
    assert result.base is not None
    assert [word in one.message for one in result.warnings] == [True]


def test_a_name_in_quotation_marks_may_be_a_hard_word(tmp_path: Path) -> None:
    files = {"en/other.yaml": entry_text(claim("'Turn \"Toggle AI\" off.'"))}
    assert load_with(tmp_path, files).problems == ()


def test_no_way_out_must_be_said_first(tmp_path: Path) -> None:
    silent = entry_text(claim("It trains on all."), rest="    no_opt_out: true\n")
    clear = entry_text(claim("There is no way to opt out."), rest="    no_opt_out: true\n")
    assert len(load_with(tmp_path, {"en/other.yaml": silent}).warnings) == 1
    assert load_with(tmp_path, {"en/other.yaml": clear}).problems == ()
