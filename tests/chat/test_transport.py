"""What our transport says about whether a request was sent, against a server that misbehaves."""

from __future__ import annotations

import asyncio
import socket
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import pytest
from telegram import Bot
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.chat.errors import NotSent, PerhapsSent, TooLarge
from bot.chat.transport import MAX_FILE, AiohttpRequest
from bot.offline.state import TOKEN as KNOWN
from bot.ops.pulse import Pulse
from tests.support.double import Double, Fault

TOKEN = "123456789:canary-canary-canary-canary-canary"
OK = b'{"ok":true,"result":{"message_id":5,"date":1,"chat":{"id":7,"type":"private"}}}'

Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def answer(status: int, body: bytes, *, length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    return f"HTTP/1.1 {status} X\r\nContent-Length: {size}\r\n\r\n".encode() + body


async def read_request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            return head + await reader.readexactly(int(line.split(b":")[1]))
    return head


def answering(reply: bytes, *, requests: list[bytes] | None = None, close: bool = False) -> Behaviour:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            request = await read_request(reader)
            if requests is not None:
                requests.append(request)
            writer.write(reply)
            await writer.drain()
            if close:
                return

    return serve


async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def read_and_close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)


async def read_and_reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.transport.abort()


@asynccontextmanager
async def server(behaviour: Behaviour) -> AsyncIterator[str]:
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        with suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            await behaviour(reader, writer)
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    finally:
        listening.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def bot_on(url: str, **options: float) -> AsyncIterator[Bot]:
    request = AiohttpRequest(**options)  # type: ignore[arg-type]
    bot = Bot(TOKEN, base_url=f"{url}/bot", request=request, get_updates_request=request)
    await request.initialize()
    try:
        yield bot
    finally:
        await request.shutdown()


@contextmanager
def fails(kind: type[TelegramError]) -> Iterator[None]:
    """The body raises exactly `kind`, and the token is nowhere in what would be logged."""
    with pytest.raises(kind) as caught:
        yield
    assert type(caught.value) is kind
    assert "canary" not in "".join(traceback.format_exception(caught.value))
    assert caught.value.__context__ is None


async def test_an_answer_arrives_and_the_connection_is_kept() -> None:
    requests: list[bytes] = []
    async with server(answering(answer(200, OK), requests=requests)) as url, bot_on(url) as bot:
        for _ in range(3):
            message = await bot.send_message(7, "a&b=ü 😀")
            assert message.message_id == 5
    assert len(requests) == 3
    assert b"text=a%26b%3D%C3%BC+%F0%9F%98%80" in requests[0]


async def test_a_document_goes_as_multipart() -> None:
    requests: list[bytes] = []
    async with server(answering(answer(200, OK), requests=requests)) as url, bot_on(url) as bot:
        await bot.send_document(7, b"words", filename="letter.txt", caption="x")
    assert b"multipart/form-data" in requests[0]
    assert b'filename="letter.txt"' in requests[0]
    assert b"words" in requests[0]


async def test_a_refused_connection_is_not_sent() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        async with bot_on(url) as bot:
            with fails(NotSent):
                await bot.send_message(7, "x")


async def test_an_unknown_name_is_not_sent() -> None:
    async with bot_on("http://telegram.invalid") as bot:
        with fails(NotSent):
            await bot.send_message(7, "x")


async def test_no_free_connection_is_not_sent() -> None:
    reached = asyncio.Event()

    async def note_and_hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.set()
        await hang(reader, writer)

    async with (
        server(note_and_hang) as url,
        bot_on(url, connections=1, connect_timeout=2, pool_timeout=0.1, read_timeout=120) as bot,
    ):
        first = asyncio.create_task(bot.send_message(7, "x"))
        await asyncio.wait_for(reached.wait(), 60)
        with fails(NotSent):
            await bot.send_message(7, "x")
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)


async def test_a_closed_transport_is_not_sent() -> None:
    request = AiohttpRequest()
    bot = Bot(TOKEN, request=request, get_updates_request=request)
    with fails(NotSent):
        await bot.send_message(7, "x")


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(hang, id="silence"),
        pytest.param(read_and_close, id="closed after reading"),
        pytest.param(read_and_reset, id="reset after reading"),
        pytest.param(answering(answer(200, OK[:20], length=80), close=True), id="half an answer"),
        pytest.param(answering(answer(200, b"\x1f\x8b<!-- garbage")), id="garbage"),
        pytest.param(answering(answer(200, b"{}")), id="another JSON"),
        pytest.param(answering(answer(200, b"[1]")), id="a list"),
        pytest.param(answering(answer(502, b"<html>Bad Gateway</html>")), id="502 HTML"),
        pytest.param(
            answering(answer(500, b'{"ok":false,"error_code":500,"description":"Internal"}')), id="500"
        ),
        pytest.param(answering(b"nonsense\r\n\r\n"), id="no HTTP"),
    ],
)
async def test_what_breaks_after_the_request_left_is_perhaps_sent(behaviour: Behaviour) -> None:
    async with server(behaviour) as url, bot_on(url, read_timeout=0.2) as bot:
        with fails(PerhapsSent):
            await bot.send_message(7, "x")


