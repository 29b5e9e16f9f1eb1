"""Proposals on their way: sent, approved, rejected, published, taken back. The rules are the service's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from telegram import CallbackQuery

from bot.chat import actions, proposal_actions
from bot.chat.blocks import Screen
from bot.chat.handlers.editing.awaiting import Reason, Time
from bot.chat.handlers.editing.checking import (
    asker,
    found_of,
    look,
    no_proposal,
    refuse,
    show,
    show_outcome,
)
from bot.chat.handlers.services import Exchange
from bot.chat.screens.editing import proposal as screens
from bot.editing.desk import Outcome
from bot.editing.findings import read_findings
from bot.editing.machine import NEEDED, Act, State, Why
from bot.editing.proposal import Proposal
from bot.editing.roles import Actor
from bot.reminders.phrases import Schedules, read_when
from bot.reminders.rules import Once
from bot.reminders.zones import is_zone

_USUAL_ZONE: Final = "Europe/Berlin"
_OFFERED: Final = (1, 2, 7)
"""Days after which, at nine in the morning, publishing is offered."""
_LONGEST: Final = timedelta(days=366)


async def approve(exchange: Exchange, actor: Actor, text: str) -> Screen:
    """/approve N: the proposal with [Approve], or why this editor may not."""
    return await _by_number(exchange, actor, text, Act.APPROVE)


async def publish(exchange: Exchange, actor: Actor, text: str) -> Screen:
    """/publish N: the proposal with [Publish now], or why this editor may not."""
    return await _by_number(exchange, actor, text, Act.PUBLISH)


async def on_proposal_tap(
    exchange: Exchange, actor: Actor, query: CallbackQuery, action: actions.Action
) -> Screen | None:
    """Buttons under a proposal; None when it is another one."""
    match action:
        case proposal_actions.OnProposal(number, what, mark) if number.isdecimal() and len(number) < 10:
            carry = _CARRIED.get(what)
            return await carry(exchange, int(number), mark) if carry else None
        case proposal_actions.PublishAt(number, wall, mark) if number.isdecimal() and len(number) < 10:
            return await _publish_at(exchange, int(number), wall, mark)
        case _:
            return None


async def reason_came(exchange: Exchange, awaited: Reason, text: str) -> Screen:
    """The reason for a rejection came."""
    return await _act(exchange, awaited.number, Act.REJECT, awaited.mark, reason=" ".join(text.split()))


async def time_came(exchange: Exchange, awaited: Time, text: str) -> Screen:
    """The time to publish came; it is shown for confirmation."""
    proposal = await exchange.services.bureau.proposals.get(awaited.number)
    if proposal is None:
        return await no_proposal(exchange)
    viewer, zone = exchange.viewer, await zone_of(exchange)
    now = exchange.services.clock.now()
    reading = read_when(text, now=now, zone=zone, language=viewer.words.code, region=viewer.place)
    if not isinstance(reading, Schedules) or not isinstance(reading.candidates[0].rule, Once):
        return screens.time_screen(proposal, _offers(now, zone), zone, viewer, wrong=True)
    times = [one.due.astimezone(ZoneInfo(zone)) for one in reading.candidates]
    if len(times) > 1:
        return screens.time_screen(proposal, times, zone, viewer)
    return screens.at_screen(proposal, times[0], zone, viewer)


async def _by_number(exchange: Exchange, actor: Actor, text: str, act: Act) -> Screen:
    number = text.strip().lstrip("#")
    if not number.isdecimal() or len(number) > 9:
        return await no_proposal(exchange)
    proposal = await exchange.services.bureau.proposals.get(int(number))
    if proposal is None:
        return await no_proposal(exchange)
    own = proposal.author_id == actor.member_id
    if act is Act.APPROVE and own and not await exchange.services.bureau.proposals.alone():
        return await refuse(exchange, Why.OWN, act, NEEDED[act], proposal)
    if not actor.may(NEEDED[act]):
        return await refuse(exchange, Why.NO_RIGHT, act, NEEDED[act], proposal)
    early = {Act.APPROVE: {State.DRAFT}, Act.PUBLISH: {State.DRAFT, State.OPEN}}
    if proposal.state in early[act]:
        return await refuse(exchange, Why.TOO_EARLY, act, NEEDED[act], proposal)
    return await show(exchange, proposal)


async def _act(exchange: Exchange, number: int, act: Act, mark: str, *, reason: str | None = None) -> Screen:
    proposals = exchange.services.bureau.proposals
    outcome = await proposals.act(asker(exchange), number, act, mark=mark or None, reason=reason)
    return await show_outcome(exchange, outcome, act)


async def _show(exchange: Exchange, number: int, mark: str) -> Screen:
    found = await exchange.services.bureau.proposals.get(number)
    return await show(exchange, found) if found else await no_proposal(exchange)


async def _submit(exchange: Exchange, number: int, mark: str) -> Screen:
    return await _act(exchange, number, Act.SUBMIT, mark)


async def _drop(exchange: Exchange, number: int, mark: str) -> Screen:
    return await _act(exchange, number, Act.WITHDRAW, mark)


async def _approve(exchange: Exchange, number: int, mark: str) -> Screen:
    return await _act(exchange, number, Act.APPROVE, mark)


async def _refuse(exchange: Exchange, number: int, mark: str) -> Screen:
    return await _act(exchange, number, Act.REJECT, mark)


async def _unschedule(exchange: Exchange, number: int, mark: str) -> Screen:
    return await _act(exchange, number, Act.UNSCHEDULE, mark)


async def _more(exchange: Exchange, number: int, mark: str) -> Screen:
    """Back to the entry, with the draft as what further changes go into."""
    from bot.chat.handlers.editing.proposing import show_entry

    outcome = await exchange.services.bureau.proposals.reopen(asker(exchange), number)
    if outcome.why is not None or outcome.proposal is None:
        return await show_outcome(exchange, outcome, Act.CHANGE)
    for entry in outcome.proposal.entries:
        if (screen := await show_entry(exchange, entry)) is not None:
            return screen
    return await show(exchange, outcome.proposal)


async def _publish(exchange: Exchange, number: int, mark: str) -> Screen:
    outcome = await exchange.services.bureau.publishing.publish(asker(exchange), number, mark=mark or None)
    return await _settled(exchange, outcome, Act.PUBLISH)


async def _settled(exchange: Exchange, outcome: Outcome, act: Act) -> Screen:
    """What came of publishing: it may have gone back to the reviewers."""
    found = outcome.proposal
    if outcome.why is None and found is not None and found.state is State.OPEN:
        said = exchange.viewer.words.text(
            "Meanwhile somebody changed the same entry. Both changes are in it now: it needs another review."
        )
        return await show(exchange, found, said=said)
    return await show_outcome(exchange, outcome, act)


async def _rebase(exchange: Exchange, number: int, mark: str) -> Screen:
    outcome = await exchange.services.bureau.publishing.rebase(asker(exchange), number)
    return await show_outcome(exchange, outcome, Act.CHANGE)


async def _whole(exchange: Exchange, number: int, mark: str) -> Screen:
    found = await exchange.services.bureau.proposals.get(number)
    if found is None or (found.state is State.DRAFT and not (await look(exchange, found)).own):
        return await no_proposal(exchange)
    return screens.whole_screen(found, found_of(read_findings(found.summary)), exchange.viewer)


async def _reject(exchange: Exchange, number: int, mark: str) -> Screen:
    found = await exchange.services.bureau.proposals.get(number)
    if found is None:
        return await no_proposal(exchange)
    await exchange.services.bureau.proposals.expect(asker(exchange), str(Reason(number, mark)))
    return screens.reject_screen(found, exchange.viewer)


async def _when(exchange: Exchange, number: int, mark: str) -> Screen:
    found = await exchange.services.bureau.proposals.get(number)
    if found is None:
        return await no_proposal(exchange)
    await exchange.services.bureau.proposals.expect(asker(exchange), str(Time(number, mark)))
    zone = await zone_of(exchange)
    return screens.time_screen(found, _offers(exchange.services.clock.now(), zone), zone, exchange.viewer)


async def _publish_at(exchange: Exchange, number: int, wall: str, mark: str) -> Screen | None:
    zone = await zone_of(exchange)
    try:
        at = datetime.strptime(wall, "%Y%m%d%H%M").replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        return None
    now = exchange.services.clock.now()
    found: Proposal | None = await exchange.services.bureau.proposals.get(number)
    if found is not None and not now < at < now + _LONGEST:
        return screens.time_screen(found, _offers(now, zone), zone, exchange.viewer, wrong=True)
    outcome = await exchange.services.bureau.publishing.schedule(
        asker(exchange), number, at, zone, mark=mark or None
    )
    return await show_outcome(exchange, outcome, Act.SCHEDULE)


async def zone_of(exchange: Exchange) -> str:
    """The editor's zone, or the usual one when none is known."""
    zone = (await exchange.services.members.profile(exchange.user.id)).zone
    return zone if zone and is_zone(zone) else _USUAL_ZONE


def _offers(now: datetime, zone: str) -> list[datetime]:
    today = now.astimezone(ZoneInfo(zone)).replace(hour=9, minute=0, second=0, microsecond=0)
    return [today + timedelta(days=days) for days in _OFFERED]


_Carry = Callable[[Exchange, int, str], Awaitable[Screen]]
_CARRIED: Final[dict[str, _Carry]] = {
    "show": _show,
    "submit": _submit,
    "more": _more,
    "drop": _drop,
    "approve": _approve,
    "reject": _reject,
    "refuse": _refuse,
    "publish": _publish,
    "when": _when,
    "unschedule": _unschedule,
    "rebase": _rebase,
    "whole": _whole,
}
"""What the buttons under a proposal do, by the word that they carry."""
