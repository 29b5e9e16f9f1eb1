"""Entries, from nodes to values."""

from __future__ import annotations

from bot.knowledge import limits
from bot.knowledge.fields import Fields
from bot.knowledge.guides import read_guide, read_letters
from bot.knowledge.model import Caveat, Claim, Dispute, Entry, Place, Review, Verdict
from bot.knowledge.nodes import Mapping, Node
from bot.knowledge.problems import Report

_NEEDS_EVIDENCE = frozenset({Verdict.REFUTED, Verdict.OUTDATED, Verdict.INCOMPLETE, Verdict.SUPPORTED})


def read_entries(root: Node, report: Report, *, language: str) -> list[Entry]:
    """The entries of one file; those that cannot be used are left out and named in `report`."""
    if not isinstance(root, Mapping):
        report.add(root, "A file of entries begins with fields.", "Begin it with `platform:` and `entries:`.")
        return []
    fields = Fields(root, report, what="a file of entries", language=language)
    platform = fields.ref("platform", "platform") or ""
    fields.required("entries", "")
    found = [
        read_entry(node, report, platform=platform, language=language)
        for node in fields.maps("entries", what="an entry")
    ]
    fields.close()
    return [entry for entry in found if entry is not None]


def read_entry(node: Mapping, report: Report, *, platform: str, language: str) -> Entry | None:
    """One entry, or None when its id or title is missing."""
    fields = Fields(node, report, what="an entry", language=language)
    entry_id = fields.entry_id("id")
    title = fields.text("title", longest=limits.TITLE, is_prose=True)
    usable = not fields.failed
    _check_id(fields, entry_id, platform, language)
    path = (language, entry_id)
    report.mark(path, fields.raw("id") or node)
    entry = Entry(
        id=entry_id,
        platform=platform,
        title=title,
        short=fields.optional_text("short", longest=limits.SHORT_TITLE, is_prose=True),
        phrasings=_read_phrasings(fields, path),
        claims=_read_claims(fields, report, path),
        caveats=fields.refs("caveats", f"caveat in {language}"),
        disputed=_read_disputes(fields, report),
        see=fields.refs("see", "entry"),
        guide=read_guide(fields, report, entry_id=entry_id, language=language),
        letters=read_letters(fields, report, entry_id=entry_id, language=language),
        no_opt_out=fields.flag("no_opt_out"),
        review=_read_review(fields, report),
        translates=fields.optional_text("translates", longest=limits.NAME),
    )
    fields.close()
    return entry if usable else None


def _check_id(fields: Fields, entry_id: str, platform: str, language: str) -> None:
    where = fields.raw("id")
    if where is None or not entry_id:
        return
    if platform and not entry_id.startswith(f"{platform}."):
        mend = f"Begin it with “{platform}.”, or move the entry to the file of its platform."
        fields.report.add(where, f"The id {entry_id} is not one of the platform {platform}.", mend)
    fields.report.declare(f"entry in {language}", entry_id, where)
    if language != "en":
        fields.report.refer("entry", entry_id, where)


def _read_phrasings(fields: Fields, path: tuple[str, str]) -> tuple[str, ...]:
    found = fields.placed_texts("ask", longest=limits.PHRASING)
    for number, (_, node) in enumerate(found):
        fields.report.mark((*path, "ask", number), node)
    if (asked := fields.raw("ask")) is not None:
        fields.report.mark((*path, "ask"), asked)
    return tuple(text for text, _ in found)


def _read_claims(fields: Fields, report: Report, path: tuple[str, str]) -> tuple[Claim, ...]:
    claims: list[Claim] = []
    for node in fields.maps("claims", what="a claim"):
        claim = read_claim(Fields(node, report, what="a claim", language=path[0]))
        if claim is None:
            report.damaged.add(path)
        else:
            report.mark((*path, "claims", len(claims)), node)
            claims.append(claim)
    if fields.raw("claims") is None:
        fields.required("claims", "")
    return tuple(claims)


def read_claim(fields: Fields) -> Claim | None:
    """One claim out of the fields that make one; None when something is wrong with it."""
    regions, excluded = fields.regions()
    claim = Claim(
        text=fields.text("text", longest=limits.SENTENCES, is_prose=True),
        sources=fields.sources(),
        checked=fields.day("checked"),
        regions=regions,
        excluded=excluded,
        place=fields.choice("place", Place, default=Place.ANSWER),
        lasting=fields.flag("lasting"),
        begins=fields.optional_day("from", ahead=True),
        ends=fields.optional_day("until", ahead=True),
    )
    last = fields.raw("until")
    if last is not None and claim.begins and claim.ends and claim.ends < claim.begins:
        fields.fail(last, "It ends before it begins.", "Compare `from:` and `until:`.")
    fields.close()
    return None if fields.failed else claim


def read_caveats(root: Node, report: Report, *, language: str) -> list[Caveat]:
    """The caveats of `caveats.yaml`."""
    if not isinstance(root, Mapping):
        report.add(root, "A file of caveats begins with a field.", "Begin it with `caveats:`.")
        return []
    found: list[Caveat] = []
    top = Fields(root, report, what="a file of caveats", language=language)
    for node in top.maps("caveats", what="a caveat"):
        fields = Fields(node, report, what="a caveat", language=language)
        name = fields.name("id")
        where = fields.raw("id")
        if name and where is not None:
            report.declare(f"caveat in {language}", name, where)
        report.mark((language, "caveats", name), node)
        if (claim := read_claim(fields)) is not None:
            found.append(Caveat(name, claim))
    top.close()
    return found


def _read_disputes(fields: Fields, report: Report) -> tuple[Dispute, ...]:
    return tuple(
        dispute
        for node in fields.maps("disputed", what="a disputed statement")
        if (dispute := _read_dispute(node, report, fields)) is not None
    )


def _read_dispute(node: Mapping, report: Report, entry: Fields) -> Dispute | None:
    fields = Fields(node, report, what="a disputed statement", language=entry.language)
    verdict = fields.choice("verdict", Verdict)
    dispute = Dispute(
        says=fields.text("says", longest=limits.SENTENCES, is_prose=True),
        sources=fields.sources(),
        verdict=verdict,
        because=fields.text("because", longest=limits.SENTENCES, is_prose=True),
        evidence=fields.sources("evidence", at_least=1 if verdict in _NEEDS_EVIDENCE else 0),
        checked=fields.day("checked"),
        heard=fields.texts("heard", longest=limits.PHRASING),
    )
    fields.close()
    return None if fields.failed else dispute


def _read_review(fields: Fields, report: Report) -> Review:
    node = fields.map("review", what="a review")
    if node is None:
        return Review()
    inner = Fields(node, report, what="a review")
    default = Review()
    review = Review(every=inner.days("every", default.every), limit=inner.days("limit", default.limit))
    inner.close()
    if review.limit < review.every:
        mend = "Give a limit that is longer than the period."
        report.add(node, "The limit comes before the next check is due.", mend)
    return review
