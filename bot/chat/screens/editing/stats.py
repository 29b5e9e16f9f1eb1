"""The numbers of two weeks for editors, as a table in text and as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from bot.chat import editing_actions as actions
from bot.chat.blocks import Document, Heading, Preformatted, Screen, line
from bot.chat.screens.editing.chart import draw_bars
from bot.chat.screens.rows import home_row, press
from bot.chat.screens.viewer import Viewer
from bot.editing.work import Count

DAYS = 14
BLURRED_BELOW = 5
"""Smaller numbers are shown as `<5`: behind one there may be a single person."""

_THOUSANDS_FROM = 10_000

_COLUMNS = (
    (Count.ASKED, "ask"),
    (Count.ANSWERED, "ans"),
    (Count.SUGGESTED, "sug"),
    (Count.REFUSED, "ref"),
    (Count.NOT_HELPFUL, "not"),
    (Count.STALE, "old"),
    (Count.FINISHED, "gui"),
)


def stats_screen(numbers: Mapping[tuple[date, Count], int], viewer: Viewer) -> Screen:
    """Two weeks, day by day, and the sums.

    Args:
        numbers: how often each thing happened on each day.
        viewer: the editor.
    """
    _ = viewer.words.text
    days = [viewer.today - timedelta(days=ago) for ago in range(DAYS)]
    lines = ["   " + " ".join(f"{short:>4}" for _count, short in _COLUMNS)]
    for day in days:
        row = {count: numbers.get((day, count), 0) for count, _short in _COLUMNS}
        lines.append(f"{day:%d} " + " ".join(f"{_cell(count, row):>4}" for count, _short in _COLUMNS))
    sums = [sum(numbers.get((day, count), 0) for day in days) for count, _short in _COLUMNS]
    lines.append("all" + " ".join(f"{rounded(number):>4}" for number in sums))
    legend = _(
        "ask: asked, ans: answered, sug: topics suggested, ref: not answered, not: not what was meant, "
        "old: answered from a text that is due for a check, gui: guides finished. Days in UTC."
    )
    again = sum(numbers.get((day, Count.ON_AGAIN), 0) for day in days)
    different = sum(numbers.get((day, Count.DIFFERENT), 0) for day in days)
    sent = sum(numbers.get((day, Count.SENT), 0) for day in days)
    more = _("In these days: on again {again}, looks different {different}, sent to the editors {sent}.")
    return Screen(
        blocks=(
            Heading(_("The last 14 days")),
            Preformatted("\n".join(lines)),
            line(more.format(again=blurred(again), different=blurred(different), sent=blurred(sent))),
            line(legend),
            line(
                _(
                    "Numbers under five are shown as <5, and what would give them away as 10+. "
                    "The picture goes in steps of five."
                )
            ),
        ),
        rows=((press(_("What waits"), actions.ShowQueue()),), home_row(viewer)),
        documents=(Document(name="stats.png", content=picture(numbers, days[::-1])),),
    )


def blurred(number: int) -> str:
    """A number as it may be shown, in at most four signs."""
    if number >= _THOUSANDS_FROM:
        return f"{number // 1000}k"
    return str(number) if number >= BLURRED_BELOW or number == 0 else f"<{BLURRED_BELOW}"


def rounded(number: int) -> str:
    """A sum of which parts are not shown exactly: else they could be reckoned from it."""
    if not BLURRED_BELOW <= number < _THOUSANDS_FROM:
        return blurred(number)
    return f"{number // BLURRED_BELOW * BLURRED_BELOW}+"


def _cell(count: Count, row: Mapping[Count, int]) -> str:
    number = row[count]
    return rounded(number) if count is Count.ASKED and _hides(row) else blurred(number)


def _hides(row: Mapping[Count, int]) -> bool:
    """Whether one of the parts of all questions is not shown."""
    parts = (row[count] for count in (Count.ANSWERED, Count.SUGGESTED, Count.REFUSED))
    return any(0 < part < BLURRED_BELOW for part in parts)


def picture(numbers: Mapping[tuple[date, Count], int], days: list[date]) -> bytes:
    """Asked, and of it answered, by day, as a PNG; in steps of five."""

    def shown(day: date, count: Count) -> int:
        return numbers.get((day, count), 0) // BLURRED_BELOW * BLURRED_BELOW

    return draw_bars(
        [(shown(day, Count.ASKED), shown(day, Count.ANSWERED)) for day in days],
        labels=[f"{day:%d}" for day in days],
    )
