"""The interface in a person's language: gettext catalogues, plurals, dates and spans of days.

English is the source: the words in the code. Other languages are catalogues at
`bot/locale/CODE/LC_MESSAGES/bot.po`, read as they are, so that no compiled file has to be kept.
"""

from __future__ import annotations

import gettext
from datetime import date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCE_LANGUAGE = "en"
"""The language in which the texts of the code are written."""

_FOLDER = Path(__file__).parent.parent / "locale"


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "to be translated later"
    """Marks a text for translation where it is declared."""
    return message


_PARTS_OF_COUNTRIES = (N_("California"), N_("Quebec"))
"""Names that Babel does not have and that differ between languages."""


class Words:
    """Texts of the interface in one language.

    Args:
        code: a language code of two letters, such as `de`.
        catalogue: translations; none for English.
    """

    def __init__(self, code: str, catalogue: gettext.NullTranslations | None = None) -> None:
        self.code = code
        self._catalogue = catalogue or gettext.NullTranslations()
        self._locale = Locale.parse(code)

    @property
    def name(self) -> str:
        """The language's own name, such as `Deutsch`."""
        return (self._locale.get_display_name(self.code) or self.code).capitalize()

    def text(self, message: str) -> str:
        """The translation of `message`, or `message` itself where there is none."""
        return self._catalogue.gettext(message)

    def count(self, singular: str, plural: str, number: int) -> str:
        """The translation that fits `number`; the text may hold `{number}`."""
        return self._catalogue.ngettext(singular, plural, number).format(number=number)

    def territory(self, code: str, name: str) -> str:
        """The name of a country or a part of one; `name`, in English, where there is no other.

        Args:
            code: as ISO 3166 has it, in any case, such as `de` or `us-ca`.
            name: in English; a translation of it goes before Babel's, which is longer for some.
        """
        translated = self.text(name)
        if self.code == SOURCE_LANGUAGE or translated != name:
            return translated
        found: str = self._locale.territories.get(code.upper(), name)
        return found

    def language(self, code: str) -> str:
        """The name of a language in this one, such as `French`; the code where Babel has none."""
        found: str = self._locale.languages.get(code, code)
        return found

    def day(self, day: date) -> str:
        """A date in words, such as `3 November 2025`."""
        form = "d MMMM y" if self.code == SOURCE_LANGUAGE else "long"
        return format_date(day, form, locale=self._locale)

    def month(self, day: date) -> str:
        """The month of a day in words, such as `November 2025`."""
        return format_date(day, "LLLL y", locale=self._locale)

    def appointment(self, moment: datetime) -> str:
        """A time with its weekday in words, such as `Tuesday 23 February 2027, 10:00`, in its own zone."""
        forms = {SOURCE_LANGUAGE: "EEEE d MMMM y, HH:mm", "de": "EEEE, d. MMMM y, HH:mm"}
        return format_datetime(moment, forms.get(self.code, "EEEE d MMMM y, HH:mm"), locale=self._locale)

    def short_appointment(self, moment: datetime) -> str:
        """The same as a button, such as `Fri 27 Nov 18:00`."""
        forms = {SOURCE_LANGUAGE: "EEE d MMM HH:mm", "de": "EEE d. MMM HH:mm"}
        return format_datetime(moment, forms.get(self.code, "EEE d MMM HH:mm"), locale=self._locale)


def available_languages(folder: Path = _FOLDER) -> tuple[str, ...]:
    """Codes of the languages that the interface speaks, English first."""
    found = sorted(path.parent.parent.name for path in folder.glob("*/LC_MESSAGES/bot.po"))
    return (SOURCE_LANGUAGE, *(code for code in found if code != SOURCE_LANGUAGE))


@cache
def words_for(code: str, folder: Path = _FOLDER) -> Words:
    """The interface in `code`, or in English when nobody has translated it."""
    file = folder / code / "LC_MESSAGES" / "bot.po"
    if code == SOURCE_LANGUAGE or not file.is_file():
        return Words(SOURCE_LANGUAGE)
    with file.open("rb") as stream:
        catalogue = read_po(stream, locale=code)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Words(code, gettext.GNUTranslations(compiled))


def nearest_language(tag: str | None, languages: tuple[str, ...]) -> str:
    """The language for an IETF tag from Telegram (`de-AT` is `de`), else English."""
    code = (tag or "").replace("_", "-").split("-", 1)[0].casefold()
    return code if code in languages else SOURCE_LANGUAGE
