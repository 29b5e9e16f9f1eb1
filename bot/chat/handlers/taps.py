"""Buttons: the query is answered first, then the action is carried out on today's state."""

from __future__ import annotations

from telegram import CallbackQuery

from bot.chat import actions, buttons
from bot.chat.blocks import Screen
from bot.chat.handlers import personal
from bot.chat.handlers.editing.door import on_editor_tap
from bot.chat.handlers.news import on_news
from bot.chat.handlers.reminders_tapped import on_reminder
from bot.chat.handlers.sending import on_sending
from bot.chat.handlers.services import Exchange
from bot.chat.handlers.walking import checkup_of, on_walk, use_platforms
from bot.chat.screens.answer import answer_screen
from bot.chat.screens.authority import authority_screen
from bot.chat.screens.choices import (
    language_screen,
    language_set_screen,
    plain_screen,
    region_screen,
    region_set_screen,
)
from bot.chat.screens.guide import coverage_screen, surfaces_screen
from bot.chat.screens.letters import letter_screen
from bot.chat.screens.notices import new_question_screen, outdated_screen
from bot.chat.screens.personal import forget_screen, kept_screen, stay_screen
from bot.chat.screens.sources import all_sources_screen, sources_screen
from bot.chat.screens.start import help_screen, start_screen, topics_screen
from bot.chat.screens.viewer import UNSAID, Viewer
from bot.members.followups import Topic

_READS = (
    actions.ShowEntry,
    actions.ShowMore,
    actions.ShowEnglish,
    actions.ShowCoverage,
    actions.ShowLetter,
    actions.SetRegion,
)
"""Taps that show what an entry says."""


async def on_tap(exchange: Exchange, query: CallbackQuery) -> None:
    """Carry out what a button says; in a group nothing personal happens."""
    outbox = exchange.services.outbox
    if query.message is None or not exchange.viewer.private:
        text = exchange.viewer.words.text("Please ask me in a private chat.")
        await outbox.answer_callback(query.id, text=text)
        return
    await outbox.answer_callback(query.id)
    action = buttons.decode(query.data)
    if await on_walk(exchange, query, action):
        return
    screen = await on_reminder(exchange, query, action) or await on_news(exchange, action)
    screen = screen or await on_sending(exchange, query, action)
    screen = screen or await on_editor_tap(exchange, query, action)
    screen = screen or await _act(exchange, action)
    await exchange.replace(query, screen)
    if isinstance(action, _READS):
        await exchange.saw(action.entry, english=isinstance(action, actions.ShowEnglish))
    if isinstance(action, actions.ShowEntry) and exchange.viewer.entry(action.entry):
        viewer, before = exchange.viewer, await exchange.topic()
        service = viewer.service(action.entry) or before.platform or viewer.service(before.entry)
        device = before.surface if service and service == before.platform else None
        await exchange.note_topic(Topic(action.entry, device, service))


async def _act(exchange: Exchange, action: actions.Action | actions.Outdated) -> Screen:
    match action:
        case actions.SetRegion(region, entry):
            return await set_region(exchange, region, entry=entry)
        case actions.SetLanguage(language) if language in exchange.services.languages:
            return await set_language(exchange, language)
        case actions.SetPlain(answer):
            return await set_plain(exchange, answer == "on")
        case actions.ShowCheckup():
            return await checkup_of(exchange)
        case actions.ChoosePlatforms():
            return await checkup_of(exchange, choosing=True)
        case actions.UsePlatform() | actions.TakePack():
            return await use_platforms(exchange, action)
        case actions.NewQuestion():
            await exchange.services.followups.end(exchange.user.id)
            return new_question_screen(exchange.viewer)
        case actions.Forget("yes"):
            return await personal.forget(exchange)
        case actions.ShowPage("mydata"):
            return await personal.mydata(exchange)
        case actions.ShowPage("privacy"):
            return personal.privacy(exchange)
        case _:
            return shown(action, exchange)


def shown(action: actions.Action | actions.Outdated, exchange: Exchange) -> Screen:
    """The screen of an action that changes nothing."""
    viewer = exchange.viewer
    match action:
        case actions.Home():
            return start_screen(viewer)
        case actions.ShowTopics(platform, page):
            return topics_screen(viewer, platform=platform, page=int(page) if page.isdecimal() else 0)
        case actions.FindAuthority(place, about, page):
            return authority_screen(viewer, place=place, about=about, page=page)
        case actions.AskRegion(entry):
            return region_screen(viewer, entry=entry)
        case actions.AskLanguage():
            return language_screen(
                viewer, [exchange.services.words(code) for code in exchange.services.languages]
            )
        case actions.ShowPage("stay"):  # the tap itself was noted as a word of the member
            return stay_screen(viewer)
        case actions.ShowPage("help"):
            return help_screen(viewer)
        case actions.ShowPage("sources"):
            return all_sources_screen(viewer)
        case actions.Forget("ask"):
            return forget_screen(viewer)
        case actions.Forget("no"):
            return kept_screen(viewer)
        case _:
            return _entry_screen(action, viewer) or outdated_screen(viewer)


def _entry_screen(action: actions.Action | actions.Outdated, viewer: Viewer) -> Screen | None:
    """The screen of an action that names an entry; None when there is no such thing today."""
    entry = viewer.entry(getattr(action, "entry", None))
    if entry is None:
        return None
    match action:
        case actions.ShowEntry():
            return answer_screen(entry, viewer)
        case actions.ShowMore():
            return answer_screen(entry, viewer, more=True)
        case actions.ShowEnglish():
            return answer_screen(viewer.base.entry(entry.id) or entry, viewer)
        case actions.ShowSources():
            return sources_screen(entry, viewer)
        case actions.ShowLetter(_, letter_id):
            letter = next((found for found in entry.letters if found.id == letter_id), None)
            return letter_screen(entry, letter, viewer) if letter else None
        case actions.ShowCoverage() if entry.guide:
            return coverage_screen(entry, viewer)
        case actions.AskSurface() if entry.guide:
            return surfaces_screen(entry, viewer)
        case _:
            return None


async def set_region(exchange: Exchange, region: str, *, entry: str = "") -> Screen:
    """Keep the chosen region, once, and go back to `entry` when one waits for it."""
    if region not in {UNSAID, "elsewhere"} and region not in exchange.viewer.base.regions:
        return outdated_screen(exchange.viewer)
    await exchange.services.members.change(
        exchange.user.id,
        chat_id=exchange.user.id,
        update=exchange.ref,
        screen=buttons.encode(actions.SetRegion(region, entry)),
        region=region,
    )
    await exchange.refresh()
    found = exchange.viewer.entry(entry)
    return answer_screen(found, exchange.viewer) if found else region_set_screen(exchange.viewer)


async def set_language(exchange: Exchange, language: str) -> Screen:
    """Keep the chosen language, once."""
    await exchange.services.members.change(
        exchange.user.id,
        chat_id=exchange.user.id,
        update=exchange.ref,
        screen=buttons.encode(actions.SetLanguage(language)),
        language=language,
    )
    await exchange.refresh()
    return language_set_screen(exchange.viewer)


async def set_plain(exchange: Exchange, plain: bool) -> Screen:
    """Turn plain mode on or off, once."""
    await exchange.services.members.change(
        exchange.user.id,
        chat_id=exchange.user.id,
        update=exchange.ref,
        screen=buttons.encode(actions.SetPlain("on" if plain else "off")),
        plain=plain,
    )
    await exchange.refresh()
    return plain_screen(exchange.viewer)
