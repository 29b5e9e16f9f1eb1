"""Help is there in every covered region and in every language, and idioms and plain questions get none."""

from __future__ import annotations

import re
from datetime import date

import pytest

from bot.chat.render import render
from bot.chat.screens.alarm import children_screen, distress_screen, images_screen
from bot.chat.screens.viewer import UNSAID, Viewer
from bot.chat.wording import words_for
from bot.knowledge.model import KnowledgeBase
from bot.knowledge.regions import NAMED_GROUPS, chain
from bot.matching.alarm import Alarm, read_alarm
from bot.matching.secrets import find_secret
from tests.support.knowledge import released

TODAY = date(2026, 11, 25)
RUNS_116_123 = frozenset({"at", "cz", "de", "ee", "hu", "ie", "lt", "lv", "no", "pl", "si", "gb"})
"""Countries where 116 123 was seen to run; nowhere else may it be given."""


def base() -> KnowledgeBase:
    return released().draft


def covered() -> list[str]:
    """The named groups and every country that lies in one of them."""
    return [one for one in base().regions if set(chain(base(), one)) & set(NAMED_GROUPS)]


def test_every_contact_has_a_source_a_check_and_a_way_in() -> None:
    helplines = base().helplines
    for point in (*helplines.distress, *helplines.children, *helplines.images):
        assert point.sources, point
        assert all(name in base().sources for name in point.sources), point
        assert point.checked >= date(2026, 11, 1), point
        assert point.phone or point.url or point.text, point
        assert point.region == "world" or point.region in base().regions, point


def test_every_telephone_number_says_its_hours() -> None:
    silent = [point.name for point in base().helplines.distress if point.phone and not point.hours]
    assert silent == []


def test_no_number_of_one_country_is_given_in_another() -> None:
    wrong = [
        (point.region, point.name)
        for point in base().helplines.distress
        if re.search(r"\b116 ?123\b", f"{point.phone} {point.text}") and point.region not in RUNS_116_123
    ]
    assert wrong == []


@pytest.mark.parametrize("code", sorted(base().languages))
def test_every_covered_region_has_an_emergency_number_and_somebody_to_talk_to(code: str) -> None:
    for region in (*covered(), UNSAID):
        viewer = Viewer(words_for(code), base(), TODAY, region=region)
        for make in (distress_screen, children_screen, images_screen):
            (message,) = render(make(viewer))
            assert re.search(r"\b(112|911|999|190)\b", message.plain), (region, make.__name__)
            assert message.plain.count("–") >= 1, (region, make.__name__)
        assert not distress_screen(viewer).rows, "nothing else stands on that screen"


WISH_TO_DIE = (
    "Ich kann nicht mehr und will einfach nicht mehr leben",
    "ich bringe mich um",
    "ich hab keine kraft mehr, am liebsten wär ich tot",
    "ich denk jeden tag an selbstmord",
    "mein freund will sich umbringen was soll ich tun",
    "ich möcht mir was antun",
    "mag nimmer leben",
    "i dont want to live anymore",
    "thinking about killing myself tonight",
)
CHILDREN = (
    "meine tochter wird mit nacktfotos erpresst",
    "jemand hat meinem sohn geschrieben er soll nacktbilder schicken",
    "in der schule gehen ki nacktbilder von meiner 13 jährigen tochter rum",
)
IMAGES = (
    "mein ex hat nacktfotos von mir ins netz gestellt",
    "jemand droht meine intimen bilder zu veröffentlichen",
)
HARMLESS = (
    "die einstellungen bringen mich um den verstand",
    "ich lach mich tot über diese ki",
    "nutzt linkedin fotos meiner kinder für ki",
    "das ist beruflicher selbstmord wenn ich das poste",
    "linkedin geht mir auf die nerven, wie schalte ich das ab",
    "lernt die ki auch aus meinen bikinifotos",
    "sterbe vor langeweile, wie lösche ich mein konto",
    "this app is killing me",
)
SECRETS = (
    "mein passwort ist Sonnenblume77",
    "der code lautet 482913",
    "meine iban ist DE89 3704 0044 0532 0130 00",
    "meine tan 482913",
    "mein kennwort: Tulpe!2024",
)


@pytest.mark.parametrize("text", WISH_TO_DIE)
def test_a_wish_to_die_is_heard_in_german(text: str) -> None:
    assert read_alarm(base(), text, "de") is Alarm.WISH_TO_DIE


@pytest.mark.parametrize("text", CHILDREN)
def test_danger_for_a_child_is_heard_in_german(text: str) -> None:
    assert read_alarm(base(), text, "de") is Alarm.CHILDREN


@pytest.mark.parametrize("text", IMAGES)
def test_threats_with_pictures_are_heard_in_german(text: str) -> None:
    assert read_alarm(base(), text, "de") is Alarm.IMAGES


@pytest.mark.parametrize("text", HARMLESS)
def test_sayings_and_plain_questions_raise_no_alarm_in_german(text: str) -> None:
    assert read_alarm(base(), text, "de") is None


@pytest.mark.parametrize("text", SECRETS)
def test_secrets_are_recognised_in_german(text: str) -> None:
    assert find_secret(text) is not None
