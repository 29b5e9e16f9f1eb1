"""Registers that stand above languages (authorities, names of settings), from nodes to values."""

from __future__ import annotations

from bot.knowledge import limits
from bot.knowledge.authorities import Authority, English, Remark, Remit
from bot.knowledge.fields import Fields, did_you_mean
from bot.knowledge.names import Label, plain_name
from bot.knowledge.nodes import Node
from bot.knowledge.problems import Report
from bot.knowledge.shared import REGION, top_fields


def read_authorities(root: Node, report: Report) -> list[Authority]:
    """Data protection authorities."""
    top = top_fields(root, report, what="the file of authorities", begin="authorities")
    if top is None:
        return []
    found: list[Authority] = []
    for node in top.maps("authorities", what="an authority"):
        fields = Fields(node, report, what="an authority")
        authority = Authority(
            id=fields.name("id"),
            place=_read_place(fields, report),
            name=fields.text("name", longest=2 * limits.TITLE),
            own_name=fields.text("own_name", longest=2 * limits.TITLE),
            remit=fields.choice("remit", Remit, default=Remit.ALL),
            languages=fields.texts("languages", longest=limits.NAME),
            english=fields.choice("english", English, default=English.UNKNOWN),
            sources=fields.sources(),
            checked=fields.day("checked"),
            url=fields.link("url"),
            form=fields.link("form"),
            email=fields.optional_text("email", longest=limits.TITLE),
            remarks=_read_remarks(fields),
        )
        if authority.id and (where := fields.raw("id")) is not None:
            report.declare("authority", authority.id, where)
        if not (authority.url or authority.form or authority.email):
            fields.fail(node, "There is no way to reach this authority.", "Add `url:` or `email:`.")
        fields.close()
        if not fields.failed:
            found.append(authority)
    top.close()
    return found


def _read_place(fields: Fields, report: Report) -> str:
    """A region, or a part of one that `regions.yaml` need not know (a German state)."""
    place = fields.text("place", longest=limits.NAME)
    where = fields.raw("place")
    if place and where is not None:
        if not REGION.fullmatch(place):
            mend = "Write the code of the country or state in small letters, as in `fr` or `de-by`."
            fields.fail(where, f"“{place}” is no code of a place.", mend)
        report.refer("region", place.partition("-")[0], where)
    return place


def _read_remarks(fields: Fields) -> tuple[Remark, ...]:
    known = [one.value for one in Remark]
    remarks: list[Remark] = []
    for text, node in fields.placed_texts("remarks", longest=limits.NAME):
        if text in known:
            remarks.append(Remark(text))
        else:
            mend = did_you_mean(text, known, otherwise=f"Write one of: {', '.join(known)}.")
            fields.fail(node, f"“{text}” is no remark that we know.", mend)
    return tuple(remarks)


def read_names(root: Node, report: Report) -> list[Label]:
    """What settings and pages are called."""
    top = top_fields(root, report, what="the file of names", begin="names")
    if top is None:
        return []
    found: list[Label] = []
    for node in top.maps("names", what="a name"):
        fields = Fields(node, report, what="a name")
        label = Label(
            name=fields.text("name", longest=limits.LINK),
            sources=fields.sources(at_least=0),
            checked=fields.day("checked"),
        )
        if label.name and (where := fields.raw("name")) is not None:
            report.declare("name of a setting", plain_name(label.name), where)
        fields.close()
        if not fields.failed:
            found.append(label)
    top.close()
    return found
