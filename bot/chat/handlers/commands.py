"""Commands: the table of them, and what each does in private and in a group."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from rapidfuzz import fuzz, process

from bot.chat import buttons
from bot.chat.handlers import personal
from bot.chat.handlers.asking import answer_question
from bot.chat.handlers.editing.door import on_editor_command
from bot.chat.handlers.editing.people import took_invitation
from bot.chat.handlers.editing.work import stop_digest
from bot.chat.handlers.news import corrections
from bot.chat.handlers.reminders_tapped import reminders_screen
from bot.chat.handlers.reminding import remind, set_zone
from bot.chat.handlers.services import Exchange
from bot.chat.handlers.taps import set_language, set_plain, set_region
from bot.chat.handlers.walking import checkup_of
from bot.chat.screens.answer import answer_screen
from bot.chat.screens.choices import language_screen, region_screen
from bot.chat.screens.notices import private_only_screen, stop_screen
from bot.chat.screens.personal import forget_screen
from bot.chat.screens.result import with_line
from bot.chat.screens.sources import all_sources_screen, sources_screen
from bot.chat.screens.start import group_start_screen, help_screen, start_screen, topics_screen
from bot.chat.screens.status import status_screen
from bot.chat.screens.unknown import unknown_command_screen
from bot.chat.wording import Words
from bot.knowledge.regions import find_region

Run = Callable[[Exchange, str], Awaitable[None]]

_ALIKE = 60.0
"""How alike (0 to 100) a misspelt command must be to be offered; `/strat` is 80 to `/start`."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command.

    Attributes:
        name: without the slash.
        run: what it does; the second argument is what follows the command.
        about: its line in Telegram's menu, in English.
        groups: whether it may be used in groups; all others are personal.
    """

    name: str
    run: Run
    about: str
    groups: bool = False


async def _start(exchange: Exchange, text: str) -> None:
    if not text:
        await exchange.reply(start_screen(exchange.viewer))
        return
    entry = exchange.viewer.entry(buttons.from_start_payload(text))
    if entry is None and (welcome := await took_invitation(exchange, text)):
        await exchange.reply(welcome)
        return
    screen = (
        answer_screen(entry, exchange.viewer) if entry else start_screen(exchange.viewer, wrong_link=True)
    )
    await exchange.reply(screen)
    await exchange.saw(entry.id if entry else None)


async def _help(exchange: Exchange, text: str) -> None:
    await exchange.reply(help_screen(exchange.viewer))


async def _ask(exchange: Exchange, text: str) -> None:
    await (answer_question(exchange, text) if text else exchange.reply(help_screen(exchange.viewer)))


async def _topics(exchange: Exchange, text: str) -> None:
    platforms = exchange.viewer.base.platforms.values()
    wanted = text.casefold().strip()
    found = next((p for p in platforms if wanted in {p.id, p.name.casefold(), *p.aliases}), None)
    await exchange.reply(topics_screen(exchange.viewer, platform=found.id if found else ""))


async def _sources(exchange: Exchange, text: str) -> None:
    entry = exchange.viewer.entry(text.strip())
    viewer = exchange.viewer
    await exchange.reply(sources_screen(entry, viewer) if entry else all_sources_screen(viewer))


async def _privacy(exchange: Exchange, text: str) -> None:
    await exchange.reply(personal.privacy(exchange))


async def _mydata(exchange: Exchange, text: str) -> None:
    await exchange.reply(await personal.mydata(exchange))


async def _forget(exchange: Exchange, text: str) -> None:
    await exchange.reply(forget_screen(exchange.viewer))


async def _language(exchange: Exchange, text: str) -> None:
    languages = exchange.services.languages
    code = text.strip().casefold()
    names = {exchange.services.words(known).name.casefold(): known for known in languages}
    code = names.get(code, code)
    if code in languages:
        await exchange.reply(await set_language(exchange, code))
        return
    offered = [exchange.services.words(known) for known in languages]
    await exchange.reply(language_screen(exchange.viewer, offered, not_found=bool(code)))


async def _region(exchange: Exchange, text: str) -> None:
    if not text:
        await exchange.reply(region_screen(exchange.viewer))
        return
    found = find_region(exchange.viewer.base, text)
    if found is None:
        await exchange.reply(region_screen(exchange.viewer, not_found=True))
        return
    await exchange.reply(await set_region(exchange, found.id))


async def _checkup(exchange: Exchange, text: str) -> None:
    await exchange.reply(await checkup_of(exchange))


async def _plain(exchange: Exchange, text: str) -> None:
    wanted = {"on": True, "off": False}.get(text.strip().casefold(), not exchange.viewer.plain)
    await exchange.reply(await set_plain(exchange, wanted))


async def _stop(exchange: Exchange, text: str) -> None:
    await exchange.reply(with_line(stop_screen(exchange.viewer), await stop_digest(exchange)))


async def _status(exchange: Exchange, text: str) -> None:
    await exchange.reply(status_screen(exchange.viewer, await exchange.services.standing()))


async def _remind(exchange: Exchange, text: str) -> None:
    await remind(exchange, text)


async def _reminders(exchange: Exchange, text: str) -> None:
    await exchange.reply(await reminders_screen(exchange))


async def _timezone(exchange: Exchange, text: str) -> None:
    await set_zone(exchange, text)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "to be translated later"
    """Marks a text for translation where it is declared."""
    return message


COMMANDS: tuple[Command, ...] = (
    Command("start", _start, N_("Begin, or begin anew"), groups=True),
    Command("ask", _ask, N_("Ask a question, in groups too"), groups=True),
    Command("help", _help, N_("How to ask, with examples"), groups=True),
    Command("topics", _topics, N_("Everything I know about"), groups=True),
    Command("sources", _sources, N_("What the answers rest on"), groups=True),
    Command("checkup", _checkup, N_("Your platforms: what is on, what is off, what to do first")),
    Command("remind", _remind, N_("Remind me to check: /remind in 3 months linkedin")),
    Command("reminders", _reminders, N_("Your reminders: change, pause, delete")),
    Command("timezone", _timezone, N_("By which city's clock reminders come")),
    Command("region", _region, N_("Your country, since answers differ")),
    Command("language", _language, N_("My language")),
    Command("plain", _plain, N_("New messages instead of changed ones, for screen readers")),
    Command("corrections", corrections, N_("Tell me when an answer that I read was wrong: on or off")),
    Command("privacy", _privacy, N_("Who runs this, what is kept, your rights"), groups=True),
    Command("mydata", _mydata, N_("What is kept about you")),
    Command("forget", _forget, N_("Erase what is kept about you")),
    Command("status", _status, N_("Whether everything works, and how fresh my knowledge is"), groups=True),
    Command("stop", _stop, N_("What to do to be left alone")),
)
"""All commands, in the order of Telegram's menu."""

