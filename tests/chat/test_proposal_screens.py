"""What editors see of a proposal: always one message, with the buttons that fit who looks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.chat.blocks import Press
from bot.chat.handlers.editing.awaiting import NewText, Reason, SourceForm, Time, read_awaited
from bot.chat.handlers.editing.proposing import read_day
from bot.chat.handlers.editing.sources import read_form
from bot.chat.render import render
from bot.chat.screens.editing.files import refused_screen
from bot.chat.screens.editing.proposal import Found, Golden, Reach, Seen, proposal_screen
from bot.chat.screens.editing.sources import FORM
from bot.chat.screens.viewer import Viewer
from bot.chat.wording import words_for
from bot.editing.machine import State
from bot.editing.proposal import Kind, Proposal
from bot.editing.targets import Field, Target
from bot.editing.uploads import Why
from bot.knowledge.diff import Change
from bot.knowledge.diff import Kind as DiffKind
from bot.knowledge.merge import Conflict
from bot.knowledge.problems import Problem, Severity
from tests.support.knowledge import TODAY, small_base

LONG = "a long word and another one, " * 60
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def viewer(language: str = "en") -> Viewer:
    return Viewer(words=words_for(language), base=small_base(), today=TODAY)


def proposal(state: State = State.OPEN) -> Proposal:
    entries = tuple(f"linkedin.{'x' * 30}{number}" for number in range(10))
    return Proposal(
        number=17,
        kind=Kind.EDIT,
        base=37,
        state=state,
        author_id=b"a" * 32,
        author="editor 3 (9f2c41d0)",
        changes={"en/linkedin.yaml": "ab" * 32},
        entries=entries,
        summary="{}",
        reason="r" * 400,
        publish_at=NOW,
        zone="Europe/Berlin",
        revision=38,
        made_at=NOW,
        changed_at=NOW,
    )


def everything() -> Found:
    """A check that found as much as there can be."""
    problem = Problem("en/linkedin/opting-out.yaml", 32, 18, LONG, LONG, Severity.ERROR)
    warning = Problem("en/linkedin/opting-out.yaml", 32, 18, LONG, LONG, Severity.WARNING)
    change = Change("linkedin.opt-out", "de", "step web/open-setting text", DiffKind.CHANGED, LONG, LONG)
    return Found(
        problems=(problem,) * 60 + (warning,) * 60,
        differences=(change,) * 200,
        golden=(Golden(LONG, "linkedin.opt-out", "linkedin.start-date?"),) * 60,
        asked=1024,
        leaning=((LONG, "linkedin.opt-out", "linkedin.start-date"),) * 60,
        stale=(("de", "linkedin.opt-out"),) * 60,
    )


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("conflicts", [0, 5])
@pytest.mark.parametrize("errors", [0, 60])
def test_whatever_was_found_it_is_one_message(
    state: State, language: str, conflicts: int, errors: int
) -> None:
    found = everything()
    problems = found.problems if errors else tuple(set(found.problems) - set(found.errors)) * 60
    found = replace(found, problems=problems)
    conflict = Conflict("en/linkedin.yaml", "entries/linkedin.opt-out", LONG, LONG * 3, f"{LONG}\n" * 20)
    seen = Seen(
        proposal(state),
        found,
        Reach(walking=1000, finished=1000, reminders=1000),
        own=True,
        alone=True,
        reviews=True,
        publishes=True,
        approvers=("editor 3 (9f2c41d0)",) * 5,
        conflicts=(conflict,) * conflicts,
    )
    assert len(render(proposal_screen(seen, viewer(language), said="A proposal waits for a reviewer."))) == 1


def labels(seen: Seen) -> set[str]:
    rows = proposal_screen(seen, viewer()).rows
    return {button.label for row in rows for button in row if isinstance(button, Press)}


def test_an_author_gets_no_button_to_approve_and_a_reviewer_none_to_publish() -> None:
    own = labels(Seen(proposal(), Found(), own=True, reviews=True, publishes=True))
    assert own == {"Take back and change", "Throw away"}
    assert labels(Seen(proposal(), Found(), reviews=True)) == {"Approve", "Reject"}
    assert labels(Seen(proposal(State.APPROVED), Found(), reviews=True)) == {"Reject"}
    assert "Publish now" in labels(Seen(proposal(State.APPROVED), Found(), publishes=True))
    assert labels(Seen(proposal(), Found())) == set()


def test_what_has_errors_cannot_be_sent() -> None:
    seen = Seen(proposal(State.DRAFT), everything(), own=True)
    assert "Send for review" not in labels(seen)


def test_few_members_are_not_told_by_number() -> None:
    (message,) = render(proposal_screen(Seen(proposal(), Found(), Reach(1, 4, 2)), viewer()))
    assert "fewer than five members on the way through it; fewer than five reminders" in message.plain
    assert "1 member" not in message.plain


@pytest.mark.parametrize("why", Why)
def test_every_refusal_of_a_file_has_words(why: Why) -> None:
    (message,) = render(refused_screen(why.value, "a.yaml", 400, viewer("de")))
    assert "Nichts wurde geändert." in message.plain


@pytest.mark.parametrize(
    "awaited",
    [
        NewText("linkedin.opt-out", "en", Target(Field.TEXT, claim="3fa2c1")),
        Reason(17, "9f2c41d0"),
        Time(17, ""),
        SourceForm(),
    ],
)
def test_what_is_awaited_comes_back_from_its_row(awaited: NewText | Reason | Time | SourceForm) -> None:
    assert read_awaited(str(awaited)) == awaited
    assert len(str(awaited)) <= 160


@pytest.mark.parametrize("text", ["", "text", "text:a:b:c:d", "reason:x:y", "source:1", "text:A:en:e.n"])
def test_what_nobody_wrote_is_nothing(text: str) -> None:
    assert read_awaited(text) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-20", date(2026, 11, 20)),
        ("20.11.2026", date(2026, 11, 20)),
        ("today", TODAY),
        ("Gestern.", date(2026, 11, 24)),
        ("2026-13-01", None),
        ("31.2.2026", None),
        ("soon", None),
    ],
)
def test_a_day_is_read_as_editors_write_it(text: str, day: date | None) -> None:
    assert read_day(text, TODAY) == day


def test_the_form_of_a_source_is_read_as_it_is_offered() -> None:
    said = read_form(FORM)
    assert said["id"] == "linkedin-help-2026-11"
    assert said["strength"] == "official"
    assert read_form("- Publisher : “Other”\nunknown: x\nno line") == {"publisher": "Other"}
