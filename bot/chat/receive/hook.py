"""The door of the webhook: who may bring an update, in which form, and what is answered.

Nothing is read of a request before its secret is right, and nothing of a wrong one is kept or logged but a
count. The answer never says why: whoever is not Telegram learns nothing.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import re
from http import HTTPStatus

from aiohttp import web

from bot.chat.receive.fetch import Raw
from bot.chat.receive.hooked import HookedReceiver, Taken
from bot.ops.metrics import WEBHOOK_REFUSED

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
MOST_BYTES = 2**20
"""Of a body; Telegram's largest updates are far below."""
DEEPEST = 40
"""Objects and lists inside one another; a reply with a keyboard has 8."""
BODY_TIME = 10.0
"""Seconds for a whole body."""
RETRY_AFTER = 2
"""Seconds that Telegram is asked to wait before it brings an update again."""
_TOKENS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]')
_HIGHEST_ID = 2**62


def hook_path(secret: str, bot_id: int) -> str:
    """The path of the webhook: nobody guesses it, and all processes of a bot find the same one.

    Args:
        secret: of the webhook; the path does not give it away.
        bot_id: Telegram's id of the bot.
    """
    return "/telegram/" + hmac.digest(secret.encode(), f"webhook path {bot_id}".encode(), "sha256").hex()[:40]


class Hook:
    """Answers the requests that Telegram makes.

    Args:
        secret: what Telegram was told to send along.
        receiver: takes the updates.
    """

    def __init__(self, secret: str, receiver: HookedReceiver) -> None:
        self._secret = secret.encode()
        self._receiver = receiver

    async def answer(self, request: web.Request) -> web.Response:
        """403 without the secret, 413 and 400 for what is no update, 503 for later, else 200."""
        if not self._is_telegram(request):
            return _refuse("secret", HTTPStatus.FORBIDDEN)
        if (request.content_length or 0) > MOST_BYTES:
            return _refuse("size", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        try:
            async with asyncio.timeout(BODY_TIME):
                body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return _refuse("size", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        except TimeoutError:
            return _refuse("slow", HTTPStatus.REQUEST_TIMEOUT)
        raw = read_body(body)
        if raw is None:
            return _refuse("form", HTTPStatus.BAD_REQUEST)
        if await self._receiver.accept(raw) is Taken.LATER:
            return web.Response(
                status=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": str(RETRY_AFTER)}
            )
        return web.Response()

    def _is_telegram(self, request: web.Request) -> bool:
        given = request.headers.getall(SECRET_HEADER, [])
        shown = given[0].encode("utf-8", "surrogateescape") if len(given) == 1 else b""
        return hmac.compare_digest(shown, self._secret) and len(given) == 1


def read_body(body: bytes) -> Raw | None:
    """The update in a body; None when it is none, or is deeper than any of Telegram's."""
    if not _is_flat(body):
        return None
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError):
        return None
    number = raw.get("update_id") if isinstance(raw, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < _HIGHEST_ID:
        return None
    return dict(raw)


def _is_flat(body: bytes) -> bool:
    if body.count(b"{") + body.count(b"[") <= DEEPEST:
        return True
    depth = 0
    for token in _TOKENS.finditer(body):
        first = token.group()[:1]
        if first in b"[{":
            depth += 1
            if depth > DEEPEST:
                return False
        elif first in b"]}":
            depth -= 1
    return True


def _refuse(reason: str, status: HTTPStatus) -> web.Response:
    WEBHOOK_REFUSED.labels(reason=reason).inc()
    return web.Response(status=status)
