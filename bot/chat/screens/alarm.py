"""Distress, danger and typed secrets: what is said before, or instead of, an answer."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat.blocks import Block, Heading, Items, Link, Screen, Span, Strong, line
from bot.chat.screens.viewer import Viewer
from bot.knowledge.model import ContactPoint
from bot.knowledge.regions import chain


def distress_screen(viewer: Viewer) -> Screen:
    """Who to call, and nothing else."""
    _ = viewer.words.text
    blocks: list[Block] = [
        line(_("I am a program and cannot help with this, but people can, now.")),
        line(Strong(_emergency(viewer))),
        *_points(viewer.base.helplines.distress, viewer),
        line(_("You do not have to give your name.")),
    ]
    return Screen(blocks=tuple(blocks))


def children_screen(viewer: Viewer) -> Screen:
    """Help for a child in danger, with official contact points."""
    return _help_card(viewer, viewer.words.text("A child needs help"), viewer.base.helplines.children)


def images_screen(viewer: Viewer) -> Screen:
    """Help against intimate pictures that are shared or threatened with."""
    _ = viewer.words.text
    return _help_card(viewer, _("Help with intimate pictures"), viewer.base.helplines.images)


def _help_card(viewer: Viewer, title: str, points: Sequence[ContactPoint]) -> Screen:
    _ = viewer.words.text
    return Screen(
        blocks=(
            Heading(title),
            line(
                _(
                    "You are not to blame. Do not pay, do not send anything more, and do not send "
                    "pictures to anyone, "
                    "also not as evidence to me."
                )
            ),
            line(_emergency(viewer)),
            *_points(points, viewer),
        )
    )


def despair_line(viewer: Viewer) -> str:
    """One line under an answer for somebody who sounds at the end of their strength."""
    _ = viewer.words.text
    point = next(iter(_nearest(viewer.base.helplines.distress, viewer)), None)
    if point is None or not (point.phone or point.url):
        return ""
    how = ", ".join(viewer.named(way) for way in (point.phone or point.url, point.hours) if way)
    text = _("If it is getting too much, talk to somebody: {name}, {how}.")
    return text.format(name=viewer.named(point.name), how=how)


def secret_screen(viewer: Viewer) -> Screen:
    """Asks to delete a message that holds a secret; never repeats it."""
    _ = viewer.words.text
    return Screen(
        blocks=(
            line(
                Strong(
                    _("Please delete that message: it looks like a password, code, card or identity number.")
                )
            ),
            line(
                _(
                    "Nothing of it was kept here, but Telegram keeps the chat until you delete it. "
                    "If anyone asked you for it, change it now."
                )
            ),
            line(_("I never need such a thing. Ask again without it.")),
        )
    )


def _emergency(viewer: Viewer) -> str:
    _ = viewer.words.text
    numbers = viewer.base.helplines.emergency
    for region in chain(viewer.base, viewer.place or "eu"):
        if region in numbers:
            if viewer.place:
                return _("In danger of life: call {number}.").format(number=numbers[region])
            return _("In danger of life: call {number} (Europe) or your country's emergency number.").format(
                number=numbers[region]
            )
    return _("In danger of life: call your country's emergency number.")


def _nearest(points: Sequence[ContactPoint], viewer: Viewer) -> list[ContactPoint]:
    """The points of the nearest region that has any; directories for the world when none has."""
    for region in (*chain(viewer.base, viewer.place), "world"):
        if found := [point for point in points if point.region == region]:
            return found
    return []


def _points(points: Sequence[ContactPoint], viewer: Viewer) -> list[Block]:
    _ = viewer.words.text
    items: list[tuple[Span, ...]] = []
    found = _nearest(points, viewer)[:4]
    for point in found:
        spans: list[Span] = [Strong(viewer.named(point.name))]
        ways = [viewer.named(way) for way in (point.phone, point.text, point.hours) if way]
        if ways:
            spans.append(f": {', '.join(ways)}")
        if point.url:
            spans += [". ", Link(_("Page"), point.url)]
        items.append(tuple(spans))
    if not items:
        return []
    checked = max(point.checked for point in found)
    return [
        Items(tuple(items)),
        line(_("Numbers compared with their sources on {day}.").format(day=viewer.words.day(checked))),
    ]
