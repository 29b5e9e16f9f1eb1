"""What stands above languages (platforms, regions, sources, helplines, the article), from nodes to values."""

from __future__ import annotations

import re
from collections.abc import Mapping as ReadMapping

from bot.knowledge import limits
from bot.knowledge.fields import Fields
from bot.knowledge.model import (
    ArticleClaim,
    ContactPoint,
    Helplines,
    KnownPlatform,
    Platform,
    Region,
    Source,
    Strength,
    Verdict,
)
from bot.knowledge.nodes import Mapping, Node, Scalar
from bot.knowledge.problems import Report

REGION = re.compile(r"[a-z]{2}(-[a-z0-9]{1,3})?")
_PHONE = re.compile(r"[+0-9][0-9 ()/-]{1,24}")


def top_fields(root: Node, report: Report, *, what: str, begin: str) -> Fields | None:
    """The fields of a whole file, or None (and a problem) when it has none."""
    if isinstance(root, Mapping):
        return Fields(root, report, what=what)
    report.add(root, f"{what.capitalize()} begins with fields.", f"Begin it with `{begin}:`.")
    return None


def read_platforms(root: Node, report: Report) -> tuple[list[Platform], list[KnownPlatform]]:
    """The platforms that we cover and those that we know by name."""
    top = top_fields(root, report, what="the file of platforms", begin="platforms")
    if top is None:
        return [], []
    platforms: list[Platform] = []
    known: list[KnownPlatform] = []
    for node in top.maps("platforms", what="a platform"):
        fields = Fields(node, report, what="a platform")
        name = fields.name("id")
        platform = Platform(
            id=name,
            name=fields.text("name", longest=limits.NAME),
            aliases=fields.texts("aliases", longest=limits.NAME),
            service=fields.raw("service") is None or fields.flag("service"),
            products=fields.optional_text("products", longest=limits.SHORT_TITLE),
        )
        if name and (where := fields.raw("id")) is not None:
            report.declare("platform", name, where)
        _declare_names(report, "name", node, (name, platform.name, *platform.aliases))
        fields.close()
        if not fields.failed:
            platforms.append(platform)
    for node in top.maps("known", what="a platform"):
        fields = Fields(node, report, what="a platform that is known by name")
        one = KnownPlatform(fields.text("name", longest=limits.NAME), fields.texts("aliases"))
        _declare_names(report, "name", node, (one.name, *one.aliases))
        fields.close()
        if not fields.failed:
            known.append(one)
    top.close()
    return platforms, known


def _declare_names(report: Report, kind: str, node: Mapping, names: tuple[str, ...]) -> None:
    """Two things must not bear one name, or a question gets the facts of the wrong one."""
    for name in dict.fromkeys(one.casefold() for one in names if one):
        report.declare(kind, name, node)


def read_regions(root: Node, report: Report) -> list[Region]:
    """Countries and the groups that they belong to."""
    top = top_fields(root, report, what="the file of regions", begin="regions")
    if top is None:
        return []
    regions: list[Region] = []
    for node in top.maps("regions", what="a region"):
        fields = Fields(node, report, what="a region")
        code = fields.text("id", longest=limits.NAME)
        where = fields.raw("id")
        if code and where is not None:
            if not REGION.fullmatch(code):
                mend = "Write the code of the country in small letters, as in `de` or `us-ca`."
                fields.fail(where, f"“{code}” is no code of a region.", mend)
            report.declare("region", code, where)
        region = Region(
            id=code,
            name=fields.text("name", longest=limits.NAME),
            groups=fields.refs("groups", "region"),
            aliases=fields.texts("aliases", longest=limits.NAME),
        )
        _declare_names(report, "name of a region", node, (region.name, *region.aliases))
        fields.close()
        if not fields.failed:
            regions.append(region)
    top.close()
    return regions


