"""Every screen, word for word: a change of what is said must be looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from syrupy.assertion import SnapshotAssertion

from bot.chat import actions, buttons
from bot.chat.blocks import Button, Copy, Document, Open, Press, Screen, Share
from bot.chat.render import render, utf16_length
from bot.chat.screens import (
    alarm,
    answer,
    authority,
    checkup,
    choices,
    courtesy,
    guide,
    letters,
    notices,
    past,
    personal,
    sources,
    start,
    unknown,
    walk,
)
from bot.chat.screens.viewer import UNSAID, Viewer
from bot.chat.wording import words_for
from bot.guides.checkup import Line, Setting
from bot.guides.machine import Notice, State, Way
from bot.knowledge.authorities import Authority, English, Remark, Remit
from bot.knowledge.model import Claim, Language, Surface
from bot.knowledge.past import Days
from tests.support.knowledge import TODAY, small_base

BASE = small_base()
NEW = Viewer(words=words_for("en"), base=BASE, today=TODAY, bot_name="advisor_bot")
GERMAN = replace(NEW, region="de")
AMERICAN = replace(NEW, region="us")
SILENT = replace(NEW, region=UNSAID)
IN_GROUP = replace(NEW, private=False)
OPT_OUT = BASE.languages["en"].entries["acme.opt-out"]
FORM = BASE.languages["en"].entries["acme.form"]
LETTER = BASE.languages["en"].entries["rights.letter"]
KINDS = (personal.KeptKind("Your choices", "to answer for your country", "Until /forget"),)
KEPT = (personal.Kept("Your choices", 1, "to answer for your country", "Until /forget"),)
FILE = Document("my-data.json", b"{}")
WEB = guide.guide_of(OPT_OUT).walks[0]
FIRST = Way("acme.opt-out", Surface.WEB, "open", guide.current_hash(OPT_OUT, NEW))
LAST = replace(FIRST, step="switch", passed=("open",))
ENDED = replace(LAST, passed=("open", "switch"), state=State.DONE)
LATE = replace(GERMAN, today=TODAY + timedelta(days=700))
BY_USERS = replace(OPT_OUT, guide=replace(guide.guide_of(OPT_OUT), walks=(replace(WEB, sources=("paper",)),)))
ACME = BASE.platforms["acme"]
LINES = (
    Line(ACME, OPT_OUT, Setting.OFF, date(2026, 11, 20)),
    Line(ACME, FORM, Setting.OFF, date(2026, 2, 20), old=True),
    Line(ACME, OPT_OUT, Setting.ON, date(2026, 11, 20)),
    Line(ACME, OPT_OUT, Setting.BEGUN),
    Line(ACME, OPT_OUT, Setting.UNKNOWN),
    Line(BASE.platforms["rights"], LETTER, Setting.NO_SWITCH),
)

OFFICE = Authority(
    "state",
    "de-by",
    "Authority of Bavaria",
    "Behörde von Bayern",
    Remit.COMPANIES,
    ("de",),
    English.UNKNOWN,
    ("notice",),
    TODAY,
    url="https://example.org/office",
    form="https://example.org/form",
    remarks=(Remark.SIGNED,),
)
PULPIT = replace(OFFICE, id="church", place="de", own_name="Kirchliche Aufsicht", remit=Remit.CHURCH)
FEDERAL = replace(OFFICE, id="federal", place="de", remit=Remit.FEDERAL, form=None)
ABROAD = replace(OFFICE, id="abroad", place="us", remit=Remit.ALL, languages=("en",), remarks=())
OFFICES = replace(GERMAN, base=replace(BASE, authorities=(OFFICE, PULPIT, FEDERAL, ABROAD)))
BEFORE = Claim("There was no switch.", ("paper",), TODAY, ends=date(2025, 11, 2))
SINCE = Claim("There is a switch.", ("notice",), TODAY, begins=date(2025, 11, 3))
DATED = replace(OPT_OUT, claims=(SINCE, BEFORE))
OLD_GERMAN = replace(OPT_OUT, title="Abschalten", translates="0" * 12)
IN_GERMAN = replace(
    GERMAN,
    words=words_for("de"),
    base=replace(
        BASE, languages={**BASE.languages, "de": Language("de", {OLD_GERMAN.id: OLD_GERMAN}, caveats={})}
    ),
)

SCREENS: dict[str, Callable[[], Screen]] = {
    "start": lambda: start.start_screen(NEW),
    "start by a wrong link": lambda: start.start_screen(NEW, wrong_link=True),
    "start in a group": lambda: start.group_start_screen(IN_GROUP),
    "help": lambda: start.help_screen(NEW),
    "topics": lambda: start.topics_screen(NEW),
    "topics of a platform": lambda: start.topics_screen(NEW, platform="acme"),
    "answer, country not known": lambda: answer.answer_screen(OPT_OUT, NEW),
    "answer, country not said": lambda: answer.answer_screen(OPT_OUT, SILENT),
    "answer in Germany": lambda: answer.answer_screen(OPT_OUT, GERMAN),
    "answer in the US": lambda: answer.answer_screen(OPT_OUT, AMERICAN),
    "answer with everything": lambda: answer.answer_screen(OPT_OUT, GERMAN, more=True),
    "answer with a correction": lambda: answer.answer_screen(OPT_OUT, GERMAN, premises=OPT_OUT.disputed),
    "answer to two questions": lambda: answer.answer_screen(FORM, GERMAN, also=LETTER, note="A note."),
    "answer in a group": lambda: answer.answer_screen(OPT_OUT, IN_GROUP),
    "answer long unchecked": lambda: answer.answer_screen(FORM, replace(GERMAN, today=date(2027, 6, 1))),
    "answer in an older translation": lambda: answer.answer_screen(OLD_GERMAN, IN_GERMAN),
    "answer that is not translated": lambda: answer.answer_screen(FORM, IN_GERMAN),
    "step in an older translation": lambda: walk.step_screen(OLD_GERMAN, FIRST, IN_GERMAN),
    "before a day": lambda: past.past_screen(DATED, GERMAN, Days.of(date(2025, 11, 2))),
    "in a month": lambda: past.past_screen(DATED, SILENT, Days(date(2025, 11, 1), date(2025, 11, 30))),
    "in a year, in a group": lambda: past.past_screen(
        DATED, IN_GROUP, Days(date(2025, 1, 1), date(2025, 12, 31))
    ),
    "over years": lambda: past.past_screen(DATED, GERMAN, Days(date(2024, 1, 1), TODAY)),
    "in a past of which nothing is known": lambda: past.past_screen(FORM, GERMAN, Days.of(date(2020, 1, 1))),
    "authority, which country": lambda: authority.authority_screen(OFFICES),
    "authority, about whom": lambda: authority.authority_screen(OFFICES, place="de"),
    "authority, which state": lambda: authority.authority_screen(OFFICES, place="de", about="seat"),
    "authority of a state": lambda: authority.authority_screen(OFFICES, place="de-by", about="abroad"),
    "authority of the company's state": lambda: authority.authority_screen(
        OFFICES, place="de-by", about="seat"
    ),
    "authority of the federation": lambda: authority.authority_screen(OFFICES, place="de", about="federal"),
    "authorities of churches": lambda: authority.authority_screen(OFFICES, place="de", about="church"),
    "authority of a country": lambda: authority.authority_screen(OFFICES, place="us"),
    "card": lambda: answer.card_screen(OPT_OUT, GERMAN),
    "farewell": lambda: personal.farewell_screen(NEW, ends=date(2026, 12, 16), repeat=False),
    "farewell, perhaps twice": lambda: personal.farewell_screen(NEW, ends=date(2026, 12, 16), repeat=True),
    "stay": lambda: personal.stay_screen(NEW),
    "sources": lambda: sources.sources_screen(OPT_OUT, GERMAN),
    "all sources": lambda: sources.all_sources_screen(NEW),
    "surfaces": lambda: guide.surfaces_screen(OPT_OUT, GERMAN),
    "first step": lambda: walk.step_screen(OPT_OUT, FIRST, GERMAN),
    "last step": lambda: walk.step_screen(OPT_OUT, LAST, GERMAN),
    "step of a changed guide": lambda: walk.step_screen(OPT_OUT, LAST, GERMAN, notice=Notice.CHANGED),
    "step that is gone": lambda: walk.step_screen(OPT_OUT, LAST, GERMAN, notice=Notice.MOVED),
    "step from an old button": lambda: walk.step_screen(OPT_OUT, LAST, GERMAN, notice=Notice.STALE),
    "step resumed": lambda: walk.step_screen(OPT_OUT, LAST, GERMAN, notice=Notice.RESUMED),
    "step reported": lambda: walk.step_screen(OPT_OUT, FIRST, GERMAN, notice=Notice.REPORTED),
    "step in doubt": lambda: walk.step_screen(OPT_OUT, FIRST, GERMAN, doubted=True),
    "step reported by users": lambda: walk.step_screen(BY_USERS, FIRST, GERMAN),
    "steps that are too old": lambda: walk.withheld_screen(OPT_OUT, WEB, LATE),
    "too old while walking": lambda: walk.way_screen(OPT_OUT, FIRST, LATE),
    "later": lambda: walk.later_screen(OPT_OUT, replace(LAST, state=State.LEFT), GERMAN),
    "end": lambda: walk.end_screen(OPT_OUT, ENDED, GERMAN, finished=TODAY),
    "end in the US, from an old button": lambda: walk.end_screen(
        OPT_OUT, ENDED, AMERICAN, finished=date(2026, 11, 20), stale=True
    ),
    "end of a guide that has changed": lambda: walk.end_screen(
        OPT_OUT, replace(ENDED, guide_hash="0" * 64), GERMAN, finished=date(2026, 11, 20)
    ),
    "platforms": lambda: checkup.platforms_screen(GERMAN, frozenset({"acme"})),
    "platforms in plain mode": lambda: checkup.platforms_screen(
        replace(GERMAN, plain=True), frozenset({"acme"})
    ),
    "checkup": lambda: checkup.checkup_screen(GERMAN, LINES),
    "checkup, nothing to do": lambda: checkup.checkup_screen(GERMAN, LINES[:1]),
    "plain mode on": lambda: choices.plain_screen(replace(NEW, plain=True)),
    "plain mode off": lambda: choices.plain_screen(NEW),
    "coverage in Germany": lambda: guide.coverage_screen(OPT_OUT, GERMAN),
    "coverage in the US": lambda: guide.coverage_screen(OPT_OUT, AMERICAN),
    "letter": lambda: letters.letter_screen(LETTER, LETTER.letters[0], GERMAN),
    "region": lambda: choices.region_screen(NEW),
    "region known": lambda: choices.region_screen(GERMAN),
    "region not found": lambda: choices.region_screen(NEW, not_found=True),
    "region set": lambda: choices.region_set_screen(GERMAN),
    "region not said": lambda: choices.region_set_screen(SILENT),
    "moved": lambda: choices.moved_screen(GERMAN, region="us", name="United States"),
    "language": lambda: choices.language_screen(NEW, [words_for("en")]),
    "language not found": lambda: choices.language_screen(NEW, [words_for("en")], not_found=True),
    "language set": lambda: choices.language_set_screen(NEW),
    "suggestions": lambda: unknown.suggestions_screen([OPT_OUT, FORM], NEW),
    "unknown": lambda: unknown.unknown_screen([OPT_OUT, FORM, LETTER], NEW),
    "unknown platform": lambda: unknown.unknown_screen([], NEW, foreign="Otherbook"),
    "unknown command": lambda: unknown.unknown_command_screen(NEW, nearest="start"),
    "unknown command, nothing near": lambda: unknown.unknown_command_screen(NEW, nearest=None),
    "distress in Germany": lambda: alarm.distress_screen(GERMAN),
    "distress, country not known": lambda: alarm.distress_screen(NEW),
    "children": lambda: alarm.children_screen(GERMAN),
    "images": lambda: alarm.images_screen(AMERICAN),
    "secret": lambda: alarm.secret_screen(NEW),
    "privacy": lambda: personal.privacy_screen(NEW, personal.Operator("Club", "mail@example.org"), KINDS),
    "privacy, nobody named": lambda: personal.privacy_screen(NEW, personal.Operator(), KINDS),
    "my data": lambda: personal.mydata_screen(GERMAN, KEPT, settings=["English", "Germany"], document=FILE),
    "my data, nothing": lambda: personal.mydata_screen(NEW, (), settings=(), document=FILE),
    "forget": lambda: personal.forget_screen(GERMAN),
    "forgotten": lambda: personal.forgotten_screen(NEW, rows=2),
    "forgotten, nothing there": lambda: personal.forgotten_screen(NEW, rows=0),
    "kept": lambda: personal.kept_screen(NEW),
    "greeting": lambda: courtesy.courtesy_screen("Hello!", NEW) or Screen(()),
    "thanks": lambda: courtesy.courtesy_screen("ok thank you", NEW) or Screen(()),
    "media": lambda: notices.media_screen(NEW),
    "empty": lambda: notices.empty_screen(NEW),
    "new question": lambda: notices.new_question_screen(NEW),
    "too many": lambda: notices.too_many_screen(NEW),
    "missed": lambda: notices.missed_screen(NEW),
    "bug": lambda: notices.bug_screen(NEW, mark="a1b2c3"),
    "outdated": lambda: notices.outdated_screen(NEW),
    "private only": lambda: notices.private_only_screen(IN_GROUP),
    "stop": lambda: notices.stop_screen(NEW),
}


@pytest.mark.parametrize("name", SCREENS)
def test_it_says(name: str, snapshot: SnapshotAssertion) -> None:
    assert _drawn(SCREENS[name]()) == snapshot


@pytest.mark.parametrize("name", SCREENS)
def test_it_fits_one_message_and_every_button_can_be_read_back(name: str) -> None:
    screen = SCREENS[name]()
    (message,) = render(screen)
    assert utf16_length(message.plain) <= 4096
    for button in (button for row in screen.rows for button in row):
        assert 1 <= len(button.label) <= 64
        if isinstance(button, Press):
            assert not isinstance(buttons.decode(button.data), actions.Outdated)


def _drawn(screen: Screen) -> str:
    messages = [f"{message.plain}\n\n{message.html}" for message in render(screen)]
    rows = [" ".join(_button(button) for button in row) for row in screen.rows]
    files = [f"file {document.name}" for document in screen.documents]
    return "\n".join(["\n".join(messages), *rows, *files])


def _button(button: Button) -> str:
    match button:
        case Press(label, data):
            return f"[{label} | {data}]"
        case Open(label, target) | Copy(label, target) | Share(label, target):
            return f"[{label} | {type(button).__name__.lower()} {target}]"


@pytest.mark.parametrize(
    "text", ["", "😀", "hello is my data used", "thanks for nothing linkedin", "good data"]
)
def test_a_question_is_no_courtesy(text: str) -> None:
    assert courtesy.courtesy_screen(text, NEW) is None


def test_every_screen_module_is_drawn_here() -> None:
    makers: Sequence[object] = [
        value
        for module in (
            alarm,
            answer,
            authority,
            checkup,
            choices,
            courtesy,
            guide,
            letters,
            notices,
            past,
            personal,
            sources,
            start,
            unknown,
            walk,
        )
        for key, value in vars(module).items()
        if key.endswith("_screen") and getattr(value, "__module__", "") == module.__name__
    ]
    used = {name for make in SCREENS.values() for name in make.__code__.co_names}
    missing = {getattr(maker, "__name__", "") for maker in makers} - used
    assert not missing
