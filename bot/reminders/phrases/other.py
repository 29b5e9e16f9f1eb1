"""Other languages, as far as dateparser is right about them.

Measured (2026-11): "demain", "dans 3 mois", "завтра", "через 3 месяца", "za 3 miesiące" are right; numbers
in words and "next friday" are not understood; an hour is lost in "mañana a las 9"; a bare "10" is taken for
a day already over; "march 2027" gets the day of today. So the hour is taken out first, by a rule of our own,
a phrase needs a word, and a month needs its day. For English and German our own rules know all that
dateparser does.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from bot.reminders.phrases.pieces import Ahead, Clock, OnDate, Piece, clock

_HOUR = re.compile(
    r"(?:^|\s)(?:a las|a la|alle ore|alle|ore|às|as|à|om|kl\.?|о|в|o godz\.?|o|saat)?\s*"
    r"(?P<h>\d{1,2})(?:(?::|h)(?P<min>\d\d)|\s?h|\s?uur|(?<=[^\d\s]\s\d)|(?<=[^\d\s]\s\d\d))(?!\S)",
    re.IGNORECASE,
)
_PREFIX = re.compile(
    r"(?:a las|a la|alle ore|alle|ore|às|à|om|kl\.?|о|в|o godz\.?|o|saat)\s*\d", re.IGNORECASE
)
_FAR = timedelta(days=3650)


def read_other(text: str, language: str, today: datetime) -> tuple[Piece, ...] | None:
    """The pieces of `text` in `language`, seen from `today` (naive); None when dateparser is not sure."""
    import dateparser
    from dateparser.data import languages_info

    if language not in languages_info.language_order:
        return None
    text = " ".join(text.split())[:100]
    time: Clock | None = None
    for found in _HOUR.finditer(text):
        if (
            ":" in found[0]
            or "h" in found[0].casefold()
            or "uur" in found[0]
            or _PREFIX.match(found[0].strip())
        ):
            time = clock(int(found["h"]), int(found["min"] or 0))
            text = (text[: found.start()] + " " + text[found.end() :]).strip()
            break
    if not any(letter.isalpha() for letter in text):
        return None
    base = today.replace(hour=12, minute=0, second=0, microsecond=0)
    settings = {"RELATIVE_BASE": base, "PREFER_DATES_FROM": "future", "DATE_ORDER": "DMY",
                "REQUIRE_PARTS": ["day", "month"]}  # fmt: skip
    found_day = dateparser.parse(text, languages=[language], settings=settings)
    if found_day is None or found_day.tzinfo is not None or abs(found_day - base) > _FAR:
        return None
    if found_day.time() != base.time() and found_day.time() != datetime.min.time():
        return None if time else (Ahead(seconds=int((found_day - base).total_seconds())),)
    day = OnDate(found_day.day, found_day.month, found_day.year)
    return (day,) if time is None else (day, time)
