"""Receiving as a whole: the real algorithm on a Telegram in memory and a real database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any

import pytest
from telegram import Bot, Update

from bot.chat.errors import NotSent, TokenRefused
from bot.chat.outcome import Outcome, note_spoken
from bot.chat.receive import Bounds, Receiver, Timing
from bot.chat.receive_store import Overdue, ReceiveStore
from bot.offline.request import OfflineRequest
from bot.offline.state import TOKEN
from bot.offline.telegram import Telegram
from bot.ops.clock import SystemClock
from bot.storage.engine import Database
from bot.storage.faults import StorageDown
from tests.support.databases import hidden

QUICK = Timing(
    hold=0.3, stall=0.1, soon=0.02, idle=0.1, grace=2.0, retry=(0.02, 0.1), back_off=(0.02, 0.1), trial=2.0
)


class Fall(BaseException):
    """The process dies."""


class House:
    """A bot that writes down what it handled, on a Telegram that stays when the bot is killed."""

    def __init__(self, database: Database) -> None:
        self.telegram = Telegram(SystemClock().now)
        self.store = ReceiveStore(database)
        self.handled: list[tuple[str, bool]] = []
        self.turned_away: list[str] = []
        self.missed: list[int] = []
        self.act: Callable[[str], Awaitable[Outcome | None]] = self._nothing
        self.receiver: Receiver | None = None
        self.task: asyncio.Task[None] | None = None
        self.request = Flaky(self.telegram)

    async def _nothing(self, text: str) -> None:
        return None

    async def _handle(self, update: Update, repeat: bool) -> Outcome:
        text = _text(update)
        outcome = await self.act(text) or Outcome.DONE
        if outcome is Outcome.DONE:
            self.handled.append((text, repeat))
        return outcome

    @asynccontextmanager
    async def running(
        self, *, timing: Timing = QUICK, bounds: Bounds | None = None, kill: bool = False
    ) -> AsyncIterator[None]:
        bot = Bot(TOKEN, request=self.request, get_updates_request=self.request)
        await bot.initialize()

        async def too_many(update: Update) -> None:
            self.turned_away.append(_text(update))

        async def missed(member_id: bytes, sealed: bytes) -> None:
            self.missed.append(int(sealed))

        self.receiver = Receiver(
            bot,
            self._handle,
            self.store,
            allowed_updates=["message", "callback_query"],
            seal=lambda user, chat: (b"%032d" % user, b"%d" % chat),
            missed=missed,
            too_many=too_many,
            clock=SystemClock(),
            timing=timing,
            bounds=bounds or Bounds(),
        )
        stop = asyncio.Event()
        self.task = task = asyncio.create_task(self.receiver.run(stop))
        try:
            yield
        finally:
            if kill:
                task.cancel()
            stop.set()
            with suppress(asyncio.CancelledError):
                await task

    def say(self, count: int, *, members: int = 1, first: int = 0) -> None:
        for number in range(first, first + count):
            self.telegram.say(1000 + number % members, f"m{number}")

    async def until(self, condition: Callable[[], bool], within: float = 60.0) -> None:
        async with asyncio.timeout(within):
            while not condition():  # noqa: ASYNC110 - there is no event for it
                await asyncio.sleep(0.005)

    @property
    def texts(self) -> list[str]:
        return [text for text, _ in self.handled]


class Flaky(OfflineRequest):
    """Fails as often as it is told, for `getUpdates` alone."""

    def __init__(self, telegram: Telegram) -> None:
        super().__init__(telegram)
        self.faults: list[Exception] = []
        self.poison: set[int] = set()
        self.asked: list[dict[str, str]] = []

    async def do_request(self, url: str, method: str, request_data: Any = None, **rest: Any) -> Any:  # type: ignore[override]
        if url.endswith("getUpdates"):
            self.asked.append(request_data.json_parameters)
            if self.faults:
                raise self.faults.pop(0)
        return await super().do_request(url, method, request_data, **rest)


def _text(update: Update) -> str:
    if update.callback_query is not None:
        return f"tap {update.callback_query.data}"
    return (update.message and update.message.text) or "?"


@pytest.fixture
async def house(sqlite_database: Database) -> House:
    return House(sqlite_database)


async def test_everything_is_handled_in_order_and_confirmed(house: House) -> None:
    house.say(300, members=100)
    async with house.running():
        await house.until(lambda: len(house.handled) == 300)
    assert house.telegram.updates.count == 0
    for member in range(100):
        mine = [text for text in house.texts if int(text[1:]) % 100 == member]
        assert mine == [f"m{number}" for number in range(member, 300, 100)]
    assert not any(repeat for _, repeat in house.handled)


async def test_different_people_are_served_side_by_side(house: House) -> None:
    gate = asyncio.Event()

    async def wait(text: str) -> None:
        if text == "m0":
            await gate.wait()

    house.act = wait
    house.say(50, members=50)
    async with house.running():
        await house.until(lambda: len(house.handled) == 49)
        gate.set()


async def test_one_after_the_other_takes_no_half_seconds(house: House) -> None:
    waits = replace(QUICK, soon=90.0, idle=90.0, hold=90.0, stall=90.0)
    async with house.running(timing=waits):  # a single one of them would be too long
        await house.until(lambda: house.telegram.updates.polled)
        for number in range(30):
            house.say(1, first=number)
            await house.until(lambda: len(house.handled) == number + 1)  # noqa: B023 - awaited at once


async def test_nothing_is_confirmed_before_it_is_done(house: House) -> None:
    gate = asyncio.Event()

    async def wait(text: str) -> None:
        await gate.wait()

    house.act = wait
    house.say(3, members=3)
    async with house.running(timing=replace(QUICK, hold=60.0)):
        await asyncio.sleep(0.3)
        assert house.telegram.updates.count == 3
        gate.set()
        await house.until(lambda: house.telegram.updates.count == 0)


async def test_a_killed_bot_is_given_everything_again_and_says_so(house: House) -> None:
    async def slow(text: str) -> None:
        await asyncio.sleep(0.01 if int(text[1:]) % 2 else 60)

    house.act = slow
    house.say(20, members=20)
    async with house.running(timing=replace(QUICK, hold=60.0), kill=True):
        await house.until(lambda: len(house.handled) == 10)
    house.act = house._nothing
    house.say(5, members=20, first=20)
    async with house.running():
        await house.until(lambda: len(house.handled) == 35)
    assert set(house.texts) == {f"m{number}" for number in range(25)}
    seen: set[str] = set()
    for text, repeat in house.handled:
        assert repeat or text not in seen
        seen.add(text)
    assert not any(repeat for text, repeat in house.handled if int(text[1:]) >= 20)


async def test_after_an_orderly_stop_nothing_is_marked(house: House) -> None:
    house.say(5)
    async with house.running():
        await house.until(lambda: len(house.handled) == 5)
    house.say(5, first=5)
    async with house.running():
        await house.until(lambda: len(house.handled) == 10)
    assert not any(repeat for _, repeat in house.handled)


async def test_a_transient_fault_is_tried_again_in_order(house: House) -> None:
    down = True

    async def need_storage(text: str) -> None:
        if down and text == "m1":
            raise StorageDown("locked")

    house.act = need_storage
    house.say(4)
    async with house.running(timing=replace(QUICK, hold=60.0)):
        await house.until(lambda: house.texts == ["m0"])
        await house.until(lambda: house.telegram.updates.count == 3)
        await asyncio.sleep(0.1)
        assert house.telegram.updates.count == 3
        down = False
        await house.until(lambda: house.texts == ["m0", "m1", "m2", "m3"])


async def test_a_second_attempt_after_something_was_said_is_marked(house: House) -> None:
    attempts = 0

    async def speak(text: str) -> Outcome | None:
        nonlocal attempts
        attempts += 1
        note_spoken()
        return Outcome.TRANSIENT if attempts == 1 else None

    house.act = speak
    house.say(1)
    async with house.running():
        await house.until(lambda: house.handled == [("m0", True)])


async def test_a_bug_is_finished_and_holds_nobody(house: House) -> None:
    async def fail(text: str) -> None:
        if text == "m0":
            raise ValueError("a bug")

    house.act = fail
    house.say(3)
    async with house.running():
        await house.until(lambda: house.texts == ["m1", "m2"])
    assert house.telegram.updates.count == 0


async def test_a_slow_update_is_let_go_with_those_behind_it(house: House) -> None:
    gate = asyncio.Event()

    async def wait(text: str) -> None:
        if text == "m0":
            await gate.wait()

    house.act = wait
    house.telegram.say(1000, "m0")
    house.telegram.say(1000, "m1")
    house.telegram.say(1000, "m2")
    for number in range(3, 253):
        house.telegram.say(2000 + number, f"m{number}")
    async with house.running():
        await house.until(lambda: len(house.handled) == 250)
        rows = await house.store.overdue(1_000_000_001)
        assert [row.sealed_chat for row in rows] == [b"1000"] * 3
        await house.until(lambda: house.telegram.updates.count == 0)
        gate.set()
        await house.until(lambda: house.texts[-3:] == ["m0", "m1", "m2"])
    assert await house.store.overdue(1_000_000_001) == ()


async def test_many_are_not_let_go_while_they_go_forward(house: House) -> None:
    one_by_one = asyncio.Lock()
    gate = asyncio.Event()

    async def queue(text: str) -> None:
        async with one_by_one:
            if len(house.handled) >= 60:
                await gate.wait()
            await asyncio.sleep(0.01)  # so that all of them take longer than `hold`

    house.act = queue
    house.say(100, members=100)
    async with house.running(timing=replace(QUICK, stall=60.0)):
        await house.until(lambda: len(house.handled) == 60)
        assert await house.store.overdue(1_000_000_001) == ()
        assert house.telegram.updates.count > 0
        gate.set()
        await house.until(lambda: len(house.handled) == 100)


async def test_who_was_let_go_and_lost_is_told_once(house: House) -> None:
    async def never(text: str) -> None:
        await asyncio.sleep(60)

    house.act = never
    house.say(2)
    async with house.running(kill=True):
        await house.until(lambda: house.telegram.updates.count == 0)
    house.act = house._nothing
    house.say(1, members=1, first=2)
    async with house.running():
        await house.until(lambda: house.missed == [1000])
        await house.until(lambda: house.texts == ["m2"])
    async with house.running():
        await asyncio.sleep(0.1)
    assert house.missed == [1000]


async def test_who_was_let_go_but_comes_again_is_answered_and_not_told(house: House) -> None:
    await house.store.begin(1_000_000_001)
    house.say(1)
    [update] = house.telegram.updates.waiting
    row = Overdue(update.id, b"m" * 32, b"1000", SystemClock().now())
    await house.store.keep_overdue(1_000_000_001, [row])
    async with house.running():
        await house.until(lambda: house.texts == ["m0"])
    assert house.missed == []
    assert await house.store.overdue(1_000_000_001) == ()


async def test_beyond_the_bounds_the_backlog_stays_with_telegram(house: House) -> None:
    gate = asyncio.Event()

    async def wait(text: str) -> None:
        await gate.wait()

    house.act = wait
    house.say(150, members=150)
    async with house.running(bounds=Bounds(per_person=20, overall=30)):
        await house.until(lambda: house.telegram.updates.count == 120)
        await asyncio.sleep(0.5)
        assert house.telegram.updates.count == 120
        gate.set()
        await house.until(lambda: len(house.handled) == 150)


async def test_too_many_from_one_person_are_turned_away_with_one_notice(house: House) -> None:
    gate = asyncio.Event()

    async def wait(text: str) -> None:
        await gate.wait()

    house.act = wait
    house.say(20)
    async with house.running(timing=replace(QUICK, hold=60.0, notice=3600.0)):
        await house.until(lambda: house.turned_away == ["m6"])
        gate.set()
        await house.until(lambda: house.texts == [f"m{number}" for number in range(6)])
        await house.until(lambda: house.telegram.updates.count == 0)
        gate.clear()
        house.say(20, first=100)
        house.telegram.say(2000, "another")
        await house.until(lambda: house.receiver is not None and house.receiver.unfinished == 7)
        gate.set()
        await house.until(lambda: "another" in house.texts)
        assert house.turned_away == ["m6"], "once is enough for a while"
        gate.set()


async def test_a_flood_of_one_person_does_not_wait_for_the_answers_to_others(house: House) -> None:
    gate = asyncio.Event()

    async def wait(text: str) -> None:
        if text == "m0":
            await gate.wait()

    house.act = wait
    house.telegram.say(5000, "m0")
    for number in range(1, 1000):
        house.telegram.say(1000, f"m{number}")
    house.telegram.say(6000, "last")
    slow = replace(QUICK, hold=3600.0, stall=3600.0, idle=3600.0, soon=3600.0)
    async with house.running(timing=slow):
        await house.until(lambda: "last" in house.texts)
        assert "m0" not in house.texts
        gate.set()
        await house.until(lambda: "m0" in house.texts)
    assert await house.store.overdue(1_000_000_001) == ()


async def test_an_update_that_cannot_be_read_is_passed_over(house: House) -> None:
    house.say(1)
    house.telegram.updates.push("message", {"message_id": "nonsense", "text": "secret"})
    house.say(1, first=1)
    async with house.running():
        await house.until(lambda: house.texts == ["m0", "m1"])
        await house.until(lambda: house.telegram.updates.count == 0)


async def test_a_network_that_comes_and_goes_is_waited_for(house: House) -> None:
    house.request.faults = [NotSent("x"), NotSent("x"), OSError(), NotSent("x")]
    house.say(1)
    async with house.running():
        await house.until(lambda: house.texts == ["m0"])


async def test_another_program_with_our_token_is_said_and_waited_for(
    house: House, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.chat.receive.trouble.CONFLICT_PAUSE", 0.05)
    async with house.running():
        await house.until(lambda: house.telegram.updates.polled)
        await house.telegram.updates.fetch(offset=0)
        await asyncio.sleep(0.1)
        house.say(1)
        await house.until(lambda: house.texts == ["m0"])
    assert "another program" in "".join(capsys.readouterr())


async def test_a_token_that_is_refused_ends_the_run_in_plain_words(house: House) -> None:
    with pytest.raises(TokenRefused, match="BotFather"):
        async with house.running():
            await house.until(lambda: house.telegram.updates.polled)
            house.telegram.token = "1:another"
            house.say(1)
            await house.until(lambda: house.task is not None and house.task.done())


async def test_with_the_database_gone_questions_are_answered_and_nothing_is_let_go(
    house: House, sqlite_database: Database
) -> None:
    async def need_storage(text: str) -> None:
        if text == "m0":
            async with sqlite_database.read():
                pass

    house.act = need_storage
    async with house.running():
        await house.until(lambda: house.telegram.updates.polled)
        assert sqlite_database.path is not None
        with hidden(sqlite_database.path):
            house.say(30, members=30)
            await house.until(lambda: len(house.handled) == 29)
            await asyncio.sleep(0.5)
            assert house.telegram.updates.count == 30
        await house.until(lambda: len(house.handled) == 30)
        await house.until(lambda: house.telegram.updates.count == 0)


async def test_an_update_that_ends_the_process_again_and_again_is_set_aside(house: House) -> None:
    fallen: list[str] = []
    house.say(10, members=10)

    async def fall(text: str) -> None:
        if text == "m4":
            fallen.append(text)
            await asyncio.sleep(60)
        await asyncio.sleep(0.05)

    house.act = fall
    for _ in range(3):
        before = len(fallen)
        async with house.running(timing=replace(QUICK, hold=60.0, trial=60.0), kill=True):
            await house.until(lambda: len(fallen) > before)  # noqa: B023 - awaited at once
            if before == 0:
                await asyncio.sleep(0)
    assert len(fallen) == 3
    async with house.running():
        await house.until(lambda: set(house.texts) == {f"m{number}" for number in range(10)} - {"m4"})
        await house.until(lambda: house.missed == [1004])
        await house.until(lambda: house.telegram.updates.count == 0)
    assert len(fallen) == 3


async def test_a_stop_waits_for_what_is_in_work(house: House) -> None:
    begun = asyncio.Event()

    async def slow(text: str) -> None:
        begun.set()
        await asyncio.sleep(0.3)

    house.act = slow
    house.say(1)
    async with house.running(timing=replace(QUICK, grace=60.0, hold=60.0)):
        await begun.wait()
    assert house.texts == ["m0"]
    assert house.telegram.updates.count == 0


async def test_a_stop_does_not_wait_for_ever(house: House) -> None:
    async def never(text: str) -> None:
        await asyncio.Event().wait()

    house.act = never
    house.say(1)
    async with (
        asyncio.timeout(60),
        house.running(timing=replace(QUICK, grace=0.3, hold=60.0)),
    ):
        await house.until(lambda: house.receiver is not None and house.receiver.unfinished == 1)
    assert house.telegram.updates.count == 1
