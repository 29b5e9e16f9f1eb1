"""Guides in the chat: taps and short words that move a member along, and the list of /checkup."""

from __future__ import annotations

import re
from contextlib import suppress

from telegram import CallbackQuery

from bot.chat import actions
from bot.chat.blocks import Screen
from bot.chat.handlers.services import Exchange
from bot.chat.screens.checkup import checkup_screen, platforms_screen
from bot.chat.screens.guide import current_hash, surfaces_screen
from bot.chat.screens.notices import outdated_screen
from bot.chat.screens.walk import way_screen
from bot.editing.work import Count
from bot.guides import checkup
from bot.guides.machine import (
    MARK,
    Back,
    ChangeSurface,
    Done,
    Event,
    Later,
    LooksDifferent,
    Resume,
    State,
    Tap,
)
from bot.guides.service import StoredWay
from bot.knowledge.model import Entry, Surface
from bot.members.followups import Topic
from bot.storage.faults import StorageDown

_SURFACES = {surface.value[0]: surface for surface in Surface}
"""By the letter that a button carries."""
_TAPS: dict[type[actions.WalkTap], type[Done | Back | Later | LooksDifferent]] = {
    actions.WalkDone: Done,
    actions.WalkBack: Back,
    actions.WalkLater: Later,
    actions.WalkDiffers: LooksDifferent,
}
_Heard = type[Done] | type[Back] | type[Later] | type[LooksDifferent] | type[Resume]
_WORDS: dict[_Heard, frozenset[str]] = {
    Resume: frozenset(
        {
            "again", "once more", "one more time", "repeat", "repeat that", "repeat it", "say that again",
            "say it again", "slower", "slower again", "a bit slower", "slow down", "what", "what was that",
            "pardon", "huh", "come again", "noch einmal", "noch mal", "nochmal", "nochmals", "wiederholen",
            "langsamer", "etwas langsamer", "wie bitte", "was", "hä", "was war das",
        }
    ),
    Done: frozenset({"done", "next", "next step", "i did it", "did it", "fertig", "erledigt", "weiter"}),
    Back: frozenset({"back", "go back", "previous step", "zurück", "ein schritt zurück"}),
    Later: frozenset({"later", "not now", "später", "jetzt nicht"}),
    LooksDifferent: frozenset({"looks different", "it looks different", "sieht anders aus"}),
}  # fmt: skip
"""What may be written instead of tapping while a guide is walked; in any language of the interface."""
_LONGEST = max(len(phrase) for phrases in _WORDS.values() for phrase in phrases)
_NO_WORD = re.compile(r"[\W_]+")
_POLITE = frozenset(
    {"please", "pls", "plz", "sorry", "sry", "wait", "ok", "okay", "oh", "um", "hm", "bitte", "moment"}
)
"""Words around those that change nothing."""


async def on_walk(
    exchange: Exchange, query: CallbackQuery, action: actions.Action | actions.Outdated
) -> bool:
    """Carry out a tap on a button of a guide; False when the action is of another kind."""
    match action:
        case (
            actions.ChooseSurface(key)
            | actions.WalkAgain(key)
            | actions.ShowSteps(entry=key)
            | actions.WalkTap(entry=key)
        ):
            entry = exchange.viewer.entry(key)
        case _:
            return False
    event = await _event(exchange, action, entry) if entry and entry.guide else None
    if entry is None or entry.guide is None or isinstance(event, Screen | None):
        shown = event if isinstance(event, Screen) else outdated_screen(exchange.viewer)
        await exchange.replace(query, shown)
        return True
    message_id = query.message.message_id if query.message else None
    before = (
        None if isinstance(event, Tap) else await exchange.services.guides.way(exchange.user.id, entry.id)
    )
    stored = await _take(exchange, entry, event, message_id=message_id)
    _count(exchange, entry, event, stored)
    number = await exchange.replace(query, await _screen(exchange, entry, stored))
    await _note_message(exchange, stored, number, before=before)
    await exchange.saw(entry.id)
    if stored is not None and not isinstance(event, Tap):
        await exchange.note_topic(Topic(entry.id, stored.way.surface.value))
    return True


async def said_on_the_way(exchange: Exchange, text: str) -> bool:
    """Whether `text` is a short word to the guide that is being walked; then it was carried out."""
    heard = _heard(text) if exchange.viewer.private else None
    if heard is None:
        return False
    try:
        before = await exchange.services.guides.walking(exchange.user.id)
    except StorageDown:
        return False
    entry = exchange.viewer.entry(before.way.entry) if before else None
    if before is None or entry is None or entry.guide is None:
        return False
    way = before.way
    mark = current_hash(entry, exchange.viewer)[:MARK]
    event = Resume() if issubclass(heard, Resume) else heard(way.surface, way.step, mark)
    stored = await _take(exchange, entry, event)
    _count(exchange, entry, event, stored)
    number = await exchange.reply(await _screen(exchange, entry, stored))
    await _note_message(exchange, stored, number, before=before)
    return True


async def checkup_of(exchange: Exchange, *, choosing: bool = False) -> Screen:
    """The member's list, or the choice of platforms while there is nothing on it."""
    viewer = exchange.viewer
    kept = await exchange.services.guides.kept(exchange.user.id)
    found = checkup.lines(
        viewer.base, kept, language=viewer.words.code, region=viewer.place, today=viewer.today
    )
    if choosing or not found:
        return platforms_screen(viewer, kept.platforms)
    return checkup_screen(viewer, found)


