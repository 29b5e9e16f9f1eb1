"""Members of an installation, on both databases, with a clock that stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from bot.members.erasures import ErasureRegister
from bot.members.identity import Identity
from bot.members.keys import open_keys
from bot.members.service import Members, UpdateRef
from bot.storage.engine import Database
from tests.support.databases import NOW


class StandingClock:
    """A clock that only moves when told."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def now(self) -> datetime:
        """The set instant."""
        return self.instant


@dataclass(frozen=True, slots=True)
class House:
    """Everything that belongs to the members of one installation."""

    members: Members
    identity: Identity
    database: Database
    clock: StandingClock
    register: ErasureRegister
    data_dir: Path

    async def choose(self, telegram_id: int, update_id: int = 1, language: str = "de") -> bool:
        """A member chooses a language."""
        return await self.members.change(
            telegram_id,
            chat_id=telegram_id,
            update=UpdateRef(bot_id=1, update_id=update_id),
            screen="language",
            language=language,
        )


async def furnish(database: Database, data_dir: Path) -> House:
    """A house on a migrated database; the key is made when it is not there."""
    keys = await open_keys(database, path=data_dir.with_name("data.key"))
    identity, clock = Identity(keys), StandingClock(NOW)
    register = ErasureRegister(data_dir.with_name("data.erased"))
    members = Members(database, identity, clock=clock, register=register)
    return House(members, identity, database, clock, register, data_dir)


@pytest.fixture
async def house(database: Database, data_dir: Path) -> House:
    """A house on each kind of database."""
    return await furnish(database, data_dir)
