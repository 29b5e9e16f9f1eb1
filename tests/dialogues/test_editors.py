"""What editors and strangers do in the chat, word by word, through the whole application."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from bot.chat.editing_actions import VERBS
from bot.cli.script import Do
from bot.ops.metrics import EDITING_REFUSED
from tests.support.transcript import Stage, on_stage, play

_FOLDER = Path(__file__).parent / "editors"
TRANSCRIPTS = {path.stem: path.read_text(encoding="utf-8") for path in sorted(_FOLDER.glob("*.txt"))}
ENVIRON = {"ADVISOR_OWNERS": "900", "ADVISOR_EDITORS": "901"}


@pytest.mark.parametrize("name", TRANSCRIPTS)
async def test_it_goes_as_written(name: str, tmp_path: Path) -> None:
    await play(TRANSCRIPTS[name], tmp_path, environ=ENVIRON)


def rows(stage: Stage, table: str) -> list[dict[str, Any]]:
    """All rows of a table, read beside the running application."""
    engine = create_engine(f"sqlite:///{stage.data / 'advisor.db'}")
    with engine.connect() as connection:
        found = [dict(row) for row in connection.execute(text(f"SELECT * FROM {table}")).mappings()]
    engine.dispose()
    return found


async def tap(stage: Stage, user: int, data: str) -> list[dict[str, Any]]:
    """Tap a button by its data, forged or not, on the newest message to `user`."""
    stage.seen.clear()
    number = max(number for chat, number in stage.telegram.messages if chat == user)
    stage.telegram.tap(user, number, data)
    await stage.session.perform(Do("private"))  # does nothing here, and waits until all is said
    return list(stage.seen)


def newest(stage: Stage, user: int) -> str:
    """What the newest message to `user` says."""
    return stage.telegram.messages[max(key for key in stage.telegram.messages if key[0] == user)].text


def _buttons(stage: Stage) -> list[dict[str, Any]]:
    return [button for line in stage.seen for row in line.get("buttons", ()) for button in row]


async def test_an_invitation_makes_an_editor_once_and_then_looks_like_any_link(tmp_path: Path) -> None:
    async with on_stage(tmp_path, environ=ENVIRON) as stage:
        await stage.do(":as 900")
        await stage.do("/editors invite reviewer")
        link = next(button["url"] for button in _buttons(stage) if button.get("url"))
        payload = link.partition("?start=")[2]
        assert len(payload) == 22
        await stage.do(":as 55")
        await stage.do("/start some_other-payload_0123")
        wrong = stage.text
        await stage.do(f"/start {payload}")
        assert "Welcome: you are reviewer now." in stage.text
        await stage.do("/queue")
        assert "What waits" in stage.text
        await stage.do(":as 56")
        await stage.do(f"/start {payload}")
        assert stage.text == wrong
        await stage.do("/queue")
        assert "I don't know this command." in stage.text


def refusals() -> float:
    """How often somebody without the right was refused."""
    samples = [sample for metric in EDITING_REFUSED.collect() for sample in metric.samples]
    return sum(float(sample.value) for sample in samples if sample.name.endswith("_total"))


COMMANDS = ("/editors", "/editors add 666 owner", "/editors invite owner", "/queue", "/queue 1", "/stats")
BUTTONS = (
    *("1dl", "1de:1", "1dr:1:owner", "1dx:1:ask", "1dx:1:yes", "1di:", "1di:owner", "1dq::0", "1dq:due:0"),
    *(
        "1du:1",
        "1da:1:linkedin.opt-out:now",
        "1da:1:linkedin.opt-out:",
        "1dc:1:yes",
        "1dk:1",
        "1dz:1",
        "1dd:on",
        "1ds",
    ),
)


async def test_a_stranger_is_answered_as_for_an_unknown_command_and_an_old_button(tmp_path: Path) -> None:
    async with on_stage(tmp_path, environ=ENVIRON) as stage:
        await stage.do("/zzzzzz")
        unknown = stage.text
        await stage.do("how will the weather be in zorblatt")
        await stage.do("[Send to the editors]")
        await stage.do("[Send]")
        await stage.do(":as 900")
        await stage.do("/editors")
        before = {table: rows(stage, table) for table in ("editors", "invitations", "questions", "audit")}
        refused = refusals()
        await stage.do(":as 666")
        for command in COMMANDS:
            await stage.do(command)
            nearest = re.sub(r" Did you mean /[a-z]+\?", "", stage.text)
            assert nearest == unknown, command
            assert not re.search(r"/(queue|editors|stats)\b", stage.text), command
        await stage.do("/start")
        for data in BUTTONS:
            await tap(stage, 666, data)
            said = stage.text or newest(stage, 666)  # where nothing changes, nothing is sent
            assert "from an older version" in said, data
        assert {table: rows(stage, table) for table in before} == before
        after = refusals()
        assert after - refused == len(COMMANDS) + len(BUTTONS)


async def test_the_member_is_told_once_also_after_a_crash(tmp_path: Path) -> None:
    async with on_stage(tmp_path, environ=ENVIRON) as stage:
        await stage.do("how will the weather be in berlin")
        question = max(number for chat, number in stage.telegram.messages if chat == 7) - 1
        await stage.do("[Send to the editors]")
        await stage.do("[Send]")
        await stage.do(":as 901")
        await stage.do("/queue 1 linkedin.start-date")
        await stage.do("[Yes: tell the member now]")
        await stage.do(":kill")
        await stage.do(":at 2026-11-23T11:00:00+01:00")
        await stage.do(":restart")
        await stage.do(":at 2026-11-23T12:00:00+01:00")
        told = [
            message
            for (chat, _number), message in stage.telegram.messages.items()
            if chat == 7 and "The editors have answered" in message.text
        ]
        assert len(told) == 1 or all("may be a repeat" in message.text for message in told[1:])
        assert told[0].reply_to == question
        (row,) = rows(stage, "questions")
        assert (row["state"], row["sealed_text"]) == ("answered", None)


async def test_a_question_that_was_changed_after_it_was_shown_is_shown_anew(tmp_path: Path) -> None:
    async with on_stage(tmp_path, environ=ENVIRON) as stage:
        await stage.do("how will the weather be in berlin")
        question = max(number for chat, number in stage.telegram.messages if chat == 7) - 1
        await stage.do("[Send to the editors]")
        asked = stage.telegram.messages[7, question]
        stage.telegram.messages[7, question] = replace(asked, text="how will the weather be in paris")
        await stage.do("[Send]")
        assert "in paris" in stage.text
        assert rows(stage, "questions") == []
        await stage.do("[Send]")
        assert "Sent." in stage.text


async def test_nobody_sends_the_message_of_somebody_else(tmp_path: Path) -> None:
    async with on_stage(tmp_path, environ=ENVIRON) as stage:
        await stage.do("how will the weather be in berlin")
        unknown = max(number for chat, number in stage.telegram.messages if chat == 7)
        shown = stage.telegram.messages[7, unknown]
        stage.telegram.messages[7, unknown] = replace(shown, reply_to=unknown)  # the bot's own
        await tap(stage, 7, "1u:yes:00000000")
        assert "I keep no questions" in (stage.text or newest(stage, 7))
        assert rows(stage, "questions") == []


async def test_every_button_of_the_work_list_leads_somewhere(tmp_path: Path) -> None:
    async with on_stage(tmp_path, environ=ENVIRON) as stage:
        await stage.do("how will the weather be in berlin")
        await stage.do("[Send to the editors]")
        await stage.do("[Send]")
        await stage.do(":as 900")
        await stage.do("/editors add 55 author")
        engine = create_engine(f"sqlite:///{stage.data / 'advisor.db'}")
        with engine.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO merge_conflicts (revision, path, block, ours, theirs, made_at)"
                    " SELECT number, 'en/meta.yaml', 'meta.opt-out', 'kept', NULL, 0 FROM revisions LIMIT 1"
                )
            )
        engine.dispose()
        waiting = ["1dq::0", "1dl"]
        tapped: set[str] = set()
        while waiting:
            data = waiting.pop(0)
            tapped.add(data)
            await tap(stage, 900, data)
            said = stage.text or newest(stage, 900)
            assert "from an older version" not in said, data
            assert "Something went wrong" not in said, data
            found = [button["data"] for button in _buttons(stage) if "data" in button]
            # One of each kind of the many entries, and only what is the work list's own.
            for one in found:
                alike = one.split(":")[0] == "1dq" or one.split(":")[0] not in {
                    d.split(":")[0] for d in tapped
                }
                if one.startswith("1d") and one not in tapped and one not in waiting and alike:
                    waiting.append(one)
        assert {data.split(":")[0] for data in tapped} == {f"1{verb}" for verb in VERBS}
        (conflict,) = rows(stage, "merge_conflicts")
        assert conflict["settled_at"] is not None
