"""Whether the ways of asking in one language are enough and keep apart from each other."""

from __future__ import annotations

import unicodedata

from bot.knowledge import limits
from bot.knowledge.model import Language
from bot.knowledge.problems import Position, Report


def same_words(text: str) -> str:
    """`text` as it is compared: without case, punctuation and doubled spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("'", "")
    return " ".join("".join(c if c.isalnum() else " " for c in folded).split())


def check_phrasings(language: Language, report: Report) -> None:
    """Too few phrasings, and the same words for two entries, a refusal or a golden question."""
    taken: dict[str, tuple[str, Position]] = {}
    for entry in language.entries.values():
        _check_number(language, entry.id, len(entry.phrasings), report)
    placed = [
        (report.at(language.code, entry.id, "ask", number), entry.id, phrasing)
        for entry in language.entries.values()
        for number, phrasing in enumerate(entry.phrasings)
    ]
    for where, entry_id, phrasing in sorted(placed):
        words = same_words(phrasing)
        if not words:
            report.add(where, f"“{phrasing}” has no words.", "Write how people ask.")
            continue
        owner, first = taken.setdefault(words, (entry_id, where))
        if owner != entry_id:
            report.add(
                where,
                f"“{phrasing}” already asks for {owner}.",
                f"It stands at {first.file}:{first.line}. Keep it with the entry that answers it.",
            )
        elif first != where:
            mend = f"Delete it (see line {first.line})."
            report.warn(where, f"“{phrasing}” stands twice in this entry.", mend)
    _check_refusals(language, taken, report)
    _check_golden(language, taken, report)


def _check_number(language: Language, entry_id: str, number: int, report: Report) -> None:
    where = report.at(language.code, entry_id, "ask")
    if language.code == "en" and number < limits.PHRASINGS:
        mend = f"Add {limits.PHRASINGS - number} more under `ask:`, in other words than these."
        report.add(where, f"{entry_id} has {number} phrasings; it needs {limits.PHRASINGS}.", mend)
    elif number < limits.PHRASINGS_TRANSLATED:
        mend = f"Add {limits.PHRASINGS_TRANSLATED - number} more under `ask:`."
        report.warn(where, f"{entry_id} has only {number} phrasings in {language.code}.", mend)


def _check_refusals(language: Language, taken: dict[str, tuple[str, Position]], report: Report) -> None:
    for number, sentence in enumerate(language.refusals):
        if (found := taken.get(same_words(sentence))) is not None:
            report.add(
                report.at(language.code, "refusals", number),
                f"“{sentence}” is refused here and asks for {found[0]}.",
                f"It stands at {found[1].file}:{found[1].line}. Keep one of them.",
            )


def _check_golden(language: Language, taken: dict[str, tuple[str, Position]], report: Report) -> None:
    refused = {same_words(sentence) for sentence in language.refusals}
    for number, question in enumerate(language.golden):
        where = report.at(language.code, "golden", number)
        words = same_words(question.text)
        if (found := taken.get(words)) is not None:
            report.add(
                where,
                f"The golden question “{question.text}” is a phrasing of {found[0]}.",
                f"A test must not train. Word one of them otherwise ({found[1].file}:{found[1].line}).",
            )
        elif words in refused:
            mend = "A test must not train. Word one of them otherwise."
            report.add(where, f"The golden question “{question.text}” stands in the refusals.", mend)
