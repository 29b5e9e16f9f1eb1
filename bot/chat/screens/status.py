"""How the bot stands, for everybody who asks: what it rests on, and what is slow at the moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.chat.blocks import Screen, line
from bot.chat.screens.rows import home_row
from bot.chat.screens.viewer import Viewer
from bot.chat.wording import SOURCE_LANGUAGE

LATE = timedelta(minutes=2)
"""From how late on messages are said to be."""
SLOW = 3.0
"""From how many seconds on answers are said to wait."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What anybody may know of how it goes.

    Attributes:
        remembers: whether the storage works.
        late: how late the oldest message is that is due.
        wait: seconds that answers wait for their turn.
        given_up: how many messages of the last 30 days could not be brought, by why
            (`bot.deliveries.model.Why`, or the name of a bug).
    """

    remembers: bool
    late: timedelta = timedelta()
    wait: float = 0.0
    given_up: Mapping[str, int] = field(default_factory=dict)


def status_screen(viewer: Viewer, standing: Standing) -> Screen:
    """/status: whether everything works, which knowledge is in force, and when it was last checked."""
    _ = viewer.words.text
    lines = []
    if not standing.remembers:
        lines.append(_("My storage does not answer. Questions work; choices and reminders have to wait."))
    if standing.wait >= SLOW:
        seconds = round(standing.wait)
        lines.append(
            _("Many people are asking: answers wait about {seconds} seconds.").format(seconds=seconds)
        )
    if standing.late >= LATE:
        minutes = int(standing.late.total_seconds() // 60)
        lines.append(_("Reminders come about {minutes} minutes late.").format(minutes=minutes))
    if standing.given_up:
        lines.append(
            _("Given up in the last 30 days: {list}.").format(list=_given_up(viewer, standing.given_up))
        )
    if not lines:
        lines.append(_("Everything works: answers and reminders come at once."))
    lines.append(
        _("Knowledge: state {revision}, {count} topics, last checked {date}.").format(
            revision=viewer.base.revision[:8],
            count=len(viewer.base.languages[SOURCE_LANGUAGE].entries),
            date=viewer.words.day(last_check(viewer)),
        )
    )
    return Screen(blocks=tuple(line(one) for one in lines), rows=(home_row(viewer),))


def _given_up(viewer: Viewer, counts: Mapping[str, int]) -> str:
    _ = viewer.words.text
    words = {"refused": _("refused by Telegram"), "unclear": _("perhaps arrived")}
    said: dict[str, int] = {}
    for why, number in counts.items():
        name = words.get(why, _("a fault of mine"))
        said[name] = said.get(name, 0) + number
    return ", ".join(f"{number} {name}" for name, number in said.items())


def last_check(viewer: Viewer) -> date:
    """The newest day on which any claim was checked."""
    return max(
        (
            claim.checked
            for entry in viewer.base.languages[SOURCE_LANGUAGE].entries.values()
            for claim in entry.claims
        ),
        default=viewer.today,
    )
