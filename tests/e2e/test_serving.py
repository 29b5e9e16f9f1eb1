"""The bot as a process that is reached and watched from outside: webhook, health, stand-by."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest

from bot.chat.receive import hook_path
from bot.cli.healthcheck import healthcheck
from tests.e2e.process import TOKEN, environment, running
from tests.e2e.running import free_port
from tests.support.databases import postgres_database
from tests.support.double import Fault, Remote, spawn

pytestmark = pytest.mark.slow

SECRET = "secret-of-the-tests-0123456789"
QUESTION = "how do i stop linkedin training ai on my posts"
ANSWER = "Data for Generative AI Improvement"


def until(condition: Callable[[], bool], within: float = 90.0) -> None:
    """Wait for something that has no event."""
    ends = time.monotonic() + within
    while not condition():
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(0.05)


def asked(url: str, **options: object) -> tuple[int, str]:
    """Status and body; 0 when nobody answers."""
    try:
        with urlopen(Request(url, **options), timeout=10) as answer:  # type: ignore[arg-type]
            return answer.status, answer.read().decode()
    except HTTPError as fault:
        with fault:
            return fault.code, fault.read().decode()
    except (URLError, OSError):
        return 0, ""


def answered(double: Remote, user: int) -> int:
    """How often this member was answered."""
    return sum(
        entry["method"].lower() == "sendmessage" and entry["chat_id"] == user for entry in double.journal()
    )


@contextmanager
def process(command: list[str], environ: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the bot, killed at the end if it still runs."""
    with log.open("ab") as sink:
        started = subprocess.Popen(command, env=dict(environ), stdout=sink, stderr=sink)
        try:
            yield started
        finally:
            if started.poll() is None:
                started.send_signal(signal.SIGCONT)
                started.kill()
            started.wait(20)


def test_by_webhook_and_by_polling_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data, log = tmp_path / "data", tmp_path / "log"
    port, health = free_port(), free_port()
    with spawn("--token", TOKEN, "--referee") as double:
        double.do("say", user=7, text=QUESTION)
        hooked = environment(
            data,
            double.url,
            ADVISOR_WEBHOOK_URL=f"http://127.0.0.1:{port}",
            ADVISOR_WEBHOOK_SECRET=SECRET,
            ADVISOR_WEBHOOK_LISTEN=f"127.0.0.1:{port}",
            ADVISOR_HEALTH_LISTEN=f"127.0.0.1:{health}",
        )
        with running(hooked, log):
            until(lambda: answered(double, 7) == 1)
            assert double.idle()
            assert double.state()["webhook"]
            status, body = asked(f"http://127.0.0.1:{health}/healthz")
            assert status == 200, body
            assert json.loads(body)["status"] == "well"
            assert asked(f"http://127.0.0.1:{health}/readyz")[0] == 200
            status, body = asked(f"http://127.0.0.1:{health}/metrics")
            assert status == 200
            assert "advisor_receiving 1.0" in body
            for canary in (TOKEN, SECRET, TOKEN.partition(":")[2]):
                assert canary not in body
            path = hook_path(SECRET, int(TOKEN.partition(":")[0]))
            wrong = {"X-Telegram-Bot-Api-Secret-Token": "wrong"}
            hook = f"http://127.0.0.1:{port}{path}"
            assert asked(hook, data=b"{}", headers=wrong)[0] == 403
            assert asked(f"http://127.0.0.1:{port}/healthz")[0] == 404, "only on its own address"
            monkeypatch.setenv("ADVISOR_HEALTH_LISTEN", f"127.0.0.1:{health}")
            healthcheck(ready=True)
        double.do("say", user=8, text=QUESTION)
        with running(environment(data, double.url), log):
            until(lambda: answered(double, 8) == 1)
            assert double.idle()
            assert not double.state()["webhook"]
        assert (answered(double, 7), answered(double, 8)) == (1, 1)
        assert double.state()["complaints"] == []
    assert SECRET.encode() not in log.read_bytes()


@pytest.mark.long
def test_a_telegram_that_accepts_and_never_answers(tmp_path: Path) -> None:
    data, log = tmp_path / "data", tmp_path / "log"
    health = free_port()
    command = [sys.executable, "-m", "tests.e2e.served", "4"]
    with spawn("--token", TOKEN) as double:
        environ = environment(data, double.url, ADVISOR_HEALTH_LISTEN=f"127.0.0.1:{health}")
        url = f"http://127.0.0.1:{health}/healthz"
        seen: set[int] = set()
        with process(command, environ, log) as bot:
            until(lambda: asked(url)[0] == 200)
            double.plan(
                Fault("delay", seconds=3600, times=0), Fault("delay", "getUpdates", seconds=3600, times=0)
            )

            def over() -> bool:
                seen.add(asked(url)[0])
                return bot.poll() is not None

            until(over)
            assert bot.returncode == 1
        assert 503 in seen, "it was red before it ended"
        assert b"advisor: Telegram accepted and did not answer for 4 seconds" in log.read_bytes()
        double.do("say", user=7, text=QUESTION)
        double.plan()
        with process(command, environ, log):
            until(lambda: answered(double, 7) == 1)


def test_a_second_process_on_one_file_is_refused_in_plain_words(tmp_path: Path) -> None:
    data, log = tmp_path / "data", tmp_path / "log"
    with spawn("--token", TOKEN) as double:
        environ = environment(data, double.url)
        double.do("say", user=7, text=QUESTION)
        with running(environ, log):
            until(lambda: answered(double, 7) == 1)
            second = subprocess.run(
                [sys.executable, "-m", "bot", "run"],
                env=environ,
                capture_output=True,
                text=True,
                check=False,
                timeout=90,
            )
    assert second.returncode == 1
    [line] = second.stderr.strip().splitlines()
    assert line.startswith("advisor: The database is in use by process")


@pytest.mark.long
@pytest.mark.postgres
async def test_another_process_takes_over_from_one_that_stands_still(tmp_path: Path) -> None:
    async with postgres_database() as url:
        address = url.render_as_string(hide_password=False).replace("+asyncpg", "")
        await asyncio.to_thread(_take_over, tmp_path, address)


def _take_over(folder: Path, address: str) -> None:
    log = folder / "log"
    ports = free_port(), free_port()
    command = [sys.executable, "-m", "bot", "run"]
    with spawn("--token", TOKEN) as double:
        environs = [
            environment(
                folder / "data",
                double.url,
                ADVISOR_DATABASE_URL=address,
                ADVISOR_HEALTH_LISTEN=f"127.0.0.1:{port}",
            )
            for port in ports
        ]
        urls = [f"http://127.0.0.1:{port}/readyz" for port in ports]
        with process(command, environs[0], log) as first:
            until(lambda: "It receives" in asked(urls[0])[1])
            with process(command, environs[1], log) as second:
                until(lambda: "It stands by" in asked(urls[1])[1])
                assert asked(urls[1])[0] == 200, "who stands by is ready to"
                double.do("say", user=7, text=QUESTION)
                until(lambda: answered(double, 7) == 1)
                assert double.idle(), "what is not confirmed yet is answered once more"
                first.send_signal(signal.SIGSTOP)
                double.do("say", user=8, text=QUESTION)
                until(lambda: answered(double, 8) == 1)
                assert double.idle()
                first.send_signal(signal.SIGCONT)
                until(lambda: "It stands by" in asked(urls[0])[1])
                second.terminate()  # gives its lease back
                double.do("say", user=9, text=QUESTION)
                until(lambda: answered(double, 9) == 1)
                assert second.wait(60) == 0
        assert [answered(double, user) for user in (7, 8, 9)] == [1, 1, 1]
