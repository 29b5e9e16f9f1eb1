"""From any text to plain words: the same words whatever the case, spacing, punctuation or typography.

Training phrasings and questions go through the same functions. Nothing here raises.
"""

from __future__ import annotations

import re
import unicodedata

MAX_CHARACTERS = 4096
"""Characters of a text that are read; Telegram's own limit for a message."""

MAX_WORDS = 192
"""Words that are matched: the first and the last half of a longer text."""

MAX_LETTERS = 40
"""Letters of one word that are read."""

_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ`´′＇", "'"))
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_INVISIBLE = frozenset({"Cf", "Mn", "Me"})
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")

_ENGLISH = {
    "dont": "do not", "doesnt": "does not", "didnt": "did not", "isnt": "is not", "arent": "are not",
    "wasnt": "was not", "werent": "were not", "wont": "will not", "won't": "will not", "cant": "can not",
    "can't": "can not", "cannot": "can not", "couldnt": "could not", "shouldnt": "should not",
    "wouldnt": "would not", "havent": "have not", "hasnt": "has not", "hadnt": "had not", "aint": "is not",
    "ain't": "is not", "shan't": "shall not", "im": "i am", "ive": "i have", "youre": "you are",
    "youve": "you have", "theyre": "they are", "theyve": "they have", "thats": "that is",
    "whats": "what is", "wheres": "where is", "hows": "how is", "whos": "who is", "theres": "there is",
    "let's": "let us", "lets": "let us", "it's": "it is", "that's": "that is", "what's": "what is",
    "where's": "where is", "how's": "how is", "who's": "who is", "when's": "when is", "why's": "why is",
    "there's": "there is", "here's": "here is", "he's": "he is", "she's": "she is",
    "u": "you", "ur": "your", "r": "are", "ya": "you", "yall": "you", "y'all": "you", "n": "and",
    "wanna": "want to", "gonna": "going to", "gotta": "got to", "gimme": "give me", "lemme": "let me",
    "dunno": "do not know", "idk": "i do not know", "wat": "what", "wut": "what", "coz": "because",
    "cuz": "because", "cus": "because", "bc": "because", "abt": "about", "b4": "before", "pics": "photos",
    "pic": "photo", "msg": "message", "msgs": "messages", "acc": "account", "acct": "account",
    "tho": "though", "thru": "through", "tmrw": "tomorrow", "ppl": "people", "govt": "government",
    "info": "information", "infos": "information", "prefs": "preferences",
}  # fmt: skip
_ENGLISH_ENDINGS = (("n't", " not"), ("'m", " am"), ("'re", " are"), ("'ve", " have"), ("'ll", " will"),
                    ("'d", " would"), ("'s", ""), ("s'", "s"))  # fmt: skip

_ENGLISH_FILLERS = """
    please pls plz hi hello hey hiya yo thanks thank thx ty bro bruh dude mate man lol lmao rofl wtf wth omg
    omfg fuck fucking fucked fuckin fkn shit shitty damn damned bloody goddamn hell crap crappy bullshit
    stupid idiot idiots idiotic moron morons dumb dumbass asshole assholes bastard bastards bitch cunt prick
    ass jerk sucks piss pissed um uh hmm hm erm huh ugh argh sigh kindly
"""
_GERMAN_FILLERS = """
    bitte danke hallo hi hey moin servus scheiss scheisse scheiße verdammt verdammte verdammten bloed blöd
    bloede idiot idioten arsch arschloch kacke mist hm aeh äh ähm halt mal
"""
_FILLERS = {"en": frozenset(_ENGLISH_FILLERS.split()), "de": frozenset(_GERMAN_FILLERS.split())}


def fold(text: str) -> str:
    """`text` without what typography adds: one case, no accents, no invisible characters.

    At most `MAX_CHARACTERS` characters of it are read.
    """
    text = text[:MAX_CHARACTERS].translate(_APOSTROPHES)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)[: 2 * MAX_CHARACTERS]
    text = text.casefold()
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        kept = (
            c
            for c in decomposed
            if not unicodedata.combining(c) and unicodedata.category(c) not in {"Cf", "Mn", "Me"}
        )
        text = "".join(kept).translate(_LETTERS)
    return text


def every_word(text: str, language: str) -> tuple[str, ...]:
    """All words of `text` with contractions resolved ("don't" and "dont" are "do not"), fillers included."""
    found: list[str] = []
    for match in _WORD.finditer(fold(text)):
        token = match.group()[:MAX_LETTERS]
        token = _STRETCHED.sub(r"\1\1", token)
        if language == "en":
            found.extend(_resolve(token).split())
        else:
            found.extend(part for part in token.split("'") if part)
    return tuple(found)


def words(text: str, language: str) -> tuple[str, ...]:
    """The words of `text` that are matched: at most `MAX_WORDS`, without greetings, thanks and curses.

    A text of nothing but those keeps them.
    """
    found = every_word(text, language)
    fillers = _FILLERS.get(language, frozenset())
    kept = tuple(word for word in found if word not in fillers) or found
    if len(kept) > MAX_WORDS:
        kept = kept[: MAX_WORDS // 2] + kept[-MAX_WORDS // 2 :]
    return kept


def _resolve(token: str) -> str:
    if (known := _ENGLISH.get(token)) is not None:
        return known
    if "'" in token:
        for ending, instead in _ENGLISH_ENDINGS:
            if token.endswith(ending) and len(token) > len(ending):
                return (token.removesuffix(ending) + instead).replace("'", " ")
        return token.replace("'", " ")
    return token
