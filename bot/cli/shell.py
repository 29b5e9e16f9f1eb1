"""`advisor shell`: the whole bot in the terminal, over the Telegram in memory, for people and for scripts."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.opening import CannotOpen, Opening, open_session
from bot.cli.picture import Dialogue
from bot.cli.script import WrongLine, read_instant, read_line
from bot.cli.session import Session
from bot.cli.shown import Files, as_json
from bot.cli.typed import lines_of
from bot.offline.model import Event

_TITLE = "advisor shell"


def shell(
    user: Annotated[int, typer.Option(min=1, help="The number of the member who speaks first.")] = 1,
    lang: Annotated[str, typer.Option(help="The language of their app.")] = "en",
    data: Annotated[
        Path | None,
        typer.Option(help="A data folder to keep; else ADVISOR_DATA_DIR or a temporary one."),
    ] = None,
    now: Annotated[
        str | None, typer.Option(help="Where the clock starts, as 2026-11-23T10:00:00+01:00.")
    ] = None,
    editors: Annotated[
        str | None, typer.Option(help="Members who are editors, as 1,2; else ADVISOR_EDITORS.")
    ] = None,
    owners: Annotated[
        str | None, typer.Option(help="Members who are owners, as 9; else ADVISOR_OWNERS.")
    ] = None,
    script: Annotated[
        str | None,
        typer.Option(help="A file with lines to say, - for standard input; prints JSON lines."),
    ] = None,
    export_svg: Annotated[Path | None, typer.Option(help="Write the dialogue as a picture.")] = None,
) -> None:
    """The whole bot in the terminal, without a network. `:help` inside shows what can be typed."""
    try:
        start = read_instant(now) if now else datetime.now(UTC)
    except WrongLine as error:
        raise _leave(f"--now: {error}", 2) from None
    lines = None if script in (None, "-") else _checked(Path(script or ""))
    people = {"ADVISOR_EDITORS": editors, "ADVISOR_OWNERS": owners}
    chosen = {name: numbers for name, numbers in people.items() if numbers is not None}
    opening = Opening(user, lang, start, data, {**os.environ, **chosen})
    dialogue = Dialogue.silent() if script is not None else Dialogue.on_terminal()
    try:
        if script is None:
            asyncio.run(_talk(opening, dialogue))
        else:
            asyncio.run(_follow(opening, script, lines, dialogue))
        if export_svg is not None:
            dialogue.save(export_svg, title=_TITLE)
    except CannotOpen as error:
        raise _leave(str(error), 1) from None
    except BrokenPipeError:
        # Nobody reads on; what is still to be flushed at exit must not complain either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        raise _leave(f"{error.filename or ''}: {error.strerror or error}", 1) from None


def _leave(reason: str, code: int) -> typer.Exit:
    for line in reason.splitlines():
        print(f"advisor: {line}", file=sys.stderr)
    return typer.Exit(code)


async def _talk(opening: Opening, dialogue: Dialogue) -> None:
    from bot.cli.terminal import talk

    async with open_session(opening) as session:
        await _start(session)
        await talk(session, dialogue, kept=opening.kept)


async def _follow(opening: Opening, script: str, checked: list[str] | None, dialogue: Dialogue) -> None:
    name = "standard input" if script == "-" else script
    lines = lines_of(sys.stdin.buffer) if checked is None else _each(checked)
    files = Files()
    _speak_utf8()
    async with open_session(opening) as session:
        seen: list[Event] = []
        session.telegram.on_event(seen.append)
        session.telegram.on_event(dialogue.show)
        await _start(session)
        number = 0
        _print_events(seen, files)
        async for line in lines:
            number += 1
            try:
                step = read_line(line)
                if step is not None:
                    dialogue.said(line)
                    shown = await session.perform(step)
                    if shown is not None:
                        _print_json({shown.what: shown.text})
            except WrongLine as error:
                raise _leave(f"{name}:{number}: {error}", 2) from None
            except TimeoutError:
                raise _leave(f"{name}:{number}: the bot did not come to rest", 1) from None
            finally:
                _print_events(seen, files)


async def _start(session: Session) -> None:
    from bot.app import StartError
    from bot.storage.faults import StorageDown, StorageRefused

    try:
        await session.start()
    except (StartError, StorageRefused, StorageDown) as error:
        raise CannotOpen(str(error)) from error


async def _each(lines: list[str]) -> AsyncIterator[str]:
    for line in lines:
        yield line


def _checked(path: Path) -> list[str]:
    """The lines of a file; when one of them is wrong, all wrong ones are told and none is carried out."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        raise _leave(f"{path} is not written in UTF-8", 2) from None
    except OSError as error:
        raise _leave(f"{path} cannot be read: {error.strerror}", 2) from None
    problems = []
    for number, line in enumerate(lines, 1):
        try:
            read_line(line)
        except WrongLine as error:
            problems.append(f"{path}:{number}: {error}")
    if problems:
        raise _leave("\n".join(problems), 2)
    return lines


def _speak_utf8() -> None:
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="backslashreplace")


def _print_events(events: list[Event], files: Files) -> None:
    for event in events:
        _print_json(as_json(event, files))
    events.clear()


def _print_json(line: object) -> None:
    print(json.dumps(line, ensure_ascii=False), flush=True)