@pytest.mark.parametrize("status", [301, 403, 404, 407])
async def test_what_a_stranger_on_the_way_refuses_is_not_sent(status: int) -> None:
    async with server(answering(answer(status, b"<html>Blocked</html>"))) as url, bot_on(url) as bot:
        with fails(NotSent):
            await bot.send_message(7, "x")


async def test_what_is_too_large_is_refused_for_good() -> None:
    async with server(answering(answer(413, b"<html>Too large</html>"))) as url, bot_on(url) as bot:
        with fails(BadRequest):
            await bot.send_message(7, "x")


@pytest.mark.parametrize(
    ("status", "extra", "kind"),
    [
        (400, "", BadRequest),
        (401, "", InvalidToken),
        (403, "", Forbidden),
        (404, "", InvalidToken),
        (409, "", Conflict),
        (429, ',"parameters":{"retry_after":3}', RetryAfter),
    ],
)
async def test_telegrams_own_refusals_keep_their_types(
    status: int, extra: str, kind: type[TelegramError]
) -> None:
    body = f'{{"ok":false,"error_code":{status},"description":"No"{extra}}}'.encode()
    async with server(answering(answer(status, body))) as url, bot_on(url) as bot:
        with fails(kind):
            await bot.send_message(7, "x")


async def test_a_long_poll_outlasts_the_usual_read_timeout() -> None:
    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        await asyncio.sleep(0.4)
        writer.write(answer(200, b'{"ok":true,"result":[]}'))
        await writer.drain()

    async with server(slow) as url, bot_on(url, read_timeout=0.1) as bot:
        assert await bot.request.post(f"{bot.base_url}/getUpdates", read_timeout=60) == []


async def test_nothing_of_an_unreadable_answer_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    async with server(answering(answer(200, b"secret words"))) as url, bot_on(url) as bot:
        with fails(PerhapsSent):
            await bot.send_message(7, "x")
    assert "secret words" not in caplog.text


async def test_the_pulse_knows_an_answer_from_silence_and_from_a_network_that_is_down() -> None:
    now = [0.0]
    pulse = Pulse(clock=lambda: now[0])

    async def ask(url: str, *, patience: float = 60.0) -> None:
        request = AiohttpRequest(pulse=pulse, read_timeout=patience)
        await request.initialize()
        try:
            await Bot(KNOWN, base_url=f"{url}/bot", request=request).get_me()
        finally:
            await request.shutdown()

    async with Double(referee=False) as double:
        now[0] = 50.0
        await ask(double.url)
        assert (pulse.age, pulse.silence) == (0, 0)
        now[0] = 60.0
        double.faults.add(Fault("delay", seconds=600, times=0))
        with pytest.raises(PerhapsSent):
            await ask(double.url, patience=0.05)
        assert (pulse.age, pulse.silence) == (10, 10)
        double.faults.clear()
        double.faults.add(Fault("bad_gateway"))
        with pytest.raises(PerhapsSent):
            await ask(double.url)
        assert (pulse.age, pulse.silence) == (10, 0)
        now[0] = 70.0
    with pytest.raises(NotSent):
        await ask(double.url)
    assert (pulse.age, pulse.silence) == (20, 0)


@pytest.mark.parametrize("announced", [True, False])
async def test_a_file_that_is_too_large_is_given_up_on_the_way(announced: bool) -> None:
    sent = 0

    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        await read_request(reader)
        how = b"Content-Length: 50000000" if announced else b"Transfer-Encoding: chunked"
        writer.write(b"HTTP/1.1 200 X\r\n" + how + b"\r\n\r\n")
        piece = b"#" * 65_536
        for _ in range(1000):
            writer.write(piece if announced else b"10000\r\n" + piece + b"\r\n")
            await writer.drain()
            sent += len(piece)

    async with server(pour) as url:
        request = AiohttpRequest()
        await request.initialize()
        with fails(TooLarge):
            await request.retrieve(f"{url}/file/bot{TOKEN}/documents/file")
        await request.shutdown()
    assert sent < 20 * MAX_FILE
