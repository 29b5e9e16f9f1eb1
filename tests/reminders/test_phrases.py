"""Words about time and what they mean, on Monday 23 November 2026 at 10:00 in Berlin."""
# ruff: noqa: DTZ001 - what a clock on the wall shows has no zone

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reminders.phrases import Past, Reading, Schedules, TooFar, TooSoon, Unclear, Why, read_when
from bot.reminders.schedule import MAX_AHEAD, MIN_AHEAD, instant, next_due, to_text

NOW = instant(datetime(2026, 11, 23, 10), "Europe/Berlin")


def read(text: str, language: str = "en", region: str | None = None, now: datetime = NOW) -> Reading:
    return read_when(text, now=now, zone="Europe/Berlin", language=language, region=region)


def shown(reading: Reading) -> str:
    if not isinstance(reading, Schedules):
        return type(reading).__name__ if not isinstance(reading, Unclear) else f"Unclear {reading.why.name}"
    candidates = " | ".join(f"{to_text(one.rule)} {one.wall:%a %d.%m.%y %H:%M}" for one in reading.candidates)
    return candidates + (" *" if reading.time_assumed else "")


ENGLISH = {
    # A day, and a time.
    "tomorrow at 9": "once Tue 24.11.26 09:00",
    "Tomorrow at 9 AM, please": "once Tue 24.11.26 09:00",
    "tomorrow at nine o'clock": "once Tue 24.11.26 09:00",
    "tomorrow": "once Tue 24.11.26 10:00 *",
    "the day after tomorrow at 18:30": "once Wed 25.11.26 18:30",
    "tonight": "once Mon 23.11.26 20:00",
    "tonight at 9": "once Mon 23.11.26 21:00",
    "this evening": "once Mon 23.11.26 20:00",
    "tomorrow morning": "once Tue 24.11.26 09:00",
    "friday": "once Fri 27.11.26 10:00 *",
    "on Friday at 6pm": "once Fri 27.11.26 18:00",
    "this friday at noon": "once Fri 27.11.26 12:00",
    "monday": "once Mon 30.11.26 10:00 *",
    "a week on friday": "once Fri 04.12.26 10:00 *",
    "friday week": "once Fri 04.12.26 10:00 *",
    "monday next week at 9": "once Mon 30.11.26 09:00",
    "at the weekend": "once Sat 28.11.26 10:00 *",
    "quarter to nine tomorrow": "once Tue 24.11.26 08:45",
    "tomorrow half past eight": "once Tue 24.11.26 08:30",
    "tomorrow at twenty past 8": "once Tue 24.11.26 08:20",
    "tomorrow half eight": "once Tue 24.11.26 07:30",
    "at noon": "once Mon 23.11.26 12:00",
    "at 18:00": "once Mon 23.11.26 18:00",
    "at 1800": "once Mon 23.11.26 18:00",
    "wendesday at 9": "once Wed 25.11.26 09:00",
    "tommorow at 9": "once Tue 24.11.26 09:00",
    # So much later.
    "in 3 months": "once Tue 23.02.27 10:00 *",
    "3 months": "once Tue 23.02.27 10:00 *",
    "in three months at 18:00": "once Tue 23.02.27 18:00",
    "three months from now": "once Tue 23.02.27 10:00 *",
    "in a fortnight": "once Mon 07.12.26 10:00 *",
    "in two weeks": "once Mon 07.12.26 10:00 *",
    "in half a year": "once Sun 23.05.27 10:00 *",
    "in a year and a half": "once Tue 23.05.28 10:00 *",
    "in 1 year and 2 months": "once Sun 23.01.28 10:00 *",
    "in 90 minutes": "once Mon 23.11.26 11:30",
    "in an hour": "once Mon 23.11.26 11:00",
    "in half an hour": "once Mon 23.11.26 10:30",
    "2h30m": "once Mon 23.11.26 12:30",
    # A date.
    "the 15th": "once Tue 15.12.26 10:00 *",
    "on the 31st at noon": "once Thu 31.12.26 12:00",
    "on the 5th of may": "once Wed 05.05.27 10:00 *",
    "march 3rd 2028 at 6pm": "once Fri 03.03.28 18:00",
    "3 March": "once Wed 03.03.27 10:00 *",
    "2027-03-27 18:00": "once Sat 27.03.27 18:00",
    "24.12. 18:00": "once Thu 24.12.26 18:00",
    "24/12": "once Thu 24.12.26 10:00 *",
    "29 february": "once Tue 29.02.28 10:00 *",
    "last day of the month": "once Mon 30.11.26 10:00 *",
    "first monday in january": "once Mon 04.01.27 10:00 *",
    "christmas eve": "once Thu 24.12.26 10:00 *",
    # Again and again.
    "every 3 months": "3m:23 Tue 23.02.27 10:00 *",
    "every day at 8": "1d Tue 24.11.26 08:00",
    "every morning": "1d Tue 24.11.26 09:00",
    "daily at 18:00": "1d Mon 23.11.26 18:00",
    "every first monday at 9": "1m:1mo Mon 07.12.26 09:00",
    "on the first monday of every month at 9": "1m:1mo Mon 07.12.26 09:00",
    "last friday of every month": "1m:-1fr Fri 27.11.26 10:00 *",
    "every friday at 18:00": "1w:fr Fri 27.11.26 18:00",
    "every other friday at 8pm": "2w:fr Fri 27.11.26 20:00",
    "every 2 weeks on friday": "2w:fr Fri 27.11.26 10:00 *",
    "mondays and thursdays at 7:15pm": "1w:mo,th Mon 23.11.26 19:15",
    "every weekday at 8:30": "1w:mo,tu,we,th,fr Tue 24.11.26 08:30",
    "every month on the 31st": "1m:31 Thu 31.12.26 10:00 *",
    "the last day of every month": "1m:31 Mon 30.11.26 10:00 *",
    "every 3 months from 1 march": "3m:1 Mon 01.03.27 10:00 *",
    "every year on 3 march": "12m:3 Wed 03.03.27 10:00 *",
    "every quarter": "3m:23 Tue 23.02.27 10:00 *",
    "twice a year": "6m:23 Sun 23.05.27 10:00 *",
    "yearly": "12m:23 Tue 23.11.27 10:00 *",
    # Two readings.
    "next friday at 18:00": "once Fri 27.11.26 18:00 | once Fri 04.12.26 18:00",
    "next month": "once Tue 01.12.26 10:00 | once Wed 23.12.26 10:00 *",
    "end of january": "once Sun 24.01.27 10:00 | once Sun 31.01.27 10:00 *",
    "12/1": "once Tue 01.12.26 10:00 | once Tue 12.01.27 10:00 *",
    "at 9": "once Mon 23.11.26 21:00 | once Tue 24.11.26 09:00",
    "half past eight": "once Mon 23.11.26 20:30 | once Tue 24.11.26 08:30",
    "tomorrow at 5": "once Tue 24.11.26 05:00 | once Tue 24.11.26 17:00",
    "tomorrow at midnight": "once Tue 24.11.26 00:00 | once Wed 25.11.26 00:00",
    "every second friday": "2w:fr Fri 27.11.26 10:00 | 1m:2fr Fri 11.12.26 10:00 *",
    "monday at 18:00": "once Mon 23.11.26 18:00 | once Mon 30.11.26 18:00",
}

