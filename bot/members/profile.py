"""What a member chose, and nothing else about them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TypedDict

_STEP = 64


class Choices(TypedDict, total=False):
    """The fields of a profile that a change names; None takes a choice back."""

    language: str | None
    spoken: str | None
    region: str | None
    zone: str | None
    plain: bool
    corrections: bool
    quiet: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """A member's choices; all empty for whoever chose nothing.

    Attributes:
        language: code of the interface's language.
        spoken: code of the language of the member's app, for what is sent when nobody has just written.
        region: region id such as `de`, `us-ca`; what the chat stores for "don't say" is its own.
        zone: IANA time zone.
        plain: answers without formatting.
        corrections: wants to be told when an answer that was read turns out wrong.
        quiet: does not want to be told that a guide has changed.
    """

    language: str | None = None
    spoken: str | None = None
    region: str | None = None
    zone: str | None = None
    plain: bool = False
    corrections: bool = False
    quiet: bool = False

    def to_bytes(self) -> bytes:
        """JSON, padded to whole steps of 64 bytes, so that the length of what is sealed tells little."""
        chosen = {name: value for name, value in asdict(self).items() if value}
        data = json.dumps(chosen, separators=(",", ":")).encode()
        return data.ljust(-(-len(data) // _STEP) * _STEP)

    @classmethod
    def from_bytes(cls, data: bytes) -> Profile:
        """The reverse; fields that this program does not know are left out.

        Raises:
            ValueError: this is not JSON of an object.
        """
        chosen = json.loads(data)
        if not isinstance(chosen, dict):
            raise ValueError("a profile is an object")  # noqa: TRY004 - one error for what is not a profile

        def text(name: str) -> str | None:
            value = chosen.get(name)
            return value if isinstance(value, str) else None

        return cls(
            language=text("language"),
            spoken=text("spoken"),
            region=text("region"),
            zone=text("zone"),
            plain=chosen.get("plain") is True,
            corrections=chosen.get("corrections") is True,
            quiet=chosen.get("quiet") is True,
        )
