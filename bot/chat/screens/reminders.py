"""Reminders: what is set, what was not understood, the list, and the reminder itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.chat import actions, buttons
from bot.chat.blocks import (
    Block,
    Button,
    Document,
    Heading,
    Items,
    Moment,
    Open,
    Paragraph,
    Screen,
    Span,
    Strong,
    line,
)
from bot.chat.screens.rows import Row, home_row, packed, press
from bot.chat.screens.rules import rule_words
from bot.chat.screens.viewer import Viewer
from bot.reminders.rules import Once, Rule, to_text

CITIES = {
    "ber": ("Berlin", "Europe/Berlin"),
    "lon": ("London", "Europe/London"),
    "par": ("Paris", "Europe/Paris"),
    "mad": ("Madrid", "Europe/Madrid"),
    "hel": ("Helsinki", "Europe/Helsinki"),
    "nyc": ("New York", "America/New_York"),
    "chi": ("Chicago", "America/Chicago"),
    "lax": ("Los Angeles", "America/Los_Angeles"),
    "sao": ("São Paulo", "America/Sao_Paulo"),
    "hkg": ("Hong Kong", "Asia/Hong_Kong"),
}
"""Cities that are offered as buttons, with their zones; any other is written."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A reminder as a screen needs it.

    Attributes:
        number: its number; 0 while it is not made yet.
        points_at: what it is about.
        rule: how it repeats.
        zone: IANA name.
        dues: the next due times, aware; at least one unless it has ended.
        paused: whether it rests.
        missed: when an occurrence was due that came too late to be sent.
    """

    number: int
    points_at: str
    rule: Rule
    zone: str
    dues: tuple[datetime, ...]
    paused: bool = False
    missed: datetime | None = None


def subject(points_at: str, viewer: Viewer) -> str:
    """What a reminder is about, in words."""
    entry = viewer.entry(points_at)
    if entry is None:
        platform = viewer.base.platforms.get(points_at.partition(".")[0])
        return viewer.named(platform.name) if platform else points_at
    platform = viewer.base.platforms.get(entry.platform)
    if platform is None or not platform.service or platform.name in entry.title:
        return entry.title
    return f"{platform.name}: {entry.title}"


def moment(due: datetime, zone: str, viewer: Viewer) -> Span:
    """A due time with weekday and date in the member's zone; Telegram shows it in the reader's own."""
    return Moment(viewer.words.appointment(due.astimezone(ZoneInfo(zone))), due)


def set_screen(planned: Planned, viewer: Viewer, *, changed: bool = False, assumed: bool = False) -> Screen:
    """Confirms a reminder: weekday, date, time, zone, and of a repeat the next three."""
    _ = viewer.words.text
    first = moment(planned.dues[0], planned.zone, viewer)
    head = _("Changed. I will remind you: ") if changed else _("I will remind you: ")
    blocks: list[Block] = [line(head, Strong(subject(planned.points_at, viewer)))]
    if isinstance(planned.rule, Once):
        blocks.append(line(first))
    else:
        blocks.append(line(_("{rule}, next:").format(rule=rule_words(planned.rule, viewer.words))))
        blocks.append(Items(tuple((moment(due, planned.zone, viewer),) for due in planned.dues[:3])))
    blocks.append(line(_("Time zone: {zone}. /timezone changes it.").format(zone=planned.zone)))
    if assumed:
        blocks.append(line(_("You named no time of day, so I took this one.")))
    number = str(planned.number)
    row: list[Button] = [
        press(_("Change"), actions.ReminderTap(number, "change")),
        press(_(".ics for my calendar"), actions.ReminderTap(number, "ics")),
        press(_("Remove"), actions.ReminderTap(number, "delete")),
    ]
    return Screen(blocks=tuple(blocks), rows=(*packed(row), home_row(viewer)))


def readings_screen(points_at: str, readings: Sequence[Planned], viewer: Viewer) -> Screen:
    """Two readings of the same words: two buttons."""
    _ = viewer.words.text
    rows: list[Row] = []
    for reading in readings:
        due = reading.dues[0].astimezone(ZoneInfo(reading.zone))
        label = viewer.words.short_appointment(due)
        if not isinstance(reading.rule, Once):
            label = f"{label}, {rule_words(reading.rule, viewer.words)}"
        rows.append((press(label[:60], make_button(points_at, reading.rule, due)),))
    text = _("That can mean two things. Which one do you want for {what}?")
    return Screen(blocks=(line(text.format(what=subject(points_at, viewer))),), rows=tuple(rows))


def make_button(points_at: str, rule: Rule, wall: datetime) -> actions.MakeReminder:
    """The button that makes a reminder; its state travels in it."""
    return actions.MakeReminder(points_at, buttons.rule_part(to_text(rule)), wall.strftime("%Y%m%d%H%M"))


def zone_screen(make: actions.MakeReminder | None, viewer: Viewer, *, not_found: bool = False) -> Screen:
    """Asks once for the city whose clocks count; a reminder that waits travels in the buttons."""
    _ = viewer.words.text
    cities: list[Button] = [
        press(
            city, actions.InZone(code, make.points_at, make.rule, make.wall) if make else actions.InZone(code)
        )
        for code, (city, _zone) in CITIES.items()
    ]
    blocks: list[Block] = []
    if not_found:
        blocks.append(line(_("I don't know that city. A larger one nearby will do.")))
    blocks.append(line(_("By which city's clock? I ask this once.")))
    blocks.append(line(_("Another one: write for example /timezone Lisbon")))
    return Screen(blocks=tuple(blocks), rows=tuple(packed(cities, across=3)))


def zone_set_screen(zone: str, viewer: Viewer, *, moved: int) -> Screen:
    """Confirms the zone, and that reminders moved with it."""
    _ = viewer.words.text
    blocks = [line(_("Your time zone is {zone}.").format(zone=zone))]
    if moved:
        text = viewer.words.count(
            "{number} reminder keeps its time of day there.",
            "{number} reminders keep their time of day there.",
            moved,
        )
        blocks.append(line(text))
    return Screen(blocks=tuple(blocks), rows=(home_row(viewer),))


def zones_screen(zones: Sequence[tuple[str, str]], viewer: Viewer) -> Screen:
    """Several cities bear that name: which one is meant is written with its zone."""
    _ = viewer.words.text
    items = tuple((f"{place}: /timezone {zone}",) for zone, place in zones)
    return Screen(blocks=(line(_("Which one do you mean?")), Items(items)))


def offer_screen(entry_id: str, walls: Sequence[tuple[str, actions.MakeReminder]], viewer: Viewer) -> Screen:
    """When to be reminded of a guide."""
    _ = viewer.words.text
    rows = packed([press(label, make) for label, make in walls])
    back = press(_("Back to the answer"), actions.ShowEntry(entry_id))
    text = _("Settings move. When shall I remind you to look again?")
    return Screen(blocks=(Heading(subject(entry_id, viewer)), line(text)), rows=(*rows, (back,)))


def unclear_screen(viewer: Viewer, *, example: str, reason: str = "") -> Screen:
    """The time was not understood; nothing is set."""
    _ = viewer.words.text
    blocks: list[Block] = [line(reason or _("I did not understand the time, so nothing is set."))]
    blocks.append(line(_("Write for example: {example}").format(example=example)))
    return Screen(blocks=tuple(blocks))


def refused_screen(viewer: Viewer, reason: str) -> Screen:
    """Why a reminder is not made or changed, in one line."""
    _ = viewer.words.text
    row = (press(_("My reminders"), actions.ShowReminders()),)
    return Screen(blocks=(line(reason),), rows=(row, home_row(viewer)))


def list_screen(reminders: Sequence[Planned], viewer: Viewer) -> Screen:
    """All reminders; a button for each."""
    _ = viewer.words.text
    if not reminders:
        text = _("You have no reminders. Write for example: /remind in 3 months linkedin")
        return Screen(blocks=(line(text),), rows=(home_row(viewer),))
    items: list[tuple[Span, ...]] = []
    for place, planned in enumerate(reminders, start=1):
        spans: list[Span] = [Strong(f"{place}. {subject(planned.points_at, viewer)}"), ": "]
        if not isinstance(planned.rule, Once):
            spans.append(f"{rule_words(planned.rule, viewer.words)}, ")
        if planned.paused:
            spans.append(_("paused"))
        elif planned.dues:
            spans.append(moment(planned.dues[0], planned.zone, viewer))
        if planned.missed:
            late = viewer.words.short_appointment(planned.missed.astimezone(ZoneInfo(planned.zone)))
            spans.append(_(" (one of {day} came too late and was skipped)").format(day=late))
        items.append(tuple(spans))
    numbers: list[Button] = [
        press(str(place), actions.ShowReminder(str(planned.number)))
        for place, planned in enumerate(reminders, start=1)
    ]
    calendar = press(_("All as .ics"), actions.ReminderTap("0", "ics"))
    rows = [*packed(numbers, across=5), (calendar,), home_row(viewer)]
    return Screen(blocks=(Items(tuple(items)), line(_("Tap a number to change one."))), rows=tuple(rows))


def reminder_screen(planned: Planned, viewer: Viewer) -> Screen:
    """One reminder and what can be done with it."""
    _ = viewer.words.text
    number = str(planned.number)
    blocks: list[Block] = [Heading(subject(planned.points_at, viewer))]
    if planned.dues:
        spans: list[Span] = [moment(planned.dues[0], planned.zone, viewer)]
        if not isinstance(planned.rule, Once):
            spans.insert(0, f"{rule_words(planned.rule, viewer.words)}, ")
        blocks.append(Paragraph(tuple(spans)))
    blocks.append(line(_("Time zone: {zone}.").format(zone=planned.zone)))
    if planned.paused:
        blocks.append(line(_("It rests now.")))
    pause = (
        press(_("Go on"), actions.ReminderTap(number, "resume"))
        if planned.paused
        else press(_("Pause"), actions.ReminderTap(number, "pause"))
    )
    row: list[Button] = [pause]
    if not isinstance(planned.rule, Once):
        row.append(press(_("Skip once"), actions.ReminderTap(number, "skip")))
    row += [
        press(_("Change"), actions.ReminderTap(number, "change")),
        press(_(".ics"), actions.ReminderTap(number, "ics")),
        press(_("Delete"), actions.ReminderTap(number, "delete")),
    ]
    back = press(_("My reminders"), actions.ShowReminders())
    return Screen(blocks=tuple(blocks), rows=(*packed(row), (back,)))


def deleted_screen(viewer: Viewer) -> Screen:
    """A reminder is gone."""
    _ = viewer.words.text
    row = (press(_("My reminders"), actions.ShowReminders()), *home_row(viewer))
    return Screen(blocks=(line(_("Deleted.")),), rows=(row,))


def which_time_screen(points_at: str, makes: Sequence[Button], viewer: Viewer) -> Screen:
    """Two readings of the words that change a reminder."""
    _ = viewer.words.text
    text = _("That can mean two things. Which one do you want for {what}?")
    rows = tuple((button,) for button in makes)
    return Screen(blocks=(line(text.format(what=subject(points_at, viewer))),), rows=rows)


def change_screen(planned: Planned, makes: Sequence[Button], viewer: Viewer) -> Screen:
    """Other times for a reminder, and how to write one's own."""
    _ = viewer.words.text
    text = _("Choose, or write when, for example: every 2 months at 9")
    return Screen(
        blocks=(Heading(subject(planned.points_at, viewer)), line(text)),
        rows=(
            *packed(makes),
            (press(_("Back"), actions.ShowReminder(str(planned.number))),),
        ),
    )


