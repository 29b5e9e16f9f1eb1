"""The knowledge of the repository, read once; and a small base with every feature once, nothing true."""

from __future__ import annotations

from datetime import date
from functools import cache

from bot.knowledge.load import LoadResult, load
from bot.knowledge.location import default_folder
from bot.knowledge.model import (
    AlarmWords,
    Caveat,
    Claim,
    ContactPoint,
    Coverage,
    CoverageRow,
    Dispute,
    Entry,
    Guide,
    Helplines,
    KnowledgeBase,
    KnownPlatform,
    Language,
    Letter,
    Place,
    Platform,
    Region,
    Source,
    Step,
    Strength,
    Surface,
    Verdict,
    Walk,
)

CHECKED = date(2026, 11, 20)
TODAY = date(2026, 11, 25)


@cache
def released() -> LoadResult:
    """What the repository's own folder says, read once in a process: it takes seconds."""
    return load(default_folder())


def claim(text: str, *regions: str, place: Place = Place.ANSWER, source: str = "notice") -> Claim:
    """A claim that was checked five days before `TODAY`."""
    return Claim(text, (source,), CHECKED, regions=regions or ("world",), place=place)


def guide() -> Guide:
    """A guide with two surfaces and a coverage map that differs by region."""
    steps = (
        Step(
            "open",
            "Open the page.",
            path="Me > Settings > AI",
            link="https://example.org/ai",
            see="One switch.",
        ),
        Step("switch", "Turn it off.", copy="Please stop."),
    )
    walks = tuple(Walk(surface, steps, ("notice",), CHECKED) for surface in (Surface.WEB, Surface.IOS))
    coverage = (
        CoverageRow("Writing AI", Coverage.THIS, ("notice",), CHECKED),
        CoverageRow("Other AI", Coverage.OTHER, ("notice",), CHECKED, detail="By a form.", entry="acme.form"),
        CoverageRow("Ads", Coverage.UNRELATED, ("notice",), CHECKED, regions=("eu",)),
    )
    return Guide("It is off.", "https://example.org/ai", walks, coverage)


def entries() -> dict[str, Entry]:
    """Three entries: a guide that differs by region, one that is the same everywhere, and letters."""
    dispute = Dispute(
        says="A paper gives 1 May.",
        sources=("paper",),
        verdict=Verdict.REFUTED,
        because="It was 2 June.",
        evidence=("notice",),
        checked=CHECKED,
        heard=("1 may",),
    )
    made = (
        Entry(
            "acme.opt-out",
            "acme",
            "Stop Acme's AI training",
            ("stop acme ai", "acme opt out"),
            (
                claim("In the EU it is on since 2 June.", "eu"),
                claim("Elsewhere it is on since 2024.", "us", "elsewhere"),
                claim("Deleted posts are not used.", place=Place.MORE, source="paper"),
            ),
            caveats=("future-only",),
            disputed=(dispute,),
            see=("acme.form", "rights.letter"),
            guide=guide(),
            short="Stop the training",
        ),
        Entry("acme.form", "acme", "The objection form", ("acme form",), (claim("There is a form."),)),
        Entry(
            "rights.letter",
            "rights",
            "Letters to send",
            ("a letter",),
            (claim("Copy one and send it."),),
            letters=(Letter("access", "Ask for a copy", "Dear Sir,\n[your name]", ("notice",), CHECKED),),
        ),
    )
    return {entry.id: entry for entry in made}


def small_base() -> KnowledgeBase:
    """One language, one platform, one subject, two regions, helplines."""
    english = Language(
        code="en",
        entries=entries(),
        caveats={"future-only": Caveat("future-only", claim("It does not reach past training."))},
        refusals=("how do i bake bread",),
        alarm=AlarmWords(wish_to_die=("i want to die",)),
    )
    line = ContactPoint("de", "Seelsorge", ("notice",), CHECKED, phone="0800 1", hours="day and night")
    world = ContactPoint("world", "Find a helpline", ("notice",), CHECKED, url="https://example.org/help")
    return KnowledgeBase(
        revision="0" * 64,
        platforms={
            "acme": Platform("acme", "Acme", ("acme inc",)),
            "rights": Platform("rights", "Your rights", (), service=False),
        },
        known=(KnownPlatform("Otherbook"),),
        regions={
            "eu": Region("eu", "EU / EEA"),
            "de": Region("de", "Germany", ("eu",), ("deutschland",)),
            "us": Region("us", "United States"),
        },
        sources={
            "notice": Source(
                "notice",
                "Acme",
                "Privacy notice",
                CHECKED,
                Strength.OFFICIAL,
                url="https://example.org/notice",
                archived="https://example.org/copy",
            ),
            "paper": Source("paper", "The Paper", "Acme and you", date(2025, 1, 2), Strength.PRESS),
        },
        languages={"en": english},
        helplines=Helplines({"eu": "112", "us": "911"}, (line, world), (world,), (world,)),
    )
