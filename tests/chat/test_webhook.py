"""Receiving by webhook as a whole: the real door and algorithm, a Telegram that brings, a real database."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest
from prometheus_client import REGISTRY

from bot.chat.outcome import Outcome
from bot.chat.receive.hook import DEEPEST, MOST_BYTES, read_body
from bot.chat.receive_store import ReceiveStore
from bot.offline.state import BOT_ID
from bot.storage.engine import Database
from tests.chat.hooked import PATIENT, QUICK, SECRET, Headers, Process, hook, post, until
from tests.support.double import Double

HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
async def double() -> AsyncIterator[Double]:
    async with Double(referee=False, pace=0.01) as made:
        yield made


@pytest.fixture
def handled() -> list[tuple[str, bool]]:
    return []


@pytest.fixture
def process(sqlite_database: Database, handled: list[tuple[str, bool]]) -> Process:
    return Process(sqlite_database, handled)


def an_update(number: int, text: str = "hello", user: int = 7) -> dict[str, object]:
    chat = {"id": user, "type": "private", "first_name": "A"}
    person = {"id": user, "is_bot": False, "first_name": "A"}
    return {
        "update_id": number,
        "message": {"message_id": number, "date": 1_800_000_000, "chat": chat, "from": person, "text": text},
    }


async def test_each_is_handled_once_and_in_order(double: Double, process: Process) -> None:
    for number in range(300):
        double.telegram.say(1000 + number % 50, f"m{number}")
    async with process.hooked(double):
        await hook(double, process.url, connections=20)
        await until(lambda: double.telegram.updates.count == 0)
    texts = [text for text, _ in process.handled]
    assert sorted(texts) == sorted(f"m{number}" for number in range(300))
    for member in range(50):
        mine = [text for text in texts if int(text[1:]) % 50 == member]
        assert mine == [f"m{number}" for number in range(member, 300, 50)]
    assert not any(repeat for _, repeat in process.handled)
    assert double.pusher.most <= 20


async def test_nobody_but_telegram_is_heard(double: Double, process: Process) -> None:
    def refused() -> float:
        return REGISTRY.get_sample_value("advisor_webhook_refused_total", {"reason": "secret"}) or 0

    before = refused()
    async with process.hooked(double):
        wrong: list[Headers] = [
            {},
            {HEADER: ""},
            {HEADER: SECRET[:-1]},
            {HEADER: SECRET + "x"},
            {HEADER: SECRET.upper()},
            [(HEADER, SECRET), (HEADER, SECRET)],
        ]
        for headers in wrong:
            assert await post(process.url, an_update(1), headers=headers) == 403
        assert await post(process.url[:-1] + "0", an_update(1)) == 404 or process.url.endswith("0")
        async with aiohttp.ClientSession() as session, session.get(process.url) as answer:
            assert answer.status == 405
            assert "aiohttp" not in answer.headers["Server"]
        assert process.handled == []
        assert refused() == before + len(wrong)
        assert await post(process.url, an_update(1)) == 200
    assert process.handled == [("hello", False)]


async def test_what_is_no_update_is_refused_quietly(
    double: Double, process: Process, capsys: pytest.CaptureFixture[str]
) -> None:
    deep = b'{"update_id": 1, "message": ' + b"[" * 5000 + b"]" * 5000 + b"}"
    async with process.hooked(double):
        for body in (b"", b"nonsense", b"[]", b"{}", b'{"update_id": "1"}', b'{"update_id": true}', deep):
            assert await post(process.url, body) == 400
        for number in (-1, 2**62, 1.5, None):
            assert await post(process.url, {"update_id": number}) == 400
        assert await post(process.url, b"\xff\xfe{}") == 400
        assert await post(process.url, b" " * (MOST_BYTES + 1)) == 413
        assert await post(process.url, b"9" * 5000) == 400
    assert process.handled == []
    assert "Traceback" not in capsys.readouterr().err


async def test_a_kind_that_nobody_knows_yet_is_taken_and_passed_over(
    double: Double, process: Process
) -> None:
    async with process.hooked(double):
        assert await post(process.url, {"update_id": 5, "message": {"message_id": "nonsense"}}) == 200
        assert await post(process.url, {"update_id": 6, "quite_new": {"text": "x"}}) == 200


def test_only_what_is_as_flat_as_telegrams_is_read() -> None:
    def nested(depth: int) -> bytes:
        return b'{"update_id": 1, "a": ' + b"[" * depth + b'"[[[["' + b"]" * depth + b"}"

    assert read_body(nested(DEEPEST - 1)) is not None
    assert read_body(nested(DEEPEST)) is None
    brackets = json.dumps({"update_id": 1, "text": '[{"\\' * 1000}).encode()
    assert read_body(brackets) is not None


async def test_what_is_brought_twice_is_handled_once(double: Double, process: Process) -> None:
    gate = asyncio.Event()

    async def wait(text: str) -> None:
        await gate.wait()

    process.act = wait
    async with process.hooked(double, timing=PATIENT):
        first = [asyncio.create_task(post(process.url, an_update(9))) for _ in range(3)]
        await until(lambda: process.receiver is not None and process.receiver.unfinished == 1)
        gate.set()
        assert [await one for one in first] == [200, 200, 200]
        assert await post(process.url, an_update(9)) == 200
    assert process.handled == [("hello", False)]


async def test_what_was_done_before_a_restart_is_not_done_again(
    double: Double, process: Process, sqlite_database: Database
) -> None:
    async with process.hooked(double):
        assert await post(process.url, an_update(9)) == 200
    again = Process(sqlite_database, process.handled)
    async with again.hooked(double):
        assert await post(again.url, an_update(9)) == 200
        assert await post(again.url, an_update(10, "new")) == 200
    assert process.handled == [("hello", False), ("new", False)]


async def test_a_killed_process_is_brought_everything_again_and_says_so(
    double: Double, process: Process, sqlite_database: Database
) -> None:
    async def never(text: str) -> None:
        if int(text[1:]) % 2:
            await asyncio.Event().wait()

    process.act = never
    for number in range(20):
        double.telegram.say(1000 + number, f"m{number}")
    async with process.hooked(double, timing=PATIENT, kill=True):
        await hook(double, process.url)
        await until(lambda: len(process.handled) == 10)
        await until(lambda: double.telegram.updates.count == 10)
    again = Process(sqlite_database, process.handled)
    async with again.hooked(double):
        await hook(double, again.url)
        double.telegram.say(5000, "m100")
        await until(lambda: double.telegram.updates.count == 0)
    assert sorted(text for text, repeat in process.handled if repeat) == sorted(
        f"m{number}" for number in range(1, 20, 2)
    )
    assert ("m100", False) in process.handled
    assert len(process.handled) == 21


async def test_a_slow_one_is_let_go_and_its_person_told_if_it_is_lost(
    double: Double, process: Process, sqlite_database: Database
) -> None:
    async def never(text: str) -> None:
        await asyncio.Event().wait()

    store = ReceiveStore(sqlite_database)
    process.act = never
    async with process.hooked(double, kill=True):
        assert await post(process.url, an_update(3)) == 200
        assert [row.sealed_chat for row in await store.overdue(BOT_ID)] == [b"7"]
        behind = asyncio.create_task(post(process.url, an_update(4)))
        assert await behind == 200
        assert len(await store.overdue(BOT_ID)) == 2
    again = Process(sqlite_database, process.handled)
    async with again.hooked(double):
        await until(lambda: again.missed == [7])
    assert await store.overdue(BOT_ID) == ()
    third = Process(sqlite_database, process.handled)
    async with third.hooked(double):
        assert await post(third.url, an_update(5, "and now")) == 200
    assert third.missed == []
    assert process.handled == [("and now", False)]


async def test_a_slow_one_that_ends_leaves_nothing_behind(
    double: Double, process: Process, sqlite_database: Database
) -> None:
    gate = asyncio.Event()

    async def wait(text: str) -> None:
        await gate.wait()

    process.act = wait
    store = ReceiveStore(sqlite_database)
    async with process.hooked(double):
        assert await post(process.url, an_update(3)) == 200
        assert len(await store.overdue(BOT_ID)) == 1
        gate.set()
        await until(lambda: process.handled == [("hello", False)])
    assert await store.overdue(BOT_ID) == ()


async def test_a_transient_fault_is_not_confirmed_before_it_is_over(
    double: Double, process: Process, sqlite_database: Database
) -> None:
    down = True

    async def fail(text: str) -> Outcome | None:
        return Outcome.TRANSIENT if down else None

    process.act = fail
    process_timing = QUICK.__class__(hold=0.05, idle=0.05, give_up=0.2, retry=(0.01, 0.02), look=0.05)
    full = [0]

    async def no_row(*args: object) -> None:
        full[0] += 1
        from bot.storage.faults import StorageDown

        raise StorageDown("full")

    async with process.hooked(double, timing=process_timing):
        assert process.receiver is not None
        process.receiver._store.keep_overdue = no_row  # type: ignore[method-assign, assignment]
        assert await post(process.url, an_update(3)) == 503
        down = False
        assert await post(process.url, an_update(3)) == 200
    assert full[0] > 0
    assert process.handled == [("hello", False)]


async def test_one_person_with_too_many_is_told_once(double: Double, process: Process) -> None:
    gate = asyncio.Event()

    async def wait(text: str) -> None:
        await gate.wait()

    process.act = wait
    async with process.hooked(double, timing=PATIENT):
        waiting = [asyncio.create_task(post(process.url, an_update(n, f"m{n}"))) for n in range(1, 7)]
        await until(lambda: process.receiver is not None and process.receiver.unfinished == 6)
        for number in range(7, 20):
            assert await post(process.url, an_update(number, f"m{number}")) == 200
        gate.set()
        assert {await one for one in waiting} == {200}
        await until(lambda: len(process.handled) == 6)
    assert process.turned_away == ["m7"]


async def test_an_update_that_ends_the_process_again_and_again_is_set_aside(
    double: Double, process: Process, sqlite_database: Database
) -> None:
    begun: list[str] = []

    async def never(text: str) -> None:
        if text == "deadly":
            begun.append(text)
            await asyncio.Event().wait()

    for turn in range(3):
        dying = Process(sqlite_database, process.handled, never)
        async with dying.hooked(double, timing=PATIENT, kill=True):
            task = asyncio.create_task(post(dying.url, an_update(3, "deadly")))
            await until(lambda: len(begun) > turn)  # noqa: B023 - awaited at once
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    last = Process(sqlite_database, process.handled, never)
    async with last.hooked(double):
        assert await post(last.url, an_update(3, "deadly")) == 200
        assert await post(last.url, an_update(4, "fine")) == 200
        await until(lambda: last.missed == [7])
    assert process.handled == [("fine", False)]


@pytest.mark.slow
async def test_switching_between_polling_and_webhook_loses_nothing(
    double: Double, process: Process, sqlite_database: Database, handled: list[tuple[str, bool]]
) -> None:
    async def write() -> None:
        for number in range(1000):
            double.telegram.say(1000 + number % 100, f"m{number}")
            if number % 10 == 0:
                await asyncio.sleep(0.01)

    writing = asyncio.create_task(write())
    for turn in range(6):
        one = Process(sqlite_database, handled)
        wanted = min(1000, 150 * (turn + 1))
        if turn % 2:
            async with one.hooked(double):
                await hook(double, one.url)
                await until(lambda: len(handled) >= wanted)  # noqa: B023
        else:
            async with one.polling(double):
                await until(lambda: len(handled) >= wanted)  # noqa: B023
    await writing
    last = Process(sqlite_database, handled)
    async with last.polling(double):
        await until(lambda: len(handled) >= 1000 and double.telegram.updates.count == 0)
    texts = [text for text, _ in handled]
    assert sorted(texts) == sorted(f"m{number}" for number in range(1000))
    assert not any(repeat for _, repeat in handled)
    for member in range(100):
        mine = [text for text in texts if int(text[1:]) % 100 == member]
        assert mine == [f"m{number}" for number in range(member, 1000, 100)]
