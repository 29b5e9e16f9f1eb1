"""The key: made once, kept apart, never replaced by accident, never shown."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.members.keys import Key, KeyRefused, Keys, open_keys, parse_keys, read_keys
from bot.storage.engine import Database
from bot.storage.tables import installation

ONE = base64.b64encode(bytes(range(32))).decode()
TWO = base64.b64encode(bytes(range(32, 64))).decode()


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_the_first_start_makes_a_key_file_that_only_its_owner_reads(
    database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "data.key"
    keys = await open_keys(database, path=path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [name for name in names_in(tmp_path) if "key" in name] == ["data.key"]
    assert await open_keys(database, path=path) == keys


async def test_two_installations_have_different_keys(tmp_path: Path, sqlite_database: Database) -> None:
    made = await open_keys(sqlite_database, path=tmp_path / "a.key")
    assert made.newest.secret not in (parse_keys(ONE).newest.secret, bytes(32))
    with pytest.raises(KeyRefused):
        await open_keys(sqlite_database, path=tmp_path / "b.key")


async def test_another_key_than_the_databases_is_refused(database: Database, tmp_path: Path) -> None:
    await open_keys(database, path=tmp_path / "data.key", secret=ONE)
    with pytest.raises(KeyRefused, match="another key") as caught:
        await open_keys(database, path=tmp_path / "data.key", secret=TWO)
    assert TWO not in str(caught.value)


async def test_a_lost_key_is_not_replaced_by_a_new_one(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "data.key"
    await open_keys(database, path=path)
    path.unlink()
    with pytest.raises(KeyRefused, match="put the key file back"):
        await open_keys(database, path=path)
    assert not path.exists()


async def test_a_newer_key_in_front_is_refused_until_members_are_rekeyed(
    database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "data.key"
    await open_keys(database, path=path, secret=f"1:{ONE}")
    with pytest.raises(KeyRefused, match="key number 1"):
        await open_keys(database, path=path, secret=f"2:{TWO}\n1:{ONE}")
    await open_keys(database, path=path, secret=f"1:{ONE},2:{TWO}")


async def test_the_database_knows_a_fingerprint_and_no_key(database: Database, tmp_path: Path) -> None:
    keys = await open_keys(database, path=tmp_path / "data.key", secret=ONE)
    async with database.read() as connection:
        stored = (await connection.scalars(select(installation.c.value))).all()
    assert stored == [keys.newest.fingerprint]
    key = keys.newest
    assert not any(part.hex().startswith(key.fingerprint) for part in (key.secret, key.naming, key.sealing))


def test_keys_are_read_with_numbers_and_comments_in_either_alphabet() -> None:
    urlsafe = base64.urlsafe_b64encode(b"\xff" * 32).decode().rstrip("=")
    read = parse_keys(f"# a comment, with a comma\r\n 7:{ONE}  # newest\n\n1:{urlsafe}\n")
    assert [key.number for key in read.ring] == [7, 1]
    assert read.newest.secret == bytes(range(32))
    assert read.ring[1].secret == b"\xff" * 32


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# only a comment",
        "correct horse battery staple",
        "c2hvcnQ=",
        f"0:{ONE}",
        f"256:{ONE}",
        f"x:{ONE}",
        f"1:{ONE},1:{TWO}",
        f"{ONE}é",
    ],
)
def test_what_is_no_key_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(KeyRefused) as caught:
        parse_keys(text)
    assert not any(word in str(caught.value) for word in ("horse", "c2hvcnQ", ONE))


def test_a_key_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data.key").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(KeyRefused, match="not text"):
        read_keys(tmp_path / "data.key")


def test_no_secret_is_in_the_text_of_a_key() -> None:
    shown = repr(Keys((Key(number=1, secret=b"canary-canary-canary-canary-1234"),)))
    assert "canary" not in shown


def test_the_parts_of_a_key_are_fixed_for_ever() -> None:
    """Known answers: whoever changes a derivation makes every member of every installation a stranger."""
    key = parse_keys(ONE).newest
    assert key.fingerprint == "d12e5b9514014800"
    assert key.naming.hex()[:16] == "86deb3fae4ee60f8"
    assert key.sealing.hex()[:16] == "72eb26a6db1b590e"
