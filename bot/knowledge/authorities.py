"""Data protection authorities: where a person complains, in which language, on which page.

They are data, not prose: names, languages and addresses are the same in every language of the bot. What has
to be said about one is a `Remark`, which the screens put into words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Remit(StrEnum):
    """For whom an authority is there."""

    ALL = "all"  # companies and public bodies of its place
    COMPANIES = "companies"  # companies alone
    PUBLIC = "public"  # public bodies of a German state alone
    FEDERAL = "federal"  # federal bodies, telephone and post companies (Germany)
    CHURCH = "church"
    BROADCASTING = "broadcasting"
    EU_BODIES = "eu-bodies"  # institutions of the EU, never a company


class English(StrEnum):
    """Whether a complaint in English is taken."""

    YES = "yes"
    POSSIBLE = "possible"
    NO = "no"
    UNKNOWN = "unknown"


class Remark(StrEnum):
    """What somebody who complains there must know beforehand."""

    E_SIGNATURE = "e-signature"  # an e-mail needs a qualified electronic signature
    LOGIN = "login"  # the form needs the country's electronic identity; post or e-mail go without
    LOGIN_OR_POST = "login-or-post"  # the same, and an e-mail is no way
    NO_EMAIL = "no-email"  # an e-mail is no formal complaint
    SIGNED = "signed"  # the complaint is signed
    NO_PHONE = "no-phone"
    OPEN_FILES = "open-files"  # what is sent there can become public
    COMPANY_FIRST = "company-first"  # expects that one has complained to the company
    REPORT = "report"  # takes reports, does not decide one's own case


@dataclass(frozen=True, slots=True)
class Authority:
    """One authority."""

    id: str
    place: str
    """The id of a country, `eu`, or a German state such as `de-by`."""
    name: str
    """In English."""
    own_name: str
    """As it calls itself."""
    remit: Remit
    languages: tuple[str, ...]
    """Codes of the languages in which it takes complaints; empty: any official language of the EU."""
    english: English
    sources: tuple[str, ...]
    checked: date
    url: str | None = None
    form: str | None = None
    """The page with its complaint form; None when we know none."""
    email: str | None = None
    remarks: tuple[Remark, ...] = ()


_FOR_COMPANIES = frozenset({Remit.ALL, Remit.COMPANIES})


def at_place(authorities: Iterable[Authority], place: str) -> Authority | None:
    """The authority for companies at `place` (a country or a German state), or None."""
    return next((one for one in authorities if one.place == place and one.remit in _FOR_COMPANIES), None)


def for_public_bodies(authorities: Iterable[Authority], state: str) -> Authority | None:
    """The authority for the public bodies of a German state, or None."""
    wanted = {Remit.ALL, Remit.PUBLIC}
    return next((one for one in authorities if one.place == state and one.remit in wanted), None)


def with_remit(authorities: Iterable[Authority], *remits: Remit) -> tuple[Authority, ...]:
    """All authorities that are there for one of `remits`, in their order."""
    return tuple(one for one in authorities if one.remit in remits)


def states(authorities: Iterable[Authority]) -> tuple[str, ...]:
    """The German states that have an authority, each once, in the order of their ids."""
    return tuple(sorted({one.place for one in authorities if one.place.startswith("de-")}))


def countries(authorities: Iterable[Authority]) -> tuple[str, ...]:
    """The countries that have one, Germany with its states, in the order of their ids."""
    return tuple(sorted({one.place for one in authorities if "-" not in one.place and one.place != "eu"}))
