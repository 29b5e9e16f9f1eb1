"""What is taken out of a member's own question before an editor may see it; pure, and shown to the member.

It takes out rather too much: a word lost does little harm, and the member sees the result before it is sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.matching.frequent import ENGLISH

MAX_CHARACTERS = 500
"""How much of a question is sent."""


@dataclass(frozen=True, slots=True)
class Masks:
    """The words that stand for what was taken out, in the member's language."""

    mail: str = "[mail]"
    link: str = "[link]"
    name: str = "[name]"
    number: str = "[number]"
    address: str = "[address]"


_MAIL = re.compile(r"[^\s<>()\[\],;:\"]+@[^\s<>()\[\],;:\"]+\.\w{2,}")
_SPELT_MAIL = re.compile(
    r"[\w.+-]+\s*[\[({]\s*(?:at|ät|@)\s*[\])}]\s*[\w-]+"
    r"(?:\s*(?:\.|[\[({]?\s*(?:dot|punkt|point|punto)\s*[\])}]?)\s*\w+)*",
    re.IGNORECASE,
)
_ENDINGS = (
    r"(?:com|org|net|info|biz|name|io|ai|app|dev|me|co|eu|de|at|ch|li|fr|be|nl|lu|it|es|pt|pl|cz|dk|se|no|fi|ie|uk|"
    r"us|ca|br|hk|gg|tv|ly|xyz|online|site|page|cloud|link|shop|blog|social|edu|gov)"
)
_LINK = re.compile(
    rf"(?:[a-z][a-z0-9+.-]*://\S+|(?<![\w.])www\.\S+|(?<![\w.@])(?:[\w-]+\.)+{_ENDINGS}(?![\w-])(?:[/?#:]\S*)?)",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<!\w)@\w{2,}")
_GAP = r"[\s./()\u2010-\u2015-]"
_SEPARATED = re.compile(rf"(?<!\w)[+(]{{0,2}}\d(?:{_GAP}{{0,3}}\d){{5,}}(?!\w)")
_MIXED = re.compile(r"(?<!\w)(?=(?:[\w-]*?\d){5})[\w-]+(?!\w)")

_WORD = r"[^\W\d_][\w'’.-]*"
_HOUSE = r"\d{1,4}\s?[a-zA-Z]?(?:\s?[-/]\s?\d{1,4}\s?[a-zA-Z]?)?(?!\w)"
_STREET_AFTER = (
    r"(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|way|court|ct|place|pl|square|sq|boulevard|blvd|terrace|"
    r"crescent|close|row|parkway|highway|hwy)"
)
_GERMAN_STREET = (
    r"(?:straße|strasse|str\.?|weg|gasse|platz|allee|ring|ufer|damm|steig|chaussee|promenade"
    r"|straat|laan|plein)"
)
_STREET_BEFORE = (
    r"(?:rue|avenue|boulevard|chemin|impasse|quai|calle|avenida|plaza|paseo|via|viale|piazza|corso|rua|"
    r"ulica|ul\.)"
)
_TOWN = r"(?:,?\s+(?:in\s+)?\d{4,5}\s+[^\W\d_][\w-]+)?"
_ADDRESSES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<!\w){_HOUSE},?\s+(?:{_WORD}\s+){{1,3}}{_STREET_AFTER}(?!\w)\.?"
        r"(?:,?\s+(?:apt|flat|unit|suite)\.?\s*\w+)?",
        rf"(?<!\w)(?:[\w-]*{_GERMAN_STREET}|(?:{_WORD}\s+){{0,2}}{_GERMAN_STREET})\s*(?:nr\.?\s*)?{_HOUSE}{_TOWN}",
        rf"(?<!\w)(?:{_HOUSE},?\s+)?{_STREET_BEFORE}\s+(?:{_WORD}\s*){{1,4}}(?:,?\s*(?:n[.º°]\s*)?{_HOUSE})",
        rf"(?<!\w){_HOUSE},?\s+{_STREET_BEFORE}\s+(?:{_WORD}\s*){{1,4}}",
        r"(?<!\w)[a-z]{1,2}\d[a-z\d]?\s?\d[a-z]{2}(?!\w)",
        r"(?<!\w)(?:d|a|ch|at|de|f|b|nl|i)-\d{4,5}(?:\s+[^\W\d_][\w-]+)?",
    )
)
_PLACE = re.compile(
    rf"(?<!\w)(?i:am|an der|an dem|auf der|auf dem|in der|zum|zur|unter den)\s+[A-ZÄÖÜ][\w-]+\s+"
    rf"\d{{1,3}}\s?[a-zA-Z]?(?![\w.]){_TOWN}"
)
_POSTCODE_TOWN = re.compile(  # but not the end of a longer number, whose beginning would stay
    rf"(?<!\w)(?<!\d{_GAP})(?<!\d{_GAP}{{2}})(?<!\d{_GAP}{{3}})\d{{5}}(?:-\d{{4}})?\s+[^\W\d_][\w-]+"
)

