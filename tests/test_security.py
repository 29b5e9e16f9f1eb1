"""What SECURITY.md promises and no other test shows; and that every test that it names is there."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from telegram import Update
from telegram.constants import ChatID

from bot.chat import handlers
from bot.chat.handlers.editing.door import is_plain_message
from bot.chat.handlers.services import Exchange, Services

ROOT = Path(__file__).parents[1]

KNOWN_TO_CONNECT = {
    "bot/chat/transport.py",  # Telegram, at the address of the settings
    "bot/cli/checks.py",  # the same, for `advisor doctor`
    "bot/cli/diagnostics.py",  # the bot's own metrics
    "bot/cli/healthcheck.py",  # the bot's own health
    "bot/ops/systemd.py",  # the socket of systemd
}
_CONNECTS = {"ClientSession", "open_connection", "create_connection", "urlopen", "HTTPConnection", "socket"}
_DANGEROUS = {"eval", "exec", "compile", "pickle", "marshal", "shelve", "unsafe_load", "full_load", "system"}
_ALLOWED = {("re", "compile"), ("platform", "system")}
_LIMITED = {"bot/editing/parcels.py: pickle"}
"""From our own process, by a reader that knows our classes alone."""


def sources() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((ROOT / "bot").rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))


def test_every_test_that_the_document_names_is_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", (ROOT / "SECURITY.md").read_text("utf-8"))
    assert len(named) > 40
    missing = [
        f"{file}::{test}"
        for file, test in named
        if not re.search(rf"^(async )?def {test}\(", (ROOT / file).read_text("utf-8"), re.MULTILINE)
    ]
    assert missing == []


def test_connections_are_opened_only_where_it_is_known() -> None:
    found = {
        name
        for name, tree in sources()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr in _CONNECTS)
        or (isinstance(node, ast.Name) and node.id in _CONNECTS)
    }
    assert found <= KNOWN_TO_CONNECT, "does an address come from a message there?"
    assert "bot/chat/transport.py" in found, "else this test sees nothing"


def test_nothing_is_evaluated_unpickled_or_given_to_a_shell() -> None:
    found = []
    for name, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                modules = {alias.name.partition(".")[0] for alias in node.names}
                modules.add((getattr(node, "module", None) or "").partition(".")[0])
                found += [f"{name}: {module}" for module in modules & _DANGEROUS]
            elif isinstance(node, ast.Call):
                function = node.func
                called = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
                owner = getattr(getattr(function, "value", None), "id", None)
                if called in _DANGEROUS and (owner, called) not in _ALLOWED:
                    found.append(f"{name}:{node.lineno} {called}")
                if any(word.arg == "shell" for word in node.keywords):
                    found.append(f"{name}:{node.lineno} shell")
    assert set(found) <= _LIMITED
    assert "def find_class" in (ROOT / "bot/editing/parcels.py").read_text("utf-8")


HOSTILE = """
import importlib, pkgutil, re, resource, sys
resource.setrlimit(resource.RLIMIT_CPU, (240, 240))
import bot
units = ["a", "1", " ", "-", ".", "/", "'", "a ", "1 ", "a-", "a.", "a@", "a@a.", "1:", "at ", "dot ", "["]
texts = [(unit * 600)[:600] + end for unit in units for end in ("", "!", "\\x00")]
seen = set()
for found in pkgutil.walk_packages(bot.__path__, "bot."):
    if ".migrations" in found.name or found.name.endswith("__main__"):
        continue
    for value in vars(importlib.import_module(found.name)).values():
        several = value if isinstance(value, (list, tuple)) else [value]
        for one in several:
            if isinstance(one, re.Pattern) and isinstance(one.pattern, str) and one.pattern not in seen:
                seen.add(one.pattern)
                print(found.name, one.pattern[:60], file=sys.stderr)
                for text in texts:
                    one.search(text), one.fullmatch(text)
print(len(seen))
"""


def test_no_pattern_of_ours_runs_for_ever_on_a_hostile_text() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", HOSTILE],
        cwd=ROOT,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"the last one is endless: {done.stderr[-300:]}"
    assert int(done.stdout) > 50


def _exchange(**changes: Any) -> Exchange:
    """An owner's `/queue` in private, but for what is changed."""
    person = {"id": 7, "is_bot": False, "first_name": "Anna"}
    message: dict[str, Any] = {
        "message_id": 1,
        "date": 1_800_000_000,
        "chat": {"id": 7, "type": "private", "first_name": "Anna"},
        "from": person,
        "text": "/queue",
    }
    kind = changes.pop("kind", "message")
    message |= changes
    update = Update.de_json({"update_id": 1, kind: message}, bot=None)
    private = message["chat"]["type"] == "private"
    return cast(Exchange, SimpleNamespace(update=update, viewer=SimpleNamespace(private=private)))


GROUP = {"id": -5, "type": "supergroup", "title": "A group"}
CHANNEL = {"id": -6, "type": "channel", "title": "A channel"}
BOT = {"id": 9, "is_bot": True, "first_name": "Bot"}
HIDDEN = {"type": "hidden_user", "date": 1_800_000_000, "sender_user_name": "Anna"}


def test_only_a_persons_own_new_private_message_commands_an_editors_work() -> None:
    assert is_plain_message(_exchange())
    for change in (
        {"kind": "edited_message"},
        {"chat": GROUP},
        {"sender_chat": CHANNEL},
        {
            "sender_chat": GROUP,
            "chat": GROUP,
            "from": {"id": 1087968824, "is_bot": True, "first_name": "Group"},
        },
        {"forward_origin": HIDDEN},
        {"via_bot": BOT},
        {"from": BOT},
        {"kind": "channel_post", "chat": CHANNEL},
    ):
        assert not is_plain_message(_exchange(**change)), change


@pytest.mark.parametrize(
    "sender", [ChatID.ANONYMOUS_ADMIN, ChatID.SERVICE_CHAT, ChatID.FAKE_CHANNEL], ids=lambda one: one.name
)
async def test_senders_that_are_nobody_are_not_answered(sender: ChatID) -> None:
    """No part of the program is even asked: `services` is None here, and a person's message fails on it."""
    dispatch = handlers._dispatcher(cast(Services, None))
    nobody = {"id": int(sender), "is_bot": False, "first_name": "Group"}
    for change in ({}, {"chat": GROUP}, {"sender_chat": GROUP, "chat": GROUP}):
        await dispatch(_exchange(**{"from": nobody}, **change).update, cast(Any, None))
    with pytest.raises(AttributeError):
        await dispatch(_exchange().update, cast(Any, None))
