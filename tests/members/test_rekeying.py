"""A new key: everybody is who they were, nothing opens with the old one, and a kill loses nobody."""

from __future__ import annotations

import asyncio
import base64
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update

from bot.members import rekeying, store
from bot.members.erasures import ErasureRegister
from bot.members.identity import Identity
from bot.members.keys import KeyRefused, Keys, known_fingerprint, open_keys, parse_keys
from bot.members.profile import Profile
from bot.members.registry import PERSONAL, Sealed
from bot.members.rekeying import rekey
from bot.members.service import Members, UpdateRef
from bot.ops import failpoints
from bot.storage import backing_up, transfer
from bot.storage.backing_up import back_up
from bot.storage.copying import copy_database, name_before_upgrade
from bot.storage.engine import Database
from bot.storage.tables import deliveries, followups, installation, members, metadata
from bot.upkeep import restoring
from tests.support.databases import NOW
from tests.support.members import House, StandingClock, furnish
from tests.support.rows import fill_about

MEMBERS = range(1001, 1008)
STRANGER = 2001
"""Who chose nothing, and so has no row in `members`."""
_SECRETS = [base64.b64encode(bytes([number] * 32)).decode() for number in range(4)]
NEW_LINE = f"2:{_SECRETS[2]}"


@dataclass(frozen=True, slots=True)
class Keyed:
    """An installation seen with some keys."""

    keys: Keys
    identity: Identity
    members: Members


def seen_with(house: House, keys: Keys) -> Keyed:
    identity = Identity(keys)
    made = Members(house.database, identity, clock=StandingClock(NOW), register=house.register)
    return Keyed(keys, identity, made)


def rings(house: House) -> tuple[Keys, Keys]:
    """The keys as they are, and with a new one in front."""
    text = house.data_dir.with_name("data.key").read_text()
    return parse_keys(text), parse_keys(f"{NEW_LINE}\n{text}")


async def settle(house: House, people: Iterable[int] = MEMBERS) -> None:
    """Members with a row of every kind."""
    for number, telegram_id in enumerate(people, start=1):
        await house.choose(telegram_id, 100 * number, f"l{number}")
        member_id = house.identity.member_id(telegram_id)
        boxes = {
            Sealed.CHAT: house.identity.seal_chat(member_id, telegram_id),
            Sealed.PROFILE: house.identity.seal(member_id, Profile().to_bytes()),
            Sealed.TEXT: house.identity.seal(member_id, b"a question"),
        }
        async with house.database.write() as connection:
            for kind in reversed(PERSONAL):
                if not await store.rows_of(connection, kind, member_id):
                    await fill_about(connection, kind, member_id, 100 * number, boxes)


async def exports(house: Keyed, people: Iterable[int] = MEMBERS) -> list[dict[str, object]]:
    """What /mydata would show each member, without the member's name."""
    found: list[dict[str, object]] = []
    for telegram_id in people:
        rows = (await house.members.export(telegram_id)).rows
        found.append(
            {table: [dict(row) | {"member_id": None} for row in some] for table, some in rows.items()}
        )
    return found


async def test_after_it_everybody_has_what_they_had_and_nothing_has_an_old_name(house: House) -> None:
    await settle(house)
    old_ring, new_ring = rings(house)
    before = await exports(seen_with(house, old_ring))
    assert all(len(rows) == len(PERSONAL) for rows in before)
    done = await rekey(house.database, new_ring)
    assert done is not None
    assert (done.moved, done.dropped) == (len(MEMBERS), {})
    only_new = Keys(new_ring.ring[:1])
    assert await exports(seen_with(house, only_new)) == before
    assert await exports(seen_with(house, old_ring)) == [{} for _ in MEMBERS]
    assert await known_fingerprint(house.database) == only_new.newest.fingerprint
    assert (await open_keys(house.database, path=Path("none"), secret=NEW_LINE)) == only_new


async def test_no_old_name_is_left_anywhere_not_even_in_what_makes_a_delivery_unique(house: House) -> None:
    await settle(house, [1, 2])
    name = house.identity.member_id(1)
    key = f"correction:5:{name.hex()}:{name.hex()[:16]}"
    async with house.database.write() as connection:
        mine = deliveries.c.member_id == name
        await connection.execute(update(deliveries).where(mine).values(key=key))
    _, new_ring = rings(house)
    await rekey(house.database, new_ring)
    new = Identity(new_ring).member_id(1).hex()
    async with house.database.read() as connection:
        keys = (await connection.scalars(select(deliveries.c.key))).all()
        everything = [
            value
            for table in metadata.sorted_tables
            for row in await connection.execute(select(table))
            for value in row
        ]
    assert f"correction:5:{new}:{new[:16]}" in keys
    assert name not in everything
    assert Identity(new_ring).member_id(1) in everything
    assert not [text for text in everything if isinstance(text, str) and name.hex()[:16] in text]


