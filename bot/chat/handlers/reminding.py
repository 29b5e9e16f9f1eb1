"""Reminders in the chat: made, listed, changed, answered. Their state is a row or travels in the button."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from telegram import CallbackQuery

from bot.chat import actions, buttons
from bot.chat.blocks import Document, Screen
from bot.chat.handlers.services import Exchange
from bot.chat.notices import planned
from bot.chat.screens import reminders as screens
from bot.chat.screens.notices import outdated_screen
from bot.chat.screens.reminders import CITIES, Planned
from bot.chat.screens.rows import press
from bot.matching.context import Context
from bot.matching.match import match
from bot.reminders.calendar import Appointment, write_calendar
from bot.reminders.model import Answer, Change, Plan, Reminder, State, Status
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
from bot.reminders.rules import Months, Once, Rule, from_text, to_text
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
_OFFERED = (1, 3, 6)
"""Months after which a look at a guide is offered."""


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
    zone = await _zone(exchange)
    by = zone or _guess(exchange)
    reading = read_when(
        request.when,
        now=exchange.services.clock.now(),
        zone=by,
        language=viewer.words.code,
        region=viewer.place,
    )
    if not isinstance(reading, Schedules):
        await exchange.reply(_not_understood(exchange, reading, by), cite=True)
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
        await exchange.reply(await _make(exchange, plan, assumed=reading.time_assumed), cite=True)


def _not_understood(exchange: Exchange, reading: Reading, zone: str) -> Screen:
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


async def _zone(exchange: Exchange) -> str | None:
    return (await exchange.services.members.profile(exchange.user.id)).zone


def _guess(exchange: Exchange) -> str:
    return _GUESSED.get(exchange.viewer.place or "", _USUAL_ZONE)


async def _make(exchange: Exchange, plan: Plan, *, assumed: bool = False) -> Screen:
    change = await exchange.services.reminders.make(
        exchange.user.id, plan, chat_id=exchange.user.id, update=exchange.ref
    )
    shown = _shown(exchange, change)
    return shown or screens.set_screen(_planned(exchange, change), exchange.viewer, assumed=assumed)


def _planned(exchange: Exchange, change: Change) -> Planned:
    assert change.reminder is not None  # noqa: S101 - `_shown` has answered everything else
    return planned(change.reminder, exchange.viewer)


def _shown(exchange: Exchange, change: Change) -> Screen | None:
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


async def on_reminder(exchange: Exchange, query: CallbackQuery, action: object) -> Screen | None:
    """Carry out a button about reminders; None when it is about something else."""
    match action:
        case actions.MakeReminder():
            return await _tapped(exchange, query, action)
        case actions.InZone():
            return await _in_zone(exchange, query, action)
        case actions.OfferReminder(entry) if exchange.viewer.entry(entry):
            return _offer(exchange, entry)
        case actions.ShowReminders():
            return await reminders_screen(exchange)
        case actions.ShowReminder(number) | actions.ReminderTap(number) | actions.Retime(number):
            return await _one(exchange, action, _number(number))
        case actions.Answered(number) | actions.Snooze(number):
            return await _answer(exchange, action, _number(number))
        case _:
            return None


async def _tapped(exchange: Exchange, query: CallbackQuery, action: actions.MakeReminder) -> Screen:
    zone = await _zone(exchange)
    if zone is None:
        return screens.zone_screen(action, exchange.viewer)
    plan = _plan_of(exchange, query, action, zone)
    return await _make(exchange, plan) if plan else outdated_screen(exchange.viewer)


async def _in_zone(exchange: Exchange, query: CallbackQuery, action: actions.InZone) -> Screen:
    if action.city not in CITIES:
        return outdated_screen(exchange.viewer)
    zone = CITIES[action.city][1]
    moved = await exchange.services.reminders.rezone(exchange.user.id, zone)
    plan = _plan_of(exchange, query, action, zone)
    if plan is None:
        return await _set_zone(exchange, zone, moved=moved)
    # The zone is no change of its own here: the reminder's row is written with the update, and this first.
    await exchange.services.members.change(
        exchange.user.id, chat_id=exchange.user.id, update=None, screen="zone", zone=zone
    )
    return await _make(exchange, plan)


def _plan_of(
    exchange: Exchange, query: CallbackQuery, action: actions.MakeReminder | actions.InZone, zone: str
) -> Plan | None:
    """The plan that travelled in a button; None when it cannot be read, or there was none."""
    try:
        rule = from_text(buttons.rule_of(action.rule))
        wall = datetime.strptime(action.wall, "%Y%m%d%H%M")  # noqa: DTZ007 - a wall time has no zone
    except ValueError:
        return None
    known = exchange.viewer.entry(action.points_at) or action.points_at in exchange.viewer.base.platforms
    if not known:
        return None
    message = query.message
    cited = getattr(message, "reply_to_message", None)
    return Plan(action.points_at, rule, wall, zone, cited.message_id if cited else None)


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
        await exchange.reply(await _set_zone(exchange, zone, moved=moved))


async def _set_zone(exchange: Exchange, zone: str, *, moved: int) -> Screen:
    if not is_zone(zone):
        return outdated_screen(exchange.viewer)
    await exchange.services.members.change(
        exchange.user.id, chat_id=exchange.user.id, update=exchange.ref, screen="zone", zone=zone
    )
    return screens.zone_set_screen(zone, exchange.viewer, moved=moved)


def _offer(exchange: Exchange, entry: str) -> Screen:
    """Times to choose from after a guide: once, or again and again."""
    viewer = exchange.viewer
    today = exchange.services.clock.now().astimezone(ZoneInfo(_guess(exchange)))
    offers: list[tuple[str, actions.MakeReminder]] = []
    for months in _OFFERED:
        wall = _in_months(today, months)
        label = viewer.words.count("{number} month", "{number} months", months)
        offers.append((label, screens.make_button(entry, Once(), wall)))
    wall = _in_months(today, 3)
    again = screens.make_button(entry, Months(day=today.day, every=3), wall)
    offers.append((viewer.words.text("Every 3 months"), again))
    return screens.offer_screen(entry, offers, viewer)


def _in_months(day: datetime, months: int) -> datetime:
    """The same day of the month `months` later, or its last, at ten in the morning."""
    number = day.year * 12 + day.month - 1 + months
    first = day.replace(
        year=number // 12, month=number % 12 + 1, day=1, hour=10, minute=0, second=0, microsecond=0
    )
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day), tzinfo=None)


async def reminders_screen(exchange: Exchange) -> Screen:
    """The list of /reminders."""
    found = await exchange.services.reminders.all(exchange.user.id)
    living = [one for one in found if one.state is not State.ENDED or one.missed]
    return screens.list_screen([planned(one, exchange.viewer, count=1) for one in living], exchange.viewer)


async def _one(
    exchange: Exchange, action: actions.ShowReminder | actions.ReminderTap | actions.Retime, number: int
) -> Screen:
    reminders, viewer = exchange.services.reminders, exchange.viewer
    user, ref = exchange.user.id, exchange.ref
    match action:
        case actions.ReminderTap(what="ics"):
            return await _calendar(exchange, number)
        case actions.ReminderTap(what="delete"):
            change = await reminders.delete(user, number, chat_id=user, update=ref)
            return screens.deleted_screen(viewer) if change.status is not Status.UNKNOWN else _gone(exchange)
        case actions.ReminderTap(what="pause"):
            change = await reminders.pause(user, number, chat_id=user, update=ref)
        case actions.ReminderTap(what="resume"):
            change = await reminders.resume(user, number, chat_id=user, update=ref)
        case actions.ReminderTap(what="skip"):
            change = await reminders.skip(user, number, chat_id=user, update=ref)
        case actions.Retime():
            return await _retime(exchange, action, number)
        case _:
            found = await reminders.get(user, number)
            if found is None or found.state is State.ENDED:
                return _gone(exchange)
            if isinstance(action, actions.ReminderTap):
                return _change(exchange, found)
            return screens.reminder_screen(planned(found, viewer), viewer)
    shown = _shown(exchange, change)
    return shown or screens.reminder_screen(_planned(exchange, change), viewer)


def _gone(exchange: Exchange) -> Screen:
    text = exchange.viewer.words.text("That reminder is not there any more.")
    return screens.refused_screen(exchange.viewer, text)


def _change(exchange: Exchange, found: Reminder) -> Screen:
    """Other times for a reminder: the same one later, or at another hour."""
    viewer, plan = exchange.viewer, found.plan
    _ = viewer.words.text
    due = found.next_due or exchange.services.clock.now()
    now = due.astimezone(ZoneInfo(plan.zone)).replace(tzinfo=None)
    offers: list[tuple[str, Rule, datetime]] = [
        (_("A day later"), plan.rule, now + timedelta(days=1)),
        (_("A week later"), plan.rule, now + timedelta(days=7)),
        (_("At 9:00"), plan.rule, now.replace(hour=9, minute=0)),
        (_("At 18:00"), plan.rule, now.replace(hour=18, minute=0)),
        (_("Every month"), Months(day=now.day), now),
        (_("Every 3 months"), Months(day=now.day, every=3), now),
    ]
    made = [
        (
            label,
            press(
                label,
                actions.Retime(
                    str(found.id), buttons.rule_part(to_text(_moved(rule, wall))), wall.strftime("%Y%m%d%H%M")
                ),
            ),
        )
        for label, rule, wall in offers
    ]
    return screens.change_screen(planned(found, viewer), made, viewer)


def _moved(rule: Rule, wall: datetime) -> Rule:
    """A monthly rule follows its first day."""
    return Months(day=wall.day, every=rule.every) if isinstance(rule, Months) else rule


async def _retime(exchange: Exchange, action: actions.Retime, number: int) -> Screen:
    found = await exchange.services.reminders.get(exchange.user.id, number)
    try:
        rule = from_text(buttons.rule_of(action.rule))
        wall = datetime.strptime(action.wall, "%Y%m%d%H%M")  # noqa: DTZ007 - a wall time has no zone
    except ValueError:
        return outdated_screen(exchange.viewer)
    if found is None:
        return _gone(exchange)
    change = await exchange.services.reminders.change(
        exchange.user.id,
        number,
        rule=rule,
        wall=wall,
        zone=found.plan.zone,
        chat_id=exchange.user.id,
        update=exchange.ref,
    )
    shown = _shown(exchange, change)
    return shown or screens.set_screen(_planned(exchange, change), exchange.viewer, changed=True)


async def _calendar(exchange: Exchange, number: int) -> Screen:
    """One reminder, or all of them, as a file for a calendar."""
    reminders = exchange.services.reminders
    one = await reminders.get(exchange.user.id, number) if number else None
    found = [one] if one else list(await reminders.all(exchange.user.id)) if not number else []
    appointments = [
        Appointment(
            uid=f"reminder-{reminder.id}@privacy-advisor",
            title=screens.subject(reminder.plan.points_at, exchange.viewer),
            rule=reminder.plan.rule,
            wall=reminder.plan.wall,
            zone=reminder.plan.zone,
            due=reminder.next_due,
        )
        for reminder in found
        if reminder.next_due and reminder.state is State.ACTIVE
    ]
    if not appointments:
        return _gone(exchange)
    content = write_calendar(appointments, now=exchange.services.clock.now())
    return screens.calendar_screen(exchange.viewer, Document(name="reminders.ics", content=content))


async def _answer(exchange: Exchange, action: actions.Answered | actions.Snooze, number: int) -> Screen:
    reminders, user, ref = exchange.services.reminders, exchange.user.id, exchange.ref
    if isinstance(action, actions.Snooze):
        days = int(action.days) if action.days in {"1", "7"} else 1
        change = await reminders.snooze(user, number, days=days, chat_id=user, update=ref)
        answer = "snooze"
    elif action.answer in set(Answer):
        change = await reminders.answer(user, number, Answer(action.answer), chat_id=user, update=ref)
        answer = action.answer
    else:
        return outdated_screen(exchange.viewer)
    shown = _shown(exchange, change)
    return shown or screens.answered_screen(_planned(exchange, change), exchange.viewer, answer=answer)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 16 else 0
