"""Which data protection authority is one's own: by country, and in Germany by whom the complaint is about."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from bot.chat import actions
from bot.chat.blocks import Block, Button, Heading, Items, Link, Open, Screen, Span, Strong, line
from bot.chat.screens.rows import Row, home_row, packed, press
from bot.chat.screens.viewer import Viewer
from bot.chat.wording import N_, SOURCE_LANGUAGE
from bot.knowledge.authorities import (
    Authority,
    English,
    Remark,
    Remit,
    at_place,
    countries,
    for_public_bodies,
    states,
    with_remit,
)
from bot.knowledge.regions import chain

AUTHORITY = "gdpr.authority"
"""The entry under which the way to one's own authority begins."""

_PAGE = 12
"""Countries on one page."""


class About(StrEnum):
    """Whom a complaint in Germany is about."""

    ABROAD = "abroad"  # a company that sits outside Germany: one's own state counts
    SEAT = "seat"  # a company in Germany: the state where it sits counts
    PUBLIC = "public"  # a public body of a state or town
    FEDERAL = "federal"  # a federal body, a telephone or post company
    CHURCH = "church"  # a church or a broadcaster


_STATES = {
    "de-bb": N_("Brandenburg"),
    "de-be": N_("Berlin"),
    "de-bw": N_("Baden-Württemberg"),
    "de-by": N_("Bavaria"),
    "de-hb": N_("Bremen"),
    "de-he": N_("Hesse"),
    "de-hh": N_("Hamburg"),
    "de-mv": N_("Mecklenburg-Vorpommern"),
    "de-ni": N_("Lower Saxony"),
    "de-nw": N_("North Rhine-Westphalia"),
    "de-rp": N_("Rhineland-Palatinate"),
    "de-sh": N_("Schleswig-Holstein"),
    "de-sl": N_("Saarland"),
    "de-sn": N_("Saxony"),
    "de-st": N_("Saxony-Anhalt"),
    "de-th": N_("Thuringia"),
}


def own_country(viewer: Viewer) -> str:
    """The viewer's country, when it has an authority that we know; else ""."""
    known = countries(viewer.base.authorities)
    return next((one for one in chain(viewer.base, viewer.place) if one in known), "")


def authority_screen(viewer: Viewer, *, place: str = "", about: str = "", page: str = "0") -> Screen:
    """One authority, or the next question on the way to it; an unknown place begins anew."""
    authorities = viewer.base.authorities
    if place == "de" and about == About.FEDERAL:
        return _found(with_remit(authorities, Remit.FEDERAL)[:1], viewer, about=about)
    if place == "de" and about == About.CHURCH:
        return _others(with_remit(authorities, Remit.CHURCH, Remit.BROADCASTING), viewer)
    if place == "de" and states(authorities):
        return _which_state(viewer, About(about)) if about in set(About) else _about_whom(viewer)
    if place.startswith("de-") and about == About.PUBLIC:
        found = for_public_bodies(authorities, place)
    else:
        found = at_place(authorities, place)
    if found is None:
        return _countries(viewer, int(page) if page.isdecimal() else 0)
    return _found((found,), viewer, about=about)


