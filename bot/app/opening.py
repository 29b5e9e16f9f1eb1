"""What has to be opened before anything can be answered: the data, the knowledge, the way to Telegram."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, TypeAlias

import structlog
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application, ApplicationBuilder
from telegram.request import BaseRequest

from bot.members.erasures import ErasureRegister
from bot.members.identity import Identity
from bot.members.keys import open_keys
from bot.members.service import Members
from bot.ops.clock import Clock
from bot.settings import Settings
from bot.storage.engine import Database
from bot.storage.locking import ProcessLock
from bot.storage.migrating import migrate

log = structlog.get_logger(__name__)

AnyApplication: TypeAlias = Application[Any, Any, Any, Any, Any, Any]

_HELLO_PATIENCE = 60.0
"""Seconds for which the first call to Telegram is tried again before the start is given up."""


class StartError(Exception):
    """The bot cannot start; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What everything about members stands on.

    Attributes:
        database: open and of this program's form.
        identity: names and seals.
        members: the service; erasures of before were replayed.
    """

    database: Database
    identity: Identity
    members: Members


async def open_ground(settings: Settings, clock: Clock, stack: AsyncExitStack) -> Ground:
    """Lock, upgrade and open the data.

    Args:
        settings: where it is.
        clock: for the service, and the name of a copy.
        stack: what closes it again is put there.

    Raises:
        StartError: the data folder cannot be made.
        bot.storage.faults.StorageRefused: the database or its key cannot be used.
        bot.storage.faults.StorageDown: the database does not answer.
    """
    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StartError(
            f"The data folder {settings.data_dir}: {error.strerror}. Make it writable."
        ) from error
    if path := settings.database_file:
        stack.enter_context(ProcessLock(path))
    migrated = await migrate(settings.database_address, now=clock.now())
    if migrated.before != migrated.after:
        log.info("database_upgraded", before=migrated.before, after=migrated.after)
    database = Database(settings.database_address)
    stack.push_async_callback(database.close)
    secret = settings.secret_key.get_secret_value() if settings.secret_key else None
    new = secret is None and not settings.key_file.exists()
    identity = Identity(await open_keys(database, path=settings.key_file, secret=secret))
    if new:
        log.info("key_made", file=str(settings.key_file), next="copy it to a safe place, apart from backups")
    members = Members(database, identity, clock=clock, register=ErasureRegister(settings.erasure_file))
    await members.replay_erasures()
    return Ground(database, identity, members)


async def open_application(
    settings: Settings, stack: AsyncExitStack, *, request: BaseRequest, poll_request: BaseRequest
) -> AnyApplication:
    """python-telegram-bot's application, known to Telegram and started.

    Args:
        settings: token and address.
        stack: what ends it again is put there.
        request: carries calls.
        poll_request: carries getUpdates.

    Raises:
        StartError: there is no token, Telegram refuses it, or does not answer.
    """
    token = settings.bot_token
    if token is None:
        raise StartError("There is no bot token: set TELEGRAM_BOT_TOKEN or TELEGRAM_BOT_TOKEN_FILE.")
    application = (
        ApplicationBuilder()
        .token(token.get_secret_value())
        .base_url(f"{settings.telegram_api_url}/bot")
        .base_file_url(f"{settings.telegram_api_url}/file/bot")
        .request(request)
        .get_updates_request(poll_request)
        .updater(None)
        .job_queue(None)
        .build()
    )
    for one in {request, poll_request}:
        stack.push_async_callback(one.shutdown)
    await _say_hello(application)
    stack.push_async_callback(application.shutdown)
    await application.start()
    stack.push_async_callback(application.stop)
    return application


async def _say_hello(application: AnyApplication) -> None:
    """`initialize`, which asks Telegram who we are, tried again for a minute while the network is down."""
    loop = asyncio.get_running_loop()
    end, pause = loop.time() + _HELLO_PATIENCE, 0.5
    while True:
        try:
            await application.initialize()
        except InvalidToken as error:
            raise StartError("Telegram refuses the bot token: ask @BotFather for it anew.") from error
        except TelegramError as error:
            if loop.time() + pause > end:
                raise StartError(
                    "Telegram does not answer: look at the network and TELEGRAM_API_URL."
                ) from error
            log.warning("telegram_unreachable", kind=type(error).__name__)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)
        else:
            return
