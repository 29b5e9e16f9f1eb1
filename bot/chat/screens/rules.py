"""How a rule is said in words."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date

from bot.chat.wording import Words
from bot.reminders.rules import Days, Months, NthWeekday, Once, Rule, Weeks

_MONDAY = date(2024, 1, 1)
"""A Monday, to get the names of weekdays from."""


def rule_words(rule: Rule, words: Words) -> str:
    """`rule` in words, such as "every 3 months" or "on the first Monday of every month"."""
    _ = words.text
    match rule:
        case Once():
            return _("once")
        case Days(every):
            return words.count("every day", "every {number} days", every)
        case Weeks(weekdays, every):
            if rule.is_workdays:
                return _("Monday to Friday")
            names = ", ".join(_weekday(day, words) for day in weekdays)
            if every == 1:
                return _("every {weekdays}").format(weekdays=names)
            return _("every {number} weeks on {weekdays}").format(number=every, weekdays=names)
        case Months(day, every):
            if every % 12 == 0:
                return words.count("every year", "every {number} years", every // 12)
            if day == 31:
                return words.count(
                    "on the last day of every month", "on the last day, every {number} months", every
                )
            return words.count("every month", "every {number} months", every)
        case NthWeekday(nth, weekday, every):
            order = {1: _("first"), 2: _("second"), 3: _("third"), 4: _("fourth"), -1: _("last")}[nth]
            text = (
                _("on the {order} {weekday} of every month")
                if every == 1
                else _("on the {order} {weekday}, every {number} months")
            )
            return text.format(order=order, weekday=_weekday(weekday, words), number=every)


def _weekday(number: int, words: Words) -> str:
    return format_date(date.fromordinal(_MONDAY.toordinal() + number), "EEEE", locale=words.code)