def _countries(viewer: Viewer, page: int) -> Screen:
    _ = viewer.words.text
    known = (viewer.base.regions.get(code) for code in countries(viewer.base.authorities))
    named = _sorted((viewer.words.territory(one.id, one.name), one.id) for one in known if one)
    last = max(0, (len(named) - 1) // _PAGE)
    page = min(max(page, 0), last)
    shown = named[page * _PAGE : (page + 1) * _PAGE]
    choices: list[Button] = [press(name, actions.FindAuthority(code)) for name, code in shown]
    turn: list[Button] = []
    if page > 0:
        turn.append(press(_("Earlier"), actions.FindAuthority(page=str(page - 1))))
    if page < last:
        turn.append(press(_("Further"), actions.FindAuthority(page=str(page + 1))))
    return Screen(
        blocks=(
            line(_("In which country do you live?")),
            line(_("I ask for this one answer only and keep nothing of it.")),
        ),
        rows=(*packed(choices), *([tuple(turn)] if turn else []), _back_row(viewer)),
    )


def _sorted(named: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """By name, "Österreich" among those with O."""
    return sorted(named, key=lambda one: unicodedata.normalize("NFKD", one[0].casefold()))


def _about_whom(viewer: Viewer) -> Screen:
    _ = viewer.words.text
    choices = (
        (About.ABROAD, _("LinkedIn, Meta, Google, others abroad")),
        (About.SEAT, _("A company in Germany")),
        (About.FEDERAL, _("Telephone, post, a federal office")),
        (About.PUBLIC, _("A school, town or state office")),
        (About.CHURCH, _("A church or broadcaster")),
    )
    return Screen(
        blocks=(
            line(Strong(_("Whom is it about?"))),
            line(_("Germany has an authority for each state, and some besides.")),
        ),
        rows=(
            *((press(label, actions.FindAuthority("de", about)),) for about, label in choices),
            (press(_("Another country"), actions.FindAuthority()),),
            _back_row(viewer),
        ),
    )


def _which_state(viewer: Viewer, about: About) -> Screen:
    _ = viewer.words.text
    asked = {
        About.ABROAD: _("In which state do you live? Its authority takes your complaint."),
        About.SEAT: _("In which state does the company sit? Its imprint says so. That authority decides."),
        About.PUBLIC: _("In which state is the office?"),
    }
    named = _sorted((_(_STATES[code]), code) for code in states(viewer.base.authorities) if code in _STATES)
    choices: list[Button] = [press(name, actions.FindAuthority(code, about)) for name, code in named]
    back = press(_("Back"), actions.FindAuthority("de"))
    return Screen(
        blocks=(line(asked.get(about, asked[About.ABROAD])),),
        rows=(*packed(choices), (back, *home_row(viewer))),
    )


def _found(authorities: Iterable[Authority], viewer: Viewer, *, about: str) -> Screen:
    """One authority, with its languages, its form, and what becomes of a complaint about a company abroad."""
    _ = viewer.words.text
    authority = next(iter(authorities), None)
    if authority is None:
        return _countries(viewer, 0)
    blocks: list[Block] = [Heading(authority.name)]
    if viewer.words.code != SOURCE_LANGUAGE and _is_latin(authority.own_name):
        blocks = [Heading(authority.own_name)]
    elif authority.own_name != authority.name:
        blocks.append(line(authority.own_name))
    blocks.append(line(_languages(authority, viewer)))
    blocks += [line(_remarked(remark, viewer)) for remark in authority.remarks]
    if further := _further(authority, viewer, about):
        blocks.append(line(further))
    if not authority.form:
        blocks.append(line(_("I know no form of it; its page says how to complain.")))
    known = [viewer.base.sources[name] for name in authority.sources if name in viewer.base.sources]
    publishers = ", ".join(viewer.named(one.publisher) for one in known)
    listed = _("By {publishers}, as of {day}. If a page has moved, search for the name.")
    blocks.append(line(listed.format(publishers=publishers, day=viewer.words.day(authority.checked))))
    rows: list[Row] = []
    if authority.form:
        rows.append((Open(_("Complaint form"), authority.form),))
    if authority.url:
        rows.append((Open(_("Its page"), authority.url),))
    if complaint := viewer.entry("gdpr.complaint"):
        rows.append((press(viewer.label(complaint), actions.ShowEntry(complaint.id)),))
    rows.append((press(_("Another authority"), actions.FindAuthority()),))
    return Screen(blocks=tuple(blocks), rows=(*rows, _back_row(viewer)))


def _is_latin(text: str) -> bool:
    return all(ord(letter) < 0x250 or not letter.isalpha() for letter in text)


def _languages(authority: Authority, viewer: Viewer) -> str:
    _ = viewer.words.text
    names = ", ".join(viewer.words.language(code) for code in authority.languages)
    said = _("Languages: {names}.").format(names=names or _("any official language of the EU"))
    if "en" in authority.languages or not authority.languages:
        return said
    english = {
        English.YES: _("English is taken, too."),
        English.POSSIBLE: _("English is possible."),
        English.NO: _("English is not taken."),
        English.UNKNOWN: _("Whether English is taken we do not know."),
    }
    return f"{said} {english[authority.english]}"


def _remarked(remark: Remark, viewer: Viewer) -> str:
    _ = viewer.words.text
    return {
        Remark.E_SIGNATURE: _("An e-mail must bear a qualified electronic signature; a letter need not."),
        Remark.LOGIN: _(
            "The form needs the country's electronic identity; without it, write by e-mail or post."
        ),
        Remark.LOGIN_OR_POST: _(
            "The form needs the country's electronic identity; without it, use the post."
        ),
        Remark.NO_EMAIL: _("An e-mail is no formal complaint there: use its electronic inbox or the post."),
        Remark.SIGNED: _("The complaint must be signed."),
        Remark.NO_PHONE: _("It takes no complaints by telephone."),
        Remark.OPEN_FILES: _("What you send there can become public; leave out what nobody should read."),
        Remark.COMPANY_FIRST: _("Complain to the company first; the authority expects that."),
        Remark.REPORT: _("It takes a report, decides no single case and cannot fine a company."),
    }[remark]


def _further(authority: Authority, viewer: Viewer, about: str) -> str:
    """What becomes of a complaint about a company elsewhere; "" where there is nothing to say."""
    _ = viewer.words.text
    if authority.remit is Remit.FEDERAL:
        return _("For social networks it is not the right one: take that of your state.")
    if about == About.SEAT:
        return _("You may also write to the authority of your own state; it passes your complaint on.")
    if about == About.PUBLIC:
        return ""
    if authority.place == "ie":
        return _("It leads for LinkedIn, Meta, Google, Microsoft and others in all of Europe.")
    if "eu" in chain(viewer.base, authority.place):
        return _("A company in Ireland, such as LinkedIn or Meta? Write here all the same: it is passed on.")
    return ""


def _others(authorities: Iterable[Authority], viewer: Viewer) -> Screen:
    """Church and broadcasting authorities: they are few, so they are listed."""
    _ = viewer.words.text
    text = _("Churches and broadcasters have authorities of their own. They are not there for companies.")
    items: list[tuple[Span, ...]] = []
    for one in authorities:
        target = one.form or one.url
        items.append((Link(one.own_name, target),) if target else (f"{one.own_name}: {one.email}",))
    return Screen(
        blocks=(
            line(text),
            Items(tuple(items)),
        ),
        rows=((press(_("Back"), actions.FindAuthority("de")), *home_row(viewer)),),
    )


def _back_row(viewer: Viewer) -> Row:
    back = press(viewer.words.text("Back to the answer"), actions.ShowEntry(AUTHORITY))
    return (back, *home_row(viewer))
