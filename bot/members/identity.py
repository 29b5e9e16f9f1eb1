"""Telegram ids in, member ids out; and boxes that only the right member's id opens."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.members.keys import Keys

_NONCE = 12
_CHAT = struct.Struct(">q")


class Unreadable(Exception):  # noqa: N818 - what it is, not that it is an error
    """A sealed value was made with a key that is not here, for another member, or was changed."""


class Identity:
    """Names and seals with the newest key, opens with any.

    Args:
        keys: from `open_keys`.
    """

    def __init__(self, keys: Keys) -> None:
        self._naming = keys.newest.naming
        self._number = keys.newest.number
        self._boxes = {key.number: AESGCM(key.sealing) for key in keys.ring}

    def member_id(self, telegram_id: int) -> bytes:
        """The 32 bytes that stand for a person everywhere: HMAC-SHA256 of the decimal Telegram id."""
        return hmac.digest(self._naming, str(telegram_id).encode("ascii"), hashlib.sha256)

    def seal(self, member_id: bytes, plain: bytes) -> bytes:
        """Number of the key (1 byte), nonce (12), AES-256-GCM with the member id as associated data."""
        nonce = secrets.token_bytes(_NONCE)
        return bytes([self._number]) + nonce + self._boxes[self._number].encrypt(nonce, plain, member_id)

    def unseal(self, member_id: bytes, sealed: bytes) -> bytes:
        """What was sealed for this member.

        Raises:
            Unreadable: it was not, or not with one of our keys.
        """
        box = self._boxes.get(sealed[0]) if len(sealed) > 1 + _NONCE else None
        if box is None:
            raise Unreadable("sealed with a key that is not here")
        try:
            return box.decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], member_id)
        except InvalidTag as fault:
            raise Unreadable("sealed for another member, or changed") from fault

    def seal_chat(self, member_id: bytes, chat_id: int) -> bytes:
        """A chat's id, sealed: 37 bytes."""
        return self.seal(member_id, _CHAT.pack(chat_id))

    def unseal_chat(self, member_id: bytes, sealed: bytes) -> int:
        """The chat's id.

        Raises:
            Unreadable: as `unseal`.
        """
        plain = self.unseal(member_id, sealed)
        if len(plain) != _CHAT.size:
            raise Unreadable("not the id of a chat")
        chat_id: int = _CHAT.unpack(plain)[0]
        return chat_id
