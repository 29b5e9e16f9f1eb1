"""Editors of an installation for tests: an owner by the settings, and helpers to act as somebody."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bot.editing.office import Office, open_office
from bot.editing.people import Changed
from bot.editing.roles import Role
from bot.members.service import UpdateRef
from tests.support.members import House

OWNER, PUBLISHER, STRANGER = 900, 901, 666


@dataclass(frozen=True, slots=True)
class Bureau:
    """An office in a house, with one owner and one publisher by the settings."""

    house: House
    office: Office

    async def add(self, telegram_id: int, role: Role) -> Changed:
        """The owner adds somebody."""
        return await self.office.staff.add(OWNER, telegram_id, role, ref=None)

    async def role(self, telegram_id: int) -> Role | None:
        """What somebody is."""
        actor = await self.office.editors.actor(telegram_id)
        return actor.role if actor else None


def ref(update_id: int) -> UpdateRef:
    """An update of the bot."""
    return UpdateRef(bot_id=1, update_id=update_id)


def bureau_in(house: House, *, owners: tuple[int, ...] = (OWNER,), editors: tuple[int, ...] = ()) -> Bureau:
    """An office with these people by the settings."""
    office = open_office(
        house.database, house.identity, house.members, clock=house.clock, editors=editors, owners=owners
    )
    return Bureau(house, office)


@pytest.fixture
def bureau(house: House) -> Bureau:
    """An office on each kind of database."""
    return bureau_in(house, editors=(PUBLISHER,))
