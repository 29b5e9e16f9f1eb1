"""What the bot says on its own beside reminders: a guide has changed, an answer was wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.chat import actions
from bot.chat.blocks import Block, Button, Heading, Items, Screen, Span, Strong, line
from bot.chat.screens.guide import coverage_item
from bot.chat.screens.reminders import subject
from bot.chat.screens.rows import Row, home_row, packed, press
from bot.chat.screens.viewer import Viewer
from bot.knowledge.model import Entry, KnowledgeBase
from bot.knowledge.regions import shown_caveats, shown_claims, shown_coverage

_MOST_GUIDES = 4
"""Guides that one message names; the others are on the member's list."""
_MOST_TEXTS = 3
"""Texts of each version that a correction quotes."""
_LONGEST_TEXT = 300
"""Characters of each of them."""


def change_screen(changed: Sequence[tuple[Entry, date | None]], viewer: Viewer, *, repeat: bool) -> Screen:
    """Guides that the member finished have changed since: asks how the setting is now.

    Args:
        changed: at least one entry, and the day on which its guide was finished.
        viewer: who reads it.
        repeat: that this message may have come before.
    """
    _ = viewer.words.text
    shown = changed[:_MOST_GUIDES]
    blocks: list[Block] = [line(Strong(_("Something has changed where you switched AI training off:")))]
    blocks.append(Items(tuple(_finished(entry, day, viewer) for entry, day in shown)))
    blocks.append(line(_("Please look whether it is still off.")))
    if repeat:
        blocks.append(line(_("(This may be a repeat: I could not see whether the first one arrived.)")))
    rows: list[Row] = []
    names = [_short_name(entry, viewer) for entry, _day in shown]
    for (entry, _day), name in zip(shown, names, strict=True):
        still, again = _("Still off"), _("It is on again")
        if len(shown) > 1:
            name = viewer.label(entry)[:40] if names.count(name) > 1 else name
            still, again = f"{name}: {still}", f"{name}: {again}"
        rows += packed(
            [press(still, actions.Found(entry.id, "off")), press(again, actions.Found(entry.id, "on"))]
        )
    if len(shown) == 1:
        rows.append((press(_("Show the steps"), actions.WalkAgain(shown[0][0].id)),))
    if len(changed) > len(shown):
        rows.append((press(_("My list"), actions.ShowCheckup()),))
    rows.append((press(_("Do not tell me"), actions.TellChanges("off")),))
    return Screen(blocks=tuple(blocks), rows=tuple(rows))


def found_screen(entry: Entry, viewer: Viewer, *, answer: str) -> Screen:
    """What the answer `off` or `on` did."""
    _ = viewer.words.text
    last = (press(_("My list"), actions.ShowCheckup()), *home_row(viewer))
    if answer == "off":
        return Screen(blocks=(line(_("Good. I noted that it is still off.")),), rows=(last,))
    steps = press(_("Show the steps"), actions.WalkAgain(entry.id))
    return Screen(blocks=(line(_("Then switch it off again. I noted it.")),), rows=((steps,), last))


def tell_changes_screen(viewer: Viewer, *, on: bool) -> Screen:
    """Whether the member is told when a guide changes that they finished."""
    _ = viewer.words.text
    if on:
        text = _("All right: I tell you when a guide that you finished changes, at most once a week.")
        button = press(_("Do not tell me"), actions.TellChanges("off"))
    else:
        text = _("All right: I do not tell you any more when a guide changes. Your reminders stay.")
        button = press(_("Tell me again"), actions.TellChanges("on"))
    return Screen(blocks=(line(text),), rows=((button,), home_row(viewer)))


def corrections_screen(viewer: Viewer) -> Screen:
    """Whether the member is told when something they read turns out wrong, and what is kept for it."""
    _ = viewer.words.text
    kept = _(
        "For that I keep which answers you read: the topic and a mark of its wording, under a code instead "
        "of your name, for 90 days. None of your words."
    )
    if viewer.corrections:
        blocks = (
            line(_("Corrections are on: I write to you when an answer that you read turns out wrong.")),
            line(kept),
        )
        button = press(_("No corrections"), actions.SetCorrections("off"))
    else:
        blocks = (
            line(_("Shall I write to you when an answer that you read turns out wrong? It is off now.")),
            line(kept),
        )
        button = press(_("Yes, correct me"), actions.SetCorrections("on"))
    return Screen(blocks=blocks, rows=((button,), home_row(viewer)))


