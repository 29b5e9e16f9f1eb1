"""The methods that put messages into chats, change them and take them away."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from telegram.constants import FileSizeLimit

from bot.offline.arguments import Arguments
from bot.offline.checks import read_markup, read_words
from bot.offline.errors import Refused, bad_request
from bot.offline.formatted import Formatted
from bot.offline.model import Attachment, Deleted, Edited, Json, Message, Sent, Upload
from bot.offline.state import State

_NOT_MODIFIED: Final = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_ACTIONS: Final = frozenset(
    {"typing", "choose_sticker", "find_location"}
    | {f"upload_{kind}" for kind in ("photo", "video", "voice", "document", "video_note")}
    | {f"record_{kind}" for kind in ("video", "voice", "video_note")}
)


def send_message(state: State, arguments: Arguments) -> Json:
    """sendMessage."""
    chat = state.chat_for_bot(arguments.chat_id())
    words, html = read_words(arguments, "text")
    return _send(state, arguments, chat.id, words, html, None)


def send_document(state: State, arguments: Arguments) -> Json:
    """sendDocument."""
    return _send_file(state, arguments, "document", int(FileSizeLimit.FILESIZE_UPLOAD))


def send_photo(state: State, arguments: Arguments) -> Json:
    """sendPhoto."""
    return _send_file(state, arguments, "photo", int(FileSizeLimit.PHOTOSIZE_UPLOAD))


def edit_message_text(state: State, arguments: Arguments) -> Json | bool:
    """editMessageText."""
    message = _to_edit(state, arguments)
    words, html = read_words(arguments, "text")
    if message.attachment is not None:
        raise bad_request("there is no text in the message to edit")
    markup, rows = read_markup(arguments.json("reply_markup"))
    if (message.text, message.entities, message.rows) == (words.text, words.entities, rows):
        raise bad_request(_NOT_MODIFIED)
    changed = replace(message, text=words.text, entities=words.entities, html=html, markup=markup, rows=rows)
    return _edited(state, changed)


def edit_message_reply_markup(state: State, arguments: Arguments) -> Json | bool:
    """editMessageReplyMarkup."""
    message = _to_edit(state, arguments)
    markup, rows = read_markup(arguments.json("reply_markup"))
    if message.rows == rows:
        raise bad_request(_NOT_MODIFIED)
    return _edited(state, replace(message, markup=markup, rows=rows))


def delete_message(state: State, arguments: Arguments) -> bool:
    """deleteMessage."""
    chat = state.chat_for_bot(arguments.chat_id())
    key = (chat.id, arguments.integer("message_id"))
    message = state.messages.get(key)
    if message is None:
        raise bad_request("message to delete not found")
    if message.sender_id != state.bot_id and chat.kind != "private":
        raise bad_request("message can't be deleted")
    del state.messages[key]
    state.tell(Deleted(*key))
    return True


def send_chat_action(state: State, arguments: Arguments) -> bool:
    """sendChatAction."""
    state.chat_for_bot(arguments.chat_id())
    if arguments.text("action") not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    return True


def _send_file(state: State, arguments: Arguments, kind: str, most: int) -> Json:
    chat = state.chat_for_bot(arguments.chat_id())
    words, html = read_words(arguments, "caption", caption=True)
    file = arguments.file(kind)
    if file is None:
        raise bad_request(f"there is no {kind} in the request")
    if isinstance(file, str):
        known = state.files.get(file)
        if known is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        file = known
    _check_size(file, kind, most)
    return _send(state, arguments, chat.id, words, html, state.keep(kind, file))


def _check_size(file: Upload, kind: str, most: int) -> None:
    if not file.content:
        raise bad_request("file must be non-empty")
    if len(file.content) > int(FileSizeLimit.FILESIZE_UPLOAD):
        raise Refused(413)
    if len(file.content) > most:
        raise bad_request(f"file is too big for a {kind}")


def _send(
    state: State,
    arguments: Arguments,
    chat_id: int,
    words: Formatted,
    html: str,
    attachment: Attachment | None,
) -> Json:
    markup, rows = read_markup(arguments.json("reply_markup"))
    if arguments.integer("message_thread_id"):
        raise bad_request("message thread not found")
    message = Message(
        chat_id,
        0,
        state.bot_id,
        state.now(),
        text=words.text,
        entities=words.entities,
        html=html,
        rows=rows,
        markup=markup,
        attachment=attachment,
        reply_to=_reply_to(state, arguments, chat_id),
    )
    message = state.post(message)
    state.tell(Sent(message))
    return state.message_json(message)


def _reply_to(state: State, arguments: Arguments, chat_id: int) -> int | None:
    parameters = arguments.json("reply_parameters") or {}
    message_id = int(parameters.get("message_id") or arguments.integer("reply_to_message_id"))
    if not message_id:
        return None
    if (chat_id, message_id) in state.messages:
        return message_id
    if parameters.get("allow_sending_without_reply") or arguments.flag("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def _to_edit(state: State, arguments: Arguments) -> Message:
    inline_id = arguments.text("inline_message_id")
    if inline_id:
        key = state.inline_messages.get(inline_id)
        if key is None or key not in state.messages:
            raise bad_request("MESSAGE_ID_INVALID")
        return state.messages[key]
    chat = state.chat_for_bot(arguments.chat_id())
    message_id = arguments.integer("message_id")
    if not message_id:
        raise bad_request("message identifier is not specified")
    message = state.messages.get((chat.id, message_id))
    if message is None:
        raise bad_request("message to edit not found")
    if message.sender_id != state.bot_id:
        raise bad_request("message can't be edited")
    return message


def _edited(state: State, message: Message) -> Json | bool:
    message = replace(message, edited=state.now())
    state.messages[message.chat_id, message.message_id] = message
    state.tell(Edited(message))
    return True if message.inline_message_id is not None else state.message_json(message)
