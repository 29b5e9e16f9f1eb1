"""From pieces to days and times: the calendar, as seen from one moment in one zone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.reminders.phrases.days import days_of, in_month
from bot.reminders.phrases.pieces import (
    Ahead,
    Day,
    EndOf,
    Every,
    EveryDayOfMonth,
    EveryNth,
    EveryWeekday,
    Midnight,
    NthIn,
    OnDate,
    OnWeekday,
    Part,
    Piece,
    Repeat,
    Time,
    TooOften,
    Unit,
    Vague,
)
from bot.reminders.phrases.reading import Candidate, Past, Reading, Schedules, TooFar, TooSoon, Unclear, Why
from bot.reminders.rules import Days, Months, NthWeekday, Once, Rule, Weeks
from bot.reminders.schedule import MAX_AHEAD, MIN_AHEAD, instant, local, next_due

DEFAULT_TIME = time(10, 0)
"""When no time of day is named."""

PART_TIMES = {
    Part.MORNING: time(9, 0),
    Part.NOON: time(12, 0),
    Part.AFTERNOON: time(15, 0),
    Part.EVENING: time(20, 0),
    Part.NIGHT: time(22, 0),
}
"""What a part of the day means when no hour is named with it."""

_NIGHT_HOURS = 6
"""Hours below this are seldom meant when "at 3" is said: both are offered."""

_MONTH_FIRST = frozenset({"us"})
_EITHER = frozenset({"ca", "ph", "za", "ke", "gh"})


@dataclass(frozen=True, slots=True)
class Moment:
    """Where and when a phrase is read.

    Attributes:
        now: aware.
        zone: IANA name.
        day_first: whether 12/1 is 12 January; None when either may be meant.
    """

    now: datetime
    zone: str
    day_first: bool | None

    @property
    def local(self) -> datetime:
        """The wall time, naive."""
        return local(self.now, self.zone)


def day_first(region: str | None, language: str) -> bool | None:
    """The order of 12/1 in `region` (an id such as `de`, `us-ca`); None when it is not settled."""
    country = (region or "").partition("-")[0]
    if country in _MONTH_FIRST:
        return False
    if country in _EITHER:
        return None
    if country:
        return True
    return None if language == "en" else True


@dataclass(frozen=True, slots=True)
class _Option:
    """A reading before it is checked: exact instants have no wall of their own."""

    rule: Rule | None
    wall: datetime


def resolve(pieces: Sequence[Piece], moment: Moment, *, example: str) -> Reading:
    """The reading of `pieces`.

    Raises:
        ValueError, KeyError: there is no such zone.
    """
    if any(isinstance(piece, TooOften) for piece in pieces):
        return Unclear(example, Why.TOO_OFTEN)
    if any(isinstance(piece, Vague) for piece in pieces):
        return Unclear(example, Why.VAGUE)
    days = [piece for piece in pieces if isinstance(piece, Day)]
    repeats = [piece for piece in pieces if isinstance(piece, Repeat)]
    clocks = [piece for piece in pieces if isinstance(piece, Time)]
    parts = [piece for piece in pieces if isinstance(piece, Part)]
    day = days[0] if days else None
    said = clocks[0] if clocks else None
    part = parts[0] if parts else None
    try:
        if isinstance(day, Ahead) and day.seconds:
            return _exactly(day, moment, example, alone=len(pieces) == 1)
        if not (day or repeats or said or part):
            return Unclear(example)
        times = _times(said, part, moment, only=not (day or repeats))
        options = list(_options(day, repeats, times, moment))
    except OverflowError:
        return TooFar(datetime.max.replace(tzinfo=UTC))
    if not options:
        return Unclear(example)
    return _judge(options, moment, time_assumed=not (said or part))


def _exactly(ahead: Ahead, moment: Moment, example: str, *, alone: bool) -> Reading:
    if not alone:
        return Unclear(example)
    shown = moment.local
    shown = in_month(shown, ahead.months) + timedelta(days=ahead.days)
    start = instant(shown, moment.zone) if ahead.months or ahead.days else moment.now.astimezone(UTC)
    due = start + timedelta(seconds=ahead.seconds)
    if due.microsecond:
        due = due.replace(microsecond=0) + timedelta(seconds=1)
    return _checked([Candidate(Once(), local(due, moment.zone), due)], moment, time_assumed=False)


def _times(said: Time | None, part: Part | None, moment: Moment, *, only: bool) -> list[tuple[int, time]]:
    """Days to add and time of day, likelier first."""
    if isinstance(said, Midnight):
        return [(1, time(0, 0))] if only else [(0, time(0, 0)), (1, time(0, 0))]
    if said is None:
        return [(0, PART_TIMES[part] if part else DEFAULT_TIME)]
    if said.hour == 24:
        return [(1, time(0, 0))]
    hour = said.hour
    if part in (Part.AFTERNOON, Part.EVENING, Part.NIGHT) and 1 <= hour <= 11:
        if part is not Part.AFTERNOON and hour < 5:
            return [(1, time(hour, said.minute))]
        return [(0, time(hour + 12, said.minute))]
    if part is Part.NOON and 1 <= hour <= 3:
        return [(0, time(hour + 12, said.minute))]
    morning = time(hour, said.minute)
    if not said.half_open or part is not None:
        return [(0, morning)]
    afternoon = time(hour + 12, said.minute)
    if hour < _NIGHT_HOURS + 1:
        return [(0, afternoon), (0, morning)]
    now = moment.local.time()
    return [(0, afternoon), (0, morning)] if only and morning <= now < afternoon else [(0, morning)]


def _options(
    day: Day | None, repeats: Sequence[Repeat], times: list[tuple[int, time]], moment: Moment
) -> Iterator[_Option]:
    today = moment.local.date()
    if not repeats:
        if day is None:
            yield from (_next_time(shift, at, moment) for shift, at in times)
            return
        days = list(days_of(day, today, first_is_day=moment.day_first))
        for at_day in days:
            # Two days and two times would be four buttons: the likelier time is taken.
            for shift, at in times if len(days) == 1 else times[:1]:
                yield _Option(Once(), datetime.combine(at_day + timedelta(days=shift), at))
        return
    for at in dict.fromkeys(at for _, at in times):
        for rule, first in _rules(repeats, day, today, moment):
            wall = datetime.combine(first, at)
            due = next_due(rule, wall, moment.zone, None)
            if due is not None and due <= moment.now:
                due = next_due(rule, wall, moment.zone, moment.now)
            if due is not None:
                shown = local(due, moment.zone)
                yield _Option(rule, datetime.combine(shown.date(), at))


def _next_time(shift: int, at: time, moment: Moment) -> _Option:
    """The next time that a clock shows `at`."""
    wall = datetime.combine(moment.local.date() + timedelta(days=shift), at)
    if instant(wall, moment.zone) <= moment.now:
        wall += timedelta(days=1)
    return _Option(Once(), wall)


def _rules(
    repeats: Sequence[Repeat], day: Day | None, today: date, moment: Moment
) -> Iterator[tuple[Rule, date]]:
    """Rules, and the day from which they are counted."""
    step = next((piece for piece in repeats if isinstance(piece, Every)), None)
    on = next((piece for piece in repeats if not isinstance(piece, Every)), None)
    starts = list(days_of(day, today, first_is_day=moment.day_first)) if day is not None else [today]
    for start in starts:
        match on, step:
            case None, Every() as each:
                yield from _stepping(each, day, start, today)
            case EveryWeekday(weekdays, weeks), Every(number, Unit.WEEK):
                yield Weeks(weekdays, max(weeks, number)), start
            case EveryWeekday(weekdays, weeks), None:
                yield Weeks(weekdays, weeks), start
            case EveryDayOfMonth(number_of), Every(number, Unit.MONTH):
                yield Months(number_of, number), start
            case EveryDayOfMonth(number_of), None:
                yield Months(number_of), start
            case EveryNth(nth, weekday, _), Every(number, Unit.MONTH):
                yield NthWeekday(nth, weekday, number), start
            case EveryNth(nth, weekday, of_month), None:
                yield NthWeekday(nth, weekday), start
                if not of_month and nth > 1:
                    yield Weeks((weekday,), nth), start
            case _:
                return


def _stepping(each: Every, day: Day | None, start: date, today: date) -> Iterator[tuple[Rule, date]]:
    """Every so many days, weeks or months: from `start` where one is named, else from one step ahead."""
    match each.unit, day:
        case Unit.MONTH, NthIn(nth, weekday):
            yield NthWeekday(nth, weekday, each.number), start
        case Unit.MONTH, EndOf():
            yield Months(31, each.number), start
        case Unit.MONTH, None:
            yield Months(today.day, each.number), in_month(today, each.number)
        case Unit.MONTH, OnDate(number):
            yield Months(number, each.number), start
        case Unit.MONTH, _:
            yield Months(start.day, each.number), start
        case Unit.WEEK, None:
            first = today + timedelta(weeks=each.number)
            yield Weeks((first.weekday(),), each.number), first
        case Unit.WEEK, OnWeekday(weekday) if each.number == 1:
            yield Weeks((weekday,)), today
        case Unit.WEEK, _:
            yield Weeks((start.weekday(),), each.number), start
        case _, None:
            yield Days(each.number), today if each.number == 1 else today + timedelta(days=each.number)
        case _:
            yield Days(each.number), start


def _judge(options: Sequence[_Option], moment: Moment, *, time_assumed: bool) -> Reading:
    found: list[Candidate] = []
    for option in options:
        rule = option.rule or Once()
        candidate = Candidate(rule, option.wall, instant(option.wall, moment.zone))
        if candidate not in found:
            found.append(candidate)
    return _checked(found, moment, time_assumed=time_assumed)


def _checked(found: list[Candidate], moment: Moment, *, time_assumed: bool) -> Reading:
    found.sort(key=lambda candidate: candidate.due)
    later = [candidate for candidate in found if candidate.due > moment.now]
    if not later:
        return Past(found[-1].due)
    near = [candidate for candidate in later if candidate.due - moment.now <= MAX_AHEAD]
    if not near:
        return TooFar(later[0].due)
    fit = [candidate for candidate in near if candidate.due - moment.now >= MIN_AHEAD]
    return Schedules(tuple(fit[:2]), time_assumed) if fit else TooSoon()
