"""Who is an editor: list, one of them, invitation, and what an editor is told on the first day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.chat import editing_actions as actions
from bot.chat.blocks import Block, Button, Code, Heading, Items, Open, Screen, Span, Strong, line
from bot.chat.screens.rows import Row, home_row, packed, press
from bot.chat.screens.viewer import Viewer
from bot.editing.people import Change, Changed, Invitation, Person
from bot.editing.roles import Role


@dataclass(frozen=True, slots=True)
class Shown:
    """An editor with what only owners see.

    Attributes:
        person: who.
        telegram_id: for /editors remove; None when it is not known.
    """

    person: Person
    telegram_id: int | None


def role_name(role: Role, viewer: Viewer) -> str:
    """A role in the reader's language."""
    _ = viewer.words.text
    return {
        Role.AUTHOR: _("author"),
        Role.REVIEWER: _("reviewer"),
        Role.PUBLISHER: _("publisher"),
        Role.OWNER: _("owner"),
    }[role]


def _what(role: Role, viewer: Viewer) -> str:
    _ = viewer.words.text
    return {
        Role.AUTHOR: _("You can propose changes with /edit and see what waits with /queue."),
        Role.REVIEWER: _("You can propose changes, and approve what others propose: /queue shows it."),
        Role.PUBLISHER: _("You can propose, approve and publish changes, and go back to older ones: /queue."),
        Role.OWNER: _("You can do everything here, and say who is an editor: /editors."),
    }[role]


def editors_screen(people: Sequence[Shown], viewer: Viewer, *, note: str = "") -> Screen:
    """All editors, for owners."""
    _ = viewer.words.text
    items: list[tuple[Span, ...]] = []
    buttons: list[Button] = []
    for shown in people:
        person = shown.person
        spans: list[Span] = [Strong(_name(person, viewer)), ": ", role_name(person.role, viewer)]
        if person.by_settings is not None:
            spans.append(_(", by the settings"))
        if shown.telegram_id is not None:
            spans += [", ", Code(str(shown.telegram_id))]
        items.append(tuple(spans))
        if person.number is not None:
            buttons.append(press(_name(person, viewer), actions.ShowEditor(str(person.number))))
    blocks: list[Block] = [line(note)] if note else []
    blocks += [Heading(_("Editors")), Items(tuple(items))]
    blocks.append(
        line(
            _(
                "By command: /editors add ID ROLE, /editors role ID ROLE, /editors remove ID, "
                "/editors invite ROLE"
            )
        )
    )
    rows = (*packed(buttons, across=3), (press(_("Invite somebody"), actions.Invite()),), home_row(viewer))
    return Screen(blocks=tuple(blocks), rows=rows)


def editor_screen(shown: Shown, viewer: Viewer, *, note: str = "") -> Screen:
    """One editor, with what can be changed."""
    _ = viewer.words.text
    person = shown.person
    blocks: list[Block] = [line(note)] if note else []
    blocks.append(Heading(_name(person, viewer)))
    blocks.append(line(_("Role: {role}.").format(role=role_name(person.role, viewer))))
    if person.by_settings is not None:
        blocks.append(
            line(_("The operator's settings name this editor; only the operator can take that back."))
        )
    elif person.since is not None:
        blocks.append(line(_("Added on {day}.").format(day=viewer.words.day(person.since.date()))))
    if shown.telegram_id is not None:
        blocks.append(line(_("Telegram number: "), Code(str(shown.telegram_id))))
    number = str(person.number)
    roles: list[Button] = [
        press(role_name(role, viewer).capitalize(), actions.SetRole(number, role.value))
        for role in Role
        if role is not person.role and (person.by_settings is None or role.rank >= person.by_settings.rank)
    ]
    rows: list[Row] = [*packed(roles, across=3)]
    if person.by_settings is None:
        rows.append((press(_("Remove"), actions.RemoveEditor(number, "ask")),))
    rows.append((press(_("All editors"), actions.ShowEditors()),))
    return Screen(blocks=tuple(blocks), rows=tuple(rows))


def remove_screen(person: Person, viewer: Viewer) -> Screen:
    """Asks before an editor is removed."""
    _ = viewer.words.text
    number = str(person.number)
    text = _("Remove {name} ({role})? The rights end at once, also in what is being edited now.")
    return Screen(
        blocks=(line(text.format(name=_name(person, viewer), role=role_name(person.role, viewer))),),
        rows=(
            (
                press(_("Yes, remove"), actions.RemoveEditor(number, "yes")),
                press(_("No"), actions.ShowEditor(number)),
            ),
        ),
    )


