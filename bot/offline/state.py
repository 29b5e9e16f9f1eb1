"""What a Telegram in memory holds, and how its values look on the wire."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.offline.errors import bad_request, forbidden
from bot.offline.formatted import Entity
from bot.offline.model import (
    Accepted,
    Attachment,
    Card,
    Chat,
    Event,
    Json,
    Message,
    Upload,
    User,
)
from bot.offline.updates import UpdateQueue

TOKEN: Final = "1000000001:offline-telegram-needs-no-realtoken"  # noqa: S105 - opens nothing
"""The token that the bot uses here; it opens nothing."""

BOT_ID: Final = 1_000_000_001


class State:
    """Users, chats, messages, files, updates, and the journal of what the bot did.

    Args:
        now: tells the time of day as an aware instant.
        token: the bot's token; its first part is the bot's id.
        username: of the bot, for deep links and commands in groups.
        first_update_id: of the first update.
        first_message_id: of the first message.
        impatient: slow down repeated polls as Telegram does.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        token: str = TOKEN,
        username: str = "privacy_advisor_bot",
        first_update_id: int = 1,
        first_message_id: int = 1,
        impatient: bool = False,
    ) -> None:
        self.now = now
        self.token = token
        self.bot_id = int(token.partition(":")[0])
        self.username = username
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.messages: dict[tuple[int, int], Message] = {}
        self.inline_messages: dict[str, tuple[int, int]] = {}
        self.files: dict[str, Upload] = {}
        self.taps: dict[str, tuple[int, datetime]] = {}
        self.inline_queries: dict[str, tuple[int, datetime]] = {}
        self.cards: dict[str, tuple[Card, ...]] = {}
        self.commands: dict[tuple[str, str], tuple[Json, ...]] = {}
        self.profile: dict[tuple[str, str], str] = {}
        self.journal: list[Accepted] = []
        self.updates = UpdateQueue(now, impatient, first_update_id)
        self.next_message_id = first_message_id
        self._next_id = 1
        self._listeners: list[Callable[[Event], None]] = []

    def on_event(self, listener: Callable[[Event], None]) -> None:
        """Call `listener` for everything that a person would see the bot do."""
        self._listeners.append(listener)

    def tell(self, event: Event) -> None:
        """Let the listeners know."""
        for listener in self._listeners:
            listener(event)

    def fresh_id(self) -> str:
        """An id that was not used before, for queries and files."""
        self._next_id += 1
        return str(self._next_id)

    def chat_for_bot(self, chat_id: int) -> Chat:
        """The chat that the bot may write to.

        Raises:
            Refused: with Telegram's words why it may not.
        """
        chat = self.chats.get(chat_id)
        if chat is None:
            if chat_id in self.users:
                raise forbidden("bot can't initiate conversation with a user")
            raise bad_request("chat not found")
        if chat.moved_to is not None:
            refusal = bad_request("group chat was upgraded to a supergroup chat")
            refusal.parameters["migrate_to_chat_id"] = chat.moved_to
            raise refusal
        if chat.kind == "private":
            person = self.users[chat_id]
            if person.deactivated:
                raise forbidden("user is deactivated")
            if person.blocked:
                raise forbidden("bot was blocked by the user")
            if not person.started:
                raise forbidden("bot can't initiate conversation with a user")
        elif chat.status == "kicked":
            raise forbidden(f"bot was kicked from the {chat.kind} chat")
        elif chat.status == "left":
            raise forbidden(f"bot is not a member of the {chat.kind} chat")
        return chat

    def post(self, message: Message) -> Message:
        """Put a message into its chat under the next id."""
        message = replace(message, message_id=self.next_message_id)
        self.next_message_id += 1
        self.messages[message.chat_id, message.message_id] = message
        if message.inline_message_id is not None:
            self.inline_messages[message.inline_message_id] = (message.chat_id, message.message_id)
        return message

    def keep(self, kind: str, file: Upload) -> Attachment:
        """Store a file and give it an id."""
        match kind:
            case "document" | "photo" | "voice" | "sticker":
                attachment = Attachment(kind, f"{kind}-{self.fresh_id()}", file)
            case _:
                raise ValueError(f"no message carries a {kind}")
        self.files[attachment.file_id] = file
        return attachment

    def message_json(self, message: Message, *, depth: int = 1) -> Json:
        """The Bot API's Message; the one it replies to is shown one level deep."""
        result: Json = {
            "message_id": message.message_id,
            "date": int(message.date.timestamp()),
            "chat": self.chats[message.chat_id].json(),
            "from": self.sender_json(message.sender_id),
        }
        if message.edited is not None:
            result["edit_date"] = int(message.edited.timestamp())
        if message.attachment is not None:
            result[message.attachment.kind] = message.attachment.json()
        words = "text" if message.attachment is None else "caption"
        if message.text:
            result[words] = message.text
        if message.entities:
            result["entities" if words == "text" else "caption_entities"] = [
                self.entity_json(entity) for entity in message.entities
            ]
        if message.via_bot:
            result["via_bot"] = self.bot_json()
        if message.markup is not None and "inline_keyboard" in message.markup:
            result["reply_markup"] = message.markup
        if message.reply_to is not None and depth:
            origin = self.messages.get((message.chat_id, message.reply_to))
            if origin is not None:
                result["reply_to_message"] = self.message_json(origin, depth=0)
        return result | (message.service or {})

    def entity_json(self, entity: Entity) -> Json:
        """The Bot API's MessageEntity."""
        result: Json = {"type": entity.kind, "offset": entity.offset, "length": entity.length}
        if entity.url is not None:
            result["url"] = entity.url
        if entity.language is not None:
            result["language"] = entity.language
        if entity.emoji_id is not None:
            result["custom_emoji_id"] = entity.emoji_id
        if entity.user_id is not None:
            result["user"] = self.sender_json(entity.user_id)
        return result

    def sender_json(self, user_id: int) -> Json:
        """The Bot API's User for a person or the bot."""
        if user_id == self.bot_id:
            return self.bot_json()
        person = self.users.get(user_id)
        return person.json() if person else User(user_id, f"User {user_id}").json()

    def bot_json(self) -> Json:
        """The Bot API's User for the bot."""
        name = self.profile.get(("name", ""), "Privacy Advisor")
        return {"id": self.bot_id, "is_bot": True, "first_name": name, "username": self.username}


def escaped(text: str) -> str:
    """`text` as HTML."""
    return html.escape(text, quote=False)
