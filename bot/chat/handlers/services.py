"""What handlers need, and one update being answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace

import structlog
from telegram import CallbackQuery, Chat, Message, Update, User
from telegram.constants import ChatType

from bot.chat.blocks import Screen, line
from bot.chat.outbox import Outbox
from bot.chat.permits import perhaps_repeat
from bot.chat.render import Rendered, render
from bot.chat.screens.notices import repeat_mark
from bot.chat.screens.personal import Operator
from bot.chat.screens.status import Standing
from bot.chat.screens.viewer import Viewer
from bot.chat.wording import Words, nearest_language, words_for
from bot.editing.bureau import Bureau
from bot.editing.office import Office
from bot.guides.service import Guides
from bot.knowledge.revision import text_hash
from bot.matching.snapshot import Snapshot
from bot.members.followups import NOTHING, Followups, Topic
from bot.members.profile import Profile
from bot.members.receipts import Receipts
from bot.members.service import Members
from bot.members.store import UpdateRef
from bot.ops.clock import Clock
from bot.reminders.service import Reminders
from bot.storage.faults import StorageDown

log = structlog.get_logger(__name__)


class Live:
    """The knowledge in force: one reference, replaced by one assignment.

    Args:
        snapshot: what is in force first.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that a handler may use; made once by `bot.app`."""

    live: Live
    members: Members
    followups: Followups
    guides: Guides
    reminders: Reminders
    receipts: Receipts
    on_again: Callable[[str], None]
    """Counts, for editors, that a setting was found on again; takes the entry's id."""
    office: Office
    bureau: Bureau
    standing: Callable[[], Awaitable[Standing]]
    """How the bot stands, for /status."""
    outbox: Outbox
    clock: Clock
    operator: Operator
    languages: tuple[str, ...]
    bot_id: int
    bot_name: str

    def viewer(self, profile: Profile, tag: str | None, *, private: bool) -> Viewer:
        """The reader with `profile`; who chose no language gets that of their app, by Telegram's `tag`."""
        return Viewer(
            words=self.words(profile.language or nearest_language(tag or profile.spoken, self.languages)),
            base=self.live.snapshot.base,
            today=self.clock.now().date(),
            region=profile.region if private else None,
            private=private,
            bot_name=self.bot_name,
            plain=profile.plain,
            corrections=profile.corrections,
            quiet=profile.quiet,
        )

    def words(self, code: str) -> Words:
        """The interface in `code`."""
        return words_for(code)

    async def seen(self, user: User, *, private: bool) -> None:
        """Note a member's day and the language of their app; a courtesy that may fail."""
        if private:
            tag = user.language_code
            spoken = nearest_language(tag, self.languages) if tag else None
            with suppress(StorageDown):
                await self.members.touch(user.id, spoken=spoken)

    async def profile(self, user_id: int) -> Profile:
        """What the member chose; nothing when storage is down, so that questions are answered anyway."""
        try:
            return await self.members.profile(user_id)
        except StorageDown:
            log.warning("profile_unavailable")
            return Profile()


class Exchange:
    """One update and the way to answer it.

    Args:
        update: with a user and a chat (see `Exchange.of`).
        services: what handlers use.
        viewer: who reads the answer.
    """

    def __init__(self, update: Update, services: Services, viewer: Viewer) -> None:
        self.update = update
        self.services = services
        self.viewer = viewer

    @classmethod
    async def of(cls, update: Update, services: Services) -> Exchange:
        """The exchange for `update`.

        Raises:
            ValueError: the update has no user (a channel, an anonymous admin).
        """
        user, chat = update.effective_user, update.effective_chat
        if user is None:
            raise ValueError("an update without a user cannot be answered")
        private = chat is None or chat.type == ChatType.PRIVATE
        profile = await services.profile(user.id) if private else Profile()
        return cls(update, services, services.viewer(profile, user.language_code, private=private))

    @property
    def user(self) -> User:
        """Who wrote or tapped."""
        user = self.update.effective_user
        assert user is not None  # noqa: S101 - `of` refuses updates without one
        return user

    @property
    def chat(self) -> Chat | None:
        """Where; None for an inline query."""
        return self.update.effective_chat

    @property
    def ref(self) -> UpdateRef:
        """The update's identity, so that a repeated one changes nothing."""
        return UpdateRef(bot_id=self.services.bot_id, update_id=self.update.update_id)

    async def topic(self) -> Topic:
        """What was talked about before; nothing in a group, and nothing while storage is down."""
        if not self.viewer.private:
            return NOTHING
        try:
            return await self.services.followups.before(self.user.id, self.ref)
        except StorageDown:
            return NOTHING

    async def note_topic(self, topic: Topic, *, before: Topic = NOTHING) -> None:
        """Remember what was answered; the answer stands without it when storage is down."""
        if self.viewer.private:
            with suppress(StorageDown):
                await self.services.followups.note(self.user.id, self.ref, topic, before=before)

    async def saw(self, entry_id: str | None, *, english: bool = False) -> None:
        """Note which version of an answer was read, for who wants corrections; it stands without the note."""
        viewer = self.viewer
        if viewer.corrections and viewer.private and (entry := viewer.entry(entry_id)):
            entry = (viewer.base.entry(entry.id) or entry) if english else entry
            with suppress(StorageDown):
                await self.services.receipts.note(self.user.id, entry.id, text_hash(entry))

    async def refresh(self) -> None:
        """Read the member's choices anew, after one of them changed."""
        profile = await self.services.members.profile(self.user.id)
        self.viewer = self.services.viewer(profile, self.user.language_code, private=self.viewer.private)

    async def reply(self, screen: Screen, *, cite: bool = False, cited: int | None = None) -> int | None:
        """Send `screen`; in a group, after an edit, or with `cite`, as a reply to the message it answers.

        Args:
            screen: what to say.
            cite: as a reply to the update's own message.
            cited: as a reply to the message with this number.

        Returns:
            The number of the last message that was sent, None when it is not known.
        """
        chat, message = self.chat, self.update.effective_message
        if chat is None:
            return None
        number: int | None = None
        cites = message and (cite or not self.viewer.private or self.update.edited_message is not None)
        reply_to = message.message_id if message and cites else cited
        for rendered in self._rendered(screen):
            sent = await self.services.outbox.send(
                chat.id, rendered, reply_to=reply_to, thread=_thread(message), repeat=perhaps_repeat.get()
            )
            reply_to, number = None, sent.message_id
        return number

    async def replace(self, query: CallbackQuery, screen: Screen) -> int | None:
        """Show `screen` in place of the message whose button was tapped; files come as new messages.

        In plain mode everything does: a screen reader does not tell that a message has changed.

        Returns:
            As `reply`.
        """
        first, *others = self._rendered(screen)
        message = query.message
        anew = self.viewer.plain or bool(first.documents) or bool(others)
        if anew or message is None or self.chat is None:
            answered = getattr(message, "reply_to_message", None)
            return await self.reply(screen, cited=answered.message_id if answered else None)
        return (await self.services.outbox.edit(self.chat.id, message.message_id, first)).message_id

    def _rendered(self, screen: Screen) -> tuple[Rendered, ...]:
        if perhaps_repeat.get():
            screen = replace(screen, blocks=(*screen.blocks, line(repeat_mark(self.viewer))))
        return render(screen)


def _thread(message: Message | None) -> int | None:
    """The forum topic to answer in; a plain reply's thread id is none (see Bot API, is_topic_message)."""
    return message.message_thread_id if message and message.is_topic_message else None