async def test_a_second_run_has_nothing_to_do(house: House) -> None:
    await settle(house, [1])
    _, new_ring = rings(house)
    assert await rekey(house.database, new_ring) is not None
    assert await rekey(house.database, new_ring) is None


async def test_rows_of_nobody_known_end_and_those_of_known_editors_are_moved(house: House) -> None:
    await settle(house, [1])
    editor = 3001
    async with house.database.write() as connection:
        for telegram_id in (STRANGER, editor):
            values = {"bot_id": 1, "update_id": 1, "entry": "linkedin.opt-out", "at": NOW}
            member_id = house.identity.member_id(telegram_id)
            await connection.execute(insert(followups).values(member_id=member_id, **values))
    _, new_ring = rings(house)
    done = await rekey(house.database, new_ring, known_ids=[editor])
    assert done is not None
    assert (done.moved, done.dropped) == (2, {"followups": 1})
    async with house.database.read() as connection:
        names = set((await connection.scalars(select(followups.c.member_id))).all())
    assert names == {Identity(new_ring).member_id(telegram_id) for telegram_id in (1, editor)}


async def test_whoever_has_only_a_sealed_chat_of_their_own_is_moved_by_it(house: House) -> None:
    await settle(house, [1])
    async with house.database.write() as connection:
        await connection.execute(delete(members))
    _, new_ring = rings(house)
    done = await rekey(house.database, new_ring)
    assert done is not None
    assert (done.moved, done.dropped) == (1, {})
    assert (await exports(seen_with(house, new_ring), [1]))[0].keys() >= {"overdue", "reminders"}


async def test_members_that_no_key_opens_are_kept_unless_they_are_to_be_dropped(house: House) -> None:
    await settle(house, [1, 2])
    async with house.database.write() as connection:
        name = house.identity.member_id(1)
        await connection.execute(
            update(members).where(members.c.member_id == name).values(sealed_chat=b"\x09" * 37)
        )
    old_ring, new_ring = rings(house)
    with pytest.raises(KeyRefused, match=r"1 members cannot be opened.*Nothing was changed"):
        await rekey(house.database, new_ring)
    assert (await open_keys(house.database, path=house.data_dir.with_name("data.key"))) == old_ring
    done = await rekey(house.database, new_ring, drop_unreadable=True)
    assert done is not None
    assert done.moved == 1
    assert await seen_with(house, new_ring).members.count() == 1


async def test_without_the_old_key_nothing_is_changed(house: House) -> None:
    await settle(house, [1])
    with pytest.raises(KeyRefused, match="not among the keys"):
        await rekey(house.database, parse_keys(f"{NEW_LINE}\n3:{_SECRETS[3]}"))
    assert (await house.members.profile(1)).language == "l1"


