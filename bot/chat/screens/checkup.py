"""The member's list: which platforms they use, what is on and off there, and what to do first."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat import actions
from bot.chat.blocks import Block, Button, Heading, Items, Screen, Span, Strong, line
from bot.chat.screens.rows import Row, home_row, packed, press
from bot.chat.screens.viewer import Viewer
from bot.guides.checkup import PACKS, Line, Setting, first_to_do, offered, pack


def platforms_screen(viewer: Viewer, chosen: frozenset[str]) -> Screen:
    """Which platforms the member uses: one by one, or a whole pack."""
    _ = viewer.words.text
    names = {
        "jobs": _("Job seeker"),
        "parent": _("Parent"),
        "creator": _("Creator"),
        "developer": _("Developer"),
    }
    packs: list[Button] = [
        press(names[name], actions.TakePack(name)) for name in PACKS if pack(viewer.base, name)
    ]
    each: list[Button] = []
    on, off = (_("{name}: yes"), "{name}") if viewer.plain else ("✓ {name}", "{name}")
    for platform in offered(viewer.base):
        used = platform.id in chosen
        label = (on if used else off).format(name=platform.name)
        each.append(press(label, actions.UsePlatform(platform.id, "no" if used else "yes")))
    number = len(chosen & {platform.id for platform in offered(viewer.base)})
    counted = viewer.words.count("{number} is on your list.", "{number} are on your list.", number)
    return Screen(
        blocks=(
            line(_("Which of these do you use? Tap them, or take a whole pack and change it after.")),
            line(
                f"{counted} "
                + _("Only their names are kept, under a code instead of yours; /forget ends it.")
            ),
        ),
        rows=(
            *packed(packs),
            *packed(each, across=3),
            (press(_("Show my list"), actions.ShowCheckup()),),
            home_row(viewer),
        ),
    )


def checkup_screen(viewer: Viewer, found: Sequence[Line]) -> Screen:
    """What is on, off and unknown, with the day on which that was seen; the first thing to do on top."""
    _ = viewer.words.text
    first = first_to_do(found)
    blocks: list[Block] = [Heading(_("Your list")), Items(tuple(_item(one, found, viewer) for one in found))]
    rows: list[Row] = []
    if first is not None and first.entry is not None:
        blocks.append(line(Strong(_("Do this first: ")), first.entry.title))
        label = _("First: {title}").format(title=viewer.label(first.entry))
        rows.append((press(label, actions.ChooseSurface(first.entry.id)),))
    else:
        blocks.append(line(_("Everything is off that can be. Settings move: look again in a few months.")))
    rows.append((press(_("Change my platforms"), actions.ChoosePlatforms()),))
    return Screen(blocks=tuple(blocks), rows=(*rows, home_row(viewer)))


def _item(one: Line, found: Sequence[Line], viewer: Viewer) -> tuple[Span, ...]:
    _ = viewer.words.text
    several = sum(other.platform == one.platform for other in found) > 1
    main = one.entry is None or one.entry.id == f"{one.platform.id}.opt-out"
    name = one.platform.name
    if one.entry is not None and one.setting is not Setting.NO_SWITCH and (several or not main):
        name = f"{name}, {viewer.label(one.entry)}"
    day = viewer.words.day(one.on) if one.on else ""
    said = {
        Setting.OFF: _("off, seen on {day}").format(day=day),
        Setting.ON: _("on again, seen on {day}").format(day=day),
        Setting.BEGUN: _("begun, not finished"),
        Setting.UNKNOWN: _("unknown"),
        Setting.NO_SWITCH: _("there is no switch where you live"),
    }[one.setting]
    again = _("; that is long ago, please look again") if one.old else ""
    return (Strong(name), f": {said}{again}")
