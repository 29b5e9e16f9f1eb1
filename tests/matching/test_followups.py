"""Questions that mean something only after another one."""

from __future__ import annotations

import pytest

from bot.knowledge.model import Surface
from bot.matching.context import Context
from bot.matching.match import match
from bot.matching.result import Answer, Outcome, Suggestions, Unknown
from tests.matching.small import small_snapshot

AFTER_OPT_OUT = Context(entry="linkedin.opt-out", platform="linkedin", region="eu")


def ask(text: str, context: Context = AFTER_OPT_OUT) -> Outcome:
    return match(small_snapshot(), text, context)


def answered(text: str, context: Context = AFTER_OPT_OUT) -> str | None:
    outcome = ask(text, context)
    return outcome.entry if isinstance(outcome, Answer) else None


@pytest.mark.parametrize(
    "text", ["and on mobile?", "no, the app", "No, I meant the phone", "what about on my phone"]
)
def test_a_phone_keeps_the_entry_and_leaves_open_which(text: str) -> None:
    outcome = ask(text)
    assert isinstance(outcome, Answer)
    assert outcome.entry == "linkedin.opt-out"
    assert outcome.reading.mobile
    assert outcome.reading.surface is None
    assert outcome.reading.followed


def test_a_device_by_name_is_the_surface() -> None:
    assert ask("and on my iphone?").reading.surface is Surface.IOS
    assert ask("what about android").reading.surface is Surface.ANDROID
    assert ask("on my laptop").reading.surface is Surface.WEB
    assert answered("and on my iphone?") == "linkedin.opt-out"


def test_another_platform_gets_the_same_question() -> None:
    assert answered("what about facebook?") == "meta.opt-out"
    assert answered("and on insta") == "meta.opt-out"
    assert answered("no, i meant instagram") == "meta.opt-out"


def test_another_platform_without_that_entry_gets_suggestions_of_its_own() -> None:
    outcome = ask("what about facebook", Context(entry="linkedin.private-messages", platform="linkedin"))
    assert isinstance(outcome, Answer | Suggestions)
    assert all(one.entry.startswith("meta.") for one in outcome.reading.candidates)


def test_a_platform_that_is_not_covered_is_named() -> None:
    outcome = ask("and bluesky?")
    assert isinstance(outcome, Unknown)
    assert outcome.foreign == "Bluesky"


def test_a_bare_why_asks_for_the_purpose() -> None:
    assert answered("why?") == "linkedin.purpose"
    assert answered("but why") == "linkedin.purpose"
    assert answered("since when?") == "linkedin.start-date"


@pytest.mark.parametrize("text", ["why tho?", "ok but why is that exactly", "and why do they even do this?"])
def test_what_surrounds_a_bare_question_changes_nothing(text: str) -> None:
    assert answered(text) == "linkedin.purpose"


@pytest.mark.parametrize("text", ["why? since when?", "but why, and since when do they do that"])
def test_two_bare_questions_get_both_answers(text: str) -> None:
    outcome = ask(text)
    assert isinstance(outcome, Answer)
    assert (outcome.entry, outcome.also) == ("linkedin.purpose", "linkedin.start-date")


def test_a_bare_question_beside_something_else_is_no_bare_question() -> None:
    assert answered("why is the sky blue") is None


@pytest.mark.parametrize(
    ("text", "entry"), [("why?", "linkedin.purpose"), ("how do i stop that", "linkedin.opt-out")]
)
def test_the_service_stays_the_one_talked_about_while_rights_are(text: str, entry: str) -> None:
    assert answered(text, Context(entry="gdpr.deadline", platform="linkedin")) == entry


def test_how_to_stop_it_is_said_again_after_it_was_said() -> None:
    assert answered("how do i stop it") == "linkedin.opt-out"


def test_how_long_a_switch_takes_is_not_told_by_the_deadline_of_rights() -> None:
    outcome = ask("how long will it take")
    assert isinstance(outcome, Suggestions)
    assert outcome.entries == ("gdpr.deadline",)


def test_how_long_that_takes_is_answered_by_the_right_that_was_talked_about() -> None:
    assert (
        answered("how long does that take", Context(entry="gdpr.access", platform="gdpr")) == "gdpr.deadline"
    )


def test_a_question_without_a_platform_is_about_the_one_that_was_talked_about() -> None:
    outcome = ask("what about photos and comments?", Context(entry="meta.opt-out", platform="meta"))
    assert all(not one.entry.startswith("linkedin.") for one in outcome.reading.candidates[:1])
    assert outcome.reading.followed


def test_a_question_that_names_its_own_platform_wins() -> None:
    context = Context(entry="meta.opt-out", platform="meta")
    outcome = ask("are my linkedin messages used for ai", context)
    assert isinstance(outcome, Answer)
    assert outcome.entry == "linkedin.private-messages"
    assert not outcome.reading.followed


def test_a_question_that_names_its_own_topic_wins() -> None:
    assert answered("how do i get a copy of my data under gdpr") == "gdpr.access"


def test_a_foreign_name_that_the_platform_has_an_entry_about_is_understood() -> None:
    outcome = ask("is my data shared with microsoft?")
    assert isinstance(outcome, Answer)
    assert outcome.entry == "linkedin.microsoft-sharing"
    assert isinstance(ask("is my data shared with microsoft?", Context()), Unknown)


def test_another_place_is_asked_about_and_nothing_else_changes() -> None:
    outcome = ask("and in switzerland?")
    assert isinstance(outcome, Answer)
    assert outcome.entry == "linkedin.opt-out"
    assert outcome.reading.moved_to == "ch"


def test_an_entry_that_is_no_more_counts_as_no_context() -> None:
    assert ask("and on mobile?", Context(entry="linkedin.gone")) is not None


def test_without_context_a_follow_up_is_no_answer() -> None:
    assert answered("and on mobile?", Context()) is None


def test_how_long_a_company_may_take_is_the_deadline_also_after_a_switch() -> None:
    assert answered("how long do they have") == "gdpr.deadline"


AFTER_SUGGESTIONS = Context(platform="linkedin", region="eu")


@pytest.mark.parametrize("text", ["and on mobile?", "on android", "and in switzerland?"])
def test_after_suggestions_about_one_service_a_change_suggests_what_it_has_on_that(text: str) -> None:
    outcome = ask(text, AFTER_SUGGESTIONS)
    assert isinstance(outcome, Suggestions)
    assert "linkedin.opt-out" in outcome.entries
    assert all(entry.startswith("linkedin.") for entry in outcome.entries)
    assert outcome.reading.followed


def test_a_place_after_suggestions_is_offered_and_a_device_is_heard() -> None:
    assert ask("and in switzerland?", AFTER_SUGGESTIONS).reading.moved_to == "ch"
    assert ask("on android", AFTER_SUGGESTIONS).reading.surface is Surface.ANDROID


@pytest.mark.parametrize(
    ("text", "entry"), [("why?", "linkedin.purpose"), ("how do i stop it", "linkedin.opt-out")]
)
def test_a_bare_question_after_suggestions_is_about_their_service(text: str, entry: str) -> None:
    assert answered(text, AFTER_SUGGESTIONS) == entry


def test_another_platform_after_suggestions_is_no_change_of_one_question() -> None:
    outcome = ask("what about facebook", AFTER_SUGGESTIONS)
    assert not outcome.reading.followed
    assert all(one.entry.startswith("meta.") for one in outcome.reading.candidates[:1])
