"""Reminders as a file for other calendars (RFC 5545): right there on both sides of a clock change.

Times are those on the wall, with the zone's id and its rules spelled out, so that a program that does not
know the id shows them right too. Nothing of a person is in it: the titles are those of guides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vRecur

from bot.reminders.rules import WEEKDAY_CODES, Days, Months, NthWeekday, Once, Rule, Weeks
from bot.reminders.schedule import instant, local

YEARS_SPELLED = 12
"""How many years of clock changes a file carries after its last reminder begins."""

_LENGTH = timedelta(minutes=15)
_PRODUCT = "-//Privacy Advisor//Reminders//EN"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Appointment:
    """One reminder for a file.

    Attributes:
        uid: the same for the same reminder, always, so that a file that is opened again replaces it; no id of
            a person.
        title: of the guide or platform.
        rule: how it repeats.
        wall: naive; only its time is used.
        zone: IANA name.
        due: the next due time, aware: where the file begins.
        note: a line more, for example what to check.
        link: where to read on.
    """

    uid: str
    title: str
    rule: Rule
    wall: datetime
    zone: str
    due: datetime
    note: str = ""
    link: str = ""


def write_calendar(appointments: Sequence[Appointment], *, now: datetime) -> bytes:
    """An `.ics` file of `appointments`; the same arguments give the same bytes.

    Args:
        now: aware; when the file is written.

    Raises:
        ValueError, KeyError: a zone that does not exist.
    """
    file = Calendar()
    file.add("prodid", _PRODUCT)
    file.add("version", "2.0")
    file.add("calscale", "GREGORIAN")
    file.add("method", "PUBLISH")
    for zone in sorted({one.zone for one in appointments}):
        dues = [one.due for one in appointments if one.zone == zone]
        file.add_component(_spelled(zone, min(dues), max(dues)))
    for one in appointments:
        file.add_component(_event(one, now))
    written: bytes = file.to_ical()
    return written


def recurrence(rule: Rule) -> dict[str, object] | None:
    """`rule` as the parts of an RRULE; None when it does not repeat.

    A day that some months lack is "the last of the days up to it that the month has".
    """
    match rule:
        case Once():
            return None
        case Days(every):
            return {"FREQ": "DAILY", "INTERVAL": every}
        case Weeks(weekdays, every):
            codes = [WEEKDAY_CODES[day].upper() for day in weekdays]
            return {"FREQ": "WEEKLY", "INTERVAL": every, "WKST": "MO", "BYDAY": codes}
        case NthWeekday(nth, weekday, every):
            code = f"{nth}{WEEKDAY_CODES[weekday].upper()}"
            return {"FREQ": "MONTHLY", "INTERVAL": every, "BYDAY": [code]}
        case Months(day, every) if day <= 28:
            return {"FREQ": "MONTHLY", "INTERVAL": every, "BYMONTHDAY": [day]}
        case Months(day, every):
            days = list(range(28, day + 1))
            return {"FREQ": "MONTHLY", "INTERVAL": every, "BYMONTHDAY": days, "BYSETPOS": [-1]}


def _event(one: Appointment, now: datetime) -> Event:
    event = Event()
    event.add("uid", one.uid)
    event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", _begin(one).replace(tzinfo=ZoneInfo(one.zone)))
    event.add("duration", _LENGTH)
    event.add("summary", one.title)
    if one.note:
        event.add("description", one.note)
    if one.link:
        event.add("url", one.link)
    event.add("transp", "TRANSPARENT")
    if (parts := recurrence(one.rule)) is not None:
        event.add("rrule", vRecur(parts))
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", one.title)
    alarm.add("trigger", timedelta(0))
    event.add_component(alarm)
    return event


def _begin(one: Appointment) -> datetime:
    """The wall time of `one.due`: what was meant, also where the clock leaves it out."""
    shown = local(one.due, one.zone)
    if isinstance(one.rule, Once):
        return shown
    for day in (shown.date(), shown.date() - _DAY, shown.date() + _DAY):
        meant = datetime.combine(day, one.wall.time())
        if instant(meant, one.zone) == one.due:
            return meant
    return shown


def _spelled(zone: str, first: datetime, last: datetime) -> Timezone:
    """The rules of `zone` from the year before `first` on.

    icalendar can do this too (7.3.2), but gives a change to summer time by the wall after it, so that it
    comes an hour late; RFC 5545 §3.6.5 wants the wall before it.
    """
    component = Timezone()
    component.add("tzid", zone)
    start = datetime(first.year - 1, 1, 1, tzinfo=UTC)
    end = datetime(last.year + YEARS_SPELLED, 1, 1, tzinfo=UTC)
    info = ZoneInfo(zone)
    at = start.astimezone(info)
    kinds: dict[tuple[timedelta, timedelta, str, bool], list[datetime]] = {}
    offset = at.utcoffset() or timedelta(0)
    kinds[offset, offset, at.tzname() or zone, bool(at.dst())] = [start + offset]
    for moment in _changes(info, start, end):
        after = moment.astimezone(info)
        before = (moment - timedelta(seconds=1)).astimezone(info).utcoffset() or timedelta(0)
        kind = (before, after.utcoffset() or timedelta(0), after.tzname() or zone, bool(after.dst()))
        kinds.setdefault(kind, []).append(moment + before)
    for (before, then, name, summer), walls in kinds.items():
        part = TimezoneDaylight() if summer else TimezoneStandard()
        naive = [wall.replace(tzinfo=None) for wall in walls]
        part.add("dtstart", naive[0])
        if len(naive) > 1:
            part.add("rdate", naive[1:])
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", then)
        part.add("tzname", name)
        component.add_component(part)
    return component


def _changes(info: ZoneInfo, start: datetime, end: datetime) -> Iterable[datetime]:
    """The instants between at which `info` changes what a clock shows, or what that is called."""

    def shown(moment: datetime) -> tuple[timedelta | None, str | None, timedelta | None]:
        there = moment.astimezone(info)
        return there.utcoffset(), there.tzname(), there.dst()

    low = start
    while low < end:
        high = low + _DAY
        if shown(low) != shown(high):
            left, right = low, high
            while right - left > timedelta(seconds=1):
                middle = (left + (right - left) / 2).replace(microsecond=0)
                left, right = (middle, right) if shown(middle) == shown(low) else (left, middle)
            yield right
        low = high
