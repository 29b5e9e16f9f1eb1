"""How English says when."""

# ruff: noqa: E501 - a pattern is easier to read in one line
from __future__ import annotations

import re
from fractions import Fraction

from bot.reminders.phrases.english_words import (
    AROUND,
    ASKING,
    EVERY_WORD,
    FEASTS,
    HOURS,
    KNOWN,
    MONTHS,
    NUMBERS,
    ORDINALS,
    PARTS,
    SHORT_UNITS,
    TIMES,
    UNITS,
    WEEKDAYS,
)
from bot.reminders.phrases.numbers import FIGURES
from bot.reminders.phrases.pieces import (
    SHORTEST_REPAIRED,
    Ahead,
    Build,
    Clock,
    EndOf,
    Every,
    EveryDayOfMonth,
    EveryNth,
    EveryWeekday,
    Language,
    Midnight,
    NextPeriod,
    NthIn,
    OnWeekday,
    Part,
    Piece,
    TooOften,
    Unit,
    Vague,
    Which,
    alternatives,
    amount,
    clock,
    compile_patterns,
    date_of,
    every,
    times_a,
)

Match = re.Match[str]
Found = tuple[Piece, ...] | None

_NUM = rf"(?:\d{{1,4}}(?:\.5)?|{alternatives(NUMBERS)})"
_UNIT = rf"(?:{alternatives(UNITS)})s?"
_WDAY = rf"(?:{alternatives(WEEKDAYS)})"
_MON = rf"(?:{alternatives(MONTHS)})"
_ORD = rf"(?:{alternatives(ORDINALS)})"
_PART = rf"(?:{alternatives(PARTS)})"
_HOUR = rf"(?:{alternatives(HOURS)})"
_HALF = r"(?P<half>[ap])\.?m\.?"
_AMOUNT = (
    rf"(?:half an? {_UNIT}|an? {_UNIT} and a half|{_NUM} and a half {_UNIT}|{_NUM} ?{_UNIT}"
    r"|\d{1,4} ?[hd]|\d{1,3} ?h ?\d{1,2} ?m|\d{1,3} ?[wy])"
)
_AMOUNTS = rf"(?P<n>{_AMOUNT}(?:,? (?:and )?{_AMOUNT})*)"
_AMOUNT_PARTS = re.compile(
    rf"(?P<halfof>half an? )(?P<u1>{_UNIT})|an? (?P<u2>{_UNIT})(?P<plus> and a half)"
    rf"|(?P<n3>{_NUM})(?P<plus3> and a half)? ?(?P<u3>{_UNIT})(?![a-z])|(?P<n4>\d+) ?(?P<u4>[hmdwy])(?![a-z])"
)


def _unit(word: str) -> tuple[int, Unit]:
    if word in SHORT_UNITS:
        return 1, SHORT_UNITS[word]
    word = word if word in UNITS else word.removesuffix("s")
    return TIMES.get(word, 1), UNITS[word]


def _number(word: str) -> Fraction:
    return Fraction(NUMBERS[word]) if word in NUMBERS else Fraction(word)


def _amounts(text: str) -> Ahead | None:
    total = Ahead()
    for found in _AMOUNT_PARTS.finditer(text):
        if found["halfof"]:
            number = Fraction(1, 2)
        elif found["plus"]:
            number = Fraction(3, 2)
        else:
            number = _number(found["n3"] or found["n4"]) + (Fraction(1, 2) if found["plus3"] else 0)
        times, unit = _unit(found["u1"] or found["u2"] or found["u3"] or found["u4"])
        ahead = amount(number * times, unit)
        if ahead is None:
            return None
        total += ahead
    return total


def _ahead(found: Match) -> Found:
    ahead = _amounts(found["n"])
    return None if ahead is None else (ahead,)


def _ago(found: Match) -> Found:
    ahead = _amounts(found["n"])
    return None if ahead is None else (-ahead,)


def _fixed(*pieces: Piece) -> Build:
    return lambda _: pieces


def _one(piece: Piece | None) -> Found:
    return None if piece is None else (piece,)


def _weekday(found: Match) -> Found:
    which = {
        "next": Which.NEXT, "last": Which.LAST, "past": Which.LAST, "this": Which.THIS_WEEK,
    }.get(found["which"] or "", Which.NEAREST)  # fmt: skip
    return (OnWeekday(WEEKDAYS[found["w"]], which),)


def _which(which: Which) -> Build:
    return lambda found: (OnWeekday(WEEKDAYS[found["w"]], which),)


