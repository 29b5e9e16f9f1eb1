"""Secrets that a person types by mistake: recognised, never kept, never repeated.

A check sum where the format has one, a word nearby where it has none.
Asking about passwords is no secret, nor is a date, a telephone number or an order number.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum

from bot.matching.checksums import is_ahv, is_card_number, is_cpf, is_german_card, is_iban, is_luhn
from bot.matching.frequent import ENGLISH
from bot.matching.normalise import MAX_CHARACTERS

_TOKEN = re.compile(
    r"(?<![\w-])(?:\d{8,10}:[A-Za-z0-9_-]{35}|sk-(?:proj-|ant-)?[A-Za-z0-9_-]{20,}|gh[pousr]_[A-Za-z0-9]{30,}"
    r"|github_pat_[A-Za-z0-9_]{30,}|AKIA[0-9A-Z]{16}|xox[abprs]-[A-Za-z0-9-]{10,}|AIza[A-Za-z0-9_-]{30,}"
    r"|eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{5,})"
)
_CARD = re.compile(r"(?<![\d+-])\d(?:[ -]?\d){12,18}(?![\d-])")
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]){11,30}")

_IDENTITY_WORDS = re.compile(
    r"\b(?:ssn|social security|national insurance|nino|nhs|passport|id card|identity card|id number"
    r"|ausweis\w*|reisepass\w*|personalausweis\w*|steuer-?id\w*|steueridentifikationsnummer|tax id|tax number"
    r"|sin|social insurance|bsn|cpf|dni|codice fiscale|driver'?s? licen[cs]e)\b",
    re.IGNORECASE,
)
_SSN = re.compile(r"(?<![\w-])(\d{3})-(\d{2})-(\d{4})(?![\w-])")
_NINO = re.compile(r"(?<!\w)([A-Za-z]{2}) ?(\d{2}) ?(\d{2}) ?(\d{2}) ?([A-Da-d])(?!\w)")
_NO_NINO = frozenset({"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"})
_AHV = re.compile(r"(?<![\w.])756\.?\d{4}\.?\d{4}\.?\d{2}(?![\w.]\d)")
_CPF = re.compile(r"(?<![\w.])\d{3}\.\d{3}\.\d{3}-\d{2}(?!\w)")
_FISCALE = re.compile(r"(?<!\w)[A-Za-z]{6}\d{2}[A-EHLMPR-Ta-ehlmpr-t]\d{2}[A-Za-z]\d{3}[A-Za-z](?!\w)")
_DNI = re.compile(r"(?<!\w)(\d{8})-?([A-Za-z])(?!\w)")
_GERMAN_CARD = re.compile(r"(?<!\w)[CFGHJKLMNPRTVWXYZcfghjklmnprtvwxyz0-9]{9}\d?(?!\w)")
_NUMBER = re.compile(r"(?<![\w.:/-])\d(?:[ .-]?\d){7,14}(?![\w:/-])")

_CODE_WORDS = (
    r"(?:one[- ]?time (?:code|password)|verification code|login code|security code|confirmation code"
    r"|auth(?:entication)? code|sms code|2fa(?: code)?|otp|m?tan|pin(?: code| number)?|bestätigungscode"
    r"|bestaetigungscode|anmeldecode|sicherheitscode|code de v[ée]rification"
    r"|c[óo]digo de verificaci[óo]n|code)"
)
_SURELY_CODE = re.compile(
    r"otp|2fa|tan\b|verif|login|sms|one|best|anmelde|auth|confirm|security", re.IGNORECASE
)
_OTHER_CODE = re.compile(
    r"(?:zip|postal|post|area|country|dial\w*|error|status|qr|source|promo|discount|product|tax)[ -]?$",
    re.IGNORECASE,
)
_CODE_AFTER = re.compile(
    rf"\b{_CODE_WORDS}\b\s*(?:(?:is|was|ist|lautet|=|:|-|,|they sent|i got|me)\s*)*(?:G-)?"
    r"(\d{3}[ -]?\d{3}|\d{4,8})(?![\d./-]|\s?(?:years?|days?|%|eur|usd|people))",
    re.IGNORECASE,
)
_CODE_BEFORE = re.compile(
    rf"(?<![\d./-])(?:G-)?(\d{{3}}[ -]?\d{{3}}|\d{{4,8}})\s+(?:is|ist|was)\s+(?:my|mein|the|der|die|your)?\s*"
    rf"(?:[a-z]+\s+){{0,2}}{_CODE_WORDS}\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")

_NAMED_SO = (
    r"(?:password|passwort|kennwort|passcode|passphrase|pass|pwd|pw|mot de passe|contraseña|contrasena|senha"
    r"|wachtwoord|hasło|haslo)"
)
_PASSWORD = re.compile(
    r"(?:\b(?:my|our|mein|unser|mon|mi|minha|la mia|il mio)\s+(?:\w+\s+){0,3}?"
    rf"{_NAMED_SO}(?:\s+(?:for|to|on|at|of|in|für|bei|von|auf|zu)\s+\w+)?"
    r"\s*(?:(?:is|was|ist|lautet|est|es|é|:|=)\s*)+[\"'“”‘’]?"
    rf"|(?:^|[\n,;.!?(])\s*(?:\w+\s+)?{_NAMED_SO}\s*[:=]\s*[\"'“”‘’]?)(\S{{3,}})(.*)",
    re.IGNORECASE,
)
_SAYING = """
    not safe secure in on at wrong used stored stolen leaked hacked being too very so also still same weak
    strong old new gone lost known shared saved visible exposed compromised incorrect forgotten the a an my it
    that this what where why how or and nicht sicher falsch weg bekannt gestohlen gehackt zu schwach das ein
    eine public private encrypted needed required asked changed reset correct enough part among training train
    read
