"""Secrets that a person types by mistake: recognised, never kept, never repeated.

A check sum where the format has one, a word nearby where it has none (`research/safety_and_minors.md` §7).
Asking about passwords is no secret, nor is a date, a telephone number or an order number.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum

from bot.matching.normalise import MAX_CHARACTERS

_TOKEN = re.compile(
    r"(?<![\w-])(?:\d{8,10}:[A-Za-z0-9_-]{35}|sk-(?:proj-|ant-)?[A-Za-z0-9_-]{20,}|gh[pousr]_[A-Za-z0-9]{30,}"
    r"|github_pat_[A-Za-z0-9_]{30,}|AKIA[0-9A-Z]{16}|xox[abprs]-[A-Za-z0-9-]{10,}|AIza[A-Za-z0-9_-]{30,}"
    r"|eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{5,})"
)
_CARD = re.compile(r"(?<![\d-])\d(?:[ -]?\d){12,18}(?![\d-])")
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]){11,30}")
_IBAN_LENGTHS = {
    "AT": 20, "BE": 16, "BG": 22, "BR": 29, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20,
    "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27,
    "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24,
    "SE": 24, "SI": 19, "SK": 24,
}  # fmt: skip

_IDENTITY_WORDS = re.compile(
    r"\b(?:ssn|social security|national insurance|nino|nhs|passport|id card|identity card|id number|ausweis\w*"
    r"|reisepass\w*|personalausweis\w*|steuer-?id\w*|steueridentifikationsnummer|tax id|tax number|sin"
    r"|social insurance|bsn|cpf|dni|codice fiscale|driver'?s? licen[cs]e)\b",
    re.IGNORECASE,
)
_SSN = re.compile(r"(?<![\w-])(\d{3})-(\d{2})-(\d{4})(?![\w-])")
_NINO = re.compile(r"(?<!\w)([A-Za-z]{2}) ?(\d{2}) ?(\d{2}) ?(\d{2}) ?([A-Da-d])(?!\w)")
_AHV = re.compile(r"(?<![\w.])756\.?\d{4}\.?\d{4}\.?\d{2}(?![\w.]\d)")
_CPF = re.compile(r"(?<![\w.])\d{3}\.\d{3}\.\d{3}-\d{2}(?!\w)")
_FISCALE = re.compile(r"(?<!\w)[A-Za-z]{6}\d{2}[A-EHLMPR-Ta-ehlmpr-t]\d{2}[A-Za-z]\d{3}[A-Za-z](?!\w)")
_DNI = re.compile(r"(?<!\w)(\d{8})-?([A-Za-z])(?!\w)")
_GERMAN_CARD = re.compile(r"(?<!\w)[CFGHJKLMNPRTVWXYZcfghjklmnprtvwxyz0-9]{9}\d?(?!\w)")
_NUMBER = re.compile(r"(?<![\w.:/-])\d(?:[ .-]?\d){7,14}(?![\w:/-])")

_CODE_WORDS = (
    r"(?:one[- ]?time (?:code|password)|verification code|login code|security code|confirmation code|auth(?:entication)? "
    r"code|sms code|2fa(?: code)?|otp|m?tan|pin(?: code| number)?|bestätigungscode|bestaetigungscode|anmeldecode"
    r"|sicherheitscode|code de v[ée]rification|c[óo]digo de verificaci[óo]n|my code|mein code|the code|der code|code)"
)
_CODE_AFTER = re.compile(
    rf"\b{_CODE_WORDS}\b\s*(?:is|was|ist|lautet|=|:|-|,|they sent(?: me)?|i got(?: is)?)*\s*(?:G-)?"
    r"(\d{3}[ -]?\d{3}|\d{4,8})(?![\d./-]|\s?(?:years?|days?|%|eur|usd|people))",
    re.IGNORECASE,
)
_CODE_BEFORE = re.compile(
    rf"(?<![\d./-])(?:G-)?(\d{{3}}[ -]?\d{{3}}|\d{{4,8}})\s+(?:is|ist|was)\s+(?:my|mein|the|der|die|your)?\s*"
    rf"(?:[a-z]+\s+){{0,2}}{_CODE_WORDS}\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")

_PASSWORD = re.compile(
    r"(?:\b(?:my|our|mein|unser|mon|mi|minha|la mia|il mio)\s+(?:\w+\s+){0,3}?"
    r"(?:password|passwort|kennwort|passcode|passphrase|pass|pwd|pw|mot de passe|contraseña|contrasena|senha"
    r"|wachtwoord|hasło|haslo)(?:\s+(?:for|to|on|at|of|in|für|bei|von|auf|zu)\s+\w+)?"
    r"\s*(?:is|was|ist|lautet|est|es|é|:|=)+\s*[\"'“”‘’]?"
    r"|(?:^|[\n,;.!?(])\s*(?:\w+\s+)?(?:password|passwort|kennwort|passcode|pwd|pw|mot de passe|contraseña|senha)"
    r"\s*[:=]\s*[\"'“”‘’]?)(\S{3,})(.*)",
    re.IGNORECASE,
)
_ABOUT = frozenset(
    (
        "not safe secure in on at wrong used stored stolen leaked hacked being too very so also still same weak strong "
        "old new gone lost known shared saved visible exposed compromised incorrect forgotten the a an my it that this "
        "what where why how or and nicht sicher falsch weg bekannt gestohlen gehackt zu schwach das ein eine "
        "public private encrypted needed required asked changed reset correct enough part among training train read"
    ).split()
)


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
    if any(_is_card_number(digits) and _luhn(digits) for digits in cards):
        return True
    return any(_is_iban(found.group()) for found in _IBAN.finditer(text))


def _is_card_number(digits: str) -> bool:
    first2, first4, length = int(digits[:2]), int(digits[:4]), len(digits)
    if digits[0] == "4":
        return length in {13, 16, 19}
    if 51 <= first2 <= 55 or 2221 <= first4 <= 2720:
        return length == 16
    if first2 in {34, 37}:
        return length == 15
    if first2 in {36, 38, 39} or 300 <= int(digits[:3]) <= 305:
        return length == 14
    return (first4 == 6011 or first2 in {64, 65, 35, 50, 62} or 56 <= first2 <= 58) and 16 <= length <= 19


def _luhn(digits: str) -> bool:
    total = 0
    for at, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + at % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0


def _is_iban(found: str) -> bool:
    compact = found.replace(" ", "").upper()
    length = _IBAN_LENGTHS.get(compact[:2])
    if length is None or len(compact) < length or not compact.isascii():
        return False
    compact = compact[:length]
    return int("".join(str(int(c, 36)) for c in compact[4:] + compact[:4])) % 97 == 1


def _has_identity(text: str) -> bool:
    for area, group, serial in _SSN.findall(text):
        if area not in {"000", "666"} and area[0] != "9" and group != "00" and serial != "0000":
            return True
    for prefix, *_ in _NINO.findall(text):
        pair = prefix.upper()
        if pair[0] not in "DFIQUV" and pair[1] not in "DFIOQUV" and pair not in _NO_NINO:
            return True
    if any(_ahv(re.sub(r"\D", "", found)) for found in _AHV.findall(text)):
        return True
    if any(_cpf(re.sub(r"\D", "", found)) for found in _CPF.findall(text)) or _FISCALE.search(text):
        return True
    if any(
        "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23] == letter.upper() for number, letter in _DNI.findall(text)
    ):
        return True
    cards = [found.upper() for found in _GERMAN_CARD.findall(text) if len(found) == 10]
    if any(_icao(card) and not card.isdigit() for card in cards):
        return True
    if not _IDENTITY_WORDS.search(text):
        return False
    return any(_is_document(found) for found in _GERMAN_CARD.findall(text)) or any(
        not _looks_like_date(found.group()) for found in _NUMBER.finditer(text)
    )


_NO_NINO = frozenset({"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"})


def _is_document(found: str) -> bool:
    return sum(c.isdigit() for c in found) >= 4 and any(c.isalpha() for c in found)


def _looks_like_date(text: str) -> bool:
    parts = re.split(r"\D", text)
    return len(parts) == 3 and any(_YEAR.fullmatch(part) for part in parts)


def _ahv(digits: str) -> bool:
    if len(digits) != 13:
        return False
    total = sum(int(digit) * (1 + 2 * (at % 2)) for at, digit in enumerate(digits[:12]))
    return (10 - total % 10) % 10 == int(digits[12])


def _cpf(digits: str) -> bool:
    if len(digits) != 11 or len(set(digits)) == 1:
        return False
    for length in (9, 10):
        total = sum(int(digits[at]) * (length + 1 - at) for at in range(length))
        if (total * 10 % 11) % 10 != int(digits[length]):
            return False
    return True


def _icao(card: str) -> bool:
    """True when the tenth character of a German card is its check digit (weights 7, 3, 1)."""
    total = sum(int(c, 36) * (7, 3, 1)[at % 3] for at, c in enumerate(card[:9]))
    return card[9].isdigit() and total % 10 == int(card[9])


def _has_code(text: str) -> bool:
    for pattern in (_CODE_AFTER, _CODE_BEFORE):
        for found in pattern.finditer(text):
            digits = re.sub(r"\D", "", found.group(1))
            named = re.search(
                r"otp|2fa|tan\b|verif|login|sms|one|best|anmelde|auth|confirm", found.group(), re.IGNORECASE
            )
            if named or not _YEAR.fullmatch(digits):
                return True
    return False


def _has_password(text: str) -> bool:
    for found in _PASSWORD.finditer(text):
        value = found.group(1).strip("\"'“”‘’.,;!?)")
        rest = found.group(2).strip(" .!?")
        plain = value.casefold()
        if len(value) < 3 or plain in _ABOUT or found.group(1).endswith("?"):
            continue
        mixed = any(c.isdigit() for c in value) or any(not c.isalnum() for c in value) or not value.islower()
        if mixed or not rest or len(rest.split()) >= 1:
            return True
    return False
