"""Whether members are told of changes and corrections, and their answers to such messages."""

from __future__ import annotations

from bot.chat import actions, buttons
from bot.chat.blocks import Screen
from bot.chat.handlers.services import Exchange
from bot.chat.screens.news import corrections_screen, found_screen, tell_changes_screen
from bot.guides.checkup import Setting

_ANSWERS = {"off": Setting.OFF, "on": Setting.ON}


async def corrections(exchange: Exchange, text: str) -> None:
    """/corrections on|off; without a word it says how it is."""
    answer = text.strip().casefold()
    if answer in {"on", "off"}:
        await exchange.reply(await set_corrections(exchange, answer == "on"))
    else:
        await exchange.reply(corrections_screen(exchange.viewer))


async def on_news(exchange: Exchange, action: object) -> Screen | None:
    """Carry out a button about changes and corrections; None when it is about something else."""
    match action:
        case actions.ShowPage("corrections"):
            return corrections_screen(exchange.viewer)
        case actions.SetCorrections("on" | "off" as answer):
            return await set_corrections(exchange, answer == "on")
        case actions.TellChanges("on" | "off" as answer):
            return await _tell_changes(exchange, answer == "on")
        case actions.Found(key, answer) if answer in _ANSWERS and (entry := exchange.viewer.entry(key)):
            first = await exchange.services.guides.found(
                exchange.user.id,
                entry.id,
                _ANSWERS[answer],
                chat_id=exchange.user.id,
                update=exchange.ref,
            )
            if first and answer == "on":
                exchange.services.on_again(entry.id)
            return found_screen(entry, exchange.viewer, answer=answer)
        case _:
            return None


async def set_corrections(exchange: Exchange, wanted: bool) -> Screen:
    """Turn corrections on, or off, which deletes what was kept for them."""
    await exchange.services.members.change(
        exchange.user.id,
        chat_id=exchange.user.id,
        update=exchange.ref,
        screen=buttons.encode(actions.SetCorrections("on" if wanted else "off")),
        corrections=wanted,
    )
    if not wanted:
        await exchange.services.receipts.drop(exchange.user.id)
    await exchange.refresh()
    return corrections_screen(exchange.viewer)


async def _tell_changes(exchange: Exchange, wanted: bool) -> Screen:
    await exchange.services.members.change(
        exchange.user.id,
        chat_id=exchange.user.id,
        update=exchange.ref,
        screen=buttons.encode(actions.TellChanges("on" if wanted else "off")),
        quiet=not wanted,
    )
    return tell_changes_screen(exchange.viewer, on=wanted)
