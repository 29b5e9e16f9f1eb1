"""`advisor run` over HTTP: it answers, and neither its log nor its data holds a word or a secret."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.process import TOKEN, environment, running
from tests.support.double import Fault, Remote, spawn

WORDS = "zanzibar quokka"
"""Words that nobody else would write."""
MEMBER = 987_654_321_012
ID = str(MEMBER).encode()


def _texts(double: Remote, user: int = MEMBER) -> list[str]:
    return [
        str(entry["arguments"].get("text", ""))
        for entry in double.journal()
        if entry["method"] in {"sendMessage", "editMessageText"}
        and str(entry["arguments"].get("chat_id")) == str(user)
    ]


def _everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


@pytest.mark.slow
def test_a_question_is_answered_and_no_trace_of_it_stays(tmp_path: Path) -> None:
    data, log = tmp_path / "data", tmp_path / "log"
    with (
        spawn("--token", TOKEN, "--referee") as double,
        running(environment(data, double.url, ADVISOR_LOG_LEVEL="DEBUG"), log),
    ):
        double.plan(
            Fault("garbage", method="sendMessage", first=2),
            Fault("status", method="sendMessage", first=3, status=400),
            Fault("half", method="sendMessage", first=4),
        )
        double.do("say", user=MEMBER, text="how do i stop linkedin training ai on my posts")
        assert double.idle()
        assert "Data for Generative AI Improvement" in _texts(double)[0]
        for question in (f"{WORDS} linkedin", f"<b>{WORDS}</b>", f"/{WORDS}", f"my password is {WORDS}9"):
            double.do("say", user=MEMBER, text=question)
            assert double.idle()
        double.do("say", user=MEMBER, text="/region Germany")
        assert double.idle()
        kept = _everything(tmp_path)
        for canary in (TOKEN.encode(), TOKEN.partition(":")[2].encode(), b"zanzibar", b"quokka", ID):
            assert canary not in kept, canary
        assert MEMBER.to_bytes(8, "big") not in kept
        double.do("say", user=MEMBER, text="/mydata")
        assert double.idle()
        assert "rows are kept about you" in _texts(double)[-1]
        assert double.state()["complaints"] == []
    assert b'"event": "started"' in log.read_bytes()
    assert b"Traceback" not in log.read_bytes()


@pytest.mark.slow
def test_a_wrong_token_ends_in_one_clear_line(tmp_path: Path) -> None:
    with spawn() as double:
        done = subprocess.run(
            [sys.executable, "-m", "bot", "run"],
            env=environment(tmp_path / "data", double.url),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith("advisor: Telegram refuses the bot token")
    assert "CANARY" not in done.stderr + done.stdout


def test_without_a_token_the_way_to_one_is_told(tmp_path: Path) -> None:
    environ = environment(tmp_path / "data", "http://127.0.0.1:9")
    del environ["TELEGRAM_BOT_TOKEN"]
    done = subprocess.run(
        [sys.executable, "-m", "bot", "run"],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 1
    assert "@BotFather" in done.stderr
