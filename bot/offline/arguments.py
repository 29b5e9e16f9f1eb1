"""The arguments of one call, whether they came as a form (all texts) or as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.offline.errors import bad_request
from bot.offline.model import Json, Upload


@dataclass(frozen=True, slots=True)
class Arguments:
    """What a method was called with.

    Attributes:
        values: by name.
        files: the parts of a multipart body that are files, by name.
    """

    values: Mapping[str, object]
    files: Mapping[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A text, empty when there is none."""
        value = self.values.get(name)
        if value is None:
            return ""
        return value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str, default: int = 0) -> int:
        """A whole number, `default` when there is none or no number."""
        value = self.values.get(name)
        try:
            return default if value is None else int(str(value))
        except ValueError:
            return default

    def flag(self, name: str) -> bool:
        """A yes or no."""
        return str(self.values.get(name, "")).lower() in ("true", "1", "yes", "y", "t")

    def json(self, name: str) -> Any:
        """A value that is JSON in a form, None when there is none.

        Raises:
            Refused: it is no JSON.
        """
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None

    def chat_id(self) -> int:
        """The chat that is meant.

        Raises:
            Refused: there is none, or no such chat can exist.
        """
        text = self.text("chat_id")
        if not text:
            raise bad_request("chat_id is empty")
        try:
            return int(text)
        except ValueError:
            raise bad_request("chat not found") from None

    def file(self, name: str) -> Upload | str | None:
        """A file that came along, or the id of one that Telegram has."""
        if name in self.files:
            return self.files[name]
        value = self.text(name)
        if value.startswith("attach://"):
            return self.files.get(value.removeprefix("attach://"))
        return value or None

    def record(self) -> Json:
        """The arguments for the journal, files by name and size."""
        files = {name: f"{file.name} ({len(file.content)} bytes)" for name, file in self.files.items()}
        return {**self.values, **files}
