"""/editors: who is one, and invitations; for owners."""

from __future__ import annotations

from telegram import CallbackQuery

from bot.chat import editing_actions as actions
from bot.chat.blocks import Screen
from bot.chat.handlers.services import Exchange
from bot.chat.screens.editing import people as screens
from bot.chat.screens.editing.people import Shown
from bot.editing.people import Change, Changed, Invitation, Person
from bot.editing.roles import Actor, Role

_HIGHEST_ID = 2**52


async def editors_command(exchange: Exchange, actor: Actor, text: str) -> Screen:
    """/editors, /editors invite ROLE, /editors add ID ROLE, /editors role ID ROLE, /editors remove ID."""
    staff, by, ref = exchange.services.office.staff, exchange.user.id, exchange.ref
    match text.casefold().split():
        case [] | ["list"]:
            return await _list(exchange)
        case ["invite"]:
            return screens.invite_screen(exchange.viewer)
        case ["invite", role] if role in set(Role):
            return await _invite(exchange, Role(role))
        case ["add", number, role] if role in set(Role) and (who := _id(number)):
            return await _changed(exchange, await staff.add(by, who, Role(role), ref=ref))
        case ["role", number, role] if role in set(Role) and (who := _id(number)):
            return await _changed(exchange, await staff.set_role(by, Role(role), ref=ref, telegram_id=who))
        case ["remove", number] if who := _id(number):
            return await _removed(exchange, await staff.remove(by, ref=ref, telegram_id=who))
        case _:
            return screens.usage_screen(exchange.viewer)


async def on_people(
    exchange: Exchange, actor: Actor, query: CallbackQuery, action: actions.OfEditors
) -> Screen | None:
    """Buttons about editors; None for all others."""
    staff, by, ref = exchange.services.office.staff, exchange.user.id, exchange.ref
    match action:
        case actions.ShowEditors():
            return await _list(exchange)
        case actions.Invite(""):
            await staff.list(by)  # which asks for the right
            return screens.invite_screen(exchange.viewer)
        case actions.Invite(role) if role in set(Role):
            return await _invite(exchange, Role(role))
        case actions.ShowEditor(number) | actions.RemoveEditor(number, "ask"):
            person = await staff.show(by, _number(number))
            if person is None:
                return await _list(exchange, screens.changed_words(Changed(Change.UNKNOWN), exchange.viewer))
            if isinstance(action, actions.RemoveEditor):
                return screens.remove_screen(person, exchange.viewer)
            return screens.editor_screen(_shown(exchange, person), exchange.viewer)
        case actions.RemoveEditor(number, "yes"):
            return await _removed(exchange, await staff.remove(by, ref=ref, number=_number(number)))
        case actions.SetRole(number, role) if role in set(Role):
            changed = await staff.set_role(by, Role(role), ref=ref, number=_number(number))
            return await _changed(exchange, changed)
        case _:
            return None


async def took_invitation(exchange: Exchange, token: str) -> Screen | None:
    """The welcome of somebody who came by an invitation; None when it is none, which looks like any link."""
    message = exchange.update.message
    if not exchange.viewer.private or message is None or message.forward_origin is not None:
        return None
    office = exchange.services.office
    actor = await office.invitations.accept(exchange.user.id, token, ref=exchange.ref)
    if actor is None:
        return None
    await office.staff.welcome(exchange.user.id)
    return screens.welcome_screen(actor.role, exchange.viewer)


async def _list(exchange: Exchange, note: str = "") -> Screen:
    people = await exchange.services.office.staff.list(exchange.user.id)
    return screens.editors_screen([_shown(exchange, one) for one in people], exchange.viewer, note=note)


async def _invite(exchange: Exchange, role: Role) -> Screen:
    made = await exchange.services.office.invitations.invite(exchange.user.id, role, ref=exchange.ref)
    if isinstance(made, Invitation):
        return screens.invited_screen(made, exchange.viewer)
    if made.change is Change.REPEATED:
        note = exchange.viewer.words.text("That link was made before and is shown only once. Make a new one.")
    else:
        note = screens.changed_words(made, exchange.viewer)
    return screens.invite_screen(exchange.viewer, note=note)


async def _changed(exchange: Exchange, changed: Changed) -> Screen:
    words = screens.changed_words(changed, exchange.viewer)
    if changed.person is None or changed.person.number is None:
        return await _list(exchange, words)
    still_owner = await exchange.services.office.editors.actor(exchange.user.id)
    if still_owner is None or still_owner.role is not Role.OWNER:  # gave up the role just now
        return screens.note_screen(words, exchange.viewer)
    return screens.editor_screen(_shown(exchange, changed.person), exchange.viewer, note=words)


async def _removed(exchange: Exchange, changed: Changed) -> Screen:
    if changed.change is not Change.DONE or changed.person is None:
        return await _changed(exchange, changed)
    words = screens.removed_words(changed.person, exchange.viewer)
    if changed.person.member_id == exchange.services.office.editors.identity.member_id(exchange.user.id):
        return screens.note_screen(words, exchange.viewer)
    return await _list(exchange, words)


def _shown(exchange: Exchange, person: Person) -> Shown:
    return Shown(person, exchange.services.office.staff.telegram_id(person))


def _id(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and 0 < int(text) < _HIGHEST_ID else None


def _number(text: str) -> int:
    """A number out of a button; 0, which nobody has, for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