GERMAN = {
    "morgen um 9 Uhr": "once Tue 24.11.26 09:00",
    "morgen um neun": "once Tue 24.11.26 09:00",
    "morgen früh": "once Tue 24.11.26 09:00",
    "übermorgen um 18.30 Uhr": "once Wed 25.11.26 18:30",
    "uebermorgen 18 Uhr": "once Wed 25.11.26 18:00",
    "heute Abend": "once Mon 23.11.26 20:00",
    "heute um 18 Uhr 30": "once Mon 23.11.26 18:30",
    "am Freitag um 18 Uhr": "once Fri 27.11.26 18:00",
    "kommenden Freitag": "once Fri 27.11.26 10:00 *",
    "Freitagabend": "once Fri 27.11.26 20:00",
    "Dienstag morgen": "once Tue 24.11.26 09:00",
    "Freitag in einer Woche um 9:30": "once Fri 04.12.26 09:30",
    "nächste Woche Freitag": "once Fri 04.12.26 10:00 *",
    "morgen halb neun": "once Tue 24.11.26 08:30",
    "morgen um viertel nach acht": "once Tue 24.11.26 08:15",
    "morgen um dreiviertel neun": "once Tue 24.11.26 08:45",
    "morgen um fünf vor halb neun": "once Tue 24.11.26 08:25",
    "am Mitwoch um 9": "once Wed 25.11.26 09:00",
    "in drei Monaten": "once Tue 23.02.27 10:00 *",
    "in 14 Tagen": "once Mon 07.12.26 10:00 *",
    "in anderthalb Jahren": "once Tue 23.05.28 10:00 *",
    "in einem halben Jahr": "once Sun 23.05.27 10:00 *",
    "in einer halben Stunde": "once Mon 23.11.26 10:30",
    "in einer Viertelstunde": "once Mon 23.11.26 10:15",
    "am 3. März 18 Uhr": "once Wed 03.03.27 18:00",
    "am 3. Maerz um 18 Uhr": "once Wed 03.03.27 18:00",
    "3.märz": "once Wed 03.03.27 10:00 *",
    "24.12. 18:00": "once Thu 24.12.26 18:00",
    "am 24.12.2026 um 18 Uhr": "once Thu 24.12.26 18:00",
    "am 15.": "once Tue 15.12.26 10:00 *",
    "12/1": "once Tue 12.01.27 10:00 *",
    "am letzten Tag des Monats": "once Mon 30.11.26 10:00 *",
    "am ersten Montag im Januar": "once Mon 04.01.27 10:00 *",
    "alle 3 Monate": "3m:23 Tue 23.02.27 10:00 *",
    "alle drei Monate ab 1. März": "3m:1 Mon 01.03.27 10:00 *",
    "jeden Tag um 8": "1d Tue 24.11.26 08:00",
    "jeden Morgen": "1d Tue 24.11.26 09:00",
    "jeden ersten Montag um 9": "1m:1mo Mon 07.12.26 09:00",
    "jeden letzten Freitag im Monat um 18 Uhr": "1m:-1fr Fri 27.11.26 18:00",
    "montags und donnerstags um 7:15": "1w:mo,th Thu 26.11.26 07:15",
    "jeden Freitag": "1w:fr Fri 27.11.26 10:00 *",
    "alle 2 Wochen freitags um 9": "2w:fr Fri 27.11.26 09:00",
    "werktags um 8 Uhr": "1w:mo,tu,we,th,fr Tue 24.11.26 08:00",
    "jeden 15. um 8 Uhr": "1m:15 Tue 15.12.26 08:00",
    "am letzten Tag jedes Monats": "1m:31 Mon 30.11.26 10:00 *",
    "jedes Jahr am 3. März": "12m:3 Wed 03.03.27 10:00 *",
    "vierteljährlich": "3m:23 Tue 23.02.27 10:00 *",
    "zweimal im Jahr": "6m:23 Sun 23.05.27 10:00 *",
    "nächsten Freitag um 18 Uhr": "once Fri 27.11.26 18:00 | once Fri 04.12.26 18:00",
    "naechsten Freitag": "once Fri 27.11.26 10:00 | once Fri 04.12.26 10:00 *",
    "übernächsten Freitag": "once Fri 04.12.26 10:00 | once Fri 11.12.26 10:00 *",
    "Ende Januar": "once Sun 24.01.27 10:00 | once Sun 31.01.27 10:00 *",
    "nächsten Monat": "once Tue 01.12.26 10:00 | once Wed 23.12.26 10:00 *",
    "jeden zweiten Freitag": "2w:fr Fri 27.11.26 10:00 | 1m:2fr Fri 11.12.26 10:00 *",
    "halb neun": "once Mon 23.11.26 20:30 | once Tue 24.11.26 08:30",
    "morgen um halb drei": "once Tue 24.11.26 02:30 | once Tue 24.11.26 14:30",
}

