"""The people who edit, built from the settings, and what the bot says to and because of them on its own."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Final

import structlog

from bot.app.knowing import Knowing
from bot.app.news import News
from bot.app.opening import Ground
from bot.chat.handlers.editing.tidings import write_tiding
from bot.chat.handlers.editing.work import write_digest
from bot.chat.handlers.sending import write_answer
from bot.chat.notices import Writer
from bot.deliveries.model import Kind
from bot.editing.bureau import Bureau
from bot.editing.checking import check
from bot.editing.earlier import Earlier
from bot.editing.office import Office, open_office
from bot.ops.clock import Clock
from bot.settings import Settings
from bot.storage.faults import StorageDown

log = structlog.get_logger(__name__)

LOOK_EVERY: Final = 1.0
"""Seconds between two looks at what is scheduled."""


def make_office(settings: Settings, ground: Ground, clock: Clock) -> Office:
    """Who may edit, by the settings and the rows.

    Args:
        settings: with the editors and owners of the operator.
        ground: the open data.
        clock: what time it is.
    """
    return open_office(
        ground.database,
        ground.identity,
        ground.members,
        clock=clock,
        editors=settings.editors,
        owners=settings.owners,
    )


def make_bureau(
    settings: Settings,
    ground: Ground,
    office: Office,
    knowing: Knowing,
    news: News,
    earlier: Earlier,
    clock: Clock,
) -> Bureau:
    """Proposals, publishing and history.

    Args:
        settings: where finished indexes are kept.
        ground: the open data.
        office: who may edit, and the audit.
        knowing: takes a published revision into force.
        news: for recalls.
        earlier: whole revisions of before.
        clock: what time it is.
    """

    async def adopt() -> None:
        await knowing.adoption.adopt()

    return Bureau.of(
        ground.database,
        ground.members,
        office.editors,
        office.audit,
        news.recalls,
        earlier,
        check=partial(check, cache=settings.cache_folder),
        adopt=adopt,
        clock=clock,
        on_published=office.questions.published,
    )


async def publish_when_due(bureau: Bureau) -> None:
    """Look once a second for proposals whose time has come, until cancelled; no fault ends it."""
    while True:
        try:
            await bureau.publishing.publish_due()
        except StorageDown:
            log.warning("publishing_waits_for_storage")
        except Exception as error:  # the next look may go well
            log.error("publishing_failed", kind=type(error).__name__, exc_info=True)
        await asyncio.sleep(LOOK_EVERY)


def writers_of(office: Office, bureau: Bureau) -> Mapping[Kind, Writer]:
    """The words of deliveries about questions and the work list."""
    return {
        Kind.ANSWER: partial(write_answer, office),
        Kind.DIGEST: partial(write_digest, office),
        Kind.PROPOSAL: partial(write_tiding, bureau),
    }
