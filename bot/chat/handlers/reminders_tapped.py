"""Buttons about reminders: made, listed, changed, answered. Their state is a row or travels in the button."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from telegram import CallbackQuery

from bot.chat import actions, buttons
from bot.chat.blocks import Document, Screen
from bot.chat.handlers.reminding import (
    gone_screen,
    guessed_zone,
    keep_zone,
    planned_of,
    refusal_of,
    set_reminder,
    zone_of,
)
from bot.chat.handlers.rescheduling import note_changing, retime_button
from bot.chat.handlers.services import Exchange
from bot.chat.notices import planned
from bot.chat.screens import reminders as screens
from bot.chat.screens.notices import outdated_screen
from bot.chat.screens.reminders import CITIES
from bot.reminders.model import Answer, Plan, Reminder, State, Status
from bot.reminders.rules import Months, Once, Rule, from_text

_OFFERED = (1, 3, 6)
"""Months after which a look at a guide is offered."""


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
    zone = await zone_of(exchange)
    if zone is None:
        return screens.zone_screen(action, exchange.viewer)
    plan = _plan_of(exchange, query, action, zone)
    return await set_reminder(exchange, plan) if plan else outdated_screen(exchange.viewer)


async def _in_zone(exchange: Exchange, query: CallbackQuery, action: actions.InZone) -> Screen:
    if action.city not in CITIES:
        return outdated_screen(exchange.viewer)
    zone = CITIES[action.city][1]
    moved = await exchange.services.reminders.rezone(exchange.user.id, zone)
    plan = _plan_of(exchange, query, action, zone)
    if plan is None:
        return await keep_zone(exchange, zone, moved=moved)
    # The zone is no change of its own here: the reminder's row is written with the update, and this first.
    await exchange.services.members.change(
        exchange.user.id, chat_id=exchange.user.id, update=None, screen="zone", zone=zone
    )
    return await set_reminder(exchange, plan)


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


def _offer(exchange: Exchange, entry: str) -> Screen:
    """Times to choose from after a guide: once, or again and again."""
    viewer = exchange.viewer
    today = exchange.services.clock.now().astimezone(ZoneInfo(guessed_zone(exchange)))
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
            known = change.status is not Status.UNKNOWN
            return screens.deleted_screen(viewer) if known else gone_screen(exchange)
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
                return gone_screen(exchange)
            if isinstance(action, actions.ReminderTap):
                await note_changing(exchange, found.id)
                return _change(exchange, found)
            return screens.reminder_screen(planned(found, viewer), viewer)
    shown = refusal_of(exchange, change)
    return shown or screens.reminder_screen(planned_of(exchange, change), viewer)


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
    made = [retime_button(label, found.id, rule, wall) for label, rule, wall in offers]
    return screens.change_screen(planned(found, viewer), made, viewer)


async def _retime(exchange: Exchange, action: actions.Retime, number: int) -> Screen:
    found = await exchange.services.reminders.get(exchange.user.id, number)
    try:
        rule = from_text(buttons.rule_of(action.rule))
        wall = datetime.strptime(action.wall, "%Y%m%d%H%M")  # noqa: DTZ007 - a wall time has no zone
    except ValueError:
        return outdated_screen(exchange.viewer)
    if found is None:
        return gone_screen(exchange)
    change = await exchange.services.reminders.change(
        exchange.user.id,
        number,
        rule=rule,
        wall=wall,
        zone=found.plan.zone,
        chat_id=exchange.user.id,
        update=exchange.ref,
    )
    shown = refusal_of(exchange, change)
    return shown or screens.set_screen(planned_of(exchange, change), exchange.viewer, changed=True)


async def _calendar(exchange: Exchange, number: int) -> Screen:
    """One reminder, or all of them, as a file for a calendar."""
    from bot.reminders.calendar import Appointment, write_calendar  # heavy, and seldom needed

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
        return gone_screen(exchange)
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
        if action.answer == Answer.ON_AGAIN and change.status is Status.DONE and change.reminder:
            exchange.services.on_again(change.reminder.plan.points_at)
    else:
        return outdated_screen(exchange.viewer)
    shown = refusal_of(exchange, change)
    return shown or screens.answered_screen(planned_of(exchange, change), exchange.viewer, answer=answer)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 16 else 0
