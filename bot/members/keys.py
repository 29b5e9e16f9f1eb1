"""The secret that names members and opens what is sealed; kept apart from the data, in no backup.

A stolen database names nobody. Key and database together name everybody within hours (all ten thousand
million Telegram ids are hashed in four hours on one core), so apartness is all there is.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from bot.storage.engine import Database
from bot.storage.faults import StorageRefused
from bot.storage.tables import KEY_FINGERPRINT, REKEYING, installation

_LENGTH = 32
_HEADER = (
    "# The key of a Privacy Advisor. Keep it apart from the data folder and its backups.\n"
    "# Without it nobody in the database can be recognised or written to, ever again.\n"
)
_MEND = "it must be 32 random bytes in base64, as `openssl rand -base64 32` makes them"


class KeyRefused(StorageRefused):
    """The key is missing, unreadable or another one than the database's; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Key:
    """One secret and its number, 1 to 255, which stands before everything that it sealed."""

    number: int
    secret: bytes = field(repr=False)

    @property
    def naming(self) -> bytes:
        """The key that turns a Telegram id into a member id."""
        return self._derive(b"privacy-advisor naming v1")

    @property
    def sealing(self) -> bytes:
        """The key that seals."""
        return self._derive(b"privacy-advisor sealing v1")

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits that recognise the secret and do not give it away."""
        return self._derive(b"privacy-advisor fingerprint v1")[:8].hex()

    def _derive(self, purpose: bytes) -> bytes:
        return HKDF(algorithm=SHA256(), length=_LENGTH, salt=None, info=purpose).derive(self.secret)


@dataclass(frozen=True, slots=True)
class Keys:
    """All keys, newest first; the first one names and seals, the others only open."""

    ring: tuple[Key, ...]

    @property
    def newest(self) -> Key:
        """The key in force."""
        return self.ring[0]


def parse_keys(text: str) -> Keys:
    """Read keys from a setting or a file: one a line (or separated by commas), newest first.

    Each is `NUMBER:BASE64`, or BASE64 alone, which counts as number 1. `#` begins a comment.

    Raises:
        KeyRefused: something else stands there; nothing of it is repeated in the message.
    """
    ring: list[Key] = []
    uncommented = "\n".join(line.partition("#")[0] for line in text.splitlines())
    for place, line in enumerate(re.split(r"[\s,]+", uncommented.strip(" \r\n\t,")), start=1):
        if not line:
            break
        number, colon, encoded = line.rpartition(":")
        if colon and not (number.isascii() and number.isdigit() and 1 <= int(number[:4]) <= 255):
            raise KeyRefused(f"Key {place} has no number from 1 to 255 before its colon.")
        try:
            secret = base64.b64decode(
                encoded.translate({45: "+", 95: "/"}) + "=" * (-len(encoded) % 4), validate=True
            )
        except (binascii.Error, ValueError) as fault:
            raise KeyRefused(f"Key {place} is not understood: {_MEND}.") from fault
        if len(secret) != _LENGTH:
            raise KeyRefused(f"Key {place} has {len(secret)} bytes: {_MEND}.")
        ring.append(Key(number=int(number or 1), secret=secret))
    if not ring:
        raise KeyRefused(f"There is no key: {_MEND}.")
    if len({key.number for key in ring}) < len(ring):
        raise KeyRefused("Two keys have the same number: give each its own, the newest first.")
    return Keys(tuple(ring))


def read_keys(path: Path, secret: str | None = None) -> Keys | None:
    """The keys of the setting, else of the file; None when there is neither.

    Raises:
        KeyRefused: what is there cannot be read.
    """
    if secret is not None:
        return parse_keys(secret)
    try:
        return parse_keys(path.read_text("ascii"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnicodeDecodeError as fault:
        raise KeyRefused(f"The key file {path} is not text: put the right file in its place.") from fault
    except OSError as fault:
        raise KeyRefused(
            f"The key file {path} cannot be read ({fault.strerror}): make it readable for this user."
        ) from fault


async def open_keys(database: Database, *, path: Path, secret: str | None = None) -> Keys:
    """The keys of this installation; at the first start they are made and the database remembers them.

    Args:
        database: already migrated.
        path: the key file, outside the data folder; made with mode 600 when `secret` is None.
        secret: what ADVISOR_SECRET_KEY says.

    Raises:
        KeyRefused: the database knows another key, or its key is not there.
        StorageDown: the database does not answer.
    """
    known = await known_fingerprint(database)
    keys = read_keys(path, secret)
    if keys is None:
        if known is not None:
            raise KeyRefused(
                f"The key of this database is not there: put the key file back as {path}, or set"
                " ADVISOR_SECRET_KEY. No new one was made, since it would open nothing."
            )
        keys = _make(path)
    if known is None:
        known = await _remember(database, keys.newest.fingerprint)
    await require_settled(database)
    check_fingerprint(keys, known)
    return keys


async def require_settled(database: Database) -> None:
    """Refuse a database whose members are half moved to a new key.

    Raises:
        KeyRefused: they are.
    """
    async with database.read() as connection:
        goal = await connection.scalar(select(installation.c.value).where(installation.c.name == REKEYING))
    if goal is not None:
        raise KeyRefused(
            f"The change to key {goal} was begun and is not finished: run `advisor members rekey` again,"
            " with the new key first and the old one below it."
        )


async def known_fingerprint(database: Database) -> str | None:
    """The fingerprint of the database's key, None before the first start."""
    async with database.read() as connection:
        value: str | None = await connection.scalar(
            select(installation.c.value).where(installation.c.name == KEY_FINGERPRINT)
        )
        return value


def check_fingerprint(keys: Keys, known: str) -> None:
    """Refuse keys that are not the database's.

    Raises:
        KeyRefused: says which case it is.
    """
    if keys.newest.fingerprint == known:
        return
    for key in keys.ring:
        if key.fingerprint == known:
            raise KeyRefused(
                f"The database still uses key number {key.number}, which is not the first one: stop all bots"
                " and run `advisor members rekey` to move to the first one, or put the old one first again."
            )
    raise KeyRefused(
        f"This is another key ({keys.newest.fingerprint}) than the database's ({known}): put back the"
        " database's key, or the database that belongs to this key. Nothing was changed."
    )


async def _remember(database: Database, fingerprint: str) -> str:
    """Store it unless another process was first; returns what is stored."""
    insert = sqlite.insert if database.is_sqlite else postgresql.insert
    async with database.write() as connection:
        await connection.execute(
            insert(installation).values(name=KEY_FINGERPRINT, value=fingerprint).on_conflict_do_nothing()
        )
        stored: str = (
            await connection.execute(
                select(installation.c.value).where(installation.c.name == KEY_FINGERPRINT)
            )
        ).scalar_one()
        return stored


def _make(path: Path) -> Keys:
    """A new key file; another process that makes one at the same moment wins or loses as a whole."""
    secret = secrets.token_bytes(_LENGTH)
    content = f"{_HEADER}1:{base64.b64encode(secret).decode()}\n".encode("ascii")
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(descriptor, content)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.link(partial, path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except FileExistsError:
        pass
    except OSError as fault:
        raise KeyRefused(
            f"The key file {path} cannot be made ({fault.strerror}): make its folder writable for this"
            " user, or set ADVISOR_SECRET_KEY_FILE to a file with 32 random bytes in base64."
        ) from fault
    finally:
        partial.unlink(missing_ok=True)
    made = read_keys(path)
    if made is None:
        raise KeyRefused(f"The key file {path} was taken away while it was made: start again.")
    return made
