"""What a check found, as it is kept with a proposal: for the reviewers, who see what its author saw."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.editing.checking import Report, read_report, write_report

MAX_DIFFERENCES: Final = 200
MAX_OTHERS: Final = 60
"""Findings of each other kind that are kept: more of them nobody reads, and a row is no archive."""
MAX_SAID: Final = 600
"""Characters of one text in a difference."""


def write_findings(report: Report) -> str:
    """A report as JSON, cut to what can be read."""
    cut = replace(
        report,
        problems=report.problems[:MAX_OTHERS],
        differences=tuple(
            replace(one, before=one.before[:MAX_SAID], after=one.after[:MAX_SAID])
            for one in report.differences[:MAX_DIFFERENCES]
        ),
        golden=report.golden[:MAX_OTHERS],
        leaning=report.leaning[:MAX_OTHERS],
        stale=report.stale[:MAX_OTHERS],
        guides=report.guides[:MAX_OTHERS],
    )
    return write_report(cut).decode()


def read_findings(text: str) -> Report:
    """The reverse; a row of another version of this program gives a report without findings."""
    try:
        return read_report(text.encode())
    except (ValueError, KeyError, TypeError):
        return Report(hash=None, problems=())
