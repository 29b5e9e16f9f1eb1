"""Who may do what: settings, rows, invitations, and removals that take effect at once."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import insert, select

from bot.editing.audit import Audit, verify_stored
from bot.editing.people import Change, Invitation
from bot.editing.roles import NotAllowed, Right, Role, least_role
from bot.storage.tables import audit, editing_dialogues, editors, invitations
from tests.editing.people import OWNER, PUBLISHER, STRANGER, Bureau, bureau, bureau_in, ref
from tests.support.members import House

__all__ = ["bureau"]

ANNA, BEN, CARA = 1001, 1002, 1003


def test_each_role_may_do_all_that_the_ones_before_may() -> None:
    rights = [{right for right in Right if role.may(right)} for role in Role]
    assert all(fewer < more for fewer, more in pairwise(rights))
    assert rights[0] == {Right.PROPOSE, Right.SEE_QUEUE}
    assert least_role(Right.PUBLISH) is Role.PUBLISHER
    assert rights[-1] == set(Right)


async def test_the_settings_name_publishers_and_owners(bureau: Bureau) -> None:
    assert await bureau.role(OWNER) is Role.OWNER
    assert await bureau.role(PUBLISHER) is Role.PUBLISHER
    assert await bureau.role(STRANGER) is None


async def test_a_label_is_no_id_and_stays_the_same(bureau: Bureau) -> None:
    await bureau.add(ANNA, Role.AUTHOR)
    actor = await bureau.office.editors.actor(ANNA)
    assert actor is not None
    assert actor.label.startswith("editor 1 (")
    assert str(ANNA) not in actor.label
    assert actor.member_id.hex()[:8] not in actor.label


async def test_whoever_lacks_the_right_is_refused_in_the_transaction(bureau: Bureau) -> None:
    await bureau.add(ANNA, Role.REVIEWER)
    async with bureau.house.database.write() as connection:
        assert (await bureau.office.editors.require(connection, ANNA, Right.REVIEW)).role is Role.REVIEWER
        with pytest.raises(NotAllowed) as refused:
            await bureau.office.editors.require(connection, ANNA, Right.PUBLISH)
        assert refused.value.role is Role.REVIEWER
        with pytest.raises(NotAllowed) as refused:
            await bureau.office.editors.require(connection, STRANGER, Right.PROPOSE)
        assert refused.value.role is None


async def test_only_owners_change_editors(bureau: Bureau) -> None:
    await bureau.add(ANNA, Role.PUBLISHER)
    staff = bureau.office.staff
    for telegram_id in (ANNA, PUBLISHER, STRANGER):
        with pytest.raises(NotAllowed):
            await staff.add(telegram_id, BEN, Role.AUTHOR, ref=None)
        with pytest.raises(NotAllowed):
            await staff.set_role(telegram_id, Role.OWNER, ref=None, telegram_id=telegram_id)
        with pytest.raises(NotAllowed):
            await staff.remove(telegram_id, ref=None, telegram_id=ANNA)
        with pytest.raises(NotAllowed):
            await bureau.office.invitations.invite(telegram_id, Role.AUTHOR, ref=None)
        with pytest.raises(NotAllowed):
            await staff.list(telegram_id)
    assert await bureau.role(ANNA) is Role.PUBLISHER
    assert await bureau.role(BEN) is None


async def test_a_removal_takes_effect_at_once_and_ends_what_is_being_edited(bureau: Bureau) -> None:
    await bureau.add(ANNA, Role.PUBLISHER)
    member_id = bureau.house.identity.member_id(ANNA)
    async with bureau.house.database.write() as connection:
        await connection.execute(
            insert(editing_dialogues).values(
                member_id=member_id, awaiting="step", at=bureau.house.clock.now()
            )
        )
    changed = await bureau.office.staff.remove(OWNER, ref=None, telegram_id=ANNA)
    assert changed.change is Change.DONE
    assert await bureau.role(ANNA) is None
    async with bureau.house.database.write() as connection:
        with pytest.raises(NotAllowed):
            await bureau.office.editors.require(connection, ANNA, Right.PROPOSE)
        assert (await connection.execute(select(editing_dialogues))).all() == []


async def test_somebody_removed_can_come_back_under_the_same_number(bureau: Bureau) -> None:
    first = await bureau.add(ANNA, Role.AUTHOR)
    await bureau.office.staff.remove(OWNER, ref=None, telegram_id=ANNA)
    again = await bureau.add(ANNA, Role.REVIEWER)
    assert first.person is not None
    assert again.person is not None
    assert (again.person.number, again.person.role) == (first.person.number, Role.REVIEWER)


async def test_what_the_settings_give_cannot_be_taken_in_the_chat(bureau: Bureau) -> None:
    staff = bureau.office.staff
    await bureau.office.staff.welcome(PUBLISHER)
    for telegram_id in (OWNER, PUBLISHER):
        assert (await staff.remove(OWNER, ref=None, telegram_id=telegram_id)).change is Change.FROM_SETTINGS
        changed = await staff.set_role(OWNER, Role.AUTHOR, ref=None, telegram_id=telegram_id)
        assert changed.change is Change.FROM_SETTINGS
    assert (await staff.set_role(OWNER, Role.OWNER, ref=None, telegram_id=PUBLISHER)).change is Change.DONE
    assert await bureau.role(PUBLISHER) is Role.OWNER
    changed = await staff.set_role(OWNER, Role.PUBLISHER, ref=None, telegram_id=PUBLISHER)
    assert (changed.change, await bureau.role(PUBLISHER)) == (Change.DONE, Role.PUBLISHER)


async def test_somebody_whom_the_settings_name_no_longer_has_nothing_from_the_row_of_welcome(
    house: House,
) -> None:
    before = bureau_in(house, editors=(PUBLISHER,))
    await before.office.staff.welcome(PUBLISHER)
    assert await bureau_in(house).role(PUBLISHER) is None


async def test_the_last_owner_stays_one(house: House) -> None:
    bureau = bureau_in(house)
    await bureau.add(ANNA, Role.OWNER)
    later = bureau_in(house, owners=())
    assert (await later.office.staff.remove(ANNA, ref=None, telegram_id=ANNA)).change is Change.LAST_OWNER
    changed = await later.office.staff.set_role(ANNA, Role.AUTHOR, ref=None, telegram_id=ANNA)
    assert changed.change is Change.LAST_OWNER
    assert await later.role(ANNA) is Role.OWNER


async def test_two_owners_who_remove_each_other_leave_one(house: House) -> None:
    bureau = bureau_in(house)
    await bureau.add(ANNA, Role.OWNER)
    await bureau.add(BEN, Role.OWNER)
    later = bureau_in(house, owners=())

    async def remove(by: int, whom: int) -> Change | None:
        try:
            return (await later.office.staff.remove(by, ref=None, telegram_id=whom)).change
        except NotAllowed:
            return None

    done = await asyncio.gather(remove(ANNA, BEN), remove(BEN, ANNA))
    assert sorted(str(one) for one in done) == ["None", "done"]
    assert [await later.role(ANNA), await later.role(BEN)].count(Role.OWNER) == 1


async def test_a_repeated_message_changes_nothing(bureau: Bureau) -> None:
    staff = bureau.office.staff
    assert (await staff.add(OWNER, ANNA, Role.AUTHOR, ref=ref(1))).change is Change.DONE
    await staff.remove(OWNER, ref=ref(2), telegram_id=ANNA)
    assert (await staff.add(OWNER, ANNA, Role.AUTHOR, ref=ref(1))).change is Change.REPEATED
    assert await bureau.role(ANNA) is None


async def test_editors_are_also_named_by_their_numbers(bureau: Bureau) -> None:
    added = await bureau.add(ANNA, Role.AUTHOR)
    assert added.person is not None
    number = added.person.number
    assert number is not None
    staff = bureau.office.staff
    assert staff.telegram_id(added.person) == ANNA
    changed = await staff.set_role(OWNER, Role.REVIEWER, ref=None, number=number)
    assert changed.person is not None
    assert staff.telegram_id(changed.person) == ANNA
    assert (await staff.remove(OWNER, ref=None, number=number)).change is Change.DONE
    assert (await staff.remove(OWNER, ref=None, number=number)).change is Change.UNKNOWN
    assert (await staff.remove(OWNER, ref=None)).change is Change.UNKNOWN


async def test_whoever_lost_the_right_to_approve_counts_for_a_week(house: House) -> None:
    bureau = bureau_in(house)

    async def able() -> int:
        async with house.database.read() as connection:
            return await bureau.office.editors.count_publishing(connection)

    assert await able() == 1
    await bureau.add(ANNA, Role.REVIEWER)
    await bureau.add(BEN, Role.AUTHOR)
    assert await able() == 2
    await bureau.office.staff.remove(OWNER, ref=None, telegram_id=ANNA)
    await bureau.add(ANNA, Role.AUTHOR)
    assert await able() == 2, "an owner cannot make themselves the only one at once"
    house.clock.instant += timedelta(days=8)
    assert await able() == 1


async def test_every_change_is_in_the_audit_and_no_id_is(bureau: Bureau) -> None:
    await bureau.add(ANNA, Role.AUTHOR)
    await bureau.office.staff.set_role(OWNER, Role.REVIEWER, ref=None, telegram_id=ANNA)
    made = await bureau.office.invitations.invite(OWNER, Role.AUTHOR, ref=None)
    assert isinstance(made, Invitation)
    await bureau.office.invitations.accept(BEN, made.token, ref=None)
    await bureau.office.staff.remove(OWNER, ref=None, telegram_id=ANNA)
    async with bureau.house.database.read() as connection:
        rows = (await connection.execute(select(audit).order_by(audit.c.number))).all()
        assert (await verify_stored(connection, Audit())).bad is None
    assert [row.action for row in rows] == [
        "editor add",
        "editor role",
        "invite",
        "invitation taken",
        "editor remove",
    ]
    shown = str([tuple(row) for row in rows])
    assert made.token not in shown
    numbers = re.findall(r"(?<!\w)[0-9]+(?!\w)", shown)  # digits inside of a hash are nobody's number
    assert not {str(ANNA), str(BEN), str(OWNER)}.intersection(numbers)
    ids = [bureau.house.identity.member_id(one).hex() for one in (ANNA, BEN, OWNER)]
    assert not any(one in shown for one in ids)


async def test_an_invitation_works_once_and_for_a_day(bureau: Bureau) -> None:
    invite, accept = bureau.office.invitations.invite, bureau.office.invitations.accept
    made = await invite(OWNER, Role.REVIEWER, ref=None)
    assert isinstance(made, Invitation)
    assert len(made.token) == 22
    actor = await accept(ANNA, made.token, ref=ref(5))
    assert actor is not None
    assert actor.role is Role.REVIEWER
    assert await accept(BEN, made.token, ref=ref(6)) is None
    again = await accept(ANNA, made.token, ref=ref(5))
    assert again is None or again.role is Role.REVIEWER
    late = await invite(OWNER, Role.REVIEWER, ref=None)
    assert isinstance(late, Invitation)
    bureau.house.clock.instant += timedelta(hours=24, seconds=1)
    assert await accept(BEN, late.token, ref=None) is None
    assert await bureau.role(BEN) is None


@pytest.mark.parametrize("token", ["", "x", "A" * 22, "linkedin_opt-out", "Ä" * 22, "A" * 23])
async def test_a_made_up_token_is_nothing(bureau: Bureau, token: str) -> None:
    await bureau.office.invitations.invite(OWNER, Role.AUTHOR, ref=None)
    assert await bureau.office.invitations.accept(STRANGER, token, ref=None) is None


async def test_of_two_who_take_the_same_link_at_once_one_gets_it(bureau: Bureau) -> None:
    made = await bureau.office.invitations.invite(OWNER, Role.AUTHOR, ref=None)
    assert isinstance(made, Invitation)
    taken = await asyncio.gather(
        *(bureau.office.invitations.accept(one, made.token, ref=None) for one in (ANNA, BEN, CARA))
    )
    assert sum(one is not None for one in taken) == 1


async def test_only_the_hash_of_a_token_is_stored(bureau: Bureau) -> None:
    made = await bureau.office.invitations.invite(OWNER, Role.AUTHOR, ref=None)
    assert isinstance(made, Invitation)
    async with bureau.house.database.read() as connection:
        rows = [tuple(row) for row in await connection.execute(select(invitations))]
    assert made.token not in str(rows)


async def test_links_of_an_owner_who_was_removed_are_worth_nothing(bureau: Bureau) -> None:
    await bureau.add(ANNA, Role.OWNER)
    made = await bureau.office.invitations.invite(ANNA, Role.PUBLISHER, ref=None)
    assert isinstance(made, Invitation)
    await bureau.office.staff.remove(OWNER, ref=None, telegram_id=ANNA)
    assert await bureau.office.invitations.accept(BEN, made.token, ref=None) is None


async def test_a_link_that_gives_no_more_than_there_is_stays_for_somebody_else(bureau: Bureau) -> None:
    made = await bureau.office.invitations.invite(OWNER, Role.AUTHOR, ref=None)
    assert isinstance(made, Invitation)
    assert await bureau.office.invitations.accept(PUBLISHER, made.token, ref=None) is None
    assert await bureau.office.invitations.accept(ANNA, made.token, ref=None) is not None


async def test_a_limited_number_of_links_waits(bureau: Bureau) -> None:
    for _number in range(20):
        assert isinstance(await bureau.office.invitations.invite(OWNER, Role.AUTHOR, ref=None), Invitation)
    full = await bureau.office.invitations.invite(OWNER, Role.AUTHOR, ref=None)
    assert not isinstance(full, Invitation)
    assert full.change is Change.FULL
    await bureau.office.prune(bureau.house.clock.now() + timedelta(days=31))
    async with bureau.house.database.read() as connection:
        assert (await connection.execute(select(invitations))).all() == []


async def test_an_editor_who_is_forgotten_loses_the_role_and_what_is_sealed(bureau: Bureau) -> None:
    await bureau.add(ANNA, Role.OWNER)
    made = await bureau.office.invitations.invite(ANNA, Role.AUTHOR, ref=None)
    assert isinstance(made, Invitation)
    export = await bureau.house.members.export(ANNA)
    assert {"editors", "invitations"} <= set(export.rows)
    await bureau.house.members.forget(ANNA, update=None)
    assert await bureau.role(ANNA) is None
    assert await bureau.office.invitations.accept(BEN, made.token, ref=None) is None
    async with bureau.house.database.read() as connection:
        assert (await connection.execute(select(editors))).all() == []
