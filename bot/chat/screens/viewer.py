"""Who reads a screen: language, country, day, and the knowledge that is in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.chat.wording import Words
from bot.knowledge.model import ELSEWHERE, Entry, KnowledgeBase

UNSAID = "unsaid"
"""The region of a member who answered [Don't say]: never asked again, shown the EU text."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """The reader of one screen.

    Attributes:
        words: the interface in the reader's language.
        base: the knowledge in force.
        today: the day in UTC; ages are counted from it.
        region: a region id, `UNSAID`, or None when nobody asked yet.
        private: False in a group, where nothing personal is shown.
        bot_name: the bot's user name, for links that open it.
        plain: new messages instead of edits, and words instead of signs.
        corrections: wants to be told when an answer that was read turns out wrong.
        quiet: does not want to be told that a guide has changed.
    """

    words: Words
    base: KnowledgeBase
    today: date
    region: str | None = None
    private: bool = True
    bot_name: str = ""
    plain: bool = False
    corrections: bool = False
    quiet: bool = False

    @property
    def place(self) -> str | None:
        """The region to show texts for; None when it is not known."""
        return None if self.region == UNSAID else self.region

    @property
    def place_name(self) -> str | None:
        """The region's name, such as `Germany`; None when it is not known."""
        if self.place == ELSEWHERE:
            return self.words.text("elsewhere")
        found = self.base.regions.get(self.place or "")
        return self.words.territory(found.id, found.name) if found else None

    def named(self, name: str) -> str:
        """What stands above languages (a subject, a helpline, a publisher), in the reader's language."""
        language = self.base.languages.get(self.words.code)
        return language.labels.get(name, name) if language else name

    def entry(self, entry_id: str | None) -> Entry | None:
        """An entry in the reader's language, else in English, else None."""
        return self.base.entry(entry_id, language=self.words.code) if entry_id else None

    def service(self, entry_id: str | None) -> str | None:
        """The id of the service that an entry is about; None when it is about rights, laws or this bot."""
        entry = self.entry(entry_id)
        platform = self.base.platforms.get(entry.platform) if entry else None
        return platform.id if platform and platform.service else None

    def label(self, entry: Entry) -> str:
        """The entry's title as a button."""
        return entry.short or entry.title