_BY_NAME = {command.name: command for command in COMMANDS}


class GroupQuiet:
    """Answers a command once in a while in each group, however often it comes.

    Args:
        pause: how long the same command is not answered again in the same group.
    """

    def __init__(self, pause: timedelta = timedelta(seconds=20)) -> None:
        self._pause = pause
        self._last: dict[tuple[int, str], datetime] = {}

    def allows(self, chat_id: int, name: str, now: datetime) -> bool:
        """Whether to answer `name` in the group now; remembers it when so."""
        self._last = {key: at for key, at in self._last.items() if now - at < self._pause}
        if (chat_id, name) in self._last:
            return False
        self._last[chat_id, name] = now
        return True


def split_command(text: str, bot_name: str) -> tuple[str, str] | None:
    """The command of a message and what follows it; None when it is for another bot."""
    head, _, rest = text.partition(" ")
    name, _, address = head.removeprefix("/").partition("@")
    if address and address.casefold() != bot_name.casefold():
        return None
    return name.casefold(), rest.strip()


async def on_command(exchange: Exchange, text: str, quiet: GroupQuiet) -> None:
    """Run the command of `text`."""
    parts = split_command(text, exchange.services.bot_name)
    if parts is None:
        return
    name, rest = parts
    command = _BY_NAME.get(name)
    if not exchange.viewer.private:
        await _in_group(exchange, command, name, rest, quiet)
    elif command:
        await command.run(exchange, rest)
    elif not await on_editor_command(exchange, name, rest):
        nearest = process.extractOne(name, list(_BY_NAME), scorer=fuzz.ratio, score_cutoff=_ALIKE)
        offered = nearest[0] if nearest else None
        await exchange.reply(unknown_command_screen(exchange.viewer, nearest=offered))


async def _in_group(
    exchange: Exchange, command: Command | None, name: str, rest: str, quiet: GroupQuiet
) -> None:
    """In a group: known commands only, one answer to several quick ones, nothing personal."""
    chat = exchange.chat
    if command is None or chat is None:
        return
    if name == "ask" and rest:
        await answer_question(exchange, rest)
    elif quiet.allows(chat.id, name, exchange.services.clock.now()):
        screen = group_start_screen if command.groups else private_only_screen
        await exchange.reply(screen(exchange.viewer))


def menu(words: Words, *, private: bool) -> list[tuple[str, str]]:
    """Name and line of each command for Telegram's menu."""
    return [(c.name, words.text(c.about)) for c in COMMANDS if private or c.groups]
