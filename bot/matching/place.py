"""Where a person says they live, and on what they use a platform."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.knowledge.model import Region, Surface
from bot.matching.normalise import every_word

_CITIES = {
    "us": "new york, nyc, boston, chicago, seattle, houston, dallas, denver, miami, atlanta, philadelphia, "
    "washington dc, texas, florida, new jersey, massachusetts, illinois, ohio, virginia, oregon, colorado",
    "us-ca": "california, san francisco, los angeles, san diego, oakland, sacramento, silicon valley",
    "gb": "london, manchester, birmingham, edinburgh, glasgow, bristol, leeds, liverpool, cardiff, belfast",
    "ca": "toronto, vancouver, ottawa, calgary, edmonton, ontario, british columbia",
    "ca-qc": "montreal, quebec",
    "de": "berlin, munich, muenchen, hamburg, cologne, koeln, frankfurt, stuttgart, dusseldorf, leipzig",
    "at": "vienna, wien, graz, salzburg",
    "ch": "zurich, zuerich, geneva, genf, basel, bern, lausanne",
    "fr": "paris, lyon, marseille, toulouse, nice",
    "es": "madrid, barcelona, valencia, sevilla",
    "it": "rome, roma, milan, milano, turin, naples",
    "nl": "amsterdam, rotterdam, utrecht, the hague",
    "be": "brussels, antwerp",
    "ie": "dublin, cork",
    "pl": "warsaw, krakow, wroclaw",
    "pt": "lisbon, porto",
    "se": "stockholm, gothenburg",
    "dk": "copenhagen",
    "no": "oslo",
    "fi": "helsinki",
    "cz": "prague",
    "hu": "budapest",
    "gr": "athens",
    "ro": "bucharest",
    "br": "sao paulo, rio de janeiro, brasilia",
    "in": "mumbai, delhi, bangalore, bengaluru, chennai, hyderabad",
    "au": "sydney, melbourne, brisbane, perth",
    "jp": "tokyo, osaka",
    "sg": "singapore",
}

_LIVING_IN = """
    i live in, i am living in, we live in, living in, i am in, i am now in, i am from, i am based in, based
    in, i moved to, i have moved to, moved to, i am moving to, i work in, i am working in, here in, i am at,
    i am a resident of, resident of, i am located in, located in, i reside in, from here in, ich wohne in,
    ich lebe in, ich bin in, ich komme aus, ich bin aus, wir wohnen in, hier in, umgezogen nach, gezogen
    nach, ich arbeite in, ich wohne jetzt in, ich lebe jetzt in
"""
_LIVING = tuple(tuple(phrase.split()) for phrase in _LIVING_IN.split(","))
_LIVING_BY_WORD = {
    phrase[0]: tuple(other for other in _LIVING if other[0] == phrase[0]) for phrase in _LIVING
}
_BETWEEN = frozenset({"the", "now", "currently", "der", "den", "die", "jetzt"})

_SURFACES: Mapping[str, tuple[str, ...]] = {
    "ios": ("iphone", "iphones", "ipad", "ios", "ipados"),
    "android": ("android", "samsung", "galaxy", "pixel", "huawei", "xiaomi"),
    "web": (
        "browser",
        "desktop",
        "laptop",
        "computer",
        "pc",
        "macbook",
        "website",
        "chrome",
        "safari",
        "firefox",
    ),
    "mobile": ("mobile", "phone", "smartphone", "app", "cell", "cellphone", "handy", "telefon", "tablet"),
}
_AROUND = """
    on in via using from with the my an a for im am auf in per mein meinem der dem
"""
_PREPOSITIONS = frozenset(_AROUND.split())


@dataclass(frozen=True, slots=True)
class Living:
    """A sentence of place: its region, and its words from `start` up to `end`."""

    region: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Places:
    """Regions by their names and by well-known cities."""

    by_words: Mapping[tuple[str, ...], str]
    groups: Mapping[str, tuple[str, ...]]
    longest: int

    def words(self) -> frozenset[str]:
        """All words that stand in a place's name."""
        return frozenset(word for words in self.by_words for word in words)

    def at(self, words: Sequence[str], start: int) -> tuple[str, int] | None:
        """The region named at `start`, with the number of its words."""
        for size in range(min(self.longest, len(words) - start), 0, -1):
            if region := self.by_words.get(tuple(words[start : start + size])):
                return region, size
        return None

    def lived_in(self, words: Sequence[str]) -> Living | None:
        """Where the person says they are ("i live in boston now"), the last place said."""
        said: Living | None = None
        for start in range(len(words)):
            for phrase in _LIVING_BY_WORD.get(words[start], ()):
                if tuple(words[start : start + len(phrase)]) != phrase:
                    continue
                after = start + len(phrase)
                while after < len(words) and words[after] in _BETWEEN:
                    after += 1
                if place := self.at(words, after):
                    end = after + place[1]
                    while end < len(words) and words[end] in _BETWEEN:
                        end += 1
                    if said is None or start >= said.end:
                        said = Living(place[0], start, end)
        return said

    def news(self, region: str | None, *, known: str | None) -> str | None:
        """`region`, unless it is what is known already or lies in it."""
        if region is None or region == known or (known is not None and known in self.groups.get(region, ())):
            return None
        return region


def make_places(regions: Iterable[Region]) -> Places:
    """The places of `regions`; a city counts only when its region, or the country of it, is one of them."""
    by_words: dict[tuple[str, ...], str] = {}
    known = {region.id: region for region in regions}
    for region in known.values():
        for name in (region.name, *region.aliases, region.id if region.id in {"uk", "usa", "eu"} else ""):
            if words := every_word(name, "xx"):
                by_words.setdefault(words, region.id)
    for region_id, cities in _CITIES.items():
        target = region_id if region_id in known else region_id.partition("-")[0]
        if target in known:
            for city in cities.split(", "):
                by_words.setdefault(every_word(city, "xx"), target)
    longest = max((len(words) for words in by_words), default=1)
    return Places(by_words, {region.id: region.groups for region in known.values()}, longest)


@dataclass(frozen=True, slots=True)
class Device:
    """On what a platform is used, as far as the question says."""

    surface: Surface | None = None
    mobile: bool = False


NO_DEVICE = Device()
"""Of a question that names none."""


def find_device(words: Sequence[str]) -> Device:
    """The surface that `words` name; "phone" and "app" tell only that it is mobile."""
    named = set(words)
    hits = {kind for kind, signs in _SURFACES.items() if named.intersection(signs)}
    exact = hits & {"ios", "android"}
    if len(exact) == 1:
        return Device(Surface(exact.pop()), mobile=True)
    if "mobile" in hits or exact:
        return Device(None, mobile=True)
    return Device(Surface.WEB) if "web" in hits else Device()


def device_names() -> frozenset[str]:
    """Words that name a device or a program to reach a platform with."""
    return frozenset(sign for signs in _SURFACES.values() for sign in signs)


def device_words() -> frozenset[str]:
    """Words that name a device, with those around them ("on my")."""
    return device_names() | _PREPOSITIONS
