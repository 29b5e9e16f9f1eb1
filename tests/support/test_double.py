"""The HTTP double: a Bot API that keeps to Telegram's rules and fails when it is told to."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import pytest

from tests.support.double import Double, Fault, spawn
from tests.support.double.faults import Kind
from tests.support.double.rates import Rates


@pytest.fixture
async def double() -> AsyncIterator[Double]:
    async with Double(referee=False) as double:
        double.telegram.start(7)
        yield double


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def address(double: Double, method: str) -> str:
    return f"{double.url}/bot{double.telegram.token}/{method}"


async def call(http: aiohttp.ClientSession, double: Double, method: str, **values: Any) -> tuple[int, Any]:
    async with http.post(address(double, method), json=values) as answer:
        return answer.status, await answer.json()


async def say(
    http: aiohttp.ClientSession, double: Double, text: str = "x", chat_id: int = 7
) -> tuple[int, Any]:
    return await call(http, double, "sendMessage", chat_id=chat_id, text=text)


async def test_takes_json_forms_and_queries(double: Double, http: aiohttp.ClientSession) -> None:
    assert (await say(http, double, "as json"))[0] == 200
    await http.post(address(double, "sendMessage"), data={"chat_id": "7", "text": "as a form"})
    await http.get(address(double, "sendMessage"), params={"chat_id": "7", "text": "as a query"})
    form = aiohttp.FormData({"chat_id": "7", "caption": "é"})
    form.add_field("document", b"BEGIN", filename="a.ics", content_type="text/calendar")
    async with http.post(address(double, "sendDocument"), data=form) as answer:
        document = (await answer.json())["result"]["document"]
    assert document["file_name"] == "a.ics"
    assert [entry.method for entry in double.journal] == ["sendMessage"] * 3 + ["sendDocument"]
    file = (await call(http, double, "getFile", file_id=document["file_id"]))[1]["result"]
    async with http.get(f"{double.url}/file/bot{double.telegram.token}/{file['file_path']}") as answer:
        assert await answer.read() == b"BEGIN"


async def test_refuses_as_telegram_does(double: Double, http: aiohttp.ClientSession) -> None:
    status, body = await say(http, double, chat_id=5)
    assert (status, body) == (
        400,
        {"ok": False, "error_code": 400, "description": "Bad Request: chat not found"},
    )
    assert (await call(http, double, "sendNothing"))[1]["description"] == "Not Found: method not found"
    async with http.post(f"{double.url}/bot123456:{'x' * 35}/getMe") as answer:
        assert (answer.status, (await answer.json())["description"]) == (401, "Unauthorized")
    async with http.post(f"{double.url}/botnonsense/getMe") as answer:
        assert answer.status == 404


async def test_every_answer_has_the_date_of_its_clock(http: aiohttp.ClientSession) -> None:
    long_ago = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
    async with (
        Double(now=lambda: long_ago, referee=False) as double,
        http.post(address(double, "getMe")) as answer,
    ):
        assert parsedate_to_datetime(answer.headers["Date"]) == long_ago


async def polled(double: Double) -> None:
    """Wait until somebody waits for updates."""
    async with asyncio.timeout(60):
        while not double.telegram.updates.polled:  # noqa: ASYNC110 - there is no event for it
            await asyncio.sleep(0.005)


async def test_a_long_poll_wakes_at_once(double: Double, http: aiohttp.ClientSession) -> None:
    poll = asyncio.create_task(call(http, double, "getUpdates", timeout=50, offset=2))
    await polled(double)
    double.telegram.say(7, "wake up")
    _, body = await asyncio.wait_for(poll, 40)
    assert body["result"][0]["message"]["text"] == "wake up"


async def test_of_two_pollers_the_first_gets_409(double: Double, http: aiohttp.ClientSession) -> None:
    first = asyncio.create_task(call(http, double, "getUpdates", timeout=20, offset=2))
    await polled(double)
    second = asyncio.create_task(call(http, double, "getUpdates", timeout=20, offset=2))
    status, body = await first
    assert status == 409
    assert body["description"].startswith("Conflict: terminated by other getUpdates request")
    double.telegram.say(7, "x")
    assert (await second)[0] == 200


async def test_a_repeated_offset_is_slowed_down(double: Double, http: aiohttp.ClientSession) -> None:
    double.telegram.say(7, "another")
    assert len((await call(http, double, "getUpdates", offset=1))[1]["result"]) == 2
    assert len((await call(http, double, "getUpdates", offset=1))[1]["result"]) == 1


async def test_rates_are_those_of_telegram(http: aiohttp.ClientSession) -> None:
    async with Double(referee=False) as double:
        double.rates = Rates(now=lambda: 0.0)
        double.telegram.start(7)
        double.telegram.group(-3, by=7)
        answers = [await say(http, double) for _ in range(6)]
        assert [status for status, _ in answers] == [200] * 5 + [429]
        assert answers[-1][1]["parameters"] == {"retry_after": 1}
        assert answers[-1][1]["description"] == "Too Many Requests: retry after 1"
        in_group = [await say(http, double, chat_id=-3) for _ in range(21)]
        assert [status for status, _ in in_group].count(429) == 1
        assert len(double.journal) == 25


async def test_latency_delays_every_call(http: aiohttp.ClientSession) -> None:
    async with Double(latency=0.1, referee=False) as double:
        before = time.monotonic()
        await call(http, double, "getMe")
        assert time.monotonic() - before >= 0.1


@pytest.mark.parametrize(
    ("kind", "accepted"),
    [("drop_before", 0), ("drop_after", 1), ("half", 1)],
)
async def test_dropped_connections(
    double: Double, http: aiohttp.ClientSession, kind: Kind, accepted: int
) -> None:
    double.faults.add(Fault(kind, method="sendMessage"))
    with pytest.raises((aiohttp.ClientConnectionError, aiohttp.ClientPayloadError)):
        await say(http, double)
    assert len(double.journal) == accepted
    assert (await say(http, double))[0] == 200


@pytest.mark.parametrize(
    ("fault", "status", "accepted"),
    [
        (Fault("status", status=500), 500, 0),
        (Fault("status", status=403, body="{}"), 403, 0),
        (Fault("bad_gateway"), 502, 0),
        (Fault("retry_after", seconds=7), 429, 0),
        (Fault("garbage"), 200, 1),
    ],
)
async def test_wrong_answers(
    double: Double, http: aiohttp.ClientSession, fault: Fault, status: int, accepted: int
) -> None:
    double.faults.add(fault)
    async with http.post(address(double, "sendMessage"), json={"chat_id": 7, "text": "x"}) as answer:
        assert answer.status == status
        body = await answer.text(errors="replace")
    assert len(double.journal) == accepted
    if fault.kind == "retry_after":
        assert json.loads(body)["parameters"] == {"retry_after": 7}
    if fault.kind in ("bad_gateway", "garbage"):
        with pytest.raises(ValueError, match="Expecting value"):
            json.loads(body)


async def test_faults_hit_the_nth_call_of_their_chat_only(
    double: Double, http: aiohttp.ClientSession
) -> None:
    double.telegram.start(8)
    double.faults.add(Fault("status", method="sendMessage", chat_id=8, first=2, times=2))
    statuses = [(await say(http, double, chat_id=chat_id))[0] for chat_id in (8, 7, 8, 7, 8, 8)]
    assert statuses == [200, 200, 500, 200, 500, 200]


async def test_without_a_method_a_fault_spares_the_polls(double: Double, http: aiohttp.ClientSession) -> None:
    double.faults.add(Fault("status", times=0))
    assert (await call(http, double, "getUpdates"))[0] == 200
    assert [(await call(http, double, "getMe"))[0] for _ in range(3)] == [500] * 3


async def test_the_referee_complains(http: aiohttp.ClientSession) -> None:
    async with Double() as double:
        double.telegram.start(7)
        await call(http, double, "sendMessage", chat_id=7, text="x", colour="red")
        await say(http, double)
    assert double.complaints == ["sendMessage: it takes no colour"]


async def test_in_another_process_it_is_steered_by_its_control_port(http: aiohttp.ClientSession) -> None:
    def steer() -> None:
        with spawn("--now", "2026-11-23T10:00:00+01:00") as remote:
            message_id = remote.do("say", user=7, text="hello")
            assert remote.do("send_file", user=7, name="a.txt", content=b"abc") == message_id + 1
            remote.flood(50, members=10)
            assert remote.state()["waiting"] == 52
            assert remote.state()["now"].startswith("2026-11-23T09:00:0")
            remote.settings(now="2026-11-25T10:00:00+01:00")
            assert not remote.idle(within=0.2, quiet=0.01) or remote.state()["waiting"] == 0
            remote.plan(Fault("status", method="getMe"))
            with pytest.raises(ValueError, match="people cannot fly"):
                remote.do("fly")
            with pytest.raises(ValueError, match="no empty message"):
                remote.do("say", user=7, text=" ")
            assert remote.journal() == []

    await asyncio.to_thread(steer)


@pytest.mark.slow
async def test_it_carries_more_than_a_thousand_calls_a_second(
    double: Double, http: aiohttp.ClientSession
) -> None:
    before = time.process_time()
    for _ in range(20):
        await asyncio.gather(*(say(http, double) for _ in range(100)))
    assert 2000 / (time.process_time() - before) > 1000
