"""The words of time in German, and those that ask for a reminder."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from bot.reminders.phrases.pieces import Asking, Part, Unit, words_of

NUMBERS: Final[Mapping[str, Fraction]] = {
    word: Fraction(number)
    for words, number in (
        ("ein eine einem einen einer eines", 1), ("zwei zwo", 2), ("drei", 3), ("vier", 4), ("funf", 5),
        ("sechs", 6), ("sieben", 7), ("acht", 8), ("neun", 9), ("zehn", 10), ("elf", 11), ("zwolf", 12),
        ("vierzehn", 14), ("funfzehn", 15), ("achtzehn", 18), ("zwanzig", 20), ("dreissig", 30),
        ("sechzig", 60), ("neunzig", 90), ("anderthalb eineinhalb", "3/2"), ("zweieinhalb", "5/2"),
    )
    for word in words.split()
}  # fmt: skip
HOURS = {
    "eins": 1, "ein": 1, "zwei": 2, "zwo": 2, "drei": 3, "vier": 4, "funf": 5, "sechs": 6, "sieben": 7,
    "acht": 8, "neun": 9, "zehn": 10, "elf": 11, "zwolf": 12,
} | {str(hour): hour for hour in range(25)}  # fmt: skip
UNITS = {
    **dict.fromkeys(("sekunde", "sekunden"), (1, Unit.SECOND)),
    **dict.fromkeys(("minute", "minuten", "min"), (1, Unit.MINUTE)),
    **dict.fromkeys(("stunde", "stunden", "std", "h"), (1, Unit.HOUR)),
    **dict.fromkeys(("tag", "tage", "tagen", "tages"), (1, Unit.DAY)),
    **dict.fromkeys(("woche", "wochen"), (1, Unit.WEEK)),
    **dict.fromkeys(("monat", "monate", "monaten", "monats", "monates"), (1, Unit.MONTH)),
    **dict.fromkeys(("quartal", "quartale", "quartalen", "vierteljahr"), (3, Unit.MONTH)),
    **dict.fromkeys(("halbjahr", "halbjahre"), (6, Unit.MONTH)),
    **dict.fromkeys(("jahr", "jahre", "jahren", "jahres"), (1, Unit.YEAR)),
}
WEEKDAYS = {
    "montag": 0, "mo": 0, "dienstag": 1, "di": 1, "mittwoch": 2, "mi": 2, "donnerstag": 3, "do": 3,
    "freitag": 4, "fr": 4, "samstag": 5, "sonnabend": 5, "sa": 5, "sonntag": 6, "so": 6,
}  # fmt: skip
LONG_DAYS = {name: day for name, day in WEEKDAYS.items() if len(name) > 2}
MONTHS = {
    name: number
    for number, names in enumerate(
        ("januar janner jan", "februar feber feb", "marz mrz", "april apr", "mai", "juni jun", "juli jul",
         "august aug", "september sept sep", "oktober okt", "november nov", "dezember dez"), start=1)
    for name in names.split()
}  # fmt: skip
ORDINALS = {"erst": 1, "1.": 1, "zweit": 2, "2.": 2, "dritt": 3, "3.": 3, "viert": 4, "4.": 4, "letzt": -1}
PARTS = {
    "fruh": Part.MORNING, "morgens": Part.MORNING, "vormittag": Part.MORNING, "vormittags": Part.MORNING,
    "mittag": Part.NOON, "mittags": Part.NOON, "nachmittag": Part.AFTERNOON, "nachmittags": Part.AFTERNOON,
    "abend": Part.EVENING, "abends": Part.EVENING, "nacht": Part.NIGHT, "nachts": Part.NIGHT,
}  # fmt: skip
EVERY_WORD = {
    "taglich": (1, Unit.DAY), "wochentlich": (1, Unit.WEEK), "monatlich": (1, Unit.MONTH),
    "vierteljahrlich": (3, Unit.MONTH), "quartalsweise": (3, Unit.MONTH), "halbjahrlich": (6, Unit.MONTH),
    "jahrlich": (1, Unit.YEAR), "stundlich": (1, Unit.HOUR), "zweiwochentlich": (2, Unit.WEEK),
    "vierzehntagig": (2, Unit.WEEK), "14-tagig": (2, Unit.WEEK),
}  # fmt: skip
FEASTS = {
    "heiligabend": (24, 12), "weihnachten": (24, 12), "silvester": (31, 12), "neujahr": (1, 1),
    "nikolaus": (6, 12),
}  # fmt: skip
COUNTS = {"einmal": 1, "zweimal": 2, "dreimal": 3, "viermal": 4, "sechsmal": 6} | {
    f"{n}{gap}mal": n for n in range(1, 13) for gap in ("", " ", "x ")
}


KNOWN = {
    *WEEKDAYS, *(f"{day}s" for day in LONG_DAYS), *MONTHS, *PARTS, *UNITS, *EVERY_WORD, "morgen",
    "ubermorgen", "heute", "gestern", "jeden", "nachsten", "nachste", "ersten", "letzten", "zweiten",
    "dritten", "wochenende", "mitternacht", "viertel", "ubernachsten", "kommenden", "erinnere", "erinner",
    *(word for word in NUMBERS if len(word) > 4),
}  # fmt: skip
"""What misspelt words are repaired to."""

AROUND = words_of(
    "um am an im ab den dem der die das zum zur bis von vom gegen jeweils immer und genau bitte dann , &"
)

ASKING = Asking(
    begins=re.compile(
        r"(?:(?:bitte|hey|hi|hallo|ok|und|also|mal|kannst|konntest|wurdest|willst|du|bot) )*"
        r"(?:erinner(?:e|st|t|n)?(?: du)? mich|erinnerung|erinner(?:e|n)?"
        r"|(?:mach|mache|stell|stelle|setz|setze|leg|lege|erstell|erstelle)(?: mir)? (?:eine|ne) erinnerung"
        r"|ich (?:mochte|will|brauche|hatte gern)(?: gern)? eine erinnerung|lass mich nicht vergessen)(?!\S)"
        r"(?: bitte(?!\S))?(?: mal(?!\S))?(?: daran(?!\S))?"
    ),
    framed=re.compile(
        r"(?:(?:kannst|konntest|wurdest|willst) du mich|ich (?:mochte|will|wurde)(?: gern)?|mich)(?!\S)"
    ),
    ends=re.compile(r"(?:zu )?(?:erinnern|erinnert werden|erinnert)(?: bitte| danke)?\Z"),
    checking=words_of("prufe pruf checke check kontrolliere uberprufe"),
    questions=words_of(
        "was wie warum wieso weshalb wann wo welche welcher welches wer ob ist sind hat haben kann darf"
    ),
    before_what=words_of(
        "an daran dass das zu wegen fur bezuglich ich zum zur mal bitte den die der mich : dazu nochmal"
    ),
    polite=words_of("bitte danke nochmal wieder"),
)
