"""The list of /checkup: what is on, off and unknown, and what comes first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.guides.checkup import PACKS, Kept, Line, Seen, Setting, first_to_do, lines, offered, pack
from bot.guides.machine import State, Way
from bot.knowledge.model import KnowledgeBase, Surface
from tests.support.knowledge import TODAY, released, small_base

BASE = small_base()
NOON = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)
WAY = Way("acme.opt-out", Surface.WEB, "switch", "0" * 64)
ENDED = replace(WAY, state=State.DONE)
MONTH, YEAR = timedelta(days=30), timedelta(days=365)


def listed(base: KnowledgeBase = BASE, region: str | None = "de", **kept: object) -> tuple[Line, ...]:
    known = Kept(platforms=frozenset({"acme"}), **kept)  # type: ignore[arg-type]
    return lines(base, known, language="en", region=region, today=TODAY)


def only(**kept: object) -> Line:
    (line,) = listed(**kept)  # type: ignore[arg-type]
    return line


def test_a_platform_that_nobody_looked_at_is_unknown() -> None:
    line = only()
    assert (line.platform.id, line.setting, line.on) == ("acme", Setting.UNKNOWN, None)
    assert line.entry is not None
    assert line.entry.id == "acme.opt-out", "the form stops nothing by itself"


def test_nothing_is_listed_that_was_not_chosen() -> None:
    assert lines(BASE, Kept(), language="en", region=None, today=TODAY) == ()
    assert lines(BASE, Kept(frozenset({"gone", "rights"})), language="en", region=None, today=TODAY) == ()


def test_a_finished_guide_is_off_since_that_day() -> None:
    line = only(ways=((ENDED, NOON),))
    assert (line.setting, line.on, line.old) == (Setting.OFF, TODAY, False)
    assert only(ways=((WAY, NOON),)).setting is Setting.OFF, "walked again to look, it is still off"
    assert only(ways=((ENDED, NOON - YEAR),)).old


def test_a_guide_that_was_begun_says_so() -> None:
    assert only(ways=((WAY, None),)).setting is Setting.BEGUN
    assert only(ways=((replace(WAY, state=State.LEFT), None),)).setting is Setting.BEGUN


@pytest.mark.parametrize("points_at", ["acme.opt-out", "acme"])
def test_the_last_word_counts(points_at: str) -> None:
    on = Seen(points_at, Setting.ON, NOON)
    assert only(ways=((ENDED, NOON - MONTH),), seen=(on,)).setting is Setting.ON
    assert only(ways=((ENDED, NOON),), seen=(replace(on, at=NOON - MONTH),)).setting is Setting.OFF
    assert only(ways=((WAY, NOON - MONTH),), seen=(on,)).setting is Setting.BEGUN, "already on the way"


def test_where_a_guide_stops_nothing_there_is_no_switch() -> None:
    english = BASE.languages["en"]
    opt_out = english.entries["acme.opt-out"]
    assert opt_out.guide is not None
    rows = tuple(replace(row, regions=("us",)) for row in opt_out.guide.coverage)
    entry = replace(opt_out, guide=replace(opt_out.guide, coverage=rows))
    base = replace(BASE, languages={"en": replace(english, entries={"acme.opt-out": entry})})
    assert [line.setting for line in listed(base, "us")] == [Setting.UNKNOWN]
    assert [line.setting for line in listed(base, "de")] == [Setting.NO_SWITCH]


def test_what_is_on_comes_first_then_what_was_begun_then_the_unknown_then_the_old() -> None:
    acme = BASE.platforms["acme"]
    old = Line(acme, None, Setting.OFF, TODAY, old=True)
    rest = [Line(acme, None, setting) for setting in (Setting.UNKNOWN, Setting.BEGUN, Setting.ON)]
    found = [Line(acme, None, Setting.OFF, TODAY), old, *rest]
    order = []
    while (line := first_to_do(found)) is not None:
        order.append(line.setting)
        found.remove(line)
    assert order == [Setting.ON, Setting.BEGUN, Setting.UNKNOWN, Setting.OFF]
    assert len(found) == 1


def test_every_pack_names_platforms_that_are_covered() -> None:
    base = released().base
    assert base is not None
    known = {platform.id for platform in offered(base)}
    for name, platforms in PACKS.items():
        assert set(platforms) <= known, name
        assert pack(base, name) == platforms
    assert pack(base, "astronaut") == ()
    assert pack(BASE, "jobs") == ()