def correction_screen(
    entry_id: str,
    reason: str,
    viewer: Viewer,
    *,
    before: KnowledgeBase,
    after: KnowledgeBase,
    repeat: bool,
) -> Screen | None:
    """An answer was wrong: what was said and what is so; None when this reader was told nothing wrong.

    Args:
        entry_id: which answer.
        reason: an editor's words.
        viewer: who reads it; what held in another country is no news.
        before: the knowledge that was wrong.
        after: the knowledge that is right.
        repeat: that this message may have come before.
    """
    _ = viewer.words.text
    old, new = replace(viewer, base=before), replace(viewer, base=after)
    said, holds = _differ(entry_id, old, new)
    if not said and not holds:
        return None
    entry = new.entry(entry_id)
    title = subject(entry_id, new if entry else old)
    blocks: list[Block] = [
        Heading(_("A correction: {title}").format(title=title)),
        line(_("You read something here that was not right. {reason}").format(reason=reason)),
    ]
    if said:
        blocks += [line(Strong(_("I said:"))), Items(said)]
    if holds:
        blocks += [line(Strong(_("This is right:"))), Items(holds)]
    else:
        blocks.append(line(_("I do not say that any more.")))
    if repeat:
        blocks.append(line(_("(This may be a repeat: I could not see whether the first one arrived.)")))
    row: list[Button] = []
    if entry is not None:
        row = [
            press(_("Show the answer"), actions.ShowEntry(entry_id)),
            press(_("Sources"), actions.ShowSources(entry_id)),
        ]
    off = press(_("No corrections"), actions.SetCorrections("off"))
    return Screen(blocks=tuple(blocks), rows=(*packed(row), (off,)))


_Texts = tuple[tuple[Span, ...], ...]


def _differ(entry_id: str, old: Viewer, new: Viewer) -> tuple[_Texts, _Texts]:
    """What only the old and what only the new version says, in the reader's language or else in English."""
    for code in dict.fromkeys((old.words.code, "en")):
        before = _told(old.base.entry(entry_id, language=code), old, code)
        after = _told(new.base.entry(entry_id, language=code), new, code)
        if before != after:
            gone = [text for text in before if text not in after]
            come = [text for text in after if text not in before]
            if gone or come:
                return tuple(gone[:_MOST_TEXTS]), tuple(come[:_MOST_TEXTS])
    return (), ()


def _told(entry: Entry | None, viewer: Viewer, language: str) -> list[tuple[Span, ...]]:
    """Everything that an entry tells a reader of this region, text by text."""
    if entry is None:
        return []
    place, base = viewer.place, viewer.base
    texts = [claim.text for claim in shown_claims(entry, place, base, place=None, today=viewer.today)]
    texts += [found.claim.text for found in shown_caveats(entry, place, base, language=language)]
    told: list[tuple[Span, ...]] = [(_cut(text),) for text in (*texts, *_steps(entry))]
    told += [(Strong(_cut(one.says)), " ", _cut(one.because)) for one in entry.disputed]
    told += [coverage_item(row, viewer) for row in shown_coverage(entry, place, base)]
    told += [(Strong(letter.title), " ", _cut(letter.text)) for letter in entry.letters]
    return told


def _steps(entry: Entry) -> list[str]:
    if entry.guide is None:
        return []
    steps = [step for walk in entry.guide.walks for step in walk.steps]
    texts = [" – ".join(filter(None, (step.text, step.path, step.see))) for step in steps]
    return [entry.guide.result, *dict.fromkeys(texts)]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 1].rstrip()}…"


def _finished(entry: Entry, day: date | None, viewer: Viewer) -> tuple[Span, ...]:
    _ = viewer.words.text
    name = subject(entry.id, viewer)
    if day is None:
        return (name,)
    return (name, _(" (you finished it on {day})").format(day=viewer.words.day(day)))


def _short_name(entry: Entry, viewer: Viewer) -> str:
    platform = viewer.base.platforms.get(entry.platform)
    return platform.name if platform and platform.service else viewer.label(entry)
