"""What is kept about a person: shown, explained, erased."""

from __future__ import annotations

import json

from bot.chat.blocks import Document, Screen
from bot.chat.handlers.services import Exchange
from bot.chat.screens.personal import (
    Kept,
    KeptKind,
    forgotten_screen,
    mydata_screen,
    privacy_screen,
)
from bot.members.registry import PERSONAL


def privacy(exchange: Exchange) -> Screen:
    """Who runs this bot and what it keeps, made from the tables that are in force."""
    _ = exchange.viewer.words.text
    kinds = [KeptKind(what=_(kind.what), purpose=_(kind.purpose), ends=_(kind.ends)) for kind in PERSONAL]
    return privacy_screen(exchange.viewer, exchange.services.operator, kinds)


async def mydata(exchange: Exchange) -> Screen:
    """Every row about this member, in words and as a JSON file."""
    export = await exchange.services.members.export(exchange.user.id)
    _ = exchange.viewer.words.text
    kept = [
        Kept(
            what=_(kind.what),
            rows=len(export.rows.get(kind.table.name, ())),
            purpose=_(kind.purpose),
            ends=_(kind.ends),
        )
        for kind in PERSONAL
    ]
    content = json.dumps(export.as_json(), ensure_ascii=False, indent=2).encode()
    viewer = exchange.viewer
    settings = [viewer.words.name, *([viewer.place_name] if viewer.place_name else [])]
    settings += [viewer.words.text("plain mode")] if viewer.plain else []
    return mydata_screen(
        viewer, kept, settings=settings, document=Document(name="my-data.json", content=content)
    )


async def forget(exchange: Exchange) -> Screen:
    """Erase everything about this member; twice is as good as once."""
    exchange.services.followups.drop(exchange.user.id)
    forgotten = await exchange.services.members.forget(exchange.user.id, update=exchange.ref)
    await exchange.refresh()
    return forgotten_screen(exchange.viewer, rows=sum(forgotten.rows.values()))
