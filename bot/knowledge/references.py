"""Judging references once every file has been read."""

from __future__ import annotations

from bot.knowledge.fields import nearest
from bot.knowledge.model import ELSEWHERE, WORLD
from bot.knowledge.problems import Report
from bot.knowledge.regions import NAMED_GROUPS

_WHERE = {
    "source": "sources/",
    "region": "regions.yaml",
    "platform": "platforms.yaml",
    "entry": "en/",
}


def resolve(report: Report) -> None:
    """Name every reference to something that no file defines, with the nearest id that exists.

    A kind of which nothing is defined at all is named once: its file is missing, not each of its ids.
    """
    missing: set[str] = set()
    for reference in report.references:
        if report.full:
            return
        kind = reference.kind.partition(" in ")[0]
        known = _known(report, reference.kind)
        if reference.target in known or kind in report.unread:
            continue
        if not report.declared.get(reference.kind) and kind != "entry":
            if reference.kind in missing:
                continue
            missing.add(reference.kind)
        guess = nearest(reference.target, sorted(known))
        place = _WHERE.get(kind, "caveats.yaml")
        mend = f"Did you mean “{guess}”?" if guess else f"Write it into {place}, or use an id that exists."
        report.add(reference.position, f"There is no {kind} “{reference.target}”.", mend)


def _known(report: Report, kind: str) -> set[str]:
    declared = report.declared
    if kind == "region":
        return {*declared.get(kind, ()), WORLD, ELSEWHERE, *NAMED_GROUPS}
    if kind == "entry":
        return set(declared.get("entry in en", ()))
    if kind.startswith("caveat"):
        return {*declared.get(kind, ()), *declared.get("caveat in en", ())}
    return set(declared.get(kind, ()))
