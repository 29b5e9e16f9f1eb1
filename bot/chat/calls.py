"""One call of the Bot API whose answer stays as Telegram sent it.

`Bot`'s own methods parse every answer into objects: for `getUpdates` as a whole, so that one update it
cannot read blocks all others, and for each message that was sent, which costs a fifth of the CPU of a reply
(measured) while only its number is needed. `Bot.do_api_request` warns for methods that `Bot` knows.
"""

from __future__ import annotations

from telegram import Bot
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter


async def call(
    bot: Bot,
    method: str,
    parameters: dict[str, object],
    *,
    request: BaseRequest | None = None,
    read_timeout: float | None = None,
) -> object:
    """What Telegram answers.

    Args:
        bot: initialised.
        method: as in the Bot API, such as `sendMessage`.
        parameters: by Telegram's names; what is None is left out.
        request: what carries the call; the bot's own when None.
        read_timeout: seconds; the transport's own when None.

    Raises:
        telegram.error.TelegramError: as the transport raises it.
    """
    given = {name: value for name, value in parameters.items() if value is not None}
    data = RequestData([RequestParameter.from_input(name, value) for name, value in given.items()])
    return await (request or bot.request).post(
        f"{bot.base_url}/{method}",
        data,
        read_timeout=BaseRequest.DEFAULT_NONE if read_timeout is None else read_timeout,
    )
