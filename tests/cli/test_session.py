"""The terminal chat's driver, on a small bot that is not ours."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from bot.cli.picture import Dialogue
from bot.cli.script import WrongLine, read_line
from bot.cli.session import Session, Shown
from bot.cli.shown import Files, as_json
from bot.offline.telegram import Telegram
from bot.ops.clock import SettableClock
from tests.support.echo import Echo


class Stage:
    """A session whose events are read as JSON."""

    def __init__(self, folder: Path) -> None:
        self.clock = SettableClock(datetime(2026, 11, 23, 9, tzinfo=UTC))
        self.telegram = Telegram(self.clock.now)
        self.apps: list[Echo] = []
        self.session = Session(self.telegram, self.clock, self._make, user=7)
        self._files = Files(folder)
        self._seen: list[dict[str, Any]] = []
        self.telegram.on_event(lambda event: self._seen.append(as_json(event, self._files)))

    def _make(self) -> Echo:
        self.apps.append(Echo(self.telegram))
        return self.apps[-1]

    async def do(self, line: str) -> list[dict[str, Any]]:
        self._seen.clear()
        step = read_line(line)
        assert step is not None
        self.shown = await self.session.perform(step)
        return json.loads(json.dumps(self._seen))  # type: ignore[no-any-return]


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    stage = Stage(tmp_path)
    await stage.session.start()
    yield stage
    await stage.session.stop()


async def test_a_message_is_shown_with_all_its_parts(stage: Stage) -> None:
    assert await stage.do("/start") == [
        {
            "to": 7,
            "message_id": 2,
            "edited": False,
            "reply_to": None,
            "text": "Started with nothing",
            "html": "<b>Started</b> with nothing",
            "buttons": [
                [{"label": "Stop LinkedIn", "data": "stop"}, {"label": "Done", "data": "done"}],
                [
                    {"label": "Open", "url": "https://t.me/privacy_advisor_bot?start=deep"},
                    {"label": "Site", "url": "https://example.com/"},
                ],
            ],
            "document": None,
            "photo": None,
        }
    ]


async def test_a_tap_is_answered_and_edits(stage: Stage) -> None:
    await stage.do("/start")
    answer, edit = await stage.do("[linkedin]")
    assert answer == {"callback_answer": "noted"}
    assert (edit["edited"], edit["message_id"], edit["text"]) == (True, 2, "You tapped stop")
    await stage.do("/start")
    answer, edit = await stage.do("[#2]")
    assert answer == {"callback_answer": None}
    assert edit["text"] == "You tapped done"


async def test_a_button_that_is_not_there_is_told_with_those_that_are(stage: Stage) -> None:
    with pytest.raises(WrongLine, match="newest keyboard has no buttons"):
        await stage.do("[Done]")
    await stage.do("/start")
    with pytest.raises(WrongLine, match=r"“Nope”; the newest keyboard has \[Stop LinkedIn\], \[Done\]"):
        await stage.do("[Nope]")
    with pytest.raises(WrongLine, match="there is no button #5; the newest keyboard has 4"):
        await stage.do("[#5]")


async def test_links_open_and_deep_links_start(stage: Stage) -> None:
    await stage.do("/start")
    assert await stage.do("[Site]") == []
    assert stage.shown == Shown("opened", "https://example.com/")
    assert (await stage.do("[Open]"))[0]["text"] == "Started with deep"


async def test_a_document_can_be_looked_at(stage: Stage) -> None:
    document = (await stage.do("/file"))[0]["document"]
    content = b"BEGIN:VCALENDAR"
    assert document["name"] == "reminder.ics"
    assert document["bytes"] == len(content)
    assert document["sha256"] == hashlib.sha256(content).hexdigest()
    assert await asyncio.to_thread(Path(document["path"]).read_bytes) == content


async def test_files_edits_and_replies_go_to_the_bot(stage: Stage, tmp_path: Path) -> None:
    path = tmp_path / "mended.yaml"
    path.write_text("a: 1")
    assert (await stage.do(f":file {path}"))[0]["text"] == "file mended.yaml"
    await stage.do("on mobil")
    assert (await stage.do(":edit on mobile"))[0]["text"] == "edited: on mobile"
    assert (await stage.do(":reply thanks"))[0]["text"] == "thanks"
    with pytest.raises(WrongLine, match="No such file"):
        await stage.do(f":file {tmp_path / 'none'}")


async def test_inline_cards_are_chosen_into_a_group(stage: Stage) -> None:
    await stage.do(":group 3")
    results = await stage.do(":inline linkedin")
    assert results[0]["inline_results"][0]["title"] == "A card"
    card = (await stage.do(":choose 1"))[0]
    assert (card["to"], card["text"], card["via_bot"]) == (-3, "about linkedin", True)
    with pytest.raises(WrongLine, match="no inline result 2"):
        await stage.do(":choose 2")


async def test_others_speak_in_groups_and_the_bot_hears_what_is_meant_for_it(stage: Stage) -> None:
    await stage.do(":group 3")
    await stage.do(":as 8 lang=de")
    assert stage.telegram.users[8].language_code == "de"
    assert await stage.do("hello all") == []
    assert (await stage.do("/start"))[0]["to"] == -3
    await stage.do(":private")
    assert (await stage.do("/start"))[0]["to"] == 8


async def test_the_clock_is_set_and_what_is_due_is_done(stage: Stage) -> None:
    due = stage.apps[-1].due
    await stage.do(":at 2026-11-27T18:00:00+01:00")
    assert stage.apps[-1].due == due + 1
    assert stage.clock.now().isoformat().startswith("2026-11-27T17:00:00")


async def test_after_a_restart_the_dialogue_goes_on(stage: Stage) -> None:
    await stage.do("/start")
    for command in (":restart", ":kill"):
        await stage.do(command)
        assert (await stage.do("hello"))[0]["text"] == "hello"
    assert len(stage.apps) == 3
    await stage.do(":stop")
    assert await stage.do("are you there?") == []
    assert (await stage.do(":start"))[0]["text"] == "are you there?"


async def test_a_blocked_bot_cannot_be_spoken_to(stage: Stage) -> None:
    await stage.do("/start")
    await stage.do(":block")
    with pytest.raises(WrongLine, match="blocked the bot"):
        await stage.do("hello?")
    await stage.do(":unblock")
    assert (await stage.do("hello"))[0]["text"] == "hello"


async def test_the_dialogue_becomes_a_picture_without_fonts_from_elsewhere(
    stage: Stage, tmp_path: Path
) -> None:
    dialogue = Dialogue(Console(file=StringIO()))
    stage.telegram.on_event(dialogue.show)
    dialogue.said("/start")
    await stage.do("/start")
    dialogue.save(tmp_path / "picture.svg", title="advisor shell")
    picture = (tmp_path / "picture.svg").read_text()
    assert "Started" in picture
    assert "Stop" in picture
    assert "font-face" not in picture
    assert "https://cdn" not in picture