async def test_half_way_no_bot_starts_with_either_order_of_keys(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await settle(house)
    old_ring, new_ring = rings(house)
    key_file = house.data_dir.with_name("data.key")

    def stop(step: str) -> None:
        if step == "rekey.moved":
            raise KeyboardInterrupt

    monkeypatch.setattr(rekeying, "hit", stop)
    with pytest.raises(KeyboardInterrupt):
        await rekey(house.database, new_ring)
    text = key_file.read_text()
    for lines in (text, f"{NEW_LINE}\n{text}", f"{text}\n{NEW_LINE}"):
        with pytest.raises(KeyRefused, match="run `advisor members rekey` again"):
            await open_keys(house.database, path=key_file, secret=lines)
    with pytest.raises(KeyRefused, match="put that key first"):
        await rekey(house.database, parse_keys(f"3:{_SECRETS[3]}\n{text}"))
    monkeypatch.setattr(rekeying, "hit", failpoints.hit)
    assert await rekey(house.database, new_ring) is not None
    assert len(await exports(seen_with(house, new_ring))) == len(MEMBERS)
    assert old_ring.newest in new_ring.ring


async def test_copies_from_before_upgrades_go_since_erasure_would_not_find_anybody_in_them(
    sqlite_database: Database, data_dir: Path
) -> None:
    house = await furnish(sqlite_database, data_dir)
    assert house.database.path is not None
    await settle(house, [1])
    copy = name_before_upgrade(house.database.path, "0001", NOW)
    await copy_database(house.database.path, copy)
    done = await rekey(house.database, rings(house)[1])
    assert done is not None
    assert (done.copies, copy.exists()) == (1, False)


async def test_an_erasure_from_after_the_change_reaches_a_backup_from_before_it(
    house: House, tmp_path: Path
) -> None:
    await settle(house, [1, 2])
    _, new_ring = rings(house)
    await rekey(house.database, new_ring)
    after = seen_with(house, new_ring)
    house.clock.instant = NOW + timedelta(minutes=1)
    register = ErasureRegister(house.register.path)
    now_members = Members(house.database, after.identity, clock=house.clock, register=register)
    await now_members.forget(1, update=UpdateRef(1, 9000))
    old = Identity(rings(house)[0])
    async with house.database.write() as connection:  # as if the old backup had come back
        sealed = {"sealed_chat": old.seal_chat(old.member_id(1), 1)}
        sealed |= {"sealed_profile": old.seal(old.member_id(1), Profile().to_bytes())}
        await connection.execute(
            insert(members).values(member_id=old.member_id(1), **sealed, created_at=NOW, seen_on=NOW)
        )
        await connection.execute(
            update(installation)
            .where(installation.c.name == "key_fingerprint")
            .values(value=rings(house)[0].newest.fingerprint)
        )
    await rekey(house.database, new_ring)
    assert await now_members.replay_erasures() == 1
    assert await now_members.count() == 1


STEPS = [step for step in failpoints.OF_UPKEEP if step.startswith("rekey.")]


@pytest.mark.slow
@pytest.mark.parametrize(
    "steps", [["rekey.batch"], pytest.param(STEPS, marks=pytest.mark.long)], ids=["one", "all"]
)
async def test_a_kill_at_any_step_loses_nobody(
    house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, steps: list[str]
) -> None:
    monkeypatch.setattr(rekeying, "_BATCH", 2)
    await settle(house, range(1, 6))
    old_ring, new_ring = rings(house)
    before = await exports(seen_with(house, old_ring), range(1, 6))
    kills = [f"{step}:1" for step in steps] + ["rekey.batch:2"]
    # The kill is a real one, in a process of its own, and the last run ends the work.
    address = house.database.url.render_as_string(hide_password=False)
    keys = f"{NEW_LINE},{old_ring.newest.number}:" + base64.b64encode(old_ring.newest.secret).decode()
    await house.database.close()
    killed = 0
    for kill in [*sorted(kills, key=_place), ""]:
        env = {
            "ADVISOR_DATABASE_URL": address,
            "ADVISOR_SECRET_KEY": keys,
            "ADVISOR_FAILPOINT": kill,
            "ADVISOR_DATA_DIR": str(house.data_dir),
        }
        process = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-c", _SMALL_BATCHES],
            env=os.environ | env,
            capture_output=True,
            check=False,
        )
        killed += process.returncode == failpoints.EXIT_CODE
        assert process.returncode in (0, failpoints.EXIT_CODE), process.stderr.decode()
    assert killed >= len(steps)
    database = Database(address)
    try:
        ended = House(house.members, house.identity, database, house.clock, house.register, house.data_dir)
        assert await exports(seen_with(ended, Keys(new_ring.ring[:1])), range(1, 6)) == before
    finally:
        await database.close()


_SMALL_BATCHES = (
    "from bot.members import rekeying; rekeying._BATCH = 2\n"
    "import sys; sys.argv = ['advisor', 'members', 'rekey']\n"
    "from bot.cli import main; main()\n"
)


def _place(kill: str) -> tuple[int, int]:
    step, _, count = kill.partition(":")
    return STEPS.index(step), int(count)


def test_every_step_of_upkeep_is_in_the_code_and_every_one_of_the_code_is_listed() -> None:
    found: list[str] = []
    for module in (backing_up, transfer, restoring, rekeying):
        assert module.__file__ is not None
        found += re.findall(r'\bhit\("([^"]+)"\)', Path(module.__file__).read_text())
    assert set(found) == set(failpoints.OF_UPKEEP)


async def test_a_backup_names_the_key_of_its_time(house: House, tmp_path: Path) -> None:
    address = house.database.url.render_as_string(hide_password=False)
    old_ring, new_ring = rings(house)
    for number, ring in enumerate((old_ring, new_ring)):
        await rekey(house.database, ring)
        made = await back_up(address, tmp_path / f"b{number}", now=NOW)
        assert made.key_fingerprint == ring.newest.fingerprint
