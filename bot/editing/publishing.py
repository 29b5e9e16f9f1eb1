"""From an approved proposal to a revision that members read: now, or when its time comes.

What was approved is laid on the newest revision and checked again before the transaction begins; inside it
the rights and rules are asked once more, and the newest revision must still be the same. So a crash anywhere
leaves the old revision or the new one, and the audit agrees with it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.editing import proposal_store as store
from bot.editing.blobs import store_blobs
from bot.editing.checking import Report
from bot.editing.desk import Asker, Desk, Outcome, Refused, Sitting
from bot.editing.findings import read_findings, write_findings
from bot.editing.machine import Act, State, Why, decide
from bot.editing.proposal import Changes, Proposal
from bot.editing.proposals import Proposals, changes_between
from bot.editing.rebasing import rebase
from bot.editing.revisions import Files, Revisions, Superseded
from bot.editing.roles import Right
from bot.editing.tidings import Tiding
from bot.knowledge.merge import Conflict
from bot.members.store import Repeated
from bot.ops.failpoints import hit
from bot.storage.engine import Database

log = structlog.get_logger(__name__)

Check = Callable[[Files, Files], Awaitable[Report]]
"""What putting the second files in the place of the first would do."""
Adopt = Callable[[], Awaitable[None]]
"""Brings the newest revision to the members of this process."""
OnPublished = Callable[[AsyncConnection, Collection[str], datetime], Awaitable[object]]
"""Told the entries that a publication changes, inside its transaction."""

_TRIES: Final = 5
"""How often publishing begins anew when somebody else was faster."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A proposal on the newest revision.

    Attributes:
        parent: the number of that revision.
        files: with the proposal's changes.
        changes: against the files of `parent`.
        contents: the new contents.
        report: what the check says of it.
        conflicts: where somebody changed the same lines.
        again: whether reviewers have to look again.
    """

    parent: int
    files: Files
    changes: Changes
    contents: tuple[bytes, ...]
    report: Report
    conflicts: tuple[Conflict, ...] = ()
    again: bool = False


class Publishing:
    """Publishes proposals.

    Args:
        desk: rights, rules and rows.
        database: migrated.
        revisions: what is published.
        proposals: what is to be.
        check: see `Check`.
        adopt: see `Adopt`.
        on_published: see `OnPublished`.
    """

    def __init__(
        self,
        desk: Desk,
        database: Database,
        revisions: Revisions,
        proposals: Proposals,
        *,
        check: Check,
        adopt: Adopt,
        on_published: OnPublished | None = None,
    ) -> None:
        self._on_published = on_published
        self._desk = desk
        self._database = database
        self._revisions = revisions
        self._proposals = proposals
        self._check = check
        self._adopt = adopt

    async def publish(self, asker: Asker, number: int, *, mark: str | None = None) -> Outcome:
        """Publish now, once for each update; afterwards this process answers from it.

        Where the newest revision is another than the one it was approved on, it is laid on that; when
        somebody changed the same entry it goes back to the reviewers, and with a conflict to its author.

        Args:
            asker: who.
            number: of the proposal.
            mark: the first digits of the content that was looked at.
        """
        for _ in range(_TRIES):
            proposal = await self._proposals.get(number)
            if proposal is None:
                return Outcome(None, Why.ENDED)
            ready = await self._prepare(proposal)
            try:
                async with self._desk.sit(asker, f"proposal {number}") as sitting:
                    present, _state = await self._desk.take(sitting, number, Act.PUBLISH, mark=mark)
                    _same(proposal, present)
                    await self._settle(sitting, present, ready)
            except Superseded:
                continue
            except Repeated:
                pass
            except Refused as refused:
                return Outcome(refused.proposal, refused.why)
            return await self._after(number)
        return Outcome(await self._proposals.get(number), Why.CHANGED)

    async def schedule(
        self, asker: Asker, number: int, at: datetime, zone: str, *, mark: str | None = None
    ) -> Outcome:
        """Publish at an instant.

        Args:
            asker: who.
            number: of the proposal.
            at: when; aware.
            zone: the IANA name of the zone in which that was said.
            mark: as in `publish`.
        """
        try:
            async with self._desk.sit(asker, f"proposal {number}") as sitting:
                proposal, came = await self._desk.take(sitting, number, Act.SCHEDULE, mark=mark)
                await store.add_verdict(
                    sitting.connection,
                    number,
                    member_id=sitting.actor.member_id,
                    reviewer=sitting.actor.label,
                    verdict=store.PUBLISH,
                    content=proposal.content,
                    now=sitting.now,
                )
                await store.set_state(
                    sitting.connection, number, came, now=sitting.now, publish_at=at, zone=zone
                )
                hit("proposals.scheduled")
                when = at.isoformat(timespec="minutes")
                await self._desk.note(sitting, "schedule", proposal, {"at": when, "zone": zone})
        except Repeated:
            pass
        except Refused as refused:
            return Outcome(refused.proposal, refused.why)
        return Outcome(await self._proposals.get(number))

    async def publish_due(self) -> int:
        """Publish what is due by the clock; returns how many proposals were looked at.

        Whoever scheduled one must still have the right to publish, and the approval must still count; else it
        waits for a publisher again.
        """
        async with self._database.read() as connection:
            numbers = await store.due(connection, self._desk.clock.now())
        for number in numbers:
            try:
                await self._publish_due(number)
            except Superseded:  # the next look takes it up again
                log.info("publication_waits", proposal=number)
        return len(numbers)

    async def rebase(self, asker: Asker, number: int) -> Outcome:
        """Lay the author's proposal on the newest revision; where both changed the same lines, theirs stays.

        It is a draft then, for they have to look at it, and others too.
        """
        proposal = await self._proposals.get(number)
        if proposal is None:
            return Outcome(None, Why.ENDED)
        ready = await self._prepare(proposal)
        try:
            async with self._desk.sit(asker, f"proposal {number}") as sitting:
                present, came = await self._desk.take(sitting, number, Act.CHANGE)
                _same(proposal, present)
                await self._put(sitting, present, ready)
                await store.set_state(sitting.connection, number, came, now=sitting.now)
                await store.write_dialogue(
                    sitting.connection,
                    sitting.actor.member_id,
                    awaiting="",
                    proposal=number,
                    now=sitting.now,
                )
                await self._desk.note(
                    sitting, "rebase", present, {"onto": ready.parent, "conflicts": len(ready.conflicts)}
                )
        except Repeated:
            pass
        except Superseded:
            return Outcome(await self._proposals.get(number), Why.CHANGED)
        except Refused as refused:
            return Outcome(refused.proposal, refused.why)
        return Outcome(await self._proposals.get(number))

    async def conflicts(self, proposal: Proposal) -> tuple[Conflict, ...]:
        """Where a proposal and what was published since changed the same lines."""
        newest = await self._revisions.newest()
        base = await self._revisions.files(proposal.base)
        files = await self._revisions.files(newest.number)
        return rebase(base, await self._proposals.files(proposal), files).conflicts

    async def _publish_due(self, number: int) -> None:
        proposal = await self._proposals.get(number)
        if proposal is None:
            return
        ready = await self._prepare(proposal)
        async with self._database.write() as connection:
            present = await store.get(connection, number, lock=True)
            now = self._desk.clock.now()
            if present is None or present.state is not State.SCHEDULED:
                return
            if present.publish_at is None or present.publish_at > now or present.content != proposal.content:
                return
            said = await store.verdicts(connection, number, store.PUBLISH, present.content)
            actor = await self._desk.editors.find(connection, said[-1][0], lock=True) if said else None
            alone = await self._desk.editors.count_publishing(connection) <= 1
            standing = await self._desk.standing(connection, present)
            if actor is None or not actor.may(Right.PUBLISH):
                await self._unschedule(connection, present, State.APPROVED, now, "no right any more")
            elif isinstance(decide(standing, Act.PUBLISH, actor, alone=alone), Why):
                await self._unschedule(connection, present, State.OPEN, now, "no approval any more")
            else:
                await self._settle(Sitting(connection, actor, now, alone), present, ready, by_itself=True)
        await self._after(number)

    async def _unschedule(
        self, connection: AsyncConnection, proposal: Proposal, state: State, now: datetime, why: str
    ) -> None:
        await store.set_state(connection, proposal.number, state, now=now)
        tiding = Tiding.OPEN if state is State.OPEN else Tiding.APPROVED
        await self._desk.tell_all(connection, tiding, proposal, by=None, now=now)
        await self._desk.audit.note(
            connection, None, "unschedule", f"proposal {proposal.number}", {"why": why}, now=now
        )

    async def _prepare(self, proposal: Proposal) -> Ready:
        newest = await self._revisions.newest()
        mine = await self._proposals.files(proposal)
        base = await self._revisions.files(proposal.base)
        if newest.number == proposal.base:
            known = read_findings(proposal.summary)
            report = known if known.hash else await self._check(base, mine)
            changes, contents = changes_between(base, mine)
            return Ready(newest.number, mine, changes, contents, report)
        files = await self._revisions.files(newest.number)
        rebased = rebase(base, mine, files)
        changes, contents = changes_between(files, rebased.files)
        report = await self._check(files, rebased.files)
        return Ready(
            newest.number,
            rebased.files,
            changes,
            contents,
            report,
            conflicts=rebased.conflicts,
            again=rebased.overlaps,
        )

    async def _settle(
        self, sitting: Sitting, proposal: Proposal, ready: Ready, *, by_itself: bool = False
    ) -> None:
        """Publish, or give back to the reviewers or the author."""
        newest = await self._revisions.newest_in(sitting.connection)
        if newest.number != ready.parent:
            raise Superseded(f"revision {newest.number} is the newest one")
        if ready.conflicts or ready.report.hash is None:
            await self._give_back(sitting, proposal, ready)
        elif ready.again:
            await self._put(sitting, proposal, ready)
            await store.set_state(sitting.connection, proposal.number, State.OPEN, now=sitting.now)
            changed = replace(proposal, changes=ready.changes)
            await self._desk.tell(sitting, Tiding.OPEN, changed, by_itself=True)
            await self._desk.note(sitting, "review again", proposal, {"onto": ready.parent})
        else:
            await self._make(sitting, proposal, ready, ready.report.hash, by_itself=by_itself)

    async def _make(
        self, sitting: Sitting, proposal: Proposal, ready: Ready, hash_: str, *, by_itself: bool
    ) -> None:
        if ready.parent != proposal.base:
            await self._put(sitting, proposal, ready)
        revision = await self._revisions.publish(
            sitting.connection,
            ready.files,
            hash=hash_,
            parent=ready.parent,
            kind="rollback" if proposal.kind.value == "rollback" else "edit",
            proposal=proposal.number,
            now=sitting.now,
        )
        await store.set_state(
            sitting.connection,
            proposal.number,
            State.PUBLISHED,
            now=sitting.now,
            revision=revision.number,
        )
        hit("proposals.publication-written")
        if self._on_published is not None:
            entries = ready.report.entries or proposal.entries
            await self._on_published(sitting.connection, entries, sitting.now)
        await self._desk.tell(sitting, Tiding.PUBLISHED, proposal, by_itself=by_itself)
        detail: dict[str, str | int] = {"revision": revision.number, "hash": revision.short}
        if by_itself:
            detail["scheduled"] = 1
        own = sitting.alone and proposal.author_id == sitting.actor.member_id
        await self._desk.note(sitting, "publish", proposal, detail, alone=own)

    async def _give_back(self, sitting: Sitting, proposal: Proposal, ready: Ready) -> None:
        """To its author. With a conflict its own text stays as it is; else the check says what is wrong."""
        if not ready.conflicts:
            await self._put(sitting, proposal, ready)
        await store.set_state(sitting.connection, proposal.number, State.CONFLICTING, now=sitting.now)
        await self._desk.tell(sitting, Tiding.CONFLICTING, proposal, by_itself=True)
        detail: dict[str, str | int] = {"onto": ready.parent, "conflicts": len(ready.conflicts)}
        await self._desk.note(sitting, "conflict", proposal, detail | {"errors": ready.report.errors})

    async def _put(self, sitting: Sitting, proposal: Proposal, ready: Ready) -> None:
        """Write a proposal as it is on the newest revision."""
        await store_blobs(sitting.connection, ready.contents)
        await store.set_content(
            sitting.connection,
            proposal.number,
            base=ready.parent,
            changes=ready.changes,
            entries=ready.report.entries or proposal.entries,
            summary=write_findings(ready.report),
            now=sitting.now,
        )
        if not ready.again and not ready.conflicts:
            new = replace(proposal, changes=ready.changes).content
            await store.carry_approvals(
                sitting.connection, proposal.number, old=proposal.content, new=new, now=sitting.now
            )
        hit("proposals.laid-on-newest")

    async def _after(self, number: int) -> Outcome:
        hit("proposals.published")
        proposal = await self._proposals.get(number)
        if proposal is not None and proposal.state is State.PUBLISHED:
            await self._adopt()
        return Outcome(proposal)


def _same(looked_at: Proposal, present: Proposal) -> None:
    """What was prepared outside must be what is there inside."""
    if (looked_at.content, looked_at.base) != (present.content, present.base):
        raise Superseded("the proposal was changed meanwhile")
