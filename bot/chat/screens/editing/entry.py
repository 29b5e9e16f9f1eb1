"""An entry as its editor sees it: what it says, and what of it can be changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from bot.chat import proposal_actions as actions
from bot.chat.blocks import Block, Button, Copy, Folded, Heading, Items, Screen, Span, Strong, line
from bot.chat.screens.editing.differences import device_words, part_words
from bot.chat.screens.rows import Row, packed, press
from bot.chat.screens.viewer import Viewer
from bot.chat.wording import words_for
from bot.editing.targets import KEYS, REMOVABLE, STEP_FIELDS, Field, Target, claim_mark
from bot.knowledge.model import Claim, Entry, Step, Surface, Walk

_LABEL: Final = 44
"""Characters of a text that stands on a button."""
_COPIED: Final = 256
"""What a button can put on the clipboard."""


def edit_screen(
    entry: Entry, language: str, viewer: Viewer, *, languages: Sequence[str], draft: int | None = None
) -> Screen:
    """What an entry says, and the common changes as buttons.

    Args:
        entry: as it is, with the draft's changes.
        language: the language of its text.
        viewer: the editor.
        languages: in which it is written.
        draft: the number of the proposal that further changes go into.
    """
    _ = viewer.words.text
    blocks: list[Block] = [Heading(entry.title), line(f"{entry.id} [{language}]")]
    if draft is not None:
        blocks.append(line(_("What you change now goes into proposal {number}.").format(number=draft)))
    first = entry.guide.walks[0] if entry.guide and entry.guide.walks else None
    if first:
        blocks.append(line(Strong(_("Steps ({device})").format(device=_device(first.surface, viewer)))))
        blocks.append(Items(tuple((step.text,) for step in first.steps)))
    else:
        blocks.append(Items(tuple((claim.text,) for claim in entry.claims[:3])))
    blocks.append(Folded(tuple(_dated(claim, viewer) for claim in entry.claims)))
    row: list[Button] = []
    if entry.guide:
        row.append(press(_("Change a step"), actions.EditEntry(entry.id, language, "steps")))
    row += [
        press(_("A statement"), actions.EditEntry(entry.id, language, "claims")),
        press(_("A link"), actions.EditEntry(entry.id, language, "links")),
        press(_("A date"), actions.EditEntry(entry.id, language, "dates")),
        press(_("A phrasing"), _text(entry, language, Target(Field.PHRASING))),
        press(_("The title"), actions.EditEntry(entry.id, language, "titles")),
        press(_("Still right, checked today"), actions.StillRight(entry.id, language, "e.k")),
        press(_("Send a file"), actions.SendFile(entry.id)),
        press(_("History"), actions.ShowHistory(entry.id)),
    ]
    others = [code for code in languages if code != language]
    row += [
        press(_("In {language}").format(language=words_for(code).name), actions.EditEntry(entry.id, code))
        for code in others
    ]
    return Screen(blocks=tuple(blocks), rows=tuple(packed(row)))


def steps_screen(
    entry: Entry, language: str, viewer: Viewer, *, surface: Surface | None = None
) -> Screen | None:
    """Which step; first on which device when there are several. None when there is no guide."""
    _ = viewer.words.text
    walks = entry.guide.walks if entry.guide else ()
    if not walks:
        return None
    if surface is None and len(walks) > 1:
        row: list[Button] = [
            press(
                _device(walk.surface, viewer),
                actions.EditEntry(entry.id, language, walk.surface.value[0]),
            )
            for walk in walks
        ]
        return Screen(
            blocks=(line(_("On which device?")),), rows=(*packed(row), _back(entry, language, viewer))
        )
    walk = next((one for one in walks if surface in {None, one.surface}), None)
    if walk is None:
        return None
    rows: list[Row] = [
        (press(_short(f"{number}. {step.text}"), actions.EditEntry(entry.id, language, _part(walk, step))),)
        for number, step in enumerate(walk.steps, 1)
    ]
    head = _("Which step? ({device})").format(device=_device(walk.surface, viewer))
    return Screen(blocks=(line(head),), rows=(*rows, _back(entry, language, viewer)))


def step_screen(entry: Entry, language: str, walk: Walk, step: Step, viewer: Viewer) -> Screen:
    """One step with its parts, each of which can be changed."""
    _ = viewer.words.text
    items: list[tuple[Span, ...]] = []
    row: list[Button] = []
    for field in STEP_FIELDS:
        said = getattr(step, KEYS[field])
        name = field_name(field, viewer)
        if said:
            items.append((Strong(f"{name}: "), said))
        target = Target(field, surface=walk.surface, step=step.id)
        row.append(press(name, _text(entry, language, target)))
    head = _("Step “{step}” ({device}). What should change?")
    return Screen(
        blocks=(line(head.format(step=step.id, device=_device(walk.surface, viewer))), Items(tuple(items))),
        rows=(*packed(row), _back(entry, language, viewer)),
    )


def claims_screen(entry: Entry, language: str, viewer: Viewer) -> Screen:
    """Which statement."""
    rows: list[Row] = [
        (press(_short(claim.text), actions.EditEntry(entry.id, language, f"c.{claim_mark(claim)}")),)
        for claim in entry.claims
    ]
    return Screen(
        blocks=(line(viewer.words.text("Which statement?")),), rows=(*rows, _back(entry, language, viewer))
    )


def claim_screen(entry: Entry, language: str, claim: Claim, viewer: Viewer) -> Screen:
    """One statement with what it rests on."""
    _ = viewer.words.text
    mark = claim_mark(claim)
    items: list[tuple[Span, ...]] = [
        (Strong(_("Holds in: ")), ", ".join(claim.regions)),
        (Strong(_("Sources: ")), ", ".join(claim.sources)),
        (Strong(_("Checked on: ")), viewer.words.day(claim.checked)),
    ]
    row: list[Button] = [
        press(_("Text"), _text(entry, language, Target(Field.TEXT, claim=mark))),
        press(_("Another date"), _text(entry, language, Target(Field.CHECKED, claim=mark))),
        press(_("One more source"), _text(entry, language, Target(Field.SOURCE, claim=mark))),
        press(
            _("Still right, checked today"),
            actions.StillRight(entry.id, language, str(Target(Field.CHECKED, claim=mark))),
        ),
    ]
    return Screen(
        blocks=(line(claim.text), Items(tuple(items))),
        rows=(*packed(row), _back(entry, language, viewer)),
    )


def links_screen(entry: Entry, language: str, viewer: Viewer) -> Screen:
    """Which link; an entry without any is told so."""
    _ = viewer.words.text
    found: list[tuple[str, Target]] = []
    for walk in entry.guide.walks if entry.guide else ():
        found += [
            (
                f"{_device(walk.surface, viewer)}: {step.text}",
                Target(Field.LINK, surface=walk.surface, step=step.id),
            )
            for step in walk.steps
            if step.link
        ]
    if entry.guide:
        found.append((_("The official page"), Target(Field.OFFICIAL)))
    text = _("Which link?") if found else _("There is no link in this entry. Links of sources: /source add")
    return _choice(text, found, entry, language, viewer)


def dates_screen(entry: Entry, language: str, viewer: Viewer) -> Screen:
    """Which date of a check."""
    _ = viewer.words.text
    found = [
        (f"{claim.checked}: {claim.text}", Target(Field.CHECKED, claim=claim_mark(claim)))
        for claim in entry.claims
    ]
    found += [
        (
            _("{day}: the steps ({device})").format(day=walk.checked, device=_device(walk.surface, viewer)),
            Target(Field.CHECKED, surface=walk.surface),
        )
        for walk in (entry.guide.walks if entry.guide else ())
    ]
    return _choice(_("Which date?"), found, entry, language, viewer)


def titles_screen(entry: Entry, language: str, viewer: Viewer) -> Screen:
    """The title, and how it stands on a button."""
    _ = viewer.words.text
    found = [(_("The title"), Target(Field.TITLE)), (_("The title as a button"), Target(Field.SHORT))]
    if entry.guide:
        found.append((_("The result of the guide"), Target(Field.RESULT)))
    return _choice(_("Which title?"), found, entry, language, viewer)


def prompt_screen(
    entry: Entry, language: str, target: Target, now: str, viewer: Viewer, *, draft: int | None = None
) -> Screen:
    """Asks for the new text, which is the next message.

    Args:
        entry: whose text.
        language: of the text.
        target: which text.
        now: what stands there.
        viewer: the editor.
        draft: the proposal that it goes into.
    """
    _ = viewer.words.text
    blocks: list[Block] = []
    if now:
        blocks.append(line(Strong(_("Now: ")), now))
    blocks.append(line(_asked(target.field, viewer)))
    if target.field in REMOVABLE and now:
        blocks.append(line(_("A single hyphen (-) takes it away.")))
    if draft is not None:
        blocks.append(line(_("It goes into proposal {number}.").format(number=draft)))
    row: list[Button] = []
    if now and len(now) <= _COPIED:
        row.append(Copy(_("Copy what is there"), now))
    row.append(press(_("Never mind"), actions.NeverMind()))
    return Screen(blocks=tuple(blocks), rows=tuple(packed(row)))


def file_screen(viewer: Viewer) -> Screen:
    """How to send a file."""
    _ = viewer.words.text
    return Screen(
        blocks=(
            line(_("Here is the file as it is now. Change it and send it back to me.")),
            line(_("Several files go in a .zip. I check them before anything happens.")),
        )
    )


def never_mind_screen(viewer: Viewer) -> Screen:
    """Nothing is awaited any more."""
    return Screen(blocks=(line(viewer.words.text("All right, nothing was changed.")),))


def no_entry_screen(entries: Iterable[Entry], viewer: Viewer) -> Screen:
    """/edit without an entry, or with an unknown one; the nearest are offered."""
    _ = viewer.words.text
    rows = packed([press(_short(one.id), actions.EditEntry(one.id, viewer.words.code)) for one in entries])
    text = _("Which entry? Write /edit and its name, as in /edit linkedin.start-date")
    return Screen(blocks=(line(text),), rows=tuple(rows))


def gone_screen(viewer: Viewer) -> Screen:
    """What was to be changed is not there any more."""
    text = viewer.words.text(
        "That text is not there any more: somebody changed it. Open the entry again with /edit."
    )
    return Screen(blocks=(line(text),))


def cannot_screen(viewer: Viewer) -> Screen:
    """The file cannot be changed at that place."""
    text = viewer.words.text(
        "I cannot change that place by itself, because of how it is written in the file. "
        "Please send the whole file instead."
    )
    return Screen(blocks=(line(text),))


def field_name(field: Field, viewer: Viewer) -> str:
    """A part of a step as a button."""
    _ = viewer.words.text
    names = {
        Field.TEXT: _("Text"),
        Field.PATH: _("Menu path"),
        Field.LINK: _("Link"),
        Field.COPY: _("Text to copy"),
        Field.SEE: _("What you see"),
    }
    return names.get(field, part_words(KEYS[field], viewer.words))


def _asked(field: Field, viewer: Viewer) -> str:
    _ = viewer.words.text
    match field:
        case Field.CHECKED:
            return _("Send me the day on which it was checked: 2026-11-20, 20.11.2026 or “today”.")
        case Field.PHRASING:
            return _("Send me how people ask for it, in their own words, one way in a message.")
        case Field.SOURCE:
            return _("Send me the name of the source, such as linkedin-eu-notice-2026. New ones: /source add")
        case Field.LINK | Field.OFFICIAL:
            return _("Send me the new link; it begins with https://")
        case _:
            return _("Send me the new text as your next message.")


def _choice(
    text: str, found: Sequence[tuple[str, Target]], entry: Entry, language: str, viewer: Viewer
) -> Screen:
    rows: list[Row] = [(press(_short(label), _text(entry, language, target)),) for label, target in found]
    return Screen(blocks=(line(text),), rows=(*rows, _back(entry, language, viewer)))


def _back(entry: Entry, language: str, viewer: Viewer) -> Row:
    return (press(viewer.words.text("Back to the entry"), actions.EditEntry(entry.id, language)),)


def _text(entry: Entry, language: str, target: Target) -> actions.EditText:
    return actions.EditText(entry.id, language, str(target))


def _part(walk: Walk, step: Step) -> str:
    return f"s.{walk.surface.value[0]}.{step.id}"


def _device(surface: Surface, viewer: Viewer) -> str:
    return device_words(surface.value, viewer.words)


def _dated(claim: Claim, viewer: Viewer) -> tuple[Span, ...]:
    return (
        claim.text,
        " ",
        viewer.words.text("(checked on {day})").format(day=viewer.words.day(claim.checked)),
    )


def _short(text: str) -> str:
    return text if len(text) <= _LABEL else text[: _LABEL - 1].rstrip() + "…"


__all__ = [
    "cannot_screen",
    "claim_screen",
    "claims_screen",
    "dates_screen",
    "edit_screen",
    "field_name",
    "file_screen",
    "gone_screen",
    "links_screen",
    "never_mind_screen",
    "no_entry_screen",
    "prompt_screen",
    "step_screen",
    "steps_screen",
    "titles_screen",
]
