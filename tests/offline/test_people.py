"""What people do, as the bot gets to see it; and the queue in which it waits."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.offline.errors import Refused
from bot.offline.model import Json
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
    return Telegram(clock.now)


async def newest(telegram: Telegram) -> Json:
    return (await telegram.updates.fetch())[-1]


async def test_the_first_message_opens_the_chat(telegram: Telegram) -> None:
    telegram.user(7, language_code="de", first_name="Ida")
    telegram.start(7, "linkedin_opt-out")
    message = (await newest(telegram))["message"]
    assert message["text"] == "/start linkedin_opt-out"
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert message["from"] == {"id": 7, "is_bot": False, "first_name": "Ida", "language_code": "de"}
    assert message["chat"] == {"id": 7, "type": "private", "first_name": "Member 7"} | {"first_name": "Ida"}


async def test_a_long_text_is_cut_as_the_apps_do_it(telegram: Telegram) -> None:
    telegram.say(7, "🤖" * 2049)
    texts = [update["message"]["text"] for update in await telegram.updates.fetch()]
    assert [len(text) for text in texts] == [2048, 1]


def test_nothing_cannot_be_said(telegram: Telegram) -> None:
    with pytest.raises(ValueError, match="no empty message"):
        telegram.say(7, " \n")


async def test_in_groups_the_bot_hears_only_what_is_meant_for_it(telegram: Telegram) -> None:
    telegram.group(-3, by=7)
    await telegram.updates.fetch(offset=2)
    telegram.say(7, "hello all", -3)
    telegram.say(7, "/start@other_bot", -3)
    assert telegram.updates.count == 0
    telegram.say(7, "/start", -3)
    telegram.say(7, "/start@Privacy_Advisor_Bot", -3)
    assert telegram.updates.count == 2


async def test_an_edit_comes_with_the_new_text(telegram: Telegram) -> None:
    message_id = telegram.say(7, "on mobil")
    telegram.edit(7, "on mobile", message_id)
    assert (await newest(telegram))["edited_message"]["text"] == "on mobile"
    with pytest.raises(ValueError, match="not one of member 8"):
        telegram.edit(8, "x", message_id)


async def test_blocking_is_a_change_of_membership(telegram: Telegram) -> None:
    telegram.start(7)
    telegram.block(7)
    change = (await newest(telegram))["my_chat_member"]
    assert (change["old_chat_member"]["status"], change["new_chat_member"]["status"]) == ("member", "kicked")
    with pytest.raises(ValueError, match="blocked"):
        telegram.say(7, "hello?")
    telegram.unblock(7)
    assert (await newest(telegram))["my_chat_member"]["new_chat_member"]["status"] == "member"


async def test_photos_voices_and_stickers_are_messages(telegram: Telegram) -> None:
    telegram.send_photo(7, caption="look")
    telegram.send_voice(7)
    telegram.send_sticker(7)
    messages = [update["message"] for update in await telegram.updates.fetch()]
    assert ["photo" in messages[0], "voice" in messages[1], "sticker" in messages[2]] == [True] * 3


async def test_an_update_stays_until_a_higher_offset_confirms_it(telegram: Telegram) -> None:
    telegram.say(7, "one")
    telegram.say(7, "two")
    assert len(await telegram.updates.fetch()) == 2
    assert len(await telegram.updates.fetch(offset=2)) == 1
    assert await telegram.updates.fetch(offset=3) == []
    assert await telegram.updates.fetch(offset=-1) == []


async def test_at_most_a_hundred_come_at_once(telegram: Telegram) -> None:
    for number in range(150):
        telegram.say(7, str(number))
    assert len(await telegram.updates.fetch(limit=500)) == 100


async def test_a_long_poll_ends_as_soon_as_something_comes(telegram: Telegram) -> None:
    poll = asyncio.create_task(telegram.updates.fetch(wait=30))
    await asyncio.sleep(0)
    assert telegram.updates.polled
    telegram.say(7, "wake up")
    assert len(await asyncio.wait_for(poll, 1)) == 1


async def test_a_second_poller_ends_the_first(telegram: Telegram) -> None:
    first = asyncio.create_task(telegram.updates.fetch(wait=30))
    await asyncio.sleep(0)
    second = asyncio.create_task(telegram.updates.fetch(wait=30))
    with pytest.raises(Refused, match="Conflict: terminated by other getUpdates request"):
        await first
    telegram.say(7, "to the second")
    assert len(await second) == 1


async def test_updates_expire_by_their_kind(telegram: Telegram, clock: SteppedClock) -> None:
    message_id = telegram.say(7, "one")
    telegram.tap(7, message_id, "x")
    telegram.inline(7, "x")
    for after, left in ((29, 3), (30, 2), (150, 1), (86_399, 1), (86_400, 0)):
        clock.instant = datetime(2026, 11, 23, 9, tzinfo=UTC) + timedelta(seconds=after)
        assert len(await telegram.updates.fetch()) == left


async def test_only_what_was_asked_for_comes(telegram: Telegram) -> None:
    assert telegram.inject("message_reaction", {}) is None
    await telegram.updates.fetch(allowed=["message"])
    assert telegram.inline(7, "x")
    assert telegram.updates.count == 0
    assert telegram.say(7, "x")
    assert telegram.updates.count == 1


async def test_an_impatient_poller_gets_one_update(clock: SteppedClock) -> None:
    telegram = Telegram(clock.now, impatient=True)
    telegram.say(7, "one")
    telegram.say(7, "two")
    assert len(await telegram.updates.fetch(offset=1)) == 2
    assert len(await telegram.updates.fetch(offset=1)) == 1


async def test_idle_waits_for_the_confirmation(telegram: Telegram) -> None:
    telegram.say(7, "one")
    with pytest.raises(TimeoutError):
        await telegram.idle(within=0.05)
    waiting = asyncio.create_task(telegram.idle())
    await asyncio.sleep(0)
    await telegram.updates.fetch(offset=2)
    await waiting
