"""Changing a reminder by free words: "change it to every 2 months at 9".

Which one is meant is said by what the words answer: the confirmation that they reply to carries its number in
its buttons; after [Change] the number stands, for half an hour, in the row of what was talked about; else it
is the reminder that was set last, within the hour. The words themselves are not kept.
"""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.chat import actions, buttons
from bot.chat.blocks import Press, Screen
from bot.chat.handlers.reminding import gone_screen, not_understood, planned_of, refusal_of
from bot.chat.handlers.services import Exchange
from bot.chat.screens import reminders as screens
from bot.chat.screens.rows import press
from bot.members.followups import Topic
from bot.reminders.model import Reminder, State
from bot.reminders.phrases import Reading, Schedules, Unclear, read_when
from bot.reminders.rules import Months, Rule, to_text
from bot.storage.faults import StorageDown

_TOPIC = "reminder."
"""Before the number of the reminder that is being changed; no platform has this name."""
_LATELY = timedelta(hours=1)
"""How long "change it" means the reminder that was set last."""
_MOST_WORDS = 20
_ASKS = re.compile(
    r"""(?:please\s+|bitte\s+|no,?\s+|nein,?\s+|rather\s+|lieber\s+)*
    (?:change|move|set|make|switch|shift|put|reschedule
      |ändere?|aendere?|verschiebe?|verlege?|stell[e]?|setze?|mach[e]?)\s+
    (?:it|that|this|them|the\s+reminder|my\s+reminder|es|das|ihn|sie|die\s+erinnerung|meine\s+erinnerung)\s+
    (?:bitte\s+)?(?:to\s+be\s+|to\s+|for\s+|auf\s+|zu\s+)?(?P<when>\S.*)""",
    re.IGNORECASE | re.VERBOSE,
)
"""Words that ask to change what was set; what follows is when."""
_HOUR = re.compile(
    r"(?:at|um|to|auf)?\s*(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s*(?P<half>am|pm)?\s*(?:o'clock|uhr)?",
    re.IGNORECASE,
)
"""Nothing but a time of day: everything else about the reminder stays."""


async def said_change(exchange: Exchange, text: str, *, before: Topic) -> bool:
    """Whether `text` asks to change a reminder; then it was changed, or it was said why not.

    Args:
        exchange: with the message.
        text: its words.
        before: what was talked about before it.
    """
    words = text.strip()
    if not exchange.viewer.private or len(words.split()) > _MOST_WORDS:
        return False
    asked = _ASKS.fullmatch(words)
    number = _answered(exchange)
    addressed = number is not None
    if number is None:
        number = _being_changed(before)
    when = asked["when"] if asked else words if number is not None else None
    if when is None:
        return False
    try:
        found = await _reminder(exchange, number)
    except StorageDown:
        return False
    if found is None:
        if addressed and asked:
            await exchange.reply(gone_screen(exchange))
        return addressed and asked is not None
    reading = _read(exchange, found, when)
    if isinstance(reading, Unclear) and not (asked and addressed):
        return False
    await exchange.reply(await _changed(exchange, found, reading), cite=True)
    await exchange.note_topic(Topic(found.plan.points_at), before=before)
    return True


async def note_changing(exchange: Exchange, number: int) -> None:
    """[Change] was tapped: the next words about time are for this reminder."""
    await exchange.note_topic(Topic(f"{_TOPIC}{number}"))


def retime_button(label: str, number: int, rule: Rule, wall: datetime) -> Press:
    """A button that sets a reminder to another time."""
    data = actions.Retime(
        str(number), buttons.rule_part(to_text(moved(rule, wall))), wall.strftime("%Y%m%d%H%M")
    )
    return press(label, data)


def moved(rule: Rule, wall: datetime) -> Rule:
    """A monthly rule follows its first day."""
    return Months(day=wall.day, every=rule.every) if isinstance(rule, Months) else rule


def _answered(exchange: Exchange) -> int | None:
    """The number of the reminder whose confirmation the message replies to."""
    message = exchange.update.effective_message
    cited = message.reply_to_message if message else None
    markup = cited.reply_markup if cited and cited.from_user else None
    if markup is None or cited is None or cited.from_user is None:
        return None
    if cited.from_user.id != exchange.services.bot_id:
        return None
    for row in markup.inline_keyboard:
        for button in row:
            data = button.callback_data
            action = buttons.decode(data if isinstance(data, str) else None)
            if isinstance(action, actions.ReminderTap | actions.Retime) and action.number.isdecimal():
                return int(action.number[:15]) or None
    return None


def _being_changed(before: Topic) -> int | None:
    topic = before.entry or ""
    number = topic.removeprefix(_TOPIC)
    return int(number) if topic.startswith(_TOPIC) and number.isdecimal() else None


async def _reminder(exchange: Exchange, number: int | None) -> Reminder | None:
    reminders = exchange.services.reminders
    if number is not None:
        found = await reminders.get(exchange.user.id, number)
        return None if found is None or found.state is State.ENDED else found
    now = exchange.services.clock.now()
    lately = [
        one
        for one in await reminders.all(exchange.user.id)
        if one.state is not State.ENDED and now - one.made_at <= _LATELY
    ]
    return max(lately, key=lambda one: (one.made_at, one.id), default=None)


def _read(exchange: Exchange, found: Reminder, when: str) -> Reading | tuple[Rule, datetime]:
    """What the words mean; a rule and a time when they name nothing but an hour."""
    plan = found.plan
    if (hour := _hour(when)) and found.next_due is not None:
        day = found.next_due.astimezone(ZoneInfo(plan.zone)).date()
        return plan.rule, datetime.combine(day, hour)
    return read_when(
        when,
        now=exchange.services.clock.now(),
        zone=plan.zone,
        language=exchange.viewer.words.code,
        region=exchange.viewer.place,
    )


async def _changed(exchange: Exchange, found: Reminder, reading: Reading | tuple[Rule, datetime]) -> Screen:
    viewer, plan = exchange.viewer, found.plan
    if isinstance(reading, tuple):
        return await _set(exchange, found, *reading)
    if not isinstance(reading, Schedules):
        return not_understood(exchange, reading, plan.zone)
    walls = [
        one.wall.replace(hour=plan.wall.hour, minute=plan.wall.minute) if reading.time_assumed else one.wall
        for one in reading.candidates
    ]
    options = [(one.rule, wall) for one, wall in zip(reading.candidates, walls, strict=True)]
    if len(options) == 1:
        return await _set(exchange, found, *options[0])
    made: list[Press] = []
    for rule, wall in options:
        label = viewer.words.short_appointment(wall.replace(tzinfo=ZoneInfo(plan.zone)))
        made.append(retime_button(label, found.id, rule, wall))
    return screens.which_time_screen(plan.points_at, made, viewer)


async def _set(exchange: Exchange, found: Reminder, rule: Rule, wall: datetime) -> Screen:
    change = await exchange.services.reminders.change(
        exchange.user.id,
        found.id,
        rule=rule,
        wall=wall,
        zone=found.plan.zone,
        chat_id=exchange.user.id,
        update=exchange.ref,
    )
    refused = refusal_of(exchange, change)
    return refused or screens.set_screen(planned_of(exchange, change), exchange.viewer, changed=True)


def _hour(when: str) -> time | None:
    """A time of day alone; None when there is more, or no such time."""
    found = _HOUR.fullmatch(when.strip().rstrip(".!"))
    if found is None:
        return None
    hour = int(found["hour"])
    if found["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (found["half"].casefold() == "pm")
    minute = int(found["minute"] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
