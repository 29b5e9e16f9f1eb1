"""Plain sentences: which of them ask for a reminder, when, and of what."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reminders.phrases import Request, looks_like_reminder, split_request

ASKING = [
    ("remind me in 3 months to check linkedin", "in 3 months", "check linkedin"),
    ("Please remind me on Friday at 6pm about my LinkedIn, thanks!", "on Friday at 6pm", "my LinkedIn"),
    ("remind me to check linkedin", "", "check linkedin"),
    ("remind me", "", ""),
    ("remind me at 9 to check linkedin tomorrow", "at 9 tomorrow", "check linkedin"),
    ("remind me about the november 3 change tomorrow at 9", "tomorrow at 9", "the november 3 change"),
    ("remind me evry 3 months about meta", "evry 3 months", "meta"),
    ("remind me soon to check linkedin", "soon", "check linkedin"),
    ("can you remind me tomorrow at 9 about TikTok?", "tomorrow at 9", "TikTok?"),
    ("set a reminder for linkedin every 6 months", "every 6 months", "linkedin"),
    ("every 3 months linkedin", "every 3 months", "linkedin"),
    ("every monday and friday at 8 check whatsapp", "every monday and friday at 8", "check whatsapp"),
    ("next friday at 18:00 check meta", "next friday at 18:00", "check meta"),
    ("check linkedin in 3 months", "in 3 months", "check linkedin"),
    ("next friday at 18:00", "next friday at 18:00", ""),
    ("end of january", "end of january", ""),
    ("erinnere mich morgen um 9 Uhr an linkedin", "morgen um 9 Uhr", "linkedin"),
    ("Erinnere mich bitte daran, am Montag halb neun X zu prüfen.", "am Montag halb neun", "X zu prüfen"),
    ("erinner mich jeden monat am 1. an tiktok", "jeden monat am 1.", "tiktok"),
    ("jeden ersten Montag um 9 linkedin prüfen", "jeden ersten Montag um 9", "linkedin prüfen"),
    ("kannst du mich morgen um 9 an Meta erinnern?", "morgen um 9", "Meta"),
    ("Ich möchte am 3. März um 18 Uhr an Google erinnert werden", "am 3. März um 18 Uhr", "Google"),
    ("prüfe linkedin in 3 Monaten", "in 3 Monaten", "prüfe linkedin"),
    ("morgen um 9 linkedin", "morgen um 9", "linkedin"),
]  # fmt: skip

NOT_ASKING = [
    "",
    "hello",
    "meta",
    "does linkedin train on my data every 3 months?",
    "every company uses my data",
    "since when does linkedin train on my data",
    "remind me what linkedin does with my data",
    "stop linkedin from training since 3 November 2025",
    "how do i opt out of meta",
    "is it too late today?",
    "today linkedin showed me a notice",
    "what about next year",
    "what changed on 3 November 2025",
    "can you delete my data in 3 months",
    "linkedin will train on my posts from monday",
    "seit wann trainiert linkedin",
    "ich möchte linkedin abschalten",
    "wie schalte ich das heute ab",
    "kannst du mich löschen",
    "ab wann gilt das, ab 3. November?",
    "Stimmt es, dass das am 26. Juni 2024 anfing?",
    "und bei Facebook?",
    "26 june 2024",
    "26.6.2024",
    "juni 2024",
    "launch",
    "soon",
    "reminder letter they did not answer",
    "check your privacy settings now and then",
    "1" * 5000,
]


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(("text", "when", "what"), ASKING)
def test_sentences_that_ask(text: str, when: str, what: str, language: str) -> None:
    found = looks_like_reminder(text, language=language)
    assert found is not None
    assert (found.when, found.what.rstrip("?")) == (when, what.rstrip("?"))


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("text", NOT_ASKING)
def test_sentences_that_do_not(text: str, language: str) -> None:
    assert looks_like_reminder(text, language=language) is None


@pytest.mark.parametrize(
    ("text", "when", "what"),
    [
        ("next friday at 18:00 check meta", "next friday at 18:00", "check meta"),
        ("linkedin tomorrow at 9", "tomorrow at 9", "linkedin"),
        ("check meta", "", "check meta"),
        ("in 3 months", "in 3 months", ""),
        ("1.2. linkedin", "1.2.", "linkedin"),
        ("morgen 9 Uhr LinkedIn", "morgen 9 Uhr", "LinkedIn"),
        ("", "", ""),
    ],
)
def test_what_follows_the_command(text: str, when: str, what: str) -> None:
    assert split_request(text, language="en") == Request(when, what)


@given(st.text(max_size=120))
@settings(deadline=None)
def test_no_text_is_an_error(text: str) -> None:
    looks_like_reminder(text, language="en")
    split_request(text, language="de")
