"""How German says when. Umlauts come without their dots, and "ae" like "a", "oe" like "o", "ue" like "u"."""

# ruff: noqa: E501 - a pattern is easier to read in one line
from __future__ import annotations

import re
from fractions import Fraction

from bot.reminders.phrases.german_words import (
    AROUND,
    ASKING,
    COUNTS,
    EVERY_WORD,
    FEASTS,
    HOURS,
    KNOWN,
    LONG_DAYS,
    MONTHS,
    NUMBERS,
    ORDINALS,
    PARTS,
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

_NUM = rf"(?:\d{{1,4}}(?:[.,]5)?|{alternatives(NUMBERS)})"
_UNIT = rf"(?:{alternatives(UNITS)})"
_WDAY = rf"(?:{alternatives(WEEKDAYS)})"
_LONG = rf"(?:{alternatives(LONG_DAYS)})"
_MON = rf"(?:{alternatives(MONTHS)})"
_ORD = r"(?P<o>[1-4]\.|erst|zweit|dritt|viert|letzt)(?:e[nrsm]?)?"
_PART = rf"(?:{alternatives(PARTS)})"
_HOUR = rf"(?:{alternatives(HOURS)})"
_AT = r"(?:um|ab|gegen|@|ca\.?|circa)"
_NEXT = r"(?:nachst|kommend|folgend)e[nrsm]?"
_AMOUNT = (
    rf"(?:(?:einer |einem |eine |ein )?halbe[nrsm]? (?:stunde|jahr|tag)|einem halbjahr|{_NUM} ?{_UNIT}"
    rf"|einer dreiviertelstunde|einer viertelstunde)"
)
_AMOUNTS = rf"(?P<n>{_AMOUNT}(?:,? (?:und )?{_AMOUNT})*)"
_AMOUNT_PARTS = re.compile(
    rf"(?P<half>halbe[nrsm]?) (?P<u1>stunde|jahr|tag)|(?P<quarter>(?:drei)?viertel)stunde"
    rf"|(?P<n2>{_NUM}) ?(?P<u2>{_UNIT})(?!\S)"
)


def _number(word: str) -> Fraction:
    return NUMBERS[word] if word in NUMBERS else Fraction(word.replace(",", "."))


def _amounts(text: str) -> Ahead | None:
    total = Ahead()
    for found in _AMOUNT_PARTS.finditer(text):
        if found["half"]:
            number, (times, unit) = Fraction(1, 2), UNITS[found["u1"]]
        elif found["quarter"]:
            number, (times, unit) = Fraction(45 if "drei" in found["quarter"] else 15), (1, Unit.MINUTE)
        else:
            number, (times, unit) = _number(found["n2"]), UNITS[found["u2"]]
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


def _which(which: Which) -> Build:
    def build(found: Match) -> Found:
        groups = found.groupdict()
        return (OnWeekday(WEEKDAYS[groups["w"] or groups["w2"]], which),)

    return build


def _date(found: Match) -> Found:
    groups = found.groupdict()
    day = ORDINALS[groups["o"]] if groups.get("o") else int(groups["d"])
    return _one(date_of(day, MONTHS[found["m"]], found["y"])) if day > 0 else None


def _time(found: Match) -> Found:
    return _one(clock(int(found["h"]), int(found["min"] or 0)))


def _hour(found: Match) -> Found:
    hour, minute = HOURS[found["h"]], int(found.groupdict().get("min") or 0)
    return _one(clock(hour, minute, half_open=not found["h"].startswith("0")))


def _spoken(found: Match) -> Found:
    """ "zehn nach neun", "viertel vor neun", "fünf vor halb neun"."""
    hour, said = HOURS[found["h"]], found["min"]
    if not 1 <= hour <= 12:
        return None
    minutes = 15 if said == "viertel" else int(_number(said))
    minute = (30 if found["half"] else 0) + (minutes if found["way"] == "nach" else -minutes)
    base = (hour - 1 if found["half"] else hour) * 60 + minute
    base = base if base >= 60 else base + 720
    return _one(clock(base // 60, base % 60, half_open=True)) if abs(minute) < 60 else None


def _before_hour(found: Match) -> Found:
    """ "halb neun", "dreiviertel neun", "viertel neun": parts of the hour that ends at nine."""
    hour = HOURS[found["h"]]
    minute = {"halb": 30, "dreiviertel": 45, "viertel": 15}[found["min"]]
    return _one(clock(hour - 1 or 12, minute, half_open=True)) if 1 <= hour <= 12 else None


def _every(found: Match) -> Found:
    if found["o"]:
        number = Fraction(ORDINALS[found["o"]])
    else:
        number = _number(found["n"]) if found["n"] else Fraction(1)
    times, unit = UNITS[found["u"]]
    whole = number * times
    return _one(every(int(whole), unit)) if whole.denominator == 1 else None


def _weekdays(found: Match) -> Found:
    named = re.findall(_LONG, found["w"])
    return (EveryWeekday(tuple(sorted({WEEKDAYS[name] for name in named}))),)


def _nth(found: Match) -> Found:
    return (EveryNth(ORDINALS[found["o"]], WEEKDAYS[found["w"]], of_month=bool(found["of"])),)


def _nth_in(found: Match) -> Found:
    nth, weekday = ORDINALS[found["o"]], WEEKDAYS[found["w"]]
    if found["m"]:
        return (NthIn(nth, weekday, month=MONTHS[found["m"]]),)
    if found["in"]:
        return (NthIn(nth, weekday, ahead=1 if found["next"] else 0),)
    return None if nth == -1 else (NthIn(nth, weekday),)


def _end(found: Match) -> Found:
    exact = "letzte" in found[0]
    if found["m"]:
        return (EndOf(month=MONTHS[found["m"]], exact=exact),)
    if "jahres" in found[0]:
        return (EndOf(month=12, exact=exact),)
    return (EndOf(ahead=1 if found["next"] else 0, exact=exact),)


_ON = r"(?:am|den|zum|vom|bis zum|ab|ab dem|seit dem)"
_YEAR = r"(?: (?P<y>(?:19|20)\d\d))?"
_OF_MONTH = r" (?:im|des|in jedem|jeden|eines jeden|jedes) monat(?:e?s)?"
_TABLE: tuple[tuple[str, Build], ...] = (
    *FIGURES,
    (rf"(?:heute )?(?:in|nach) (?:etwa |genau |ca\.? )?{_AMOUNTS}", _ahead),
    (rf"morgen in {_AMOUNTS}", lambda m: None if (a := _amounts(m["n"])) is None else (a + Ahead(days=1),)),
    (rf"\A{_AMOUNTS}", _ahead),
    (rf"vor {_AMOUNTS}", _ago),
    (rf"in (?:ein paar|einigen|mehreren|wenigen) {_UNIT}", _fixed(Vague())),
    (r"ab und zu|hin und wieder|von zeit zu zeit|bald|spater|irgendwann|demnachst|mal wieder|gelegentlich", _fixed(Vague())),
    (r"jetzt|sofort|gleich", _fixed(Ahead(seconds=1))),
    (r"heute", _fixed(Ahead())),
    (r"morgen", _fixed(Ahead(days=1))),
    (r"ubermorgen", _fixed(Ahead(days=2))),
    (r"gestern", _fixed(Ahead(days=-1))),
    (r"vorgestern", _fixed(Ahead(days=-2))),
    (rf"(?:am |in der |zu |zum )?(?P<p>{_PART})", lambda m: (PARTS[m["p"]],)),
    (r"am morgen", _fixed(Part.MORNING)),
    (r"heute morgen", _fixed(Ahead(), Part.MORNING)),
    (rf"(?P<w>{_LONG}) morgen", lambda m: (OnWeekday(WEEKDAYS[m["w"]]), Part.MORNING)),
    (rf"(?P<w>{_LONG})(?P<p>morgen|vormittag|mittag|nachmittag|abend)",
     lambda m: (OnWeekday(WEEKDAYS[m["w"]]), PARTS.get(m["p"], Part.MORNING))),
    (rf"(?P<w>{_LONG})|am (?P<w2>{_WDAY})", _which(Which.NEAREST)),
    (rf"(?:kommend|folgend)e[nrsm]? (?P<w>{_WDAY})", lambda m: (OnWeekday(WEEKDAYS[m["w"]]),)),
    (rf"nachste[nrsm]? (?P<w>{_WDAY})", lambda m: (OnWeekday(WEEKDAYS[m["w"]], Which.NEXT),)),
    (rf"ubernachste[nrsm]? (?P<w>{_WDAY})", lambda m: (OnWeekday(WEEKDAYS[m["w"]], Which.AFTER_NEXT),)),
    (rf"diese[nrsm]? (?P<w>{_WDAY})", lambda m: (OnWeekday(WEEKDAYS[m["w"]], Which.THIS_WEEK),)),
    (rf"(?:letzt|vergangen|vorig)e[nrsm]? (?P<w>{_WDAY})", lambda m: (OnWeekday(WEEKDAYS[m["w"]], Which.LAST),)),
    (rf"(?P<w>{_LONG}) in (?:einer woche|8 tagen|acht tagen)",
     lambda m: (OnWeekday(WEEKDAYS[m["w"]], Which.WEEK_LATER),)),
    (rf"(?P<w>{_WDAY}) (?:der )?{_NEXT} woche|{_NEXT} woche (?:am )?(?P<w2>{_WDAY})", _which(Which.NEXT_WEEK)),
    (rf"(?P<w>{_WDAY}) dieser woche|diese woche (?:am )?(?P<w2>{_WDAY})", _which(Which.THIS_WEEK)),
    (rf"(?P<w>{_WDAY}) ubernachster woche|ubernachste woche (?:am )?(?P<w2>{_WDAY})", _which(Which.AFTER_NEXT)),
    (r"(?:am |dieses |am kommenden )?wochenende", _fixed(OnWeekday(5))),
    (r"(?:am )?nachste[ns] wochenende", _fixed(OnWeekday(5, Which.NEXT))),
    (rf"(?:in der )?{_NEXT} woche", _fixed(NextPeriod(Unit.WEEK))),
    (r"(?:in der )?ubernachste[nr]? woche", _fixed(NextPeriod(Unit.WEEK, 2))),
    (rf"(?:im )?{_NEXT} monat", _fixed(NextPeriod(Unit.MONTH))),
    (r"(?:im )?ubernachste[nm]? monat", _fixed(NextPeriod(Unit.MONTH, 2))),
    (rf"(?:im )?{_NEXT} jahr", _fixed(NextPeriod(Unit.YEAR))),
    (rf"(?:im )?{_NEXT} quartal", _fixed(Vague())),
    (rf"(?:{_ON} )?(?P<d>\d{{1,2}})\.? ?(?P<m>{_MON})\.?{_YEAR}", _date),
    (rf"(?:{_ON} )?{_ORD} (?P<m>{_MON}){_YEAR}", _date),
    (rf"{_ON} (?P<d>\d{{1,2}})\.?", lambda m: _one(date_of(int(m["d"])))),
    (r"(?P<d>\d{1,2})\.", lambda m: _one(date_of(int(m["d"])))),
    (rf"(?:im |{_NEXT} |diesen )?{_MON}(?: (?:19|20)\d\d)?", _fixed(Vague())),
    (r"(?:im jahr |in |im jahre )?20\d\d", _fixed(Vague())),
    (rf"(?:im |{_NEXT} |diesen |dieses )(?:fruhjahr|fruhling|sommer|herbst|winter)", _fixed(Vague())),
    (rf"(?:(?:am|gegen|zum|bis) )?(?:ende|letzten tag(?: im| des)?) (?:(?P<m>{_MON})"
     rf"|(?:des |dieses |(?P<next>{_NEXT} ))?(?:monate?s?|jahres))", _end),
    (r"(?:am |zum |bis )?(?P<m>(?!))?(?P<next>(?!))?(?:monatsende|jahresende)", _end),
    (rf"(?:am |zum |gegen )?(?:ende|anfang|mitte) (?:der |des |dieser |dieses |{_NEXT} )?"
     r"(?:woche|quartals)", _fixed(Vague())),
    (rf"(?:am |zum |gegen )?(?:anfang|beginn|mitte) (?:des |dieses |{_NEXT} )?(?:{_MON}|monate?s|jahres)",
     _fixed(Vague())),
    (r"(?:zu |an |am )?weihnachten", _fixed(*filter(None, [date_of(24, 12)]))),
    (rf"(?:zu |an |am |vor )?(?P<f>{alternatives(FEASTS)})", lambda m: _one(date_of(*FEASTS[m["f"]]))),
    # How often.
    (rf"(?:jede[nrsm]?|alle) (?:(?P<n>{_NUM}) |{_ORD} )?(?P<u>{_UNIT})", _every),
    (rf"(?P<e>{alternatives(EVERY_WORD)})", lambda m: _one(every(*EVERY_WORD[m["e"]]))),
    (r"alle halbe[n]? jahre?|jedes halbe jahr", _fixed(Every(6, Unit.MONTH))),
    (r"alle halbe stunde|jede halbe stunde", _fixed(TooOften())),
    (rf"(?P<n>{alternatives(COUNTS)}) (?:im|pro|am|in der|die|jedes|jeden|jede) (?P<u>tag|woche|monat|jahr)",
     lambda m: (times_a(COUNTS[m["n"]], UNITS[m["u"]][1]),)),
    (rf"jede[nrsm]? (?P<w>{_LONG}(?:(?:,|,? und|,? &) (?:jeden )?{_LONG})*)", _weekdays),
    (rf"(?:immer )?(?P<w>{_LONG}s(?:(?:,|,? und|,? &) {_LONG}s?)*)", _weekdays),
    (rf"(?:immer )am (?P<w>{_LONG}(?:(?:,|,? und|,? &) {_LONG})*)", _weekdays),
    (rf"jede[nrsm]? {_ORD} (?P<w>{_LONG})(?P<of>{_OF_MONTH})?", _nth),
    (rf"(?:immer )?(?:am |den )?{_ORD} (?P<w>{_LONG})(?P<of>{_OF_MONTH})",
     lambda m: _nth(m) if "jed" in m[0] or "immer" in m[0] or m[0].endswith("im monat") else
     (NthIn(ORDINALS[m["o"]], WEEKDAYS[m["w"]], ahead=0),)),
    (rf"(?:am )?{_ORD} (?P<w>{_LONG})(?P<in> (?:im|des|in) (?:(?P<m>{_MON})|(?:(?P<next>{_NEXT}) )?monate?s?))?",
     _nth_in),
    (r"(?:jeden )?(?:werktag|arbeitstag)|werktags|jeden wochentag|an werktagen|wochentags",
     _fixed(EveryWeekday((0, 1, 2, 3, 4)))),
    (r"jedes wochenende|am wochenende immer", _fixed(EveryWeekday((5,)))),
    (r"jeden morgen", _fixed(Every(1, Unit.DAY), Part.MORNING)),
    (rf"jede[n]? (?P<p>{_PART})", lambda m: (Every(1, Unit.DAY), PARTS[m["p"]])),
    (rf"jeden (?P<d>\d{{1,2}})\.(?:{_OF_MONTH})?|(?:immer )?(?:am |den |zum )?(?P<d2>\d{{1,2}})\."
     r"(?: (?:in jedem|jeden|eines jeden|jedes) monate?s?| im monat)",
     lambda m: (EveryDayOfMonth(int(m["d"] or m["d2"])),) if 1 <= int(m["d"] or m["d2"]) <= 31 else None),
    (r"(?:am |den )?letzten tag (?:in jedem|jeden|eines jeden|jedes) monate?s?|immer (?:am|zum) monatsende"
     r"|(?:am |zum )?ende jedes monats|jeden letzten(?: tag)?(?: im| des) monats?", _fixed(EveryDayOfMonth(31))),
    (r"(?:am |zum |immer am )?ersten(?: tag)? (?:in jedem|jeden|eines jeden|jedes) monate?s?|(?:zum |am )?monatsanfang",
     _fixed(EveryDayOfMonth(1))),
    (rf"jeden (?P<d>\d{{1,2}})\.? (?P<m>{_MON})",
     lambda m: None if (day := date_of(int(m["d"]), MONTHS[m["m"]])) is None else (Every(12, Unit.MONTH), day)),
    (rf"jeden {_MON}", _fixed(Vague())),
    # What time.
    (rf"(?:{_AT} ?)?(?P<h>\d{{1,2}}):(?P<min>\d\d)(?: ?uhr| ?h)?", _time),
    (rf"(?:{_AT} ?)?(?P<h>\d{{1,2}})\.(?P<min>\d\d) ?(?:uhr|h)", _time),
    (rf"{_AT} ?(?P<h>\d{{1,2}})\.(?P<min>\d\d)", _time),
    (rf"(?:{_AT} ?)?(?P<h>{_HOUR}) ?(?:uhr|h)(?: ?(?P<min>\d\d))?", _hour),
    (rf"{_AT} ?(?P<h>{_HOUR})", _hour),
    (rf"(?:{_AT} )?(?P<min>viertel|funf|zehn|zwanzig|\d{{1,2}}) (?:minuten )?(?P<way>vor|nach) (?P<half>halb )?"
     rf"(?P<h>{_HOUR})(?: uhr)?", _spoken),
    (rf"(?:{_AT} )?(?P<min>halb|dreiviertel|viertel) (?P<h>{_HOUR})(?: uhr)?", _before_hour),
    (r"(?:um )?12 uhr mittags?", _fixed(Clock(12))),
    (r"(?:um |zu |an )?mitternacht", _fixed(Midnight())),
)  # fmt: skip

GERMAN = Language(
    patterns=compile_patterns(_TABLE),
    around=AROUND,
    asking=ASKING,
    words=frozenset(word for word in KNOWN if len(word) >= SHORTEST_REPAIRED),
)
