"""Check sums of numbers that name or cost a person."""

from __future__ import annotations

_IBAN_LENGTHS = {
    "AT": 20, "BE": 16, "BG": 22, "BR": 29, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20,
    "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27,
    "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24,
    "SE": 24, "SI": 19, "SK": 24,
}  # fmt: skip


def is_luhn(digits: str) -> bool:
    """True when the last digit is the check digit of payment cards (mod 10)."""
    total = 0
    for at, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + at % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0


def is_iban(found: str) -> bool:
    """True when `found` begins with an IBAN: length of its country, remainder 1 by 97."""
    compact = found.replace(" ", "").upper()
    length = _IBAN_LENGTHS.get(compact[:2])
    if length is None or len(compact) < length or not compact.isascii():
        return False
    compact = compact[:length]
    return int("".join(str(int(c, 36)) for c in compact[4:] + compact[:4])) % 97 == 1


def is_card_number(digits: str) -> bool:
    """True when length and first digits are those of a card network (ISO/IEC 7812)."""
    first2, first4, length = int(digits[:2]), int(digits[:4]), len(digits)
    if digits[0] == "4":
        return length in {16, 19}
    if 51 <= first2 <= 55 or 2221 <= first4 <= 2720:
        return length == 16
    if first2 in {34, 37}:
        return length == 15
    if first2 in {36, 38, 39} or 300 <= int(digits[:3]) <= 305:
        return length == 14
    return (first4 == 6011 or first2 in {64, 65, 35, 50, 62} or 56 <= first2 <= 58) and 16 <= length <= 19


def is_ahv(digits: str) -> bool:
    """True for a Swiss AHV number: 13 digits with the check digit of EAN-13."""
    if len(digits) != 13:
        return False
    total = sum(int(digit) * (1 + 2 * (at % 2)) for at, digit in enumerate(digits[:12]))
    return (10 - total % 10) % 10 == int(digits[12])


def is_cpf(digits: str) -> bool:
    """True for a Brazilian CPF: two check digits by 11."""
    if len(digits) != 11 or len(set(digits)) == 1:
        return False
    for length in (9, 10):
        total = sum(int(digits[at]) * (length + 1 - at) for at in range(length))
        if (total * 10 % 11) % 10 != int(digits[length]):
            return False
    return True


def is_german_card(card: str) -> bool:
    """True when the tenth character of a German card is its check digit (weights 7, 3, 1)."""
    total = sum(int(c, 36) * (7, 3, 1)[at % 3] for at, c in enumerate(card[:9]))
    return card[9].isdigit() and total % 10 == int(card[9])
