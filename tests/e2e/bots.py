"""Bots that answer every message, each in a process of its own: ours, and python-telegram-bot's usual ways.

`python -m tests.e2e.bots KIND URL DATA`. All say "answer"; ours says when it may be a repeat. A text that
begins with "slow" is worked on for ten seconds.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import warnings
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from telegram import Update
from telegram.ext import Application, ApplicationBuilder, ContextTypes, TypeHandler

from bot.chat.arrivals import Arrivals
from bot.chat.outbox import Outbox
from bot.chat.outcome import Outcome, current, record
from bot.chat.pacing import Pacing
from bot.chat.receive import Handle, Hook, HookedReceiver, Receiver, Seal
from bot.chat.receive_store import ReceiveStore
from bot.chat.render import Rendered
from bot.chat.transport import AiohttpRequest
from bot.offline.state import TOKEN
from bot.ops.clock import SystemClock
from bot.ops.http import Address, Route, Server
from bot.storage.engine import Database
from bot.storage.migrating import migrate
from bot.storage.presence import Presence

REPEAT = "(perhaps a repeat)"
SLOW = 10.0

AnyApplication = Application[Any, Any, Any, Any, Any, Any]


def _message(update: Update) -> tuple[int, str]:
    chat, message = update.effective_chat, update.effective_message
    assert chat is not None
    assert message is not None
    return chat.id, message.text or ""


async def _echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    chat_id, text = _message(update)
    if text.startswith("slow"):
        await asyncio.sleep(SLOW)
    await context.bot.send_message(chat_id, "answer")


def plain(url: str, *, transport: bool = False, concurrent: int = 0) -> None:
    """python-telegram-bot as its documentation shows it, or on our transport, or with many at a time."""
    builder = ApplicationBuilder().token(TOKEN).base_url(f"{url}/bot").job_queue(None)
    if transport:
        builder = builder.request(AiohttpRequest()).get_updates_request(AiohttpRequest())
    if concurrent:
        builder = builder.concurrent_updates(concurrent)
    application = builder.build()
    application.add_handler(TypeHandler(Update, _echo))
    application.run_polling(bootstrap_retries=5)


async def ours(url: str, data: Path, *, hooked: bool = False) -> None:
    """Our receiver, our outbox, our transport, and a handler that does nothing else."""
    address = f"sqlite:///{data / 'echo.db'}"
    await migrate(address, now=SystemClock().now())
    database = Database(address)
    request = AiohttpRequest()
    application: AnyApplication = (
        ApplicationBuilder()
        .token(TOKEN)
        .base_url(f"{url}/bot")
        .request(request)
        .get_updates_request(request)
        .updater(None)
        .job_queue(None)
        .build()
    )
    rate = float(os.environ.get("ADVISOR_SEND_RATE", "30"))
    outbox = Outbox(application.bot, Pacing(overall=rate, private=0 if not rate else 1))

    async def answer(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        chat_id, text = _message(update)
        if text.startswith("slow"):
            await asyncio.sleep(SLOW)
        words = f"answer {REPEAT}" if repeats.get(update.update_id) else "answer"
        await outbox.send(chat_id, Rendered(html=words, plain=words))

    async def on_error(update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert context.error is not None
        record(context.error)

    repeats: dict[int, bool] = {}

    async def handle(update: Update, repeat: bool) -> Outcome:
        repeats[update.update_id] = repeat
        await application.process_update(update)
        del repeats[update.update_id]
        return current()

    async def missed(member_id: bytes, sealed: bytes) -> None:
        await outbox.send(int(sealed), Rendered(html="missed", plain="missed"))

    async def too_many(update: Update) -> None:
        await outbox.send(_message(update)[0], Rendered(html="one at a time", plain="one at a time"))

    application.add_handler(TypeHandler(Update, answer))
    application.add_error_handler(on_error)
    await application.initialize()
    await application.start()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    ends = Ends(seal=lambda user, chat: (b"%032d" % user, b"%d" % chat), missed=missed, too_many=too_many)
    try:
        if hooked:
            await _by_webhook(application, database, handle, ends, stop)
        else:
            await Receiver(
                application.bot,
                handle,
                ReceiveStore(database),
                allowed_updates=["message", "callback_query"],
                seal=ends.seal,
                missed=ends.missed,
                too_many=ends.too_many,
                clock=SystemClock(),
            ).run(stop)
    finally:
        await application.stop()
        await application.shutdown()
        await database.close()


@dataclass(frozen=True, slots=True)
class Ends:
    """What receiving says by itself."""

    seal: Seal
    missed: Callable[[bytes, bytes], Coroutine[Any, Any, object]]
    too_many: Callable[[Update], Coroutine[Any, Any, object]]


async def _by_webhook(
    application: AnyApplication, database: Database, handle: Handle, ends: Ends, stop: asyncio.Event
) -> None:
    receiver = HookedReceiver(
        application.bot,
        handle,
        ReceiveStore(database),
        Arrivals(database),
        Presence(database),
        seal=ends.seal,
        missed=ends.missed,
        too_many=ends.too_many,
        clock=SystemClock(),
    )
    await receiver.open()
    host, _, port = os.environ["ADVISOR_WEBHOOK_LISTEN"].partition(":")
    secret = os.environ["ADVISOR_WEBHOOK_SECRET"]
    server = Server([Route(Address(host, int(port)), "POST", "/hook", Hook(secret, receiver).answer)])
    await server.start()
    await application.bot.set_webhook(
        os.environ["ADVISOR_WEBHOOK_URL"] + "/hook", max_connections=100, secret_token=secret
    )
    await receiver.run(stop)
    await server.stop()


def main() -> None:
    """Run the bot that is named."""
    kind, url, data = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    warnings.simplefilter("ignore")
    match kind:
        case "ours":
            asyncio.run(ours(url, data))
        case "ours-hooked":
            asyncio.run(ours(url, data, hooked=True))
        case "plain":
            plain(url)
        case "plain-concurrent":
            plain(url, concurrent=32)
        case "plain-transport":
            plain(url, transport=True, concurrent=256)
        case _:
            raise SystemExit(f"there is no bot {kind}")


if __name__ == "__main__":
    main()
