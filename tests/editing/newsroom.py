"""Proposals in a house with a small knowledge folder: several editors, the services as the chat has them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from bot.editing.checking import Report
from bot.editing.desk import Asker, Desk, Outcome
from bot.editing.editors import Editors
from bot.editing.edits import change_text
from bot.editing.history import History
from bot.editing.machine import Act
from bot.editing.office import Office, open_office
from bot.editing.proposal import Kind, Proposal
from bot.editing.proposals import Proposals, Workspace
from bot.editing.publishing import Publishing
from bot.editing.revisions import Files, Revisions
from bot.editing.targets import read_target
from bot.knowledge.diff import changed_entries, diff
from bot.knowledge.load import load_files
from bot.members.store import UpdateRef
from tests.editing.folders import SMALL, hash_of
from tests.knowledge.folders import TODAY
from tests.support.members import House

ANNA, BEN, CARL, OWNER = 901, 902, 903, 900
ENTRY = "linkedin.opt-out"


async def quick_check(before: Files, after: Files) -> Report:
    """What `check` finds, without its process and without golden questions."""
    old, new = load_files(before, today=TODAY), load_files(after, today=TODAY)
    assert old.base is not None
    if new.base is None:
        return Report(None, new.problems)
    return Report(
        new.base.revision,
        (),
        differences=diff(old.base, new.base),
        entries=tuple(sorted(changed_entries(old.base, new.base))),
    )


@dataclass(slots=True)
class Newsroom:
    """Everything about proposals of one installation."""

    house: House
    office: Office
    revisions: Revisions
    proposals: Proposals
    publishing: Publishing
    history: History
    adopted: list[int] = field(default_factory=list)
    updates: int = 0

    @property
    def editors(self) -> Editors:
        """Who may do what."""
        return self.office.editors

    def asker(self, who: int, update: int | None = None) -> Asker:
        """Somebody by a new update, or by one that came before."""
        self.updates += 1
        return Asker(who, UpdateRef(bot_id=1, update_id=10_000 + (update or self.updates)))

    async def files(self) -> Files:
        """The files in force."""
        return await self.revisions.files((await self.revisions.newest()).number)

    async def draft(
        self,
        who: int,
        text: str,
        *,
        where: str = "s.w.open-setting.t",
        base: int | None = None,
        asker: Asker | None = None,
    ) -> Proposal:
        """A draft that changes one text, on the newest revision or an older one."""
        number = base or (await self.revisions.newest()).number
        files = await self.revisions.files(number)
        target = read_target(where)
        assert target is not None
        after = change_text(files, ENTRY, "en", target, text)
        outcome = await self.keep(who, Workspace(number, files, files), after, asker=asker)
        assert outcome.proposal is not None
        return outcome.proposal

    async def keep(
        self,
        who: int,
        workspace: Workspace,
        after: Files,
        *,
        asker: Asker | None = None,
        kind: Kind = Kind.EDIT,
    ) -> Outcome:
        """Check and keep a change."""
        report = await quick_check(workspace.before, after)
        return await self.proposals.keep(asker or self.asker(who), workspace, after, report, kind=kind)

    async def act(self, who: int, number: int, act: Act, *, mark: str | None = None) -> Outcome:
        """Do something with a proposal."""
        return await self.proposals.act(self.asker(who), number, act, mark=mark)

    async def publish(self, who: int, number: int, *, mark: str | None = None) -> Outcome:
        """Publish it now."""
        return await self.publishing.publish(self.asker(who), number, mark=mark)

    async def approved(self, author: int, reviewer: int, text: str, **options: str) -> Proposal:
        """A proposal that was sent and approved."""
        made = await self.draft(author, text, **options)  # type: ignore[arg-type]
        await self.act(author, made.number, Act.SUBMIT)
        outcome = await self.act(reviewer, made.number, Act.APPROVE)
        assert outcome.proposal is not None and outcome.why is None
        return outcome.proposal

    async def audited(self) -> list[tuple[str, str]]:
        """Action and subject of every row of the audit, in order."""
        async with self.house.database.read() as connection:
            rows = await self.office.audit.newest(connection, limit=500)
        return [(row.action, row.subject) for row in reversed(rows)]


def newsroom_in(house: House, *, editors: tuple[int, ...], owners: tuple[int, ...] = ()) -> Newsroom:
    """The services in a house, with these people by the settings."""
    office = open_office(
        house.database, house.identity, house.members, clock=house.clock, editors=editors, owners=owners
    )
    revisions = Revisions(house.database)
    desk = Desk(house.members, office.editors, office.audit, clock=house.clock)
    proposals = Proposals(desk, house.database, revisions)
    adopted: list[int] = []

    async def adopt() -> None:
        adopted.append((await revisions.newest()).number)

    publishing = Publishing(desk, house.database, revisions, proposals, check=quick_check, adopt=adopt)
    history = History(house.database, revisions)
    return Newsroom(house, office, revisions, proposals, publishing, history, adopted)


async def release(room: Newsroom) -> None:
    """Revision 1: the small folder."""
    async with room.house.database.write() as connection:
        await room.revisions.publish(
            connection,
            SMALL,
            hash=hash_of(SMALL),
            parent=None,
            kind="release",
            proposal=None,
            now=room.house.clock.now(),
        )


@pytest.fixture
async def newsroom(house: House) -> AsyncIterator[Newsroom]:
    """Three publishers and an owner, on each kind of database."""
    room = newsroom_in(house, editors=(ANNA, BEN, CARL), owners=(OWNER,))
    await release(room)
    yield room


@pytest.fixture
async def lone_newsroom(house: House) -> AsyncIterator[Newsroom]:
    """A single editor."""
    room = newsroom_in(house, editors=(ANNA,))
    await release(room)
    yield room
