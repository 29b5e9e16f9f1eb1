"""Whether a knowledge base that could be read is fit for members: what no single line shows.

What one line shows (a date, a length, an id) is named while it is read; here stand the checks that compare.
"""

from __future__ import annotations

import re

from bot.knowledge import limits
from bot.knowledge.model import ELSEWHERE, Claim, Entry, KnowledgeBase, Strength
from bot.knowledge.names import names_in, plain_name
from bot.knowledge.phrasings import check_phrasings
from bot.knowledge.problems import Report
from bot.knowledge.regions import chain, compared_regions, shown_caveats, shown_claims
from bot.knowledge.revision import text_hash

_DENIES = re.compile(r"\b(no|not|never|none|nothing|nowhere|neither|cannot|only)\b|n['’]t\b", re.IGNORECASE)
_REPORTED = re.compile(r"\b(report\w*|users?|people|members?|said|says?|according|claim\w*)\b", re.IGNORECASE)
_ASKS_TOO_MUCH = re.compile(
    r"\[[^\]]*\b(birth|passport|identity card|id card|id number|health|religion|belief)\b[^\]]*\]",
    re.IGNORECASE,
)


def check(base: KnowledgeBase, report: Report) -> None:
    """Add to `report` everything in `base` that members must not meet. Never raises."""
    known = {plain_name(one.name) for one in base.names}
    known |= {plain_name(one.url) for one in base.sources.values() if one.url}
    for code, language in base.languages.items():
        check_phrasings(language, report)
        for entry in language.entries.values():
            _check_shown(entry, base, code, report)
            _check_no_opt_out(entry, code, report)
            _check_letters(entry, code, report)
            for number, claim in enumerate(entry.claims):
                _check_claim(claim, base, (code, entry.id, "claims", number), report)
            if code != "en":
                _check_translation(entry, base, code, report)
            elif base.names:
                _check_names(entry, base, known, report)
        for name, caveat in language.caveats.items():
            _check_claim(caveat.claim, base, (code, "caveats", name), report)


def _region_name(region: str, base: KnowledgeBase) -> str:
    if region == ELSEWHERE:
        return "the rest of the world"
    return found.name if (found := base.regions.get(region)) else region


def _check_shown(entry: Entry, base: KnowledgeBase, code: str, report: Report) -> None:
    """What one region is shown at once must be something, and must not be much."""
    if not entry.claims or (code, entry.id) in report.damaged:
        return
    where = report.at(code, entry.id)
    empty: list[str] = []
    longest, longest_region = 0, ""
    for region in compared_regions(entry, base):
        claims = shown_claims(entry, region, base, today=report.today)
        if not claims:
            empty.append(_region_name(region, base))
        caveats = shown_caveats(entry, region, base, language=code)
        texts = [claim.text for claim in claims] + [caveat.claim.text for caveat in caveats]
        words = sum(len(text.split()) for text in texts)
        if words > longest:
            longest, longest_region = words, _region_name(region, base)
    if empty:
        report.add(
            where,
            f"{entry.id} says nothing to a member in {', '.join(empty)}.",
            "Add a claim without `place: more` for there, if only that this is not known or does not apply.",
        )
    if longest > limits.SHOWN_WORDS:
        message = f"{entry.id} shows {longest} words at once in {longest_region}."
        mend = (
            f"About 60 are read; say less, or fold claims with `place: more` (at most {limits.SHOWN_WORDS})."
        )
        if longest > limits.SHOWN_WORDS_LIMIT:
            report.add(where, message, mend)
        else:
            report.warn(where, message, mend)


def _check_claim(claim: Claim, base: KnowledgeBase, path: tuple[str | int, ...], report: Report) -> None:
    sources = [base.sources[name] for name in claim.sources if name in base.sources]
    where = report.at(*path)
    if sources and all(one.regions for one in sources):
        carried = {region for one in sources for region in one.regions}
        wide = [region for region in claim.regions if carried.isdisjoint(chain(base, region))]
        if wide:
            report.warn(
                where,
                f"This is said for {', '.join(wide)}; its sources carry only {', '.join(sorted(carried))}.",
                "Limit the claim with `regions:`, or name a source that carries it.",
            )
    if (
        path[0] == "en"
        and sources
        and all(one.strength is Strength.USERS for one in sources)
        and not _REPORTED.search(claim.text)
    ):
        mend = "Say so in the text, as in “Members report that …”, or name a better source."
        report.warn(where, "This rests only on what persons report.", mend)


def _check_no_opt_out(entry: Entry, code: str, report: Report) -> None:
    if not entry.no_opt_out:
        return
    where = report.at(code, entry.id)
    if entry.guide is not None:
        mend = "Delete `no_opt_out`, or the guide."
        report.add(where, f"{entry.id} says that there is no way out and has a guide.", mend)
    if (
        code == "en"
        and entry.claims
        and (code, entry.id) not in report.damaged
        and not _DENIES.search(entry.claims[0].text)
    ):
        mend = "Say first that there is no way to opt out, and what can be done instead."
        report.warn(
            report.at(code, entry.id, "claims", 0), "The first claim does not say that there is none.", mend
        )


def _check_letters(entry: Entry, code: str, report: Report) -> None:
    for letter in entry.letters:
        if asked := _ASKS_TOO_MUCH.search(letter.text):
            mend = "Ask for nothing but what finds the account."
            report.add(report.at(code, entry.id), f"The letter “{letter.id}” asks for {asked.group()}.", mend)


def _check_names(entry: Entry, base: KnowledgeBase, known: set[str], report: Report) -> None:
    """What a member is told to look for must have been seen by somebody."""
    platform = base.platforms.get(entry.platform)
    if platform is None or not platform.service:
        return
    for name in dict.fromkeys(names_in(entry)):
        if plain_name(name) not in known:
            mend = "Write it into names.yaml with its source, or take the quotation marks away."
            report.warn(report.at("en", entry.id), f"No source is known for the name “{name}”.", mend)


def _check_shape(entry: Entry, original: Entry, code: str, report: Report) -> None:
    """A translation must say the same for the same regions and times, or half of it is shown to nobody."""
    shapes = [
        [(one.regions, one.excluded, one.place, one.begins, one.ends) for one in which.claims]
        for which in (entry, original)
    ]
    if shapes[0] != shapes[1] and (code, entry.id) not in report.damaged:
        mend = "Give it the same claims in the same order, with the same regions, places and days."
        report.warn(report.at(code, entry.id), f"{entry.id} differs from the English entry in shape.", mend)


def _check_translation(entry: Entry, base: KnowledgeBase, code: str, report: Report) -> None:
    original = base.languages["en"].entries.get(entry.id) if "en" in base.languages else None
    if original is None:
        return
    _check_shape(entry, original, code, report)
    current = text_hash(original)
    if entry.translates != current:
        said = (
            "was made from an older English text" if entry.translates else "does not say what it translates"
        )
        mend = f"Compare it with the English text, then write `translates: {current}`."
        report.warn(report.at(code, entry.id), f"The translation of {entry.id} {said}.", mend)
