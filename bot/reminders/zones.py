"""The time zone of a member, by city, country or id, with typos forgiven.

The names come from the time zone database (`tzdata`), from Unicode's (`Babel`; English and German) and from a
table of large cities. Who asks is told apart by nothing: words go in, zones come out.
"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.matching.normalise import fold
from bot.reminders.places import CITIES, COUNTRIES, COUNTRY_NAMES

MOST = 3
"""Zones that are offered at most."""

_LANGUAGES = ("en", "de")
_LEADING = frozenset(
    [
        "i",
        "im",
        "am",
        "i'm",
        "live",
        "in",
        "near",
        "from",
        "my",
        "time",
        "timezone",
        "zone",
        "is",
        "ich",
        "wohne",
        "lebe",
        "bin",
        "aus",
        "bei",
        "nahe",
        "meine",
        "zeitzone",
        "ist",
        "the",
        "city",
        "of",
        "der",
        "stadt",
    ]
)
_SHORTEST_MENDED = 4
_SPLIT = re.compile(r"[,;()\n]+")
_NO_PLACE = frozenset({"Factory", "localtime"})


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone to offer.

    Attributes:
        id: IANA name.
        place: what it is called here: the city that was meant, as the tables spell it.
    """

    id: str
    place: str


def find_zone(words: str) -> tuple[Zone, ...]:
    """The zones that `words` may mean, likeliest first: one when it is sure, up to `MOST`, or none.

    Args:
        words: "Europe/Berlin", "berln", "ich wohne in München", "Portland, Maine", "Austria"; 100 characters
            are read.
    """
    words = " ".join(words.split())[:100]
    names = _names()
    by_id = _ids().get(words.casefold().replace(" ", "_"))
    if by_id is not None and _key(words) not in names:  # "EST" is also the id of a zone without summer time
        return (Zone(by_id, _place(by_id)),)
    wanted = list(dict.fromkeys(_readings(words)))
    for name in wanted:
        if name in names:
            return names[name][:MOST]
    for name in wanted:
        if len(name) >= _SHORTEST_MENDED:
            begun = [zone for known in sorted(names) if known.startswith(name + " ") for zone in names[known]]
            if found := _distinct(begun):
                return found
    for name in wanted:
        if found := _mended(name):
            return found
    return ()


def is_zone(name: str) -> bool:
    """Whether `name` is a zone that reminders may be kept in."""
    return _ids().get(name.casefold()) is not None and name in zoneinfo.available_timezones()


def _readings(words: str) -> Iterator[str]:
    """The names that `words` may be: all, each part between commas, all without "I live in"."""
    yield _key(words)
    for part in [words, *_SPLIT.split(words)]:
        said = _key(part).split()
        while said and said[0] in _LEADING:
            said.pop(0)
        if said:
            yield " ".join(said)


def _key(name: str) -> str:
    """`name` for comparison: folded, "ue" like "ü", hyphens and dots like spaces."""
    folded = re.sub(r"[^\w' ]+|_", " ", fold(name))
    return " ".join(re.sub("ae|oe|ue", lambda found: found[0][0], folded).split())


def _distinct(zones: Iterable[Zone]) -> tuple[Zone, ...]:
    return tuple({zone.id: zone for zone in reversed(list(zones))}.values())[::-1][:MOST]


def _mended(name: str) -> tuple[Zone, ...]:
    """Zones of the names that differ from `name` by fewest letters: one in four, at most three."""
    if len(name) < _SHORTEST_MENDED:
        return ()
    names = _names()
    limit = min(3, (len(name) + 1) // 4)
    near = process.extract(name, names.keys(), scorer=OSA.distance, score_cutoff=limit, limit=20)
    near = [hit for hit in near if len(hit[0]) >= _SHORTEST_MENDED]
    if not near:
        return ()
    best = min(distance for _, distance, _ in near)
    # Typists leave out letters more often than they add some, and seldom miss the first.
    nearest = sorted(known for known, distance, _ in near if distance == best)
    same = [known for known in nearest if known[0] == name[0]] or nearest
    same = [known for known in same if _leaves_out(name, known)] or same
    return _distinct(zone for known in same for zone in names[known])


def _leaves_out(typed: str, name: str) -> bool:
    """Whether `typed` is `name` with letters left out."""
    rest = iter(name)
    return all(letter in rest for letter in typed)


def _place(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


@lru_cache(maxsize=1)
def _ids() -> Mapping[str, str]:
    """Every id in small letters, to the id that is kept: old names give their new one."""
    current = {zone for _, zone in _tab()} | {"UTC"}
    links = _links()
    kept: dict[str, str] = {}
    for zone in sorted(zoneinfo.available_timezones() - _NO_PLACE):
        target = zone if zone in current else links.get(zone, zone)
        kept[zone.casefold()] = "UTC" if target in ("Etc/UTC", "Etc/GMT") else target
    return kept


def _lines(name: str) -> list[str]:
    text = resources.files("tzdata").joinpath("zoneinfo", name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def _tab() -> list[tuple[str, str]]:
    """Country and zone, as the database lists them."""
    return [(fields[0], fields[2]) for line in _lines("zone.tab") if len(fields := line.split("\t")) > 2]


def _links() -> dict[str, str]:
    return {
        fields[2]: fields[1]
        for line in _lines("tzdata.zi")
        if len(fields := line.split()) == 3 and fields[0] == "L"
    }


@lru_cache(maxsize=1)
def _names() -> Mapping[str, tuple[Zone, ...]]:
    """Every name to its zones; the first table that has it counts: zones, cities, countries."""
    from babel import Locale

    found: dict[str, list[Zone]] = {}

    def add(name: str, zone: str, place: str) -> None:
        key = _key(name)
        if key and not any(known.id == zone for known in found.setdefault(key, [])):
            found[key].append(Zone(zone, place))

    ids = _ids()
    tab = _tab()
    for _, zone in tab:
        add(_place(zone), zone, _place(zone))
    for old, zone in ids.items():
        if "/" in old and "etc/" not in old and _key(_place(old)) not in found:
            add(_place(old), zone, _place(zone))
    for zone, cities in CITIES.items():
        for city in " ".join(cities.split()).split(", "):
            if _key(city) not in found or zone == "UTC":
                add(city, zone, _place(zone) if city.isupper() else city)
    for language in _LANGUAGES:
        locale = Locale(language)
        for old, names in locale.time_zones.items():
            if "city" in names and old.casefold() in ids and _key(names["city"]) not in found:
                add(names["city"], ids[old.casefold()], names["city"])
    zones_of: dict[str, list[str]] = {}
    for country, zone in tab:
        zones_of.setdefault(country, []).append(zone)
    named = set(found)
    for country, zones in zones_of.items():
        offered = COUNTRIES.get(country) or (tuple(zones) if len(zones) == 1 else ())
        spelled = [locale.territories.get(country, "") for locale in map(Locale, _LANGUAGES)]
        for name in [*spelled, *COUNTRY_NAMES.get(country, "").split(", ")]:
            if _key(name) not in named:
                for zone in offered:
                    add(name, zone, _place(zone))
    return {name: tuple(zones) for name, zones in found.items()}
