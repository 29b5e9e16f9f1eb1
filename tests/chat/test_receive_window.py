"""The arithmetic of offsets, against a model of how Telegram keeps updates."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.chat.receive.window import Window


def test_the_floor_is_the_lowest_open_update_or_what_comes_next() -> None:
    window = Window()
    assert window.floor == 0
    assert window.take([10, 11, 12], asked=0, at=1.0) == [10, 11, 12]
    assert window.floor == 10
    window.finish(11)
    assert window.floor == 10
    window.finish(10)
    assert window.floor == 12
    window.finish(12)
    assert window.floor == 13


def test_what_was_seen_is_not_taken_again() -> None:
    window = Window()
    window.take([10, 11, 12], asked=0, at=1.0)
    window.finish(11)
    assert window.take([10, 11, 12, 13], asked=10, at=2.0) == [13]
    assert window.floor == 10


def test_an_answer_that_was_under_way_brings_nothing_back() -> None:
    window = Window()
    window.take([10, 11], asked=0, at=1.0)
    window.finish(10)  # while a question with offset 10 is being answered
    assert window.take([10, 11], asked=10, at=2.0) == []
    assert window.floor == 11


def test_a_released_update_holds_nothing() -> None:
    window = Window()
    window.take([10, 11], asked=0, at=1.0)
    window.release([10])
    assert (window.floor, window.open, window.released, window.unfinished) == (11, 1, 1, 2)
    window.finish(11)
    assert window.floor == 12
    window.finish(10)
    assert (window.floor, window.unfinished) == (12, 0)


def test_gaps_in_the_numbers_are_no_matter() -> None:
    window = Window()
    window.take([10, 50, 900], asked=0, at=1.0)
    window.finish(10)
    assert window.floor == 50


def test_a_sequence_that_begins_anew_is_followed() -> None:
    window = Window()
    window.take([1000], asked=0, at=1.0)
    window.finish(1000)
    assert window.take([3, 4], asked=1001, at=2.0) == [3, 4]
    assert window.floor == 3
    window.finish(3)
    window.finish(4)
    assert window.floor == 5
    assert window.take([], asked=5, at=3.0) == []


def test_held_are_those_that_came_before_and_hold_the_floor() -> None:
    window = Window()
    window.take([1, 2], asked=0, at=1.0)
    window.take([3], asked=1, at=5.0)
    assert window.held(1.0) == [1, 2]
    assert window.held(0.9) == []
    assert window.oldest() == 1.0


class Receiving(RuleBasedStateMachine):
    """Telegram on one side, the window on the other, in any order of events."""

    def __init__(self) -> None:
        super().__init__()
        self.window = Window()
        self.kept: list[int] = []
        self.next_id = 100
        self.handled: list[int] = []
        self.working: set[int] = set()
        self.let_go: set[int] = set()

    @rule(count=st.integers(1, 150), gap=st.integers(1, 3))
    def people_write(self, count: int, gap: int) -> None:
        for _ in range(count):
            self.kept.append(self.next_id)
            self.next_id += gap

    @rule(finishing=st.randoms(use_true_random=False))
    def ask(self, finishing: object) -> None:
        asked = self.window.floor
        self.kept = [number for number in self.kept if number >= asked]
        answer = self.kept[:100]
        under_way = sorted(self.working)[: len(self.working) // 2]
        for number in under_way:  # finishes while the answer is under way
            self._finish(number)
        new = self.window.take(answer, asked=asked, at=1.0)
        assert new == sorted(new)
        self.handled += new
        self.working |= set(new)

    @precondition(lambda self: self.working)
    @rule(data=st.data())
    def one_finishes(self, data: st.DataObject) -> None:
        self._finish(data.draw(st.sampled_from(sorted(self.working))))

    @precondition(lambda self: self.working)
    @rule(count=st.integers(1, 20))
    def some_are_released(self, count: int) -> None:
        chosen = sorted(self.working)[:count]
        self.window.release(chosen)
        self.let_go |= set(chosen)

    def _finish(self, number: int) -> None:
        self.working.discard(number)
        self.let_go.discard(number)
        self.window.finish(number)

    @invariant()
    def nothing_is_handled_twice(self) -> None:
        assert len(self.handled) == len(set(self.handled))

    @invariant()
    def nothing_is_forgotten_before_it_is_done(self) -> None:
        held = self.working - self.let_go
        assert all(number >= self.window.floor for number in held)
        handled = set(self.handled)
        assert all(number in handled for number in self.kept if number < self.window.floor)

    @invariant()
    def the_counts_are_right(self) -> None:
        assert self.window.unfinished == len(self.working)
        assert self.window.released == len(self.let_go)


Receiving.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestReceiving = Receiving.TestCase
