"""Proposals word by word, through the whole application: two people, conflicts, files, strangers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.cli.script import Do
from bot.knowledge.location import default_folder
from bot.ops.metrics import EDITING_REFUSED
from tests.editing.folders import SMALL
from tests.support.transcript import Stage, on_stage, play

_FOLDER = Path(__file__).parent / "proposals"
_FILE = "en/linkedin/opting-out.yaml"
_STEP = "text: Turn off “Use my data for training content creation AI models”."
_NEW = 'text: "Turn the switch off: “Use my data for training content creation AI models”."'
EDITORS = {"ADVISOR_EDITORS": "1,2,4"}


def transcript(name: str) -> str:
    """What is to be said and seen."""
    return (_FOLDER / f"{name}.txt").read_text(encoding="utf-8")


@pytest.fixture
def small(tmp_path: Path) -> dict[str, str]:
    """Settings with three editors and a small knowledge folder, which is checked in a moment."""
    folder = tmp_path / "knowledge"
    for path, data in SMALL.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return {**EDITORS, "ADVISOR_KNOWLEDGE_DIR": str(folder)}


@pytest.mark.slow
@pytest.mark.parametrize(
    "names", [["journey"], pytest.param(["journey", "journey_back"], marks=pytest.mark.long)]
)
async def test_an_edit_by_two_people_and_back(tmp_path: Path, names: list[str]) -> None:
    text = (default_folder() / _FILE).read_text(encoding="utf-8")
    assert text.count(_STEP) > 1
    mended = text.replace(_STEP, _NEW, 1)
    date = mended.replace("checked: 2026-11-23", "checked: 2026-13-01", 1)
    if date == mended:
        date = mended.replace("checked: 2026-", "checked: 2026-13-01 #", 1)
    lines = date.splitlines(keepends=True)
    date_line = next(number for number, line in enumerate(lines, 1) if "2026-13-01" in line)
    key = next(number for number, line in enumerate(lines) if line.startswith("    short:"))
    lines.insert(key + 1, lines[key])
    paths: dict[str, object] = {}
    for name, content in (("broken", "".join(lines)), ("mended", mended)):
        path = tmp_path / name / "opting-out.yaml"
        path.parent.mkdir()
        path.write_text(content, encoding="utf-8")
        paths[name] = path
    script = "".join(map(transcript, names)).format(**paths, date_line=date_line + 1, key_line=key + 2)
    async with on_stage(tmp_path, environ=EDITORS) as stage:
        await stage.do(":as 5")
        for line in ("/remind tomorrow at 9 check linkedin", "[Berlin]"):
            await stage.do(line)
        await stage.play(script)


@pytest.mark.parametrize("name", ["conflict", "common"])
async def test_it_goes_as_written(name: str, tmp_path: Path, small: dict[str, str]) -> None:
    await play(transcript(name), tmp_path, environ=small)


async def test_a_single_editor_in_german(tmp_path: Path, small: dict[str, str]) -> None:
    await play(transcript("alone"), tmp_path, environ={**small, "ADVISOR_EDITORS": "1"}, language="de")


COMMANDS = (
    "/edit linkedin.opt-out",
    "/source add",
    "/approve 1",
    "/publish 1",
    "/history linkedin.opt-out",
    "/asof 2026-11-23 linkedin.opt-out",
    "/rollback linkedin.opt-out 1",
    "/recall linkedin.opt-out 1 It was wrong.",
)
BUTTONS = (
    "1ze:linkedin.opt-out:en:",
    "1zt:linkedin.opt-out:en:e.n",
    "1zc:linkedin.opt-out:en:e.k",
    "1zf:linkedin.opt-out",
    "1zn",
    *(f"1zp:1:{what}:" for what in ("show", "submit", "more", "drop", "approve", "reject", "refuse")),
    *(f"1zp:1:{what}:" for what in ("publish", "when", "unschedule", "rebase", "whole", "nothing")),
    "1za:1:202611250900:",
    "1zh:linkedin.opt-out:0",
    "1zd:linkedin.opt-out:1:1",
    "1zr:linkedin.opt-out:1:yes",
    "1zk:linkedin.opt-out:1",
)


async def tap(stage: Stage, user: int, data: str) -> list[dict[str, Any]]:
    """Tap a button by its data, forged or not, on the newest message to `user`."""
    stage.seen.clear()
    number = max(number for chat, number in stage.telegram.messages if chat == user)
    stage.telegram.tap(user, number, data)
    await stage.session.perform(Do("private"))  # does nothing here, and waits until all is said
    return list(stage.seen)


def _newest(stage: Stage, user: int) -> str:
    """What the newest message to `user` says."""
    return stage.telegram.messages[max(key for key in stage.telegram.messages if key[0] == user)].text


async def _a_proposal(stage: Stage) -> None:
    """Editor 1 proposes something, and sends it."""
    await stage.do(":as 1")
    for line in (
        "/edit linkedin.opt-out",
        "[The title]",
        "[The title]",
        "Another title",
        "[Send for review]",
    ):
        await stage.do(line)
    assert "It waits for a review" in stage.text


def _refused() -> float:
    """How often somebody without the right tried, until now."""
    samples = [sample for metric in EDITING_REFUSED.collect() for sample in metric.samples]
    return sum(sample.value for sample in samples if sample.name.endswith("_total"))


async def test_a_stranger_and_a_false_editor_change_nothing(tmp_path: Path, small: dict[str, str]) -> None:
    file = tmp_path / "linkedin.yaml"
    file.write_bytes(SMALL["en/linkedin.yaml"].replace(b"It is grey.", b"It is dark."))
    async with on_stage(tmp_path, environ=small) as stage:
        await _a_proposal(stage)
        await stage.do(":as 666")
        await stage.do("/zzzzzz")
        unknown = stage.text
        before = _refused()
        for command in COMMANDS:
            await stage.do(command)
            likest = "/sources" if command.startswith("/source") else None  # as for any misspelt command
            expected = unknown.replace("/help", f"Did you mean {likest}? /help", 1) if likest else unknown
            assert stage.text == expected, command
        await stage.do("/start")
        for data in BUTTONS:
            await tap(stage, 666, data)
            # What stands there already is not sent once more.
            assert "from an older version" in (stage.text or _newest(stage, 666)), data
        assert _refused() - before == len(COMMANDS) + len(BUTTONS)
        await stage.do(f":file {file}")
        assert "I read text only." in stage.text
        # An editor, but not in private, or not just now.
        await stage.do(":as 2")
        await stage.do("hello")
        for command in COMMANDS:
            await stage.do(f":edit {command}")
            assert "I don't know this command." in stage.text, command
            await stage.do(":edit hello")
        await stage.do(":group 5")
        for command in COMMANDS:
            await stage.do(command)
            assert not stage.seen, command
        await stage.do(f":file {file}")
        assert not stage.seen
        await stage.do(":private")
        # An author of more is still one: the proposal waits as it did.
        await stage.do("/approve 1")
        assert "It waits for a review" in stage.text


async def test_a_forwarded_command_of_an_editor_is_nobodys(tmp_path: Path, small: dict[str, str]) -> None:
    async with on_stage(tmp_path, environ=small) as stage:
        await _a_proposal(stage)
        await stage.do(":as 2")
        await stage.do("/zzzzzz")
        unknown = stage.text
        stage.seen.clear()
        stage.telegram.updates.push("message", _forwarded(stage, 2, "/approve 1"))
        await stage.session.perform(Do("private"))
        assert stage.text == unknown


async def test_a_role_that_was_taken_is_gone_in_an_open_dialogue(
    tmp_path: Path, small: dict[str, str]
) -> None:
    async with on_stage(tmp_path, environ={**small, "ADVISOR_OWNERS": "9"}) as stage:
        await stage.do(":as 9")
        await stage.do("/editors add 77 publisher")
        await _a_proposal(stage)
        await stage.do(":as 77")
        await stage.do("/approve 1")
        assert "Approve" in stage.labels
        await stage.do(":as 9")
        await stage.do("/editors remove 77")
        if any("Remove" in label or "Yes" in label for label in stage.labels):
            await stage.do(f"[{next(one for one in stage.labels if 'Remove' in one or 'Yes' in one)}]")
        await stage.do(":as 77")
        await stage.do("[Approve]")
        assert "from an older version" in stage.text
        await stage.do("/approve 1")
        assert "I don't know this command." in stage.text


async def test_files_that_are_none_are_refused_in_plain_words(tmp_path: Path, small: dict[str, str]) -> None:
    large, picture, bomb = tmp_path / "large.yaml", tmp_path / "linkedin.yaml.exe", tmp_path / "a.zip"
    large.write_bytes(b"#" * 1_000_001)
    picture.write_bytes(b"MZ")
    bomb.write_bytes(b"PK not at all")
    async with on_stage(tmp_path, environ=small) as stage:
        await stage.do(":as 1")
        for path, said in ((large, "too large"), (picture, "no knowledge file"), (bomb, "damaged")):
            await stage.do(f":file {path}")
            assert said in stage.text, path
        assert stage.telegram.journal[-1].method.lower() != "getfile"


async def test_a_file_of_an_older_revision_undoes_nothing(tmp_path: Path, small: dict[str, str]) -> None:
    file = tmp_path / "linkedin.yaml"
    file.write_bytes(SMALL["en/linkedin.yaml"].replace(b"It is grey.", b"It is dark."))
    async with on_stage(tmp_path, environ=small) as stage:
        await _a_proposal(stage)
        await stage.do(":as 2")
        for line in ("/approve 1", "[Approve]", "[Publish now]"):
            await stage.do(line)
        await stage.do(":as 1")
        await stage.do(f":file {file}")
        assert "“It is grey.” becomes “It is dark.”" in stage.text
        assert "Another title than before" not in stage.text


def _forwarded(stage: Stage, user: int, text: str) -> dict[str, Any]:
    """A message that an editor forwards from somebody."""
    at = int(stage.telegram.now().timestamp())
    person = {"id": user, "is_bot": False, "first_name": "Editor"}
    return {
        "message_id": 9_999,
        "date": at,
        "chat": {"id": user, "type": "private", "first_name": "Editor"},
        "from": person,
        "forward_origin": {"type": "user", "date": at, "sender_user": person},
        "text": text,
        "entities": [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}],
    }


async def test_every_button_of_an_editor_leads_somewhere(tmp_path: Path, small: dict[str, str]) -> None:
    """By a single editor, who may tap all of them; the second time there is a past to look at."""
    async with on_stage(tmp_path, environ={**small, "ADVISOR_EDITORS": "1"}) as stage:
        await stage.do(":as 1")
        kinds = await _tap_all(stage, ("/edit linkedin.opt-out", "/edit stop the training"))
        assert {"ze", "zt", "zc", "zf", "zn", "zh", "za"} <= {kind.partition(":")[0] for kind in kinds}
        for what in ("submit", "approve", "publish", "when", "more", "drop", "whole"):
            assert f"zp:{what}" in kinds, what
        await _a_proposal(stage)
        for label in ("[Approve]", "[Publish now]"):
            await stage.do(label)
        kinds = await _tap_all(stage, ("/history linkedin.opt-out",))
        assert {"zd", "zr"} <= {kind.partition(":")[0] for kind in kinds}


async def _tap_all(stage: Stage, lines: tuple[str, ...]) -> set[str]:
    """Tap up to four of each kind of button that comes of it; returns the kinds."""
    waiting: dict[str, str] = {}
    for line in lines:
        await stage.do(line)
        waiting |= _presses(stage)
    known, kinds = dict(waiting), set[str]()
    while waiting:
        # What ends a proposal comes last, so that all of its buttons are met before.
        data = min(waiting, key=lambda one: (any(word in one for word in _ENDING), one))
        label = waiting.pop(data)
        await tap(stage, 1, data)
        said = stage.text or _newest(stage, 1)
        assert "from an older version" not in said, f"[{label}] {data}"
        assert "Something went wrong" not in said, f"[{label}] {data}"
        kinds.add(_kind(data))
        for found, name in _presses(stage).items():
            if found not in known and sum(_kind(one) == _kind(found) for one in known) < 4:
                known[found] = waiting[found] = name
    return kinds


_ENDING = (":publish:", ":drop:", "1za:", ":reject:")


def _presses(stage: Stage) -> dict[str, str]:
    """Data and label of every button of editors that came."""
    return {
        button["data"]: button["label"]
        for line in stage.seen
        for row in line.get("buttons", ())
        for button in row
        if button.get("data", "").startswith("1z")
    }


def _kind(data: str) -> str:
    """The verb of a button, with what it does to a proposal."""
    verb, *parts = data[1:].split(":")
    match verb:
        case "zp":
            return f"{verb}:{parts[1]}"
        case "ze" | "zt":
            return f"{verb}:{parts[-1][:1]}"
        case _:
            return verb