def _date(found: Match) -> Found:
    day = ORDINALS[found["o"]] if found.groupdict().get("o") else int(found["d"])
    return _one(date_of(day, MONTHS[found["m"]], found["y"]))


def _day_of_month(found: Match) -> Found:
    return _one(date_of(int(found["d"])))


def _time(found: Match) -> Found:
    groups = found.groupdict()
    hour, minute = int(found["h"]), int(groups.get("min") or 0)
    return _one(clock(hour, minute, half=groups.get("half"), half_open=not found["h"].startswith("0")))


def _hour_word(found: Match) -> Found:
    return _one(clock(HOURS[found["h"]], half=found.groupdict().get("half"), half_open=True))


def _spoken(found: Match) -> Found:
    hour = HOURS[found["h"]]
    if not 1 <= hour <= 12:
        return None
    said = found["min"]
    minutes = {"half": 30, "quarter": 15, "a quarter": 15}.get(said) or int(_number(said))
    if found["way"] in ("to", "before"):
        hour, minutes = hour - 1 or 12, 60 - minutes
    return _one(clock(hour, minutes, half=found["half"], half_open=True)) if minutes < 60 else None


def _half_hour(found: Match) -> Found:
    hour = HOURS[found["h"]]  # British: "half eight" is half past seven
    return _one(clock(hour - 1 or 12, 30, half_open=True)) if 1 <= hour <= 12 else None


def _every(found: Match) -> Found:
    said = found["n"] or "one"
    if said in ("other", "second"):
        number = Fraction(2)
    else:
        ordinal = re.fullmatch(r"(\d+)(?:st|nd|rd|th)", said)
        number = Fraction(ordinal[1]) if ordinal else Fraction(ORDINALS.get(said) or _number(said))
    times, unit = _unit(found["u"])
    whole = number * times
    return _one(every(int(whole), unit)) if whole.denominator == 1 else None


def _weekdays(found: Match) -> Found:
    named = re.findall(_WDAY, found["w"])
    return (EveryWeekday(tuple(sorted({WEEKDAYS[name] for name in named}))),)


def _nth(found: Match) -> Found:
    return (EveryNth(ORDINALS[found["o"]], WEEKDAYS[found["w"]], of_month=bool(found["of"])),)


def _nth_in(found: Match) -> Found:
    nth, weekday = ORDINALS[found["o"]], WEEKDAYS[found["w"]]
    if found["m"]:
        return (NthIn(nth, weekday, month=MONTHS[found["m"]]),)
    return (NthIn(nth, weekday, ahead=1 if found["next"] else 0),)


def _end(found: Match) -> Found:
    exact = "last day" in found[0]
    if found["m"]:
        return (EndOf(month=MONTHS[found["m"]], exact=exact),)
    if found["year"]:
        return (EndOf(month=12, exact=exact),)
    return (EndOf(ahead=1 if found["next"] else 0, exact=exact),)


