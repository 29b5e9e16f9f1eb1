"""Questions about a time that is over: "what was it in November 2025?", "as of last year".

A date alone makes no such question: people ask since when something is so, and what becomes of posts from
2019. So a date counts only beside words that ask for the state of things at that time.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from bot.knowledge.past import Days
from bot.matching.normalise import fold

_MONTHS = (
    "january jan januar jaenner janner", "february feb februar", "march mar marz maerz", "april apr",
    "may mai", "june jun juni", "july jul juli", "august aug", "september sep sept",
    "october oct oktober okt", "november nov", "december dec dezember dez",
)  # fmt: skip
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_MONTH = "(?:" + "|".join(sorted(_MONTH_OF, key=len, reverse=True)) + r")\b\.?"
_NUMBERS = {
    "a": 1, "one": 1, "einem": 1, "einer": 1, "two": 2, "zwei": 2, "three": 3, "drei": 3, "four": 4,
    "vier": 4, "five": 5, "funf": 5, "fuenf": 5, "six": 6, "sechs": 6,
}  # fmt: skip
_NUMBER = r"(?:\d{1,2}|" + "|".join(_NUMBERS) + ")"
_YEAR = r"20[0-4]\d"

_DATE = rf"""(?:
    (?P<iso>{_YEAR}-\d\d-\d\d)
  | (?P<dotted>\d{{1,2}}\.\ ?\d{{1,2}}\.\ ?{_YEAR})
  | (?P<d1>\d{{1,2}})(?:\.|st|nd|rd|th)?\ (?:of\ )?(?P<m1>{_MONTH})\ ?(?P<y1>{_YEAR})
  | (?P<m2>{_MONTH})\ (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\ (?P<y2>{_YEAR})
  | (?P<m3>{_MONTH})\ (?:of\ )?(?P<y3>{_YEAR})
  | (?:the\ year\ |jahr\ )?(?P<y4>{_YEAR})\b
  | (?P<last_year>last\ year|previous\ year|(?:letzte[nsm]?|vorige[nsm]?|vergangene[nsm]?)\ jahr|vorjahr)
  | (?P<last_month>last\ month|(?:letzte[nr]?|vorige[nr]?|vergangene[nr]?)\ monat)
  | (?P<ago>{_NUMBER}\ (?:year|month|week|day)s?\ ago)
  | (?P<vor>{_NUMBER}\ (?:jahr|monat|woche|tag)(?:en|n)?\b)
)"""
_SIDE = r"(?P<side>before|until|till|after|by|vor|bis|nach|in|on|at|im|am|zum)\b"
_ARTICLE = r"(?:\ (?:the|dem|den|zum|im|am|in|on|end\ of))?"
_AS_OF = re.compile(
    rf"\b(?:as\ (?:of|at|it\ was)|as\ things\ (?:were|stood)|(?:zum\ |mit\ )?stand|per)\ "
    rf"(?:{_SIDE}{_ARTICLE}\ )?(?:the\ |vom\ |von\ )?{_DATE}",
    re.VERBOSE,
)
_WHEN = re.compile(rf"\b(?:{_SIDE}{_ARTICLE}\ )?{_DATE}", re.VERBOSE)
_ASKS_THE_STATE = re.compile(
    r"\b(?:what|how) (?:was|were) (?:it|that|this|things|the (?:rules?|state|situation|setting|default)s?)\b"
    r"(?: like)?"
    r"|\bwhat (?:applied|held|was in force|was true|was the case|did it say)\b"
    r"|\b(?:back|already so|so already|already true|still so)\b"
    r"|\bwas (?:galt|war|stimmte)\b(?: (?:es|das|da|damals))?|\bwie war (?:es|das|die lage)\b|\bgalt das\b"
    r"|\bdamals\b"
)
_ASKS_WHAT_WAS_DONE = re.compile(
    r"\bdid (?:\w+ ){1,2}(?:already )?(?:train|use)\b|\bwas (?:\w+ ){1,2}(?:already )?(?:training|using)\b"
    r"|\bwere (?:my|our) (?:\w+ ){1,2}(?:already )?used\b"
    r"|\b(?:hat|wurden?) .{1,90}?\b(?:trainiert|genutzt|verwendet|benutzt)\b"
    r"|\b(?:trainierte|nutzte|verwendete)\b"
)
_NOTHING_MORE = re.compile(r"\b(?:and|und|but|aber|so|es|das|it|that|then|damals)\b|[^\w]+")


@dataclass(frozen=True, slots=True)
class Past:
    """A question about the past."""

    days: Days
    rest: str
    """The question without the words of time; "" when it said nothing else ("what was it last year?")."""
    explicit: bool
    """True when it asks for the state at that time; False when it asks what was done then, which a question
    with a wrong date in it may do, too."""


def find_past(text: str, today: date) -> Past | None:
    """The time that is over and that `text` asks about, or None. Never raises."""
    plain = " ".join(fold(text).split())
    if found := _AS_OF.search(plain):
        return _past(plain, found, today, explicit=True)
    state, done = _ASKS_THE_STATE.search(plain), _ASKS_WHAT_WAS_DONE.search(plain)
    if not (state or done):
        return None
    for found in _WHEN.finditer(plain):
        if found["side"] is None and not (found["last_year"] or found["last_month"] or found["ago"]):
            continue  # "posts from 2019" are no time that is asked about
        if past := _past(plain, found, today, explicit=state is not None):
            return past
    return None


def _past(plain: str, found: re.Match[str], today: date, *, explicit: bool) -> Past | None:
    try:
        days = _days(found, today)
    except (ValueError, OverflowError):
        return None
    if days is None or days.first >= today:
        return None
    rest = f"{plain[: found.start()]} {plain[found.end() :]}"
    rest = _ASKS_THE_STATE.sub(" ", rest)
    rest = " ".join(rest.split()) if _NOTHING_MORE.sub("", rest) else ""
    return Past(Days(days.first, min(days.last, today)), rest, explicit)


def _days(found: re.Match[str], today: date) -> Days | None:
    """The days that the words name, moved by what stands before them ("before", "after").

    Raises:
        ValueError: there is no such day.
    """
    side = found["side"] or ""
    if found["vor"] is not None:  # "vor zwei Jahren" counts back, "in zwei Jahren" lies ahead
        return _ago(found["vor"], today) if side == "vor" else None
    if found["ago"] is not None:
        return _ago(found["ago"], today)
    days = _named(found, today)
    if side in {"before", "vor"}:
        return Days.of(days.first - timedelta(days=1))
    if side in {"after", "nach"}:
        return Days.of(days.last + timedelta(days=1))
    if side in {"until", "till", "by", "bis"}:
        return Days.of(days.last)
    return days


def _named(found: re.Match[str], today: date) -> Days:
    if found["iso"]:
        return Days.of(date.fromisoformat(found["iso"]))
    if found["dotted"]:
        day, month, year = (int(part) for part in found["dotted"].replace(" ", "").split("."))
        return Days.of(date(year, month, day))
    for day_name, month_name, year_name in (("d1", "m1", "y1"), ("d2", "m2", "y2")):
        if found[month_name]:
            return Days.of(date(int(found[year_name]), _month(found[month_name]), int(found[day_name])))
    if found["m3"]:
        return _whole_month(int(found["y3"]), _month(found["m3"]))
    if found["last_month"]:
        before = today - relativedelta(months=1)
        return _whole_month(before.year, before.month)
    year = int(found["y4"]) if found["y4"] else today.year - 1
    return Days(date(year, 1, 1), date(year, 12, 31))


def _month(name: str) -> int:
    return _MONTH_OF[name.rstrip(".")]


def _whole_month(year: int, month: int) -> Days:
    return Days(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))


def _ago(words: str, today: date) -> Days:
    number, unit, *_ = words.split()
    many = _NUMBERS.get(number) or int(number)
    back = {
        "y": relativedelta(years=many), "j": relativedelta(years=many), "m": relativedelta(months=many),
        "w": relativedelta(weeks=many), "d": relativedelta(days=many), "t": relativedelta(days=many),
    }[unit[0]]  # fmt: skip
    return Days.of(today - back)
