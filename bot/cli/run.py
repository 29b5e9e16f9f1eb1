"""`advisor run`: the bot itself; `advisor start`: the bot, or the terminal chat when no token is set."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from bot.app import Advisor
    from bot.settings import Settings


def run() -> None:
    """Run the bot until it is told to stop."""
    from bot.settings import SettingsError, load_settings

    try:
        settings = load_settings(os.environ)
    except SettingsError as error:
        print(f"advisor: {error}", file=sys.stderr)
        raise typer.Exit(1) from None
    if settings.bot_token is None:
        print(
            "advisor: no bot token. Ask @BotFather in Telegram for one and set TELEGRAM_BOT_TOKEN "
            "or TELEGRAM_BOT_TOKEN_FILE; `advisor shell` works without.",
            file=sys.stderr,
        )
        raise typer.Exit(1)
    from bot.ops.logs import configure

    configure(settings.log_level, token=settings.bot_token.get_secret_value())
    raise typer.Exit(asyncio.run(_serve(settings)))


def start() -> None:
    """Run the bot when a token is set, else open the terminal chat and say so."""
    from bot.cli.shell import shell
    from bot.settings import SettingsError, load_settings

    try:
        wanted = load_settings(os.environ).bot_token is not None
    except SettingsError:
        wanted = True  # `run` says what is wrong with them
    if wanted:
        run()
        return

    print("No TELEGRAM_BOT_TOKEN is set, so this is the terminal chat: the same bot, without a network.")
    shell()


async def _serve(settings: Settings) -> int:
    from bot.app import Advisor

    return await serve(Advisor(settings, serves=True))


async def serve(advisor: Advisor) -> int:
    """Run `advisor` until SIGTERM or SIGINT, or until it cannot go on; returns the exit code."""
    from bot.app import StartError
    from bot.storage.faults import StorageDown, StorageRefused

    try:
        await advisor.start()
    except (StartError, StorageRefused, StorageDown) as error:
        print(f"advisor: {error}", file=sys.stderr)
        return 1
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    running = asyncio.create_task(advisor.run())
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        failed = running.done() and not running.cancelled() and running.exception()
    finally:
        stopping.cancel()
        await advisor.stop()
        await asyncio.gather(running, stopping, return_exceptions=True)
    if failed:
        print(f"advisor: {failed}", file=sys.stderr)
        return 1
    return 0
