"""What stands in the log, and what never does."""

from __future__ import annotations

import asyncio
import gc
import io
import json
import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import text

from bot.ops.logs import catch_the_rest, configure, trace_of
from bot.storage.engine import Database
from bot.storage.faults import StorageDown

TOKEN = "1234567890:" + "AbCdEfGhIjKlMnOpQrStUvWxYz_-0123456"
OTHER_TOKEN = "987654321:" + "zYxWvUtSrQpOnMlKjIhGfEdCbA_-6543210"
CANARY = "canary-words-of-a-member"


class Log:
    """What was logged so far."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def log() -> Iterator[Log]:
    """Logs at DEBUG with a token set; everything is put back afterwards."""
    root, hooks = logging.getLogger(), (sys.excepthook, threading.excepthook, sys.unraisablehook)
    handlers, level, raising = list(root.handlers), root.level, logging.raiseExceptions
    made = Log()
    configure("DEBUG", token=TOKEN, stream=made.stream)
    yield made
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    logging.captureWarnings(False)
    root.handlers[:], logging.raiseExceptions = handlers, raising
    root.setLevel(level)
    logging.getLogger("bot").setLevel(logging.NOTSET)
    logging.getLogger("__main__").setLevel(logging.NOTSET)
    structlog.reset_defaults()


def test_a_line_is_one_json_object_with_time_level_and_name(log: Log) -> None:
    structlog.get_logger("bot.chat").info("started", entries=7)
    (line,) = log.lines
    assert line["event"] == "started"
    assert (line["level"], line["logger"], line["entries"]) == ("info", "bot.chat", 7)
    assert line["timestamp"].endswith("Z")


def test_our_own_logs_begin_at_the_level_that_was_set(log: Log) -> None:
    structlog.get_logger("bot.chat").debug("heard")
    configure("WARNING", stream=log.stream)
    structlog.get_logger("bot.chat").info("not heard")
    structlog.get_logger("bot.chat").warning("heard again")
    assert [line["event"] for line in log.lines] == ["heard", "heard again"]


@pytest.mark.parametrize(
    "name",
    [
        "telegram.ext.Application",
        "httpx",
        "aiohttp.access",
        "sqlalchemy.engine.Engine",
        "aiosqlite",
        "asyncio",
    ],
)
def test_other_libraries_are_heard_only_when_they_warn(log: Log, name: str) -> None:
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(logging.DEBUG)  # somebody turned it up
    try:
        logger.debug("parameters: %s", CANARY)
        logger.info("text: %s", CANARY)
        logger.warning("something is slow")
    finally:
        logger.setLevel(before)
    assert [line["event"] for line in log.lines] == ["something is slow"]


@pytest.mark.parametrize(
    "token", [TOKEN, OTHER_TOKEN, TOKEN.replace(":", "%3A"), OTHER_TOKEN.replace(":", "%3a")]
)
def test_a_token_is_in_no_line(log: Log, token: str) -> None:
    def lose_the_network() -> None:
        try:
            raise StorageDown(token)  # noqa: TRY301 - a chain is what is tested
        except StorageDown as fault:
            raise OSError(5, token) from fault

    logging.getLogger("bot").error("POST https://api.telegram.org/bot%s/getMe failed", token)
    structlog.get_logger("bot.x").error("failed", url=f"https://h/bot{token}/x", nested={"a": [token]})
    try:
        lose_the_network()
    except OSError:
        structlog.get_logger("bot.x").exception("failed")
        logging.getLogger("telegram").exception("failed")
    assert len(log.lines) == 4
    assert token not in log.text
    assert token[-30:] not in log.text
    assert log.text.count("[token]") >= 6


def test_the_words_of_an_exception_are_shown_only_where_nobody_can_have_written_them(log: Log) -> None:
    def convert(words: str) -> int:
        return int(words)

    try:
        try:
            convert(CANARY)
        except ValueError as fault:
            fault.add_note(CANARY)
            raise StorageDown("the database is locked") from fault
    except StorageDown:
        structlog.get_logger("bot.x").exception("failed")
    (line,) = log.lines
    assert CANARY not in log.text
    assert line["exception"][0] == "bot.storage.faults.StorageDown: the database is locked"
    assert any("builtins.ValueError" in one for one in line["exception"])
    assert any("test_logs.py" in one and "convert" in one for one in line["exception"])


def test_a_group_of_exceptions_is_shown_member_by_member() -> None:
    group = ExceptionGroup(CANARY, [KeyError(CANARY), StorageDown("locked")])
    shown = "\n".join(trace_of(group))
    assert "KeyError" in shown
    assert "locked" in shown
    assert CANARY not in shown


def test_an_exception_that_causes_itself_ends() -> None:
    fault = ValueError()
    fault.__cause__ = fault
    assert len(trace_of(fault)) < 20


async def test_a_task_that_failed_unseen_is_logged_without_its_words(log: Log) -> None:
    async def fail() -> None:
        raise ValueError(CANARY)

    task = asyncio.create_task(fail())
    await asyncio.wait({task})
    del task
    gc.collect()
    (line,) = log.lines
    assert line["event"] == "Task exception was never retrieved"
    assert CANARY not in log.text
    assert any("fail" in one for one in line["exception"])


def test_a_log_call_that_is_wrong_shows_nothing_of_its_arguments(
    log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger("bot").error("%d updates", CANARY)
    assert CANARY not in log.text + capsys.readouterr().err
    assert log.lines[0]["event"] == "log_call_failed"


def test_a_value_that_json_does_not_know_is_shown_by_its_class(log: Log) -> None:
    class Update:
        def __repr__(self) -> str:
            return CANARY

    structlog.get_logger("bot.x").info("got", update=Update())
    assert log.lines[0]["update"] == "<Update>"


def test_line_breaks_escapes_and_odd_characters_stay_in_one_line(log: Log) -> None:
    structlog.get_logger("bot.x").info("a\r\nb\x1b[31mc\u2028d\x85e\u202ef")
    assert log.text.count("\n") == 1
    assert log.text.isascii()
    assert "\x1b" not in log.text
    assert log.lines[0]["event"] == "a\r\nb\x1b[31mc\u2028d\x85e\u202ef"


def test_what_nothing_caught_goes_to_the_log(log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    catch_the_rest()

    def fail() -> None:
        raise ValueError(CANARY)

    try:
        fail()
    except ValueError as fault:
        sys.excepthook(ValueError, fault, fault.__traceback__)
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert [line["event"] for line in log.lines] == ["uncaught", "uncaught_in_thread"]
    assert CANARY not in log.text + capsys.readouterr().err


def test_configuring_twice_logs_once(log: Log) -> None:
    configure("DEBUG", token=TOKEN, stream=log.stream)
    structlog.get_logger("bot.x").info("once")
    assert len(log.lines) == 1


async def test_a_statement_that_fails_shows_no_value(log: Log, database: Database) -> None:
    try:
        async with database.read() as connection:
            await connection.execute(text("SELECT * FROM nowhere WHERE a = :a"), {"a": CANARY})
    except Exception:
        structlog.get_logger("bot.x").exception("failed")
    assert len(log.lines) == 1
    assert CANARY not in log.text


def test_nothing_of_a_database_at_work_is_logged_even_at_debug(log: Log, tmp_path: Path) -> None:
    async def work() -> None:
        from tests.support.databases import opened, sqlite_url

        async with opened(sqlite_url(tmp_path)) as database, database.read() as connection:
            await connection.execute(text("SELECT :a"), {"a": CANARY})

    for name in ("sqlalchemy", "aiosqlite", "alembic"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    try:
        asyncio.run(work())
    finally:
        for name in ("sqlalchemy", "aiosqlite", "alembic"):
            logging.getLogger(name).setLevel(logging.NOTSET)
    assert log.text == ""
