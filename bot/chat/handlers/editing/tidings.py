"""What editors are told of proposals by themselves: made from what is so when it leaves."""

from __future__ import annotations

from bot.chat.handlers.editing.checking import look_as
from bot.chat.notices import Written
from bot.chat.screens.editing.proposal import proposal_screen
from bot.chat.screens.notices import repeat_mark
from bot.chat.screens.viewer import Viewer
from bot.deliveries.model import Delivery
from bot.editing.bureau import Bureau
from bot.editing.roles import Right
from bot.editing.tidings import Tiding, read_subject


async def write_tiding(bureau: Bureau, delivery: Delivery, viewer: Viewer) -> Written | None:
    """The message about a proposal; None when it is no longer so, or no longer for this person."""
    subject = read_subject(delivery.subject)
    proposal = await bureau.proposals.get(subject.number) if subject else None
    if subject is None or proposal is None or not subject.holds(proposal):
        return None
    async with bureau.database.read() as connection:
        actor = await bureau.desk.editors.find(connection, delivery.member_id, lock=False)
    needed = {Tiding.OPEN: Right.REVIEW, Tiding.APPROVED: Right.PUBLISH}.get(subject.tiding, Right.PROPOSE)
    if actor is None or not actor.may(needed):
        return None
    said = _said(subject.tiding, viewer)
    if delivery.repeat:
        said = f"{said} {repeat_mark(viewer)}"
    return Written(proposal_screen(await look_as(bureau, actor, proposal), viewer, said=said))


def _said(tiding: Tiding, viewer: Viewer) -> str:
    _ = viewer.words.text
    return {
        Tiding.OPEN: _("A proposal waits for a reviewer."),
        Tiding.APPROVED: _("A proposal is approved and waits for a publisher."),
        Tiding.REJECTED: _("Your proposal was rejected."),
        Tiding.PUBLISHED: _("Your proposal is published."),
        Tiding.CONFLICTING: _("Your proposal needs you."),
    }[tiding]
