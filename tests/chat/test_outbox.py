"""Every way in which a message can end, by its true cause."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from unittest.mock import patch

import pytest
from telegram.error import NetworkError, TimedOut

from bot.chat.blocks import Copy, Document, Open, Press, Share
from bot.chat.errors import NetworkDown, NotSent, Paused, PerhapsSent, TokenRefused
from bot.chat.outbox import Card, Kind, Outbox
from bot.chat.outcome import watch
from bot.chat.pacing import Pacing, Turn
from bot.chat.render import Rendered
from tests.chat.scripted import Reply, Scripted, message, no, ok, scripted_bot

TEXT = Rendered(html="<b>Hello</b>", plain="Hello")
BUTTONS = Rendered(html="x", plain="x", keyboard=((Press("Yes", "1:yes"),),))


class Desk:
    """An outbox on a scripted Telegram, whose waiting takes no time but is noted."""

    def __init__(self) -> None:
        bot, self.telegram = scripted_bot()
        self.gone: list[int] = []
        self.slept: list[float] = []
        self.pacing = Pacing(overall=0, private=0, group=0, clock=lambda: sum(self.slept))
        self.outbox = Outbox(bot, self.pacing, on_gone=self._note_gone)

    async def _note_gone(self, chat_id: int) -> None:
        self.gone.append(chat_id)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    made = Desk()
    with patch("bot.chat.outbox.asyncio.sleep", made.sleep):
        yield made


@pytest.fixture
def telegram(desk: Desk) -> Scripted:
    return desk.telegram


@pytest.fixture(autouse=True)
def _quick_network() -> Iterator[None]:
    with patch("bot.chat.outbox._FIRST_PAUSE", 0.001), patch("bot.chat.outbox._LONGEST_PAUSE", 0.002):
        yield


async def test_a_message_is_sent_as_html_without_a_preview(desk: Desk, telegram: Scripted) -> None:
    with watch() as box:
        sent = await desk.outbox.send(7, TEXT, reply_to=3, thread=4)
    assert (sent.kind, sent.message_id, sent.chat_id) == (Kind.DELIVERED, 5, 7)
    assert box.spoke
    [made] = telegram.made("sendMessage")
    assert made["text"] == "<b>Hello</b>"
    assert made["parse_mode"] == "HTML"
    assert made["message_thread_id"] == "4"
    assert json.loads(made["link_preview_options"]) == {"is_disabled": True}
    assert json.loads(made["reply_parameters"]) == {"message_id": 3, "allow_sending_without_reply": True}


async def test_every_kind_of_button_is_drawn(desk: Desk, telegram: Scripted) -> None:
    rows = (
        (Press("Yes", "1:yes"), Open("Read", "https://example.org")),
        (Copy("Copy", "words"), Share("Tell", "q")),
    )
    await desk.outbox.send(7, Rendered(html="x", plain="x", keyboard=rows, preview=True))
    [made] = telegram.made("sendMessage")
    assert json.loads(made["reply_markup"]) == {
        "inline_keyboard": [
            [{"text": "Yes", "callback_data": "1:yes"}, {"text": "Read", "url": "https://example.org"}],
            [{"text": "Copy", "copy_text": {"text": "words"}}, {"text": "Tell", "switch_inline_query": "q"}],
        ]
    }
    assert json.loads(made["link_preview_options"]) == {"is_disabled": False}


async def test_data_that_is_too_long_for_a_button_is_a_bug(desk: Desk) -> None:
    rows = ((Press("Yes", "ü" * 33),),)
    with pytest.raises(ValueError, match="66 bytes"):
        await desk.outbox.send(7, Rendered(html="x", plain="x", keyboard=rows))


async def test_documents_follow(desk: Desk, telegram: Scripted) -> None:
    letter = Rendered(html="x", plain="x", documents=(Document("letter.txt", b"Dear"),))
    sent = await desk.outbox.send(7, letter)
    assert sent.kind is Kind.DELIVERED
    assert [call.method for call in telegram.calls] == ["sendMessage", "sendDocument"]
    assert telegram.calls[1].files["document"][:2] == ("letter.txt", b"Dear")


@pytest.mark.parametrize(
    "reply",
    [
        no(403, "Forbidden: bot was blocked by the user"),
        no(403, "Forbidden: user is deactivated"),
        no(403, "Forbidden: bot was kicked from the supergroup chat"),
        no(403, "Forbidden: bot is not a member of the channel chat"),
        no(403, "Forbidden: the group chat was deleted"),
        no(403, "Forbidden: bot can't initiate conversation with a user"),
        no(400, "Bad Request: chat not found"),
        no(400, "Bad Request: PEER_ID_INVALID"),
    ],
)
async def test_somebody_who_is_gone_is_noted(desk: Desk, telegram: Scripted, reply: Reply) -> None:
    telegram.script("sendMessage", reply)
    sent = await desk.outbox.send(7, TEXT)
    assert sent.kind is Kind.GONE
    assert desk.gone == [7]


async def test_a_listener_that_fails_changes_nothing(desk: Desk, telegram: Scripted) -> None:
    async def fail(_: int) -> None:
        raise RuntimeError

    desk.outbox.on_gone = fail
    telegram.script("sendMessage", no(403, "Forbidden: bot was blocked by the user"))
    assert (await desk.outbox.send(7, TEXT)).kind is Kind.GONE


async def test_a_group_that_moved_is_followed_once(desk: Desk, telegram: Scripted) -> None:
    moved = no(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-100123)
    telegram.script("sendMessage", moved, ok(message(6, -100123)))
    sent = await desk.outbox.send(-5, TEXT, reply_to=3)
    assert (sent.kind, sent.chat_id, sent.message_id) == (Kind.MOVED, -100123, 6)
    assert "reply_parameters" not in telegram.made("sendMessage")[1]

    telegram.script("sendMessage", moved, moved)
    assert (await desk.outbox.send(-5, TEXT)).kind is Kind.REFUSED


async def test_a_topic_that_is_gone_is_left_out(desk: Desk, telegram: Scripted) -> None:
    telegram.script("sendMessage", no(400, "Bad Request: message thread not found"))
    assert (await desk.outbox.send(-5, TEXT, thread=9)).arrived
    first, second = telegram.made("sendMessage")
    assert first["message_thread_id"] == "9"
    assert "message_thread_id" not in second


async def test_html_that_telegram_cannot_read_is_sent_plain(desk: Desk, telegram: Scripted) -> None:
    telegram.script("sendMessage", no(400, "Bad Request: can't parse entities: Unsupported start tag"))
    assert (await desk.outbox.send(7, TEXT)).arrived
    _, second = telegram.made("sendMessage")
    assert second["text"] == "Hello"
    assert "parse_mode" not in second


async def test_buttons_that_telegram_refuses_are_left_out(desk: Desk, telegram: Scripted) -> None:
    telegram.script("sendMessage", no(400, "Bad Request: BUTTON_DATA_INVALID"))
    assert (await desk.outbox.send(7, BUTTONS)).arrived
    assert "reply_markup" not in telegram.made("sendMessage")[1]


async def test_any_other_refusal_is_final_and_logged_without_its_words(
    desk: Desk, telegram: Scripted, capsys: pytest.CaptureFixture[str]
) -> None:
    telegram.script("sendMessage", no(400, "Bad Request: message text is secret words"))
    assert (await desk.outbox.send(7, TEXT)).kind is Kind.REFUSED
    assert "secret words" not in capsys.readouterr().out
    assert len(telegram.calls) == 1


@pytest.mark.parametrize("fault", [PerhapsSent("x"), TimedOut(), NetworkError("x")])
async def test_a_message_that_was_perhaps_sent_is_not_sent_again(
    desk: Desk, telegram: Scripted, fault: Exception
) -> None:
    telegram.script("sendMessage", fault)
    with watch() as box:
        sent = await desk.outbox.send(7, TEXT)
    assert sent.kind is Kind.UNCLEAR
    assert len(telegram.calls) == 1
    assert box.spoke


async def test_a_message_that_was_not_sent_is_sent_again(desk: Desk, telegram: Scripted) -> None:
    telegram.script("sendMessage", NotSent("x"), NotSent("x"))
    assert (await desk.outbox.send(7, TEXT)).arrived
    assert len(telegram.calls) == 3


async def test_a_network_that_stays_down_is_a_transient_fault(desk: Desk, telegram: Scripted) -> None:
    telegram.usual = lambda call: NotSent("x")
    desk.outbox._patience = 0.05
    with patch("bot.chat.outbox._FIRST_PAUSE", 0.1), watch() as box, pytest.raises(NetworkDown):
        await desk.outbox.send(7, TEXT)
    assert not box.spoke


async def test_telegram_is_given_the_time_it_asks_for(desk: Desk, telegram: Scripted) -> None:
    telegram.script("answerCallbackQuery", no(429, "Too Many Requests: retry after 3", retry_after=3))
    await desk.outbox.answer_callback("q")
    assert desk.slept == [3.0]
    assert len(telegram.calls) == 2


async def test_a_flood_pauses_the_chat_through_the_pacing(desk: Desk, telegram: Scripted) -> None:
    paused: list[tuple[int, float]] = []
    telegram.script("sendMessage", no(429, "Too Many Requests: retry after 3", retry_after=3))
    with patch.object(desk.pacing, "pause", lambda chat_id, seconds: paused.append((chat_id, seconds))):
        assert (await desk.outbox.send(7, TEXT)).arrived
    assert paused == [(7, 3.0)]


async def test_telegram_asking_for_too_long_is_a_transient_fault(desk: Desk, telegram: Scripted) -> None:
    telegram.script("sendMessage", no(429, "Too Many Requests: retry after 900", retry_after=900))
    with pytest.raises(Paused) as caught:
        await desk.outbox.send(7, TEXT)
    assert caught.value.seconds == 900


async def test_a_delivery_never_waits_for_telegram_or_the_network(desk: Desk, telegram: Scripted) -> None:
    telegram.script("sendMessage", no(429, "Too Many Requests: retry after 30", retry_after=30), NotSent("x"))
    with pytest.raises(Paused) as caught:
        await desk.outbox.send(7, TEXT, turn=Turn.DELIVERY)
    assert caught.value.seconds == 30
    with pytest.raises(Paused) as caught:
        await desk.outbox.send(7, TEXT, turn=Turn.DELIVERY)
    assert caught.value.seconds == 30
    assert len(telegram.calls) == 1, "the chat is paused, and nothing is asked of Telegram"
    with pytest.raises(NetworkDown):
        await desk.outbox.send(8, TEXT, turn=Turn.DELIVERY)
    assert len(telegram.calls) == 2
    assert desk.slept == []


async def test_a_delivery_does_not_queue_behind_replies_for_long(desk: Desk, telegram: Scripted) -> None:
    async def full(chat_id: int, turn: Turn = Turn.REPLY) -> None:
        await asyncio.Event().wait()

    with (
        patch.object(desk.pacing, "turn", full),
        patch("bot.chat.outbox.DELIVERY_PATIENCE", 0.01),
        pytest.raises(Paused),
    ):
        await desk.outbox.send(7, TEXT, turn=Turn.DELIVERY)
    assert telegram.calls == []
    assert (await desk.outbox.send(7, TEXT, turn=Turn.DELIVERY)).arrived


async def test_a_token_that_was_revoked_is_said_so(desk: Desk, telegram: Scripted) -> None:
    telegram.script("sendMessage", no(401, "Unauthorized"))
    with pytest.raises(TokenRefused):
        await desk.outbox.send(7, TEXT)


async def test_an_edit_that_changes_nothing_is_done(desk: Desk, telegram: Scripted) -> None:
    telegram.script("editMessageText", no(400, "Bad Request: message is not modified: specified new …"))
    sent = await desk.outbox.edit(7, 5, TEXT)
    assert (sent.kind, sent.message_id) == (Kind.DELIVERED, 5)
    assert len(telegram.calls) == 1


@pytest.mark.parametrize(
    "words",
    [
        "message can't be edited",
        "message to edit not found",
        "there is no text in the message to edit",
        "MESSAGE_ID_INVALID",
    ],
)
async def test_what_cannot_be_edited_is_sent_anew(desk: Desk, telegram: Scripted, words: str) -> None:
    telegram.script("editMessageText", no(400, f"Bad Request: {words}"))
    telegram.script("sendMessage", ok(message(9)))
    sent = await desk.outbox.edit(7, 5, TEXT)
    assert (sent.kind, sent.message_id) == (Kind.DELIVERED, 9)


async def test_an_unclear_edit_is_repeated(desk: Desk, telegram: Scripted) -> None:
    telegram.script("editMessageText", PerhapsSent("x"), PerhapsSent("x"))
    assert (await desk.outbox.edit(7, 5, TEXT)).arrived
    assert len(telegram.calls) == 3
    telegram.script("editMessageText", *[PerhapsSent("x")] * 3)
    assert (await desk.outbox.edit(7, 5, TEXT)).kind is Kind.UNCLEAR


async def test_an_edit_in_a_group_that_moved_is_sent_there(desk: Desk, telegram: Scripted) -> None:
    telegram.script("editMessageText", no(400, "Bad Request: upgraded", migrate_to_chat_id=-100123))
    assert (await desk.outbox.edit(-5, 5, TEXT)).arrived
    assert telegram.made("sendMessage")[0]["chat_id"] == "-100123"


async def test_an_edit_for_somebody_who_is_gone(desk: Desk, telegram: Scripted) -> None:
    telegram.script("editMessageText", no(403, "Forbidden: bot was blocked by the user"))
    assert (await desk.outbox.edit(7, 5, TEXT)).kind is Kind.GONE
    assert desk.gone == [7]


async def test_a_tap_is_answered_once_more_when_it_is_unclear(desk: Desk, telegram: Scripted) -> None:
    telegram.script("answerCallbackQuery", PerhapsSent("x"))
    await desk.outbox.answer_callback("q", "x" * 300, alert=True)
    first, second = telegram.made("answerCallbackQuery")
    assert first == second
    assert len(first["text"]) == 200
    assert first["show_alert"] == "true"


@pytest.mark.parametrize(
    "words", ["query is too old and response timeout expired or query ID is invalid", "QUERY_ID_INVALID"]
)
async def test_a_tap_that_is_too_old_is_no_fault(desk: Desk, telegram: Scripted, words: str) -> None:
    telegram.script("answerCallbackQuery", no(400, f"Bad Request: {words}"))
    await desk.outbox.answer_callback("q")


async def test_an_inline_query_is_answered_for_the_one_who_asked(desk: Desk, telegram: Scripted) -> None:
    await desk.outbox.answer_inline("q", [Card("a", "Title", "What it says", TEXT)] * 60)
    [made] = telegram.made("answerInlineQuery")
    results = json.loads(made["results"])
    assert len(results) == 50
    assert results[0]["input_message_content"]["message_text"] == "<b>Hello</b>"
    assert made["is_personal"] == "true"


@pytest.mark.parametrize(
    "reply", [ok(), no(400, "Bad Request: message to edit not found"), no(403, "Forbidden: blocked")]
)
async def test_buttons_are_taken_off_where_that_can_be(desk: Desk, telegram: Scripted, reply: Reply) -> None:
    telegram.script("editMessageReplyMarkup", reply)
    await desk.outbox.strip(7, 5)
    [made] = telegram.made("editMessageReplyMarkup")
    assert (made["chat_id"], made["message_id"]) == ("7", "5")
    assert "reply_markup" not in made


async def test_leaving_a_group_that_we_left_is_no_fault(desk: Desk, telegram: Scripted) -> None:
    telegram.script("leaveChat", no(403, "Forbidden: bot is not a member of the group chat"))
    await desk.outbox.leave(-5)


async def test_a_file_is_fetched_when_it_is_small_enough(desk: Desk, telegram: Scripted) -> None:
    said = {"file_id": "f", "file_unique_id": "u", "file_size": 5, "file_path": "documents/f"}
    telegram.script("getFile", ok(said))
    telegram.script("f", (200, b"hello"))
    assert await desk.outbox.fetch("f", most=5) == b"hello"


@pytest.mark.parametrize("size", [6, 5])
async def test_a_file_that_is_or_turns_out_too_large_is_not_taken(
    desk: Desk, telegram: Scripted, size: int
) -> None:
    said = {"file_id": "f", "file_unique_id": "u", "file_size": size, "file_path": "documents/f"}
    telegram.script("getFile", ok(said))
    telegram.script("f", (200, b"hello!"))
    assert await desk.outbox.fetch("f", most=5) is None


async def test_a_file_that_telegram_does_not_give_out_is_not_taken(desk: Desk, telegram: Scripted) -> None:
    telegram.script("getFile", no(400, "Bad Request: file is too big"))
    assert await desk.outbox.fetch("f", most=5) is None
