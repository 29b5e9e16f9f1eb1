"""What is reached from outside: the webhook, if one is set, and whoever watches."""

from __future__ import annotations

from contextlib import AsyncExitStack

from bot.app.opening import StartError
from bot.app.receiving import Hooked, Means, Polling
from bot.chat.pacing import Pacing
from bot.chat.receive import Hook, hook_path
from bot.ops.health import Health
from bot.ops.http import Address, CannotListen, Route, Server, watching
from bot.ops.metrics import PROCESSES
from bot.settings import Settings
from bot.storage.leases import Lease
from bot.storage.presence import Presence


async def way_of_receiving(
    settings: Settings, means: Means, pacing: Pacing
) -> tuple[Polling | Hooked, list[Route], str | None]:
    """Polling, or the webhook that is set, ready for what Telegram brings.

    Returns:
        The way of receiving, the webhook's route if there is one, and its public address.

    Raises:
        StorageDown: the database does not answer.
    """
    if (
        settings.webhook_url is None or settings.webhook_secret is None
    ):  # the settings see to it that both are
        return Polling(means, Lease(means.database, f"poll:{means.bot.id}")), [], None

    def share(count: int) -> None:
        PROCESSES.set(count)
        pacing.share(count)

    secret = settings.webhook_secret.get_secret_value()
    path = hook_path(secret, means.bot.id)
    url = settings.webhook_url + path
    PROCESSES.set(1)
    hooked = Hooked(means, Presence(means.database, on_count=share), url=url, secret=secret)
    await hooked.open()
    route = Route(address_of(settings.webhook_listen), "POST", path, Hook(secret, hooked.receiver).answer)
    return hooked, [route], url


async def listen(settings: Settings, health: Health, routes: list[Route], stack: AsyncExitStack) -> Server:
    """Begin to listen, wherever something is to be reached.

    Raises:
        StartError: an address cannot be had.
    """
    health_at = None if settings.health_listen == "off" else address_of(settings.health_listen)
    metrics_at = health_at
    if settings.metrics_listen is not None:
        metrics_at = None if settings.metrics_listen == "off" else address_of(settings.metrics_listen)
    server = Server([*routes, *watching(health, health_at=health_at, metrics_at=metrics_at)])
    try:
        await server.start()
    except CannotListen as fault:
        raise StartError(
            f"{fault}: another program, or another process of this one, has it. Set ADVISOR_HEALTH_LISTEN,"
            " ADVISOR_METRICS_LISTEN or ADVISOR_WEBHOOK_LISTEN to a free one."
        ) from fault
    stack.push_async_callback(server.stop)
    return server


def address_of(text: str) -> Address:
    """An address as the settings have it, `HOST:PORT`."""
    host, _, port = text.rpartition(":")
    return Address(host.strip("[]"), int(port))
