"""Proposals from their first word to their approval; publishing is `bot.editing.publishing`.

Every method that changes something does so once for each update, and asks for the right in the transaction
that changes. All raise `StorageDown` when the database does not answer, and `NotAllowed` when whoever asks is
no editor.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.editing import proposal_store as store
from bot.editing.blobs import blob_name, load_blobs, store_blobs
from bot.editing.checking import Report
from bot.editing.desk import Asker, Desk, Outcome, Refused
from bot.editing.findings import read_findings, write_findings
from bot.editing.machine import ENDED, Act, State, Why, is_seen
from bot.editing.proposal import MAX_REASON, Changes, Dialogue, Kind, Proposal
from bot.editing.revisions import Files, Revisions
from bot.editing.roles import NotAllowed, Right
from bot.editing.tidings import Tiding
from bot.members.store import Repeated
from bot.ops.failpoints import hit
from bot.storage.engine import Database

DIALOGUE_KEPT: Final = timedelta(hours=1)
"""How long the next message is taken for what was asked for."""
WAITING: Final = tuple(state for state in State if state not in {*ENDED, State.REJECTED})
"""States in which somebody still has to do something."""
_ENTRIES_NOTED: Final = 8


@dataclass(frozen=True, slots=True)
class Workspace:
    """What an editor works on.

    Attributes:
        base: the number of the revision that it stands on.
        before: the files of that revision.
        files: the files as they are with the draft.
        draft: the draft that the next change goes into; None begins one.
    """

    base: int
    before: Files
    files: Files
    draft: Proposal | None = None


class Proposals:
    """The proposals of one installation.

    Args:
        desk: rights, rules and rows of every act.
        database: migrated.
        revisions: what proposals stand on.
    """

    def __init__(self, desk: Desk, database: Database, revisions: Revisions) -> None:
        self._desk = desk
        self._database = database
        self._revisions = revisions

    async def get(self, number: int) -> Proposal | None:
        """A proposal by its number."""
        async with self._database.read() as connection:
            return await store.get(connection, number)

    async def waiting(self, *, limit: int = 20) -> tuple[Proposal, ...]:
        """Proposals for which somebody has to do something, without drafts; what changed last first."""
        states = [state for state in WAITING if state is not State.DRAFT]
        async with self._database.read() as connection:
            return await store.find(connection, states=states, limit=limit)

    async def published(self, *, limit: int = 1000) -> tuple[Proposal, ...]:
        """What was published, the newest first."""
        async with self._database.read() as connection:
            return await store.find(connection, states=[State.PUBLISHED], limit=limit)

    async def approvers(self, proposal: Proposal) -> tuple[str, ...]:
        """How others see those who approved exactly what it is now."""
        async with self._database.read() as connection:
            said = await store.verdicts(connection, proposal.number, store.APPROVE, proposal.content)
        return tuple(label for _, label in said)

    async def is_approved(self, proposal: Proposal) -> bool:
        """Whether what it is now was approved by somebody who counts."""
        async with self._database.read() as connection:
            standing = await self._desk.standing(connection, proposal, lock=False)
            alone = await self._desk.editors.count_publishing(connection) <= 1
        return is_seen(standing, alone=alone)

    async def alone(self) -> bool:
        """Whether the installation has a single editor, who may approve their own."""
        async with self._database.read() as connection:
            return await self._desk.editors.count_publishing(connection) <= 1

    async def files(self, proposal: Proposal) -> Files:
        """The files as the proposal would have them, on the revision that it was made on."""
        async with self._database.read() as connection:
            base = await self._revisions.files_in(connection, proposal.base)
            blobs = await load_blobs(connection, {name for name in proposal.changes.values() if name})
        return apply_changes(base, proposal.changes, blobs)

    async def dialogue(self, telegram_id: int) -> Dialogue | None:
        """What an editor is in the middle of; None when that was too long ago."""
        member_id = self._desk.editors.identity.member_id(telegram_id)
        async with self._database.read() as connection:
            found = await store.read_dialogue(connection, member_id)
        if found is None or self._desk.clock.now() - found.at > DIALOGUE_KEPT:
            return None
        return found

    async def expect(self, asker: Asker, awaiting: str, *, proposal: int | None = None) -> None:
        """Note what the editor's next message will be, once for each update.

        Args:
            asker: who.
            awaiting: see `Dialogue`; "" for nothing.
            proposal: the draft that it goes into.
        """
        try:
            async with self._desk.sit(asker, "awaiting") as sitting:
                await store.write_dialogue(
                    sitting.connection,
                    sitting.actor.member_id,
                    awaiting=awaiting,
                    proposal=proposal,
                    now=sitting.now,
                )
        except Repeated:
            return

    async def workspace(self, telegram_id: int) -> Workspace:
        """What the editor's next change goes into: the draft they are at, or the newest revision."""
        dialogue = await self.dialogue(telegram_id)
        number = dialogue.proposal if dialogue else None
        draft = await self.get(number) if number is not None else None
        member_id = self._desk.editors.identity.member_id(telegram_id)
        if draft is None or draft.state is not State.DRAFT or draft.author_id != member_id:
            newest = await self._revisions.newest()
            files = await self._revisions.files(newest.number)
            return Workspace(newest.number, files, files)
        before = await self._revisions.files(draft.base)
        return Workspace(draft.base, before, await self.files(draft), draft)

    async def keep(
        self,
        asker: Asker,
        workspace: Workspace,
        after: Files,
        report: Report,
        *,
        kind: Kind = Kind.EDIT,
        reason: str | None = None,
    ) -> Outcome:
        """Keep a change that was checked and has no errors, as a draft.

        Args:
            asker: who.
            workspace: what it was made on.
            after: the files with it.
            report: of the check of `workspace.before` against `after`.
            kind: see `Kind`.
            reason: for a rollback, to which revision.
        """
        if report.hash is None:
            raise ValueError("what has errors is not kept")
        changes, contents = changes_between(workspace.before, after)
        summary = write_findings(report)
        try:
            async with self._desk.sit(asker, "proposal") as sitting:
                if kind is Kind.ROLLBACK and not sitting.actor.may(Right.ROLL_BACK):
                    raise NotAllowed(Right.ROLL_BACK, sitting.actor.role)
                await store_blobs(sitting.connection, contents)
                if workspace.draft is None:
                    number = await store.add(
                        sitting.connection,
                        kind=kind,
                        base=workspace.base,
                        author_id=sitting.actor.member_id,
                        author=sitting.actor.label,
                        changes=changes,
                        entries=report.entries,
                        summary=summary,
                        reason=reason,
                        now=sitting.now,
                    )
                else:
                    number = workspace.draft.number
                    # Two changes at once: the second would be made on what the first one left behind.
                    await self._desk.take(sitting, number, Act.CHANGE, mark=None)
                    await self._replace(sitting.connection, workspace, changes, report, sitting.now)
                hit("proposals.draft-written")
                await store.write_dialogue(
                    sitting.connection,
                    sitting.actor.member_id,
                    awaiting="",
                    proposal=number,
                    now=sitting.now,
                )
                made = await store.get(sitting.connection, number)
                assert made is not None  # noqa: S101 - it was just written
                begun = workspace.draft is None
                await self._desk.note(sitting, "begin" if begun else "change", made, _noted(report.entries))
                return Outcome(made)
        except Repeated:
            dialogue = await self.dialogue(asker.telegram_id)
            found = dialogue.proposal if dialogue else None
            return Outcome(await self.get(found) if found is not None else None)
        except Refused as refused:
            return Outcome(refused.proposal, refused.why)

    async def act(
        self, asker: Asker, number: int, act: Act, *, mark: str | None = None, reason: str | None = None
    ) -> Outcome:
        """Send for review, withdraw, approve, reject, or take from the schedule.

        Args:
            asker: who.
            number: of the proposal.
            act: what; `PUBLISH` and `SCHEDULE` have methods of their own.
            mark: the first digits of the content that was looked at.
            reason: why, for a rejection.
        """
        try:
            async with self._desk.sit(asker, f"proposal {number}") as sitting:
                proposal, came = await self._desk.take(sitting, number, act, mark=mark)
                if act is Act.SUBMIT:
                    _without_errors(proposal)
                own = proposal.author_id == sitting.actor.member_id
                if act in {Act.APPROVE, Act.REJECT}:
                    await store.add_verdict(
                        sitting.connection,
                        number,
                        member_id=sitting.actor.member_id,
                        reviewer=sitting.actor.label,
                        verdict=store.APPROVE if act is Act.APPROVE else store.REJECT,
                        content=proposal.content,
                        now=sitting.now,
                    )
                await store.set_state(
                    sitting.connection,
                    number,
                    came,
                    now=sitting.now,
                    reason=reason[:MAX_REASON] if reason else None,
                )
                hit("proposals.state-written")
                if (tiding := _TIDINGS.get(came)) is not None:
                    await self._desk.tell(sitting, tiding, proposal)
                await self._desk.note(
                    sitting,
                    act.value,
                    proposal,
                    _noted(proposal.entries),
                    alone=own and act is Act.APPROVE,
                )
        except Repeated:
            pass
        except Refused as refused:
            return Outcome(refused.proposal, refused.why)
        return Outcome(await self.get(number))

    async def reopen(self, asker: Asker, number: int) -> Outcome:
        """Take a proposal back to work on it: it is a draft again, and what was approved is not any more."""
        try:
            async with self._desk.sit(asker, f"proposal {number}") as sitting:
                proposal, came = await self._desk.take(sitting, number, Act.CHANGE)
                _without_conflict(proposal)
                if proposal.state is not came:
                    await store.set_state(sitting.connection, number, came, now=sitting.now)
                    await self._desk.note(sitting, "take back", proposal)
                await store.write_dialogue(
                    sitting.connection,
                    sitting.actor.member_id,
                    awaiting="",
                    proposal=number,
                    now=sitting.now,
                )
        except Repeated:
            pass
        except Refused as refused:
            return Outcome(refused.proposal, refused.why)
        return Outcome(await self.get(number))

    async def prune(self, now: datetime) -> None:
        """Forget what editors were in the middle of."""
        async with self._database.write() as connection:
            await store.drop_dialogues(connection, before=now - DIALOGUE_KEPT)

    async def _replace(
        self,
        connection: AsyncConnection,
        workspace: Workspace,
        changes: Changes,
        report: Report,
        now: datetime,
    ) -> None:
        draft = workspace.draft
        assert draft is not None  # noqa: S101 - the caller looked
        present = await store.get(connection, draft.number)
        if present is None or present.content != draft.content:
            raise Refused(Why.CHANGED, present)
        await store.set_content(
            connection,
            draft.number,
            base=workspace.base,
            changes=changes,
            entries=report.entries,
            summary=write_findings(report),
            now=now,
        )


