"""The Telegram in memory as one thing: people act on it, the bot calls it, tests wait for it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from telegram.constants import BotDescriptionLimit, BotNameLimit, FileSizeLimit

from bot.offline.answering import answer_callback_query, answer_inline_query
from bot.offline.arguments import Arguments
from bot.offline.checks import read_commands, read_language
from bot.offline.errors import Refused, bad_request
from bot.offline.model import Accepted, Json
from bot.offline.people import People
from bot.offline.sending import (
    delete_message,
    edit_message_reply_markup,
    edit_message_text,
    send_chat_action,
    send_document,
    send_message,
    send_photo,
)
from bot.offline.state import State
from bot.offline.updates import Webhook

_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")


class Telegram(People):
    """Everything: see `State` for the arguments, `People` for what people do."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._running = 0
        self._calls = 0
        self._changed = asyncio.Event()
        self.updates.on_change(self._changed.set)

    async def call(self, method: str, arguments: Arguments) -> object:
        """What the Bot API answers to the bot.

        Args:
            method: its name, in any case.
            arguments: as they came.

        Raises:
            Refused: the answer is no.
        """
        name = method.lower()
        if name == "getupdates":
            return await self.updates.fetch(
                offset=arguments.integer("offset"),
                limit=arguments.integer("limit", 100),
                wait=arguments.integer("timeout"),
                allowed=arguments.json("allowed_updates"),
            )
        carry_out = _METHODS.get(name)
        if carry_out is None:
            raise Refused(404, "method not found")
        self._running += 1
        self._calls += 1
        try:
            await asyncio.sleep(0)
            result = carry_out(self, arguments)
            self._record(method, arguments, result)
        finally:
            self._running -= 1
            self._changed.set()
        return result

    def download(self, path: str) -> bytes:
        """The content of a file by the path that getFile gave.

        Raises:
            Refused: there is none.
        """
        file = self.files.get(path.rpartition("/")[2])
        if file is None:
            raise Refused(404)
        return file.content

    async def idle(self, *, quiet: float = 0.01, within: float = 60) -> None:
        """Wait until every update is confirmed and nothing more is being sent.

        Args:
            quiet: this many seconds must pass without a call or an update.
            within: how long to wait at most, in seconds.

        Raises:
            TimeoutError: the bot did not come to rest.
        """
        async with asyncio.timeout(within):
            while True:
                while self.updates.count or self._running:
                    self._changed.clear()
                    await self._changed.wait()
                calls, next_id = self._calls, self.updates.next_id
                await asyncio.sleep(quiet)
                if (calls, next_id) == (self._calls, self.updates.next_id) and not self.updates.count:
                    return

    def _record(self, method: str, arguments: Arguments, result: object) -> None:
        chat_id = arguments.integer("chat_id") or None
        entry = Accepted(len(self.journal) + 1, self.now(), method, chat_id, arguments.record(), result)
        self.journal.append(entry)


def _get_me(state: State, _: Arguments) -> Json:
    return state.bot_json() | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def _get_chat(state: State, arguments: Arguments) -> Json:
    chat = state.chats.get(arguments.chat_id())
    if chat is None:
        raise bad_request("chat not found")
    kinds = ("unlimited", "limited", "unique", "premium_subscription", "gifts_from_channels")
    gifts = (kind if "_" in kind else f"{kind}_gifts" for kind in kinds)
    return chat.json() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }


def _get_file(state: State, arguments: Arguments) -> Json:
    file_id = arguments.text("file_id")
    file = state.files.get(file_id)
    if file is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if len(file.content) > int(FileSizeLimit.FILESIZE_DOWNLOAD):
        raise bad_request("file is too big")
    size = {"file_size": len(file.content), "file_path": f"documents/{file_id}"}
    return {"file_id": file_id, "file_unique_id": f"u{file_id}", **size}


def _leave_chat(state: State, arguments: Arguments) -> bool:
    chat = state.chat_for_bot(arguments.chat_id())
    if chat.kind == "private":
        raise bad_request("chat member status can't be changed in private chats")
    chat.status = "left"
    return True


def _set_commands(state: State, arguments: Arguments) -> bool:
    commands = read_commands(arguments.json("commands"))
    state.commands[_scope(arguments)] = commands
    return True


def _get_commands(state: State, arguments: Arguments) -> list[Json]:
    return list(state.commands.get(_scope(arguments), ()))


def _delete_commands(state: State, arguments: Arguments) -> bool:
    state.commands.pop(_scope(arguments), None)
    return True


def _scope(arguments: Arguments) -> tuple[str, str]:
    scope = arguments.json("scope") or {"type": "default"}
    if not isinstance(scope, dict) or "type" not in scope:
        raise bad_request("can't parse BotCommandScope: Can't find field \"type\"")
    parts = (scope["type"], *(str(scope[name]) for name in ("chat_id", "user_id") if name in scope))
    return ":".join(parts), read_language(arguments)


def _set_profile(name: str, most: int) -> Callable[[State, Arguments], bool]:
    def carry_out(state: State, arguments: Arguments) -> bool:
        text = arguments.text(name)
        if len(text) > most:
            raise bad_request(f"bot {name.replace('_', ' ')} is too long")
        state.profile[name, read_language(arguments)] = text
        return True

    return carry_out


def _set_webhook(state: State, arguments: Arguments) -> bool:
    url, secret = arguments.text("url"), arguments.text("secret_token")
    if not url:
        return _delete_webhook(state, arguments)
    if not url.startswith(("https://", "http://127.0.0.1")):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if secret and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    if arguments.flag("drop_pending_updates"):
        state.updates.clear()
    state.updates.allow(arguments.json("allowed_updates"))
    connections = min(max(arguments.integer("max_connections", 40), 1), 100)
    state.updates.hook(Webhook(url, secret, connections))
    return True


def _delete_webhook(state: State, arguments: Arguments) -> bool:
    if arguments.flag("drop_pending_updates"):
        state.updates.clear()
    if state.updates.webhook is not None:
        state.updates.hook(None)
    return True


def _webhook_info(state: State, _: Arguments) -> Json:
    hook = state.updates.webhook
    info: Json = {
        "url": hook.url if hook else "",
        "has_custom_certificate": False,
        "pending_update_count": state.updates.count,
    }
    return info | {"max_connections": hook.connections} if hook else info


_METHODS: Final[Mapping[str, Callable[[State, Arguments], object]]] = {
    "getme": _get_me,
    "sendmessage": send_message,
    "senddocument": send_document,
    "sendphoto": send_photo,
    "sendchataction": send_chat_action,
    "editmessagetext": edit_message_text,
    "editmessagereplymarkup": edit_message_reply_markup,
    "deletemessage": delete_message,
    "answercallbackquery": answer_callback_query,
    "answerinlinequery": answer_inline_query,
    "getchat": _get_chat,
    "getfile": _get_file,
    "leavechat": _leave_chat,
    "setmycommands": _set_commands,
    "getmycommands": _get_commands,
    "deletemycommands": _delete_commands,
    "setmyname": _set_profile("name", int(BotNameLimit.MAX_NAME_LENGTH)),
    "setmydescription": _set_profile("description", int(BotDescriptionLimit.MAX_DESCRIPTION_LENGTH)),
    "setmyshortdescription": _set_profile(
        "short_description", int(BotDescriptionLimit.MAX_SHORT_DESCRIPTION_LENGTH)
    ),
    "setchatmenubutton": lambda _state, _arguments: True,
    "setwebhook": _set_webhook,
    "deletewebhook": _delete_webhook,
    "getwebhookinfo": _webhook_info,
}
