"""/edit: an entry is shown, a text of it is asked for, and the next message becomes a proposal."""

from __future__ import annotations

import asyncio
import re
from datetime import date, timedelta
from functools import partial
from typing import Final

from rapidfuzz import fuzz, process
from telegram import CallbackQuery

from bot.chat import actions, proposal_actions
from bot.chat.blocks import Document, Screen
from bot.chat.handlers.editing.awaiting import NewText
from bot.chat.handlers.editing.checking import already_done, asker, propose
from bot.chat.handlers.services import Exchange
from bot.chat.screens.editing import entry as screens
from bot.editing.edits import change_text, file_of, languages_of, mark_checked, read_entry
from bot.editing.proposals import Workspace
from bot.editing.roles import Actor
from bot.editing.targets import Field, Target, current, find_claim, find_step, read_target
from bot.knowledge.model import Entry, Surface
from bot.knowledge.revision import text_hash

_OFFERED: Final = 4
_SURFACES: Final = {surface.value[0]: surface for surface in Surface}
_GERMAN_DAY: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_DAYS: Final = {"today": 0, "heute": 0, "yesterday": 1, "gestern": 1}


async def edit(exchange: Exchange, actor: Actor, text: str) -> Screen | None:
    """/edit ENTRY: a new proposal begins, unless a draft is being worked on through [Change more]."""
    name = text.strip().casefold()
    workspace = await exchange.services.bureau.proposals.workspace(exchange.user.id)
    languages = await asyncio.to_thread(languages_of, workspace.files, name) if name else ()
    if not languages:
        return screens.no_entry_screen(_nearest(exchange, name), exchange.viewer)
    await exchange.services.bureau.proposals.expect(asker(exchange), "")
    return await show_entry(exchange, name)


async def on_entry_tap(
    exchange: Exchange, actor: Actor, query: CallbackQuery, action: actions.Action
) -> Screen | None:
    """Buttons under an entry; None when it is another one."""
    match action:
        case proposal_actions.EditEntry(entry, language, part):
            return await _entry(exchange, entry, language, part)
        case proposal_actions.EditText(entry, language, where):
            return await _ask(exchange, entry, language, read_target(where))
        case proposal_actions.StillRight(entry, language, where):
            return await _still_right(exchange, entry, language, read_target(where))
        case proposal_actions.SendFile(entry):
            return await _file(exchange, entry)
        case proposal_actions.NeverMind():
            proposals = exchange.services.bureau.proposals
            dialogue = await proposals.dialogue(exchange.user.id)
            await proposals.expect(asker(exchange), "", proposal=dialogue.proposal if dialogue else None)
            return screens.never_mind_screen(exchange.viewer)
        case _:
            return None


async def new_text(exchange: Exchange, awaited: NewText, text: str) -> Screen:
    """The text that was asked for came."""
    proposals, target, said = exchange.services.bureau.proposals, awaited.target, " ".join(text.split())
    workspace = await proposals.workspace(exchange.user.id)
    entry = await _read(exchange, workspace, awaited.entry, awaited.language)
    if entry is None or current(entry, target) is None:
        await proposals.expect(asker(exchange), "")
        return screens.gone_screen(exchange.viewer)
    if target.field is Field.CHECKED:
        day = read_day(said, exchange.viewer.today)
        if day is None:
            return await _prompt(exchange, workspace, awaited.entry, awaited.language, target)
        return await _checked(exchange, workspace, awaited.entry, awaited.language, target, day)
    make = partial(change_text, entry=awaited.entry, language=awaited.language, target=target, text=said)
    return await propose(exchange, make, workspace=workspace)


def read_day(text: str, today: date) -> date | None:
    """A day as editors write it; None when it is none."""
    word = text.strip().strip('.!“”"').casefold()
    if word in _DAYS:
        return today - timedelta(days=_DAYS[word])
    try:
        if found := _GERMAN_DAY.fullmatch(text.strip()):
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date.fromisoformat(word)
    except ValueError:
        return None


async def show_entry(exchange: Exchange, name: str) -> Screen | None:
    """An entry with what can be changed, in the editor's language where it is written in it."""
    workspace = await exchange.services.bureau.proposals.workspace(exchange.user.id)
    languages = await asyncio.to_thread(languages_of, workspace.files, name)
    code = exchange.viewer.words.code
    return await _entry(exchange, name, code if code in languages else languages[0]) if languages else None


async def _entry(exchange: Exchange, name: str, language: str, part: str = "") -> Screen:
    viewer = exchange.viewer
    workspace = await exchange.services.bureau.proposals.workspace(exchange.user.id)
    entry = await _read(exchange, workspace, name, language)
    if entry is None:
        return screens.gone_screen(viewer)
    return _part(exchange, workspace, entry, language, part) or screens.gone_screen(viewer)


