"""What people do: they write, tap, edit, send files, ask inline, block, and add the bot to groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from telegram.constants import MessageLimit

from bot.offline.entities import commands_of, find_entities
from bot.offline.formatted import utf16_length
from bot.offline.model import Card, Chat, Json, Message, Sent, Upload, User
from bot.offline.state import State, escaped
from bot.offline.updates import KEPT

_ROOM = int(MessageLimit.MAX_TEXT_LENGTH)


class People(State):
    """The state, and what people can do to it."""

    def user(self, user_id: int, *, language_code: str | None = None, first_name: str | None = None) -> User:
        """The person with this id, made when unknown; given values are taken over."""
        person = self.users.get(user_id)
        if person is None:
            person = self.users[user_id] = User(user_id, first_name or f"Member {user_id}")
        person.language_code = language_code or person.language_code
        person.first_name = first_name or person.first_name
        return person

    def group(self, chat_id: int, *, title: str | None = None, by: int) -> Chat:
        """The group with this negative id, made and joined by the bot when unknown; `by` is in it."""
        self.user(by)
        chat = self.chats.get(chat_id)
        if chat is None:
            kind = "supergroup" if chat_id <= -1_000_000_000_000 else "group"
            name = title or f"Group {-chat_id}"
            chat = self.chats[chat_id] = Chat(chat_id, "group", name, {by})
            if kind == "supergroup":
                chat.kind = "supergroup"
            self.add_to_group(chat_id, by=by)
        chat.members.add(by)
        return chat

    def say(
        self,
        user: int,
        text: str,
        chat: int | None = None,
        reply_to: int | None = None,
        *,
        via_bot: bool = False,
    ) -> int:
        """Send a text; one that is too long goes out in several messages, as the apps do it.

        Args:
            user: who.
            text: what, not empty.
            chat: the group; without it the private chat with the bot.
            reply_to: the message that is answered.
            via_bot: mark it as made by an inline query.

        Returns: the id of the (last) message.

        Raises:
            ValueError: there is nothing in `text` that an app would send.
        """
        parts = list(_parts(text))
        if not parts:
            raise ValueError("the apps send no empty message")
        for part in parts:
            message = self._message(user, chat, text=part, reply_to=reply_to)
            message = self._deliver(replace(message, entities=find_entities(part), via_bot=via_bot))
        return message.message_id

    def start(self, user: int, payload: str = "") -> int:
        """Open the private chat through a deep link, or by the Start button."""
        return self.say(user, f"/start {payload}".strip())

    def edit(self, user: int, text: str, message_id: int, chat: int | None = None) -> None:
        """Change a text that this person sent before.

        Raises:
            ValueError: it is not theirs or not there.
        """
        chat_id = user if chat is None else chat
        old = self.messages.get((chat_id, message_id))
        if old is None or old.sender_id != user:
            raise ValueError(f"message {message_id} is not one of member {user}'s here")
        edited = replace(old, text=text, html=escaped(text), entities=find_entities(text), edited=self.now())
        self.messages[chat_id, message_id] = edited
        if self._heard(edited):
            self.updates.push("edited_message", self.message_json(edited))

    def send_file(
        self,
        user: int,
        name: str,
        content: bytes,
        *,
        chat: int | None = None,
        caption: str = "",
        mime_type: str = "application/octet-stream",
        kind: str = "document",
    ) -> int:
        """Send a document, photo, voice message or sticker; returns the message's id."""
        attachment = self.keep(kind, Upload(name, content, mime_type))
        message = replace(self._message(user, chat, text=caption), attachment=attachment)
        return self._deliver(message).message_id

    def send_photo(self, user: int, chat: int | None = None, *, caption: str = "") -> int:
        """Send a picture; returns the message's id."""
        return self.send_file(user, "photo.jpg", b"\xff\xd8", chat=chat, caption=caption, kind="photo")

    def send_voice(self, user: int, chat: int | None = None) -> int:
        """Send a voice message; returns the message's id."""
        return self.send_file(user, "voice.ogg", b"OggS", chat=chat, mime_type="audio/ogg", kind="voice")

    def send_sticker(self, user: int, chat: int | None = None) -> int:
        """Send a sticker; returns the message's id."""
        return self.send_file(user, "sticker.webp", b"RIFF", chat=chat, kind="sticker")

    def tap(self, user: int, message_id: int, data: str, chat: int | None = None) -> str:
        """Tap a button with `data` under a message of the bot; returns the id of the callback query.

        The data need not stand under the message: changed apps can send anything.

        Raises:
            ValueError: no such message is there.
        """
        message = self.messages.get((user if chat is None else chat, message_id))
        if message is None:
            raise ValueError(f"there is no message {message_id} to tap at")
        query_id = self.fresh_id()
        self.taps[query_id] = (user, self.now() + KEPT["callback_query"])
        payload: Json = {
            "id": query_id,
            "from": self.user(user).json(),
            "chat_instance": str(message.chat_id),
            "data": data,
        }
        if message.inline_message_id is not None:
            payload["inline_message_id"] = message.inline_message_id
        else:
            payload["message"] = self.message_json(message)
        self.updates.push("callback_query", payload)
        return query_id

    def inline(self, user: int, text: str, *, chat: int | None = None) -> str:
        """Type `@bot text` in a chat; returns the id of the inline query."""
        query_id = self.fresh_id()
        self.inline_queries[query_id] = (user, self.now() + KEPT["inline_query"])
        kind = self.chats[chat].kind if chat in self.chats else "sender" if chat is None else "group"
        payload = {"id": query_id, "from": self.user(user).json(), "query": text, "offset": ""}
        self.updates.push("inline_query", payload | {"chat_type": kind})
        return query_id

    def choose(self, user: int, query_id: str, card: Card, chat: int | None = None) -> int:
        """Send one of the cards that answered an inline query; returns the message's id."""
        message = self._message(user, chat, text=card.text)
        message = self._deliver(
            replace(
                message,
                entities=card.entities,
                html=card.html,
                rows=card.rows,
                markup=card.markup,
                via_bot=True,
                inline_message_id=f"inline-{query_id}-{self.fresh_id()}",
            )
        )
        self.tell(Sent(message))
        return message.message_id

    def block(self, user: int) -> None:
        """Block the bot."""
        self._private(user)
        self.users[user].blocked = True
        self._membership(user, user, "kicked")

    def unblock(self, user: int) -> None:
        """Take the block back."""
        self._private(user)
        self.users[user].blocked = False
        self._membership(user, user, "member")

    def add_to_group(self, chat_id: int, *, by: int) -> None:
        """Let the bot into a group."""
        self._membership(chat_id, by, "member")

    def remove_from_group(self, chat_id: int, *, by: int) -> None:
        """Throw the bot out of a group."""
        self._membership(chat_id, by, "kicked")

    def migrate(self, chat_id: int) -> int:
        """Turn a group into a supergroup; returns its new id."""
        old = self.chats[chat_id]
        new_id = -1_000_000_000_000 + chat_id
        old.moved_to = new_id
        self.chats[new_id] = Chat(new_id, "supergroup", old.title, set(old.members), old.status)
        by = min(old.members)
        for place, service in (
            (chat_id, {"migrate_to_chat_id": new_id}),
            (new_id, {"migrate_from_chat_id": chat_id}),
        ):
            message = Message(place, 0, by, self.now(), service=service)
            self.updates.push("message", self.message_json(self.post(message)))
        return new_id

    def inject(self, kind: str, payload: Json, *, lasts: timedelta | None = None) -> int | None:
        """Give the bot any update at all, also one that no library can parse; returns its id."""
        return self.updates.push(kind, payload, lasts=lasts)

    def _private(self, user: int) -> Chat:
        person = self.user(user)
        chat = self.chats.get(user)
        if chat is None:
            chat = self.chats[user] = Chat(user, "private", person.first_name, {user}, "member")
        return chat

    def _message(self, user: int, chat: int | None, *, text: str, reply_to: int | None = None) -> Message:
        if chat is None or chat == user:
            self._private(user)
            self.users[user].started = True
            if self.users[user].blocked:
                raise ValueError(f"member {user} blocked the bot; the apps offer only to unblock it")
        elif chat not in self.chats:
            raise ValueError(f"there is no chat {chat}")
        return Message(
            user if chat is None else chat,
            0,
            user,
            self.now(),
            text=text,
            html=escaped(text),
            reply_to=reply_to,
        )

    def _deliver(self, message: Message) -> Message:
        message = self.post(message)
        if self._heard(message):
            self.updates.push("message", self.message_json(message))
        return message

    def _heard(self, message: Message) -> bool:
        """Whether the bot gets the message: in groups, privacy mode leaves commands and replies to it."""
        chat = self.chats[message.chat_id]
        if chat.kind == "private":
            return True
        if chat.status != "member":
            return False
        origin = self.messages.get((message.chat_id, message.reply_to)) if message.reply_to else None
        if message.via_bot or (origin is not None and origin.sender_id == self.bot_id):
            return True
        names = [command.partition("@")[2].lower() for command in commands_of(message.text)]
        return any(name in ("", self.username.lower()) for name in names)

    def _membership(self, chat_id: int, by: int, status: str) -> None:
        chat = self.chats[chat_id]
        old, chat.status = chat.status, status
        if chat.kind == "private":
            old, chat.status = ("kicked" if status == "member" else "member"), "member"
        self.updates.push(
            "my_chat_member",
            {
                "chat": chat.json(),
                "from": self.user(by).json(),
                "date": int(self.now().timestamp()),
                "old_chat_member": self._as_member(old),
                "new_chat_member": self._as_member(status),
            },
        )

    def _as_member(self, status: str) -> Json:
        until: Json = {"until_date": 0} if status == "kicked" else {}
        return {"user": self.bot_json(), "status": status, **until}


def _parts(text: str) -> Iterator[str]:
    """`text` as an app sends it: trimmed, in pieces that fit into messages."""
    rest = text.strip()
    while utf16_length(rest) > _ROOM:
        end = _ROOM
        while utf16_length(rest[:end]) > _ROOM:
            end -= 1
        yield rest[:end]
        rest = rest[end:].strip()
    if rest:
        yield rest
