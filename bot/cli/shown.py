"""What the bot does, as the JSON lines of `advisor shell --script`.

A message: `to`, `message_id`, `edited`, `reply_to`, `text`, `html`, `buttons` (rows of `label` and
one of `data`, `url`, `copy`, `inline`), `document` and `photo` (`name`, `bytes`, `sha256`, `path`, or null);
`via_bot` when a member sent one of the bot's cards. Also `{"callback_answer": text or null}` for an answered
tap, `{"inline_results": [...]}`, and `{"to", "deleted"}`.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.offline.model import (
    Attachment,
    Button,
    CallbackAnswered,
    Card,
    Deleted,
    Edited,
    Event,
    InlineAnswered,
    Message,
    Sent,
)


@dataclass(slots=True)
class Files:
    """Where the files that the bot sent are put, so that they can be looked at; made when needed."""

    _folder: Path | None = field(default=None)
    _count: int = 0

    def save(self, name: str, content: bytes) -> Path:
        """Put a file there under a name of its own; returns where it is."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="advisor-shell-"))
        self._folder.mkdir(parents=True, exist_ok=True)
        self._count += 1
        path = self._folder / f"{self._count:03}-{re.sub(r'[^A-Za-z0-9._-]', '_', name)[-80:]}"
        path.write_bytes(content)
        return path


def as_json(event: Event, files: Files) -> dict[str, Any]:
    """The object that stands for `event`."""
    match event:
        case Sent(message):
            return _message(message, files, edited=False)
        case Edited(message):
            return _message(message, files, edited=True)
        case Deleted(chat_id, message_id):
            return {"to": chat_id, "deleted": message_id}
        case CallbackAnswered():
            alert: dict[str, Any] = {"alert": True} if event.alert else {}
            return {"callback_answer": event.text, **alert}
        case InlineAnswered(cards=cards):
            return {"inline_results": [_card(card) for card in cards]}


def _message(message: Message, files: Files, *, edited: bool) -> dict[str, Any]:
    attachment = message.attachment
    line: dict[str, Any] = {
        "to": message.chat_id,
        "message_id": message.message_id,
        "edited": edited,
        "reply_to": message.reply_to,
        "text": message.text,
        "html": message.html,
        "buttons": _rows(message.rows),
        "document": None,
        "photo": None,
    }
    if attachment is not None:
        line["photo" if attachment.kind == "photo" else "document"] = _file(attachment, files)
    if message.via_bot:
        line["via_bot"] = True
    if message.markup is not None and "inline_keyboard" not in message.markup:
        line["keyboard"] = message.markup
    return line


def _card(card: Card) -> dict[str, Any]:
    return {
        "id": card.id,
        "title": card.title,
        "description": card.description,
        "text": card.text,
        "html": card.html,
        "buttons": _rows(card.rows),
    }


def _rows(rows: tuple[tuple[Button, ...], ...]) -> list[list[dict[str, str]]]:
    return [[{"label": button.label, button.kind: button.value} for button in row] for row in rows]


def _file(attachment: Attachment, files: Files) -> dict[str, Any]:
    content = attachment.file.content
    return {
        "name": attachment.file.name,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "path": str(files.save(attachment.file.name, content)),
    }
