"""One sitting in the terminal: the application on the Telegram in memory, and who speaks where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

from bot.cli.script import (
    Become,
    Choose,
    Do,
    Edit,
    Enter,
    Inline,
    Say,
    Send,
    SetClock,
    Step,
    Tap,
    TapNumber,
    WrongLine,
)
from bot.offline.model import Button, Deleted, Edited, Event, InlineAnswered, Message, Sent
from bot.offline.telegram import Telegram
from bot.ops.clock import SettableClock

_LARGEST_FILE = 50 * 2**20
_LONGEST_WORK = 300.0
"""Seconds that the bot may work on a line; the check of a proposal takes some."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the app of the member does by itself: `what` is opened or copied."""

    what: str
    text: str


class Runnable(Protocol):
    """What a session needs of the application."""

    async def start(self) -> None:
        """Begin to receive."""

    async def stop(self) -> None:
        """End in good order."""

    async def kill(self) -> None:
        """End at once."""

    async def run_due(self) -> None:
        """Do what is due by the clock."""


class Session:
    """Carries out steps, one after the other, each until the bot has come to rest.

    Args:
        telegram: the Telegram in memory.
        clock: the one that the application runs on.
        make: builds the application anew, on the same data.
        user: the member who speaks first.
        language: their app's language.
    """

    def __init__(
        self,
        telegram: Telegram,
        clock: SettableClock,
        make: Callable[[], Runnable],
        *,
        user: int = 1,
        language: str = "en",
    ) -> None:
        self.telegram = telegram
        self.user = user
        self.group: int | None = None
        self._clock = clock
        self._make = make
        self._app: Runnable | None = None
        self._newest: list[tuple[int, int]] = []
        self._last_inline: InlineAnswered | None = None
        self._last_said: dict[tuple[int, int | None], int] = {}
        telegram.user(user, language_code=language)
        telegram.on_event(self._notice)

    @property
    def running(self) -> bool:
        """Whether the application runs."""
        return self._app is not None

    async def start(self) -> None:
        """Start the application and wait until it has come to rest."""
        app = self._make()
        await app.start()
        self._app = app
        await app.run_due()
        await self._rest()

    async def stop(self) -> None:
        """Stop the application in good order; nothing when it does not run."""
        if self._app is not None:
            app, self._app = self._app, None
            await app.stop()

    async def kill(self) -> None:
        """Stop the application without any clean-up."""
        if self._app is not None:
            app, self._app = self._app, None
            await app.kill()

    async def perform(self, step: Step) -> Shown | None:
        """Carry out a step and wait until nothing more comes of it.

        Returns: what the app of the member shows by itself: a link that opens, a text that was copied.

        Raises:
            WrongLine: it cannot be done now.
        """
        try:
            shown = await self._perform(step)
        except ValueError as error:
            raise WrongLine(str(error)) from None
        await self._rest()
        if self._app is not None and isinstance(step, Say | Tap | TapNumber | Send):
            await self._app.run_due()  # what came of it for others, such as reviewers, and not a second later
            await self._rest()
        return shown

    def keyboard(self) -> tuple[Button, ...]:
        """The buttons of the newest keyboard in this chat, row by row."""
        for message in self._with_buttons():
            return tuple(button for row in message.rows for button in row)
        return ()

    async def _perform(self, step: Step) -> Shown | None:
        telegram, user, group = self.telegram, self.user, self.group
        match step:
            case Say(text, reply):
                origin = self._newest_message() if reply else None
                self._last_said[user, group] = telegram.say(user, text, group, origin)
            case Tap(label):
                return self._tap(*self._find(label))
            case TapNumber(number):
                return self._tap(*self._nth(number))
            case Become(new, language):
                telegram.user(new, language_code=language or ("en" if new not in telegram.users else None))
                self.user = new
            case Enter(number):
                telegram.group(-number, by=user)
                self.group = -number
            case SetClock(instant):
                self._clock.set(instant)
                if self._app is not None:
                    await self._app.run_due()
            case Send(path):
                telegram.send_file(user, *_read(path), chat=group)
            case Inline(text):
                self._last_inline = None
                telegram.inline(user, text, chat=group)
            case Choose(number):
                self._choose(number)
            case Edit(text):
                if (user, group) not in self._last_said:
                    raise WrongLine(f"member {user} has said nothing here that could be edited")
                telegram.edit(user, text, self._last_said[user, group], group)
            case Do(what):
                await self._do(what)
        return None

    async def _do(self, what: str) -> None:
        telegram, user, group = self.telegram, self.user, self.group
        match what:
            case "private":
                self.group = None
            case "block":
                telegram.block(user)
            case "unblock":
                telegram.unblock(user)
            case "leave":
                if group is None:
                    raise WrongLine(":leave works in a group")
                telegram.remove_from_group(group, by=user)
            case "photo":
                telegram.send_photo(user, group)
            case "voice":
                telegram.send_voice(user, group)
            case "sticker":
                telegram.send_sticker(user, group)
            case "stop":
                await self.stop()
            case "start" | "restart" | "kill":
                await (self.kill() if what == "kill" else self.stop())
                await self.start()

    def _find(self, label: str) -> tuple[Message, Button]:
        wanted = label.casefold()
        for message in self._with_buttons():
            buttons = [button for row in message.rows for button in row]
            for fits in (
                lambda button: button.label == label,
                lambda button: label in button.label,
                lambda button: wanted in button.label.casefold(),
            ):
                found = next(filter(fits, buttons), None)
                if found is not None:
                    return message, found
        labels = ", ".join(f"[{button.label}]" for button in self.keyboard()) or "no buttons at all"
        raise WrongLine(f"no button contains “{label}”; the newest keyboard has {labels}")

    def _nth(self, number: int) -> tuple[Message, Button]:
        message = next(self._with_buttons(), None)
        buttons = self.keyboard()
        if message is None or not 1 <= number <= len(buttons):
            raise WrongLine(f"there is no button #{number}; the newest keyboard has {len(buttons)}")
        return message, buttons[number - 1]

    def _tap(self, message: Message, button: Button) -> Shown | None:
        match button.kind:
            case "data":
                self.telegram.tap(self.user, message.message_id, button.value, message.chat_id)
            case "copy":
                return Shown("copied", button.value)
            case "inline":
                self._last_inline = None
                self.telegram.inline(self.user, button.value, chat=self.group)
            case "url":
                return self._open(button.value)
            case "other":
                raise WrongLine(f"the terminal cannot tap [{button.label}]")
        return None

    def _open(self, url: str) -> Shown | None:
        parts = urlsplit(url)
        if parts.netloc == "t.me" and parts.path.strip("/").lower() == self.telegram.username.lower():
            self.group = None
            self.telegram.start(self.user, parse_qs(parts.query).get("start", [""])[0])
            return None
        return Shown("opened", url)

    def _choose(self, number: int) -> None:
        answered = self._last_inline
        count = len(answered.cards) if answered else 0
        if answered is None or not 1 <= number <= count:
            raise WrongLine(f"there is no inline result {number}; the newest query got {count}")
        self.telegram.choose(self.user, answered.query_id, answered.cards[number - 1], self.group)

    def _with_buttons(self) -> filter[Message]:
        place = self.user if self.group is None else self.group
        known = (self.telegram.messages.get(key) for key in reversed(self._newest) if key[0] == place)
        return filter(lambda message: bool(message and message.rows), known)  # type: ignore[arg-type]

    def _newest_message(self) -> int:
        place = self.user if self.group is None else self.group
        for chat_id, message_id in reversed(self._newest):
            if chat_id == place:
                return message_id
        raise WrongLine("the bot has said nothing here yet")

    def _notice(self, event: Event) -> None:
        match event:
            case Sent(message) | Edited(message):
                key = (message.chat_id, message.message_id)
                if key in self._newest:
                    self._newest.remove(key)
                self._newest.append(key)
            case Deleted(chat_id, message_id):
                self._newest.remove((chat_id, message_id))
            case InlineAnswered():
                self._last_inline = event
            case _:
                pass

    async def _rest(self) -> None:
        if self._app is not None:
            await self.telegram.idle(within=_LONGEST_WORK)


def _read(path: str) -> tuple[str, bytes]:
    file = Path(path).expanduser()
    try:
        if file.stat().st_size > _LARGEST_FILE:
            raise WrongLine(f"{path} is larger than a bot could ever get")
        return file.name, file.read_bytes()
    except OSError as error:
        raise WrongLine(f"{path} cannot be read: {error.strerror}") from None
