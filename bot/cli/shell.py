"""`advisor shell`: the whole bot in the terminal, over the Telegram in memory, for people and for scripts."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from bot.cli.script import HELP, Say, Step, TapNumber, WrongLine, read_instant, read_line

_COUNTERS: Final = "shell.json"


def shell(
    user: Annotated[int, typer.Option(min=1, help="The number of the member who speaks first.")] = 7001,
    lang: Annotated[str, typer.Option(help="The language of their app.")] = "en",
    data: Annotated[
        Path | None, typer.Option(help="A data folder to keep; without it, a temporary one.")
    ] = None,
    now: Annotated[str | None, typer.Option(help="Where the clock starts, as 2026-11-23T10:00:00+01:00.")] = None,
    script: Annotated[
        str | None, typer.Option(help="A file of lines, - for standard input; prints a JSON line an event.")
    ] = None,
    export_svg: Annotated[Path | None, typer.Option(help="Write the dialogue as a picture.")] = None,
) -> None:
    """The whole bot in the terminal, without a network. `:help` inside shows what can be typed."""
    try:
        start = read_instant(now) if now else datetime.now(UTC)
    except WrongLine as error:
        print(f"advisor: --now: {error}", file=sys.stderr)
        raise typer.Exit(2) from None
    with ExitStack() as stack:
        lines = stack.enter_context(_script_lines(script)) if script is not None else None
        folder, environ = stack.enter_context(_environment(data))
        options = Options(user, lang, folder, environ, start, export_svg, kept=environ is not None)
        try:
            code = asyncio.run(_converse(options) if lines is None else _follow(options, lines))
        except OSError as error:
            print(f"advisor: {error.strerror}: {error.filename}", file=sys.stderr)
            code = 1
    raise typer.Exit(code)
