"""The server: HTTP in front of the Telegram in memory."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from types import TracebackType
from typing import Any, Final, Self, cast
from urllib.parse import parse_qsl, unquote

from aiohttp import web

from bot.offline.arguments import Arguments
from bot.offline.errors import Refused
from bot.offline.model import Accepted, Upload
from bot.offline.request import answer_no, answer_yes
from bot.offline.telegram import Telegram
from bot.ops.clock import SystemClock
from tests.support.double.faults import FaultPlan
from tests.support.double.pusher import Pusher
from tests.support.double.rates import Rates

_ADDRESS: Final = re.compile(r"/(?P<file>file/)?bot(?P<token>[^/]+)/(?P<rest>.+)")
_TOKEN: Final = re.compile(r"\d+:[A-Za-z0-9_-]{30,}")
_LARGEST: Final = 60 * 2**20
_BAD_GATEWAY: Final = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body>\r\n</html>\r\n"
)


class Double:
    """A Bot API server.

    Attributes:
        telegram: what it stands on: people act there, and its journal says what was accepted.
        faults: what is to go wrong.
        rates: Telegram's rate limits, or None to accept everything.
        latency: how long each call takes, in seconds, half of it before it is carried out.
        calls: how often each method was called, whatever came of it.
        complaints: what the referee objected to.
        pusher: brings updates to the webhook while one is set.
    """

    def __init__(
        self,
        *,
        now: Callable[[], datetime] | None = None,
        rates: bool = False,
        latency: float = 0.0,
        referee: bool = True,
        impatient: bool = True,
        pace: float = 1.0,
        **state: Any,
    ) -> None:
        self.telegram = Telegram(now or SystemClock().now, impatient=impatient, **state)
        self.faults = FaultPlan()
        self.rates = Rates() if rates else None
        self.latency = latency
        self.calls: Counter[str] = Counter()
        self.complaints: list[str] = []
        self.pusher = Pusher(self.telegram.updates, pace=pace)
        self.pusher.start()
        self._referee = referee
        self._runner: web.ServerRunner | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """The address for TELEGRAM_API_URL, without `/bot`."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def journal(self) -> list[Accepted]:
        """What was accepted, in order: the ground truth."""
        return self.telegram.journal

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1, on a free port when none is given."""
        server = web.Server(
            cast(Any, self._handle),
            request_factory=cast(Any, _make_request),
            handler_cancellation=True,
            access_log=None,
        )
        self._runner = web.ServerRunner(server, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port, backlog=1024).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening and close all connections."""
        await self.pusher.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        address = _ADDRESS.fullmatch(unquote(request.path))
        if address is None or not _TOKEN.fullmatch(address["token"]):
            return self._no(Refused(404))
        if address["token"] != self.telegram.token:
            return self._no(Refused(401))
        if address["file"]:
            try:
                return self._response(
                    200, self.telegram.download(address["rest"]), "application/octet-stream"
                )
            except Refused as refused:
                return self._no(refused)
        method = address["rest"]
        self.calls[method.lower()] += 1
        unread = self.faults.drops_unread(method.lower())
        if unread and self.faults.pick(method.lower(), None) is not None:
            return self._drop(request)
        try:
            arguments = await _arguments(request)
        except ValueError:
            return self._no(Refused(400, "can't parse request body"))
        return await self._carry_out(request, method, arguments, unread=unread)

    async def _carry_out(
        self, request: web.BaseRequest, method: str, arguments: Arguments, *, unread: bool
    ) -> web.StreamResponse:
        name, chat_id = method.lower(), arguments.integer("chat_id") or None
        fault = None if unread else self.faults.pick(name, chat_id)
        if self.latency:
            await asyncio.sleep(self.latency / 2)
        match fault.kind if fault else None:
            case "drop_before":
                return self._drop(request)
            case "delay" if fault:
                await asyncio.sleep(fault.seconds)
            case "status" if fault:
                if fault.body is not None:
                    return self._response(fault.status, fault.body.encode(), "text/plain")
                body = {"ok": False, "error_code": fault.status, "description": "Internal Server Error"}
                return self._response(fault.status, json.dumps(body).encode())
            case "bad_gateway":
                return self._response(502, _BAD_GATEWAY.encode(), "text/html")
            case "retry_after" if fault:
                seconds = int(fault.seconds)
                return self._no(Refused(429, f"retry after {seconds}", {"retry_after": seconds}))
        answer = await self._answer(name, method, arguments)
        if self.latency:
            await asyncio.sleep(self.latency / 2)
        match fault.kind if fault else None:
            case "drop_after":
                return self._drop(request)
            case "half":
                return self._half(request, answer)
            case "garbage":
                return self._response(200, b"\x1f\x8b<!-- this is no JSON -->")
        return answer

    async def _answer(self, name: str, method: str, arguments: Arguments) -> web.Response:
        if self._referee:
            self._ask_referee(method, arguments)
        try:
            if self.rates is not None:
                self.rates.check(name, arguments.integer("chat_id") or None)
            return self._response(200, answer_yes(await self.telegram.call(method, arguments)))
        except Refused as refused:
            return self._no(refused)

    def _ask_referee(self, method: str, arguments: Arguments) -> None:
        from tests.support.referee import objections  # it takes seconds to import

        self.complaints.extend(objections(method, arguments.values, arguments.files))

    def _no(self, refused: Refused) -> web.Response:
        return self._response(refused.code, answer_no(refused))

    def _response(self, status: int, body: bytes, kind: str = "application/json") -> web.Response:
        date = format_datetime(self.telegram.now(), usegmt=True)
        return web.Response(status=status, body=body, content_type=kind, headers={"Date": date})

    def _drop(self, request: web.BaseRequest) -> web.Response:
        if request.transport is not None:
            request.transport.close()
        return web.Response()

    def _half(self, request: web.BaseRequest, answer: web.Response) -> web.Response:
        body = answer.body if isinstance(answer.body, bytes) else b""
        if request.transport is not None:
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            request.transport.write(head.encode() + body[: len(body) // 2])
            request.transport.close()
        return web.Response()


def _make_request(*parts: Any) -> web.BaseRequest:
    message, payload, protocol, writer, task = parts
    loop = asyncio.get_running_loop()
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=_LARGEST)


async def _arguments(request: web.BaseRequest) -> Arguments:
    values: dict[str, object] = dict(request.query)
    if request.content_type == "application/json":
        values |= json.loads(await request.read() or b"{}")
    elif request.content_type == "multipart/form-data":
        files = {}
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files[name] = Upload(value.filename, value.file.read(), value.content_type)
            else:
                values[name] = value if isinstance(value, str) else value.decode()
        return Arguments(values, files)
    else:
        raw = await request.read()
        values |= dict(parse_qsl(raw.decode(), keep_blank_values=True))
    return Arguments(values)
