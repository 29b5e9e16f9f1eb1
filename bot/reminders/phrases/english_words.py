"""The words of time in English, and those that ask for a reminder."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from bot.reminders.phrases.pieces import Asking, Part, Unit, words_of

NUMBERS: Final[Mapping[str, int]] = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fourteen": 14, "fifteen": 15, "eighteen": 18,
    "twenty": 20, "twenty four": 24, "thirty": 30, "forty five": 45, "sixty": 60, "ninety": 90,
    "a couple of": 2, "a dozen": 12,
}  # fmt: skip
HOURS = {word: number for word, number in NUMBERS.items() if number <= 12 and word not in ("a", "an")} | {
    str(hour): hour for hour in range(25)
}
UNITS = {
    "second": Unit.SECOND, "sec": Unit.SECOND, "minute": Unit.MINUTE, "min": Unit.MINUTE, "hour": Unit.HOUR,
    "hr": Unit.HOUR, "day": Unit.DAY, "week": Unit.WEEK, "wk": Unit.WEEK, "fortnight": Unit.WEEK,
    "month": Unit.MONTH, "mth": Unit.MONTH, "quarter": Unit.MONTH, "year": Unit.YEAR, "yr": Unit.YEAR,
}  # fmt: skip
TIMES = {"fortnight": 2, "quarter": 3}
SHORT_UNITS = {"h": Unit.HOUR, "m": Unit.MINUTE, "d": Unit.DAY, "w": Unit.WEEK, "y": Unit.YEAR}
WEEKDAYS = {
    "monday": 0, "mon": 0, "tuesday": 1, "tues": 1, "tue": 1, "wednesday": 2, "wed": 2, "thursday": 3,
    "thurs": 3, "thur": 3, "thu": 3, "friday": 4, "fri": 4, "saturday": 5, "sat": 5, "sunday": 6, "sun": 6,
}  # fmt: skip
MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
         "september sept sep", "october oct", "november nov", "december dec"), start=1)
    for name in names.split()
}  # fmt: skip
ORDINALS = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": -1,
}  # fmt: skip
PARTS = {
    "morning": Part.MORNING, "lunch": Part.NOON, "lunchtime": Part.NOON, "afternoon": Part.AFTERNOON,
    "evening": Part.EVENING, "night": Part.EVENING,
}  # fmt: skip
EVERY_WORD = {
    "daily": (1, Unit.DAY), "weekly": (1, Unit.WEEK), "fortnightly": (2, Unit.WEEK),
    "monthly": (1, Unit.MONTH),
    "quarterly": (3, Unit.MONTH), "half yearly": (6, Unit.MONTH), "half-yearly": (6, Unit.MONTH),
    "yearly": (1, Unit.YEAR), "annually": (1, Unit.YEAR), "hourly": (1, Unit.HOUR),
}  # fmt: skip
FEASTS = {
    "christmas eve": (24, 12), "christmas day": (25, 12), "christmas": (25, 12), "boxing day": (26, 12),
    "new year's eve": (31, 12), "new years eve": (31, 12), "new year's day": (1, 1), "new years day": (1, 1),
    "new year": (1, 1), "halloween": (31, 10),
}  # fmt: skip


KNOWN = {
    *WEEKDAYS, *MONTHS, *PARTS, *UNITS, *EVERY_WORD, *(f"{unit}s" for unit in UNITS), *ORDINALS,
    *(word for word in NUMBERS if " " not in word), "tomorrow", "today", "tonight", "yesterday", "every",
    "weekend", "midnight", "remind", "after", "other", "quarter", "o'clock", "christmas",
    "biweekly", "bimonthly", "biannual",
}  # fmt: skip
"""What misspelt words are repaired to."""

AROUND = words_of(
    "at on the by from starting start beginning and around about of in for please always "
    "exactly as until each then , &"
)

ASKING = Asking(
    begins=re.compile(
        r"(?:(?:please|hey|hi|hello|ok|okay|so|could|can|would|will|you|kindly|pls|bot) )*"
        r"(?:remind(?: me)?|remember me|reminder"
        r"|(?:set|make|create|add|schedule)(?: up)?(?: me)? an? reminder"
        r"|(?:ping|nudge|alert|notify) me|do ?n'?o?t let me forget"
        r"|i (?:want|need|would like|'?d like|wanna) (?:an? reminder|to be reminded)"
        r"|i'd like to be reminded)(?!\S)"
    ),
    framed=re.compile(r"(?!)"),
    ends=re.compile(r"(?!)"),
    checking=words_of("check recheck re-check review revisit"),
    questions=words_of("what how why when where which who whose if whether is are does do did was"),
    before_what=words_of("to about of that for on regarding re i should must have please and me :"),
    polite=words_of("please pls thanks thank you thx again"),
)
