"""/source add: a form in one message becomes a source in its file."""

from __future__ import annotations

from functools import partial
from typing import Final

from bot.chat.blocks import Screen
from bot.chat.handlers.editing.awaiting import SourceForm
from bot.chat.handlers.editing.checking import already_done, asker, propose
from bot.chat.handlers.services import Exchange
from bot.chat.screens.editing import sources as screens
from bot.editing.edits import NewSource, add_source
from bot.editing.revisions import Files
from bot.editing.roles import Actor
from bot.knowledge.model import Strength

_NEEDED: Final = ("id", "publisher", "title", "date")
_KNOWN: Final = (*_NEEDED, "url", "strength")


async def source(exchange: Exchange, actor: Actor, text: str) -> Screen:
    """/source add: the form; with the filled form behind it, the source."""
    rest = text.strip()
    form = rest[3:] if rest[:3].casefold() == "add" else rest
    if form.strip():
        return await form_came(exchange, form)
    proposals = exchange.services.bureau.proposals
    dialogue = await proposals.dialogue(exchange.user.id)
    draft = dialogue.proposal if dialogue else None
    await proposals.expect(asker(exchange), str(SourceForm()), proposal=draft)
    return screens.form_screen(exchange.viewer)


async def form_came(exchange: Exchange, text: str) -> Screen:
    """The form came, filled in."""
    if (done := await already_done(exchange)) is not None:
        return done
    said = read_form(text)
    missing = next((name for name in _NEEDED if not said.get(name)), None)
    if missing is not None:
        return screens.form_screen(exchange.viewer, missing=missing)
    made = NewSource(
        id=said["id"].casefold(),
        publisher=said["publisher"],
        title=said["title"],
        date=said["date"],
        strength=said.get("strength") or Strength.PRESS.value,
        url=said.get("url", ""),
    )
    return await propose(exchange, partial(_added, source=made))


def read_form(text: str) -> dict[str, str]:
    """The lines of a form by their names; unknown lines are left out."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        name = name.strip(" -•*").casefold()
        if colon and name in _KNOWN:
            found[name] = " ".join(value.split()).strip("“”\"'")
    return found


def _added(files: Files, *, source: NewSource) -> Files:
    return add_source(files, source)
