"""`advisor healthcheck` says in one line how the running bot is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from typer import Typer
from typer.testing import CliRunner

from bot.cli.healthcheck import healthcheck

WELL = b'{"status": "well", "says": "Everything works."}'
ILL = b'{"status": "failing", "says": "Telegram has not answered for 80 s."}'


@contextmanager
def _answering(answers: dict[str, tuple[int, bytes]]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = answers[self.path]
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _run(listen: str, *options: str) -> tuple[int, str, str]:
    app = Typer()
    app.command()(healthcheck)
    done = CliRunner().invoke(app, list(options), env={"ADVISOR_HEALTH_LISTEN": listen})
    return done.exit_code, done.stdout, done.stderr


def test_a_bot_that_is_well_is_0_and_one_that_is_not_is_1() -> None:
    with _answering({"/healthz": (200, WELL), "/readyz": (503, ILL)}) as listen:
        assert _run(listen) == (0, "Everything works.\n", "")
        assert _run(listen, "--ready") == (1, "", "advisor: Telegram has not answered for 80 s.\n")


def test_a_bot_that_listens_everywhere_is_asked_here() -> None:
    with _answering({"/healthz": (200, WELL)}) as listen:
        assert _run("0.0.0.0:" + listen.rpartition(":")[2])[0] == 0


def test_nobody_there_is_1() -> None:
    with _answering({}) as listen:
        pass
    code, _, says = _run(listen)
    assert code == 1
    assert says.startswith(f"advisor: nothing answers at {listen}")


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"status": "well"}'])
def test_somebody_else_there_is_1(body: bytes) -> None:
    with _answering({"/healthz": (200, body)}) as listen:
        code, _, says = _run(listen)
    assert code == 1
    assert "something else than a Privacy Advisor" in says


def test_health_that_is_off_is_wrong_use() -> None:
    assert _run("off")[0] == 2
