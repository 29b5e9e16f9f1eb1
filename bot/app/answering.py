"""From an update to its answer: the ends that receiving is given, whatever carries the updates."""

from __future__ import annotations

from telegram import Update

from bot.app.opening import AnyApplication
from bot.chat import outcome
from bot.chat.handlers.services import Exchange, Services
from bot.chat.outcome import Outcome
from bot.chat.permits import perhaps_repeat
from bot.chat.render import render
from bot.chat.screens.notices import missed_screen, too_many_screen
from bot.members.identity import Identity
from bot.members.profile import Profile
from bot.ops.metrics import UPDATES


class Answering:
    """Handles updates, and says what receiving has to say by itself.

    Args:
        application: with all handlers.
        services: what they use.
        identity: names and seals.
    """

    def __init__(self, application: AnyApplication, services: Services, identity: Identity) -> None:
        self._application = application
        self._services = services
        self._identity = identity

    async def handle(self, update: Update, repeat: bool) -> Outcome:
        """See `bot.chat.receive.Handle`."""
        perhaps_repeat.set(repeat)
        with outcome.watch() as box:
            await self._application.process_update(update)
        if box.outcome is not Outcome.TRANSIENT:  # it is tried again, and counted then
            UPDATES.labels(outcome=box.outcome.value).inc()
        return box.outcome

    async def too_many(self, update: Update) -> None:
        """Tell a person that one message at a time is enough."""
        exchange = await Exchange.of(update, self._services)
        if query := update.callback_query:
            text = exchange.viewer.words.text("One at a time, please.")
            await self._services.outbox.answer_callback(query.id, text)
        elif exchange.viewer.private:
            await exchange.reply(too_many_screen(exchange.viewer))

    async def missed(self, member_id: bytes, sealed_chat: bytes) -> None:
        """Tell a member that the last message may have been missed."""
        chat_id = self._identity.unseal_chat(member_id, sealed_chat)
        viewer = self._services.viewer(Profile(), None, private=True)
        await self._services.outbox.send(chat_id, render(missed_screen(viewer))[0])

    def seal(self, user_id: int, chat_id: int) -> tuple[bytes, bytes]:
        """The member's id, and the chat sealed for that member."""
        member_id = self._identity.member_id(user_id)
        return member_id, self._identity.seal_chat(member_id, chat_id)
