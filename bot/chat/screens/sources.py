"""What an answer rests on, and what all answers rest on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.chat import actions
from bot.chat.blocks import Block, Folded, Heading, Items, Link, Paragraph, Screen, Span, Strong, line
from bot.chat.screens.rows import home_row, press
from bot.chat.screens.viewer import Viewer
from bot.knowledge.model import Entry, Strength, Verdict
from bot.knowledge.regions import holds


def sources_screen(entry: Entry, viewer: Viewer) -> Screen:
    """Publisher, title, date, copy and day of the check of everything an entry rests on."""
    _ = viewer.words.text
    claims = [one for one in entry.claims if holds(one.regions, one.excluded, viewer.place, viewer.base)]
    ids: list[str] = []
    for claim in claims:
        ids += [key for key in claim.sources if key not in ids]
    for dispute in entry.disputed:
        ids += [key for key in (*dispute.evidence, *dispute.sources) if key not in ids]
    newest = max((claim.checked for claim in claims), default=viewer.today)
    lines: list[tuple[Span, ...]] = []
    for key in ids:
        source = viewer.base.sources[key]
        title: Span = Link(source.title, source.url) if source.url else source.title
        spans: list[Span] = [
            f"{viewer.named(source.publisher)}: ",
            title,
            f" ({viewer.words.day(source.date)})",
        ]
        if source.archived:
            spans += [", ", Link(_("archived copy"), source.archived)]
        lines.append(tuple(spans))
    blocks: list[Block] = [
        Heading(_("Sources: {title}").format(title=entry.title)),
        Folded(tuple(lines)) if len(lines) > 6 else Paragraph(_joined(lines)),
        line(
            _("The date is that of the copy we read. We compared the text with them on {day}.").format(
                day=viewer.words.day(newest)
            )
        ),
    ]
    disagree = [dispute for dispute in entry.disputed if dispute.verdict is Verdict.DISPUTED]
    blocks += [
        line(Strong(_("Sources disagree: ")), dispute.says, " ", dispute.because) for dispute in disagree
    ]
    back = press(_("Back to the answer"), actions.ShowEntry(entry.id))
    return Screen(blocks=tuple(blocks), rows=((back,), home_row(viewer)))


def _joined(lines: Sequence[tuple[Span, ...]]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for index, item in enumerate(lines):
        spans += ["\n"] if index else []
        spans += ["– ", *item]
    return tuple(spans)


def all_sources_screen(viewer: Viewer) -> Screen:
    """How the answers come about, in figures, with the publishers that carry most."""
    _ = viewer.words.text
    base = viewer.base
    entries = (base.languages.get(viewer.words.code) or base.languages["en"]).entries.values()
    claims = [claim for entry in entries for claim in entry.claims]
    used = Counter(key for claim in claims for key in claim.sources)
    by_strength = Counter(base.sources[key].strength for key in used)
    newest = max((claim.checked for claim in claims), default=viewer.today)
    publishers = Counter[str]()
    for key, times in used.items():
        publishers[base.sources[key].publisher] += times
    often = [(f"{viewer.named(publisher)} ({times})",) for publisher, times in publishers.most_common(5)]
    return Screen(
        blocks=(
            line(
                _("{claims} statements rest on {sources} documents; the last check was on {day}.").format(
                    claims=len(claims), sources=len(used), day=viewer.words.day(newest)
                )
            ),
            line(
                _(
                    "{official} are the platforms' own pages or the law, {authority} come from authorities, "
                    "{press} from the press."
                ).format(
                    official=by_strength[Strength.OFFICIAL],
                    authority=by_strength[Strength.AUTHORITY],
                    press=by_strength[Strength.PRESS],
                )
            ),
            line(_("Most used, with the number of statements:")),
            Items(tuple(often)),
            line(_("Under every answer, [Sources] lists what that answer rests on.")),
        ),
        rows=(home_row(viewer),),
    )
