"""From a person's words to a schedule, and from a sentence to the words about time and the others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.reminders.phrases.other import read_other
from bot.reminders.phrases.pieces import (
    Clock,
    Every,
    EveryDayOfMonth,
    EveryNth,
    EveryWeekday,
    Language,
    OnDate,
    Part,
    Piece,
    Slashed,
    TooOften,
    Vague,
)
from bot.reminders.phrases.reading import Reading, Request, Unclear, Why
from bot.reminders.phrases.resolve import Moment, day_first, resolve
from bot.reminders.phrases.scan import (
    LANGUAGES,
    MAX_WORDS,
    Found,
    Words,
    choose,
    read_words,
    repair,
)

EXAMPLES = {"en": "31 January at 10:00", "de": "am 31. Januar um 10 Uhr"}
_OTHER_EXAMPLE = "31.01. 10:00"

_REPEATS = (Every, EveryWeekday, EveryNth, EveryDayOfMonth, TooOften)
_ME = frozenset({"me", "mich", "mir"})
_MOST_WHAT = 8


def read_when(text: str, *, now: datetime, zone: str, language: str, region: str | None = None) -> Reading:
    """What `text`, words about time and nothing else, means at `now`.

    English and German are both read, `language` first; other languages as far as dateparser is right about
    them. The same arguments always give the same reading.

    Args:
        text: up to `MAX_WORDS` words.
        now: aware.
        zone: the member's IANA zone.
        language: code of the interface's language.
        region: decides whether 12/1 is in January; without it both are offered, except in German.

    Raises:
        ValueError, KeyError: there is no such zone.
    """
    moment = Moment(now=now, zone=zone, day_first=day_first(region, language))
    example = EXAMPLES.get(language, _OTHER_EXAMPLE)
    refused: Unclear | None = None
    for words, spoken in _attempts(text, language):
        found = choose(words, spoken)
        if not found.pieces or any(not _says_nothing(words, number, spoken) for number in found.left):
            continue
        reading = resolve(found.pieces, moment, example=example)
        if not isinstance(reading, Unclear):
            return reading
        if refused is None or refused.why is Why.UNKNOWN:
            refused = reading
    if refused is None and language not in LANGUAGES and len(text.split()) <= MAX_WORDS:
        pieces = read_other(text, language, moment.local)
        if pieces is not None:
            return resolve(pieces, moment, example=example)
    return refused or Unclear(example)


def split_request(text: str, *, language: str) -> Request:
    """The two halves of what follows /remind: "next friday at 18:00 check meta", in either order."""
    best = _best(text, language, asked=None)
    return best or Request("", text.strip())


def looks_like_reminder(text: str, *, language: str) -> Request | None:
    """The halves of a plain sentence that asks for a reminder; None when it is something else.

    It is one when it asks ("remind me …", "erinnere mich …", "kannst du mich … erinnern"), begins with
    how often ("every 3 months linkedin") or a day and hour, when it is a verb of checking with the time at
    its end ("check linkedin in 3 months"), or speaks of nothing but a time, other than a bare date.
    """
    if len(text) > 600 or len(text.split()) > MAX_WORDS:
        return None
    return _best(text, language, asked=True)


def _best(text: str, language: str, *, asked: bool | None) -> Request | None:
    """The request in whichever language most of its words are about time, unrepaired ones first."""
    best: tuple[int, Request] | None = None
    for words, spoken in _attempts(text, language):
        lead = _asking(words, spoken)
        found = choose(words, spoken, skip=lead, from_end=bool(lead))
        if asked and not _is_request(text, words, spoken, lead, found):
            continue
        if not found.pieces and not (asked and lead):
            continue
        if best is None or len(found.taken) + len(lead) > best[0]:
            best = (len(found.taken) + len(lead), _halves(words, spoken, found))
    return None if best is None else best[1]


def _attempts(text: str, language: str) -> Iterator[tuple[Words, Language]]:
    codes = sorted(LANGUAGES, key=lambda code: (code != language, code != "en"))
    read = {code: read_words(text, code) for code in codes}
    for code in codes:
        yield read[code], LANGUAGES[code]
    for code in codes:
        mended = repair(read[code], code)
        if mended != read[code]:
            yield mended, LANGUAGES[code]


def _says_nothing(words: Words, number: int, language: Language) -> bool:
    word = words.read[number]
    return not word or word in language.around or word in language.asking.polite


def _asking(words: Words, language: Language) -> tuple[int, ...]:
    """The numbers of the words that only ask for a reminder."""
    text = " ".join(words.read)
    end = language.asking.ends.search(text)
    begin = language.asking.begins.match(text) or (language.asking.framed.match(text) if end else None)
    if begin is None:
        return ()
    first = len(begin[0].split())
    numbers = list(range(first))
    if end is not None and end.start() >= begin.end():
        numbers.extend(range(len(words.read) - len(end[0].split()), len(words.read)))
    return tuple(numbers)


def _is_request(text: str, words: Words, language: Language, lead: tuple[int, ...], found: Found) -> bool:
    left = [number for number in found.left if not _says_nothing(words, number, language)]
    if lead:
        rest = [
            words.read[number] for number in found.left if words.read[number] not in language.asking.polite
        ]
        if found.pieces and not all(isinstance(piece, Vague) for piece in found.pieces):
            return not (rest and rest[0] in language.asking.questions and min(found.taken) > found.left[0])
        if rest and not any(words.read[number] in _ME for number in lead):
            return False  # "reminder letter they did not answer"
        rest = [word for word in rest if word not in language.asking.before_what]
        return not (rest and rest[0] in language.asking.questions) and len(rest) <= _MOST_WHAT
    if not found.pieces or text.rstrip().endswith("?") or len(left) > _MOST_WHAT:
        return False
    if any(words.read[number] in language.asking.questions for number in left):
        return False
    if not left:
        # A bare date is rather an answer, or a claim ("26 June 2024").
        return any(not isinstance(piece, OnDate | Slashed | Vague | Part) for piece in found.pieces)
    if min(found.taken) == 0 and max(found.taken) < left[0]:
        return _repeats(found.pieces) or (_names_day(found.pieces) and _names_time(found.pieces))
    if min(found.taken) == 0 and _repeats(found.pieces):
        return True
    return (
        words.read[0] in language.asking.checking and max(found.taken) > left[-1] and _is_sure(found.pieces)
    )


def _repeats(pieces: tuple[Piece, ...]) -> bool:
    return any(isinstance(piece, _REPEATS) for piece in pieces)


def _is_sure(pieces: tuple[Piece, ...]) -> bool:
    return _names_day(pieces) and not any(isinstance(piece, Vague) for piece in pieces)


def _names_time(pieces: tuple[Piece, ...]) -> bool:
    return any(isinstance(piece, Clock) for piece in pieces)


def _names_day(pieces: tuple[Piece, ...]) -> bool:
    return any(not isinstance(piece, Clock) for piece in pieces)


def _halves(words: Words, language: Language, found: Found) -> Request:
    when = [words.typed[number] for number in sorted(found.taken) if words.typed[number]]
    left = list(found.left)
    while left and (words.read[left[0]] in language.asking.before_what or words.read[left[0]] in ("", ",")):
        left.pop(0)
    while left and (words.read[left[-1]] in language.asking.polite or words.read[left[-1]] in ("", ",")):
        left.pop()
    what = " ".join(words.typed[number] for number in left if words.typed[number])
    return Request(" ".join(when).strip(" ,"), what.strip(" ,.:;!–-"))
