"""Health asked over HTTP, the watchdog, and what systemd is told."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest

from bot.ops import metrics
from bot.ops.health import Finding, Health, Probe, State
from bot.ops.http import Address, CannotListen, Route, Server, watching
from bot.ops.pulse import Pulse
from bot.ops.systemd import Notifier
from bot.ops.watchdog import Limits, Watchdog

ANYWHERE = Address("127.0.0.1", 0)


def _probe(state: State, says: str) -> Callable[[], Awaitable[Finding]]:
    async def probe() -> Finding:
        return Finding("part", state, says)

    return probe


async def _get(server: Server, path: str, address: Address = ANYWHERE) -> tuple[int, str]:
    url = f"http://{server.bound(address)}{path}"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, await answer.text()


@pytest.mark.parametrize(
    ("states", "healthz", "readyz"),
    [
        ([State.WELL, State.WELL], 200, 200),
        ([State.WELL, State.IMPAIRED], 200, 503),
        ([State.FAILING, State.IMPAIRED], 503, 503),
    ],
)
async def test_alive_and_ready_are_two_questions(states: list[State], healthz: int, readyz: int) -> None:
    health = Health([(f"p{n}", _probe(state, f"It is {state}.")) for n, state in enumerate(states)])
    server = Server(watching(health, health_at=ANYWHERE, metrics_at=ANYWHERE))
    await server.start()
    try:
        status, body = await _get(server, "/healthz")
        assert status == healthz
        for state in set(states) - {State.WELL}:
            assert f"It is {state}." in body
        assert (await _get(server, "/readyz"))[0] == readyz
        status, body = await _get(server, "/metrics")
        assert status == 200
        assert metrics.RECEIVING._name in body
        assert (await _get(server, "/"))[0] == 404
    finally:
        await server.stop()


async def test_a_probe_that_hangs_or_fails_is_a_finding() -> None:
    async def hang() -> Finding:
        await asyncio.Event().wait()
        raise AssertionError

    async def fail() -> Finding:
        raise ValueError("secret")

    probes: list[tuple[str, Probe]] = [("database", hang), ("knowledge", fail)]
    report = await Health(probes, patience=0.01).look()
    assert report.alive
    assert not report.ready
    assert "The database did not answer" in report.line
    assert "secret" not in report.line


async def test_an_address_that_is_taken_is_named() -> None:
    health = Health([])
    first = Server(watching(health, health_at=ANYWHERE, metrics_at=None))
    await first.start()
    taken = first.bound(ANYWHERE)
    try:
        with pytest.raises(CannotListen, match=f"127.0.0.1:{taken.port} cannot be listened on"):
            await Server(watching(health, health_at=taken, metrics_at=None)).start()
    finally:
        await first.stop()


async def test_each_can_have_an_address_of_its_own() -> None:
    other = Address("localhost", 0)
    routes = watching(Health([]), health_at=ANYWHERE, metrics_at=other)
    server = Server([*routes, Route(other, "GET", "/x", routes[0].answer)])
    await server.start()
    try:
        assert (await _get(server, "/metrics"))[0] == 404
        assert (await _get(server, "/metrics", other))[0] == 200
    finally:
        await server.stop()


class Life:
    """A watchdog on a clock of its own."""

    def __init__(self) -> None:
        self.now = 0.0
        self.ended: list[int] = []
        self.asked: list[str] = []
        self.pulse = Pulse(clock=lambda: self.now)
        self.dog = Watchdog(
            self.pulse,
            self.asked.append,
            limits=Limits(loop=30, silence=75, farewell=12),
            end=self.ended.append,
            clock=lambda: self.now,
        )

    def go(self, seconds: int, *, beat: bool = True, answer: bool = True, cut_off: bool = False) -> None:
        for _ in range(seconds):
            self.now += 1
            if beat:
                self.dog.beat()
            if answer:
                self.pulse.answered()
            if cut_off:
                self.pulse.unreachable()
            self.dog.look()


def test_a_loop_that_stands_still_ends_the_process(capfd: pytest.CaptureFixture[str]) -> None:
    life = Life()
    life.go(100)
    assert life.ended == []
    life.go(31, beat=False)
    assert life.ended == [1]
    assert "advisor: the event loop stood still for 30 seconds" in capfd.readouterr().err


def test_a_telegram_that_never_answers_is_an_orderly_end_within_90_seconds(
    capfd: pytest.CaptureFixture[str],
) -> None:
    life = Life()
    life.go(100)
    life.go(76, answer=False)
    assert life.asked == ["Telegram accepted and did not answer for 75 seconds"]
    assert life.ended == []
    life.go(13, answer=False)
    assert life.ended == [1]
    assert life.now - 100 <= 90
    assert "did not come to an end in time" in capfd.readouterr().err


def test_a_network_that_is_down_ends_nothing() -> None:
    life = Life()
    life.go(1000, answer=False, cut_off=True)
    assert life.asked == []
    assert life.pulse.age == 1000


def test_a_process_that_stood_still_as_a_whole_gets_its_chance_first() -> None:
    life = Life()
    life.now += 600
    life.dog.look()
    life.go(5)
    assert life.ended == []
    assert life.asked == []


def test_the_thread_looks_by_itself() -> None:
    ended = threading.Event()
    pulse = Pulse()
    dog = Watchdog(pulse, lambda _: None, limits=Limits(loop=0.2, look=0.02), end=lambda code: ended.set())
    dog.start()
    assert ended.wait(60)
    dog.stop()


def test_systemd_hears_how_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(path))
        systemd.settimeout(60)
        environ = {"NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": "20000000", "WATCHDOG_PID": str(os.getpid())}
        notifier = Notifier.of(environ)
        assert notifier.watchdog == 20
        notifier.ready("Everything\nworks.")
        assert systemd.recv(500) == b"READY=1\nSTATUS=Everything works."
        notifier.alive()
        assert systemd.recv(500) == b"WATCHDOG=1"
        notifier.stopping("Ending.")
        assert systemd.recv(500) == b"STOPPING=1\nSTATUS=Ending."
    notifier.alive()


def test_systemd_may_name_an_abstract_socket_or_none() -> None:
    name = f"advisor-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind("\0" + name)
        systemd.settimeout(60)
        Notifier.of({"NOTIFY_SOCKET": "@" + name}).status("well")
        assert systemd.recv(500) == b"STATUS=well"
    Notifier.of({}).ready("nobody hears it")
    assert Notifier.of({"WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "1"}).watchdog == 0
