"""How the Bot API says no."""

from __future__ import annotations

from collections.abc import Mapping

_PREFIX = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    413: "Request Entity Too Large",
    429: "Too Many Requests",
}


class Refused(Exception):  # noqa: N818 - named for what it says
    """An answer with `ok: false`.

    Attributes:
        code: the HTTP status and `error_code`.
        description: Telegram's own words, with their prefix such as `Bad Request: `.
        parameters: what else the answer carries (`retry_after` in seconds, `migrate_to_chat_id`).
    """

    def __init__(self, code: int, reason: str = "", parameters: Mapping[str, int] | None = None) -> None:
        prefix = _PREFIX[code]
        self.code = code
        self.description = f"{prefix}: {reason}" if reason else prefix
        self.parameters = dict(parameters or {})
        super().__init__(self.description)


def bad_request(reason: str) -> Refused:
    """The refusal of a request that Telegram cannot carry out (400)."""
    return Refused(400, reason)


def forbidden(reason: str) -> Refused:
    """The refusal of a request that the bot may not make (403)."""
    return Refused(403, reason)


def too_many_requests(seconds: int) -> Refused:
    """The refusal of a request that came too early (429); it may be repeated after `seconds`."""
    return Refused(429, f"retry after {seconds}", {"retry_after": seconds})