REFUSED = {
    "today at 9": "Past",
    "yesterday": "Past",
    "2 days ago": "Past",
    "last friday": "Past",
    "24.12.2025": "Past",
    "heute um 8 Uhr": "Past",
    "vor drei Tagen": "Past",
    "letzten Freitag": "Past",
    "now": "TooSoon",
    "in 10 seconds": "TooSoon",
    "jetzt": "TooSoon",
    "in 10 years": "TooFar",
    "in 99999 years": "Unclear UNKNOWN",
    "1.1.2099": "TooFar",
    "soon": "Unclear VAGUE",
    "in spring": "Unclear VAGUE",
    "in january": "Unclear VAGUE",
    "mid january": "Unclear VAGUE",
    "in a few days": "Unclear VAGUE",
    "irgendwann": "Unclear VAGUE",
    "im Frühjahr": "Unclear VAGUE",
    "Mitte Januar": "Unclear VAGUE",
    "biweekly": "Unclear VAGUE",
    "every 5 minutes": "Unclear TOO_OFTEN",
    "hourly": "Unclear TOO_OFTEN",
    "alle 2 Stunden": "Unclear TOO_OFTEN",
    "": "Unclear UNKNOWN",
    "linkedin": "Unclear UNKNOWN",
    "10": "Unclear UNKNOWN",
    "9.30": "Unclear UNKNOWN",
    "30.2.": "Unclear UNKNOWN",
    "tomorrow at 25:00": "Unclear UNKNOWN",
    "13/13": "Unclear UNKNOWN",
    "every 0 days": "Unclear UNKNOWN",
    "2 december or 3 december": "Unclear UNKNOWN",
    "when the moon is full": "Unclear UNKNOWN",
    "asdf qwer": "Unclear UNKNOWN",
}


