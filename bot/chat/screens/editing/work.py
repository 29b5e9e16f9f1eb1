"""The work list of editors: parts with their counts, a part page by page, one question, the weekly digest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.chat import actions as common
from bot.chat import editing_actions as actions
from bot.chat.blocks import Block, Button, Code, Heading, Items, Preformatted, Screen, Span, Strong, line
from bot.chat.proposal_actions import OnProposal
from bot.chat.screens.rows import Row, home_row, packed, press
from bot.chat.screens.viewer import Viewer
from bot.editing.work import Answering, Clash, Item, Part, Question
from bot.knowledge.model import Entry

PER_PAGE = 8
"""Lines of a part on one screen."""
_EXCERPT = 1500
"""Signs of each text of a conflict."""


def part_name(part: Part, viewer: Viewer) -> str:
    """A part as a heading."""
    _ = viewer.words.text
    return {
        Part.PROPOSALS: _("Proposals waiting"),
        Part.CONFLICTS: _("Merge conflicts"),
        Part.QUESTIONS: _("Questions from members"),
        Part.DIFFERENT: _("Steps that look different"),
        Part.ON_AGAIN: _("On again"),
        Part.DUE: _("Due for a check"),
        Part.STALE: _("Old translations"),
        Part.UNCLEAR: _("Not or hardly understood"),
        Part.PHRASES: _("Perhaps new phrasings"),
    }[part]


def _about(part: Part, viewer: Viewer) -> str:
    _ = viewer.words.text
    return {
        Part.PROPOSALS: _("Changes that somebody must approve, publish or settle."),
        Part.CONFLICTS: _("A new release and the chat changed the same text; the chat's was kept."),
        Part.QUESTIONS: _("Sent by a tap, names and numbers taken out. Who asked is not shown."),
        Part.DIFFERENT: _("How many members said so in the last two weeks."),
        Part.ON_AGAIN: _("How often a setting was found on again in the last 30 days."),
        Part.DUE: _("Days since the oldest part was compared with its sources."),
        Part.STALE: _("The English text has changed since."),
        Part.UNCLEAR: _("Per nearest entry in 30 days: refused, doubtful, not what was meant. No texts."),
        Part.PHRASES: _("Open questions that came near an entry: perhaps another way to ask for it."),
    }[part]


def queue_screen(counts: Mapping[Part, int], viewer: Viewer, *, digest: bool) -> Screen:
    """Everything that waits, in numbers, with a button into each part.

    Args:
        counts: how much waits of each part.
        viewer: the editor.
        digest: whether the weekly digest is on.
    """
    _ = viewer.words.text
    waiting = [(part, counts[part]) for part in Part if counts.get(part)]
    items = tuple((f"{part_name(part, viewer)}: ", Strong(str(number))) for part, number in waiting)
    blocks: list[Block] = [Heading(_("What waits"))]
    blocks.append(Items(items) if items else line(_("Nothing. All is checked, answered and approved.")))
    buttons: list[Button] = [
        press(f"{part_name(part, viewer)} ({number})", actions.ShowQueue(part.value))
        for part, number in waiting
    ]
    label = _("Stop the weekly digest") if digest else _("Send me a weekly digest")
    switch = press(label, actions.SetDigest("off" if digest else "on"))
    return Screen(
        blocks=tuple(blocks),
        rows=(*packed(buttons), (press(_("Numbers"), actions.ShowStats()),), (switch,), home_row(viewer)),
    )


def part_screen(part: Part, items: Sequence[Item], viewer: Viewer, *, page: int) -> Screen:
    """One part, `PER_PAGE` lines at a time."""
    _ = viewer.words.text
    pages = max(1, -(-len(items) // PER_PAGE))
    page = min(max(page, 0), pages - 1)
    shown = items[page * PER_PAGE : (page + 1) * PER_PAGE]
    title = f"{part_name(part, viewer)} ({len(items)})"
    blocks: list[Block] = [Heading(title), line(_about(part, viewer))]
    if not shown:
        blocks.append(line(_("Nothing waits here.")))
    else:
        blocks.append(Items(tuple(_line(part, item, viewer) for item in shown)))
    if pages > 1:
        blocks.append(line(_("Page {page} of {pages}.").format(page=page + 1, pages=pages)))
    buttons = [button for item in shown if (button := _button(part, item, viewer))]
    turns: list[Button] = []
    if page:
        turns.append(press(_("Back"), actions.ShowQueue(part.value, str(page - 1))))
    if page < pages - 1:
        turns.append(press(_("More"), actions.ShowQueue(part.value, str(page + 1))))
    rows: list[Row] = [*packed(list(dict.fromkeys(buttons)))]
    rows += [tuple(turns)] if turns else []
    rows.append((press(_("What waits"), actions.ShowQueue()),))
    return Screen(blocks=tuple(blocks), rows=tuple(rows))


def _line(part: Part, item: Item, viewer: Viewer) -> tuple[Span, ...]:
    _ = viewer.words.text
    match part:
        case Part.PROPOSALS:
            return (_("Proposal {number}").format(number=item.subject), f": {_state(item.extra, viewer)}")
        case Part.CONFLICTS:
            return (_("Conflict {number}").format(number=item.subject), ": ", Code(item.extra))
        case Part.QUESTIONS:
            near = _(", near {entry}").format(entry=item.extra) if item.extra else ""
            ago = viewer.words.count("{number} day old", "{number} days old", item.days or 0)
            return (_("Question {number}").format(number=item.subject), f": {ago}{near}")
        case Part.DIFFERENT:
            return (Code(item.subject), f", {item.extra}: {_few(item.count)}")
        case Part.UNCLEAR:
            refused, doubtful, unhelpful = ([*item.extra.split(), "0", "0", "0"])[:3]
            numbers = f"{_few(int(refused))} / {_few(int(doubtful))} / {_few(int(unhelpful))}"
            return (Code(item.subject), f": {numbers}")
        case Part.DUE:
            days = viewer.words.count("{number} day", "{number} days", item.days or 0)
            return (Code(item.subject), f": {days}")
        case Part.STALE:
            return (Code(item.subject), f": {item.extra}")
        case _:
            return (Code(item.subject), f": {_few(item.count)}")


def _few(number: int) -> str:
    """Small numbers are not told exactly: behind one there may be one person."""
    return str(number) if number >= 5 or number == 0 else "<5"


def _state(state: str, viewer: Viewer) -> str:
    _ = viewer.words.text
    return {
        "open": _("waits for a review"),
        "approved": _("approved, waits to be published"),
        "conflicting": _("conflicts with a newer revision"),
    }.get(state, state)


def _button(part: Part, item: Item, viewer: Viewer) -> Button | None:
    _ = viewer.words.text
    if part is Part.QUESTIONS:
        label = _("Question {number}").format(number=item.subject)
        return press(label, actions.ShowQuestion(item.subject))
    if part is Part.PROPOSALS:
        label = _("Proposal {number}").format(number=item.subject)
        return press(label, OnProposal(item.subject, "show"))
    if part is Part.CONFLICTS:
        label = _("Conflict {number}").format(number=item.subject)
        return press(label, actions.ShowConflict(item.subject))
    entry = viewer.entry(item.subject)
    return press(viewer.label(entry), common.ShowEntry(entry.id)) if entry else None


def question_screen(
    question: Question | None, nearest: Sequence[Entry], viewer: Viewer, *, note: str = ""
) -> Screen:
    """One question with what can be done about it."""
    _ = viewer.words.text
    back = (press(_("Questions from members"), actions.ShowQueue(Part.QUESTIONS.value)),)
    if question is None:
        text = _("That question is not open any more: it was answered, closed, erased or too old.")
        return Screen(blocks=(line(text),), rows=(back,))
    blocks: list[Block] = [line(note)] if note else []
    blocks.append(Heading(_("Question {number}").format(number=question.number)))
    if question.text is None:
        blocks.append(line(_("Its text cannot be opened with the key of today.")))
    else:
        blocks.append(Preformatted(question.text))
    asked = _("Sent on {day}, language: {language}.")
    blocks.append(
        line(asked.format(day=viewer.words.day(question.made_at.date()), language=question.language))
    )
    if question.entry:
        blocks.append(line(_("Waits until this is published: "), Code(question.entry)))
    command = f"/queue {question.number} ENTRY"
    blocks.append(line(_("It is answered by one of these, or by any other: "), Code(command)))
    number = str(question.number)
    found: list[Button] = [
        press(viewer.label(entry), actions.AnswerQuestion(number, entry.id)) for entry in nearest
    ]
    rows = [
        *packed(found),
        (press(_("Close without an answer"), actions.CloseQuestion(number, "ask")),),
        back,
    ]
    return Screen(blocks=tuple(blocks), rows=tuple(rows))


def when_screen(question: Question, entry: Entry, viewer: Viewer) -> Screen:
    """Asks whether the entry answers already, or will once it is changed."""
    _ = viewer.words.text
    number = str(question.number)
    text = _("Question {number} is answered by: {title}").format(number=number, title=entry.title)
    return Screen(
        blocks=(
            line(text),
            line(
                _("If it is another way to ask for this, add it as a phrasing: "), Code(f"/edit {entry.id}")
            ),
        ),
        rows=(
            (press(_("Yes: tell the member now"), actions.AnswerQuestion(number, entry.id, "now")),),
            (press(_("Tell when it is next published"), actions.AnswerQuestion(number, entry.id, "later")),),
            (press(_("Back"), actions.ShowQuestion(number)),),
        ),
    )


def close_screen(number: str, viewer: Viewer) -> Screen:
    """Asks before a question is closed."""
    _ = viewer.words.text
    return Screen(
        blocks=(
            line(
                _("Close question {number}? Its text is erased, and the member hears nothing.").format(
                    number=number
                )
            ),
        ),
        rows=(
            (
                press(_("Yes, close"), actions.CloseQuestion(number, "yes")),
                press(_("No"), actions.ShowQuestion(number)),
            ),
        ),
    )


def settled_screen(
    outcome: Answering, viewer: Viewer, *, later: bool = False, closed: bool = False
) -> Screen:
    """What became of an answer."""
    _ = viewer.words.text
    if outcome is Answering.GONE:
        text = _("That question is not open any more: it was answered, closed, erased or too old.")
    elif outcome is Answering.REPEATED:
        text = _("That was done before. This is how it stands now.")
    elif closed:
        text = _("Closed. Its text is erased.")
    elif later:
        text = _("Noted: the member is told when that entry is next published.")
    else:
        text = _("Done: the member is told now. The text is erased.")
    return Screen(
        blocks=(line(text),),
        rows=(
            (press(_("Questions from members"), actions.ShowQueue(Part.QUESTIONS.value)),),
            (press(_("What waits"), actions.ShowQueue()),),
        ),
    )


def conflict_screen(clash: Clash | None, viewer: Viewer, *, settled: bool = False) -> Screen:
    """Both texts of a conflict; None for one that somebody is done with."""
    _ = viewer.words.text
    back = (press(_("Merge conflicts"), actions.ShowQueue(Part.CONFLICTS.value)),)
    if clash is None:
        text = (
            _("Settled. It is off the list.")
            if settled
            else _("Somebody is done with that conflict already.")
        )
        return Screen(blocks=(line(text),), rows=(back,))
    blocks: list[Block] = [
        Heading(_("Conflict {number}").format(number=clash.number)),
        line(Code(clash.block), ", ", Code(clash.path)),
        line(_("In force, from the chat:")),
        Preformatted(_excerpt(clash.ours, viewer)),
        line(_("In the new release, not taken:")),
        Preformatted(_excerpt(clash.theirs, viewer)),
        line(_("To take something from it, propose it: "), Code(f"/edit {clash.block}")),
    ]
    number = str(clash.number)
    rows = ((press(_("Done with it"), actions.SettleConflict(number)),), back)
    return Screen(blocks=tuple(blocks), rows=rows)


def _excerpt(text: str | None, viewer: Viewer) -> str:
    """At most so much that both texts fit into one message."""
    if text is None:
        return viewer.words.text("(deleted)")
    return text if len(text) <= _EXCERPT else text[:_EXCERPT].rstrip() + " …"


def digest_screen(counts: Mapping[Part, int], viewer: Viewer, *, repeat: bool) -> Screen:
    """The weekly message to an editor."""
    _ = viewer.words.text
    waiting = [(part, counts[part]) for part in Part if counts.get(part)]
    items = tuple((f"{part_name(part, viewer)}: ", Strong(str(number))) for part, number in waiting)
    blocks: list[Block] = [line(_("Good morning. This waits for the editors:")), Items(items)]
    if repeat:
        blocks.append(line(_("(This may be a repeat: I was interrupted.)")))
    return Screen(
        blocks=tuple(blocks),
        rows=(
            (press(_("What waits"), actions.ShowQueue()),),
            (press(_("Stop the weekly digest"), actions.SetDigest("off")),),
        ),
    )


def digest_set_screen(viewer: Viewer, *, on: bool) -> Screen:
    """The digest was turned on or off."""
    _ = viewer.words.text
    text = (
        _("All right: on Monday mornings I tell you what waits.")
        if on
        else _("All right, no weekly digest. /queue shows what waits, and turns it on again.")
    )
    return Screen(blocks=(line(text),), rows=((press(_("What waits"), actions.ShowQueue()),),))