def _part(exchange: Exchange, workspace: Workspace, entry: Entry, language: str, part: str) -> Screen | None:
    viewer = exchange.viewer
    match part:
        case "steps":
            return screens.steps_screen(entry, language, viewer)
        case "w" | "i" | "a":
            return screens.steps_screen(entry, language, viewer, surface=_SURFACES[part])
        case "claims":
            return screens.claims_screen(entry, language, viewer)
        case "links":
            return screens.links_screen(entry, language, viewer)
        case "dates":
            return screens.dates_screen(entry, language, viewer)
        case "titles":
            return screens.titles_screen(entry, language, viewer)
        case "":
            languages = languages_of(workspace.files, entry.id)
            draft = workspace.draft.number if workspace.draft else None
            return screens.edit_screen(entry, language, viewer, languages=languages, draft=draft)
        case _:
            return _one(exchange, entry, language, part)


def _one(exchange: Exchange, entry: Entry, language: str, part: str) -> Screen | None:
    """A step (`s.w.open-setting`) or a claim (`c.3fa2c1`)."""
    target = read_target(f"{part}.t")
    if target is None:
        return None
    if target.claim is not None:
        claim = find_claim(entry, target.claim)
        return screens.claim_screen(entry, language, claim[1], exchange.viewer) if claim else None
    step = find_step(entry, target)
    return screens.step_screen(entry, language, *step, exchange.viewer) if step else None


async def _ask(exchange: Exchange, name: str, language: str, target: Target | None) -> Screen:
    workspace = await exchange.services.bureau.proposals.workspace(exchange.user.id)
    if target is None:
        return screens.gone_screen(exchange.viewer)
    entry = await _read(exchange, workspace, name, language)
    if entry is None or current(entry, target) is None:
        return screens.gone_screen(exchange.viewer)
    draft = workspace.draft.number if workspace.draft else None
    awaiting = str(NewText(name, language, target))
    await exchange.services.bureau.proposals.expect(asker(exchange), awaiting, proposal=draft)
    return await _prompt(exchange, workspace, name, language, target)


async def _prompt(
    exchange: Exchange, workspace: Workspace, name: str, language: str, target: Target
) -> Screen:
    entry = await _read(exchange, workspace, name, language)
    now = current(entry, target) if entry else None
    if entry is None or now is None:
        return screens.gone_screen(exchange.viewer)
    draft = workspace.draft.number if workspace.draft else None
    return screens.prompt_screen(entry, language, target, now, exchange.viewer, draft=draft)


async def _still_right(exchange: Exchange, name: str, language: str, target: Target | None) -> Screen:
    if (done := await already_done(exchange)) is not None:
        return done
    workspace = await exchange.services.bureau.proposals.workspace(exchange.user.id)
    if target is None or target.field is not Field.CHECKED:
        return screens.gone_screen(exchange.viewer)
    return await _checked(exchange, workspace, name, language, target, exchange.viewer.today)


async def _checked(
    exchange: Exchange, workspace: Workspace, name: str, language: str, target: Target, day: date
) -> Screen:
    """The same day for every language that says the same."""
    english = await _read(exchange, workspace, name, "en")
    languages = [language]
    for code in await asyncio.to_thread(languages_of, workspace.files, name):
        other = await _read(exchange, workspace, name, code)
        # A translation of an older text was not compared with anything on that day.
        fresh = other is not None and english is not None and other.translates == text_hash(english)
        if code != language and (fresh or code == "en"):
            languages.append(code)
    make = partial(mark_checked, entry=name, languages=languages, target=target, day=day)
    return await propose(exchange, make, workspace=workspace)


async def _file(exchange: Exchange, name: str) -> Screen:
    """The files of an entry, to be changed and sent back."""
    workspace = await exchange.services.bureau.proposals.workspace(exchange.user.id)
    screen = screens.file_screen(exchange.viewer)
    documents = []
    for language in await asyncio.to_thread(languages_of, workspace.files, name):
        path = file_of(workspace.files, name, language)
        if path is not None:
            name = path.rpartition("/")[2]
            # Two files of one name would be mixed up; which one it is, its content tells when it comes back.
            name = name if language == "en" else f"{name.removesuffix('.yaml')}.{language}.yaml"
            documents.append(Document(name=name, content=workspace.files[path]))
    return Screen(blocks=screen.blocks, documents=tuple(documents))


async def _read(exchange: Exchange, workspace: Workspace, name: str, language: str) -> Entry | None:
    return await asyncio.to_thread(read_entry, workspace.files, name, language, today=exchange.viewer.today)


def _nearest(exchange: Exchange, name: str) -> list[Entry]:
    entries = exchange.viewer.base.languages["en"].entries
    said = {entry.id: f"{entry.id} {entry.title}".casefold() for entry in entries.values()}
    found = process.extract(name, said, scorer=fuzz.token_set_ratio, limit=_OFFERED) if name else []
    return [entries[key] for _, _, key in found]
