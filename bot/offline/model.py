"""The values of a Telegram in memory: users, chats, messages, and what happens to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

from bot.offline.formatted import Entity

Json: TypeAlias = dict[str, Any]
"""An object of the Bot API, as it goes over the wire."""

ButtonKind: TypeAlias = Literal["data", "url", "copy", "inline", "other"]


@dataclass(slots=True)
class User:
    """A person.

    Attributes:
        started: they wrote to the bot once; before that the bot may not write to them.
        blocked: they blocked the bot.
        deactivated: they deleted their account.
    """

    id: int
    first_name: str
    language_code: str | None = None
    username: str | None = None
    started: bool = False
    blocked: bool = False
    deactivated: bool = False

    def json(self) -> Json:
        """The Bot API's User."""
        known = {"language_code": self.language_code, "username": self.username}
        return {
            "id": self.id,
            "is_bot": False,
            "first_name": self.first_name,
            **{name: value for name, value in known.items() if value},
        }


@dataclass(slots=True)
class Chat:
    """A conversation. A private one has the id of its person, a group a negative id.

    Attributes:
        status: what the bot is there, as in ChatMember: member, kicked, left.
        moved_to: the id of the supergroup that this group became.
    """

    id: int
    kind: Literal["private", "group", "supergroup"]
    title: str
    members: set[int] = field(default_factory=set)
    status: str = "left"
    moved_to: int | None = None

    def json(self) -> Json:
        """The Bot API's Chat."""
        name = "first_name" if self.kind == "private" else "title"
        return {"id": self.id, "type": self.kind, name: self.title}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way."""

    name: str
    content: bytes
    mime_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a message."""

    kind: Literal["document", "photo", "voice", "sticker"]
    file_id: str
    file: Upload

    def json(self) -> Json | list[Json]:
        """The Bot API's Document, Voice, Sticker or list of PhotoSize."""
        base: Json = {
            "file_id": self.file_id,
            "file_unique_id": f"u{self.file_id}",
            "file_size": len(self.file.content),
        }
        match self.kind:
            case "photo":
                return [base | {"width": 90, "height": 90}]
            case "voice":
                return base | {"duration": 3, "mime_type": self.file.mime_type}
            case "sticker":
                form = {"type": "regular", "is_animated": False, "is_video": False}
                return base | {"width": 512, "height": 512, "emoji": "👍"} | form
            case "document":
                return base | {"file_name": self.file.name, "mime_type": self.file.mime_type}


@dataclass(frozen=True, slots=True)
class Button:
    """An inline button: what stands on it, and what it carries."""

    label: str
    kind: ButtonKind
    value: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message as its chat shows it.

    Attributes:
        text: the words, or the caption of the attachment, without markup.
        html: the text as the bot sent it when it was HTML, else the escaped words.
        rows: inline buttons.
        markup: the reply markup as it was sent, also one that is no inline keyboard.
        inline_message_id: of a message that came out of an inline query.
        service: fields of a message about the chat itself, such as `group_chat_created`.
    """

    chat_id: int
    message_id: int
    sender_id: int
    date: datetime
    text: str = ""
    entities: tuple[Entity, ...] = ()
    html: str = ""
    rows: tuple[tuple[Button, ...], ...] = ()
    markup: Json | None = None
    attachment: Attachment | None = None
    reply_to: int | None = None
    via_bot: bool = False
    inline_message_id: str | None = None
    edited: datetime | None = None
    service: Json | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """One result of an inline query."""

    id: str
    title: str
    description: str
    text: str
    entities: tuple[Entity, ...]
    html: str
    rows: tuple[tuple[Button, ...], ...]
    markup: Json | None


@dataclass(frozen=True, slots=True)
class Sent:
    """The bot sent a message, or a person sent one of its cards (`via_bot`)."""

    message: Message


@dataclass(frozen=True, slots=True)
class Edited:
    """The bot changed a message."""

    message: Message


@dataclass(frozen=True, slots=True)
class Deleted:
    """The bot deleted a message."""

    chat_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class CallbackAnswered:
    """The bot answered a tap; without a text only the spinner ends."""

    query_id: str
    user_id: int
    text: str | None
    alert: bool = False
    url: str | None = None


@dataclass(frozen=True, slots=True)
class InlineAnswered:
    """The bot answered an inline query."""

    query_id: str
    user_id: int
    cards: tuple[Card, ...]


Event: TypeAlias = Sent | Edited | Deleted | CallbackAnswered | InlineAnswered


@dataclass(frozen=True, slots=True)
class Accepted:
    """A call of the bot that Telegram carried out: the ground truth of what was delivered.

    Attributes:
        number: counts from one.
        arguments: as they were sent, files by their names.
        result: what was answered.
    """

    number: int
    at: datetime
    method: str
    chat_id: int | None
    arguments: Json
    result: object
