"""A Telegram that answers what a test wrote down for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from telegram import Bot
from telegram.request import BaseRequest, RequestData

Reply: TypeAlias = Exception | tuple[int, dict[str, Any] | bytes]

TOKEN = "123456789:canary-canary-canary-canary-canary"


def ok(result: object = True) -> Reply:
    """An answer that says yes."""
    return 200, {"ok": True, "result": result}


def no(code: int, description: str, **parameters: int) -> Reply:
    """An answer that says no."""
    body: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    return code, body | ({"parameters": parameters} if parameters else {})


def message(message_id: int = 5, chat_id: int = 7) -> dict[str, Any]:
    """A Message as Telegram sends it."""
    return {"message_id": message_id, "date": 1, "chat": {"id": chat_id, "type": "private"}, "text": "x"}


@dataclass
class Call:
    """One request that was made."""

    method: str
    parameters: dict[str, str]
    files: dict[str, tuple[str, bytes, str]] = field(default_factory=dict)


class Scripted(BaseRequest):
    """Gives the replies of a method in order, then `usual`."""

    def __init__(self, usual: Callable[[Call], Reply] | None = None) -> None:
        self.calls: list[Call] = []
        self.replies: dict[str, list[Reply]] = {}
        self.usual = usual or (lambda call: ok(message() if call.method.startswith("send") else True))

    def script(self, method: str, *replies: Reply) -> None:
        """Plan the next replies to `method`."""
        self.replies.setdefault(method, []).extend(replies)

    def made(self, method: str) -> list[dict[str, str]]:
        """The parameters of every call of `method`."""
        return [call.parameters for call in self.calls if call.method == method]

    @property
    def read_timeout(self) -> float:
        return 1.0

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        pass

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
        call = Call(url.rpartition("/")[2], request_data.json_parameters if request_data else {})
        if request_data is not None and request_data.contains_files:
            call.files = dict(request_data.multipart_data)  # type: ignore[arg-type]
        self.calls.append(call)
        planned = self.replies.get(call.method)
        reply = planned.pop(0) if planned else self.usual(call)
        if isinstance(reply, Exception):
            raise reply
        status, body = reply  # bytes are a file
        return status, body if isinstance(body, bytes) else json.dumps(body).encode()


def scripted_bot() -> tuple[Bot, Scripted]:
    """A bot on a Telegram that says yes to everything until told otherwise."""
    request = Scripted()
    return Bot(TOKEN, request=request, get_updates_request=request), request
