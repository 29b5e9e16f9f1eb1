"""The one HTTP server: webhook, health and metrics, each on the address that was set for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest

from bot.ops.health import Health

log = structlog.get_logger(__name__)

_MOST_BYTES = 2**20
_CLOSING = 2.0
"""Seconds for connections to end after the work is done."""


class CannotListen(Exception):  # noqa: N818 - what happened
    """An address cannot be listened on; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen.

    Attributes:
        host: a name or number.
        port: 0 for a free one.
    """

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Route:
    """What is answered where.

    Attributes:
        address: where it listens.
        method: GET or POST; others are refused with 405.
        path: exactly.
        answer: makes the answer.
    """

    address: Address
    method: str
    path: str
    answer: Callable[[web.Request], Awaitable[web.Response]]


class Server:
    """Listens on every address that a route names.

    Args:
        routes: those with one address share a port.
    """

    def __init__(self, routes: Sequence[Route]) -> None:
        self._routes = tuple(routes)
        self._runners: list[web.AppRunner] = []
        self._bound: dict[Address, Address] = {}

    def bound(self, address: Address) -> Address:
        """Where it really listens; another port when 0 was asked for."""
        return self._bound[address]

    async def start(self) -> None:
        """Begin to listen.

        Raises:
            CannotListen: an address is taken or not ours.
        """
        for address in dict.fromkeys(route.address for route in self._routes):
            application = web.Application(client_max_size=_MOST_BYTES)
            application.on_response_prepare.append(_say_little)
            for route in self._routes:
                if route.address == address:
                    application.router.add_route(route.method, route.path, route.answer)
            runner = web.AppRunner(application, access_log=None, shutdown_timeout=_CLOSING)
            self._runners.append(runner)
            await runner.setup()
            try:
                await web.TCPSite(runner, address.host, address.port, backlog=1024).start()
            except (OSError, OverflowError) as fault:
                await self.stop()
                why = getattr(fault, "strerror", None) or type(fault).__name__
                raise CannotListen(f"{address} cannot be listened on ({why.lower()})") from fault
            self._bound[address] = Address(address.host, runner.addresses[0][1])
            log.info("listening", address=str(self._bound[address]))

    async def stop(self) -> None:
        """Stop listening; what is being answered may end."""
        runners, self._runners = self._runners, []
        await asyncio.gather(*(runner.cleanup() for runner in runners))


def watching(health: Health, *, health_at: Address | None, metrics_at: Address | None) -> list[Route]:
    """The routes for whoever watches.

    Args:
        health: is asked.
        health_at: where /healthz and /readyz are; None for nowhere.
        metrics_at: where /metrics is; None for nowhere.
    """

    async def healthz(request: web.Request) -> web.Response:
        report = await health.look()
        return web.json_response(report.as_json(), status=200 if report.alive else 503)

    async def readyz(request: web.Request) -> web.Response:
        report = await health.look()
        return web.json_response(report.as_json(), status=200 if report.ready else 503)

    async def metrics(request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(REGISTRY), headers={"Content-Type": CONTENT_TYPE_LATEST})

    routes = []
    if health_at is not None:
        routes += [Route(health_at, "GET", "/healthz", healthz), Route(health_at, "GET", "/readyz", readyz)]
    if metrics_at is not None:
        routes.append(Route(metrics_at, "GET", "/metrics", metrics))
    return routes


async def _say_little(request: web.Request, response: web.StreamResponse) -> None:
    response.headers["Server"] = "advisor"
