"""A file of an editor: fetched within limits, laid on the revision it was made from, checked, shown."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Final

from telegram import Document

from bot.chat.blocks import Screen
from bot.chat.handlers.editing.checking import already_done, propose
from bot.chat.handlers.editing.door import is_plain_message
from bot.chat.handlers.services import Exchange
from bot.chat.screens.editing import files as screens
from bot.editing.origins import origin_of
from bot.editing.proposals import Workspace
from bot.editing.rebasing import rebase
from bot.editing.revisions import Files
from bot.editing.roles import NotAllowed
from bot.editing.uploads import Refused, read_upload
from bot.ops.metrics import EDITING_REFUSED

MOST: Final = 1_000_000
"""Bytes of a file that is fetched."""


async def on_editor_file(exchange: Exchange) -> bool:
    """Take a file that an editor sent; False when it is nobody's, as any other file."""
    message = exchange.update.message
    document = message.document if message else None
    if document is None or not is_plain_message(exchange):
        return False
    if not await exchange.services.bureau.doorman.may_be_editor(exchange.user.id):
        return False
    if await exchange.services.office.editors.actor(exchange.user.id) is None:
        return False
    await exchange.services.office.staff.welcome(exchange.user.id)
    try:
        screen = await _taken(exchange, document, (message.caption or "") if message else "")
    except NotAllowed:  # taken away a moment ago
        EDITING_REFUSED.labels(what="file").inc()
        return False
    await exchange.reply(screen)
    return True


async def _taken(exchange: Exchange, document: Document, caption: str) -> Screen:
    if (done := await already_done(exchange)) is not None:
        return done
    if document.file_size is not None and document.file_size > MOST:
        return screens.too_large_screen(MOST, exchange.viewer)
    data = await exchange.services.outbox.fetch(document.file_id, most=MOST)
    if data is None:
        return screens.too_large_screen(MOST, exchange.viewer)
    workspace = await exchange.services.bureau.proposals.workspace(exchange.user.id)
    name = document.file_name or ""
    try:
        upload = await asyncio.to_thread(read_upload, name, data, workspace.files, place=caption)
    except Refused as refused:
        return screens.refused_screen(refused.why.value, refused.name, refused.limit, exchange.viewer)
    changed = upload.changed
    if workspace.draft is None:
        workspace, changed = await _on_its_own(exchange, workspace, changed)
    return await propose(exchange, lambda files: {**files, **changed}, workspace=workspace)


async def _on_its_own(exchange: Exchange, workspace: Workspace, changed: Files) -> tuple[Workspace, Files]:
    """The revision that the file was made from; where nothing conflicts, the newest with its changes."""
    bureau = exchange.services.bureau
    number = await origin_of(changed, database=bureau.database, revisions=bureau.revisions)
    if number == workspace.base:
        return workspace, changed
    base = await bureau.revisions.files(number)
    rebased = await asyncio.to_thread(rebase, base, {**base, **changed}, workspace.files)
    if rebased.conflicts:
        return replace(workspace, base=number, before=base, files=base), changed
    return workspace, {path: rebased.files[path] for path in changed if path in rebased.files}
