"""The limits of the Bot API and its words for them, seen through python-telegram-bot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken

from bot.offline.model import CallbackAnswered, Deleted, Edited, Event, InlineAnswered, Sent
from bot.offline.request import OfflineRequest
from bot.offline.telegram import Telegram


class SteppedClock:
    def __init__(self) -> None:
        self.instant = datetime(2026, 11, 23, 9, tzinfo=UTC)

    def now(self) -> datetime:
        return self.instant


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def telegram(clock: SteppedClock) -> Telegram:
    telegram = Telegram(clock.now)
    telegram.start(7)
    return telegram


@pytest.fixture
async def bot(telegram: Telegram) -> AsyncIterator[Bot]:
    request = OfflineRequest(telegram)
    async with Bot(telegram.token, request=request, get_updates_request=request) as bot:
        yield bot


def keyboard(*buttons: InlineKeyboardButton) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([list(buttons)])


def press(label: str, data: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(label, callback_data=data)


async def test_a_message_goes_out_as_it_was_formatted(bot: Bot, telegram: Telegram) -> None:
    seen: list[Event] = []
    telegram.on_event(seen.append)
    message = await bot.send_message(
        7, "<b>Off</b> by &lt;default&gt; ", parse_mode="HTML", reply_markup=keyboard(press("Start", "1s"))
    )
    assert message.text == "Off by <default>"
    assert message.text_html == "<b>Off</b> by &lt;default&gt;"
    assert [type(event) for event in seen] == [Sent]
    assert telegram.journal[-1].method == "sendMessage"
    assert telegram.journal[-1].chat_id == 7


@pytest.mark.parametrize(
    ("text", "mode", "words"),
    [
        ("", None, "Message text is empty"),
        ("  \n ", None, "Text must be non-empty"),
        ("<b></b>", "HTML", "Text must be non-empty"),
        ("x" * 4097, None, "Message is too long"),
        ("🤖" * 2049, None, "Message is too long"),
        ("<b>" + "x" * 32_768 + "</b>", "HTML", "Text is too long"),
        ("<b>x", "HTML", "Can't parse entities: can't find end tag corresponding to start tag \"b\""),
        ("a<c>", "HTML", 'Can\'t parse entities: unsupported start tag "c" at byte offset 1'),
    ],
)
async def test_texts_that_telegram_refuses(bot: Bot, text: str, mode: str | None, words: str) -> None:
    with pytest.raises(BadRequest) as refused:
        await bot.send_message(7, text, parse_mode=mode)
    assert str(refused.value).lower() == words.lower()


async def test_4096_units_after_parsing_are_taken(bot: Bot) -> None:
    await bot.send_message(7, "<b>" + "🤖" * 2047 + "&amp;&amp;</b>", parse_mode="HTML")


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        (keyboard(press("x", "a" * 65)), "Button_data_invalid"),
        (keyboard(press("x", "é" * 33)), "Button_data_invalid"),
        (keyboard(InlineKeyboardButton("x")), "unallowed in the inline keyboard"),
        (keyboard(InlineKeyboardButton("x", url="nowhere")), "Wrong HTTP URL"),
        (keyboard(InlineKeyboardButton("x", copy_text=CopyTextButton("y" * 257))), "copy_text_invalid"),
        (keyboard(*[press("x", "y")] * 9), "Reply markup is too long"),
        (InlineKeyboardMarkup([[press("x", "y")]] * 101), "Reply markup is too long"),
        (keyboard(press(" ", "y")), "Reply_markup_invalid"),
    ],
)
async def test_keyboards_that_telegram_refuses(bot: Bot, markup: InlineKeyboardMarkup, words: str) -> None:
    with pytest.raises(BadRequest, match=f"(?i){words}"):
        await bot.send_message(7, "x", reply_markup=markup)


async def test_64_bytes_and_256_signs_are_taken(bot: Bot) -> None:
    copy = InlineKeyboardButton("copy", copy_text=CopyTextButton("y" * 256))
    await bot.send_message(7, "x", reply_markup=keyboard(press("x", "é" * 32), copy))


async def test_whom_the_bot_may_not_write_to(bot: Bot, telegram: Telegram) -> None:
    telegram.user(8)
    telegram.start(9)
    telegram.block(9)
    telegram.start(10)
    telegram.users[10].deactivated = True
    for chat_id, kind, words in (
        (5, BadRequest, "Chat not found"),
        (8, Forbidden, "bot can't initiate conversation with a user"),
        (9, Forbidden, "bot was blocked by the user"),
        (10, Forbidden, "user is deactivated"),
    ):
        with pytest.raises(kind, match=words):
            await bot.send_message(chat_id, "x")


async def test_a_group_that_moved_says_where(bot: Bot, telegram: Telegram) -> None:
    telegram.group(-3, by=7)
    new_id = telegram.migrate(-3)
    with pytest.raises(ChatMigrated) as refused:
        await bot.send_message(-3, "x")
    assert refused.value.new_chat_id == new_id
    await bot.send_message(new_id, "x")


async def test_out_of_a_group_nothing_can_be_sent_into_it(bot: Bot, telegram: Telegram) -> None:
    telegram.group(-3, by=7)
    telegram.remove_from_group(-3, by=7)
    with pytest.raises(Forbidden, match="bot was kicked from the group chat"):
        await bot.send_message(-3, "x")
    telegram.add_to_group(-3, by=7)
    await bot.leave_chat(-3)
    with pytest.raises(Forbidden, match="bot is not a member of the group chat"):
        await bot.send_message(-3, "x")


async def test_edits(bot: Bot, telegram: Telegram) -> None:
    seen: list[Event] = []
    message = await bot.send_message(7, "one", reply_markup=keyboard(press("x", "y")))
    telegram.on_event(seen.append)
    changed = await bot.edit_message_text("two", 7, message.message_id)
    assert not isinstance(changed, bool)
    assert changed.text == "two"
    assert changed.reply_markup is None
    assert [type(event) for event in seen] == [Edited]
    with pytest.raises(BadRequest, match="Message is not modified: specified new message content"):
        await bot.edit_message_text("two", 7, message.message_id)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("two", 7, 999)
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("two", 7, 1)
    await bot.delete_message(7, message.message_id)
    assert seen[-1] == Deleted(7, message.message_id)
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(7, message.message_id)


async def test_a_tap_is_answered_within_its_time(bot: Bot, telegram: Telegram, clock: SteppedClock) -> None:
    seen: list[Event] = []
    message = await bot.send_message(7, "one", reply_markup=keyboard(press("x", "y")))
    telegram.on_event(seen.append)
    query_id = telegram.tap(7, message.message_id, "y")
    with pytest.raises(BadRequest, match="Message_too_long"):
        await bot.answer_callback_query(query_id, "x" * 201)
    await bot.answer_callback_query(query_id, "x" * 200)
    assert seen == [CallbackAnswered(query_id, 7, "x" * 200)]
    clock.instant += timedelta(seconds=150)
    for stale in (query_id, "nonsense"):
        with pytest.raises(BadRequest, match="Query is too old and response timeout expired"):
            await bot.answer_callback_query(stale)


async def test_inline_results_become_messages(bot: Bot, telegram: Telegram) -> None:
    seen: list[Event] = []
    telegram.on_event(seen.append)
    telegram.group(-3, by=7)
    query_id = telegram.inline(7, "linkedin", chat=-3)
    content = InputTextMessageContent("<b>Off</b>", parse_mode="HTML")
    card = InlineQueryResultArticle("1", "LinkedIn", content, reply_markup=keyboard(press("x", "y")))
    with pytest.raises(BadRequest, match="Result_id_duplicate"):
        await bot.answer_inline_query(query_id, [card, card])
    with pytest.raises(BadRequest, match="Result_id_invalid"):
        await bot.answer_inline_query(query_id, [InlineQueryResultArticle("", "x", content)])
    await bot.answer_inline_query(query_id, [card])
    answered = seen[-1]
    assert isinstance(answered, InlineAnswered)
    message_id = telegram.choose(7, query_id, answered.cards[0], -3)
    update = (await bot.get_updates(allowed_updates=[]))[-1]
    assert update.message is not None
    assert update.message.via_bot is not None
    telegram.tap(8, message_id, "y", -3)
    query = (await bot.get_updates(offset=update.update_id + 1))[-1].callback_query
    assert query is not None
    assert query.message is None
    assert await bot.edit_message_text("On", inline_message_id=query.inline_message_id) is True
    assert telegram.messages[-3, message_id].text == "On"


async def test_more_than_50_inline_results_are_refused(bot: Bot, telegram: Telegram) -> None:
    query_id = telegram.inline(7, "x")
    cards = [InlineQueryResultArticle(str(n), "x", InputTextMessageContent("x")) for n in range(51)]
    with pytest.raises(BadRequest, match="Too many inline query results specified"):
        await bot.answer_inline_query(query_id, cards)


async def test_files_go_both_ways(bot: Bot, telegram: Telegram) -> None:
    telegram.send_file(7, "proof.yaml", b"a: 1", caption="mended")
    update = (await bot.get_updates())[-1]
    assert update.message is not None
    document = update.message.document
    assert document is not None
    assert update.message.caption == "mended"
    assert await (await document.get_file()).download_as_bytearray() == b"a: 1"
    sent = await bot.send_document(7, b"BEGIN", filename="reminder.ics", caption="c" * 1024)
    assert sent.document is not None
    assert sent.document.file_name == "reminder.ics"
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_document(7, b"x", caption="c" * 1025)
    with pytest.raises(BadRequest, match="File must be non-empty"):
        await bot.send_document(7, b"")
    with pytest.raises(BadRequest, match="Wrong file_id or the file is temporarily unavailable"):
        await bot.get_file("nonsense")


async def test_commands_and_descriptions_have_limits(bot: Bot) -> None:
    private = BotCommandScopeAllPrivateChats()
    await bot.set_my_commands([("start", "Begin")], scope=private, language_code="de")
    assert await bot.get_my_commands(private, "de") == (BotCommand("start", "Begin"),)
    assert await bot.get_my_commands() == ()
    await bot.delete_my_commands(private, "de")
    assert await bot.get_my_commands(private, "de") == ()
    for command, words in (
        (("Start", "x"), "Bot_command_invalid"),
        (("x" * 33, "x"), "Command length must not exceed 32"),
        (("start", ""), "Command description must be non-empty"),
        (("start", "x" * 257), "Command description length must not exceed 256"),
    ):
        with pytest.raises(BadRequest, match=words):
            await bot.set_my_commands([command])
    with pytest.raises(BadRequest, match="Bot_commands_too_much"):
        await bot.set_my_commands([(f"c{n}", "x") for n in range(101)])
    with pytest.raises(BadRequest, match="Invalid language code"):
        await bot.set_my_commands([("start", "x")], language_code="english")
    with pytest.raises(BadRequest, match="too long"):
        await bot.set_my_description("x" * 513)
    with pytest.raises(BadRequest, match="too long"):
        await bot.set_my_short_description("x" * 121)


async def test_unknown_methods_and_tokens_are_refused(bot: Bot, telegram: Telegram) -> None:
    with pytest.raises(InvalidToken, match="method not found"):
        await bot.copy_message(7, 7, 1)
    with pytest.raises(InvalidToken):
        await Bot("123456:" + "x" * 35, request=OfflineRequest(telegram)).get_me()


async def test_a_reply_needs_its_message_unless_it_need_not(bot: Bot) -> None:
    message = await bot.send_message(7, "x", reply_to_message_id=1)
    assert message.reply_to_message is not None
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(7, "x", reply_to_message_id=99)
    await bot.send_message(7, "x", reply_to_message_id=99, allow_sending_without_reply=True)
