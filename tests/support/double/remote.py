"""A double in another process, seen from a test."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests.support.double.faults import Fault

_ROOT = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class Remote:
    """A double's two addresses; the methods block.

    Attributes:
        url: for TELEGRAM_API_URL.
        control: of the control API.
    """

    url: str
    control: str

    def do(self, action: str, **arguments: Any) -> Any:
        """Let people act: `do("say", user=7, text="hello")`; see `People` for the names.

        Raises:
            ValueError: the double refuses.
        """
        if isinstance(content := arguments.get("content"), bytes):
            arguments["content"] = base64.b64encode(content).decode()
        return self.ask("POST", f"/do/{action}", arguments)

    def flood(self, count: int, *, members: int = 100, text: str = "question {n}") -> list[int]:
        """Let `members` people write `count` messages at once; returns the messages' ids."""
        ids: list[int] = self.ask("POST", "/flood", {"count": count, "members": members, "text": text})
        return ids

    def journal(self, since: int = 0) -> list[dict[str, Any]]:
        """What was accepted, from the entry after number `since` on."""
        entries: list[dict[str, Any]] = self.ask("GET", f"/journal?since={since}")
        return entries

    def state(self) -> dict[str, Any]:
        """waiting, polled, journal, calls, complaints, now."""
        state: dict[str, Any] = self.ask("GET", "/state")
        return state

    def idle(self, *, within: float = 60, quiet: float = 0.05) -> bool:
        """Wait until the bot came to rest; False when it did not within `within` seconds."""
        return bool(self.ask("POST", "/idle", {"within": within, "quiet": quiet}, wait=within + 5))

    def plan(self, *faults: Fault) -> None:
        """Replace the fault plan."""
        self.ask("PUT", "/faults", [asdict(fault) for fault in faults])

    def settings(self, **values: Any) -> None:
        """Change latency (seconds), rates (yes or no), now (an instant in ISO 8601)."""
        self.ask("PUT", "/settings", values)

    def ask(self, verb: str, path: str, body: object = None, *, wait: float = 60) -> Any:
        """One request to the control API.

        Raises:
            ValueError: the double refuses, with its reason.
        """
        data = None if body is None else json.dumps(body).encode()
        request = Request(self.control + path, data=data, method=verb)
        request.add_header("Content-Type", "application/json")
        try:
            with urlopen(request, timeout=wait) as answer:
                return json.load(answer)["result"]
        except HTTPError as error:
            with error:
                raise ValueError(error.read().decode()) from None


@contextmanager
def spawn(*options: str) -> Iterator[Remote]:
    """Run a double in a process of its own, with the options of `python -m tests.support.double`."""
    command = [sys.executable, "-m", "tests.support.double", *options]
    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, stdin=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            yield Remote(**json.loads(process.stdout.readline()))
        finally:
            process.terminate()