def calendar_screen(viewer: Viewer, document: Document) -> Screen:
    """A file for the calendar."""
    text = viewer.words.text("Open the file to put it into your calendar.")
    return Screen(blocks=(line(text),), documents=(document,))


def due_screen(planned: Planned, due: datetime, viewer: Viewer, *, late: bool, repeat: bool) -> Screen:
    """The reminder itself: what to check and how, in three lines."""
    _ = viewer.words.text
    entry = viewer.entry(planned.points_at)
    blocks: list[Block] = [line(Strong(_("Time to check: ")), subject(planned.points_at, viewer))]
    if entry and entry.guide:
        blocks.append(line(_("Open the setting and look whether it is still off.")))
    else:
        blocks.append(line(_("Look whether everything is still as you want it.")))
    if late:
        blocks.append(
            line(_("This was due at another time, and comes late: "), moment(due, planned.zone, viewer))
        )
    if repeat:
        blocks.append(line(_("(This may be a repeat: I could not see whether the first one arrived.)")))
    number = str(planned.number)
    rows: list[Row] = []
    if entry and entry.guide:
        rows.append((Open(_("Open the setting"), entry.guide.official),))
    rows.append(
        (
            press(_("Still off"), actions.Answered(number, "off")),
            press(_("It is on again"), actions.Answered(number, "on")),
        )
    )
    if entry:
        rows.append(
            (
                press(
                    _("Show the steps"),
                    actions.WalkAgain(entry.id) if entry.guide else actions.ShowEntry(entry.id),
                ),
            )
        )
    rows.append(
        (
            press(_("Tomorrow"), actions.Snooze(number, "1")),
            press(_("Next week"), actions.Snooze(number, "7")),
        )
    )
    rows.append((press(_("Stop"), actions.Answered(number, "stop")),))
    return Screen(blocks=tuple(blocks), rows=tuple(rows))


def answered_screen(planned: Planned, viewer: Viewer, *, answer: str) -> Screen:
    """What an answer to a reminder did."""
    _ = viewer.words.text
    next_one: list[Block] = []
    if planned.dues and answer != "stop":
        next_one = [line(_("Next: "), moment(planned.dues[0], planned.zone, viewer))]
    said = {
        "off": _("Good. I noted that it is still off."),
        "on": _("Then switch it off again. I noted it."),
        "stop": _("Stopped. This reminder does not come any more."),
        "snooze": _("I will come back."),
    }[answer]
    rows: list[Row] = []
    entry = viewer.entry(planned.points_at)
    if answer == "on" and entry:
        rows.append(
            (
                press(
                    _("Show the steps"),
                    actions.WalkAgain(entry.id) if entry.guide else actions.ShowEntry(entry.id),
                ),
            )
        )
    rows.append((press(_("My reminders"), actions.ShowReminders()), *home_row(viewer)))
    return Screen(blocks=(line(said), *next_one), rows=tuple(rows))