def changed_words(changed: Changed, viewer: Viewer) -> str:
    """What became of a change, in a sentence."""
    _ = viewer.words.text
    person = changed.person
    name = _name(person, viewer) if person else ""
    role = role_name(person.role, viewer) if person else ""
    match changed.change:
        case Change.DONE:
            return _("Done: {name} is {role} now.").format(name=name, role=role)
        case Change.SAME:
            return _("Nothing to do: {name} is {role} already.").format(name=name, role=role)
        case Change.REPEATED:
            return _("That was done before. This is how it stands now.")
        case Change.UNKNOWN:
            return _("There is no such editor. Nothing was changed.")
        case Change.LAST_OWNER:
            return _("Not possible: this is the last owner. Make somebody else an owner first.")
        case Change.FROM_SETTINGS:
            return _(
                "Not possible from here: the operator's settings give this role (ADVISOR_EDITORS, "
                "ADVISOR_OWNERS). Only the operator can take it away, there."
            )
        case Change.FULL:
            return _("Too many invitations are waiting. One must be taken or end first, after 24 hours.")


def removed_words(person: Person, viewer: Viewer) -> str:
    """That an editor was removed."""
    text = viewer.words.text("Done: {name} is no editor any more, from this moment.")
    return text.format(name=_name(person, viewer))


def invite_screen(viewer: Viewer, *, note: str = "") -> Screen:
    """The choice of a role for somebody who is to be invited."""
    _ = viewer.words.text
    blocks: list[Block] = [line(note)] if note else []
    blocks.append(line(_("As what? Each role may do all that the ones before it may.")))
    roles: list[Button] = [
        press(role_name(role, viewer).capitalize(), actions.Invite(role.value)) for role in Role
    ]
    return Screen(
        blocks=tuple(blocks), rows=(*packed(roles), (press(_("All editors"), actions.ShowEditors()),))
    )


def invited_screen(invitation: Invitation, viewer: Viewer) -> Screen:
    """The link, which is shown this once."""
    _ = viewer.words.text
    link = f"https://t.me/{viewer.bot_name}?start={invitation.token}"
    text = _(
        "Send this link to the person who is to be {role}. It works once, for 24 hours, "
        "for whoever taps it first."
    )
    return Screen(
        blocks=(
            line(text.format(role=role_name(invitation.role, viewer))),
            line(Code(link)),
            line(_("I keep no copy of it. If it is lost, make another.")),
        ),
        rows=(
            (Open(_("Open the link"), link),),
            (press(_("All editors"), actions.ShowEditors()),),
        ),
    )


def welcome_screen(role: Role, viewer: Viewer) -> Screen:
    """What somebody is told who took an invitation."""
    _ = viewer.words.text
    return Screen(
        blocks=(
            line(_("Welcome: you are {role} now.").format(role=role_name(role, viewer))),
            line(_what(role, viewer)),
            line(
                _(
                    "The owners see your Telegram number, and what you change is noted. "
                    "/forget ends the role and erases that number."
                )
            ),
        ),
        rows=((press(_("What waits"), actions.ShowQueue()),), home_row(viewer)),
    )


def usage_screen(viewer: Viewer) -> Screen:
    """How /editors is used."""
    _ = viewer.words.text
    return Screen(
        blocks=(
            line(_("I did not understand that. Roles are: author, reviewer, publisher, owner. For example:")),
            Items(
                (
                    (Code("/editors invite reviewer"),),
                    (Code("/editors add 123456789 author"),),
                    (Code("/editors role 123456789 publisher"),),
                    (Code("/editors remove 123456789"),),
                )
            ),
            line(_("The number is the person's Telegram id; /editors lists those of all editors.")),
        ),
        rows=((press(_("All editors"), actions.ShowEditors()),),),
    )


def _name(person: Person, viewer: Viewer) -> str:
    if person.number is None:
        return viewer.words.text("An editor who has not written yet")
    return viewer.words.text("Editor {number}").format(number=person.number)


def note_screen(note: str, viewer: Viewer) -> Screen:
    """A sentence for somebody who has no list to go back to any more."""
    return Screen(blocks=(line(note),), rows=(home_row(viewer),))
