"""The control API on a second port, for tests that run the bot in another process.

Everything is JSON. `POST /do/NAME` with arguments does what `People.NAME` does (`content` as base64);
`POST /flood` lets many members write at once; `GET /state`, `GET /journal?since=N`; `PUT /faults`;
`PUT /settings` (latency, rates, now); `POST /idle`.
"""

from __future__ import annotations

import base64
import dataclasses
from datetime import datetime
from typing import Any, Final

from aiohttp import web

from bot.offline.model import Accepted
from bot.ops.clock import SettableClock
from tests.support.double.faults import Fault
from tests.support.double.rates import Rates
from tests.support.double.server import Double

ACTIONS: Final = frozenset(
    {
        "add_to_group",
        "block",
        "edit",
        "inject",
        "inline",
        "migrate",
        "remove_from_group",
        "say",
        "send_file",
        "send_photo",
        "send_sticker",
        "send_voice",
        "start",
        "tap",
        "unblock",
    }
)


class Control:
    """Steers `double`; `clock` is set when the double runs on one that can be set."""

    def __init__(self, double: Double, clock: SettableClock | None = None) -> None:
        self._double = double
        self._clock = clock
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1."""
        app = web.Application(client_max_size=80 * 2**20)
        app.router.add_post("/do/{name}", self._do)
        app.router.add_post("/user", self._user)
        app.router.add_post("/group", self._group)
        app.router.add_post("/flood", self._flood)
        app.router.add_post("/idle", self._idle)
        app.router.add_get("/state", self._state)
        app.router.add_get("/journal", self._journal)
        app.router.add_put("/faults", self._faults)
        app.router.add_put("/settings", self._settings)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _do(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in ACTIONS:
            return _wrong(f"people cannot {name}")
        arguments = await request.json()
        if "content" in arguments:
            arguments["content"] = base64.b64decode(arguments["content"])
        try:
            return web.json_response({"result": getattr(self._double.telegram, name)(**arguments)})
        except (ValueError, TypeError, KeyError) as error:
            return _wrong(str(error))

    async def _user(self, request: web.Request) -> web.Response:
        values = await request.json()
        person = self._double.telegram.user(values.pop("user_id"), **values)
        return web.json_response({"result": person.json()})

    async def _group(self, request: web.Request) -> web.Response:
        values = await request.json()
        chat = self._double.telegram.group(values.pop("chat_id"), **values)
        return web.json_response({"result": chat.json()})

    async def _flood(self, request: web.Request) -> web.Response:
        values = await request.json()
        text, members = values.get("text", "question {n}"), values.get("members", 100)
        first = values.get("first_member", 1000)
        ids = [
            self._double.telegram.say(first + number % members, text.format(n=number))
            for number in range(values["count"])
        ]
        return web.json_response({"result": ids})

    async def _idle(self, request: web.Request) -> web.Response:
        values = await request.json()
        try:
            await self._double.telegram.idle(quiet=values.get("quiet", 0.05), within=values.get("within", 60))
        except TimeoutError:
            return web.json_response({"result": False})
        return web.json_response({"result": True})

    async def _state(self, _: web.Request) -> web.Response:
        telegram = self._double.telegram
        state: dict[str, Any] = {
            "waiting": telegram.updates.count,
            "polled": telegram.updates.polled,
            "webhook": telegram.updates.webhook is not None,
            "brought": dict(self._double.pusher.answers),
            "journal": len(telegram.journal),
            "calls": dict(self._double.calls),
            "complaints": self._double.complaints,
            "now": telegram.now().isoformat(),
        }
        return web.json_response({"result": state})

    async def _journal(self, request: web.Request) -> web.Response:
        since = int(request.query.get("since", "0"))
        entries = [_as_json(entry) for entry in self._double.journal[since:]]
        return web.json_response({"result": entries})

    async def _faults(self, request: web.Request) -> web.Response:
        try:
            self._double.faults.replace([Fault.from_json(values) for values in await request.json()])
        except (ValueError, TypeError) as error:
            return _wrong(str(error))
        return web.json_response({"result": True})

    async def _settings(self, request: web.Request) -> web.Response:
        values = await request.json()
        self._double.latency = values.get("latency", self._double.latency)
        if "rates" in values:
            self._double.rates = Rates() if values["rates"] else None
        if "now" in values:
            if self._clock is None:
                return _wrong("this double runs on the real clock; start it with --now")
            self._clock.set(datetime.fromisoformat(values["now"]))
        return web.json_response({"result": True})


def _as_json(entry: Accepted) -> dict[str, Any]:
    return dataclasses.asdict(entry) | {"at": entry.at.isoformat()}


def _wrong(reason: str) -> web.Response:
    return web.json_response({"error": reason}, status=400)
