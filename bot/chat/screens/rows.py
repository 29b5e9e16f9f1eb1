"""Rows of buttons that several screens share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.chat import actions, buttons
from bot.chat.blocks import Button, Press
from bot.chat.screens.naming import named_label
from bot.chat.screens.viewer import Viewer
from bot.knowledge.model import Entry

Row = tuple[Button, ...]

_LONG = 16
"""A label with more characters gets a row of its own: two of them would be cut on a phone."""


def press(label: str, action: actions.Action) -> Press:
    """A button that comes back as `action`."""
    return Press(label, buttons.encode(action))


def packed(row: Sequence[Button], *, across: int = 2) -> list[Row]:
    """Buttons in rows of at most `across`; long labels stand alone."""
    rows: list[Row] = []
    room: list[Button] = []
    for button in row:
        if len(button.label) > _LONG:
            rows += [tuple(room)] if room else []
            rows.append((button,))
            room = []
            continue
        room.append(button)
        if len(room) == across:
            rows.append(tuple(room))
            room = []
    return [*rows, *([tuple(room)] if room else [])]


def entry_buttons(entries: Iterable[Entry], viewer: Viewer, *, about: str | None) -> list[Button]:
    """A button for each entry; it names the service, unless that is the platform `about`."""
    return [press(named_label(entry, viewer, about=about), actions.ShowEntry(entry.id)) for entry in entries]


def home_row(viewer: Viewer) -> Row:
    """The way back to the first screen."""
    return (press(viewer.words.text("Menu"), actions.Home()),)


def region_buttons(viewer: Viewer, *, entry: str = "") -> list[Row]:
    """The choice of places, wide ones first; countries are one tap further."""
    _ = viewer.words.text
    wide = (
        ("eu", _("EU / EEA")),
        ("gb", _("UK")),
        ("ch", _("Switzerland")),
        ("us", _("US")),
        ("ca", _("Canada")),
        ("hk", _("Hong Kong")),
        ("br", _("Brazil")),
        ("elsewhere", _("Elsewhere")),
    )
    choices: list[Button] = [
        press(label, actions.SetRegion(region, entry))
        for region, label in wide
        if region == "elsewhere" or region in viewer.base.regions
    ]
    refuse = press(_("Don't say"), actions.SetRegion("unsaid", entry))
    return [*packed(choices, across=3), (refuse,)]