"""
_ABOUT = frozenset(_SAYING.split())


class Secret(StrEnum):
    """What was typed."""

    PASSWORD = "password"  # noqa: S105 the kind, not a secret
    CODE = "code"
    CARD = "card"
    IDENTITY = "identity"
    TOKEN = "token"  # noqa: S105 the kind, not a secret


def find_secret(question: str) -> Secret | None:
    """The kind of secret that `question` holds, or None. Never says or keeps which it is."""
    text = question[:MAX_CHARACTERS]
    checks: tuple[tuple[Secret, Callable[[str], bool]], ...] = (
        (Secret.TOKEN, lambda text: _TOKEN.search(text) is not None),
        (Secret.CARD, _has_card),
        (Secret.IDENTITY, _has_identity),
        (Secret.PASSWORD, _has_password),
        (Secret.CODE, _has_code),
    )
    return next((secret for secret, holds in checks if holds(text)), None)


def _has_card(text: str) -> bool:
    cards = (re.sub(r"\D", "", found.group()) for found in _CARD.finditer(text))
    if any(is_card_number(digits) and is_luhn(digits) for digits in cards):
        return True
    return any(is_iban(found.group()) for found in _IBAN.finditer(text))


def _has_identity(text: str) -> bool:
    for area, group, serial in _SSN.findall(text):
        if area not in {"000", "666"} and area[0] != "9" and group != "00" and serial != "0000":
            return True
    for prefix, *_ in _NINO.findall(text):
        pair = prefix.upper()
        if pair[0] not in "DFIQUV" and pair[1] not in "DFIOQUV" and pair not in _NO_NINO:
            return True
    if any(is_ahv(re.sub(r"\D", "", found)) for found in _AHV.findall(text)):
        return True
    if any(is_cpf(re.sub(r"\D", "", found)) for found in _CPF.findall(text)) or _FISCALE.search(text):
        return True
    if any(
        "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23] == letter.upper() for number, letter in _DNI.findall(text)
    ):
        return True
    cards = [found.upper() for found in _GERMAN_CARD.findall(text) if len(found) == 10]
    if any(is_german_card(card) and not card.isdigit() for card in cards):
        return True
    if not _IDENTITY_WORDS.search(text):
        return False
    return any(_is_document(found) for found in _GERMAN_CARD.findall(text)) or any(
        not _looks_like_date(found.group()) for found in _NUMBER.finditer(text)
    )


def _is_document(found: str) -> bool:
    return sum(c.isdigit() for c in found) >= 4 and any(c.isalpha() for c in found)


def _looks_like_date(text: str) -> bool:
    parts = re.split(r"\D", text)
    return len(parts) == 3 and any(_YEAR.fullmatch(part) for part in parts)


def _has_code(text: str) -> bool:
    for pattern in (_CODE_AFTER, _CODE_BEFORE):
        for found in pattern.finditer(text):
            if _OTHER_CODE.search(text[: found.start()]):
                continue
            digits = re.sub(r"\D", "", found.group(1))
            if _SURELY_CODE.search(found.group()) or not _YEAR.fullmatch(digits):
                return True
    return False


def _has_password(text: str) -> bool:
    """A password after "my password is"; a plain word counts unless it goes on like a sentence about it."""
    for found in _PASSWORD.finditer(text):
        value = found.group(1).strip("\"'“”‘’.,;!?)")
        plain = value.casefold()
        if len(value) < 3 or plain in _ABOUT:
            continue
        mixed = not value.isalpha() or not (value.islower() or value.istitle())
        goes_on = found.group(2).strip(" .!?") != ""
        if mixed or not (goes_on and plain in ENGLISH):
            return True
    return False
