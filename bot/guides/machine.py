"""A member's way through a guide as a value, and what each tap makes of it.

Steps are found by id, never by position. A guide may change while somebody walks it: the way then goes on
at the same step when there still is one, else after the last step that was done and still exists, and the
change is said. Nothing moves on in the same breath: a person first sees the step as it is now, since what
they did may have been another step of the same name.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from bot.knowledge.model import Entry, Guide, Surface, Walk

MARK = 4
"""Hex digits of the guide's hash that a button carries."""


class State(StrEnum):
    """Whether somebody is on the way."""

    WALKING = "walking"
    LEFT = "left"
    """Put off with [Later]; the step is kept."""
    DONE = "done"


class Notice(StrEnum):
    """What is said beside the step, beyond the step itself."""

    CHANGED = "changed"
    """The guide has changed since; the step is still there."""
    MOVED = "moved"
    """The guide has changed since and the step is gone; this one comes nearest."""
    STALE = "stale"
    """The button was made for another step; this is where the member is."""
    RESUMED = "resumed"
    """The member was here before and goes on."""
    REPORTED = "reported"
    """That the step looks different was noted."""


@dataclass(frozen=True, slots=True)
class Way:
    """How far a member is.

    Attributes:
        entry: whose guide is walked.
        surface: on which device.
        step: where; the last one when all is done.
        guide_hash: the state of the guide that was shown last.
        passed: the steps that were done, by id, in the order in which they were.
        state: see `State`.
    """

    entry: str
    surface: Surface
    step: str
    guide_hash: str
    passed: tuple[str, ...] = ()
    state: State = State.WALKING


@dataclass(frozen=True, slots=True)
class Tap:
    """A button under a step.

    Attributes:
        surface: of the step.
        step: its id.
        mark: the first digits of the guide's hash when the button was made.
    """

    surface: Surface
    step: str
    mark: str


@dataclass(frozen=True, slots=True)
class Done(Tap):
    """The step is done: on to the next, or to the end."""


@dataclass(frozen=True, slots=True)
class Back(Tap):
    """To the step before; the first one stays."""


@dataclass(frozen=True, slots=True)
class Later(Tap):
    """Not now."""


@dataclass(frozen=True, slots=True)
class LooksDifferent(Tap):
    """What the step says is not what the member sees."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on where it was left, or show the step again."""


@dataclass(frozen=True, slots=True)
class ChangeSurface:
    """Walk on this surface: from its first step, unless the member is on the way there already.

    Attributes:
        surface: where the member is.
        mark: as in `Tap`; None when no button of an earlier day can have said it.
    """

    surface: Surface
    mark: str | None = None


Event: TypeAlias = Done | Back | Later | LooksDifferent | Resume | ChangeSurface


@dataclass(frozen=True, slots=True)
class Moved:
    """Where a member is after an event, and what is said about it."""

    way: Way
    notice: Notice | None = None


def take(way: Way | None, event: Event, entry: Entry, *, guide_hash: str) -> Moved:
    """What `event` makes of `way`; whatever was tapped, the member ends at a step of today's guide.

    Args:
        way: where the member is; None when nothing is known of it.
        event: what was tapped or said.
        entry: with a guide, as it is today.
        guide_hash: of that guide.

    Raises:
        ValueError: the entry has no guide.
    """
    guide = entry.guide
    if guide is None:
        raise ValueError(f"{entry.id} has no guide")
    match event:
        case ChangeSurface(surface, mark):
            changed = Notice.CHANGED if mark is not None and mark != guide_hash[:MARK] else None
            walk = _walk(guide, surface)
            if way is None or way.state is State.DONE or way.surface is not walk.surface:
                return Moved(_begin(entry.id, walk, guide_hash), changed)
            return _resume(way, guide, guide_hash)
        case Resume():
            if way is None:
                return Moved(_begin(entry.id, guide.walks[0], guide_hash))
            return _resume(way, guide, guide_hash)
        case _:
            return _tapped(way, event, entry.id, guide, guide_hash)


def position(way: Way, walk: Walk) -> int:
    """The number of the way's step in today's walk, from 0; 0 when it is not there."""
    return next((number for number, step in enumerate(walk.steps) if step.id == way.step), 0)


def _resume(way: Way, guide: Guide, guide_hash: str) -> Moved:
    if way.state is State.DONE:
        return Moved(way)
    here = _settle(way, guide, guide_hash)
    begun = here.notice or (Notice.RESUMED if here.way.passed or way.state is State.LEFT else None)
    return Moved(replace(here.way, state=State.WALKING), begun)


def _tapped(way: Way | None, event: Tap, entry_id: str, guide: Guide, guide_hash: str) -> Moved:
    fresh = event.mark == guide_hash[:MARK]
    if way is None:  # forgotten since, or made by another member: the button says where they are
        way = Way(entry_id, event.surface, event.step, guide_hash if fresh else "")
    if way.state is State.DONE:
        return Moved(way, Notice.STALE)
    here = _settle(way, guide, guide_hash)
    if isinstance(event, Later):
        return Moved(replace(here.way, state=State.LEFT))
    walking = replace(here.way, state=State.WALKING)
    if here.notice is not None:
        return Moved(walking, here.notice)
    if not fresh or (event.surface, event.step) != (walking.surface, walking.step):
        return Moved(walking, Notice.STALE)
    walk = _walk(guide, walking.surface)
    match event:
        case Done():
            return Moved(_forward(walking, walk))
        case Back():
            return Moved(_backward(walking, walk))
        case _:
            return Moved(walking, Notice.REPORTED)


def _settle(way: Way, guide: Guide, guide_hash: str) -> Moved:
    """The way on today's guide."""
    walk = _walk(guide, way.surface)
    if walk.surface is not way.surface:
        return Moved(_begin(way.entry, walk, guide_hash), Notice.MOVED)
    ids = [step.id for step in walk.steps]
    passed = tuple(step for step in way.passed if step in ids)
    if way.step in ids:
        notice = None if way.guide_hash == guide_hash else Notice.CHANGED
        return Moved(replace(way, guide_hash=guide_hash, passed=passed), notice)
    after = 1 + max((ids.index(step) for step in passed), default=-1)
    nearest = ids[min(after, len(ids) - 1)]
    kept = tuple(step for step in passed if step != nearest)
    return Moved(replace(way, step=nearest, guide_hash=guide_hash, passed=kept), Notice.MOVED)


def _forward(way: Way, walk: Walk) -> Way:
    passed = (*(step for step in way.passed if step != way.step), way.step)
    at = position(way, walk)
    if at + 1 == len(walk.steps):
        return replace(way, passed=passed, state=State.DONE)
    following = walk.steps[at + 1].id
    return replace(way, step=following, passed=tuple(step for step in passed if step != following))


def _backward(way: Way, walk: Walk) -> Way:
    before = walk.steps[max(position(way, walk) - 1, 0)].id
    return replace(way, step=before, passed=tuple(step for step in way.passed if step != before))


def _begin(entry_id: str, walk: Walk, guide_hash: str) -> Way:
    return Way(entry_id, walk.surface, walk.steps[0].id, guide_hash)


def _walk(guide: Guide, surface: Surface) -> Walk:
    """The walk on `surface`, or the first one when the guide has none there."""
    return guide.walk(surface) or guide.walks[0]
