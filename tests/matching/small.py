"""A small knowledge base for the matcher: three platforms, one of them a subject that needs no name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

from bot.knowledge.model import (
    AlarmWords,
    Claim,
    Dispute,
    Entry,
    Guide,
    Helplines,
    KnowledgeBase,
    KnownPlatform,
    Language,
    Platform,
    Region,
    Verdict,
)
from bot.matching.snapshot import Snapshot, build_snapshot

DAY = date(2026, 11, 23)

PHRASINGS: Mapping[str, Sequence[str]] = {
    "linkedin.opt-out": (
        "how do i turn off ai training on linkedin",
        "stop linkedin training ai on my posts",
        "linkedin ai opt out",
        "opt out of linkedin ai training",
        "switch off the linkedin ai setting",
        "disable generative ai on linkedin",
        "linkedin stealing my posts how to stop",
        "i do not want linkedin to train its ai on me",
        "turn linkedin ai off on my phone",
        "steps to opt out on linkedin",
    ),
    "linkedin.start-date": (
        "since when does linkedin train on my data",
        "when did linkedin start training ai",
        "is it too late to opt out of linkedin",
        "did linkedin already start using my data",
        "linkedin ai training start date",
        "from which date does linkedin use my posts",
    ),
    "linkedin.private-messages": (
        "does linkedin read my private messages",
        "are my linkedin messages used for ai",
        "does linkedin train on inmail",
        "linkedin chats ai training",
        "are my dms on linkedin used",
        "can linkedin use my private chat messages",
    ),
    "linkedin.purpose": (
        "why does linkedin train ai on us",
        "what does linkedin want my data for",
        "purpose of ai training at linkedin",
        "reason why linkedin uses my data",
        "what are the linkedin models for",
    ),
    "linkedin.microsoft-sharing": (
        "does linkedin share my data with microsoft",
        "linkedin microsoft data sharing",
        "does linkedin send my profile to microsoft for ads",
        "is my linkedin data given to microsoft",
    ),
    "meta.opt-out": (
        "how do i object to meta ai training",
        "stop facebook using my photos for ai",
        "instagram ai opt out",
        "facebook objection form for ai",
        "opt out of meta ai",
        "turn off ai training on instagram",
    ),
    "meta.data-used": (
        "what data does meta use for ai",
        "does facebook train on my photos",
        "which instagram posts are used for ai",
        "are my facebook comments used for training",
    ),
    "gdpr.access": (
        "how do i get a copy of my data under gdpr",
        "right of access article 15",
        "ask a company what it knows about me",
        "subject access request",
        "how do i make a request for my data",
    ),
    "gdpr.deadline": (
        "how long may a company take to answer",
        "deadline for a gdpr request",
        "they did not answer within a month",
        "how many days do they have to reply to my request",
    ),
    "bot.stored": (
        "do you store my questions",
        "what do you know about me",
        "do you keep what i write here",
        "is this chat saved",
    ),
}

REFUSALS = (
    "how do i bake bread",
    "what is the weather tomorrow",
    "how do i add a connection on linkedin",
    "how do i delete a linkedin post",
    "write me a poem",
    "who won the football game",
    "how much does linkedin premium cost",
    "how do i change my profile picture on facebook",
    "tell me a joke",
    "what is the capital of france",
)

DISPUTE = Dispute(
    says="It began on 26 June 2024.",
    sources=("article",),
    verdict=Verdict.REFUTED,
    because="That was the date Meta had planned.",
    evidence=("notice",),
    checked=DAY,
    heard=("26 june 2024", "member data for ai research"),
)


def entry(entry_id: str, phrasings: Sequence[str]) -> Entry:
    """An entry with these phrasings; an opt-out has a guide, a start date has the dispute."""
    return Entry(
        id=entry_id,
        platform=entry_id.partition(".")[0],
        title=entry_id.replace(".", " "),
        phrasings=tuple(phrasings),
        claims=(Claim("It is so.", ("notice",), DAY),),
        disputed=(DISPUTE,) if entry_id == "linkedin.start-date" else (),
        guide=Guide("It is off.", "https://example.org", ()) if entry_id.endswith("opt-out") else None,
    )


def small_base(
    phrasings: Mapping[str, Sequence[str]] = PHRASINGS,
    *,
    refusals: Sequence[str] = REFUSALS,
    alarm: AlarmWords | None = None,
    german: Mapping[str, Sequence[str]] | None = None,
) -> KnowledgeBase:
    """The small knowledge base, or one like it."""
    languages = {
        "en": Language(
            code="en",
            entries={name: entry(name, asked) for name, asked in phrasings.items()},
            caveats={},
            synonyms=(("opt out", "turn off", "switch off", "disable", "stop"),),
            refusals=tuple(refusals),
            alarm=alarm or AlarmWords(),
        )
    }
    if german:
        languages["de"] = Language(
            code="de", entries={name: entry(name, asked) for name, asked in german.items()}, caveats={}
        )
    return KnowledgeBase(
        revision="small",
        platforms={
            "linkedin": Platform("linkedin", "LinkedIn", ("linked in", "linkdin")),
            "meta": Platform("meta", "Meta", ("facebook", "instagram", "insta")),
            "gdpr": Platform("gdpr", "Your rights", ("gdpr",), service=False),
            "bot": Platform("bot", "This bot", (), service=False),
        },
        known=(
            KnownPlatform("Bluesky", ("bsky",)),
            KnownPlatform("Signal"),
            KnownPlatform("Microsoft", ("copilot",)),
            KnownPlatform("Android"),
        ),
        regions={
            "eu": Region("eu", "EU / EEA"),
            "de": Region("de", "Germany", ("eu",), ("deutschland",)),
            "us": Region("us", "United States", (), ("usa", "us")),
            "ch": Region("ch", "Switzerland"),
        },
        sources={},
        languages=languages,
        helplines=Helplines({}, (), (), ()),
    )


@cache
def small_snapshot() -> Snapshot:
    """The small knowledge base, ready to be asked; built once."""
    return build_snapshot(small_base())
