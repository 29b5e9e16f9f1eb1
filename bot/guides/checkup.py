"""What is on and off on the platforms that a member uses, and what to do first. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.guides.machine import State, Way
from bot.knowledge.model import Coverage, Entry, KnowledgeBase, Platform
from bot.knowledge.regions import shown_coverage

PACKS: Mapping[str, tuple[str, ...]] = {
    "jobs": ("linkedin", "xing", "google", "microsoft", "openai"),
    "parent": ("meta", "google", "tiktok", "snapchat", "amazon", "apple"),
    "creator": ("meta", "tiktok", "x", "pinterest", "adobe", "google", "reddit"),
    "developer": ("github", "openai", "anthropic", "google", "microsoft", "slack"),
}
"""Platforms that people of one kind tend to use, by platform id; those that are not covered are left out."""


class Setting(StrEnum):
    """How the setting stands that a guide is about."""

    OFF = "off"
    ON = "on"
    BEGUN = "begun"
    """The guide was begun and not finished."""
    UNKNOWN = "unknown"
    NO_SWITCH = "none"
    """There is nothing to switch off."""


@dataclass(frozen=True, slots=True)
class Seen:
    """How a member found a setting when they last looked.

    Attributes:
        points_at: an entry's or a platform's id.
        setting: on or off.
        at: when.
    """

    points_at: str
    setting: Setting
    at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a member's list.

    Attributes:
        platform: what it is about.
        entry: the guide; for a platform without one its most useful entry, if there is any.
        setting: how it stands.
        on: the day on which that was seen.
        old: True when that was so long ago that it should be looked at again.
    """

    platform: Platform
    entry: Entry | None
    setting: Setting
    on: date | None = None
    old: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a member.

    Attributes:
        platforms: ids of those on their list.
        ways: their ways, with the day on which each guide was finished, if it was.
        seen: what they said about settings.
    """

    platforms: frozenset[str] = frozenset()
    ways: tuple[tuple[Way, datetime | None], ...] = ()
    seen: tuple[Seen, ...] = ()


def offered(base: KnowledgeBase) -> tuple[Platform, ...]:
    """The platforms that can be put on a list: services that we have entries about."""
    covered = {entry.platform for entry in base.languages["en"].entries.values()}
    return tuple(one for one in base.platforms.values() if one.service and one.id in covered)


def pack(base: KnowledgeBase, name: str) -> tuple[str, ...]:
    """Ids of the platforms of a pack that are covered; empty for a pack that there is not."""
    known = {platform.id for platform in offered(base)}
    return tuple(platform for platform in PACKS.get(name, ()) if platform in known)


def lines(
    base: KnowledgeBase, kept: Kept, *, language: str, region: str | None, today: date
) -> tuple[Line, ...]:
    """A line for each switch on the platforms that the member uses, in the order of the platforms.

    Args:
        base: the knowledge in force.
        kept: what is known of the member.
        language: of the entries.
        region: where the member lives, since switches differ by region; None when it is not known.
        today: ages are counted from it.
    """
    found: list[Line] = []
    for platform in offered(base):
        if platform.id in kept.platforms:
            entries = _entries(base, platform.id, language)
            switches = _switches(entries, region, base)
            found += [_line(platform, entry, kept, today) for entry in switches]
            if not switches:
                about = next((entry for entry in entries if entry.no_opt_out), None) or entries[0]
                found.append(Line(platform, about, Setting.NO_SWITCH))
    return tuple(found)


def first_to_do(found: Sequence[Line]) -> Line | None:
    """What to do first: what is on again, then what was begun, what nobody knows, what is long ago."""
    order = (Setting.ON, Setting.BEGUN, Setting.UNKNOWN)
    for setting in order:
        if line := next((line for line in found if line.setting is setting), None):
            return line
    return next((line for line in found if line.old), None)


def _entries(base: KnowledgeBase, platform: str, language: str) -> list[Entry]:
    english = [entry for entry in base.languages["en"].entries.values() if entry.platform == platform]
    return [base.entry(entry.id, language=language) or entry for entry in english]


def _switches(entries: Iterable[Entry], region: str | None, base: KnowledgeBase) -> list[Entry]:
    """Guides that stop something in `region`, the main one first; the others only fetch or ask."""
    found = [
        entry
        for entry in entries
        if any(row.how is Coverage.THIS for row in shown_coverage(entry, region, base))
    ]
    return sorted(found, key=lambda entry: (not entry.id.endswith(".opt-out"), entry.id))


def _line(platform: Platform, entry: Entry, kept: Kept, today: date) -> Line:
    said = [seen for seen in kept.seen if seen.points_at in _names(entry, platform)]
    walked = [(way, done_at) for way, done_at in kept.ways if way.entry == entry.id]
    said += [Seen(entry.id, Setting.OFF, done_at) for _, done_at in walked if done_at]
    last = max(said, key=lambda seen: seen.at, default=None)
    walking = any(way.state is not State.DONE for way, _ in walked)
    if walking and (last is None or last.setting is not Setting.OFF):
        return Line(platform, entry, Setting.BEGUN)
    if last is None:
        return Line(platform, entry, Setting.UNKNOWN)
    on = last.at.date()
    return Line(platform, entry, last.setting, on, old=(today - on).days > entry.review.every)


def _names(entry: Entry, platform: Platform) -> Collection[str]:
    """What a word about this switch may point at: itself, or a platform whose main switch it is."""
    return (entry.id, platform.id) if entry.id == f"{platform.id}.opt-out" else (entry.id,)
