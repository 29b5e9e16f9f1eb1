"""The limiter, on a clock that only moves when everybody waits."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.pacing import Bucket, Pacing, Turn, Window


class Handle:
    """A call that is planned and may be cancelled."""

    def __init__(self, call: Callable[[], object]) -> None:
        self._call: Callable[[], object] | None = call

    def __call__(self) -> None:
        if self._call is not None:
            self._call()

    def cancel(self) -> None:
        self._call = None


class Time:
    """Virtual seconds for `asyncio.sleep` and `call_later` of the code under test."""

    def __init__(self) -> None:
        self.now = 0.0
        self._due: list[tuple[float, int, Handle]] = []
        self._number = 0

    def call_later(self, delay: float, call: Callable[[], object]) -> Handle:
        self._number += 1
        handle = Handle(call)
        heapq.heappush(self._due, (self.now + delay, self._number, handle))
        return handle

    def create_future(self) -> asyncio.Future[None]:
        return asyncio.Future()

    async def sleep(self, seconds: float) -> None:
        await_me = self.create_future()

        def wake() -> None:
            if not await_me.done():
                await_me.set_result(None)

        self.call_later(seconds, wake)
        await await_me

    async def run(self, *work: Coroutine[Any, Any, None]) -> None:
        tasks = [asyncio.ensure_future(one) for one in work]
        while not all(task.done() for task in tasks):
            for _ in range(20):
                await REAL_SLEEP(0)
            if self._due and not all(task.done() for task in tasks):
                self.now, _, call = heapq.heappop(self._due)
                call()
        for task in tasks:
            task.result()


REAL_SLEEP = asyncio.sleep


@contextmanager
def virtual() -> Iterator[Time]:
    """Let the pacing see virtual time."""
    time = Time()
    with (
        patch("bot.chat.pacing.asyncio.sleep", time.sleep),
        patch("bot.chat.pacing.asyncio.get_running_loop", lambda: time),
    ):
        yield time


class Log:
    """When each message went."""

    def __init__(self, time: Time, pacing: Pacing) -> None:
        self.time = time
        self.pacing = pacing
        self.sent: list[tuple[float, int, Turn]] = []

    async def send(self, chat_id: int, turn: Turn = Turn.REPLY) -> None:
        await self.pacing.turn(chat_id, turn)
        self.sent.append((self.time.now, chat_id, turn))

    def times(self, turn: Turn = Turn.REPLY) -> list[float]:
        return [at for at, _, kind in self.sent if kind is turn]


@pytest.fixture
async def time() -> Any:
    with virtual() as made:
        yield made


async def test_a_private_chat_gets_four_at_once_then_one_a_second(time: Time) -> None:
    log = Log(time, Pacing(clock=lambda: time.now))
    await time.run(*(log.send(7) for _ in range(7)))
    assert log.times() == pytest.approx([0, 0, 0, 0, 1, 2, 3])


async def test_a_group_gets_twenty_a_minute(time: Time) -> None:
    log = Log(time, Pacing(clock=lambda: time.now))
    await time.run(*(log.send(-7) for _ in range(25)))
    assert log.times() == pytest.approx([0.0] * 20 + [60.0] * 5)


async def test_thirty_a_second_overall_and_no_more(time: Time) -> None:
    log = Log(time, Pacing(clock=lambda: time.now))
    await time.run(*(log.send(chat) for chat in range(1, 101)))
    times = log.times()
    assert len(times) == 100
    assert all(later - earlier >= 1.0 - 1e-9 for earlier, later in zip(times, times[30:], strict=False))
    assert times[-1] == pytest.approx(3.0)


async def test_replies_go_before_deliveries_which_leave_room(time: Time) -> None:
    log = Log(time, Pacing(clock=lambda: time.now))
    deliveries = [log.send(chat, Turn.DELIVERY) for chat in range(1, 101)]
    replies = [log.send(chat) for chat in range(201, 241)]
    await time.run(*deliveries, *replies)
    assert max(log.times()) <= 2.0
    sent = log.times(Turn.DELIVERY)
    assert all(later - earlier >= 1.0 - 1e-9 for earlier, later in zip(sent, sent[25:], strict=False))


async def test_zero_is_without_limit(time: Time) -> None:
    log = Log(time, Pacing(overall=0, private=0, group=0, clock=lambda: time.now))
    await time.run(*(log.send(chat) for chat in [7, -7] * 500))
    assert set(log.times()) == {0.0}


async def test_one_chat_that_must_wait_leaves_the_others_alone(time: Time) -> None:
    pacing = Pacing(clock=lambda: time.now)
    pacing.pause(7, 30)
    log = Log(time, pacing)
    await time.run(log.send(7), log.send(8), log.send(9))
    assert sorted((chat, at) for at, chat, _ in log.sent) == [(7, 30.0), (8, 0.0), (9, 0.0)]


async def test_several_chats_that_must_wait_stop_everything(time: Time) -> None:
    pacing = Pacing(clock=lambda: time.now)
    for chat in (1, 2, 3):
        pacing.pause(chat, 10)
    log = Log(time, pacing)
    await time.run(log.send(99))
    assert log.times() == pytest.approx([10.0])


async def test_the_same_chat_three_times_does_not(time: Time) -> None:
    pacing = Pacing(clock=lambda: time.now)
    for _ in range(3):
        pacing.pause(1, 10)
    log = Log(time, pacing)
    await time.run(log.send(99))
    assert log.times() == [0.0]


async def test_how_long_a_chat_would_wait_can_be_asked_without_waiting(time: Time) -> None:
    pacing = Pacing(burst=2, clock=lambda: time.now)
    assert pacing.delay(7) == 0
    await pacing.turn(7)
    await pacing.turn(7)
    assert pacing.delay(7) == pytest.approx(1.0)
    pacing.pause(7, 5)
    assert pacing.delay(7) == pytest.approx(5.0)
    assert pacing.delay(8) == 0
    for chat in (8, 9):
        pacing.pause(chat, 3)
    assert pacing.delay(10) == pytest.approx(3.0)


async def test_a_pause_reaches_those_who_wait_already(time: Time) -> None:
    pacing = Pacing(burst=1, clock=lambda: time.now)
    log = Log(time, pacing)

    async def ask_to_wait() -> None:
        await time.sleep(0.5)
        pacing.pause(7, 5)

    await time.run(log.send(7), log.send(7), ask_to_wait())
    assert log.times() == pytest.approx([0.0, 5.5])


async def test_who_gives_up_waiting_takes_no_place(time: Time) -> None:
    pacing = Pacing(overall=1, private=0, clock=lambda: time.now)
    log = Log(time, pacing)

    async def give_up() -> None:
        task = asyncio.ensure_future(log.send(2))
        await time.sleep(0.1)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    await time.run(log.send(1), give_up(), log.send(3))
    assert [(at, chat) for at, chat, _ in log.sent] == [(0.0, 1), (pytest.approx(1.0), 3)]


async def test_idle_chats_are_forgotten(time: Time) -> None:
    pacing = Pacing(overall=0, clock=lambda: time.now)
    for chat in range(1, 5_000):
        await pacing.turn(chat)
        time.now += 0.5
    assert pacing.chats < 20


@given(st.floats(0.2, 2000), st.lists(st.floats(0, 3), min_size=1, max_size=200))
def test_a_window_never_holds_more_than_its_rate(rate: float, gaps: list[float]) -> None:
    window = Window(rate, 1.0)
    now, starts = 0.0, []
    for gap in gaps:
        now += gap
        at = window.earliest(now)
        assert at >= now
        window.book(at)
        starts.append(at)
    count = max(1, int(rate))
    for earlier, later in zip(starts, starts[count:], strict=False):
        assert later - earlier >= count / rate - 1e-6
    assert starts == sorted(starts)


@given(st.floats(0.1, 50), st.integers(1, 9), st.lists(st.floats(0, 3), min_size=1, max_size=100))
def test_a_bucket_never_gives_more_than_burst_and_rate(rate: float, burst: int, gaps: list[float]) -> None:
    bucket = Bucket(rate, burst)
    now, starts = 0.0, []
    for gap in gaps:
        now += gap
        at = bucket.earliest(now)
        bucket.book(at)
        starts.append(at)
    for index, first in enumerate(starts):
        for count, at in enumerate(starts[index:], start=1):
            assert count <= burst + (at - first) * rate + 1e-6


async def test_several_processes_keep_to_their_share() -> None:
    now = [100.0]
    pacing = Pacing(overall=30, deliveries=20, private=0, clock=lambda: now[0])
    for _ in range(10):
        await pacing.turn(1)
    pacing.share(3)
    late = asyncio.create_task(pacing.turn(1))
    await asyncio.sleep(0)
    assert not late.done(), "what was sent just now counts"
    assert pacing.wait > 0
    pacing.share(1)
    other = asyncio.create_task(pacing.turn(2))
    await asyncio.wait_for(asyncio.gather(late, other), 60)