_YEAR = r"(?:,? (?P<y>(?:19|20)\d\d))?"
_TH = r"(?:st|nd|rd|th)"
_TABLE: tuple[tuple[str, Build], ...] = (
    *FIGURES,
    (rf"(?:in|after) (?:about |exactly )?{_AMOUNTS}(?:'s?)?(?: time| from now)?", _ahead),
    (rf"{_AMOUNTS} (?:from now|from today|later|hence)", _ahead),
    (rf"\A{_AMOUNTS}", _ahead),
    (rf"{_AMOUNTS} ago", _ago),
    (rf"(?:in )?(?:a few|some|several|many) {_UNIT}", _fixed(Vague())),
    (r"(?:every )?now and (?:then|again)|from time to time", _fixed(Vague())),
    (r"soon|later|some ?time|some ?day|eventually|at some point|whenever", _fixed(Vague())),
    (r"(?:right )?now|immediately|at once", _fixed(Ahead(seconds=1))),
    (r"today", _fixed(Ahead())),
    (r"tonight", _fixed(Ahead(), Part.EVENING)),
    (r"tomorrow|tmrw|tmr", _fixed(Ahead(days=1))),
    (r"(?:the )?day after tomorrow", _fixed(Ahead(days=2))),
    (r"yesterday", _fixed(Ahead(days=-1))),
    (r"(?:the )?day before yesterday", _fixed(Ahead(days=-2))),
    (r"(?:a week from (?:today|now)|today week)", _fixed(Ahead(days=7))),
    (r"(?:a week from tomorrow|tomorrow week)", _fixed(Ahead(days=8))),
    (rf"this (?P<p>{_PART})", lambda m: (Ahead(), PARTS[m["p"]])),
    (rf"(?:in the |at )?(?P<p>{_PART})", lambda m: (PARTS[m["p"]],)),
    (rf"(?:(?P<which>next|this coming|coming|this|last|past) )?(?P<w>{_WDAY})", _weekday),
    (rf"(?P<w>{_WDAY}) week|(?:a|one) week (?:on|from) (?P<w2>{_WDAY})",
     lambda m: (OnWeekday(WEEKDAYS[m["w"] or m["w2"]], Which.WEEK_LATER),)),
    (rf"(?P<w>{_WDAY}) (?:of )?next week", _which(Which.NEXT_WEEK)),
    (rf"next week(?: on)? (?P<w>{_WDAY})", _which(Which.NEXT_WEEK)),
    (rf"(?P<w>{_WDAY}) (?:of )?this week|this week(?: on)? (?P<w2>{_WDAY})",
     lambda m: (OnWeekday(WEEKDAYS[m["w"] or m["w2"]], Which.THIS_WEEK),)),
    (rf"(?P<w>{_WDAY}) after next|(?:the )?week after next(?: on)? (?P<w2>{_WDAY})",
     lambda m: (OnWeekday(WEEKDAYS[m["w"] or m["w2"]], Which.AFTER_NEXT),)),
    (r"(?:this|the|at the|on the|this coming) weekend", _fixed(OnWeekday(5))),
    (r"next weekend", _fixed(OnWeekday(5, Which.NEXT))),
    (r"next week", _fixed(NextPeriod(Unit.WEEK))),
    (r"(?:the )?week after next", _fixed(NextPeriod(Unit.WEEK, 2))),
    (r"next month", _fixed(NextPeriod(Unit.MONTH))),
    (r"next quarter", _fixed(Vague())),
    (r"next year", _fixed(NextPeriod(Unit.YEAR))),
    (rf"(?:on )?(?:the )?(?P<d>\d{{1,2}}){_TH}?\.?(?: of)? (?P<m>{_MON}){_YEAR}", _date),
    (rf"(?:on )?(?:the )?(?P<o>first|second|third|fourth)(?: of)? (?P<m>{_MON}){_YEAR}", _date),
    (rf"(?P<m>{_MON}) (?:the )?(?P<d>\d{{1,2}}){_TH}?{_YEAR}", _date),
    (rf"(?:on )?(?:the )?(?P<d>\d{{1,2}}){_TH}", _day_of_month),
    (rf"(?:in |next |this |during ){_MON}(?: (?:19|20)\d\d)?|{_MON} (?:19|20)\d\d|\A{_MON}", _fixed(Vague())),
    (r"in (?:19|20)\d\d", _fixed(Vague())),
    (r"(?:in |next |this |during )(?:the )?(?:spring|summer|autumn|fall|winter)", _fixed(Vague())),
    (rf"(?:(?:at|by|on|before) )?(?:the )?(?:end|last day) of (?:(?P<m>{_MON})"
     r"|(?:the |this |(?P<next>next ))?(?:month|(?P<year>year)))", _end),
    (r"(?:at |by )?(?:the )?end of (?:the |this |next )?(?:week|quarter)", _fixed(Vague())),
    (rf"(?:at |by |in )?(?:the )?(?:start|beginning|middle|mid|early|late)(?: of|-)? ?"
     rf"(?:the |this |next )?(?:{_MON}|week|month|year)", _fixed(Vague())),
    (rf"(?:at |on |before )?(?P<f>{alternatives(FEASTS)})", lambda m: _one(date_of(*FEASTS[m["f"]]))),
    # How often.
    (rf"(?:every|each) (?:(?P<n>{_NUM}|other|{_ORD}|\d{{1,3}}{_TH}) )?(?P<u>{_UNIT})", _every),
    (rf"(?P<e>{alternatives(EVERY_WORD)})", lambda m: _one(every(*EVERY_WORD[m["e"]]))),
    (r"half an hour(?:ly)?|every half (?:an )?hour", _fixed(TooOften())),
    (r"every half (?:a )?year|twice a year", _fixed(Every(6, Unit.MONTH))),
    (r"bi-?(?:weekly|monthly|annual(?:ly)?|yearly)", _fixed(Vague())),
    (r"(?P<n>once|twice|(?:one|two|three|four|five|six|\d) times?) (?:a|per|every|each) (?P<u>day|week|month|year)",
     lambda m: (times_a({"once": 1, "twice": 2}.get(m["n"]) or int(_number(m["n"].split()[0])), _unit(m["u"])[1]),)),
    (rf"(?:every|each) (?P<w>{_WDAY}s?(?:(?:,|,? and|,? &) {_WDAY}s?)*)", _weekdays),
    (rf"(?P<w>(?:mon|tues|wednes|thurs|fri|satur|sun)days(?:(?:,|,? and|,? &) {_WDAY}s?)*)", _weekdays),
    (rf"every other (?P<w>{_WDAY})", lambda m: (EveryWeekday((WEEKDAYS[m["w"]],), 2),)),
    (rf"(?:every|each) (?P<o>{_ORD}) (?P<w>{_WDAY})(?P<of> (?:of|in) (?:the|a|each|every) month)?", _nth),
    (rf"(?:the )?(?P<o>{_ORD}) (?P<w>{_WDAY})(?P<of> (?:of|in) (?:each|every) month)", _nth),
    (rf"(?:the )?(?P<o>{_ORD}) (?P<w>{_WDAY}) (?:of|in) (?:(?P<m>{_MON})|(?:the |this |(?P<next>next ))month)",
     _nth_in),
    (r"(?:every|each) (?:week|work|working |business )day|weekdays|on weekdays|on workdays",
     _fixed(EveryWeekday((0, 1, 2, 3, 4)))),
    (r"(?:every|each) weekend|weekends", _fixed(EveryWeekday((5,)))),
    (rf"(?:every|each) (?P<p>{_PART})", lambda m: (Every(1, Unit.DAY), PARTS[m["p"]])),
    (rf"(?:the )?(?P<d>\d{{1,2}}){_TH} (?:day )?of (?:each|every) month|every (?P<d2>\d{{1,2}}){_TH}(?: of the month)?",
     lambda m: (EveryDayOfMonth(int(m["d"] or m["d2"])),) if 1 <= int(m["d"] or m["d2"]) <= 31 else None),
    (r"(?:the )?last day of (?:each|every) month|(?:at )?the end of (?:each|every) month",
     _fixed(EveryDayOfMonth(31))),
    (r"(?:the )?first (?:day )?of (?:each|every) month", _fixed(EveryDayOfMonth(1))),
    (rf"(?:every|each) (?=(?P<rest>\d{{1,2}}{_TH}?(?: of)? {_MON}|{_MON} \d{{1,2}}))(?P<d>\d{{1,2}})?(?:{_TH})?(?: of)? ?"
     rf"(?P<m>{_MON})(?: (?P<d2>\d{{1,2}}){_TH}?)?",
     lambda m: None if (day := date_of(int(m["d"] or m["d2"]), MONTHS[m["m"]])) is None
     else (Every(12, Unit.MONTH), day)),
    (rf"(?:every|each) {_MON}", _fixed(Vague())),
    # What time.
    (rf"(?:(?:at|@|around|by|about) ?)?(?P<h>\d{{1,2}}):(?P<min>\d\d)(?:(?: ?{_HALF})| ?h(?:ours|rs)?)?", _time),
    (rf"(?:(?:at|@|around|by|about) ?)?(?P<h>\d{{1,2}})\.(?P<min>\d\d) ?{_HALF}", _time),
    (r"(?:at|@|around) ?(?P<h>\d{1,2})\.(?P<min>\d\d)", _time),
    (r"(?:at|@|around) ?(?P<h>[012]\d)(?P<min>[0-5]\d)(?: ?h(?:ours|rs)?)?", _time),
    (rf"(?:(?:at|@|around|by|about) ?)?(?P<h>\d{{1,2}}) ?{_HALF}", _time),
    (rf"(?:at|@|around) ?(?P<h>{_HOUR})(?: o'? ?clock)?(?: ?{_HALF})?", _hour_word),
    (rf"(?P<h>{_HOUR}) o'? ?clock(?: ?{_HALF})?", _hour_word),
    (rf"(?P<h>{_HOUR}) ?{_HALF}", _hour_word),
    (rf"(?:at |around )?(?P<min>half|(?:a )?quarter|five|ten|twenty|\d{{1,2}}) (?:minutes? )?(?P<way>past|to|after|before) "
     rf"(?P<h>{_HOUR})(?: o'? ?clock)?(?: ?{_HALF})?", _spoken),
    (rf"(?:at |around )?half (?P<h>{_HOUR})", _half_hour),
    (r"(?:at )?(?:noon|midday|high noon)", _fixed(Clock(12))),
    (r"(?:at )?midnight", _fixed(Midnight())),
)  # fmt: skip

ENGLISH = Language(
    patterns=compile_patterns(_TABLE),
    around=AROUND,
    asking=ASKING,
    words=frozenset(word for word in KNOWN if len(word) >= SHORTEST_REPAIRED),
)
