"""Our way to Telegram: python-telegram-bot's `BaseRequest` on aiohttp.

httpx, its default, needs 5 to 12 times the CPU at load, and does not tell a refused connection from one
that broke after the request was read (`reliability.md`, sections 1 and 5). Here every fault is `NotSent`
or `PerhapsSent`. No URL, so no token, and no byte of an answer ever gets into an exception or a log.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import aiohttp
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import BadRequest, TelegramError
from telegram.request import BaseRequest, RequestData
from yarl import URL

from bot.chat.errors import NotSent, PerhapsSent, TooLarge
from bot.ops.pulse import Pulse

MAX_FILE = 1_048_576
"""Bytes of a file that somebody sent; the largest knowledge file has a tenth of it."""
MAX_ANSWER = 33_554_432
"""Bytes of any other answer; a hundred full updates have a twentieth of it."""
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class AiohttpRequest(BaseRequest):
    """Requests to the Bot API over one pool of kept connections.

    Args:
        connections: how many may be open at once; one more waits up to `pool_timeout`. More than the
            receiver has workers, so that `getUpdates` always finds one.
        connect_timeout: seconds to reach the server, name and TLS included.
        read_timeout: seconds between two pieces of the answer; a long poll passes a longer one.
        write_timeout: seconds that an upload may take on top of `read_timeout`.
        pool_timeout: seconds to wait for a free connection.
        proxy: address of an HTTP proxy, such as `http://10.0.0.1:3128`.
        pulse: is told when Telegram answers, and when it cannot be reached at all.
    """

    __slots__ = (
        "_connect_timeout",
        "_connections",
        "_pool_timeout",
        "_proxy",
        "_pulse",
        "_read_timeout",
        "_session",
        "_write_timeout",
    )

    def __init__(
        self,
        *,
        connections: int = 300,
        connect_timeout: float = 5.0,
        read_timeout: float = 10.0,
        write_timeout: float = 20.0,
        pool_timeout: float = 5.0,
        proxy: str | None = None,
        pulse: Pulse | None = None,
    ) -> None:
        self._connections = connections
        self._connect_timeout = connect_timeout
        self._read_timeout = read_timeout
        self._write_timeout = write_timeout
        self._pool_timeout = pool_timeout
        self._proxy = proxy
        self._pulse = pulse
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds, when a call does not say otherwise."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the pool; harmless when it is open."""
        if self._session is not None and not self._session.closed:
            return
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=self._connections,
                # Shorter than Telegram's own, so that we close an idle connection before it does: a send on
                # one that just closed would be "perhaps sent".
                keepalive_timeout=15,
                ttl_dns_cache=60,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self.USER_AGENT},
            proxy=self._proxy,
        )

    async def shutdown(self) -> None:
        """Close the pool; harmless when it is closed."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One request; called by `BaseRequest` alone.

        Returns:
            HTTP status and body; a status outside 200 to 299 comes with Telegram's own JSON.

        Raises:
            NotSent: the request surely did not reach Telegram.
            PerhapsSent: it may have.
            BadRequest: it is too large for Telegram's front server.
        """
        if self._session is None:
            raise NotSent("the connection to Telegram is closed")
        read = _seconds(read_timeout, self._read_timeout)
        write = _seconds(write_timeout, self._write_timeout)
        connect = _seconds(connect_timeout, self._connect_timeout)
        pool = _seconds(pool_timeout, self._pool_timeout)
        waiting = connect + pool if connect is not None and pool is not None else None
        timeout = aiohttp.ClientTimeout(
            total=waiting + read + write if waiting and read is not None and write is not None else None,
            connect=waiting,
            sock_connect=connect,
            sock_read=read + write
            if read is not None and write is not None and request_data and request_data.contains_files
            else read,
        )
        body, headers = _body(request_data)
        fault: TelegramError
        try:
            async with self._session.request(
                method,
                URL(url, encoded=True),
                data=body,
                headers=headers,
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                status, payload = response.status, await _read(response, _most(url))
        except Exception as error:
            fault = _fault(error)
            # A connection that only times out is silence, as from whoever accepts and never answers.
            cut_off = isinstance(error, aiohttp.ClientConnectorError | aiohttp.ClientHttpProxyError)
            if self._pulse is not None and cut_off:
                self._pulse.unreachable()
        else:
            refusal = _refusal(status, payload)
            if self._pulse is not None:
                (self._pulse.answered if refusal is None else self._pulse.unreachable)()
            if refusal is None:
                return status, payload
            fault = refusal
        # Outside of the handler: aiohttp's own exceptions hold the URL, and so the token.
        raise fault

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Telegram's answer as a dictionary; unlike the inherited method this logs nothing of it.

        Raises:
            PerhapsSent: it is not what Telegram answers.
        """
        try:
            answer = json.loads(payload)
        except ValueError:
            answer = None
        if isinstance(answer, dict) and ("result" in answer or answer.get("ok") is False):
            return answer
        raise PerhapsSent("Telegram's answer could not be read")


def _most(url: str) -> int:
    """Bytes that the answer to a request may have; a size that was announced before may be a lie."""
    return MAX_FILE if "/file/bot" in url else MAX_ANSWER


async def _read(response: aiohttp.ClientResponse, most: int) -> bytes:
    """The body, given up as soon as it is too large."""
    body = bytearray()
    async for piece in response.content.iter_chunked(65_536):
        body += piece
        if len(body) > most:
            raise TooLarge("the answer is too large")
    return bytes(body)


def _body(data: RequestData | None) -> tuple[bytes | aiohttp.FormData | None, Mapping[str, str] | None]:
    if data is None:
        return None, None
    if not data.contains_files:
        return urlencode(data.json_parameters).encode(), _FORM
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form, None


def _seconds(given: ODVInput[float], usual: float) -> float | None:
    return usual if isinstance(given, DefaultValue) else given


def _fault(error: Exception) -> TelegramError:
    """What `error` says about whether the request was sent; in words that never come from `error`."""
    kind = type(error).__name__
    if isinstance(error, TooLarge):
        return TooLarge("the answer is too large")
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError | aiohttp.InvalidURL):
        return NotSent(f"Telegram could not be reached ({kind})")
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return NotSent(f"the proxy turned the request away ({error.status})")
    if isinstance(error, asyncio.TimeoutError):
        return PerhapsSent(f"Telegram did not answer in time ({kind})")
    return PerhapsSent(f"the connection broke before Telegram answered ({kind})")


def _refusal(status: int, payload: bytes) -> TelegramError | None:
    """The fault behind an answer that is not Telegram's own word; None when it is."""
    if 200 <= status < 300:
        return None
    if status >= 500:
        return PerhapsSent(f"Telegram failed while it answered ({status})")
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return BadRequest("Request Entity Too Large")
    if status < 400 or not _is_telegrams(payload):
        return NotSent(f"something between us and Telegram turned the request away ({status})")
    return None


def _is_telegrams(payload: bytes) -> bool:
    try:
        answer = json.loads(payload)
    except ValueError:
        return False
    return isinstance(answer, dict) and answer.get("ok") is False
