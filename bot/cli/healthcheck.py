"""`advisor healthcheck`: asks the bot that runs beside it how it is; for containers."""

from __future__ import annotations

import http.client
import json

import typer

from bot.cli.setting import settings_or_exit, stop

_PATIENCE = 5.0
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - to be asked, not to be listened on


def healthcheck(
    ready: bool = typer.Option(
        False, "--ready", help="Ask whether it can serve now, not whether it is alive."
    ),
) -> None:
    """Exit 0 when the bot is well, else 1 with a line that says what is wrong."""
    listen = settings_or_exit().health_listen
    if listen == "off":
        stop("ADVISOR_HEALTH_LISTEN is off, so nobody can be asked.", 2)
    host, _, port = listen.rpartition(":")
    host = host.strip("[]")
    connection = http.client.HTTPConnection(_EVERYWHERE.get(host, host), int(port), timeout=_PATIENCE)
    try:
        connection.request("GET", "/readyz" if ready else "/healthz")
        with connection.getresponse() as answer:
            status, body = answer.status, answer.read(65_536)
    except (OSError, http.client.HTTPException) as fault:
        stop(f"nothing answers at {listen} ({type(fault).__name__}): the bot does not run, or stands still.")
    finally:
        connection.close()
    try:
        says = str(json.loads(body)["says"])
    except (ValueError, KeyError, TypeError):
        stop(f"something else than a Privacy Advisor answers at {listen}.")
    if status != 200:
        stop(says)
    typer.echo(says)
