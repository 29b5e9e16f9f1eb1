"""Making reminders from words: /remind, plain sentences, and the clock by which they are read."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.chat.blocks import Screen
from bot.chat.handlers.services import Exchange
from bot.chat.notices import planned
from bot.chat.screens import reminders as screens
from bot.chat.screens.notices import outdated_screen
from bot.chat.screens.reminders import Planned
from bot.matching.context import Context
from bot.matching.match import match
from bot.reminders.model import Change, Plan, Status
from bot.reminders.phrases import (
    Past,
    Reading,
    Request,
    Schedules,
    TooFar,
    TooSoon,
    Unclear,
    looks_like_reminder,
    read_when,
    split_request,
)
from bot.reminders.schedule import MAX_REMINDERS
from bot.reminders.zones import find_zone, is_zone

_GUESSED = {
    "de": "Europe/Berlin",
    "at": "Europe/Vienna",
    "ch": "Europe/Zurich",
    "gb": "Europe/London",
    "us": "America/New_York",
    "us-ca": "America/Los_Angeles",
    "ca": "America/Toronto",
    "hk": "Asia/Hong_Kong",
    "br": "America/Sao_Paulo",
}
"""By which clock words are read until the zone is known, by region; the zone itself is asked."""
_USUAL_ZONE = "Europe/Berlin"
_USUAL_SUBJECT = "practice.audit"
"""What a reminder is about that names nothing we know."""


async def remind(exchange: Exchange, text: str) -> None:
    """/remind WHEN WHAT."""
    if not text:
        example = exchange.viewer.words.text("/remind in 3 months linkedin")
        reason = exchange.viewer.words.text("Tell me when, and what to check.")
        await exchange.reply(screens.unclear_screen(exchange.viewer, example=example, reason=reason))
        return
    await _plan(exchange, split_request(text, language=exchange.viewer.words.code))


async def said_reminder(exchange: Exchange, text: str) -> bool:
    """Take a plain sentence that asks for a reminder; False when it is none."""
    if not exchange.viewer.private:
        return False
    request = looks_like_reminder(text, language=exchange.viewer.words.code)
    if request is None:
        return False
    await _plan(exchange, request)
    return True


async def _plan(exchange: Exchange, request: Request) -> None:
    viewer = exchange.viewer
    zone = await zone_of(exchange)
    by = zone or guessed_zone(exchange)
    reading = read_when(
        request.when,
        now=exchange.services.clock.now(),
        zone=by,
        language=viewer.words.code,
        region=viewer.place,
    )
    if not isinstance(reading, Schedules):
        await exchange.reply(not_understood(exchange, reading, by), cite=True)
        return
    points_at = _subject(exchange, request.what)
    found = reading.candidates
    if len(found) > 1:
        options = [Planned(0, points_at, one.rule, by, (one.due,)) for one in found]
        await exchange.reply(screens.readings_screen(points_at, options, viewer), cite=True)
    elif zone is None:
        make = screens.make_button(points_at, found[0].rule, found[0].wall)
        await exchange.reply(screens.zone_screen(make, viewer), cite=True)
    else:
        message = exchange.update.effective_message
        plan = Plan(points_at, found[0].rule, found[0].wall, zone, message.message_id if message else None)
        await exchange.reply(await set_reminder(exchange, plan, assumed=reading.time_assumed), cite=True)


def not_understood(exchange: Exchange, reading: Reading, zone: str) -> Screen:
    """Why nothing is set or changed: the words name no time, or one that cannot be."""
    viewer = exchange.viewer
    _ = viewer.words.text
    match reading:
        case Past(at):
            then = viewer.words.appointment(at.astimezone(ZoneInfo(zone)))
            return screens.refused_screen(
                viewer, _("That has passed: {then}. Nothing is set.").format(then=then)
            )
        case TooSoon():
            return screens.refused_screen(viewer, _("That is in less than a minute. Nothing is set."))
        case TooFar():
            return screens.refused_screen(viewer, _("That is more than five years ahead. Nothing is set."))
        case Unclear(example=example):
            return screens.unclear_screen(viewer, example=f"/remind {example}")
        case _:
            return outdated_screen(viewer)


def _subject(exchange: Exchange, what: str) -> str:
    """The guide or entry that the words name; the words themselves are not kept."""
    viewer = exchange.viewer
    result = match(
        exchange.services.live.snapshot, what, Context(language=viewer.words.code, region=viewer.place)
    )
    platform = result.reading.platform
    for entry_id in (f"{platform}.opt-out", f"{platform}.data-used"):
        if platform and viewer.entry(entry_id):
            return entry_id
    return _USUAL_SUBJECT


async def zone_of(exchange: Exchange) -> str | None:
    """The zone that the member chose; None when they did not."""
    return (await exchange.services.members.profile(exchange.user.id)).zone


def guessed_zone(exchange: Exchange) -> str:
    """The zone by which words are read until the member chose one."""
    return _GUESSED.get(exchange.viewer.place or "", _USUAL_ZONE)


async def set_reminder(exchange: Exchange, plan: Plan, *, assumed: bool = False) -> Screen:
    """Make a reminder, and say so or why not; `assumed` says that no time of day was named."""
    change = await exchange.services.reminders.make(
        exchange.user.id, plan, chat_id=exchange.user.id, update=exchange.ref
    )
    shown = refusal_of(exchange, change)
    return shown or screens.set_screen(planned_of(exchange, change), exchange.viewer, assumed=assumed)


def planned_of(exchange: Exchange, change: Change) -> Planned:
    """The reminder of a change that was made, as screens need it."""
    assert change.reminder is not None  # noqa: S101 - `_shown` has answered everything else
    return planned(change.reminder, exchange.viewer)


def refusal_of(exchange: Exchange, change: Change) -> Screen | None:
    """Why a wish was not granted; None when it was."""
    viewer = exchange.viewer
    _ = viewer.words.text
    if change.status in {Status.DONE, Status.REPEATED} and change.reminder is not None:
        return None
    reasons = {
        Status.FULL: _("You have {number} reminders, and that is the most. Delete one first.").format(
            number=MAX_REMINDERS
        ),
        Status.PASSED: _("That time has passed. Nothing is set."),
        Status.TOO_SOON: _("That is in less than a minute. Nothing is set."),
        Status.TOO_FAR: _("That is more than five years ahead. Nothing is set."),
    }
    reason = reasons.get(change.status, _("That reminder is not there any more."))
    return screens.refused_screen(viewer, reason)


async def set_zone(exchange: Exchange, text: str) -> None:
    """/timezone ZONE-OR-CITY."""
    viewer = exchange.viewer
    if not text:
        await exchange.reply(screens.zone_screen(None, viewer))
        return
    found = find_zone(text)
    if not found:
        await exchange.reply(screens.zone_screen(None, viewer, not_found=True))
    elif len(found) > 1:
        await exchange.reply(screens.zones_screen([(zone.id, zone.place) for zone in found], viewer))
    else:
        zone = found[0].id
        moved = await exchange.services.reminders.rezone(exchange.user.id, zone)
        await exchange.reply(await keep_zone(exchange, zone, moved=moved))


async def keep_zone(exchange: Exchange, zone: str, *, moved: int) -> Screen:
    """Keep the chosen zone; `moved` is how many reminders moved with it."""
    if not is_zone(zone):
        return outdated_screen(exchange.viewer)
    await exchange.services.members.change(
        exchange.user.id, chat_id=exchange.user.id, update=exchange.ref, screen="zone", zone=zone
    )
    return screens.zone_set_screen(zone, exchange.viewer, moved=moved)


def gone_screen(exchange: Exchange) -> Screen:
    """The reminder of a button is not there any more."""
    text = exchange.viewer.words.text("That reminder is not there any more.")
    return screens.refused_screen(exchange.viewer, text)