_TIDINGS: Final = {
    State.OPEN: Tiding.OPEN,
    State.APPROVED: Tiding.APPROVED,
    State.REJECTED: Tiding.REJECTED,
}


def changes_between(before: Files, after: Files) -> tuple[Changes, tuple[bytes, ...]]:
    """What differs, and the new contents."""
    changes: dict[str, str | None] = {
        path: blob_name(data) for path, data in after.items() if before.get(path) != data
    }
    changes |= {path: None for path in before if path not in after}
    return changes, tuple(data for path, data in after.items() if path in changes)


def apply_changes(base: Files, changes: Changes, blobs: Files) -> Files:
    """The files of `base` with the changes; `blobs` holds the new contents by their names."""
    kept = {path: data for path, data in base.items() if path not in changes}
    return kept | {path: blobs[name] for path, name in changes.items() if name is not None}


def _noted(entries: Collection[str]) -> dict[str, str | int]:
    shown = sorted(entries)[:_ENTRIES_NOTED]
    return {"entries": " ".join(shown), "more": max(0, len(entries) - len(shown))}


def _without_errors(proposal: Proposal) -> None:
    """What has errors cannot be sent for review."""
    if read_findings(proposal.summary).hash is None:
        raise Refused(Why.TOO_EARLY, proposal)


def _without_conflict(proposal: Proposal) -> None:
    """A conflict is settled first, by laying it on the newest revision."""
    if proposal.state is State.CONFLICTING:
        raise Refused(Why.TOO_EARLY, proposal)
