"""The knowledge base as values: entries, claims, guides, sources, platforms, regions.

Everything is frozen. A whole `KnowledgeBase` is one revision: it is made once by `load`, shared by all
readers, and replaced by one assignment. Texts are plain text in the language of the file; markup is made
by `bot.chat.render` alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bot.knowledge.authorities import Authority
from bot.knowledge.names import Label

MAX_ENTRY_ID = 40
"""Characters in an entry id, so that it fits a button (64 bytes) with its verb and a hash."""

WORLD = "world"
"""The region of a claim that holds everywhere."""

ELSEWHERE = "elsewhere"
"""The region of a claim that holds where no named group of `regions.yaml` holds."""


class Strength(StrEnum):
    """How much a source carries alone, strongest first."""

    OFFICIAL = "official"  # the platform's own page, the law itself, this program
    AUTHORITY = "authority"  # a regulator, a court, a public body
    PRESS = "press"  # an edited medium, a lawyer's or researcher's article
    USERS = "users"  # a forum, one person's report


class Verdict(StrEnum):
    """What the editors found about a statement that goes around."""

    REFUTED = "refuted"
    OUTDATED = "outdated"
    INCOMPLETE = "incomplete"
    UNVERIFIABLE = "unverifiable"
    SUPPORTED = "supported"
    OPINION = "opinion"
    DISPUTED = "disputed"  # sources disagree, both are shown


class Place(StrEnum):
    """Where a claim stands in an answer."""

    ANSWER = "answer"  # shown at once
    MORE = "more"  # folded


class Surface(StrEnum):
    """Where a member uses a platform."""

    WEB = "web"
    IOS = "ios"
    ANDROID = "android"


class Coverage(StrEnum):
    """What a guide does about one kind of processing."""

    THIS = "this"  # this guide stops it
    OTHER = "other"  # another guide or page stops it
    NOTHING = "nothing"  # nothing stops it
    UNRELATED = "unrelated"  # it is not AI training; named because people take it for it


@dataclass(frozen=True, slots=True)
class Source:
    """One copy of one document that an editor has read."""

    id: str
    publisher: str
    title: str
    date: date
    """The date of the copy that was read (a snapshot, an article's own date)."""
    strength: Strength
    url: str | None = None
    archived: str | None = None
    note: str | None = None
    regions: tuple[str, ...] = ()
    """Where alone it can carry a claim (a national authority, a regional notice); empty: no such limit."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One group of regions that its sources carry, in one or two sentences."""

    text: str
    sources: tuple[str, ...]
    checked: date
    regions: tuple[str, ...] = (WORLD,)
    excluded: tuple[str, ...] = ()
    place: Place = Place.ANSWER
    lasting: bool = False
    """True for a dated event of the past: it does not go stale."""
    begins: date | None = None
    """The first day on which it held, as far as its sources say; None: not known."""
    ends: date | None = None
    """The last day on which it held; None: it still does, or nobody knows better."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """A statement that goes around, what we hold of it, and why."""

    says: str
    sources: tuple[str, ...]
    verdict: Verdict
    because: str
    evidence: tuple[str, ...]
    checked: date
    heard: tuple[str, ...] = ()
    """Values whose appearance in a question means that the asker believes it ("26 june 2024")."""


@dataclass(frozen=True, slots=True)
class Caveat:
    """A limit that stands behind several entries and is worded once."""

    id: str
    claim: Claim


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a guide on one surface."""

    id: str
    text: str
    path: str | None = None
    link: str | None = None
    copy: str | None = None
    see: str | None = None


@dataclass(frozen=True, slots=True)
class Walk:
    """The steps on one surface, with what they rest on."""

    surface: Surface
    steps: tuple[Step, ...]
    sources: tuple[str, ...]
    checked: date


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One line of a guide's coverage map: what it stops, what it does not, what else to do."""

    what: str
    how: Coverage
    sources: tuple[str, ...]
    checked: date
    detail: str | None = None
    entry: str | None = None
    regions: tuple[str, ...] = (WORLD,)
    excluded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guide:
    """A way through a platform's settings to a result."""

    result: str
    """What is so when the last step is done, in one sentence."""
    official: str
    """The official page that is shown when the steps are withheld or rest on users' reports."""
    walks: tuple[Walk, ...]
    coverage: tuple[CoverageRow, ...] = ()

    def walk(self, surface: Surface) -> Walk | None:
        """The steps for `surface`, or None when there are none."""
        return next((walk for walk in self.walks if walk.surface == surface), None)


@dataclass(frozen=True, slots=True)
class Letter:
    """A text to send, with placeholders in square brackets that the person fills in."""

    id: str
    title: str
    text: str
    sources: tuple[str, ...]
    checked: date


@dataclass(frozen=True, slots=True)
class Review:
    """How long an entry may go without a check, in days."""

    every: int = 90
    """After this many days the answer says that it has not been re-checked."""
    limit: int = 540
    """After this many days a guide's steps are withheld and the official page is given instead."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the knowledge base says about one thing that people want to know."""

    id: str
    platform: str
    title: str
    phrasings: tuple[str, ...]
    claims: tuple[Claim, ...]
    caveats: tuple[str, ...] = ()
    disputed: tuple[Dispute, ...] = ()
    see: tuple[str, ...] = ()
    guide: Guide | None = None
    letters: tuple[Letter, ...] = ()
    no_opt_out: bool = False
    review: Review = field(default_factory=Review)
    short: str | None = None
    """The title as a button, at most 30 characters; `title` when absent."""
    translates: str | None = None
    """In a translation: `revision.text_hash` of the English entry that it was made from."""


@dataclass(frozen=True, slots=True)
class Platform:
    """Something that has entries: a company's service, a law, this bot."""

    id: str
    name: str
    aliases: tuple[str, ...]
    service: bool = True
    """False for a subject (rights, laws, practice, this bot) that a question need not name."""
    products: str | None = None
    """What people use of it, for lists: "Facebook, Instagram, WhatsApp"."""


@dataclass(frozen=True, slots=True)
class KnownPlatform:
    """A platform that we know by name and do not cover."""

    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Region:
    """A country or a part of one, with the groups that it belongs to, nearest first."""

    id: str
    name: str
    groups: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """A telephone line or an official page for a person in distress or danger, in one region."""

    region: str
    name: str
    sources: tuple[str, ...]
    checked: date
    phone: str | None = None
    url: str | None = None
    hours: str | None = None
    text: str | None = None
    """Another way in, such as an SMS number with its word."""


@dataclass(frozen=True, slots=True)
class Helplines:
    """Where help is, by region."""

    emergency: Mapping[str, str]
    """Region id to the emergency number there."""
    distress: tuple[ContactPoint, ...]
    children: tuple[ContactPoint, ...]
    images: tuple[ContactPoint, ...]


@dataclass(frozen=True, slots=True)
class AlarmWords:
    """Phrases of one language that are read before matching.

    A phrase is words in order; `*` stands for up to three words. `idioms` never trigger.
    """

    wish_to_die: tuple[str, ...] = ()
    despair: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    idioms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GoldenQuestion:
    """A question with the entry that must answer it; None when it must be refused."""

    text: str
    entry: str | None
    context: str | None = None


@dataclass(frozen=True, slots=True)
class ArticleClaim:
    """A claim of the article that this knowledge base began with, and what became of it."""

    number: int
    says: str
    verdict: Verdict
    entry: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Language:
    """Everything that is written in one language."""

    code: str
    entries: Mapping[str, Entry]
    caveats: Mapping[str, Caveat]
    synonyms: tuple[tuple[str, ...], ...] = ()
    refusals: tuple[str, ...] = ()
    common_words: frozenset[str] = frozenset()
    golden: tuple[GoldenQuestion, ...] = ()
    alarm: AlarmWords = field(default_factory=AlarmWords)
    labels: Mapping[str, str] = field(default_factory=dict)
    """What stands above languages (subjects, helplines, publishers), from English into this one."""


@dataclass(frozen=True, slots=True)
class KnowledgeBase:
    """One immutable revision of everything that we know."""

    revision: str
    """SHA-256 (hex) over the canonical form of the content; see `bot.knowledge.revision`."""
    platforms: Mapping[str, Platform]
    known: tuple[KnownPlatform, ...]
    regions: Mapping[str, Region]
    sources: Mapping[str, Source]
    languages: Mapping[str, Language]
    helplines: Helplines
    article: tuple[ArticleClaim, ...] = ()
    authorities: tuple[Authority, ...] = ()
    names: tuple[Label, ...] = ()

    def entry(self, entry_id: str, *, language: str = "en") -> Entry | None:
        """The entry in `language`, else in English, else None."""
        for code in (language, "en"):
            if (found := self.languages.get(code)) and (entry := found.entries.get(entry_id)):
                return entry
        return None