@pytest.mark.parametrize(("text", "expected"), ENGLISH.items())
def test_english(text: str, expected: str) -> None:
    assert shown(read(text)) == expected


@pytest.mark.parametrize(("text", "expected"), GERMAN.items())
def test_german(text: str, expected: str) -> None:
    assert shown(read(text, "de")) == expected


@pytest.mark.parametrize(("text", "expected"), REFUSED.items())
def test_what_is_refused_and_why(text: str, expected: str) -> None:
    assert shown(read(text)) == expected


@pytest.mark.parametrize("language", ["de", "en", "fr"])
def test_the_language_of_the_interface_does_not_decide_what_is_read(language: str) -> None:
    assert shown(read("morgen um 9 Uhr", language)) == "once Tue 24.11.26 09:00"
    assert shown(read("in 3 months at 18:00", language)) == "once Tue 23.02.27 18:00"


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("demain à 9h", "fr", "once Tue 24.11.26 09:00"),
        ("dans 3 mois", "fr", "once Tue 23.02.27 10:00 *"),
        ("le 3 mars à 18:00", "fr", "once Wed 03.03.27 18:00"),
        ("mañana a las 9", "es", "once Tue 24.11.26 09:00"),
        ("завтра в 9", "ru", "once Tue 24.11.26 09:00"),
        ("3 марта в 18:00", "ru", "once Wed 03.03.27 18:00"),
        ("za 3 miesiące", "pl", "once Tue 23.02.27 10:00 *"),
        ("vendredi prochain", "fr", "Unclear UNKNOWN"),
        ("10", "fr", "Unclear UNKNOWN"),
        ("mars 2027", "fr", "Unclear UNKNOWN"),
        ("demain", "xx", "Unclear UNKNOWN"),
    ],
)
def test_other_languages_as_far_as_dateparser_is_right(text: str, language: str, expected: str) -> None:
    assert shown(read(text, language)) == expected


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("us", "once Tue 01.12.26 10:00 *"),
        ("us-ca", "once Tue 01.12.26 10:00 *"),
        ("de", "once Tue 12.01.27 10:00 *"),
        ("gb", "once Tue 12.01.27 10:00 *"),
        ("ca-qc", "once Tue 01.12.26 10:00 | once Tue 12.01.27 10:00 *"),
        (None, "once Tue 01.12.26 10:00 | once Tue 12.01.27 10:00 *"),
    ],
)
def test_the_region_decides_between_day_and_month(region: str | None, expected: str) -> None:
    assert shown(read("12/1", region=region)) == expected


