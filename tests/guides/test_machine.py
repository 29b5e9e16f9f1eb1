"""The way through a guide: every tap ends at a step of today's guide, and none skips one unseen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.guides.machine import (
    MARK,
    Back,
    ChangeSurface,
    Done,
    Event,
    Later,
    LooksDifferent,
    Moved,
    Notice,
    Resume,
    State,
    Tap,
    Way,
    take,
)
from bot.knowledge.model import Entry, Guide, Step, Surface, Walk
from bot.knowledge.revision import guide_hash
from tests.support.knowledge import CHECKED

WEB, IOS, ANDROID = Surface.WEB, Surface.IOS, Surface.ANDROID


def entry_with(*steps: str, **others: tuple[str, ...]) -> Entry:
    """An entry whose guide has these steps on the web, and others elsewhere."""
    ids = {"web": steps, **others} if steps else others
    walks = tuple(
        Walk(Surface(surface), tuple(Step(step, f"Do {step}.") for step in named), ("notice",), CHECKED)
        for surface, named in ids.items()
    )
    guide = Guide("It is off.", "https://example.org", walks)
    return Entry("acme.opt-out", "acme", "Stop it", (), (), guide=guide)


ABC = entry_with("a", "b", "c", ios=("x", "b"))


def after(entry: Entry, *events: Event, way: Way | None = None) -> Moved:
    """Where a member is after several events."""
    moved: Moved | None = None
    for event in events:
        moved = take(moved.way if moved else way, event, entry, guide_hash=guide_hash(entry))
    assert moved is not None
    return moved


def mark(entry: Entry) -> str:
    return guide_hash(entry)[:MARK]


def done(step: str, entry: Entry = ABC, surface: Surface = WEB) -> Done:
    return Done(surface, step, mark(entry))


BEGIN = ChangeSurface(WEB)


def test_it_leads_from_the_first_step_to_the_end() -> None:
    assert after(ABC, BEGIN).way == Way("acme.opt-out", WEB, "a", guide_hash(ABC))
    assert after(ABC, BEGIN, done("a")).way.step == "b"
    moved = after(ABC, BEGIN, done("a"), done("b"), done("c"))
    assert (moved.way.state, moved.way.passed) == (State.DONE, ("a", "b", "c"))


def test_back_takes_a_step_back_and_the_first_stays() -> None:
    moved = after(ABC, BEGIN, done("a"), Back(WEB, "b", mark(ABC)))
    assert (moved.way.step, moved.way.passed) == ("a", ())
    assert after(ABC, BEGIN, Back(WEB, "a", mark(ABC))).way.step == "a"


def test_a_second_tap_on_the_same_button_does_not_skip_a_step() -> None:
    moved = after(ABC, BEGIN, done("a"), done("a"))
    assert (moved.way.step, moved.notice) == ("b", Notice.STALE)


def test_later_keeps_the_step_and_resuming_says_so() -> None:
    left = after(ABC, BEGIN, done("a"), Later(WEB, "b", mark(ABC)))
    assert (left.way.state, left.way.step, left.notice) == (State.LEFT, "b", None)
    again = after(ABC, Resume(), way=left.way)
    assert (again.way.state, again.way.step, again.notice) == (State.WALKING, "b", Notice.RESUMED)


def test_a_step_that_looks_different_stays_and_is_reported() -> None:
    moved = after(ABC, BEGIN, done("a"), LooksDifferent(WEB, "b", mark(ABC)))
    assert (moved.way.step, moved.notice) == ("b", Notice.REPORTED)


def test_another_surface_begins_anew_and_the_same_one_goes_on() -> None:
    moved = after(ABC, BEGIN, done("a"), ChangeSurface(IOS))
    assert (moved.way.surface, moved.way.step, moved.way.passed) == (IOS, "x", ())
    assert after(ABC, BEGIN, done("a"), ChangeSurface(WEB)).way.step == "b"
    assert after(ABC, ChangeSurface(ANDROID)).way.surface is WEB, "the guide has none there"


def test_a_button_of_another_surface_is_of_another_step() -> None:
    moved = after(ABC, BEGIN, done("a"), done("b", surface=IOS))
    assert (moved.way.surface, moved.way.step, moved.notice) == (WEB, "b", Notice.STALE)


def test_a_finished_guide_stays_finished_until_it_is_begun_anew() -> None:
    end = after(ABC, BEGIN, done("a"), done("b"), done("c")).way
    for event in (done("b"), Back(WEB, "c", mark(ABC)), Later(WEB, "a", mark(ABC))):
        assert after(ABC, event, way=end) == Moved(end, Notice.STALE)
    assert after(ABC, Resume(), way=end) == Moved(end)
    assert after(ABC, BEGIN, way=end).way.step == "a"


def test_whoever_was_forgotten_goes_on_where_the_button_says() -> None:
    moved = after(ABC, done("b"))
    assert (moved.way.step, moved.notice) == ("c", None)


CHANGED = entry_with("a", "new", "b", "c", ios=("x", "b"))


def test_a_changed_guide_shows_the_step_as_it_is_now_before_it_goes_on() -> None:
    way = after(ABC, BEGIN, done("a")).way
    moved = after(CHANGED, done("b"), way=way)
    assert (moved.way.step, moved.notice) == ("b", Notice.CHANGED)
    assert moved.way.guide_hash == guide_hash(CHANGED)
    assert after(CHANGED, done("b"), done("b", CHANGED), way=way).way.step == "c"


def test_an_old_button_counts_for_nothing_once_the_new_step_was_seen() -> None:
    way = after(CHANGED, BEGIN, done("a", CHANGED)).way
    moved = after(CHANGED, Done(WEB, "new", "0000"), way=way)
    assert (moved.way, moved.notice) == (way, Notice.STALE)
    reported = after(CHANGED, LooksDifferent(WEB, "new", "0000"), way=way)
    assert reported.notice is Notice.STALE, "what looked different was another state of the guide"


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (entry_with("a", "c"), "c"),
        (entry_with("new", "a", "other", "c"), "other"),
        (entry_with("x", "y"), "x"),
        (entry_with("a"), "a"),
    ],
)
def test_when_the_step_is_gone_it_goes_on_after_the_last_one_that_was_done(
    today: Entry, expected: str
) -> None:
    way = after(ABC, BEGIN, done("a")).way
    for event in (Resume(), done("b"), Back(WEB, "b", mark(ABC))):
        moved = after(today, event, way=way)
        assert (moved.way.step, moved.notice) == (expected, Notice.MOVED)


def test_when_the_surface_is_gone_it_begins_on_another() -> None:
    way = after(ABC, ChangeSurface(IOS)).way
    moved = after(entry_with("a", "b"), Resume(), way=way)
    assert (moved.way.surface, moved.way.step, moved.notice) == (WEB, "a", Notice.MOVED)


def test_an_entry_without_a_guide_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="no guide"):
        take(None, Resume(), replace(ABC, guide=None), guide_hash="")


_STEP = st.sampled_from("abcdefgh")
_SURFACE = st.sampled_from(Surface)
_STEPS = st.lists(_STEP, min_size=1, max_size=6, unique=True).map(tuple)
_ENTRY = st.dictionaries(st.sampled_from(["web", "ios", "android"]), _STEPS, min_size=1).map(
    lambda walks: entry_with(**walks)
)
_TAP = st.builds(
    lambda kind, surface, step, state: kind(surface, step, state),
    st.sampled_from([Done, Back, Later, LooksDifferent]),
    _SURFACE,
    _STEP,
    st.sampled_from(["fresh", "0000", ""]),
)
_EVENT = st.one_of(_TAP, st.builds(Resume), st.builds(ChangeSurface, _SURFACE))


@given(st.lists(_ENTRY, min_size=1, max_size=3), st.lists(st.tuples(_EVENT, st.booleans()), max_size=30))
def test_any_sequence_of_taps_on_changing_guides_stays_on_the_steps(
    guides: list[Entry], events: list[tuple[Event, bool]]
) -> None:
    way: Way | None = None
    number = 0
    for event, changes in events:
        number += changes
        entry = guides[number % len(guides)]
        if isinstance(event, Tap) and event.mark == "fresh":
            event = replace(event, mark=mark(entry))
        before = way
        way = take(before, event, entry, guide_hash=guide_hash(entry)).way
        assert entry.guide is not None
        walk = entry.guide.walk(way.surface)
        if way.state is State.DONE and before is not None and before.state is State.DONE:
            assert way == before, "a finished way is left as it was"
            continue
        assert walk is not None
        ids = [step.id for step in walk.steps]
        assert way.step in ids
        assert set(way.passed) <= set(ids)
        assert way.guide_hash == guide_hash(entry)
        if way.state is State.DONE:
            assert way.step == ids[-1], "only the last step ends a guide"


@given(_ENTRY)
def test_tapping_done_on_what_is_shown_always_reaches_the_end(entry: Entry) -> None:
    way = take(None, Resume(), entry, guide_hash=guide_hash(entry)).way
    for _ in range(10):
        if way.state is State.DONE:
            return
        way = take(way, Done(way.surface, way.step, mark(entry)), entry, guide_hash=guide_hash(entry)).way
    pytest.fail("the end was not reached")
