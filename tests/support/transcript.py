"""Dialogues as transcripts, played through the whole application on the Telegram in memory.

    > /start                 said, tapped or done: any line of `advisor shell`
    < no legal advice        must be seen in what came of it
    < [LinkedIn]             a button whose label contains this must be there
    ! private messages       must not be seen
    ! [Not now]              no such button may be there
    < nothing                nothing may come of it
    # a remark

Texts are compared with white space folded. A `<` line that is indented by two more spaces goes on with the
text of the line before.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.cli.opening import Opening, open_session
from bot.cli.script import read_line
from bot.cli.session import Session
from bot.cli.shown import Files, as_json
from bot.offline.telegram import Telegram
from tests.support.cache import CACHE
from tests.support.memory import remembered
from tests.support.moulds import cast_file

MONDAY = datetime.fromisoformat("2026-11-23T10:00:00+01:00")
"""When the journeys take place."""

_QUIET: Mapping[str, str] = {
    "ADVISOR_OPERATOR_NAME": "The testers",
    "ADVISOR_OPERATOR_CONTACT": "t@example.org",
    "ADVISOR_CACHE_DIR": str(CACHE),
}


@dataclass(slots=True)
class Stage:
    """A dialogue in progress.

    Attributes:
        session: who speaks where, and the application.
        seen: what came of the last line, as the JSON objects of `advisor shell --script`.
        data: the data folder.
    """

    session: Session
    data: Path
    seen: list[dict[str, Any]] = field(default_factory=list)

    @property
    def telegram(self) -> Telegram:
        """The Telegram in memory."""
        return self.session.telegram

    async def do(self, line: str) -> list[dict[str, Any]]:
        """Carry out one line of `advisor shell`; returns what came of it.

        Raises:
            WrongLine: it cannot be carried out.
        """
        self.seen.clear()
        step = read_line(line)
        if step is not None:
            shown = await self.session.perform(step)
            if shown is not None:
                self.seen.append({shown.what: shown.text})
        return list(self.seen)

    @property
    def text(self) -> str:
        """All words that came of the last line, white space folded."""
        return _folded(" ".join(word for line in self.seen for word in _words(line)))

    @property
    def labels(self) -> list[str]:
        """The labels of all buttons that came of the last line."""
        return [
            button["label"]
            for line in self.seen
            for holder in (line, *line.get("inline_results", ()))
            for row in holder.get("buttons", ())
            for button in row
        ]

    async def play(self, transcript: str) -> None:
        """Play a transcript.

        Raises:
            AssertionError: something was not seen, or seen that must not be.
        """
        for number, line in _lines(transcript):
            sign, said = line[:1], line[1:].strip()
            match sign:
                case ">":
                    await self.do(said)
                case "<":
                    self._expect(number, said)
                case "!":
                    found = self._finds(said)
                    assert not found, f"line {number}: {said!r} was seen, but must not be\n{self._shown()}"
                case _:
                    raise ValueError(f"line {number} begins with none of > < ! #: {line!r}")

    def _expect(self, number: int, said: str) -> None:
        if said == "nothing":
            assert not self.seen, f"line {number}: something came of it\n{self._shown()}"
        else:
            assert self._finds(said), f"line {number}: {said!r} was not seen\n{self._shown()}"

    def _finds(self, said: str) -> bool:
        if label := re.fullmatch(r"\[(.+)\]", said):
            return any(label[1] in other for other in self.labels)
        return _folded(said) in self.text

    def _shown(self) -> str:
        lines = ["what was seen:"]
        lines += [f"    {word}" for line in self.seen for text in _words(line) for word in text.splitlines()]
        return "\n".join([*lines, *(f"    [{label}]" for label in self.labels)])


@asynccontextmanager
async def on_stage(
    folder: Path,
    *,
    user: int = 7,
    language: str = "en",
    now: datetime = MONDAY,
    environ: Mapping[str, str] | None = None,
) -> AsyncIterator[Stage]:
    """The application, started, with its data in `folder`.

    Args:
        folder: an empty one, such as `tmp_path`.
        user: who speaks first.
        language: of their app.
        now: where the clock starts.
        environ: settings, beside the operator's name.
    """
    data = folder / "data"
    opening = Opening(user, language, now, data, {**_QUIET, **(environ or {})})
    if "ADVISOR_DATABASE_URL" not in opening.environ and not data.exists():
        await cast_file(data / "advisor.db")
    with remembered():
        async with open_session(opening) as session:
            stage = Stage(session, data)
            files = Files(folder / "files")
            session.telegram.on_event(lambda event: stage.seen.append(as_json(event, files)))
            await session.start()
            yield stage


async def play(transcript: str, folder: Path, **options: Any) -> None:
    """Play one transcript on a stage of its own; see `on_stage` for the options."""
    async with on_stage(folder, **options) as stage:
        await stage.play(transcript)


def _words(line: Mapping[str, Any]) -> list[str]:
    words = [str(line[name]) for name in ("text", "callback_answer", "opened", "copied") if line.get(name)]
    for card in line.get("inline_results", ()):
        words += [card["title"], card["description"], card["text"]]
    for kind in ("document", "photo"):
        if line.get(kind):
            words.append(line[kind]["name"])
    return words


def _folded(text: str) -> str:
    return " ".join(text.split())


def _lines(transcript: str) -> list[tuple[int, str]]:
    lines: list[tuple[int, str]] = []
    for number, line in enumerate(transcript.splitlines(), 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if text[0] not in "><!" and lines and line[:1].isspace():
            lines[-1] = (lines[-1][0], f"{lines[-1][1]} {text}")
        else:
            lines.append((number, text))
    return lines