def test_next_friday_has_one_reading_when_this_weeks_is_over_or_today() -> None:
    saturday = NOW + timedelta(days=5)
    assert shown(read("next friday", now=saturday)) == "once Fri 04.12.26 10:00 *"
    friday = NOW + timedelta(days=4)
    assert shown(read("next friday", now=friday)) == "once Fri 04.12.26 10:00 *"


def test_a_month_later_than_its_end_clamps_and_the_series_does_not_drift() -> None:
    now = instant(datetime(2027, 1, 31, 9), "Europe/Berlin")
    assert shown(read("in a month", now=now)) == "once Sun 28.02.27 10:00 *"
    assert shown(read("every month", now=now)) == "1m:31 Sun 28.02.27 10:00 *"


def test_an_hour_is_an_hour_across_a_clock_change() -> None:
    for now in (datetime(2027, 3, 28, 0, 30, tzinfo=UTC), datetime(2027, 10, 31, 0, 30, tzinfo=UTC)):
        reading = read("in an hour", now=now)
        assert isinstance(reading, Schedules)
        (one,) = reading.candidates
        assert one.due == now + timedelta(hours=1)
        assert next_due(one.rule, one.wall, "Europe/Berlin", None) == one.due


def test_a_time_that_the_clock_leaves_out_is_read_as_it_was_said() -> None:
    reading = read("28.3.2027 02:30")
    assert isinstance(reading, Schedules)
    assert reading.candidates[0].wall == datetime(2027, 3, 28, 2, 30)
    assert reading.candidates[0].due == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


def test_what_is_over_is_said_with_its_time() -> None:
    assert read("today at 9") == Past(datetime(2026, 11, 23, 8, tzinfo=UTC))
    assert isinstance(read("in 10 years"), TooFar)
    assert isinstance(read("in 59 seconds"), TooSoon)
    assert isinstance(read("in 60 seconds"), Schedules)


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_the_example_of_a_refusal_is_understood(language: str) -> None:
    refused = read("asdf", language)
    assert isinstance(refused, Unclear)
    assert refused.why is Why.UNKNOWN
    understood = read(refused.example, language)
    assert isinstance(understood, Schedules)
    assert len(understood.candidates) == 1


_SOUP = sorted(
    {word for text in [*ENGLISH, *GERMAN, *REFUSED] for word in text.split()} | {"/", ".", "٣", "½"}
)


@given(
    st.lists(st.sampled_from(_SOUP), max_size=8).map(" ".join),
    st.datetimes(datetime(2024, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "UTC")),
    st.sampled_from(("en", "de")),
)
@settings(deadline=None)
def test_any_words_give_the_same_sound_reading_each_time(
    text: str, now: datetime, zone: str, language: str
) -> None:
    reading = read_when(text, now=now, zone=zone, language=language)
    assert read_when(text, now=now, zone=zone, language=language) == reading
    if isinstance(reading, Schedules):
        assert 1 <= len(reading.candidates) <= 2
        for one in reading.candidates:
            assert MIN_AHEAD <= one.due - now <= MAX_AHEAD
            assert next_due(one.rule, one.wall, zone, None) == one.due


@given(st.text(max_size=80))
@settings(deadline=None)
def test_no_text_is_an_error(text: str) -> None:
    read(text)