def read_sources(root: Node, report: Report) -> list[Source]:
    """The sources of one file."""
    top = top_fields(root, report, what="a file of sources", begin="sources")
    if top is None:
        return []
    sources: list[Source] = []
    top.required("sources", "")
    for node in top.maps("sources", what="a source"):
        fields = Fields(node, report, what="a source")
        name = fields.name("id")
        if name and (where := fields.raw("id")) is not None:
            report.declare("source", name, where)
        source = Source(
            id=name,
            publisher=fields.text("publisher", longest=limits.TITLE),
            title=fields.text("title", longest=2 * limits.TITLE, is_prose=True),
            date=fields.day("date"),
            strength=fields.choice("strength", Strength),
            url=fields.link("url"),
            archived=fields.link("archived"),
            note=fields.optional_text("note"),
            regions=fields.refs("regions", "region"),
        )
        if not (source.url or source.archived or source.note):
            mend = "Add `url:` or `archived:`, or say with `note:` where it can be read."
            report.warn(node, "Nobody can look this source up.", mend)
        fields.close()
        if not fields.failed:
            sources.append(source)
    top.close()
    return sources


def read_helplines(root: Node, report: Report) -> Helplines:
    """Where help is, by region."""
    top = top_fields(root, report, what="the file of helplines", begin="emergency")
    if top is None:
        return Helplines({}, (), (), ())
    lines = Helplines(
        emergency=_read_emergency(top, report),
        distress=_read_contacts(top, report, "distress"),
        children=_read_contacts(top, report, "children"),
        images=_read_contacts(top, report, "images"),
    )
    top.close()
    return lines


def _read_emergency(top: Fields, report: Report) -> ReadMapping[str, str]:
    numbers: dict[str, str] = {}
    node = top.map("emergency", what="emergency numbers")
    for name, value in node.pairs if node else ():
        report.refer("region", name.text, name)
        if not isinstance(value, Scalar) or not _PHONE.fullmatch(value.text):
            top.fail(value, f"This is no emergency number for {name.text}.", 'Write digits, as in "112".')
        else:
            numbers[name.text] = value.text
    return dict(sorted(numbers.items()))


def _read_contacts(top: Fields, report: Report, key: str) -> tuple[ContactPoint, ...]:
    contacts: list[ContactPoint] = []
    for node in top.maps(key, what="a contact point"):
        fields = Fields(node, report, what="a contact point")
        contact = ContactPoint(
            region=fields.ref("region", "region") or "",
            name=fields.text("name", longest=limits.TITLE),
            sources=fields.sources(),
            checked=fields.day("checked"),
            phone=fields.optional_text("phone", longest=limits.NAME),
            url=fields.link("url"),
            hours=fields.optional_text("hours", longest=limits.TITLE),
            text=fields.optional_text("text", longest=limits.TITLE),
        )
        phone = fields.raw("phone")
        if phone is not None and contact.phone and not _PHONE.fullmatch(contact.phone):
            fields.fail(phone, f"“{contact.phone}” is no telephone number.", "Write digits and spaces.")
        if not (contact.phone or contact.url or contact.text):
            fields.fail(node, "There is no way to reach this contact.", "Add `phone:`, `url:` or `text:`.")
        fields.close()
        if not fields.failed:
            contacts.append(contact)
    return tuple(contacts)


def read_article(root: Node, report: Report) -> list[ArticleClaim]:
    """The claims of the article and what became of them."""
    top = top_fields(root, report, what="the file of the article", begin="claims")
    if top is None:
        return []
    claims: dict[int, ArticleClaim] = {}
    for node in top.maps("claims", what="a claim of the article"):
        fields = Fields(node, report, what="a claim of the article")
        claim = ArticleClaim(
            number=fields.number("number"),
            says=fields.text("says"),
            verdict=fields.choice("verdict", Verdict),
            entry=fields.ref("entry", "entry") or "",
            sources=fields.sources(),
        )
        fields.close()
        if fields.failed:
            continue
        if claim.number in claims:
            report.add(node, f"The number {claim.number} is used twice.", "Count on.")
        claims[claim.number] = claim
    top.close()
    return [claims[number] for number in sorted(claims)]
