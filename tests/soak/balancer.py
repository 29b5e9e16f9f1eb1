"""A tiny load balancer: takes turns, and says 502 for a process that is dead or stands still."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle

import aiohttp
from aiohttp import web

PATIENCE = 4.0
"""Seconds for a process to answer. More than its own 2 before it lets an update go."""


class Balancer:
    """Listens on 127.0.0.1.

    Args:
        ports: of the processes behind it.
    """

    def __init__(self, ports: Sequence[int]) -> None:
        self._turns = cycle(ports)
        self._session: aiohttp.ClientSession | None = None
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def start(self) -> None:
        """Begin to listen."""
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=PATIENCE), connector=aiohttp.TCPConnector(limit=0)
        )
        application = web.Application()
        application.router.add_post("/{path:.*}", self._pass)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, backlog=1024).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()
        if self._session is not None:
            await self._session.close()

    async def _pass(self, request: web.Request) -> web.Response:
        assert self._session is not None
        url = f"http://127.0.0.1:{next(self._turns)}{request.path}"
        headers = {
            name: value
            for name, value in request.headers.items()
            if name.lower() in ("content-type", "x-telegram-bot-api-secret-token")
        }
        try:
            async with self._session.post(url, data=await request.read(), headers=headers) as answer:
                asked = {k: v for k, v in answer.headers.items() if k == "Retry-After"}
                return web.Response(status=answer.status, headers=asked)
        except (aiohttp.ClientError, TimeoutError, OSError):
            return web.Response(status=502)
