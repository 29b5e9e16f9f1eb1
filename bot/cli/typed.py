"""Lines from a pipe, one at a time, without holding up the bot or the end of the program."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import BinaryIO

from bot.cli.script import WrongLine


async def lines_of(stream: BinaryIO) -> AsyncIterator[str]:
    """The lines of `stream` as they come.

    Raises:
        WrongLine: one is not UTF-8.
    """
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[bytes] = asyncio.Queue()

    def read() -> None:
        for line in iter(stream.readline, b""):
            _pass_on(loop, queue, line)
        _pass_on(loop, queue, b"")

    # A daemon: a thread that waits for a line must not keep the program alive after Ctrl-C.
    threading.Thread(target=read, daemon=True, name="standard input").start()
    while line := await queue.get():
        try:
            yield line.decode("utf-8")
        except UnicodeDecodeError:
            raise WrongLine("the line is not UTF-8") from None


def _pass_on(loop: asyncio.AbstractEventLoop, queue: asyncio.Queue[bytes], line: bytes) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(queue.put_nowait, line)