_INTRODUCED = re.compile(
    r"\b(my (?:full |real )?name is|my name's|(?:i am|i'm|im) (?:called|named)|call me|they call me"
    r"|ich hei(?:ß|ss)e|ich werde \w+ genannt|mein (?:voller )?name (?:ist|lautet)|man nennt mich"
    r"|je m['’]appelle|mon nom est|me llamo|mi nombre es|mi chiamo|il mio nome è|meu nome é|eu me chamo"
    r"|chamo-me|mijn naam is|ik heet|nazywam się|mam na imię)(\s*:?\s+)",
    re.IGNORECASE,
)
_PRESENTED = re.compile(
    r"(?i:\b(i am|i'm|i’m|this is|ich bin(?: der| die)?|hier ist|hier spricht|je suis|soy|sono))(\s+)"
    r"(?=[A-ZÄÖÜÉÈÁÓÚ])"
)
_TITLED = re.compile(
    r"\b((?i:mr|mrs|ms|miss|dr|prof|herr|herrn|frau|monsieur|madame|mme|señor|señora|sra?|signora?))(\.?\s+)"
    r"(?=[A-ZÄÖÜÉÈÁÓÚ])"
)
_SIGNED = re.compile(
    r"((?:(?:best|kind|warm) regards|regards|cheers|sincerely|yours|thanks|thank you"
    r"|(?:viele|liebe|beste|schöne|freundliche)[nr]? grü(?:ß|ss)en?|mit freundlichen grü(?:ß|ss)en"
    r"|grü(?:ß|ss)e|gru(?:ß|ss)|lg|mfg|vg|danke)[\s,.!-]+)((?:[^\W\d_][\w'’-]*[ ]?){1,3})[.! ]*$",
    re.IGNORECASE,
)
_ON = """
    and und et y e en i ich je but aber from aus von de who der die das the a an in at bei with mit or oder
    my mein meine want möchte have habe need brauche is ist am bin use nutze since seit because weil so
    also would can could how what when where why wie was wann wo warum kann
"""
_SMALL = frozenset(_ON.split())
_MOST_NAMES = 3
_READ = 800
"""How many signs of a text are looked at: more than are sent, since masks are shorter than what they hide."""
_LONGEST_WORD = 60
"""A longer one is a link, a key or noise."""


def mask(text: str, masks: Masks | None = None) -> str:
    """`text` without addresses, mail addresses, links, @names, names after "my name is" and long numbers.

    At most `MAX_CHARACTERS`; white space is folded and signs that cannot be seen are left out.
    """
    masks = masks or Masks()
    text = _bounded(text, masks)
    for pattern, word in ((_MAIL, masks.mail), (_SPELT_MAIL, masks.mail), (_LINK, masks.link)):
        text = pattern.sub(word, text)
    text = _HANDLE.sub(masks.name, text)
    for pattern in _ADDRESSES:
        text = pattern.sub(masks.address, text)
    for pattern in (_PLACE, _POSTCODE_TOWN):
        text = pattern.sub(masks.address, text)
    for pattern in (_SEPARATED, _MIXED):
        text = pattern.sub(masks.number, text)
    text = _names(text, _INTRODUCED, masks.name, surely=True)
    text = _names(text, _PRESENTED, masks.name, surely=False)
    text = _names(text, _TITLED, masks.name, surely=False)
    text = _SIGNED.sub(lambda found: _signed(found, masks.name), text)
    return text if len(text) <= MAX_CHARACTERS else text[: MAX_CHARACTERS - 1].rstrip() + "…"


def _bounded(text: str, masks: Masks) -> str:
    """`text` in one line and so short that no pattern takes long, whatever somebody made up."""
    words = "".join(sign if sign.isprintable() else " " for sign in text[:_READ]).split()
    if len(text) > _READ:  # what was cut off in the middle would not be recognised any more
        words = words[:-1]
        while words and re.search(r"[\d@]", words[-1]):
            words.pop()
    return " ".join(word if len(word) <= _LONGEST_WORD else masks.link for word in words)


def says_something(masked: str, masks: Masks | None = None) -> bool:
    """Whether anything but masks is left."""
    masks = masks or Masks()
    for word in (masks.mail, masks.link, masks.name, masks.number, masks.address):
        masked = masked.replace(word, " ")
    return len(re.findall(r"[^\W\d_]{2,}", masked)) > 0


def _names(text: str, pattern: re.Pattern[str], word: str, *, surely: bool) -> str:
    """Mask the words after each hit of `pattern` that are likely a name."""
    done, rest = "", text
    while found := pattern.search(rest):
        done += rest[: found.end()]
        rest = rest[found.end() :]
        length = _length_of_name(rest, _is_name if surely else _is_capital)
        if length:
            done, rest = done + word, rest[length:]
    return done + rest


def _length_of_name(text: str, belongs: Callable[[str, int], bool]) -> int:
    """How many characters at the beginning of `text` are a name."""
    at = 0
    for position in range(_MOST_NAMES):
        found = re.match(r"\s*([^\W\d_][\w'’-]*)", text[at:])
        if found is None or not belongs(found[1], position):
            break
        at += found.end()
    return at


def _is_name(word: str, position: int) -> bool:
    """The first word after "my name is" is one; those after it, unless they go on with the sentence."""
    plain = word.casefold()
    return position == 0 or (plain not in _SMALL and (word[0].isupper() or plain not in ENGLISH))


def _is_capital(word: str, position: int) -> bool:
    return word[0].isupper() and not (word.isupper() and len(word) > 1) and word.casefold() not in _SMALL


def _signed(found: re.Match[str], word: str) -> str:
    names = found[2].split()
    known = all(name.casefold() in ENGLISH or name.casefold() in _SMALL for name in names)
    return found[0] if known else f"{found[1]}{word}"