async def use_platforms(exchange: Exchange, action: actions.UsePlatform | actions.TakePack) -> Screen:
    """Put platforms on the list or take one off it, and show the choice again."""
    base = exchange.viewer.base
    chosen: tuple[str, ...]
    match action:
        case actions.TakePack(name):
            chosen, used = checkup.pack(base, name), True
        case actions.UsePlatform(platform, answer):
            known = any(platform == one.id for one in checkup.offered(base))
            chosen, used = (platform,) if known else (), answer == "yes"
    if not chosen:
        return outdated_screen(exchange.viewer)
    await exchange.services.guides.use(
        exchange.user.id, chosen, used=used, chat_id=exchange.user.id, update=exchange.ref
    )
    return await checkup_of(exchange, choosing=True)


async def _event(
    exchange: Exchange, action: actions.Action | actions.Outdated, entry: Entry
) -> Event | Screen | None:
    """What was tapped; the question for the surface when that must come first; None for a forgery."""
    match action:
        case actions.ChooseSurface():
            return await _begin(exchange, entry)
        case actions.WalkAgain():
            return await _begin(exchange, entry, again=True)
        case actions.ShowSteps(_, surface, mark) if surface in set(Surface):
            return ChangeSurface(Surface(surface), mark)
        case actions.WalkTap(_, letter, step, mark) if letter in _SURFACES:
            return _TAPS[type(action)](_SURFACES[letter], step, mark)
        case _:
            return None


async def _begin(exchange: Exchange, entry: Entry, *, again: bool = False) -> Event | Screen:
    """Into the guide: where it was left, else on the surface that is known, else ask for it.

    With `again` a guide that was finished begins at its first step.
    """
    guides, user_id = exchange.services.guides, exchange.user.id
    walks = entry.guide.walks if entry.guide else ()
    stored = await guides.way(user_id, entry.id)
    if stored is not None and again and stored.way.state is State.DONE:
        return ChangeSurface(stored.way.surface, stored.way.guide_hash[:MARK])
    if stored is not None:
        return Resume()
    if len(walks) == 1:
        return ChangeSurface(walks[0].surface)
    topic = await exchange.topic()
    meant = topic.entry == entry.id or (
        topic.entry is None and topic.platform == exchange.viewer.service(entry.id)
    )
    named = topic.surface if meant else None
    surface = named or await guides.surface(user_id, exchange.viewer.base)
    known = next((walk.surface for walk in walks if walk.surface == surface), None)
    return ChangeSurface(known) if known else surfaces_screen(entry, exchange.viewer)


async def _take(
    exchange: Exchange, entry: Entry, event: Event, *, message_id: int | None = None
) -> StoredWay | None:
    return await exchange.services.guides.take(
        exchange.user.id,
        event,
        entry,
        chat_id=exchange.user.id,
        update=exchange.ref,
        guide_hash=current_hash(entry, exchange.viewer),
        message_id=message_id,
    )


def _count(exchange: Exchange, entry: Entry, event: Event, stored: StoredWay | None) -> None:
    """Add to the numbers of the day; no text, and nobody's id."""
    counts = exchange.services.office.counts
    if isinstance(event, Done) and stored is not None and stored.way.state is State.DONE:
        counts.note(Count.FINISHED, entry.id)
    elif isinstance(event, LooksDifferent):
        counts.note(Count.DIFFERENT, entry.id)


async def _screen(exchange: Exchange, entry: Entry, stored: StoredWay | None) -> Screen:
    if stored is None:  # erased between an update and its repetition
        return surfaces_screen(entry, exchange.viewer)
    doubted: frozenset[str] = frozenset()
    way = stored.way
    walk = entry.guide.walk(way.surface) if entry.guide else None
    if walk is not None and way.state is State.WALKING:
        with suppress(StorageDown):
            doubted = await exchange.services.guides.in_doubt(
                entry.id, walk, guide_hash=current_hash(entry, exchange.viewer)
            )
    return way_screen(
        entry,
        way,
        exchange.viewer,
        notice=stored.notice,
        doubted=doubted,
        finished=stored.done_at.date() if stored.done_at else None,
    )


async def _note_message(
    exchange: Exchange, stored: StoredWay | None, number: int | None, *, before: StoredWay | None
) -> None:
    """Remember which message shows the guide, when it is another one; the guide goes on without it.

    The one that showed it before loses its buttons, so that there is one way on. In plain mode all stay as
    they are: a screen reader does not tell that a message has changed.
    """
    if stored is None or number is None:
        return
    if number != stored.message_id:
        with suppress(StorageDown):
            await exchange.services.guides.note_message(exchange.user.id, stored.way.entry, number)
    old = before.message_id if before else None
    if old is not None and old != number and not exchange.viewer.plain:
        await exchange.services.outbox.strip(exchange.user.id, old)


def _heard(text: str) -> _Heard | None:
    """What a short text means to a guide."""
    if len(text) > 2 * _LONGEST:
        return None
    words = _NO_WORD.sub(" ", text.casefold()).split()
    plain = " ".join(word for word in words if word not in _POLITE)
    said = {" ".join(words), plain}
    return next((event for event, phrases in _WORDS.items() if said & phrases), None)
