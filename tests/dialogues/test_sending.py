"""Whatever people do, editors get no text but the one that was shown and sent by a tap."""

from __future__ import annotations

import html
import re
from contextlib import suppress
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.cli.script import Do, WrongLine
from bot.editing.masking import mask
from bot.members.identity import Identity
from bot.members.keys import open_keys
from bot.storage.engine import Database
from bot.storage.tables import questions
from tests.support.transcript import Stage, on_stage

ENVIRON = {"ADVISOR_EDITORS": "901"}
SAID = (
    "how will the weather be in zorblatt",
    "zorblatt",
    "my name is zorblatt, since when does linkedin train on my data",
    "zorblatt@example.org wants his data",
    "my password is zorblatt99",
    "i want to kill myself zorblatt",
    "linkedin",
    "/ask what about zorblatt",
    "/zorblatt",
    "remind me tomorrow at 9 about zorblatt",
    "done",
)
FORGED = (
    "1u:yes:00000000",
    "1u:yes:",
    "1u:no:",
    "1u:yes:zz",
    "1u:maybe:",
    "2u:ask:",
    "1u:ask",
    "1y:zor.blatt",
    "1du:1",
)
KINDS = (
    *("say", "say", "edit", "file", "photo", "voice", "sticker", "inline", "group", "forged", "not meant"),
    *("ask", "ask", "no", "send", "send", "other", "kill", "block", "start"),
)
ACTIONS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 50)), min_size=30, max_size=40)


async def act(stage: Stage, kind: str, number: int, file: Path) -> None:
    """Do one thing; what cannot be done now is left out."""
    telegram, user = stage.telegram, 7 + number % 5
    telegram.user(user, language_code="en")
    match kind:
        case "say":
            await stage.do(SAID[number % len(SAID)])
        case "edit" if any(message.sender_id == stage.session.user for message in telegram.messages.values()):
            await stage.do(f":edit {SAID[number % len(SAID)]}")
        case "file":
            await stage.do(f":file {file}")
        case "photo":
            telegram.send_photo(user, caption="zorblatt")
        case "voice":
            telegram.send_voice(user)
        case "sticker":
            telegram.send_sticker(user)
        case "inline":
            await stage.do(f":inline {SAID[number % len(SAID)]}")
        case "group":
            await stage.do(":group 1")
            await stage.do("/ask what about zorblatt")
            await stage.do(":private")
        case "forged":
            mine = [key for key, message in telegram.messages.items() if key[0] == user and message.markup]
            if mine:
                telegram.tap(user, max(mine)[1], FORGED[number % len(FORGED)])
        case "not meant" | "ask" | "no" | "send":
            label = {
                "not meant": "Not what I meant",
                "ask": "Send to the editors",
                "no": "Not now",
                "send": "Send",
            }[kind]
            if any(button.label == label for button in stage.session.keyboard()):
                await stage.do(f"[{label}]")
        case "other":
            await stage.do(f":as {user}")
        case "kill":
            await stage.do(":kill")
        case "block":
            await stage.do(":block")
            await stage.do(":unblock")
        case "start":
            await stage.do("/start")
    await stage.session.perform(Do("private"))  # does nothing here, and waits until all is said


def on_screen(stage: Stage) -> str | None:
    """The text that the newest screen would send, None when it offers to send none."""
    keys = [key for key in stage.telegram.messages if key[0] == stage.session.user]
    if not keys:
        return None
    message = stage.telegram.messages[max(keys)]
    found = re.search(r"get:\n\n(.*?)\n\nNames", message.text, re.DOTALL)
    return html.unescape(found[1]) if found else None


async def stored(stage: Stage) -> list[str]:
    """What lies there for the editors, opened."""
    database = Database(f"sqlite:///{stage.data / 'advisor.db'}")
    try:
        identity = Identity(await open_keys(database, path=stage.data.with_name("data.key")))
        async with database.read() as connection:
            rows = (await connection.execute(select(questions).order_by(questions.c.number))).all()
        return [identity.unseal(row.member_id, row.sealed_text).decode() for row in rows]
    finally:
        await database.close()


@settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
@given(doings=ACTIONS)
async def test_editors_get_no_text_that_was_not_sent_by_a_tap(
    doings: list[tuple[str, int]], tmp_path_factory: object
) -> None:
    folder: Path = tmp_path_factory.mktemp("stage")  # type: ignore[attr-defined]
    file = folder / "zorblatt.txt"
    file.write_text("zorblatt")
    async with on_stage(folder, environ=ENVIRON) as stage:
        await stage.do("/start")
        before: list[str] = []
        for kind, number in doings:
            shown = on_screen(stage)
            with suppress(WrongLine):  # it cannot be done now
                await act(stage, kind, number, file)
            now = await stored(stage)
            if kind == "send" and len(now) > len(before):
                assert now[:-1] == before
                assert now[-1] == shown == mask(shown or "")
            else:
                assert now == before, (kind, number)
            before = now
        content = b"".join(path.read_bytes() for path in stage.data.glob("advisor.db*"))
        assert b"zorblatt" not in content
