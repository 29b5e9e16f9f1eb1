"""python-telegram-bot's way to a Telegram that is not there: a `BaseRequest` without a network."""

from __future__ import annotations

import json
import re
from typing import Final
from urllib.parse import unquote

from telegram.request import BaseRequest, RequestData

from bot.offline.arguments import Arguments
from bot.offline.errors import Refused
from bot.offline.model import Upload
from bot.offline.telegram import Telegram

_METHOD_URL: Final = re.compile(r".*/bot(?P<token>\d+:[\w-]+)/(?P<method>\w+)")
_FILE_URL: Final = re.compile(r".*/file/bot(?P<token>\d+:[\w-]+)/(?P<path>.+)")


class OfflineRequest(BaseRequest):
    """Carries the bot's requests to `telegram`."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram

    @property
    def read_timeout(self) -> float | None:
        """None: nothing is slow here."""
        return None

    async def initialize(self) -> None:
        """There is nothing to open."""

    async def shutdown(self) -> None:
        """There is nothing to close."""

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = None,
        write_timeout: object = None,
        connect_timeout: object = None,
        pool_timeout: object = None,
    ) -> tuple[int, bytes]:
        """The status and body of Telegram's answer."""
        url = unquote(url)
        try:
            if asked := _FILE_URL.fullmatch(url):
                self._check(asked["token"])
                return 200, self._telegram.download(asked["path"])
            asked = _METHOD_URL.fullmatch(url)
            if asked is None:
                return 404, answer_no(Refused(404))
            self._check(asked["token"])
            result = await self._telegram.call(asked["method"], _arguments(request_data))
        except Refused as refused:
            return refused.code, answer_no(refused)
        return 200, answer_yes(result)

    def _check(self, token: str) -> None:
        if token != self._telegram.token:
            raise Refused(401)


def answer_yes(result: object) -> bytes:
    """The body of an answer with `ok: true`."""
    return json.dumps({"ok": True, "result": result}).encode()


def answer_no(refused: Refused) -> bytes:
    """The body of an answer with `ok: false`."""
    body: dict[str, object] = {
        "ok": False,
        "error_code": refused.code,
        "description": refused.description,
    }
    if refused.parameters:
        body["parameters"] = refused.parameters
    return json.dumps(body).encode()


def _arguments(data: RequestData | None) -> Arguments:
    if data is None:
        return Arguments({})
    files = {}
    if data.contains_files:
        for part, (name, content, mime_type) in data.multipart_data.items():
            raw = content if isinstance(content, bytes) else content.read()
            files[part] = Upload(name, raw, mime_type)
    return Arguments(data.json_parameters, files)
