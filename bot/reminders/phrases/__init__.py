"""Words about time, in English and German, and what they mean. See `read`."""

from bot.reminders.phrases.read import looks_like_reminder, read_when, split_request
from bot.reminders.phrases.reading import (
    Candidate,
    Past,
    Reading,
    Request,
    Schedules,
    TooFar,
    TooSoon,
    Unclear,
    Why,
)
from bot.reminders.phrases.resolve import DEFAULT_TIME

__all__ = [
    "DEFAULT_TIME",
    "Candidate",
    "Past",
    "Reading",
    "Request",
    "Schedules",
    "TooFar",
    "TooSoon",
    "Unclear",
    "Why",
    "looks_like_reminder",
    "read_when",
    "split_request",
]
